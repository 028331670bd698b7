//! Small memories and events for the tests of this room.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use crate::history::{Deed, EventActor, EventResult, LogEvent, LoggedOrg};
use crate::ids::{Domain, OrgId};
use crate::live::LiveOrg;
use crate::memory::{AccountMemory, MemoryOwner, RememberedOrg, ToldOfOrgs};
use crate::plan::world::{account, products};

/// So many seconds after new year 2026.
pub(super) fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600 + second)
}

pub(super) fn owner() -> MemoryOwner {
    MemoryOwner {
        program: "0.1.0".to_owned(),
        account: "0227a".to_owned(),
        endpoint: "https://aerial-apac.okta.com".to_owned(),
        issuer: Some("https://acme-aerial.okta.com".to_owned()),
        client: Some("0oaClient".to_owned()),
    }
}

/// A memory of these orgs, all read at one time.
pub(super) fn memory(orgs: &[LiveOrg], second: u64) -> AccountMemory {
    let orgs = orgs.iter().map(|org| {
        let (org, at) = (org.clone(), at(second));
        (org.id.clone(), RememberedOrg { org, at })
    });
    AccountMemory {
        owner: owner(),
        position: "after=1".to_owned(),
        subscribed: account(Vec::new())
            .subscribed
            .into_keys()
            .collect::<BTreeSet<_>>(),
        orgs: orgs.collect::<BTreeMap<_, _>>(),
        told: ToldOfOrgs::default(),
    }
}

/// An org as an event names it, by an id, a domain or both.
pub(super) fn logged(id: &str, domain: &str) -> LoggedOrg {
    LoggedOrg {
        id: OrgId::parse(id).ok(),
        domain: Domain::parse(domain).ok(),
    }
}

/// An event of a type about these orgs.
pub(super) fn event(second: u64, kind: &str, orgs: &[LoggedOrg]) -> LogEvent {
    let (first, others) = match orgs {
        [] => (LoggedOrg::default(), Vec::new()),
        [first, others @ ..] => (first.clone(), others.to_vec()),
    };
    LogEvent {
        uuid: format!("u{second}"),
        at: at(second),
        event_type: kind.to_owned(),
        actor: EventActor::default(),
        address: String::new(),
        agent: String::new(),
        requests: Vec::new(),
        org: first,
        others,
        clipped: false,
        deed: Deed::Other(String::new()),
        result: EventResult::Done,
    }
}

/// An event of products that come and go in `NAME.okta.com`.
pub(super) fn changed(second: u64, name: &str, added: &str, deleted: &str) -> LogEvent {
    let deed = Deed::Products {
        added: products(added),
        deleted: products(deleted),
    };
    LogEvent {
        deed,
        ..event(
            second,
            "account.org.product.update",
            &[logged(&format!("00o{name}"), "")],
        )
    }
}
