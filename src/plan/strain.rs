//! What the account looks like after a plan, held against the constraints.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::matching::OrgPair;
use super::request::StepId;
use super::step::Step;
use crate::desired::constraint::BrokenRule;
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, counted};
use crate::ids::{OrgName, ProductId, Status};
use crate::live::{Coverage, LiveOrg, Snapshot};
use jiff::civil::Date;

/// So many are told of those that were broken before.
const TOLD: usize = 5;

/// A constraint that a plan breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Strain {
    pub(super) message: String,
    /// The steps that break it.
    pub(super) steps: BTreeSet<StepId>,
}

/// What is judged.
#[derive(Clone, Copy)]
pub(super) struct Strained<'a> {
    pub(super) desired: &'a Desired,
    pub(super) live: &'a Snapshot,
    /// The orgs that the run is about.
    pub(super) pairs: &'a [&'a OrgPair<'a>],
    pub(super) steps: &'a [Step],
    pub(super) today: Date,
}

/// A product by the file's name and its id.
fn called(desired: &Desired, id: &ProductId) -> String {
    let name = desired.names.get(id);
    name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl Strained<'_> {
    /// The constraints that are broken after the plan and weren't before, or not by as much. What was broken before and stays
    /// so is told in `warnings`: it is no reason to hold the rest up.
    pub(super) fn by_plan(self, warnings: &mut Diagnostics) -> Vec<Strain> {
        let rules = &self.desired.constraints;
        if rules.is_empty() {
            return Vec::new();
        }
        let mut of_org: BTreeMap<&OrgName, Vec<&Step>> = BTreeMap::new();
        for step in self.steps.iter().filter(|step| changes_products(step)) {
            of_org.entry(&step.org).or_default().push(step);
        }
        let mut strains = Vec::new();
        let mut stands = Vec::new();
        for pair in self.pairs {
            let want = pair.desired;
            if want.products.is_none() || want.goal(self.today) == Some(StatusGoal::Deleted) {
                continue;
            }
            let before = pair.live.and_then(LiveOrg::enabled);
            if pair.live.is_some() && before.is_none() {
                continue;
            }
            let name = pair.live.map_or_else(|| want.name.clone(), LiveOrg::name);
            let steps = of_org.get(&name).map(Vec::as_slice).unwrap_or_default();
            let before = before.unwrap_or_default();
            let after = after(&before, steps);
            let live = self.is_live(want, pair.live);
            // An org that isn't linked yet has broken nothing.
            let known: BTreeSet<BrokenRule<'_>> = match pair.live {
                Some(_) => rules.broken_by(&before, live).into_iter().collect(),
                None => BTreeSet::new(),
            };
            for rule in rules.broken_by(&after, live) {
                let has = if known.contains(&rule) {
                    "has"
                } else {
                    "will have"
                };
                let words = rule.words(has, |id| called(self.desired, id));
                let message = format!("{} {words}", want.label());
                if known.contains(&rule) || steps.is_empty() {
                    stands.push((message, want));
                } else {
                    strains.push(Strain {
                        message,
                        steps: steps.iter().map(|step| step.id).collect(),
                    });
                }
            }
        }
        self.counts(&of_org, &mut strains, warnings);
        told(&stands, warnings);
        strains
    }

    /// Whether the org is to have what every org has: not one that is inactive, or is to be.
    fn is_live(self, want: &DesiredOrg, live: Option<&LiveOrg>) -> bool {
        match want.goal(self.today) {
            Some(goal) => goal == StatusGoal::Active,
            None => live.is_none_or(|live| live.status.is(Status::Active)),
        }
    }

    /// In how many orgs of the account each product with a limit is, before and after.
    fn counts(
        self,
        of_org: &BTreeMap<&OrgName, Vec<&Step>>,
        strains: &mut Vec<Strain>,
        warnings: &mut Diagnostics,
    ) {
        let max_orgs = &self.desired.constraints.max_orgs;
        if max_orgs.is_empty() {
            return;
        }
        let all_read = self.live.orgs.iter().all(|org| org.products.is_some());
        if self.live.coverage != Coverage::Whole || !all_read {
            warnings.push(
                Diagnostic::warning(
                    Code::NotJudged,
                    "this run reads the products of some orgs alone, so it can't judge `constraints.maxOrgs`",
                )
                .help("`aerialctl plan` without --only, --owner and --since counts all of them"),
            );
            return;
        }
        for (id, rule) in max_orgs {
            let has = |org: &&LiveOrg| {
                org.products
                    .as_ref()
                    .is_some_and(|all| all.contains_key(id))
            };
            let before = self.live.orgs.iter().filter(has).count();
            let (mut come, mut gone) = (BTreeSet::new(), 0);
            for step in of_org.values().flatten() {
                let delta = step.delta();
                if delta.enable.contains(id) {
                    come.insert(step.id);
                }
                gone += usize::from(delta.disable.contains(id));
            }
            let after = (before + come.len()).saturating_sub(gone);
            if after as u64 <= rule.most {
                continue;
            }
            let name = called(self.desired, id);
            let orgs = counted(after, "org");
            let message = format!("{name} will be in {orgs}, and may be in {}", rule.most);
            if after > before {
                let steps = come;
                strains.push(Strain { message, steps });
            } else {
                warnings.push(Diagnostic::warning(Code::ConstraintBroken, message).at(rule.span));
            }
        }
    }
}

