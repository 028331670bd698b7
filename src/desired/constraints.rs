//! Constraints: from the file's words to products, and whether they can be met at all.

use std::collections::{BTreeMap, BTreeSet};

use super::catalog::Catalog;
use super::constraint::{Constraints, Exclusion, MaxOrgs, Requirement};
use super::judged::{ProductNames, called};
use super::raw::{RawFile, RawNeed};
use super::taken::WordAt;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, quote};
use crate::ids::ProductId;

/// So many products a rule may name, bundles taken apart: each org is held against it.
const MOST: usize = 100;

/// What looking for contradictions may cost, in products looked at.
const MAX_WORK: usize = 1_000_000;

/// The constraints of all files; a rule that stands twice is reported, and the first counts.
pub(super) fn constraints<'a>(
    files: &'a [RawFile<'a>],
    catalog: &mut Catalog<'a>,
    found: &mut Diagnostics,
) -> Constraints {
    let mut all = Constraints::default();
    for file in files.iter().map(|file| &file.constraints) {
        for (key, needs) in &file.requires {
            let Some(id) = catalog.single(key, found) else {
                continue;
            };
            let needs = needs
                .iter()
                .flat_map(|need| self::needs(need, catalog, found));
            let rule = Requirement {
                needs: needs.collect(),
                span: key.span,
            };
            let size = rule.needs.iter().map(BTreeSet::len).sum();
            bounded(size, key, found);
            once(&mut all.requires, id, rule, |rule| rule.span, found);
        }
        for (key, words) in &file.excludes {
            let Some(id) = catalog.single(key, found) else {
                continue;
            };
            let products = catalog.resolve(words, found);
            let mut rule = Exclusion {
                products: products.iter().map(|product| product.id.clone()).collect(),
                span: key.span,
            };
            if rule.products.remove(&id) {
                found.push_with(Severity::Error, || itself(key));
            }
            bounded(rule.products.len(), key, found);
            once(&mut all.excludes, id, rule, |rule| rule.span, found);
        }
        let every = catalog.resolve(&file.every_org, found);
        let every = every
            .iter()
            .filter_map(|product| Some((product.id.clone(), every.place(product)?)));
        all.every_org.extend(every);
        if let Some(first) = file.every_org.first() {
            bounded(all.every_org.len(), &first.word, found);
        }
        for (key, most) in &file.max_orgs {
            let Some(id) = catalog.single(key, found) else {
                continue;
            };
            let rule = MaxOrgs {
                most: u64::try_from(most.value).unwrap_or_default(),
                span: key.span,
            };
            once(&mut all.max_orgs, id, rule, |rule| rule.span, found);
        }
    }
    all
}

fn itself(key: &WordAt<'_>) -> Diagnostic {
    Diagnostic::error(
        Code::ContradictoryConstraint,
        format!("{} excludes itself", quote(&key.value)),
    )
    .at(key.span)
    .help("take it out of its own list, or out of the bundle that stands there")
}

/// What an item of a requirement asks for: each a product, or one of several.
fn needs<'a>(
    need: &'a RawNeed<'a>,
    catalog: &mut Catalog<'a>,
    found: &mut Diagnostics,
) -> Vec<BTreeSet<ProductId>> {
    match need {
        RawNeed::All(word) => {
            let products = catalog.resolve(std::slice::from_ref(word), found);
            let products = products.iter();
            products
                .map(|product| [product.id.clone()].into())
                .collect()
        }
        RawNeed::AnyOf(words) => {
            let one_of = words.iter().filter_map(|word| catalog.single(word, found));
            let one_of: BTreeSet<ProductId> = one_of.collect();
            if one_of.is_empty() {
                Vec::new()
            } else {
                vec![one_of]
            }
        }
    }
}

fn bounded(size: usize, key: &WordAt<'_>, found: &mut Diagnostics) {
    if size > MOST {
        found.push_with(Severity::Error, || {
            Diagnostic::error(
                Code::TooManyProducts,
                format!("a constraint names {size} products, and may name {MOST}"),
            )
            .at(key.span)
        });
    }
}

/// A rule about a product stands once, under whatever name.
fn once<T>(
    rules: &mut BTreeMap<ProductId, T>,
    id: ProductId,
    rule: T,
    span: impl Fn(&T) -> Span,
    found: &mut Diagnostics,
) {
    if let Some(before) = rules.get(&id) {
        let (here, before) = (span(&rule), span(before));
        // Of the same words in two files the rules about files have told.
        found.push_with(Severity::Error, || {
            Diagnostic::error(
                Code::RepeatedRule,
                format!("two constraints of one kind are about {id}"),
            )
            .label(here, "here")
            .label(before, "and here")
            .help("keep one of them, with what both say")
        });
        return;
    }
    rules.insert(id, rule);
}

