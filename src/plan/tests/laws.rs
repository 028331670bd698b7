//! A broken plan for each law: the checker would see what the planner must never make.

use std::collections::BTreeSet;

use crate::ids::{Cell, Domain, ObjectName, OrgName};
use crate::plan::change::{ReplaceProducts, Tolerance};
use crate::plan::check::Law;
use crate::plan::deletions::DeletionTold;
use crate::plan::effect::Effect as _;
use crate::plan::kinds::Kind;
use crate::plan::model::PlanOptions;
use crate::plan::planner::plan;
use crate::plan::request::{Method, OrgSlot, Request, RequestBody, Segment, StepId};
use crate::plan::step::Step;
use crate::plan::world::{account, desired, inactive, inside, org, products};

use super::broken::{World, broken, displaced, world};

#[test]
fn a_plan_of_every_kind_keeps_every_law() {
    let world = world();
    assert_eq!(world.violations(), []);
    let kinds: BTreeSet<Kind> = world.plan.steps.iter().map(Step::kind).collect();
    let made = [
        Kind::Create,
        Kind::Consent,
        Kind::Link,
        Kind::Activate,
        Kind::Enable,
        Kind::Swap,
        Kind::Configure,
        Kind::Disable,
        Kind::Deactivate,
        Kind::Delete,
    ];
    assert_eq!(kinds, made.into());
}

#[test]
fn every_law_is_tried() {
    let laws: BTreeSet<Law> = Law::ALL.into();
    assert_eq!(
        laws.len(),
        include_str!("../check/law.rs").matches("#[error(").count()
    );
}

#[test]
fn each_law_sees_the_plan_that_breaks_it() {
    for law in Law::ALL {
        let world = broken(law);
        let found = world.violations();
        let laws: Vec<Law> = found.iter().map(|one| one.law).collect();
        assert!(laws.contains(&law), "{law:?}: {laws:?}");
    }
}

#[test]
fn links_and_additions_are_held_to_their_bodies_too() {
    let shown = |world: &World| {
        let found = world.violations();
        let laws: Vec<Law> = found.iter().map(|one| one.law).collect();
        laws
    };
    let mut other_cell = world();
    other_cell.link().cell = Cell::parse("ok2").unwrap();
    assert_eq!(shown(&other_cell), [Law::CellAsked, Law::BodyShown]);
    let mut other_name = world();
    other_name.link().name = OrgName::Domain(Domain::parse("newer.okta.com").unwrap());
    assert_eq!(shown(&other_name), [Law::Address]);
    let mut other_tolerance = world();
    other_tolerance.link().after.products = Some(Tolerance::Everything);
    assert_eq!(shown(&other_tolerance), [Law::Tolerates]);
    let mut deletes_with_more = world();
    let activates = deletes_with_more.step("up").request.clone();
    deletes_with_more.step("gone").request = activates;
    assert_eq!(shown(&deletes_with_more), [Law::Address, Law::BodyShown]);
    let mut other_products = world();
    other_products.add().enable = products("P1 P2");
    assert_eq!(shown(&other_products), [Law::EnablesListed, Law::BodyShown]);
    let mut other_status = world();
    let activates = other_status.step("up").request.clone();
    other_status.step("off").request = activates;
    assert_eq!(shown(&other_status), [Law::Address, Law::BodyShown]);
    // Also where only the file says which it is.
    let mut aerial = world();
    aerial.desired.account.aerial_org = Some(aerial.live("off").domain.clone());
    assert_eq!(shown(&aerial), [Law::KeepsAerialOrg]);
    let mut replaced = world();
    let slot = OrgSlot::ToldBy(StepId(1));
    let exact = ReplaceProducts {
        before: products(""),
        after: products("P1"),
    };
    replaced.step("new").request = exact.request(slot);
    assert_eq!(shown(&replaced), [Law::BodyShown], "what it has must stay");
}

#[test]
fn creations_and_consents_are_held_to_their_bodies_and_hosts_too() {
    let shown = |change: &dyn Fn(&mut World)| {
        let mut world = world();
        change(&mut world);
        let found = world.violations();
        let laws: Vec<Law> = found.iter().map(|one| one.law).collect();
        laws
    };
    let elsewhere = Domain::parse("elsewhere.okta.com").unwrap();
    assert_eq!(
        shown(&|world| world.create().new.parent = elsewhere.clone()),
        [Law::CreatesDescribed, Law::Address]
    );
    assert_eq!(
        shown(&|world| world.create().new.admin.password_from = "HOME".to_owned()),
        [Law::CreatesDescribed, Law::BodyShown]
    );
    assert_eq!(
        shown(&|world| {
            let other = OrgName::Domain(elsewhere.clone());
            world.made(Kind::Consent, "less").org = other;
        }),
        // What its org does next waits for it no more.
        [Law::Waits, Law::ConsentAsked]
    );
    assert_eq!(
        shown(&|world| world.consent().giver = elsewhere.clone()),
        [Law::Waits, Law::ConsentAsked, Law::Address]
    );
    // Its link waits for its creation and for the consent that it takes.
    for at in [0, 1] {
        let waits = shown(&|world: &mut World| {
            world.made(Kind::Link, "born").depends_on.remove(at);
        });
        assert_eq!(waits, [Law::Waits]);
    }
}

