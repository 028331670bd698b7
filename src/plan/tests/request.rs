//! What is shown is what is sent.

use std::collections::BTreeSet;

use serde_json::json;

use crate::ids::{Collection, Domain, ObjectName, OrgId, ProductId};
use crate::plan::kinds::Kind;
use crate::plan::request::{
    Gap, Host, Known, Method, OrgSlot, Request, RequestBody, Segment, StepId,
};

fn set(ids: &[&str]) -> BTreeSet<ProductId> {
    ids.iter().map(|id| ProductId::parse(id).unwrap()).collect()
}

fn request(slot: OrgSlot, body: RequestBody) -> Request {
    let path = vec![
        Segment::Word("orgs"),
        Segment::Org(slot),
        Segment::Word("products"),
    ];
    Request::to_account(Kind::Enable, Method::Put, path, body)
}

#[test]
fn promise_9_what_is_shown_is_what_is_sent() {
    let id = OrgId::parse("00oA").unwrap();
    let request = request(
        OrgSlot::Known(id),
        RequestBody::Products(set(&["P1", "P2"])),
    );
    let sent = request.fill(Known::default()).unwrap();
    assert_eq!(request.path(), "/orgs/00oA/products");
    assert_eq!(format!("/{}", sent.path().join("/")), request.path());
    assert_eq!(*sent.body(), request.body());
    assert_eq!(sent.body().to_string(), r#"[{"id":"P1"},{"id":"P2"}]"#);
    assert_eq!(sent.kind(), Kind::Enable);
    assert_eq!(
        (sent.method().as_str(), request.method()),
        ("PUT", Method::Put)
    );
    assert_eq!(
        (sent.host(), request.host().as_str()),
        (&Host::Account, "account")
    );
    assert!(!request.adds_existing());
}

#[test]
fn a_gap_is_closed_by_what_became_known_and_by_nothing_else() {
    let told = OrgId::parse("00oB").unwrap();
    let existing = set(&["P7"]);
    let request = request(
        OrgSlot::ToldBy(StepId(3)),
        RequestBody::PlusExisting(set(&["P1"])),
    );
    assert_eq!(request.path(), "/orgs/{orgId}/products");
    assert_eq!(request.body().to_string(), r#"[{"id":"P1"}]"#);
    assert!(request.adds_existing());
    let all = Known {
        org: Some(&told),
        existing: Some(&existing),
        ..Known::default()
    };
    let sent = request.fill(all).unwrap();
    assert_eq!(sent.path(), ["orgs", "00oB", "products"]);
    assert_eq!(sent.body().to_string(), r#"[{"id":"P1"},{"id":"P7"}]"#);
    let nobody_told = Known { org: None, ..all };
    assert_eq!(request.fill(nobody_told), Err(Gap::OrgId(StepId(3))));
    let nobody_looked = Known {
        existing: None,
        ..all
    };
    assert_eq!(request.fill(nobody_looked), Err(Gap::Existing));
}

#[test]
fn hosts_and_methods_have_their_words() {
    let org = Host::Org(Domain::parse("acme.okta.com").unwrap());
    assert_eq!(org.as_str(), "acme.okta.com");
    assert_eq!(Method::Post.as_str(), "POST");
}

#[test]
fn promise_9_an_object_s_fields_go_into_what_is_there_with_the_org_s_own_ids() {
    let zone = ObjectName::named(Collection::Zones, "A");
    let group = ObjectName::named(Collection::Groups, "G");
    let listed = json!({"profile": {"description": {"ref": "zones/A"}, "old": null}});
    let path = vec![
        Segment::Word("groups"),
        Segment::Object(group.clone(), None),
    ];
    let body = RequestBody::IntoObject {
        collection: Collection::Groups,
        listed: listed.clone().into(),
    };
    let domain = Domain::parse("a.okta.com").unwrap();
    let request = Request::to_org(Kind::Configure, domain, Method::Put, path, body);
    assert_eq!(
        (request.path(), request.body()),
        ("/groups/{id}".to_owned(), listed)
    );
    assert!(request.adds_existing());
    let there = json!({"id": "00g1", "type": "OKTA_GROUP", "profile": {"name": "G", "old": 1}});
    let ids = [
        (zone.clone(), "nzo1".to_owned()),
        (group.clone(), "00g1".to_owned()),
    ]
    .into();
    let known = Known {
        object: Some(&there),
        objects: Some(&ids),
        ..Known::default()
    };
    let sent = request.fill(known).unwrap();
    assert_eq!(sent.path(), ["groups", "00g1"]);
    assert_eq!(
        *sent.body(),
        json!({"profile": {"name": "G", "description": "nzo1"}})
    );
    let unseen = Known {
        object: None,
        ..known
    };
    assert_eq!(request.fill(unseen), Err(Gap::Existing));
    let no_zone = [(group, "00g1".to_owned())].into();
    let nameless = Known {
        objects: Some(&no_zone),
        ..known
    };
    assert_eq!(request.fill(nameless), Err(Gap::Object(zone)));
}
