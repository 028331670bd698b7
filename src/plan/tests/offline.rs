//! With the account's own catalogue, whatever a plan refuses for it is found without the account.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::catalogue::AccountCatalogue;
use crate::desired::Desired;
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, desired, org};
use crate::plan::{NoPlan, PlanOptions, offline, plan};

/// What a plan refuses for what a catalogue knows of.
const OF_CATALOGUE: [Code; 7] = [
    Code::AmbiguousOrg,
    Code::DomainDiffers,
    Code::DuplicateOrg,
    Code::ForeignDomain,
    Code::MissingCell,
    Code::OrgMismatch,
    Code::UnsubscribedProduct,
];

/// What is refused, and about what.
fn refused(found: &Diagnostics) -> BTreeSet<(Code, String)> {
    let errors = found.iter().filter(|one| one.severity == Severity::Error);
    let known = errors.filter(|one| OF_CATALOGUE.contains(&one.code));
    known.map(|one| (one.code, one.message.clone())).collect()
}

fn of_plan(file: &Desired, live: &Snapshot) -> BTreeSet<(Code, String)> {
    match plan(file, live, &PlanOptions::default()) {
        Err(NoPlan::Unfit(found)) => refused(&found),
        Ok(_) | Err(NoPlan::Unlawful(_)) => BTreeSet::new(),
    }
}

fn lookalikes(found: &Diagnostics) -> BTreeSet<String> {
    let alike = found.iter().filter(|one| one.code == Code::Lookalike);
    alike.map(|one| one.message.clone()).collect()
}

fn entries() -> impl Strategy<Value = Vec<String>> {
    let name = prop::sample::select(vec!["aa", "ab", "bb", "cccc", "cccd", "twin"]);
    let products = prop::sample::select(vec![
        "",
        ", products: [P1]",
        ", products: [P1, P9]",
        ", products: [P8, two]",
    ]);
    let more = prop::sample::select(vec![
        "",
        ", cell: ok1",
        ", new: true, cell: ok1",
        ", status: deleted",
    ]);
    let by = prop::sample::select(vec![0_u8, 1, 2]);
    let one = (name, name_of_other(), by, products, more).prop_map(
        |(name, other, by, products, more)| match by {
            0 => format!("{{domain: {name}.okta.com{products}{more}}}"),
            1 => format!("{{id: 00o{name}{products}{more}}}"),
            _ => format!("{{id: 00o{other}, domain: {name}.okta.com{products}{more}}}"),
        },
    );
    prop::collection::vec(one, 1..5)
}

fn name_of_other() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["aa", "ab", "bb", "zz"])
}

fn loaded(orgs: &[String]) -> Option<Desired> {
    let orgs: Vec<&str> = orgs.iter().map(String::as_str).collect();
    let text = format!(
        "version: 1\naccount: {{id: 0227a, partner: true}}\nproducts: {{two: P7}}\norgs: [{}]\n",
        orgs.join(", ")
    );
    let sources = crate::diagnostic::Sources::new(vec![crate::diagnostic::Source::new("a", text)]);
    crate::desired::load(&sources).desired
}

proptest! {
    #[test]
    fn what_a_plan_refuses_for_the_catalogue_is_found_without_the_account(
        orgs in entries(),
        has in prop::collection::vec((prop::sample::select(vec!["aa", "ab", "bb", "cccc", "cccd", "twin"]), prop::sample::select(vec!["", "P1", "P1 P9"])), 0..5),
    ) {
        let Some(file) = loaded(&orgs) else { return Ok(()) };
        let mut met = BTreeSet::new();
        let mut live: Vec<LiveOrg> = has.iter().filter(|(name, _)| met.insert(*name)).map(|(name, words)| org(name, words)).collect();
        // Two orgs of one domain.
        let mut twin = org("twin", "");
        twin.id = crate::ids::OrgId::parse("00oother").unwrap();
        live.push(twin);
        let live = account(live);
        let known = AccountCatalogue::of(&live).account();
        let found = offline(&file, &known, PlanOptions::default().today);
        let missed: Vec<_> = of_plan(&file, &live).difference(&refused(&found)).cloned().collect();
        prop_assert_eq!(missed, vec![]);
        if let Ok(checked) = plan(&file, &live, &PlanOptions::default()) {
            let plan = checked.plan();
            for one in lookalikes(&plan.warnings) {
                prop_assert!(lookalikes(&found).contains(&one), "{}", one);
            }
        }
    }
}

/// One bundle that brings a product to many orgs is one finding, where the bundle names it.
#[test]
fn a_product_in_a_bundle_is_told_once() {
    let file = desired(
        "bundles: {all: [P1, P9]}",
        &[
            "{domain: a.okta.com, products: [all]}",
            "{domain: b.okta.com, products: [all]}",
        ],
    );
    let live = account(vec![org("a", ""), org("b", "")]);
    let found = offline(
        &file,
        &AccountCatalogue::of(&live).account(),
        PlanOptions::default().today,
    );
    let places: Vec<_> = found.iter().map(|one| one.span().unwrap().line).collect();
    assert_eq!(places, [4]);
}
