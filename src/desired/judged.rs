//! The lists of a file held against its constraints, without the account.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::constraint::{BrokenRule, Constraints, MaxOrgs};
use super::model::{DesiredOrg, Enforce, StatusGoal};
use super::until::outlasts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, counted};
use crate::ids::ProductId;

/// What to call products in messages.
pub(super) type ProductNames = BTreeMap<ProductId, String>;

/// What is judged, and with which words.
#[derive(Clone, Copy)]
pub(super) struct ListJudge<'a> {
    pub(super) rules: &'a Constraints,
    pub(super) names: &'a ProductNames,
    /// Products that are handled elsewhere: whether an org has them isn't known here.
    pub(super) ignored: &'a BTreeSet<ProductId>,
}

/// `governance (P000201)`.
pub(super) fn called(names: &ProductNames, id: &ProductId) -> String {
    let name = names.get(id);
    name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl ListJudge<'_> {
    /// Judges every org that has exactly what it lists, and how many list a product. The others are left to `plan`, which is said.
    pub(super) fn of(self, orgs: &[DesiredOrg], found: &mut Diagnostics) {
        if self.rules.is_empty() {
            return;
        }
        let listing = orgs.iter().filter(|org| org.products.is_some());
        let listing = listing.filter(|org| org.status != Some(StatusGoal::Deleted));
        let (exact, additive): (Vec<_>, Vec<_>) =
            listing.partition(|org| org.enforce == Enforce::Exact);
        for org in &exact {
            self.org(org, found);
        }
        for (id, rule) in &self.rules.max_orgs {
            let all = || exact.iter().chain(&additive).copied();
            self.count(id, *rule, all(), found);
        }
        let rules = self.rules;
        let per_org =
            !(rules.requires.is_empty() && rules.excludes.is_empty() && rules.every_org.is_empty());
        if let Some(first) = additive.first().filter(|_| per_org) {
            let whose = if additive.len() == 1 {
                "org isn't held against the constraints by its list"
            } else {
                "orgs aren't held against the constraints by their lists"
            };
            found.push_with(Severity::Warning, || {
                Diagnostic::warning(
                    Code::ConstraintUnjudged,
                    format!(
                        "{} additive {whose}: `plan` judges what is there and what comes",
                        additive.len()
                    ),
                )
                .at(first.origin.products.unwrap_or(first.origin.org))
            });
        }
    }

    fn org(self, org: &DesiredOrg, found: &mut Diagnostics) {
        let listed = org.products.iter().flatten();
        let listed: BTreeMap<&ProductId, (Option<Date>, Span)> = listed
            .map(|product| (&product.id, (product.until, product.span)))
            .collect();
        let set: BTreeSet<ProductId> = listed
            .keys()
            .filter(|id| !self.ignored.contains(**id))
            .map(|id| (*id).clone())
            .collect();
        let live = org.status != Some(StatusGoal::Inactive);
        for rule in self.rules.broken_by(&set, live) {
            let (at, unknown) = match rule {
                BrokenRule::Requires(id, need) => (
                    listed.get(id),
                    need.iter().any(|one| self.ignored.contains(one)),
                ),
                BrokenRule::Excludes(_, other) => (listed.get(other), false),
                BrokenRule::EveryOrg(id) => (None, self.ignored.contains(id)),
            };
            if unknown {
                continue;
            }
            let at = at.map_or(org.origin.products.unwrap_or(org.origin.org), |(_, at)| *at);
            found.push_with(Severity::Error, || self.broken(org, rule, at));
        }
        self.endings(org, &listed, live, found);
    }

    fn broken(self, org: &DesiredOrg, rule: BrokenRule<'_>, at: Span) -> Diagnostic {
        let words = rule.words("lists", |id| called(self.names, id));
        let finding = Diagnostic::error(Code::ConstraintBroken, format!("{} {words}", org.label()))
            .label(at, "here");
        let finding = match self.rules.place(rule) {
            Some(place) => finding.label(place, "the constraint"),
            None => finding,
        };
        finding.help("change the list, or the constraint")
    }

    /// What holds now, and won't when something has ended.
    fn endings(
        self,
        org: &DesiredOrg,
        listed: &BTreeMap<&ProductId, (Option<Date>, Span)>,
        live: bool,
        found: &mut Diagnostics,
    ) {
        if listed.values().all(|(until, _)| until.is_none()) {
            return;
        }
        let mut warn = |rule: BrokenRule<'_>, until: Date, at: Span| {
            found.push_with(Severity::Warning, || {
                let words = rule.words("will list", |id| called(self.names, id));
                Diagnostic::warning(
                    Code::ConstraintBroken,
                    format!("after {until} {} {words}", org.label()),
                )
                .at(at)
                .help("give both the same `until`, or neither")
            });
        };
        for (id, (end, _)) in listed {
            let Some((id, rule)) = self.rules.requires.get_key_value(*id) else {
                continue;
            };
            for need in &rule.needs {
                let there = need.iter().filter_map(|one| listed.get(one));
                let last = there.reduce(|a, b| if outlasts(b.0, a.0) { b } else { a });
                if let Some((Some(until), at)) = last
                    && outlasts(*end, Some(*until))
                {
                    warn(BrokenRule::Requires(id, need), *until, *at);
                }
            }
        }
        for id in self.rules.every_org.keys().filter(|_| live) {
            if let Some((Some(until), at)) = listed.get(id)
                && outlasts(org.until, Some(*until))
            {
                warn(BrokenRule::EveryOrg(id), *until, *at);
            }
        }
    }

    fn count<'o>(
        self,
        id: &ProductId,
        rule: MaxOrgs,
        orgs: impl Iterator<Item = &'o DesiredOrg>,
        found: &mut Diagnostics,
    ) {
        if self.ignored.contains(id) {
            return;
        }
        let at = orgs.filter_map(|org| {
            // Sorted by id, since they come out of a map.
            let products = org.products.as_deref()?;
            let place = products
                .binary_search_by(|product| product.id.cmp(id))
                .ok()?;
            products.get(place).map(|product| product.span)
        });
        let mut at: Vec<Span> = at.collect();
        at.sort_unstable();
        let most = usize::try_from(rule.most).unwrap_or(usize::MAX);
        let Some(first) = at.get(most) else {
            return;
        };
        found.push(
            Diagnostic::error(
                Code::ConstraintBroken,
                format!(
                    "{} is listed in {}, and may be in {}",
                    called(self.names, id),
                    counted(at.len(), "org"),
                    rule.most
                ),
            )
            .label(*first, "the first that is too many")
            .label(rule.span, "the constraint")
            .help("take it out of some lists, or raise the number where there are more licences"),
        );
    }
}
