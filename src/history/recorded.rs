//! What receipts tell of the deletions and creations of orgs. What can't be understood in them isn't taken for nothing.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use crate::ids::{OrgIndex, OrgName, OrgSet};
use crate::plan::{Creations, DeletionTold, Deletions, EvidenceSource, Kind};
use crate::receipt::{Past, PastRun, PastStep, ReceiptGap, Trace};

/// The clocks of the machines on which runs were may differ by so much.
const APART: Duration = Duration::from_secs(5 * 60);

/// The last thing that receipts tell of an org that is inactive now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or that it was active.
    #[default]
    Nothing,
    /// A run has deactivated it; when that run began.
    Deactivated(Option<SystemTime>),
    /// When a run asked.
    Asked(Option<SystemTime>),
    /// Runs asked and never got the answer: when the last did, and their receipts.
    Unsure(Option<SystemTime>, BTreeSet<String>),
}

/// Takes note of what receipts tell of the deletions of orgs that are inactive now.
///
/// Only that an org was active after it ends a request, as a run saw that set it so or deactivated it; that nobody has asked is told only by its last deactivation.
pub fn deletions(past: &Past, leaving: &[OrgName], deletions: &mut Deletions) {
    let by_name: OrgIndex<usize> = leaving.iter().cloned().zip(0..).collect();
    let mut of_org: Vec<Vec<(&PastRun, &PastStep)>> = vec![Vec::new(); leaving.len()];
    for run in &past.runs {
        for step in &run.steps {
            // Of two orgs of one domain it may be either.
            let at = by_name.find(&step.org).one();
            if let Some(steps) = at.and_then(|at| of_org.get_mut(*at)) {
                steps.push((run, step));
            }
        }
    }
    let last_gap = last_gap(past);
    let mut has_gap = None;
    for (org, mut steps) in leaving.iter().zip(of_org) {
        sort(&mut steps);
        match steps.into_iter().fold(Last::default(), after) {
            Last::Asked(_) => deletions.note(org, DeletionTold::Asked),
            Last::Unsure(_, receipts) => {
                let receipts: Vec<String> = receipts.into_iter().collect();
                let receipts = receipts.join(" and ");
                deletions.doubt(
                    org,
                    format!(
                        "an earlier run asked for it and never got the answer (receipt {receipts})"
                    ),
                );
            }
            // A run that began before that one has ended before it.
            Last::Deactivated(since) => {
                match last_gap.filter(|(at, _)| *at >= since || at.is_none()) {
                    Some((_, gap)) => has_gap = Some(gap),
                    None => deletions.note(org, DeletionTold::NotAsked),
                }
            }
            Last::Nothing => has_gap = has_gap.or(last_gap.map(|(_, gap)| gap)),
        }
    }
    if let Some(gap) = has_gap {
        deletions.look_at(EvidenceSource::Unread(gap.to_string()));
    }
}

/// What is last, once a step is told of.
fn after(last: Last, (run, step): (&PastRun, &PastStep)) -> Last {
    let ends = |asked: &Option<SystemTime>| {
        let since = asked.and_then(|asked| asked.checked_add(APART));
        since.is_some_and(|since| step.began().is_some_and(|began| began > since))
    };
    match (step.kind, step.trace(), &last) {
        (Kind::Delete, Some(Trace::Certain), _) => Last::Asked(step.began()),
        (Kind::Delete, Some(Trace::Possible), _) => {
            let mut receipts = match last {
                Last::Asked(_) => return last,
                Last::Unsure(_, receipts) => receipts,
                Last::Nothing | Last::Deactivated(_) => BTreeSet::new(),
            };
            receipts.insert(run.receipt.clone());
            Last::Unsure(step.began(), receipts)
        }
        (
            Kind::Activate | Kind::Deactivate,
            Some(Trace::Certain),
            Last::Asked(asked) | Last::Unsure(asked, _),
        ) if !ends(asked) => last,
        (Kind::Activate, Some(Trace::Certain), _) => Last::Nothing,
        (Kind::Deactivate, Some(Trace::Certain), _) => Last::Deactivated(run.began()),
        _ => last,
    }
}

/// By time. A request of unknown time may be the last; anything else of unknown time settles nothing that has one.
fn sort(steps: &mut [(&PastRun, &PastStep)]) {
    steps.sort_by_key(|(_, step)| match (step.kind, step.began()) {
        (Kind::Delete | Kind::Create, None) => (2, None),
        (_, None) => (0, None),
        (_, at) => (1, at),
    });
}

/// The gap of the run that began last, and when it began; of one that is of no known run or time nobody knows.
fn last_gap(past: &Past) -> Option<(Option<SystemTime>, &ReceiptGap)> {
    let began = |gap: &ReceiptGap| past.runs.get(gap.run?)?.began();
    let gaps = past.gaps.iter().map(|gap| (began(gap), gap));
    gaps.max_by_key(|(at, _)| (at.is_none(), *at))
}

