//! What the server sends, read leniently: what an event lacks is empty, what it has besides is ignored, and what can't be one
//! is nothing.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::aerial::wire::clipped;
use crate::clock::parsed;
use crate::history::{Deed, EventActor, EventResult, LogEvent, LoggedOrg};
use crate::ids::{Domain, OrgId, ProductId};

/// Products of an event that are looked at: ten times what anybody is subscribed to.
const MAX_PRODUCTS: usize = 1_000;

/// An event; `None` where it has no id, no type, or no time that can be one.
pub(super) fn event(served: &Json) -> Option<LogEvent> {
    let text = |pointer: &str| text(served, pointer);
    let uuid = text("/uuid");
    let event_type = text("/eventType");
    let at = parsed(&text("/published"))?;
    if uuid.is_empty() || event_type.is_empty() {
        return None;
    }
    let (orgs, clipped) = orgs(served);
    let mut orgs = orgs.into_iter();
    let result = match text("/outcome/result").as_str() {
        "" | "SUCCESS" | "ALLOW" => EventResult::Done,
        "FAILURE" | "DENY" | "SKIPPED" => EventResult::Failed,
        _ => EventResult::Unknown,
    };
    let requests = [
        text("/transaction/id"),
        text("/debugContext/debugData/requestId"),
    ];
    Some(LogEvent {
        uuid,
        at,
        actor: EventActor {
            id: text("/actor/id"),
            kind: text("/actor/type"),
            login: text("/actor/alternateId"),
            name: text("/actor/displayName"),
        },
        address: text("/client/ipAddress"),
        agent: text("/client/userAgent/rawUserAgent"),
        requests: requests.into_iter().filter(|id| !id.is_empty()).collect(),
        org: orgs.next().unwrap_or_default(),
        others: orgs.collect(),
        clipped,
        deed: deed(served, &event_type),
        event_type,
        result,
    })
}

/// A text at a place; empty where there is none.
fn text(served: &Json, pointer: &str) -> String {
    let text = served.pointer(pointer).and_then(Json::as_str);
    clipped(text.unwrap_or_default().to_owned())
}

fn targets(served: &Json) -> impl Iterator<Item = &Json> {
    let all = served.get("target").and_then(Json::as_array);
    all.into_iter().flatten()
}

/// The orgs among the targets: those with a domain, else those whose id is an org's; each once. And whether that leaves any out.
fn orgs(served: &Json) -> (Vec<LoggedOrg>, bool) {
    let org = |target: &Json| {
        let id = OrgId::parse(&text(target, "/id")).ok();
        LoggedOrg {
            id: id.filter(|id| id.as_str().starts_with("00o")),
            domain: Domain::from_server(&text(target, "/detailEntry/domain_name")).ok(),
        }
    };
    let called_one = |target: &Json| {
        let kind = text(target, "/type");
        kind.is_empty() || kind.eq_ignore_ascii_case("org")
    };
    let all = targets(served).map(|target| (called_one(target), org(target)));
    let may_be: Vec<(bool, LoggedOrg)> = all
        .filter(|(called_one, org)| *called_one || org.name().is_some())
        .collect();
    let named = may_be.len();
    let mut all: Vec<LoggedOrg> = may_be.into_iter().map(|(_, org)| org).collect();
    all.retain(|org| org.name().is_some());
    if all.iter().any(|org| org.domain.is_some()) {
        all.retain(|org| org.domain.is_some());
    }
    let clipped = all.len() < named;
    let mut seen = BTreeSet::new();
    all.retain(|org| seen.insert((org.id.clone(), org.domain.clone())));
    (all, clipped)
}

fn deed(served: &Json, event_type: &str) -> Deed {
    let debug = |name: &str| format!("/debugContext/debugData/{name}");
    match event_type {
        "account.org.product.update" => Deed::Products {
            added: products(served, &debug("products_added")),
            deleted: products(served, &debug("products_deleted")),
        },
        "account.org.status.update" => Deed::Status {
            old: text(served, &debug("old_status")),
            new: text(served, &debug("new_status")),
        },
        "account.org.add" => Deed::Linked,
        "account.org.delete.request" => Deed::DeletionRequested,
        "account.org.delete.cancel" => Deed::DeletionCancelled,
        "account.org.consent.grant" => Deed::ConsentGranted,
        "account.org.consent.revoke" => Deed::ConsentRevoked,
        _ => {
            let template = text(served, &debug("template_condition_name"));
            let mut groups = targets(served).map(|one| text(one, "/detailEntry/org_group_name"));
            let group = groups.find(|name| !name.is_empty());
            Deed::Other(group.unwrap_or(template))
        }
    }
}

