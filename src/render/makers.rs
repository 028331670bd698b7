//! Who made what a plan is about to change, each deed once with the orgs that it was done to.

use std::collections::BTreeMap;

use super::view::PlanView;

/// The heading over it.
pub(super) const TITLE: &str = "Who made these differences";

/// Somebody's deed.
pub(super) struct MadeBy<'a> {
    /// Who, with what, and what; the server's words in part.
    pub(super) words: String,
    /// When, or from when until when.
    pub(super) when: String,
    /// What to call the orgs, in order.
    pub(super) orgs: Vec<&'a str>,
}

/// Who, with what, and what.
type DeedKey<'a> = (&'a str, &'a str, &'a str);

/// The deeds, by who did them, and last what nobody is known for. Nothing where nobody asked.
pub(super) fn made<'a>(view: PlanView<'a>) -> Vec<MadeBy<'a>> {
    let mut deeds: BTreeMap<DeedKey<'_>, (Vec<&str>, Vec<&'a str>)> = BTreeMap::new();
    let mut unknown: Vec<&'a str> = Vec::new();
    for step in &view.plan.steps {
        let Some(makers) = view.causes.makers(step) else {
            continue;
        };
        if makers.is_empty() {
            unknown.push(step.org.label());
        }
        for maker in makers {
            let key = (maker.actor.as_str(), maker.via.as_str(), maker.did.as_str());
            let (times, orgs) = deeds.entry(key).or_default();
            times.push(&maker.at);
            orgs.push(step.org.label());
        }
    }
    let ordered = |mut orgs: Vec<&'a str>| {
        orgs.sort_unstable();
        orgs.dedup();
        orgs
    };
    let mut made: Vec<MadeBy<'a>> = deeds
        .into_iter()
        .map(|((actor, via, did), (times, orgs))| MadeBy {
            words: format!("{actor}, {via}: {did}"),
            when: match (times.iter().min(), times.iter().max()) {
                (Some(first), Some(last)) if first == last => (*first).to_owned(),
                (Some(first), Some(last)) => format!("{first} to {last}"),
                _ => String::new(),
            },
            orgs: ordered(orgs),
        })
        .collect();
    if !unknown.is_empty() {
        made.push(MadeBy {
            words: "unknown: no event that was read tells of it".to_owned(),
            when: String::new(),
            orgs: ordered(unknown),
        });
    }
    made
}