/// Takes note of which of these orgs an earlier run began to create and has no answer about. One that was seen after that is no
/// such org.
pub fn creations(past: &Past, unborn: &OrgSet, creations: &mut Creations) {
    let mut of_org: OrgIndex<usize> = OrgIndex::default();
    let mut all: Vec<Vec<(&PastRun, &PastStep)>> = Vec::new();
    for run in &past.runs {
        for step in run.steps.iter().filter(|step| unborn.contains(&step.org)) {
            let Some(domain) = step.org.domain().cloned().map(OrgName::Domain) else {
                continue;
            };
            if !of_org.contains(&domain) {
                of_org.insert(&domain, all.len());
                all.push(Vec::new());
            }
            let steps = of_org.find(&domain).one().and_then(|at| all.get_mut(*at));
            if let Some(steps) = steps {
                steps.push((run, step));
            }
        }
    }
    for mut steps in all {
        sort(&mut steps);
        let newest = steps.into_iter().rev();
        let since = newest.take_while(|(_, step)| step.trace() != Some(Trace::Certain));
        let unsure = since.filter(|(_, step)| step.kind == Kind::Create && step.trace().is_some());
        let unsure: Vec<_> = unsure.collect();
        let receipts: BTreeSet<&str> = unsure.iter().map(|(run, _)| &*run.receipt).collect();
        if let Some((_, step)) = unsure.first() {
            let receipts: Vec<&str> = receipts.into_iter().collect();
            creations.note(&step.org, receipts.join(" and "));
        }
    }
    if let Some((_, gap)) = last_gap(past) {
        creations.unread(gap.to_string());
    }
}