/// Ids joined by a comma and a space [Okta, event types]; what can't be one is left out.
fn products(served: &Json, pointer: &str) -> BTreeSet<ProductId> {
    let ids = |text: &str| -> Vec<ProductId> {
        let words = text.split(',').map(str::trim);
        words
            .filter_map(|word| ProductId::parse(word).ok())
            .take(MAX_PRODUCTS)
            .collect()
    };
    match served.pointer(pointer) {
        Some(Json::String(text)) => ids(text).into_iter().collect(),
        Some(Json::Array(all)) => {
            let texts = all.iter().filter_map(Json::as_str).take(MAX_PRODUCTS);
            texts.flat_map(ids).collect()
        }
        _ => BTreeSet::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn served() -> Json {
        json!({
            "uuid": "u1", "published": "2026-01-01T00:00:00.000Z", "eventType": "account.org.product.update",
            "actor": {"id": "00u1", "type": "User", "alternateId": "ana@acme.example", "displayName": "Ana Doe"},
            "client": {"userAgent": {"rawUserAgent": "Mozilla/5.0"}, "ipAddress": "192.0.2.1"},
            "outcome": {"result": "SUCCESS"},
            "target": [
                {"id": "0cg1", "type": "OrgGroup", "detailEntry": {"org_group_name": "Europe"}},
                {"id": "0lt1", "detailEntry": {"cell": "ok1", "domain_name": "A.okta.com"}},
            ],
            "debugContext": {"debugData": {"products_added": "P1, P2", "products_deleted": "", "requestId": "r1"}},
            "transaction": {"id": "t1"},
        })
    }

    #[test]
    fn an_event_is_read_as_okta_documents_it() {
        let event = event(&served()).unwrap();
        assert_eq!(event.org.id, None, "an id that is no org's");
        assert_eq!(event.org.domain, Domain::parse("a.okta.com").ok());
        assert_eq!(event.requests, ["t1", "r1"]);
        assert_eq!(event.actor.words(), "Ana Doe (ana@acme.example)");
        assert_eq!(event.means(), "console");
        let ids = ["P1", "P2"].map(|id| ProductId::parse(id).unwrap());
        let (added, deleted) = (ids.into(), BTreeSet::new());
        assert_eq!(event.deed, Deed::Products { added, deleted });
        assert_eq!(event.result, EventResult::Done);
        assert_eq!((event.others, event.clipped), (Vec::new(), false));
        let mut one = served();
        for (target, clipped) in [
            (json!({"id": "00oParent"}), true),
            (
                json!({"id": "0lt2", "type": "Org", "alternateId": "b.okta.com"}),
                true,
            ),
            (json!({"id": "0lt2", "displayName": "b"}), true),
            (json!({"id": "00u2", "type": "User"}), false),
        ] {
            one["target"][0] = target;
            assert_eq!(super::event(&one).unwrap().clipped, clipped);
        }
    }

    #[test]
    fn what_an_event_lacks_is_empty_and_what_can_not_be_one_is_nothing() {
        for (pointer, value) in [
            ("/uuid", json!(null)),
            ("/uuid", json!(7)),
            ("/published", json!("soon")),
            ("/published", json!("0001-01-01T00:00:00Z")),
            ("/published", json!(1_767_225_600)),
            ("/eventType", json!(["account.org.add"])),
        ] {
            let mut one = served();
            *one.pointer_mut(pointer).unwrap() = value;
            assert_eq!(event(&one), None, "{pointer}");
        }
        for strange in [
            json!(null),
            json!([]),
            json!("text"),
            json!(7),
            json!([[[]]]),
        ] {
            assert_eq!(event(&strange), None);
            for member in [
                "actor",
                "client",
                "outcome",
                "target",
                "debugContext",
                "transaction",
                "new",
            ] {
                let mut one = served();
                one[member] = strange.clone();
                assert!(event(&one).is_some(), "{member}: {strange}");
            }
        }
        let mut one = served();
        one["debugContext"]["debugData"]["products_added"] = json!(["P3", 7, "P 4"]);
        one["actor"]["displayName"] = json!("x".repeat(1_000_000));
        one["target"] = Json::Array(vec![json!({"id": "00oA"}); 100_000]);
        let event = event(&one).unwrap();
        let added = [ProductId::parse("P3").unwrap()].into();
        assert_eq!(
            event.deed,
            Deed::Products {
                added,
                deleted: BTreeSet::new()
            }
        );
        assert!(event.actor.name.len() < 1_000);
        assert_eq!(event.org.id, OrgId::parse("00oA").ok());
        assert_eq!(event.others, []);
    }

    #[test]
    fn all_orgs_that_an_event_is_about_are_read_and_what_came_of_it() {
        let named = |name: &str| json!({"id": format!("00o{name}"), "detailEntry": {"domain_name": format!("{name}.okta.com")}});
        let mut targets: Vec<Json> = (0..25).map(|n| json!({"id": format!("x{n}")})).collect();
        targets.extend([named("a"), named("b"), named("a")]);
        let mut one = served();
        one["target"] = json!(targets);
        for (result, is) in [
            ("SUCCESS", EventResult::Done),
            ("FAILURE", EventResult::Failed),
            ("PENDING", EventResult::Unknown),
            ("UNKNOWN", EventResult::Unknown),
        ] {
            one["outcome"]["result"] = json!(result);
            let event = event(&one).unwrap();
            assert_eq!(event.result, is);
            assert_eq!(event.org.id, OrgId::parse("00oa").ok());
            let others: Vec<_> = event.others.into_iter().map(|org| org.id).collect();
            assert_eq!(others, [OrgId::parse("00ob").ok()]);
        }
    }
}
