//! The independent checker: every law that a finished plan must satisfy, in other code than made it.
//!
//! `check/law` names them, `check/sequence` has the laws of the steps' order, `check/life` those of an org before it is linked,
//! `check/inside` those of what is inside of it, `check/fields` and `check/places` what these are held against.
//!
//! No plan leaves the planner unchecked. The checker shares no rule with `target`, `difference` and `order`: it starts from
//! the desired state, the snapshot and what the run was asked for again.

mod fields;
mod inside;
mod law;
mod life;
mod places;
mod sequence;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::json;

pub use law::{Law, Violation};
use places::WrittenLists;

use super::change::{AddProducts, Change, Link, ReplaceProducts, SetStatus, Tolerance};
use super::deletions::DeletionTold;
use super::model::{Plan, PlanOptions, Selection};
use super::request::{Host, Method};
use super::step::Step;
use crate::desired::model::{Desired, DesiredOrg, Enforce, StatusGoal};
use crate::ids::{Match, ObjectName, OrgIndex, OrgName, ProductId, Status};
use crate::live::{LiveOrg, Snapshot};

/// Every law that the plan breaks; none for a plan that may run.
#[must_use]
pub(super) fn violations(
    plan: &Plan,
    desired: &Desired,
    live: &Snapshot,
    options: &PlanOptions,
) -> Vec<Violation> {
    let by_name = live.by_name();
    let wanted = desired.by_name();
    let mut broken = Vec::new();
    sequence::check(plan, (desired, &wanted), options, &mut broken);
    let mut lists = WrittenLists::default();
    let mut configured: BTreeSet<(&OrgName, &ObjectName)> = BTreeSet::new();
    for step in &plan.steps {
        let org = by_name.find(&step.org).one().copied();
        let mut laws = Laws {
            step,
            org,
            managed: by_name.contains(&step.org),
            want: want(&wanted, step, org),
            desired,
            live,
            options,
            broken: Vec::new(),
        };
        // A consent is on an org that the file may name as a parent alone.
        if !matches!(step.change, Change::Consent(_)) {
            laws.hold(laws.want.is_some(), Law::Listed);
            laws.selected();
        }
        match &step.change {
            Change::Create(create) => laws.create(create),
            Change::Consent(consent) => laws.consent(consent, &by_name),
            Change::Link(link) => laws.link(link),
            Change::AddProducts(add) => laws.add_products(add),
            Change::Status(status) => laws.status(*status),
            Change::Products(products) => laws.products(products),
            Change::Configure(change) => {
                let again = !configured.insert((&step.org, &change.object));
                laws.configure(change, again);
                if let (Some(baseline), Some(read)) = (laws.baseline(), laws.read()) {
                    lists.add((step, change.as_ref()), baseline, read);
                }
            }
            Change::Deletion(_) => laws.deletion(),
        }
        broken.append(&mut laws.broken);
    }
    lists.check(&mut broken);
    broken
}

/// What the file wants of a step's org: by its own name, else by the name that it has in the account.
fn want<'a>(
    wanted: &OrgIndex<&'a DesiredOrg>,
    step: &Step,
    org: Option<&LiveOrg>,
) -> Option<&'a DesiredOrg> {
    let name = org.map_or_else(|| step.org.clone(), LiveOrg::name);
    match wanted.find(&name) {
        Match::One(want) => Some(want),
        Match::Nobody | Match::Several => None,
    }
}

struct Laws<'a> {
    step: &'a Step,
    org: Option<&'a LiveOrg>,
    /// Whether the account has an org of the step's name, be it one or several.
    managed: bool,
    want: Option<&'a DesiredOrg>,
    desired: &'a Desired,
    live: &'a Snapshot,
    options: &'a PlanOptions,
    broken: Vec<Violation>,
}

