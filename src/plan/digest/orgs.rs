//! An org of the file and one of the account as their fingerprints take them: each field in the order of the names, so that the
//! bytes are those of sorted keys.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::{Value as Json, json};

use crate::desired::model::{DesiredOrg, Enforce, ListedProduct, NewAdmin, NewOrg, StatusGoal};
use crate::ids::{Cell, Domain, OrgId, ProductId};
use crate::live::LiveOrg;

/// An org of the file, its fields in the order of their names.
#[derive(Serialize)]
pub(super) struct CanonicalOrg<'a> {
    baseline: Option<&'a str>,
    cell: Option<&'a str>,
    consent: Option<&'a str>,
    create: Option<Json>,
    domain: Option<&'a str>,
    enforce: &'static str,
    id: Option<&'a str>,
    new: bool,
    parent: Option<&'a str>,
    products: Option<Listed<'a>>,
    status: Option<&'static str>,
    until: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wave: Option<&'a str>,
}

impl<'a> CanonicalOrg<'a> {
    pub(super) fn of(org: &'a DesiredOrg) -> Self {
        let DesiredOrg {
            name,
            cell,
            cell_is_own: _, // where the cell stands changes nothing
            status,
            until,
            products,
            enforce,
            baseline,
            parent,
            consent,
            create,
            new,
            wave,
            owner: _,  // shown, and nothing more
            note: _,   // as the owner
            origin: _, // a place in the file
        } = org;
        Self {
            baseline: baseline.as_deref(),
            cell: cell.as_ref().map(Cell::as_str),
            consent: consent.as_ref().map(Domain::as_str),
            create: create.as_deref().map(birth),
            domain: name.domain().map(Domain::as_str),
            enforce: match enforce {
                Enforce::Exact => "exact",
                Enforce::Additive => "additive",
            },
            id: name.id().map(OrgId::as_str),
            new: *new,
            parent: parent.as_ref().map(Domain::as_str),
            products: products.as_deref().map(Listed),
            status: status.map(StatusGoal::as_str),
            until: until.map(|day| day.to_string()),
            wave: wave.as_deref(),
        }
    }
}

/// Each product, and until when.
struct Listed<'a>(&'a [ListedProduct]);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|product| {
            let until = product.until.map(|day| day.to_string());
            (product.id.as_str(), until)
        }))
    }
}

fn birth(new: &NewOrg) -> Json {
    let NewOrg {
        parent,
        domain: _, // the org's own
        name,
        website,
        admin,
    } = new;
    let NewAdmin {
        first_name,
        last_name,
        email,
        login,
        password_from,
    } = admin;
    json!({
        "parent": parent,
        "name": name,
        "website": website,
        "admin": [first_name, last_name, email, login, password_from],
    })
}

/// An org of the account, its fields in the order of their names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CanonicalLiveOrg<'a> {
    aerial_org: bool,
    cell: Option<&'a str>,
    domain: &'a str,
    id: &'a str,
    products: Option<Vec<&'a str>>,
    status: &'a str,
}

impl<'a> CanonicalLiveOrg<'a> {
    pub(super) fn of(org: &'a LiveOrg) -> Self {
        let LiveOrg {
            id,
            domain,
            display_name: _, // shown, and nothing more
            cell,
            status,
            aerial_org,
            products,
        } = org;
        let ids = |products: &'a BTreeMap<ProductId, String>| {
            products.keys().map(ProductId::as_str).collect()
        };
        Self {
            aerial_org: *aerial_org,
            cell: cell.as_ref().map(Cell::as_str),
            domain: domain.as_str(),
            id: id.as_str(),
            products: products.as_deref().map(ids),
            status: status.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::{account, desired, org};

    /// Another order of the fields would be another fingerprint of the same.
    #[test]
    fn fields_stand_in_the_order_of_their_names() {
        let one = "{domain: a.okta.com, id: 00oA, cell: ok2, status: active, until: 2026-12-31, products: [P2, {product: P1, until: 2026-11-30}], \
                   wave: rest, new: true}";
        let wanted = desired("waves: [pilot, rest]", &[one]);
        let whole = |text: &str| {
            let json: Json = serde_json::from_str(text).unwrap();
            json.to_string()
        };
        let text = serde_json::to_string(&CanonicalOrg::of(&wanted.orgs[0])).unwrap();
        assert_eq!(text, whole(&text));
        assert!(
            text.contains(r#""products":{"P1":"2026-11-30","P2":null}"#),
            "{text}"
        );
        let live = account(vec![org("a", "P2 P1")]);
        let text = serde_json::to_string(&CanonicalLiveOrg::of(&live.orgs[0])).unwrap();
        assert_eq!(text, whole(&text));
        assert!(text.contains(r#""products":["P1","P2"]"#), "{text}");
    }
}
