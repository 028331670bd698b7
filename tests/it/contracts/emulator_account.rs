//! Org groups, templates of request conditions and one-of dependencies: what the Aerial API has beside orgs.

use aerialctl::emulator::{ConditionTemplate, OrgGroup, State};
use serde_json::json;

use super::asking::Asking;
use crate::support::{ACCOUNT, World, account, org};

#[tokio::test]
async fn org_groups_are_read_and_renamed() {
    let mut state = account(vec![org("a", &[]), org("b", &[])]);
    let orgs = vec![state.orgs[1].id.clone()];
    let group = OrgGroup {
        name: "Europe".to_owned(),
        description: None,
        orgs,
    };
    state
        .groups
        .insert("0cgc1a2b3c4d5e6f7g8h".to_owned(), group);
    let (a, b) = (state.orgs[1].id.clone(), state.orgs[2].id.clone());
    let world = World::with(state).await;
    let aerial = Asking::at(
        format!("{}/{ACCOUNT}/api/v1", world.emulator().origin()),
        "Bearer test-token",
    );
    let path = "/orgGroups/0cgc1a2b3c4d5e6f7g8h";
    let shown = json!({"id": "0cgc1a2b3c4d5e6f7g8h", "accountId": ACCOUNT, "name": "Europe"});
    assert_eq!(aerial.get(path).await.body, shown);
    let renamed = aerial
        .put(path, json!({"name": "EMEA", "description": "All of it"}))
        .await;
    assert_eq!(renamed.body["description"], "All of it");
    let members = aerial.get(&format!("{path}/orgs?limit=1")).await;
    assert_eq!(members.body[0]["id"], a.as_str());
    assert!(members.header("link").contains("rel=\"self\""));
    assert_eq!(
        aerial.get("/orgGroups/0cgNobody").await.refusal().1,
        "E0000007"
    );
    assert_eq!(
        aerial.put(path, json!({"description": "x"})).await.status,
        400
    );
    // Guessed by symmetry, and gone with the switch.
    assert_eq!(
        aerial
            .post(&format!("{path}/orgs"), json!({"orgId": b}))
            .await
            .status,
        204
    );
    assert_eq!(aerial.get("/orgGroups").await.body[0]["name"], "EMEA");
    let left = aerial
        .ask("DELETE", &format!("{path}/orgs"), Some(json!({"orgId": b})))
        .await;
    assert_eq!(left.status, 204);
    world
        .emulator()
        .change(|state| state.switches.org_group_guesses = false);
    assert_eq!(
        aerial.get("/orgGroups").await.refusal(),
        (404, "E0000008", "")
    );
    assert_eq!(aerial.get(path).await.status, 200);
}

#[tokio::test]
async fn templates_of_request_conditions_have_a_base_of_their_own() {
    let mut state = account(vec![]);
    for (id, apply_status) in [
        ("020qqli3iolphlqkmrutpt8271c", "APPLIED"),
        ("020other", "APPLIED_WITH_CHANGES"),
    ] {
        state.templates.push(ConditionTemplate {
            id: id.to_owned(),
            resources: vec![json!({"id": "r1"}), json!({"id": "r2"})],
            apply_status: apply_status.to_owned(),
            request_condition: serde_json::from_value(
                json!({"name": "Sixty days", "accessDurationSettings": {"duration": "P60D", "type": "x"}}),
            )
            .unwrap(),
        });
    }
    let world = World::with(state).await;
    let base = format!("{}/{ACCOUNT}/governance/api/v1", world.emulator().origin());
    let governance = Asking::at(base, "Bearer test-token");
    let path = "/request-condition-templates";
    assert_eq!(governance.get(path).await.body.as_array().unwrap().len(), 2);
    let applied = governance
        .get(&format!("{path}?filter=applyStatus%20eq%20%22APPLIED%22"))
        .await;
    assert_eq!(applied.body[0]["id"], "020qqli3iolphlqkmrutpt8271c");
    assert_eq!(applied.body.as_array().unwrap().len(), 1);
    let one = format!("{path}/020other");
    let patch = json!({"resources": [{"id": "r3"}], "requestCondition": {"accessDurationSettings": {"type": null}}});
    let patched = governance.ask("PATCH", &one, Some(patch)).await;
    assert_eq!(
        patched.body["resources"],
        json!([{"id": "r3"}]),
        "lists are whole"
    );
    assert_eq!(
        patched.body["requestCondition"],
        json!({"name": "Sixty days", "accessDurationSettings": {"duration": "P60D"}})
    );
    assert_eq!(governance.ask("DELETE", &one, None).await.status, 204);
    assert_eq!(governance.get(&one).await.refusal().1, "E0000007");
    // Not below the account's usual base.
    let aerial = Asking::at(
        format!("{}/{ACCOUNT}/api/v1", world.emulator().origin()),
        "Bearer test-token",
    );
    assert_eq!(aerial.get(path).await.refusal().1, "E0000008");
}