impl Laws<'_> {
    fn hold(&mut self, holds: bool, law: Law) {
        if !holds {
            self.broken.push(Violation::of(self.step, law));
        }
    }

    /// What the file lists for the org on the plan's day.
    fn listed(&self) -> Option<BTreeSet<ProductId>> {
        let products = self.want?.products.iter().flatten();
        let today = self.options.today;
        let over = |until: Date| today > until;
        let products = products.filter(|product| !product.until.is_some_and(over));
        let listed = products.map(|product| product.id.clone()).collect();
        self.want?.products.is_some().then_some(listed)
    }

    /// Whether it is the Aerial org, by what the server or the file says.
    fn issues_tokens(&self, org: &LiveOrg) -> bool {
        let said = self.desired.account.aerial_org.as_ref();
        org.aerial_org || said.is_some_and(|said| *said == org.domain)
    }

    /// The status that the file asks for on that day.
    fn goal(&self) -> Option<StatusGoal> {
        let want = self.want?;
        let ended = want.until.is_some_and(|until| self.options.today > until);
        if ended && want.status != Some(StatusGoal::Deleted) {
            return Some(StatusGoal::Inactive);
        }
        want.status
    }

    /// By the file's name of the org, as a selection has it; of an org that isn't listed, by the step's.
    fn selected(&mut self) {
        let name = self.want.map_or(&self.step.org, |want| &want.name);
        let within = match &self.options.selection {
            Selection::All => true,
            Selection::Only(orgs) => orgs.contains(name),
        };
        self.hold(within, Law::Selected);
    }

    fn link(&mut self, link: &Link) {
        self.hold(!self.managed, Law::LinksUnmanaged);
        self.address(Method::Post, "/orgs");
        self.hold(link.name == self.step.org, Law::Address);
        let cell = &link.cell;
        let asked = self.want.and_then(|want| want.cell.as_ref());
        self.hold(asked == Some(cell), Law::CellAsked);
        let shown = match (self.step.org.id(), self.step.org.domain()) {
            (Some(id), _) => json!({"orgId": id, "cell": cell}),
            (None, domain) => json!({"domain": domain, "cell": cell}),
        };
        self.hold(self.step.request.body() == shown, Law::BodyShown);
        if let Some(tolerance) = &link.after.products {
            self.tolerates(tolerance);
        }
    }

    /// An org that nobody could read yet may keep what the file lets it keep.
    fn tolerates(&mut self, tolerance: &Tolerance) {
        let additive = self
            .want
            .is_some_and(|want| want.enforce == Enforce::Additive);
        let right = match tolerance {
            Tolerance::Everything => additive,
            Tolerance::Only(tolerated) => !additive && *tolerated == self.desired.ignored,
        };
        self.hold(right, Law::Tolerates);
    }

    fn add_products(&mut self, add: &AddProducts) {
        self.hold(!self.managed, Law::AddsBlindlyToUnread);
        self.hold(!add.enable.is_empty(), Law::ChangesSomething);
        self.enables(&add.enable.iter().collect());
        self.tolerates(&add.tolerance);
        self.own_path("products");
        let request = &self.step.request;
        let sent = sent(&request.body());
        let shown = request.adds_existing() && sent == words(&add.enable);
        self.hold(shown, Law::BodyShown);
    }

    fn status(&mut self, change: SetStatus) {
        self.own_path("status");
        let shown = json!({"status": change.to.as_str()});
        self.hold(self.step.request.body() == shown, Law::BodyShown);
        let goal = self.goal();
        let asked = goal.is_some_and(|goal| goal.status() == change.to);
        self.hold(asked, Law::StatusAsked);
        let Some(org) = self.org else {
            return self.hold(false, Law::ChangesManaged);
        };
        let spared = !self.issues_tokens(org) || change.to == Status::Active;
        self.hold(spared, Law::KeepsAerialOrg);
        self.hold(org.status.is(change.to.opposite()), Law::StatusSeen);
    }

    fn deletion(&mut self) {
        let org = self.step.org.id().map_or("{orgId}", |id| id.as_str());
        self.address(Method::Post, &format!("/orgs/{org}/deletionRequest"));
        self.hold(self.step.request.body() == json!({}), Law::BodyShown);
        let goal = self.goal();
        self.hold(goal == Some(StatusGoal::Deleted), Law::DeletionAsked);
        let offered = self.desired.account.partner || self.options.server.sandbox;
        self.hold(offered, Law::DeletionOffered);
        let Some(org) = self.org else {
            return self.hold(false, Law::ChangesManaged);
        };
        let name = org.name();
        let told = self.options.evidence.deletions.of(&name);
        self.hold(told == DeletionTold::NotAsked, Law::DeletesOnce);
        self.hold(!self.issues_tokens(org), Law::KeepsAerialOrg);
        self.hold(org.status.is(Status::Inactive), Law::DeletesInactive);
    }

    fn products(&mut self, change: &ReplaceProducts) {
        let (before, after) = (&change.before, &change.after);
        self.own_path("products");
        self.hold(before != after, Law::ChangesSomething);
        let request = &self.step.request;
        let sent = sent(&request.body());
        let shown = !request.adds_existing() && sent == words(after);
        self.hold(shown, Law::BodyShown);
        // The body itself, as it would be sent: no product may be missing from it that isn't shown as disabled.
        let disable = self.step.delta().disable;
        let kept = before
            .iter()
            .all(|id| disable.contains(id) || sent.contains(id.as_str()));
        self.hold(kept, Law::BodyKeeps);
        let Some(org) = self.org else {
            return self.hold(false, Law::ChangesManaged);
        };
        self.hold(org.enabled().as_ref() == Some(before), Law::ProductsSeen);
        let Some(listed) = self.listed() else {
            return self.hold(false, Law::ProductsManaged);
        };
        let exact = self.want.is_some_and(|want| want.enforce == Enforce::Exact);
        for id in before.difference(after) {
            self.hold(!listed.contains(id), Law::DisablesUnlisted);
            self.hold(!self.desired.ignored.contains(id), Law::KeepsIgnored);
            self.hold(exact, Law::KeepsOfAdditive);
        }
        self.enables(&after.difference(before).collect());
    }

    fn enables(&mut self, products: &BTreeSet<&ProductId>) {
        let listed = self.listed().unwrap_or_default();
        for id in products {
            self.hold(listed.contains(*id), Law::EnablesListed);
            self.hold(!self.desired.ignored.contains(*id), Law::LeavesIgnored);
            let subscribed = self.live.subscribed.contains_key(*id);
            self.hold(subscribed, Law::EnablesSubscribed);
        }
    }

    fn own_path(&mut self, resource: &str) {
        let org = self.step.org.id().map_or("{orgId}", |id| id.as_str());
        self.address(Method::Put, &format!("/orgs/{org}/{resource}"));
    }

    fn address(&mut self, method: Method, path: &str) {
        self.address_at(&Host::Account, method, path);
    }

    fn address_at(&mut self, host: &Host, method: Method, path: &str) {
        let request = &self.step.request;
        let right = request.host() == host && request.method() == method && request.path() == path;
        self.hold(right, Law::Address);
    }
}

fn words(products: &BTreeSet<ProductId>) -> BTreeSet<String> {
    products.iter().map(ToString::to_string).collect()
}

fn sent(body: &serde_json::Value) -> BTreeSet<String> {
    body.as_array()
        .into_iter()
        .flatten()
        .filter_map(|product| Some(product.get("id")?.as_str()?.to_owned()))
        .collect()
}