/// When orgs were created, as far as receipts tell: the latest time at which Okta may have answered so.
///
/// A request whose answer nobody saw took no longer than `timeout`, and none until after `now`: the orgs are there. Where something in the receipts
/// can't be understood, an org may have been created just now.
#[must_use]
pub fn births(
    past: &Past,
    wanted: &[OrgName],
    timeout: Duration,
    now: SystemTime,
) -> OrgIndex<SystemTime> {
    let set: OrgSet = wanted.iter().cloned().collect();
    let mut all: Vec<(&PastRun, &PastStep)> = Vec::new();
    for run in &past.runs {
        let steps = run.steps.iter();
        let creates = steps.filter(|step| step.kind == Kind::Create && set.contains(&step.org));
        all.extend(creates.map(|step| (run, step)));
    }
    sort(&mut all);
    let mut born = OrgIndex::default();
    // The newest first: it is the one that counts.
    for (_, step) in all.into_iter().rev() {
        let began = step.began().filter(|_| step.trace().is_some());
        if let Some(began) = began
            && let Some(domain) = step.org.domain()
        {
            let org = OrgName::Domain(domain.clone());
            if !born.contains(&org) {
                let took = step.outcome.map_or(timeout, |_| step.took);
                born.insert(&org, (began + took).min(now));
            }
        }
    }
    if !past.gaps.is_empty() {
        return wanted.iter().map(|org| (org.clone(), now)).collect();
    }
    born
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::rfc3339;
    use crate::history::tests::at;
    use crate::plan::DeletionTold::{Asked, NotAsked, Nothing, Unsure};
    use crate::plan::world::org;

    fn start(second: u64) -> String {
        let at = rfc3339(at(second));
        format!(r#"{{"event":"start","version":1,"account":"0227a","steps":1,"startedAt":"{at}"}}"#)
    }

    fn step(second: u64, kind: &str, name: &str, outcome: &str) -> String {
        let at = rfc3339(at(second));
        let sent = outcome != "unchanged";
        format!(
            r#"{{"event":"step","id":{second},"kind":"{kind}","org":{{"id":null,"domain":"{name}.okta.com"}},"outcome":"{outcome}","sent":{sent},"startedAt":"{at}","ms":1000}}"#
        )
    }

    fn begin(second: u64, kind: &str, name: &str) -> String {
        step(second, kind, name, "").replace("\"event\":\"step\"", "\"event\":\"begin\"")
    }

    fn past(receipts: &[&[String]]) -> Past {
        let mut past = Past::default();
        for (number, lines) in receipts.iter().enumerate() {
            past.read(&format!("{number}.jsonl"), &lines.join("\n"));
        }
        past
    }

    const CUT: &str = "{\"event\":\"beg";

    #[test]
    fn only_that_an_org_was_active_ends_a_request_and_only_its_deactivation_says_that_nobody_asked()
    {
        let of = |second: u64, kind: &str| step(second, kind, "a", "applied");
        let (off, on) = (of(2, "deactivate"), of(600, "activate"));
        let (asked, lost) = (of(4, "delete"), begin(4, "delete", "a"));
        let no_time = |line: &str| line.replace("startedAt", "x");
        let renovated = off.replace("deactivate", "renovate");
        let was_so = step(2, "deactivate", "a", "unchanged");
        let one = |lines: &[&String]| {
            let lines = lines.iter().map(|line| (*line).clone());
            vec![[start(1)].into_iter().chain(lines).collect::<Vec<String>>()]
        };
        let two = |first: &[&String], second: &[&String]| {
            let mut both = one(first);
            let second = second.iter().map(|line| (*line).clone());
            both.push([start(3)].into_iter().chain(second).collect());
            both
        };
        let cut = CUT.to_owned();
        for (name, receipts, is) in [
            ("nothing", one(&[]), Nothing),
            ("a link", one(&[&of(2, "link")]), Nothing),
            ("products", one(&[&of(2, "enable")]), Nothing),
            ("what was so", one(&[&was_so]), Nothing),
            ("off", one(&[&off]), NotAsked),
            ("asked", one(&[&off, &asked]), Asked),
            ("asked some time", one(&[&no_time(&asked), &off]), Asked),
            ("later products", one(&[&asked, &of(900, "enable")]), Asked),
            (
                "off a moment later",
                one(&[&asked, &of(200, "deactivate")]),
                Asked,
            ),
            (
                "off later",
                one(&[&asked, &of(900, "deactivate")]),
                NotAsked,
            ),
            ("on", one(&[&asked, &on]), Nothing),
            ("on some time", one(&[&asked, &no_time(&on)]), Asked),
            (
                "on and off",
                one(&[&asked, &on, &of(700, "deactivate")]),
                NotAsked,
            ),
            (
                "on before, told after",
                two(&[&of(900, "delete")], &[&on]),
                Asked,
            ),
            ("lost", one(&[&off, &lost]), Unsure),
            ("lost, then known", one(&[&lost, &of(5, "delete")]), Asked),
            (
                "known, then lost",
                one(&[&asked, &begin(5, "delete", "a")]),
                Asked,
            ),
            ("cut after", one(&[&off, &cut]), Nothing),
            ("asked and cut", one(&[&asked, &cut]), Asked),
            (
                "an unknown kind in its run",
                one(&[&off, &renovated]),
                Nothing,
            ),
            (
                "an unknown kind since",
                two(&[&off], &[&renovated]),
                Nothing,
            ),
            (
                "an unknown kind before",
                two(&[&renovated], &[&off]),
                NotAsked,
            ),
            ("cut before", two(&[&cut], &[&off]), Nothing),
        ] {
            let receipts: Vec<&[String]> = receipts.iter().map(Vec::as_slice).collect();
            let org = org("a", "").name();
            let mut told = Deletions::default();
            deletions(&past(&receipts), std::slice::from_ref(&org), &mut told);
            assert_eq!(told.of(&org), is, "{name}");
        }
    }

    #[test]
    fn a_creation_that_may_have_been_sent_is_noted_with_its_receipts() {
        let of = |name: &str| OrgName::Domain(org(name, "").domain);
        let unborn: OrgSet = ["a", "b", "c"].map(of).into_iter().collect();
        let one = [start(1), begin(2, "create", "a"), begin(2, "create", "b")];
        let other = [
            start(3),
            begin(4, "create", "a"),
            step(5, "link", "b", "applied"),
            step(5, "create", "c", "unchanged"),
        ];
        let mut told = Creations::default();
        creations(&past(&[&one, &other]), &unborn, &mut told);
        let mut wanted = Creations::default();
        wanted.note(&of("a"), "0.jsonl and 1.jsonl".to_owned());
        assert_eq!(told, wanted);
        let mut told = Creations::default();
        creations(&past(&[&[start(1), CUT.to_owned()]]), &unborn, &mut told);
        let mut wanted = Creations::default();
        wanted.unread("line 2 of the receipt 0.jsonl can't be understood".to_owned());
        assert_eq!(told, wanted);
    }

    #[test]
    fn an_org_is_as_young_as_it_may_be() {
        let a = OrgName::Domain(org("a", "").domain);
        let born = |receipt: &[String]| {
            let timeout = Duration::from_secs(30);
            let born = births(
                &past(&[receipt]),
                std::slice::from_ref(&a),
                timeout,
                at(100),
            );
            born.find(&a).one().copied()
        };
        assert_eq!(born(&[start(1)]), None);
        assert_eq!(
            born(&[start(1), step(5, "create", "a", "applied")]),
            Some(at(6))
        );
        assert_eq!(born(&[start(1), begin(5, "create", "a")]), Some(at(35)));
        assert_eq!(born(&[start(1), begin(90, "create", "a")]), Some(at(100)));
        assert_eq!(born(&[start(1), CUT.to_owned()]), Some(at(100)));
    }
}