#[tokio::test]
async fn a_product_may_need_one_of_several() {
    let mut state = account(vec![org("a", &["sso"])]);
    state.dependencies =
        serde_json::from_value(json!({"P001113": ["P000052", {"anyOf": ["P000131", "P000139"]}]}))
            .unwrap();
    let id = state.orgs[1].id.clone();
    let world = World::with(state).await;
    let aerial = Asking::at(
        format!("{}/{ACCOUNT}/api/v1", world.emulator().origin()),
        "Bearer test-token",
    );
    let path = format!("/orgs/{id}/products");
    let ids = |ids: &[&str]| {
        ids.iter()
            .map(|id| json!({"id": id}))
            .collect::<serde_json::Value>()
    };
    let refused = aerial.put(&path, ids(&["P000052", "P001113"])).await;
    assert_eq!(
        refused.refusal(),
        (
            400,
            "E0000001",
            "The product P001113 requires one of P000131, P000139."
        )
    );
    assert_eq!(
        aerial
            .put(&path, ids(&["P000052", "P000139", "P001113"]))
            .await
            .status,
        200
    );
}

/// What earlier emulators kept, and what a seed may leave out.
#[test]
fn an_old_account_is_still_read() {
    let old = json!({
        "account": {"id": ACCOUNT, "name": "Acme", "sandbox": false},
        "products": [{"id": "P000052", "name": "SSO"}],
        "dependencies": {"P000900": ["P000052"]},
        "orgs": [{"domain": "a.okta.com", "id": "00oA", "name": "a", "cell": "ok1", "status": "ACTIVE", "linked": true,
            "associated": true, "consent": true, "products": [], "createdDate": "2023-12-08T20:15:18.000Z"}],
        "groups": {"grp1": ["00oA"]},
        "switches": {"unknownOrg": 404},
    });
    let state: State = serde_json::from_value(old).unwrap();
    assert_eq!(state.problem(), None);
    assert_eq!(state.groups["grp1"].orgs, ["00oA"]);
    let kept = serde_json::to_value(&state).unwrap();
    assert_eq!(serde_json::from_value::<State>(kept).unwrap(), state);
    for wrong in [
        json!({"account": {"id": "x"}, "orgs": [{"domain": "a.okta.com", "colour": "red"}]}),
        json!({"account": {"id": "x"}, "orgs": [{"domain": "a.okta.com", "inside": {"users": []}}]}),
        json!({"account": {"id": "x"}, "orgs": [], "groups": {"g": {"name": "G", "orgz": []}}}),
        json!({"account": {"id": "x"}, "orgs": [], "dependencies": {"P1": [{"oneOf": ["P2"]}]}}),
    ] {
        assert!(
            serde_json::from_value::<State>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

/// What the account of a desired state with children starts as: the parent is there, the child isn't.
#[test]
fn a_child_is_expected_of_its_parent() {
    let mut state = State::empty(ACCOUNT, "Acme");
    state.orgs.push(org("linked", &[]));
    state.expect_child_of("Parent.okta.com", "op3", false);
    state.expect_child_of("linked.okta.com", "ok1", false);
    state.complete();
    let seen: Vec<_> = state
        .orgs
        .iter()
        .map(|org| (org.domain.as_str(), org.cell.as_str(), org.consent))
        .collect();
    assert_eq!(
        seen,
        [
            ("linked.okta.com", "ok1", true),
            ("parent.okta.com", "op3", false)
        ]
    );
}

/// The seed of an account at its beginning is one: its children have no consent yet, and nothing of it is lost when kept.
#[test]
fn the_seed_of_a_beginning_is_whole() {
    let text = include_str!("../../../examples/emulator/onboard.yaml");
    let mut state: State = serde_yaml::from_str(text).unwrap();
    state.complete();
    assert_eq!(state.problem(), None);
    let legacy = state
        .orgs
        .iter()
        .find(|org| org.domain == "acme-legacy.okta.com");
    let inside = legacy.unwrap().inside.as_ref().unwrap();
    assert_eq!((inside.groups.len(), inside.zones.len()), (2, 4));
    let kept = serde_json::to_value(&state).unwrap();
    assert_eq!(serde_json::from_value::<State>(kept).unwrap(), state);
}