fn changes_products(step: &Step) -> bool {
    matches!(step.change, Change::Products(_) | Change::AddProducts(_))
}

/// The products once the steps are done.
fn after(before: &BTreeSet<ProductId>, steps: &[&Step]) -> BTreeSet<ProductId> {
    let mut products = before.clone();
    for step in steps {
        let delta = step.delta();
        products.retain(|id| !delta.disable.contains(id));
        products.extend(delta.enable.into_iter().cloned());
    }
    products
}

/// What was broken before, and stays so.
fn told(stands: &[(String, &DesiredOrg)], warnings: &mut Diagnostics) {
    let Some((_, first)) = stands.first() else {
        return;
    };
    let shown: Vec<&str> = stands
        .iter()
        .take(TOLD)
        .map(|(said, _)| said.as_str())
        .collect();
    let more = match stands.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    warnings.push(
        Diagnostic::warning(
            Code::ConstraintBroken,
            format!(
                "broken already, and not by this plan: {}{more}",
                shown.join("; ")
            ),
        )
        .at(first.origin.products.unwrap_or(first.origin.org)),
    );
}

/// A product with a limit, and in how many orgs it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licences {
    pub id: ProductId,
    /// In so many orgs it may be.
    pub most: u64,
    /// In so many it is; `None` where not every org's products were read.
    pub used: Option<u64>,
}

impl Licences {
    /// Of every product with a limit, by id.
    #[must_use]
    pub fn of(desired: &Desired, live: &Snapshot) -> Vec<Self> {
        let whole = live.coverage == Coverage::Whole;
        let known = whole && live.orgs.iter().all(|org| org.products.is_some());
        let products = || live.orgs.iter().filter_map(|org| org.products.as_ref());
        let all = desired.constraints.max_orgs.iter();
        all.map(|(id, rule)| Self {
            id: id.clone(),
            most: rule.most,
            used: known.then(|| products().filter(|all| all.contains_key(id)).count() as u64),
        })
        .collect()
    }

    /// `governance (P000201): 12 of 25 orgs, 13 left`.
    #[must_use]
    pub fn words(&self, desired: &Desired) -> String {
        let Self { id, most, used } = self;
        let name = called(desired, id);
        match used {
            None => format!("{name}: not counted, for not every org was read; {most} at most"),
            Some(used) if used > most => {
                format!("{name}: {used} of {most} orgs, {} too many", used - most)
            }
            Some(used) => format!("{name}: {used} of {most} orgs, {} left", most - used),
        }
    }
}
