//! The lists of a file held against its constraints, without the account.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::constraint::{BrokenRule, Constraints};
use super::constraint_index::{BrokenAt, ConstraintIndex, Marks};
use super::model::{DesiredOrg, Enforce, ListedProduct, StatusGoal};
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
    /// The day: what has ended by then is judged no longer.
    pub(super) today: Date,
}

/// `governance (P000201)`.
pub(super) fn called(names: &ProductNames, id: &ProductId) -> String {
    let name = names.get(id);
    name.map_or_else(|| id.to_string(), |name| format!("{name} ({id})"))
}

impl ListJudge<'_> {
    /// Judges every org that has exactly what it lists, and how many list a product. The others are left to `plan`, which is said.
    ///
    /// The day can only take rules away: an org that has ended is held against none, and what a list says no longer breaks
    /// nothing. What an end breaks is `plan`'s to say, which can leave it out.
    pub(super) fn of(self, orgs: &[DesiredOrg], found: &mut Diagnostics) {
        if self.rules.is_empty() {
            return;
        }
        let index = ConstraintIndex::of(self.rules);
        let mut marks = index.marks();
        let judged = |org: &&DesiredOrg| {
            let off = [Some(StatusGoal::Inactive), Some(StatusGoal::Deleted)];
            org.products.is_some() && !off.contains(&org.goal(self.today))
        };
        let additive = orgs.iter().filter(judged);
        let mut additive = additive.filter(|org| org.enforce == Enforce::Additive);
        let first = additive.next();
        let additive = usize::from(first.is_some()) + additive.count();
        if !index.is_empty() {
            let exact = orgs.iter().filter(judged);
            for org in exact.filter(|org| org.enforce == Enforce::Exact) {
                self.org(org, &index, &mut marks, found);
            }
        }
        self.counts(orgs.iter().filter(judged), found);
        if let Some(first) = first.filter(|_| !index.is_empty()) {
            let whose = if additive == 1 {
                "org isn't held against the constraints by its list"
            } else {
                "orgs aren't held against the constraints by their lists"
            };
            found.push_with(Severity::Warning, || {
                Diagnostic::warning(
                    Code::ConstraintUnjudged,
                    format!(
                        "{additive} additive {whose}: `plan` judges what is there and what comes"
                    ),
                )
                .at(first.origin.products.unwrap_or(first.origin.org))
            });
        }
    }

    fn org(
        self,
        org: &DesiredOrg,
        index: &ConstraintIndex<'_>,
        marks: &mut Marks,
        found: &mut Diagnostics,
    ) {
        let listed = org.products.as_deref().unwrap_or_default();
        let known = listed.iter().enumerate();
        let known = known.filter(|(_, product)| !self.ignored.contains(&product.id));
        index.mark(marks, known.map(|(at, product)| (at, &product.id)));
        let listing = |at: Option<usize>| listed.get(at?);
        let is_over = |at| listing(at).is_some_and(|one| !one.is_in_force(self.today));
        for BrokenAt { rule, own, other } in index.broken_at(marks) {
            let (at, out) = match rule {
                BrokenRule::Requires(_, need) => (own, self.knows_not(need) || is_over(own)),
                BrokenRule::Excludes(..) => (other, is_over(own) || is_over(other)),
                BrokenRule::EveryOrg(id) => (None, self.ignored.contains(id)),
            };
            if out {
                continue;
            }
            found.push_with(Severity::Error, || {
                let list = org.origin.products.unwrap_or(org.origin.org);
                let at = listing(at).map_or(list, |listing| org.lists_at(listing));
                self.broken(org, rule, at)
            });
        }
        if listed.iter().any(|product| product.until.is_some()) {
            self.endings(org, listed, (index, marks), found);
        }
    }

    /// Whether something that would meet a need is handled elsewhere.
    fn knows_not(self, need: &BTreeSet<ProductId>) -> bool {
        !self.ignored.is_empty() && need.iter().any(|one| self.ignored.contains(one))
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
        listed: &[ListedProduct],
        (index, marks): (&ConstraintIndex<'_>, &Marks),
        found: &mut Diagnostics,
    ) {
        let listing = |at: usize| listed.get(at);
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
        for (rule, own, there) in index.needs(marks) {
            let there = there.filter_map(listing);
            let last = there.reduce(|a, b| if outlasts(b.until, a.until) { b } else { a });
            if let BrokenRule::Requires(_, need) = rule
                && let Some((own, last)) = listing(own).zip(last)
                && let Some(until) = last.until.filter(|_| last.is_in_force(self.today))
                && outlasts(own.until, Some(until))
                && !self.knows_not(need)
            {
                warn(rule, until, org.lists_at(last));
            }
        }
        for (rule, at) in index.of_every_org(marks) {
            if let Some(last) = listing(at)
                && let Some(until) = last.until.filter(|_| last.is_in_force(self.today))
                && outlasts(org.until, Some(until))
            {
                warn(rule, until, org.lists_at(last));
            }
        }
    }

    /// In how many lists each product with a limit is.
    fn counts<'o>(self, orgs: impl Iterator<Item = &'o DesiredOrg>, found: &mut Diagnostics) {
        let max_orgs = &self.rules.max_orgs;
        if max_orgs.is_empty() {
            return;
        }
        let mut listed: BTreeMap<&ProductId, Vec<Span>> = BTreeMap::new();
        let products =
            orgs.flat_map(|org| org.products.iter().flatten().map(move |one| (org, one)));
        for (org, product) in products {
            if let Some((id, _)) = max_orgs.get_key_value(&product.id)
                && product.is_in_force(self.today)
                && !self.ignored.contains(id)
            {
                listed.entry(id).or_default().push(org.lists_at(product));
            }
        }
        for (id, mut at) in listed {
            let Some(rule) = max_orgs.get(id) else {
                continue;
            };
            let most = usize::try_from(rule.most).unwrap_or(usize::MAX);
            if at.len() <= most {
                continue;
            }
            at.sort_unstable();
            let Some(first) = at.get(most) else {
                continue;
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
                .help(
                    "take it out of some lists, or raise the number where there are more licences",
                ),
            );
        }
    }
}
