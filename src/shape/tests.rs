//! Whole accounts and their shapes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::account::{Given, Shape, Wanted, shape};
use super::groups::{SplitBy, groups, split};
use crate::ids::ProductId;
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, inactive, org};

fn bundles(shape: &Shape) -> Vec<String> {
    let all = shape.bundles.iter();
    all.map(|bundle| format!("{}: {}", bundle.name, bundle.words.join(" ")))
        .collect()
}

fn list(shape: &Shape, live: &Snapshot, name: &str) -> String {
    let domain = format!("{name}.okta.com");
    let mut orgs = live.orgs.iter();
    let org = orgs.find(|org| org.domain.as_str() == domain).unwrap();
    shape.list(org).unwrap().join(" ")
}

/// `n` orgs `NAME-1`, `NAME-2` and so on.
fn many(name: &str, n: usize, words: &str) -> Vec<LiveOrg> {
    (1..=n)
        .map(|i| org(&format!("{name}-{i}"), words))
        .collect()
}

/// Orgs that have these products, and half of thirty others each.
fn differing(n: usize, words: &str) -> Vec<LiveOrg> {
    let mut seed: u64 = 1;
    let orgs = (0..n).map(|n| {
        let mut ids = vec![words.to_owned()];
        for id in 1..=30 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if seed >> 63 == 1 {
                ids.push(format!("P{id}"));
            }
        }
        org(&format!("org-{n}"), &ids.join(" "))
    });
    orgs.collect()
}

/// What a list stands for.
fn expanded(shape: &Shape, words: &[String]) -> BTreeSet<String> {
    let inside: BTreeMap<&str, &[String]> = shape
        .bundles
        .iter()
        .map(|bundle| (bundle.name.as_str(), bundle.words.as_slice()))
        .collect();
    let ids: BTreeMap<&str, &ProductId> = shape
        .names
        .iter()
        .map(|(id, name)| (name.as_str(), id))
        .collect();
    let mut all = BTreeSet::new();
    for word in words {
        match (inside.get(word.as_str()), ids.get(word.as_str())) {
            (Some(words), None) => all.extend(expanded(shape, words)),
            (None, Some(id)) => _ = all.insert(id.to_string()),
            (None, None) => _ = all.insert(word.clone()),
            (Some(_), Some(_)) => panic!("{word} is a product and a bundle"),
        }
    }
    all
}

#[test]
fn what_many_orgs_share_is_a_bundle() {
    let mut orgs = many("acme-emea", 6, "P1 P2 P3 P4");
    orgs.extend(many("acme-apac", 5, "P1 P2"));
    orgs.extend(many("acme-labs", 2, "P1 P2 P5"));
    orgs.push(org("acme", "P4 P5"));
    let live = account(orgs);
    let shape = shape(&live, &Given::default());
    assert_eq!(
        bundles(&shape),
        [
            "base: product-p1 product-p2",
            "emea: product-p1 product-p2 product-p3 product-p4",
        ]
    );
    assert_eq!(list(&shape, &live, "acme-emea-1"), "emea");
    let labs = "base product-p5";
    assert_eq!(list(&shape, &live, "acme-labs-1"), labs);
    assert_eq!(list(&shape, &live, "acme"), "product-p4 product-p5");
}

/// A bundle stands in another only where that takes three words or more out of it.
#[test]
fn a_bundle_within_another_is_used_where_it_says_much() {
    let mut orgs = many("x", 9, "P1 P2 P3");
    orgs.extend(many("yard", 9, "P1 P2 P3 P4 P5"));
    let shape = shape(&account(orgs), &Given::default());
    assert_eq!(
        bundles(&shape),
        [
            "base: product-p1 product-p2 product-p3",
            "yard: base product-p4 product-p5",
        ]
    );
}

/// What all have is `base`, and a given name for the same set stays, as does each given name of a product.
#[test]
fn names_say_who_has_it_or_what_is_in_it() {
    let mut orgs = many("acme", 9, "P1 P2");
    orgs.extend(many("acme-labs", 9, "P1 P2 P3"));
    let live = account(orgs);
    assert_eq!(
        bundles(&shape(&live, &Given::default())),
        ["base: product-p1 product-p2"]
    );
    let id = |text: &str| ProductId::parse(text).unwrap();
    let given = Given {
        names: [(id("P1"), "base".to_owned())].into(),
        taken: ["base".to_owned()].into(),
        bundles: [("everybody".to_owned(), [id("P1"), id("P2")].into())].into(),
        ..Given::default()
    };
    assert_eq!(
        bundles(&shape(&live, &given)),
        ["everybody: base product-p2"]
    );
    let given = Given {
        bundles: BTreeMap::new(),
        ..given
    };
    assert_eq!(
        bundles(&shape(&live, &given)),
        ["base-product-p2: base product-p2"]
    );
}

#[test]
fn what_few_orgs_share_is_none() {
    for orgs in [
        many("a", 2, "P1 P2 P3 P4 P5"),
        many("a", 9, "P1"),
        many("a", 9, ""),
        many("a", 3, "P1 P2"),
        vec![org("a", "P1 P2"), org("b", "P2 P3"), org("c", "P3 P1")],
    ] {
        let shape = shape(&account(orgs), &Given::default());
        assert_eq!(bundles(&shape), [""; 0]);
    }
}

fn accounts() -> impl Strategy<Value = Vec<(u8, Vec<bool>)>> {
    let set = prop::collection::vec(any::<bool>(), 5);
    // Few different sets, so that some are shared.
    prop::collection::vec(set, 1..6).prop_flat_map(|sets| {
        let one = (any::<u8>(), prop::sample::select(sets));
        prop::collection::vec(one, 0..40)
    })
}

