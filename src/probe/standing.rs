//! What an org is seen as after a write, and by whose doing it is something else than before: pure.

use std::collections::BTreeSet;

use crate::aerial::{OrgPart, OrgWrite};
use crate::live::{LiveOrg, LiveStatus};

/// What a look at an org shows beside what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Aftermath {
    /// It is as it was.
    Same,
    /// All that differs can come of the write; what that is.
    Ours(String),
    /// Something differs that the write can't have caused; all that differs.
    Anothers(String),
    /// It can't be read; why.
    Unreadable(String),
}

/// So many products are named in a sentence.
const NAMED: usize = 10;

impl Aftermath {
    /// What differs between an org before a write and now, and whether that write explains it.
    ///
    /// A write to the status explains a status. One to the products, which replaces them all, explains that products of its body are
    /// there and that others aren't; one that wasn't in it was enabled by somebody else. No write explains anything else, and one to neither explains nothing.
    pub(super) fn of(before: &LiveOrg, now: &LiveOrg, sent: Option<&OrgWrite>) -> Self {
        let mut differs = Vec::new();
        let mut explained = true;
        if before.status != now.status {
            differs.push(format!(
                "its status is {}, and was {}",
                word(&now.status),
                word(&before.status)
            ));
            explained &= sent.is_some_and(|sent| sent.part == OrgPart::Status);
        }
        let (was, is) = (ids(before), ids(now));
        let extra: Vec<&str> = is.difference(&was).copied().collect();
        let missing: Vec<&str> = was.difference(&is).copied().collect();
        for (verb, products) in [("has also", &extra), ("lacks", &missing)] {
            if !products.is_empty() {
                differs.push(format!("it {verb} {}", list(products)));
            }
        }
        if !extra.is_empty() || !missing.is_empty() {
            explained &= sent.is_some_and(|sent| {
                sent.part == OrgPart::Products && is.is_subset(&sent.products())
            });
        }
        if before.display_name != now.display_name || before.cell != now.cell {
            differs.push("its name or its cell is another".to_owned());
            explained = false;
        }
        match (differs.is_empty(), explained) {
            (true, _) => Self::Same,
            (false, true) => Self::Ours(differs.join("; ")),
            (false, false) => Self::Anothers(differs.join("; ")),
        }
    }
}

fn ids(org: &LiveOrg) -> BTreeSet<&str> {
    let products = org.products.as_deref().into_iter().flatten();
    products.map(|(id, _)| id.as_str()).collect()
}

fn word(status: &LiveStatus) -> &str {
    match status.as_str() {
        "" => "none",
        word => word,
    }
}

fn list(products: &[&str]) -> String {
    let named: Vec<&str> = products.iter().take(NAMED).copied().collect();
    let more = match products.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::ids::{Domain, OrgId, ProductId};

    fn org(status: &str, products: &[&str]) -> LiveOrg {
        let product = |id: &&str| (ProductId::parse(id).unwrap(), String::new());
        LiveOrg {
            id: OrgId::parse("00oA").unwrap(),
            domain: Domain::parse("a.okta.com").unwrap(),
            display_name: "A".to_owned(),
            cell: None,
            status: LiveStatus::parse(status),
            aerial_org: false,
            products: Some(Arc::new(products.iter().map(product).collect())),
        }
    }

    fn to_products(products: &[&str]) -> OrgWrite {
        OrgWrite {
            part: OrgPart::Products,
            body: products.iter().map(|id| json!({"id": id})).collect(),
        }
    }

    #[test]
    fn what_a_write_explains_is_ours_and_the_rest_another_s() {
        let before = org("ACTIVE", &["P1", "P2"]);
        let status = OrgWrite {
            part: OrgPart::Status,
            body: json!({"status": "ACTIVE"}),
        };
        let products = to_products(&["P1", "P2", "P9"]);
        let ours = |text: &str| Aftermath::Ours(text.to_owned());
        let anothers = |text: &str| Aftermath::Anothers(text.to_owned());
        for (now, sent, seen) in [
            (org("ACTIVE", &["P1", "P2"]), &status, Aftermath::Same),
            (org("active", &["P2", "P1"]), &products, Aftermath::Same),
            (org("ACTIVE", &[]), &products, ours("it lacks P1, P2")),
            (
                org("ACTIVE", &["P1", "P9"]),
                &products,
                ours("it has also P9; it lacks P2"),
            ),
            (
                org("ACTIVE", &["P1", "P2", "P3"]),
                &products,
                anothers("it has also P3"),
            ),
            (
                org("ACTIVE", &["P3"]),
                &products,
                anothers("it has also P3; it lacks P1, P2"),
            ),
            (org("ACTIVE", &["P1"]), &status, anothers("it lacks P2")),
            (
                org("INACTIVE", &["P1", "P2"]),
                &status,
                ours("its status is INACTIVE, and was ACTIVE"),
            ),
            (
                org("", &["P1", "P2"]),
                &products,
                anothers("its status is none, and was ACTIVE"),
            ),
            (
                org("INACTIVE", &["P1", "P9"]),
                &products,
                anothers("its status is INACTIVE, and was ACTIVE; it has also P9; it lacks P2"),
            ),
        ] {
            assert_eq!(Aftermath::of(&before, &now, Some(sent)), seen, "{now:?}");
        }
        let renamed = LiveOrg {
            display_name: "B".to_owned(),
            ..before.clone()
        };
        let seen = Aftermath::of(&before, &renamed, Some(&status));
        assert_eq!(seen, anothers("its name or its cell is another"));
    }

    #[test]
    fn not_every_product_is_named() {
        let many: Vec<String> = (0..30).map(|n| format!("P{n:02}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let text = list(&many);
        assert!(text.ends_with("P09 and 20 more"), "{text}");
    }
}
