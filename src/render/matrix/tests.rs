//! Tables of any size in terminals of any width.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr as _;

use super::super::style::Palette;
use super::{csv, table};
use jiff::civil::Date;

use crate::desired::Desired;
use crate::ids::{Domain, ProductId};
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, desired, org};
use crate::plan::{Deletions, Matrix};

/// A file and an account of this many orgs and products; every seventh org differs.
fn world(orgs: usize, products: usize) -> (Desired, Snapshot) {
    let names: Vec<String> = (0..products)
        .map(|n| format!("p{n}{}: P{n:06}", "x".repeat(n % 13)))
        .collect();
    let word = |n: usize| format!("P{n:06}");
    let (mut entries, mut live) = (Vec::new(), Vec::new());
    for n in 0..orgs {
        let has: Vec<String> = (0..products)
            .filter(|p| (n * 7 + p * 3) % 5 > 1)
            .map(word)
            .collect();
        let wants = if n % 7 == 0 {
            has.get(1..).unwrap_or_default()
        } else {
            &has
        };
        entries.push(format!(
            "{{domain: org-{n}.okta.com, products: [{}]}}",
            wants.join(", ")
        ));
        live.push(org(&format!("org-{n}"), &has.join(" ")));
    }
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let mut live = account(live);
    let ids = (0..products).map(|n| {
        (
            ProductId::parse(&word(n)).unwrap(),
            format!("Okta's product {n} with some name"),
        )
    });
    live.subscribed = ids.collect();
    (
        desired(&format!("products: {{{}}}", names.join(", ")), &entries),
        live,
    )
}

#[test]
fn every_org_is_shown_and_no_line_is_too_long() {
    for orgs in [0, 1, 7, 60, 1_000] {
        let (desired, live) = world(orgs, 30);
        let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
        for width in [60, 80, 140, 250] {
            let text = table(
                &matrix,
                &live,
                matrix.rows.len(),
                width,
                Palette { colour: false },
            );
            for line in text.lines() {
                assert!(line.width() <= width, "{width}: {line}");
                assert!(!line.ends_with(' '));
            }
            let mut times: BTreeMap<&str, usize> = BTreeMap::new();
            for word in text.lines().flat_map(|line| line.split(' ')) {
                *times.entry(word).or_default() += 1;
            }
            let blocks = times.get("ORG").copied().unwrap_or(0);
            for row in &matrix.rows {
                let domain = row.org.label();
                assert_eq!(times.get(domain), Some(&blocks), "{domain} at {width}");
            }
            assert!(text.ends_with(".\n"));
        }
    }
}

#[test]
fn a_long_domain_is_never_cut() {
    let (desired, mut live) = world(3, 4);
    let long = format!("{}.okta.com", "a".repeat(50));
    live.orgs.push(LiveOrg {
        domain: Domain::parse(&long).unwrap(),
        ..org("long", "")
    });
    let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
    let text = table(&matrix, &live, 5, 60, Palette { colour: false });
    assert!(text.contains(&format!("\n* {long}\n ")), "{text}");
}

#[test]
fn an_account_without_orgs_has_a_heading_and_a_sentence() {
    let (desired, mut live) = world(0, 2);
    live.orgs.clear();
    let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
    let text = table(&matrix, &live, 0, 80, Palette { colour: false });
    assert!(text.contains("No org.\n"), "{text}");
    assert!(
        text.ends_with("0 orgs, 0 products; none differs from the file.\n"),
        "{text}"
    );
    assert_eq!(csv(&matrix, &live).lines().count(), 1);
}

#[test]
fn of_very_many_products_those_that_matter_get_a_column() {
    let (desired, live) = world(20, 400);
    let (matrix, _) = Matrix::of(Some(&desired), &live, &Deletions::default(), Date::MIN);
    let text = table(&matrix, &live, 20, 120, Palette { colour: false });
    let headings = text.lines().filter(|line| line.starts_with("  ORG"));
    let columns: usize = headings
        .map(|line| {
            line.split_whitespace()
                .filter(|word| word.starts_with('p'))
                .count()
        })
        .sum();
    assert_eq!(columns, 60);
    let rest = "60 of 400 products are shown, those that differ and the most used;";
    assert!(text.contains(rest), "{text}");
    assert_eq!(
        csv(&matrix, &live)
            .lines()
            .next()
            .unwrap()
            .matches(",p")
            .count(),
        400
    );
}
