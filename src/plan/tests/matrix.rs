//! The matrix says what the planner would do, field by field.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::desired::Desired;
use crate::ids::{OrgName, ProductId};
use crate::live::{LiveOrg, Snapshot};
use crate::plan::world::{account, checked, desired, inactive, org};
use crate::plan::{Deletions, Field, Matrix};

/// The matrix as lines: `a.okta.com Listed +-.`, a sign for each product.
fn lines(desired: Option<&Desired>, live: &Snapshot) -> Vec<String> {
    let (matrix, _) = Matrix::of(desired, live, &Deletions::default(), Date::MIN);
    let row = |row: &crate::plan::MatrixRow<'_>| {
        let signs = row.fields.iter().map(|field| match field {
            Field::Enabled => '#',
            Field::LeftAlone => 'o',
            Field::Ignored => 'i',
            Field::Unwanted => '-',
            Field::Missing => '+',
            Field::Off => '.',
            Field::Unknown => '?',
        });
        let signs: String = signs.collect();
        let status = row
            .status
            .map_or_else(String::new, |goal| format!(" to {}", goal.as_str()));
        format!("{} {:?} {signs}{status}", row.org, row.standing)
    };
    matrix.rows.iter().map(row).collect()
}

#[test]
fn each_org_stands_somewhere_and_so_does_each_product_of_it() {
    let wanted = desired(
        "account: {id: 0227a, partner: true}\nignoreProducts: [P4, P5]",
        &[
            "{domain: exact.okta.com, products: [P1, P2, P4]}",
            "{domain: more.okta.com, products: [P1, P2], enforce: additive}",
            "{domain: new.okta.com, products: [P1, P4]}",
            "{domain: status.okta.com, status: active}",
            "{domain: gone.okta.com, status: deleted, products: [P1]}",
            "{domain: never.okta.com, status: deleted}",
            "{domain: unread.okta.com, products: [P1]}",
        ],
    );
    let mut orgs = vec![
        org("exact", "P1 P3 P4 P5"),
        org("more", "P1 P3"),
        inactive("status", "P1"),
        org("gone", "P2"),
        org("other", "P1 P5"),
        LiveOrg {
            products: None,
            ..org("unread", "")
        },
    ];
    let live = account(orgs.clone());
    assert_eq!(
        lines(Some(&wanted), &live),
        [
            "acme-aerial.okta.com AerialOrg .....",
            "exact.okta.com Listed #+-ii",
            "gone.okta.com Listed .o... to deleted",
            "more.okta.com Listed #+o..",
            "new.okta.com NotLinked +????",
            "other.okta.com Unmanaged o...i",
            "status.okta.com Listed o.... to active",
            "unread.okta.com Listed ?????",
        ]
    );
    orgs.truncate(2);
    assert_eq!(
        lines(None, &account(orgs)),
        [
            "acme-aerial.okta.com NoFile .....",
            "exact.okta.com NoFile #.###",
            "more.okta.com NoFile #.#..",
        ]
    );
}

#[test]
fn what_the_planner_refuses_to_compare_is_warned_about() {
    let wanted = desired("", &["{id: 00oa, domain: b.okta.com, products: [P1]}"]);
    let live = account(vec![org("a", "P2"), org("b", "P2")]);
    let (_, found) = Matrix::of(Some(&wanted), &live, &Deletions::default(), Date::MIN);
    assert!(!found.has_errors());
    assert_eq!(found.iter().count(), 1);
    assert_eq!(
        lines(Some(&wanted), &live),
        [
            "a.okta.com Contradicted .o...",
            "acme-aerial.okta.com AerialOrg .....",
            "b.okta.com Contradicted .o..."
        ]
    );
}

/// Whatever the world: an org differs if and only if the plan has a step for it, and the products are the plan's.
#[test]
fn the_matrix_and_the_plan_agree() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut set = |share: f64| -> String {
        let all = (1..6).map(|n| format!("P{n}"));
        let some: Vec<String> = all.filter(|_| random.f64() < share).collect();
        some.join(" ")
    };
    let mut coin = fastrand::Rng::with_seed(8);
    for _ in 0..200 {
        let mut entries = Vec::new();
        let mut live = Vec::new();
        for n in 0..6 {
            let name = format!("org-{n}");
            match coin.u8(0..4) {
                0 => {}
                1 => live.push(inactive(&name, &set(0.5))),
                _ => live.push(org(&name, &set(0.5))),
            }
            let status = ["", ", status: active", ", status: inactive"][coin.usize(0..3)];
            let enforce = ["", ", enforce: additive"][coin.usize(0..2)];
            let products = match coin.u8(0..4) {
                0 => String::new(),
                _ => format!(", products: [{}]", set(0.5).replace(' ', ", ")),
            };
            if coin.u8(0..5) > 0 {
                entries.push(format!(
                    "{{domain: {name}.okta.com{status}{enforce}{products}}}"
                ));
            }
        }
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        let ignored = format!("ignoreProducts: [{}]", set(0.2).replace(' ', ", "));
        let wanted = desired(&ignored, &entries);
        let live = account(live);
        let checked = checked(&wanted, &live);
        let plan = checked.plan();
        let (matrix, found) = Matrix::of(Some(&wanted), &live, &Deletions::default(), Date::MIN);
        assert!(found.is_empty());
        for row in &matrix.rows {
            let steps = || plan.steps.iter().filter(|step| step.org == row.org);
            assert_eq!(row.differs(), steps().next().is_some(), "{}", row.org);
            let of = |field: Field| -> BTreeSet<&ProductId> {
                let fields = matrix.columns.iter().zip(&row.fields);
                fields
                    .filter(|(_, is)| **is == field)
                    .map(|(column, _)| column.id)
                    .collect()
            };
            let enable: BTreeSet<_> = steps().flat_map(|step| step.delta().enable).collect();
            let disable: BTreeSet<_> = steps().flat_map(|step| step.delta().disable).collect();
            assert_eq!(
                (of(Field::Missing), of(Field::Unwanted)),
                (enable, disable),
                "{}",
                row.org
            );
        }
        let unmanaged: Vec<&OrgName> = matrix
            .rows
            .iter()
            .filter(|row| row.standing == crate::plan::Standing::Unmanaged)
            .map(|row| &row.org)
            .collect();
        assert_eq!(unmanaged, plan.unmanaged.iter().collect::<Vec<_>>());
    }
}