fn live_of(cases: &[(u8, Vec<bool>)]) -> Snapshot {
    let orgs = cases.iter().enumerate().map(|(n, (kind, has))| {
        let ids: Vec<String> = (1..)
            .zip(has)
            .filter(|(_, has)| **has)
            .map(|(n, _)| format!("P{n}"))
            .collect();
        let region = ["emea", "apac", "labs"].get(usize::from(kind % 4));
        let name = region.map_or(format!("org{n}"), |region| format!("acme-{region}-{n}"));
        if kind % 7 == 0 {
            inactive(&name, &ids.join(" "))
        } else {
            org(&name, &ids.join(" "))
        }
    });
    account(orgs.collect())
}

proptest! {
    /// Lists stand for what is there, each bundle is used by three orgs or more, no org is lost or told twice, and the order in
    /// which an account was read changes nothing.
    #[test]
    fn a_shape_says_what_is_there(cases in accounts(), turn in 0_usize..40) {
        let live = live_of(&cases);
        let given = Given::default();
        let told = shape(&live, &given);
        let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
        for org in &live.orgs {
            let words = told.list(org).unwrap();
            let has: BTreeSet<String> = org.enabled().unwrap().iter().map(ToString::to_string).collect();
            prop_assert_eq!(expanded(&told, words), has);
            for word in words {
                *uses.entry(word).or_default() += 1;
            }
        }
        for bundle in &told.bundles {
            let uses = uses.get(bundle.name.as_str()).copied().unwrap_or_default();
            prop_assert!(uses >= 3, "{} is used {} times", bundle.name, uses);
            prop_assert!(expanded(&told, &bundle.words).len() > 1);
        }
        let all: Vec<&LiveOrg> = live.orgs.iter().collect();
        let grouped = groups(&all, &told);
        prop_assert_eq!(grouped.iter().map(|group| group.orgs.len()).sum::<usize>(), all.len());
        for by in [SplitBy::Prefix, SplitBy::Bundle] {
            let files = split(&live, &told, by);
            prop_assert_eq!(files.values().map(Vec::len).sum::<usize>(), all.len());
        }
        let mut turned = live.clone();
        let middle = turn % turned.orgs.len();
        turned.orgs.rotate_left(middle);
        let again = shape(&turned, &given);
        prop_assert_eq!(format!("{told:?}"), format!("{again:?}"));
        let all: Vec<&LiveOrg> = turned.orgs.iter().collect();
        prop_assert_eq!(grouped, groups(&all, &again));
        // Words that are kept stay the same words.
        let known = Given {
            names: told.names.clone(),
            bundles: told.bundles.iter().map(|bundle| {
                let ids = expanded(&told, &bundle.words);
                let ids = ids.iter().map(|id| ProductId::parse(id).unwrap());
                (bundle.name.clone(), ids.collect())
            }).collect(),
            ..Given::default()
        };
        prop_assert_eq!(bundles(&shape(&live, &known)), bundles(&told));
        let used = Given { wanted: Wanted::Used, ..known };
        let kept = shape(&live, &used);
        prop_assert_eq!(&kept.bundles, &[]);
        for org in &live.orgs {
            prop_assert_eq!(kept.list(org), told.list(org));
        }
    }
}

/// What all have is found, however the rest of them differs.
#[test]
fn a_common_part_is_found_among_sets_of_which_no_two_are_alike() {
    let live = account(differing(300, "P31 P32 P33 P34"));
    let told = shape(&live, &Given::default());
    let base = "base: product-p31 product-p32 product-p33 product-p34";
    assert!(
        bundles(&told).contains(&base.to_owned()),
        "{:?}",
        told.bundles
    );
}

/// Two thousand orgs of which hardly two are alike: what is looked at is bounded.
#[test]
fn an_account_without_any_shape_is_told_all_the_same() {
    let live = account(differing(2_000, ""));
    let told = shape(&live, &Given::default());
    assert!(told.bundles.len() <= 16);
    for org in &live.orgs {
        let has: BTreeSet<String> = org
            .enabled()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(expanded(&told, told.list(org).unwrap()), has);
    }
}

/// A heading says what is so: two orgs with one list don't each have their own. Numbers go by their value.
#[test]
fn what_few_orgs_have_is_called_so() {
    let headings = |orgs: Vec<LiveOrg>| {
        let live = account(orgs);
        let told = shape(&live, &Given::default());
        let orgs: Vec<&LiveOrg> = live.orgs.iter().collect();
        let some = groups(&orgs, &told).into_iter().map(|group| {
            let orgs = group.orgs.iter().map(|org| org.domain.subdomain());
            let orgs: Vec<&str> = orgs.collect();
            format!("{}: {}", group.heading.unwrap_or_default(), orgs.join(" "))
        });
        some.collect::<Vec<String>>()
    };
    let mut orgs = many("us", 11, "P1 P2");
    orgs.extend(many("emea", 2, "P3"));
    let all = "us-1 us-2 us-3 us-4 us-5 us-6 us-7 us-8 us-9 us-10 us-11";
    let told = headings(orgs.clone());
    assert!(told[0].ends_with(all), "{told:?}");
    assert_eq!(
        told[1],
        "with products that few others have: acme-aerial emea-1 emea-2"
    );
    orgs.pop();
    assert_eq!(
        headings(orgs)[1],
        "each with products of its own: acme-aerial emea-1"
    );
}
