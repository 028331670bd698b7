//! The text of a memory: a line that says what it is and how its rest is hashed, and the rest, JSON. The format is this
//! program's own: nobody else reads it, and another version costs a whole read.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::model::{AccountMemory, MemoryOwner, RememberedOrg};
use super::told::{OrgTold, ToldOfOrgs};
use crate::clock::{parsed, rfc3339};
use crate::ids::{Cell, Domain, OrgId, ProductId};
use crate::live::{LiveOrg, LiveStatus, SharedProducts};

/// What the first line begins with, its number the version of the format.
const HEAD: &str = "aerialctl memory 2 sha256:";

/// What a memory begins with, in any version.
pub const BEGINNING: &str = "aerialctl memory ";

#[derive(Serialize, Deserialize)]
struct MemoryText {
    program: String,
    account: String,
    endpoint: String,
    issuer: Option<String>,
    client: Option<String>,
    position: String,
    /// Ids with Okta's names: an org's products are places in this list.
    products: Vec<(ProductId, String)>,
    orgs: Vec<OrgText>,
    subscribed: BTreeSet<ProductId>,
    told: Vec<ToldText>,
    anybody: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct OrgText {
    id: OrgId,
    domain: String,
    name: String,
    cell: Option<String>,
    status: String,
    aerial: bool,
    products: Vec<usize>,
    at: String,
}

/// What the log told of an org, each with when it happened.
#[derive(Serialize, Deserialize)]
struct ToldText {
    org: OrgId,
    products: Vec<(ProductId, bool, String)>,
    status: Option<(String, String)>,
    other: Option<String>,
}

/// Reads a memory.
///
/// # Errors
/// In words, when it isn't whole or no memory; nothing of it is quoted.
pub fn read(bytes: &[u8]) -> Result<AccountMemory, String> {
    let broken = |why: &str| why.to_owned();
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (head, rest) = end
        .and_then(|end| bytes.split_at_checked(end + 1))
        .ok_or_else(|| broken("it isn't of this format"))?;
    let hash = head
        .strip_prefix(HEAD.as_bytes())
        .ok_or_else(|| broken("it isn't of this format"))?;
    if hash.trim_ascii_end() != sha256(rest).as_bytes() {
        return Err(broken("it isn't as it was written"));
    }
    let text: MemoryText =
        serde_json::from_slice(rest).map_err(|_| broken("it isn't of this format"))?;
    let mut shared = SharedProducts::default();
    let orgs = text.orgs.into_iter().map(|org| {
        let org = remembered(org, &text.products, &mut shared)?;
        Some((org.org.id.clone(), org))
    });
    let orgs: Option<BTreeMap<_, _>> = orgs.collect();
    let told = told(text.told, text.anybody).ok_or_else(|| broken("it has a time that is none"))?;
    Ok(AccountMemory {
        owner: MemoryOwner {
            program: text.program,
            account: text.account,
            endpoint: text.endpoint,
            issuer: text.issuer,
            client: text.client,
        },
        position: text.position,
        subscribed: text.subscribed,
        orgs: orgs.ok_or_else(|| broken("it has an org that can't be one"))?,
        told,
    })
}

fn remembered(
    text: OrgText,
    names: &[(ProductId, String)],
    shared: &mut SharedProducts,
) -> Option<RememberedOrg> {
    let products = text.products.iter().map(|place| names.get(*place).cloned());
    Some(RememberedOrg {
        org: LiveOrg {
            id: text.id,
            domain: Domain::from_server(&text.domain).ok()?,
            display_name: text.name,
            cell: match text.cell {
                None => None,
                Some(cell) => Some(Cell::parse(&cell).ok()?),
            },
            status: LiveStatus::parse(&text.status),
            aerial_org: text.aerial,
            products: Some(shared.of(products.collect::<Option<_>>()?)),
        },
        at: parsed(&text.at)?,
    })
}

fn told(orgs: Vec<ToldText>, anybody: Option<String>) -> Option<ToldOfOrgs> {
    let orgs = orgs.into_iter().map(|text| {
        let products = text.products.into_iter();
        let products = products.map(|(id, has, when)| Some((id, (has, parsed(&when)?))));
        let told = OrgTold {
            products: products.collect::<Option<_>>()?,
            status: match text.status {
                None => None,
                Some((new, when)) => Some((new, parsed(&when)?)),
            },
            other: time(text.other)?,
        };
        Some((text.org, told))
    });
    Some(ToldOfOrgs {
        orgs: orgs.collect::<Option<_>>()?,
        anybody: time(anybody)?,
    })
}

/// A time that there may be; `None` where it can't be one.
fn time(text: Option<String>) -> Option<Option<SystemTime>> {
    text.map_or(Some(None), |text| parsed(&text).map(Some))
}

/// The text of a memory: the same memory has the same bytes.
///
/// # Errors
/// When the serializer can't, which no memory is known to cause.
pub fn write(memory: &AccountMemory) -> Result<String, serde_json::Error> {
    let AccountMemory {
        owner,
        position,
        subscribed,
        orgs,
        told,
    } = memory;
    let mut places: BTreeMap<(&ProductId, &str), usize> = BTreeMap::new();
    let mut products = Vec::new();
    let orgs = orgs.values().map(|RememberedOrg { org, at }| {
        let own = org.products.as_deref().into_iter().flatten();
        let own = own.map(|(id, name)| {
            *places.entry((id, name)).or_insert_with(|| {
                products.push((id.clone(), name.clone()));
                products.len() - 1
            })
        });
        org_text(org, own.collect(), *at)
    });
    let orgs = orgs.collect();
    let text = MemoryText {
        program: owner.program.clone(),
        account: owner.account.clone(),
        endpoint: owner.endpoint.clone(),
        issuer: owner.issuer.clone(),
        client: owner.client.clone(),
        position: position.clone(),
        orgs,
        products,
        subscribed: subscribed.clone(),
        told: told.orgs.iter().map(told_text).collect(),
        anybody: told.anybody.map(rfc3339),
    };
    let rest = serde_json::to_string(&text)? + "\n";
    Ok(format!("{HEAD}{}\n{rest}", sha256(rest.as_bytes())))
}

fn told_text((org, told): (&OrgId, &OrgTold)) -> ToldText {
    let OrgTold {
        products,
        status,
        other,
    } = told;
    let products = products.iter();
    ToldText {
        org: org.clone(),
        products: products
            .map(|(id, (has, when))| (id.clone(), *has, rfc3339(*when)))
            .collect(),
        status: (status.as_ref()).map(|(new, when)| (new.clone(), rfc3339(*when))),
        other: other.map(rfc3339),
    }
}

fn org_text(org: &LiveOrg, products: Vec<usize>, at: SystemTime) -> OrgText {
    let LiveOrg {
        id,
        domain,
        display_name,
        cell,
        status,
        aerial_org,
        products: _,
    } = org;
    OrgText {
        id: id.clone(),
        domain: domain.as_str().to_owned(),
        name: display_name.clone(),
        cell: cell.as_ref().map(|cell| cell.as_str().to_owned()),
        status: status.as_str().to_owned(),
        aerial: *aerial_org,
        products,
        at: rfc3339(at),
    }
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