#[test]
fn a_selection_and_the_evidence_of_deletions_are_held_to_exactly() {
    let laws = |world: &World| -> Vec<(String, Law)> {
        let found = world.violations();
        let said = found.iter();
        said.map(|one| (one.org.label().to_owned(), one.law))
            .collect()
    };
    let unselected = broken(Law::Selected);
    let off = "off.okta.com".to_owned();
    assert_eq!(laws(&unselected), [(off, Law::Selected)]);
    let gone = || vec![("gone.okta.com".to_owned(), Law::DeletesOnce)];
    assert_eq!(laws(&broken(Law::DeletesOnce)), gone());
    for told in [DeletionTold::Asked, DeletionTold::Unsure] {
        let mut world = world();
        let gone_org = inactive("gone", "").name();
        world.options.evidence.deletions.note(&gone_org, told);
        assert_eq!(laws(&world), gone());
    }
    let mut sandbox = broken(Law::DeletionOffered);
    let not_offered = ("gone.okta.com".to_owned(), Law::DeletionOffered);
    assert_eq!(laws(&sandbox), [not_offered]);
    sandbox.options.server.sandbox = true;
    assert_eq!(laws(&sandbox), []);
}

#[test]
fn a_violation_says_where() {
    let world = broken(Law::KeepsIgnored);
    let found = world.violations();
    let said: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(
        said.iter()
            .any(|one| one.ends_with(" (less.okta.com): disables an ignored product")),
        "{said:?}"
    );
}

/// What a new object is, is said by its body: the address is the same for every type of policy and every kind of app.
#[test]
fn new_objects_are_held_to_what_they_are() {
    let desired = desired(
        "baselines: {standard: {groups: {G: {}}, bookmarkApps: {A: {}}, policies: {OKTA_SIGN_ON: {P: {rules: {R: {}}}}}}}",
        &["{domain: conf.okta.com, baseline: standard}"],
    );
    let mut live = account(vec![org("conf", "")]);
    live.insides = [inside("conf", &[])].into();
    let options = PlanOptions::default();
    let plan = plan(&desired, &live, &options).unwrap().plan().clone();
    let mut world = World {
        desired,
        live,
        options,
        plan,
    };
    assert_eq!(world.violations(), []);
    for (at, right, wrong) in [
        (0, r#""name":"G""#, r#""name":"H""#),
        (1, r#""name":"bookmark""#, r#""name":"template_saml_2_0""#),
        (
            1,
            r#""signOnMode":"BOOKMARK""#,
            r#""signOnMode":"SAML_2_0""#,
        ),
        (2, r#""type":"OKTA_SIGN_ON""#, r#""type":"MFA_ENROLL""#),
        (3, r#""type":"SIGN_ON""#, r#""type":"PASSWORD""#),
    ] {
        let own = world.plan.steps[at].request.clone();
        let body = own.body().to_string();
        assert!(body.contains(right), "{body}");
        let other = serde_json::from_str(&body.replace(right, wrong)).unwrap();
        let path = own.path();
        let words = path.split('/').skip(1).map(|word| match word {
            "{policyId}" => Segment::Object(ObjectName::policy("OKTA_SIGN_ON", "P"), None),
            word => Segment::Word(String::leak(word.to_owned())),
        });
        let words = words.collect();
        let domain = Domain::parse("conf.okta.com").unwrap();
        let exact = RequestBody::Exact(other);
        world.plan.steps[at].request =
            Request::to_org(Kind::Configure, domain, Method::Post, words, exact);
        let found = world.violations();
        let laws: BTreeSet<Law> = found.iter().map(|one| one.law).collect();
        assert_eq!(laws, [Law::BodyShown].into(), "{right}");
        world.plan.steps[at].request = own;
    }
}

/// However Okta moves what is in the way: a type of policy of which that isn't known is held to every way.
#[test]
fn the_law_of_places_is_one_for_every_type() {
    for kind in ["PASSWORD", "ACCESS_POLICY", "SOMETHING_NEW"] {
        let found = displaced(kind).violations();
        let laws: Vec<Law> = found.iter().map(|one| one.law).collect();
        assert_eq!(laws, [Law::PlacesHold], "{kind}");
    }
}