/// Reports rules that no org can keep: what comes with a product excludes something else that does.
pub(super) fn contradictions(rules: &Constraints, names: &ProductNames, found: &mut Diagnostics) {
    let mut work = MAX_WORK;
    let all = rules.every_org.keys();
    let Some(base) = with_all_it_requires(all, rules, &mut work) else {
        return;
    };
    if let Some((one, other)) = clash(&base, &base, rules) {
        let place = rules.every_org.values().next().copied();
        let message = format!(
            "no org can have what every org is to have: with it come {} and {}, which exclude each other",
            called(names, one),
            called(names, other)
        );
        return found.push(contradiction(message, place, (one, other), rules));
    }
    let keys: BTreeSet<&ProductId> = rules.requires.keys().chain(rules.excludes.keys()).collect();
    for id in keys {
        let Some(mut with) = with_all_it_requires([id], rules, &mut work) else {
            return;
        };
        let looks = [&with, &base].map(|some| looked_at(some, rules));
        let Some(left) = work.checked_sub(looks.iter().sum()) else {
            return;
        };
        work = left;
        let own = with.clone();
        with.extend(base.iter().copied());
        let apart = clash(&own, &with, rules).or_else(|| clash(&base, &own, rules));
        let place = rules.requires.get(id).map(|rule| rule.span);
        let place = place.or_else(|| rules.excludes.get(id).map(|rule| rule.span));
        if let Some((one, other)) = apart {
            let message = format!(
                "no org can have {}: with it come {} and {}, which exclude each other",
                called(names, id),
                called(names, one),
                called(names, other)
            );
            found.push_with(Severity::Error, || {
                contradiction(message, place, (one, other), rules)
            });
        } else if let Some(need) = unmeetable(id, rules) {
            let message = format!(
                "no org can have {}: it requires one of {}, and they all exclude each other",
                called(names, id),
                need.iter()
                    .map(|one| called(names, one))
                    .collect::<Vec<_>>()
                    .join(", "),
            );
            found.push_with(Severity::Error, || {
                let finding = Diagnostic::error(Code::ContradictoryConstraint, message);
                let finding = match place {
                    Some(place) => finding.at(place),
                    None => finding,
                };
                finding.help("take one of the two out")
            });
        }
    }
}

fn contradiction(
    message: String,
    place: Option<Span>,
    (one, other): (&ProductId, &ProductId),
    rules: &Constraints,
) -> Diagnostic {
    let excludes = |a: &ProductId, b: &ProductId| {
        let rule = rules.excludes.get(a)?;
        rule.products.contains(b).then_some(rule.span)
    };
    let exclusion = excludes(one, other).or_else(|| excludes(other, one));
    let mut finding = Diagnostic::error(Code::ContradictoryConstraint, message);
    if let Some(place) = place {
        finding = finding.label(place, "this asks for it");
    }
    if let Some(exclusion) = exclusion.filter(|span| Some(*span) != place) {
        finding = finding.label(exclusion, "this forbids it");
    }
    finding.help("take one of the two out")
}

/// The products that have to be there together with these; `None` where finding out costs too much.
fn with_all_it_requires<'a>(
    start: impl IntoIterator<Item = &'a ProductId>,
    rules: &'a Constraints,
    work: &mut usize,
) -> Option<BTreeSet<&'a ProductId>> {
    let mut all: BTreeSet<&ProductId> = BTreeSet::new();
    let mut next: Vec<&ProductId> = start.into_iter().collect();
    while let Some(id) = next.pop() {
        if !all.insert(id) {
            continue;
        }
        let needs = rules.requires.get(id).map(|rule| rule.needs.as_slice());
        for need in needs.unwrap_or_default() {
            *work = work.checked_sub(1)?;
            // Of several, which one is left open.
            if need.len() == 1 {
                next.extend(need.first());
            }
        }
    }
    Some(all)
}

/// How many products looking for a clash looks at.
fn looked_at(some: &BTreeSet<&ProductId>, rules: &Constraints) -> usize {
    let excluded = some.iter().filter_map(|id| rules.excludes.get(*id));
    some.len() + excluded.map(|rule| rule.products.len()).sum::<usize>()
}

/// A product of the first set that excludes one of the second.
fn clash<'a>(
    some: &BTreeSet<&'a ProductId>,
    others: &BTreeSet<&ProductId>,
    rules: &'a Constraints,
) -> Option<(&'a ProductId, &'a ProductId)> {
    some.iter().find_map(|id| {
        let (id, rule) = rules.excludes.get_key_value(*id)?;
        let other = rule.products.iter().find(|one| others.contains(one))?;
        Some((id, other))
    })
}

/// A need of a product whose every way of meeting it the product excludes, or is excluded by.
fn unmeetable<'a>(id: &ProductId, rules: &'a Constraints) -> Option<&'a BTreeSet<ProductId>> {
    let apart = |one: &ProductId, other: &ProductId| {
        let rule = rules.excludes.get(one);
        rule.is_some_and(|rule| rule.products.contains(other))
    };
    let mut needs = rules.requires.get(id)?.needs.iter();
    needs.find(|need| need.iter().all(|one| apart(id, one) || apart(one, id)))
}
