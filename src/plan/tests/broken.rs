//! A plan with a step of every kind, and one for each law that breaks it.

use std::sync::Arc;

use serde_json::json;

use crate::desired::Desired;
use crate::ids::{AccountId, Cell, Collection, Domain, ObjectName, OrgId, OrgName, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::plan::change::{
    AddProducts, Change, Configure, CreateOrg, GrantConsent, Link, ObjectSight, ReplaceProducts,
    RequestDeletion, SetStatus, Tolerance,
};
use crate::plan::check::{Law, Violation, violations};
use crate::plan::deletions::{DeletionTold, Deletions};
use crate::plan::effect::Effect as _;
use crate::plan::kinds::Kind;
use crate::plan::model::{Plan, PlanOptions, Selection};
use crate::plan::planner::plan;
use crate::plan::request::{OrgSlot, StepId};
use crate::plan::step::Step;
use crate::plan::world::{account, desired, inactive, inside, org, products};

pub(super) struct World {
    pub(super) desired: Desired,
    pub(super) live: Snapshot,
    pub(super) options: PlanOptions,
    pub(super) plan: Plan,
}

/// A world with a step of every kind.
pub(super) fn world() -> World {
    let desired = desired(
        "account: {id: 0227a, partner: true, aerialOrg: acme-aerial.okta.com}
ignoreProducts: [P5]
waves: [canary, rest]
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
            "{domain: swap.okta.com, products: [P2], wave: canary}",
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
    let mut options = PlanOptions::default();
    let gone = inactive("gone", "").name();
    options
        .evidence
        .deletions
        .note(&gone, DeletionTold::NotAsked);
    let plan = plan(&desired, &live, &options).unwrap().plan().clone();
    World {
        desired,
        live,
        options,
        plan,
    }
}

impl World {
    pub(super) fn violations(&self) -> Vec<Violation> {
        violations(&self.plan, &self.desired, &self.live, &self.options)
    }

    pub(super) fn step(&mut self, org: &str) -> &mut Step {
        let steps = self.plan.steps.iter_mut().rev();
        let mut of = steps.filter(|step| step.org.label().starts_with(org));
        of.next().unwrap()
    }

    pub(super) fn made(&mut self, kind: Kind, org: &str) -> &mut Step {
        let mut steps = self.plan.steps.iter_mut();
        let of = |step: &&mut Step| step.kind() == kind && step.org.label().starts_with(org);
        steps.find(of).unwrap()
    }

    pub(super) fn create(&mut self) -> &mut CreateOrg {
        let Change::Create(create) = &mut self.made(Kind::Create, "born").change else {
            panic!("another change");
        };
        create
    }

    pub(super) fn consent(&mut self) -> &mut GrantConsent {
        let Change::Consent(consent) = &mut self.made(Kind::Consent, "less").change else {
            panic!("another change");
        };
        consent
    }

    /// The same step once more, right after itself.
    pub(super) fn again(&mut self, kind: Kind) {
        let mut steps = self.plan.steps.iter();
        let at = steps.position(|step| step.kind() == kind).unwrap();
        let again = self.plan.steps[at].clone();
        self.plan.steps.insert(at + 1, again);
    }

    pub(super) fn link(&mut self) -> &mut Link {
        let Change::Link(link) = &mut self.made(Kind::Link, "new.").change else {
            panic!("another change");
        };
        link
    }

    pub(super) fn products(&mut self, org: &str) -> &mut ReplaceProducts {
        let Change::Products(change) = &mut self.step(org).change else {
            panic!("another change");
        };
        change
    }

    pub(super) fn add(&mut self) -> &mut AddProducts {
        let Change::AddProducts(change) = &mut self.step("new").change else {
            panic!("another change");
        };
        change
    }

    pub(super) fn configure(&mut self) -> &mut Configure {
        let Change::Configure(change) = &mut self.step("conf").change else {
            panic!("another change");
        };
        change
    }

    pub(super) fn live(&mut self, domain: &str) -> &mut LiveOrg {
        let mut of = self
            .live
            .orgs
            .iter_mut()
            .filter(|org| org.domain.as_str().starts_with(domain));
        of.next().unwrap()
    }
}

/// One of two policies is moved, which moves the other, and no step brings that back.
pub(super) fn displaced(kind: &str) -> World {
    let desired = desired(
        &format!(
            "baselines: {{standard: {{policies: {{{kind}: {{A: {{priority: 1}}, B: {{priority: 2}}}}}}}}}}"
        ),
        &["{domain: conf.okta.com, baseline: standard}"],
    );
    let mut live = account(vec![org("conf", "")]);
    let policy = |name: &str, priority: u64| json!({"id": format!("00p{name}"), "name": name, "type": kind, "priority": priority});
    let at = |name: &str| format!("policies/{kind}/{name}");
    live.insides = [inside(
        "conf",
        &[
            (&at("A"), policy("A", 3)),
            (&at("B"), policy("B", 2)),
            (&at("X"), policy("X", 1)),
        ],
    )]
    .into();
    let options = PlanOptions::default();
    let mut plan = plan(&desired, &live, &options).unwrap().plan().clone();
    assert_eq!(plan.steps.len(), 2);
    plan.steps.pop();
    World {
        desired,
        live,
        options,
        plan,
    }
}

/// The one thing that is wrong with a plan when the law is broken. The compiler asks for the next law's.
pub(super) fn broken(law: Law) -> World {
    let mut world = world();
    match law {
        Law::Numbered => world.plan.steps[2].id = StepId(7),
        Law::Phases => world.plan.steps.rotate_right(1),
        Law::Waves => world.options.in_turn = true,
        Law::OwnWave => world.step("new").wave = None,
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
        Law::CreatesUnsent => world.options.evidence.creations.unread("why".to_owned()),
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
        Law::DeletesOnce => world.options.evidence.deletions = Deletions::default(),
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
        Law::FieldsShown => world.configure().fields.clear(),
        Law::PlacesHold => return displaced("PASSWORD"),
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
