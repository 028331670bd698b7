//! What the constraints are to orgs as they are, and to one org before and after a plan.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::step::Step;
use super::strain::{after, called, is_judged};
use crate::desired::constraint::BrokenRule;
use crate::desired::constraint_index::ConstraintIndex;
use crate::desired::model::{Desired, DesiredOrg};
use crate::diagnostic::Span;
use crate::ids::{OrgName, ProductId};
use crate::live::LiveOrg;

/// So many are told one by one.
const TOLD: usize = 10_000;

/// A constraint that the products of an org break as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenConstraint {
    pub org: OrgName,
    /// `has governance (P000201) without sso (P000052), which it requires`.
    pub words: String,
    /// The rule's place in the file.
    pub place: Option<Span>,
}

/// All of them: the first ones, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BrokenConstraints {
    pub first: Vec<BrokenConstraint>,
    pub count: usize,
}

impl BrokenConstraints {
    /// Of these entries with their orgs.
    pub(super) fn of<'r>(
        desired: &Desired,
        orgs: impl Iterator<Item = (&'r DesiredOrg, &'r LiveOrg)>,
        today: Date,
    ) -> Self {
        let rules = &desired.constraints;
        let index = ConstraintIndex::of(rules);
        let mut all = Self::default();
        if index.is_empty() {
            return all;
        }
        let mut marks = index.marks();
        for (want, live) in orgs {
            let Some(products) = live.products.as_ref() else {
                continue;
            };
            if want.products.is_none() || !is_judged(want, Some(live), today) {
                continue;
            }
            index.mark(&mut marks, (0..).zip(products.keys()));
            let broken = index.broken_by(&marks);
            all.count += broken.len();
            let room = TOLD.saturating_sub(all.first.len());
            let told = broken.into_iter().take(room).map(|rule| BrokenConstraint {
                org: live.name(),
                words: rule.words("has", |id| called(desired, id)),
                place: rules.place(rule),
            });
            all.first.extend(told);
        }
        all
    }
}

impl BrokenConstraints {
    /// Leaves those of orgs that are asked for.
    pub fn keep(&mut self, is_asked_for: impl Fn(&OrgName) -> bool) {
        self.first.retain(|one| is_asked_for(&one.org));
        self.count = self.first.len();
    }
}

/// A constraint that is about an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleVerdict {
    /// Its key in the file: `requires.governance`.
    pub rule: String,
    /// What it asks for: `sso, mfa or lcm`.
    pub asks: String,
    pub place: Span,
    pub verdict: RuleStanding,
}

/// What a constraint is to an org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleStanding {
    Holds,
    /// It is broken, and stays so.
    Broken(String),
    /// It holds, or there is no org yet, and it will be broken.
    WillBreak(String),
    /// It is broken, and won't be.
    WillHold(String),
    /// It is about all orgs together.
    OfAllOrgs,
}

/// The constraints that are about an org: of products that it has or gets, and of every org. `None` where it is held against
/// none, because the file leaves its products alone, or it is inactive or to be.
#[must_use]
pub fn verdicts(
    desired: &Desired,
    want: &DesiredOrg,
    live: Option<&LiveOrg>,
    steps: &[Step],
    today: Date,
) -> Option<Vec<RuleVerdict>> {
    if want.products.is_none() || !is_judged(want, live, today) {
        return None;
    }
    let has = live.and_then(|live| live.products.as_deref());
    let has: BTreeSet<&ProductId> = has.into_iter().flat_map(BTreeMap::keys).collect();
    let name = live.map_or_else(|| want.name.clone(), LiveOrg::name);
    let own: Vec<&Step> = steps.iter().filter(|step| step.org.is(&name)).collect();
    let gets = after(has.iter().copied(), &own);
    let rules = &desired.constraints;
    let word = |id: &ProductId| {
        let name = desired.names.get(id);
        name.map_or_else(|| id.to_string(), Clone::clone)
    };
    let words = |ids: &mut dyn Iterator<Item = &ProductId>, between: &str| {
        ids.map(word).collect::<Vec<_>>().join(between)
    };
    let said = |rule: BrokenRule<'_>, has: &str| rule.words(has, |id| called(desired, id));
    let is_new = live.is_none();
    let verdict =
        |before: Option<BrokenRule<'_>>, after: Option<BrokenRule<'_>>| match (before, after) {
            (Some(_), Some(rule)) if !is_new => RuleStanding::Broken(said(rule, "has")),
            (_, Some(rule)) => RuleStanding::WillBreak(said(rule, "will have")),
            (Some(rule), None) if !is_new => RuleStanding::WillHold(said(rule, "has")),
            (_, None) => RuleStanding::Holds,
        };
    let concerns = |id: &ProductId| has.contains(id) || gets.contains(id);
    let mut all = Vec::new();
    for (id, rule) in rules.requires.iter().filter(|(id, _)| concerns(id)) {
        let unmet = |set: &BTreeSet<&ProductId>| {
            let mut needs = rule.needs.iter().filter(|_| set.contains(id));
            let need = needs.find(|need| !need.iter().any(|one| set.contains(one)));
            need.map(|need| BrokenRule::Requires(id, need))
        };
        let needs = rule.needs.iter();
        let needs = needs.map(|need| words(&mut need.iter(), " or "));
        all.push(RuleVerdict {
            rule: format!("requires.{}", word(id)),
            asks: needs.collect::<Vec<_>>().join(", "),
            place: rule.span,
            verdict: verdict(unmet(&has), unmet(&gets)),
        });
    }
    for (id, rule) in rules.excludes.iter().filter(|(id, _)| concerns(id)) {
        let clash = |set: &BTreeSet<&ProductId>| {
            let mut others = rule.products.iter().filter(|_| set.contains(id));
            let other = others.find(|other| set.contains(other));
            other.map(|other| BrokenRule::Excludes(id, other))
        };
        all.push(RuleVerdict {
            rule: format!("excludes.{}", word(id)),
            asks: words(&mut rule.products.iter(), ", "),
            place: rule.span,
            verdict: verdict(clash(&has), clash(&gets)),
        });
    }
    for (id, place) in &rules.every_org {
        let lacks = |set: &BTreeSet<&ProductId>| {
            let lacks = !set.contains(id);
            lacks.then_some(BrokenRule::EveryOrg(id))
        };
        all.push(RuleVerdict {
            rule: "everyOrg".to_owned(),
            asks: word(id),
            place: *place,
            verdict: verdict(lacks(&has), lacks(&gets)),
        });
    }
    for (id, rule) in rules.max_orgs.iter().filter(|(id, _)| concerns(id)) {
        all.push(RuleVerdict {
            rule: format!("maxOrgs.{}", word(id)),
            asks: rule.most.to_string(),
            place: rule.span,
            verdict: RuleStanding::OfAllOrgs,
        });
    }
    Some(all)
}
