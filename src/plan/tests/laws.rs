//! A broken plan for each law: the checker would see what the planner must never make.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use crate::desired::Desired;
use crate::ids::{AccountId, Cell, Collection, Domain, ObjectName, OrgId, OrgName, OrgSet, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::plan::change::{
    AddProducts, Change, Configure, CreateOrg, GrantConsent, Link, ObjectSight, ReplaceProducts,
    RequestDeletion, SetStatus, Tolerance,
};
use crate::plan::check::{Law, Violation, violations};
use crate::plan::effect::Effect as _;
use crate::plan::kinds::Kind;
use crate::plan::model::{Deletions, Plan, PlanOptions, Selection};
use crate::plan::planner::plan;
use crate::plan::request::{OrgSlot, StepId};
use crate::plan::step::Step;
use crate::plan::world::{account, desired, inactive, inside, org, products};

struct World {
    desired: Desired,
    live: Snapshot,
    options: PlanOptions,
    plan: Plan,
}

/// A world with a step of every kind.
fn world() -> World {
    let desired = desired(
        "account: {id: 0227a, partner: true, aerialOrg: acme-aerial.okta.com}
ignoreProducts: [P5]
guardrails: {maxDisabled: 99, maxDeactivated: 9, maxDeleted: 9}
baselines: {standard: {zones: {A: {type: IP}}, groups: {G: {profile: {description: new, zone: {ref: zones/A}}}}}}",
        &[
            "{domain: add.okta.com, products: [P1, P2]}",
            "{domain: conf.okta.com, baseline: standard}",
            "{domain: extra.okta.com, products: [P1], enforce: additive}",
            "{domain: gone.okta.com, status: deleted}",
            "{domain: born.okta.com, consent: grant, create: {parent: less.okta.com, name: Born, admin: {firstName: A, lastName: D, email: a@b.example, login: a, passwordFrom: AERIAL_ADMIN_PASSWORD_BORN}}}",
            "{domain: less.okta.com, products: [P1]}",
            "{domain: new.okta.com, products: [P1]}",
            "{domain: newer.okta.com}",
            "{domain: off.okta.com, status: inactive}",
            "{domain: swap.okta.com, products: [P2]}",
            "{domain: up.okta.com, status: active}",
        ],
    );
    let mut live = account(vec![
        org("add", "P1"),
        org("conf", ""),
        org("extra", "P2"),
        inactive("gone", ""),
        org("less", "P1 P3 P5"),
        org("off", ""),
        org("swap", "P1"),
        inactive("up", ""),
    ]);
    live.insides = [inside(
        "conf",
        &[
            ("zones/A", json!({"id": "nzo1", "type": "IP"})),
            (
                "groups/G",
                json!({"id": "00g1", "profile": {"description": "old"}}),
            ),
        ],
    )]
    .into();
    live.resolved
        .insert(Domain::parse("born.okta.com").unwrap(), false);
    let options = PlanOptions {
        deletions: Deletions::Known {
            asked: OrgSet::default(),
            unsure: OrgSet::default(),
        },
        ..PlanOptions::default()
    };
    let plan = plan(&desired, &live, &options).unwrap().plan().clone();
    World {
        desired,
        live,
        options,
        plan,
    }
}

impl World {
    fn violations(&self) -> Vec<Violation> {
        violations(&self.plan, &self.desired, &self.live, &self.options)
    }

    fn step(&mut self, org: &str) -> &mut Step {
        let steps = self.plan.steps.iter_mut().rev();
        let mut of = steps.filter(|step| step.org.label().starts_with(org));
        of.next().unwrap()
    }

    fn made(&mut self, kind: Kind, org: &str) -> &mut Step {
        let mut steps = self.plan.steps.iter_mut();
        let of = |step: &&mut Step| step.kind() == kind && step.org.label().starts_with(org);
        steps.find(of).unwrap()
    }

    fn create(&mut self) -> &mut CreateOrg {
        let Change::Create(create) = &mut self.made(Kind::Create, "born").change else {
            panic!("another change");
        };
        create
    }

    fn consent(&mut self) -> &mut GrantConsent {
        let Change::Consent(consent) = &mut self.made(Kind::Consent, "less").change else {
            panic!("another change");
        };
        consent
    }

    /// The same step once more, right after itself.
    fn again(&mut self, kind: Kind) {
        let mut steps = self.plan.steps.iter();
        let at = steps.position(|step| step.kind() == kind).unwrap();
        let again = self.plan.steps[at].clone();
        self.plan.steps.insert(at + 1, again);
    }

    fn link(&mut self) -> &mut Link {
        let Change::Link(link) = &mut self.made(Kind::Link, "new.").change else {
            panic!("another change");
        };
        link
    }

    fn products(&mut self, org: &str) -> &mut ReplaceProducts {
        let Change::Products(change) = &mut self.step(org).change else {
            panic!("another change");
        };
        change
    }

    fn add(&mut self) -> &mut AddProducts {
        let Change::AddProducts(change) = &mut self.step("new").change else {
            panic!("another change");
        };
        change
    }

    fn configure(&mut self) -> &mut Configure {
        let Change::Configure(change) = &mut self.step("conf").change else {
            panic!("another change");
        };
        change
    }

    fn live(&mut self, domain: &str) -> &mut LiveOrg {
        let mut of = self
            .live
            .orgs
            .iter_mut()
            .filter(|org| org.domain.as_str().starts_with(domain));
        of.next().unwrap()
    }
}

/// The one thing that is wrong with a plan when the law is broken. The compiler asks for the next law's.
fn broken(law: Law) -> World {
    let mut world = world();
    match law {
        Law::Numbered => world.plan.steps[2].id = StepId(7),
        Law::Phases => world.plan.steps.rotate_right(1),
        Law::Waits => world.step("new").depends_on.clear(),
        Law::Listed => {
            let step = world.step("off");
            step.org = OrgName::Both(
                OrgId::parse("00ostranger").unwrap(),
                Domain::parse("stranger.okta.com").unwrap(),
            );
        }
        Law::Selected => {
            // All but one, by the file's names.
            let names = world.desired.orgs.iter().map(|org| org.name.clone());
            let some = names.filter(|name| name.label() != "off.okta.com");
            world.options.selection = Selection::Only(some.collect());
        }
        Law::LinksUnmanaged => world.live.orgs.push(org("new", "")),
        Law::CreatesAbsent => world.live.resolved.clear(),
        Law::CreatesDescribed => world.create().new.name = "Other".to_owned(),
        Law::CreatesOnce => world.again(Kind::Create),
        Law::ConsentAsked => world.consent().account = AccountId::parse("0227b").unwrap(),
        Law::ConsentsOnce => world.again(Kind::Consent),
        Law::LinksOnce => world.again(Kind::Link),
        Law::CellAsked => world.link().cell = Cell::parse("eu7").unwrap(),
        Law::AddsBlindlyToUnread => {
            world.step("new").org = org("add", "").name();
        }
        Law::AddsAfterLink => {
            let link =
                |step: &Step| step.kind() == Kind::Link && step.org.label() == "new.okta.com";
            world.plan.steps.retain(|step| !link(step));
        }
        Law::Tolerates => world.add().tolerance = Tolerance::Everything,
        Law::ChangesSomething => world.add().enable.clear(),
        Law::ChangesManaged => world
            .live
            .orgs
            .retain(|org| !org.domain.as_str().starts_with("swap")),
        Law::KeepsAerialOrg => world.live("off").aerial_org = true,
        Law::StatusSeen => world.live("up").status = LiveStatus::Other("SUSPENDED".to_owned()),
        Law::StatusAsked => {
            world.step("up").change = Change::Status(SetStatus {
                to: Status::Inactive,
            });
        }
        Law::DeletionAsked => world.step("off").change = Change::Deletion(RequestDeletion),
        Law::DeletesInactive => world.live("gone").status = LiveStatus::Known(Status::Active),
        Law::DeletionOffered => world.desired.account.partner = false,
        Law::DeletesOnce => world.options.deletions = Deletions::Unknown,
        Law::ProductsSeen => world.live("swap").products = None,
        Law::ProductsManaged => {
            let left_alone = desired("ignoreProducts: [P5]", &["{domain: swap.okta.com}"]);
            world.desired = left_alone;
        }
        Law::DisablesUnlisted => world.products("add").after = products("P2"),
        Law::KeepsIgnored => world.products("less").after = products("P1"),
        Law::KeepsOfAdditive => world.products("extra").after = products("P1"),
        Law::EnablesListed => world.products("add").after = products("P1 P2 P4"),
        Law::LeavesIgnored => world.products("add").after = products("P1 P2 P5"),
        Law::EnablesSubscribed => {
            world.live.subscribed.clear();
        }
        Law::ConfiguresActive => {
            world.live("conf").status = LiveStatus::Known(Status::Inactive);
        }
        Law::ConfiguresListed => {
            world.configure().object = ObjectName::named(Collection::Groups, "H");
        }
        Law::ConfiguresSeen => world.configure().sight = ObjectSight::Missing,
        Law::FieldsListed => world.configure().fields[0].path = "profile.name".to_owned(),
        Law::FieldsSeen => world.configure().fields[0].before = Some("other".into()),
        Law::MakesNoSystem => {
            let baseline = world.desired.baselines.get_mut("standard").unwrap();
            let objects = &mut Arc::get_mut(baseline).unwrap().objects;
            objects.iter_mut().for_each(|object| object.system = true);
            world.configure().sight = ObjectSight::Missing;
        }
        Law::Address => {
            let other = world.step("add").request.clone();
            world.step("swap").request = other;
        }
        // The request is a value of its own: it could say something else than the change.
        Law::BodyKeeps | Law::BodyShown => {
            let less = ReplaceProducts {
                before: products("P1 P3 P5"),
                after: products("P1"),
            };
            let slot = OrgSlot::Known(OrgId::parse("00oless").unwrap());
            world.step("less").request = less.request(slot);
        }
    }
    world
}

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
    let evidence: OrgSet = [inactive("gone", "").name()].into_iter().collect();
    for (asked, unsure) in [
        (evidence.clone(), OrgSet::default()),
        (OrgSet::default(), evidence),
    ] {
        let mut world = world();
        world.options.deletions = Deletions::Known { asked, unsure };
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
        said.contains(&"step 11 (less.okta.com): disables an ignored product".to_owned()),
        "{said:?}"
    );
}
