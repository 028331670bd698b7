//! The desired state in which the orgs that a run touched are as it found them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::deeds::OrgDeeds;
use super::inside;
use super::left::{LeftAlone, LeftReason};
use super::undoing::{OrgBack, ProductsBack, Undoing};
use crate::desired::baseline::Baseline;
use crate::desired::model::{Desired, DesiredOrg, Enforce, ListedProduct, ProductList, StatusGoal};
use crate::diagnostic::{SourceId, Span};
use crate::ids::{Match, ObjectName, OrgId, OrgName, OrgSet, ProductId, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::plan::{InsideToRead, Kind, Selection};
use crate::receipt::{PastRun, PastStep};

/// The status of an org, then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct StatusBack {
    to: Status,
    /// Whether it has another one now.
    changes: bool,
}

/// The orgs that a run's receipt names: their products are to be read.
#[must_use]
pub fn touched(run: &PastRun) -> OrgSet {
    run.steps.iter().map(|step| step.org.clone()).collect()
}

/// The orgs to be looked into before that, of those that a file lists and a selection covers.
#[must_use]
pub fn inside_to_read(
    run: &PastRun,
    file: &Desired,
    selection: &Selection,
    live: &Snapshot,
) -> Vec<InsideToRead> {
    let entries = file.by_name();
    let (deeds, _) = by_org(run, live);
    let listed = deeds.iter().filter(|(org, _)| {
        let entry = entries.find(&org.name()).one();
        org.status.is(Status::Active) && entry.is_some_and(|entry| selection.covers(entry))
    });
    listed
        .filter_map(|(org, deeds)| {
            let objects = inside::looked_at(&deeds.inside);
            (!objects.is_empty()).then(|| InsideToRead {
                id: org.id.clone(),
                domain: org.domain.clone(),
                objects,
            })
        })
        .collect()
}

/// What it takes to undo a run, of the orgs that a selection covers. A place in the receipt is a line of the text `receipt`.
#[must_use]
pub fn undoing(
    run: &PastRun,
    receipt: SourceId,
    file: &Desired,
    selection: &Selection,
    live: &Snapshot,
) -> Undoing {
    let (deeds, mut left) = by_org(run, live);
    let entries = file.by_name();
    let names = live.product_names();
    let mut undoing = Undoing {
        desired: file.clone(),
        orgs: Vec::new(),
        lasting: Vec::new(),
        left: Vec::new(),
        already: 0,
    };
    let mut replaced: BTreeMap<&OrgName, DesiredOrg> = BTreeMap::new();
    for (org, deeds) in &deeds {
        let entry = entries.find(&org.name()).one().copied();
        if entry.is_some_and(|entry| !selection.covers(entry)) {
            continue;
        }
        let mut case = Case {
            org,
            deeds,
            ignored: &file.ignored,
            live,
            names: &names,
            left: Vec::new(),
            already: 0,
        };
        case.steps();
        if let Some(entry) = entry {
            let (products, status) = (case.products(), case.status());
            let to = status
                .filter(|status| status.changes)
                .map(|status| status.to);
            let (inside, objects) = case.inside(to, |line| place(receipt, line));
            let set = products.as_ref().filter(|products| products.change);
            let set = set.map(|products| &products.back);
            if set.is_some() || to.is_some() || inside.is_some() {
                let mut back = entry_back(entry, set, to, deeds, receipt);
                if let Some(baseline) = inside {
                    let name: Arc<str> = format!("what the run found in {}", org.id).into();
                    back.baseline = Some(Arc::clone(&name));
                    undoing.desired.baselines.insert(name, Arc::new(baseline));
                }
                replaced.insert(&entry.name, back);
                undoing.orgs.push(entry.name.clone());
            }
            if products.is_some() || status.is_some() || !objects.is_empty() {
                undoing.lasting.push(OrgBack {
                    name: entry.name.clone(),
                    products,
                    status: status.map(|status| status.to),
                    objects,
                });
            }
        } else if !deeds.is_empty() {
            case.leave(LeftReason::Unlisted);
        }
        undoing.already += case.already;
        left.append(&mut case.left);
    }
    for org in &mut undoing.desired.orgs {
        if let Some(back) = replaced.remove(&org.name) {
            *org = back;
        }
    }
    undoing.orgs.sort();
    undoing.lasting.sort_by(|a, b| a.name.cmp(&b.name));
    left.sort_by(|a, b| a.org.cmp(&b.org));
    undoing.left = left;
    undoing
}

/// The deeds of a run by managed org; what can't be told of which org it was is left alone.
fn by_org<'a>(
    run: &'a PastRun,
    live: &'a Snapshot,
) -> (Vec<(&'a LiveOrg, OrgDeeds<'a>)>, Vec<LeftAlone>) {
    let by_name = live.by_name();
    let mut deeds: BTreeMap<&OrgId, (&LiveOrg, OrgDeeds<'_>)> = BTreeMap::new();
    let mut left = Vec::new();
    let mut told: BTreeSet<&OrgName> = BTreeSet::new();
    for step in &run.steps {
        let reason = match by_name.find(&step.org) {
            Match::One(org) => match other_name(step, org) {
                None => {
                    let of_org = deeds.entry(&org.id);
                    let of_org = of_org.or_insert_with(|| (org, OrgDeeds::default()));
                    of_org.1.add(step);
                    continue;
                }
                Some(now) => LeftReason::OtherName(now),
            },
            Match::Nobody | Match::Several => LeftReason::Unmanaged,
        };
        // A step that did nothing leaves nothing.
        if step.trace().is_some() && told.insert(&step.org) {
            let org = step.org.clone();
            left.push(LeftAlone { org, reason });
        }
    }
    (deeds.into_values().collect(), left)
}

/// What the account calls an org by whose id a receipt calls another.
fn other_name(step: &PastStep, org: &LiveOrg) -> Option<String> {
    let other_id = step.org.id().is_some_and(|id| *id != org.id);
    let other_domain = step.org.domain().is_some_and(|told| *told != org.domain);
    (other_id || other_domain).then(|| org.domain.to_string())
}

/// One org, and what was left of it.
struct Case<'a> {
    org: &'a LiveOrg,
    deeds: &'a OrgDeeds<'a>,
    ignored: &'a BTreeSet<ProductId>,
    live: &'a Snapshot,
    names: &'a BTreeMap<ProductId, String>,
    left: Vec<LeftAlone>,
    already: usize,
}

impl Case<'_> {
    fn leave(&mut self, reason: LeftReason) {
        let org = self.org.name();
        self.left.push(LeftAlone { org, reason });
    }

    fn named<'b>(&self, ids: impl Iterator<Item = &'b ProductId>) -> Vec<String> {
        ids.map(|id| match self.names.get(id) {
            Some(name) => format!("{id} {name}"),
            None => id.to_string(),
        })
        .collect()
    }

    /// What no plan takes back.
    fn steps(&mut self) {
        for step in &self.deeds.last {
            self.leave(LeftReason::Final(step.kind));
        }
        for step in &self.deeds.unsure {
            self.leave(LeftReason::Unknown(step.kind));
        }
    }

    /// The baseline that the org is to have, of what was there before, where something of it changes; and the objects that have
    /// something of it then.
    fn inside(
        &mut self,
        status: Option<Status>,
        at: impl Fn(u32) -> Span,
    ) -> (Option<Baseline>, BTreeSet<ObjectName>) {
        let stays = self.org.status.is(Status::Active) && status != Some(Status::Inactive);
        let inside = self.live.insides.get(&self.org.id);
        let back = inside::back(&self.deeds.inside, inside, stays, at);
        self.already += back.already;
        back.left.into_iter().for_each(|reason| self.leave(reason));
        let baseline = (!back.objects.is_empty()).then(|| Baseline::of(back.objects));
        (baseline, back.undone)
    }

    /// The products that the org is to have; `None` where that isn't known, or the run had changed none.
    fn products(&mut self) -> Option<ProductsBack> {
        let deeds = self.deeds;
        let after = deeds.after.as_ref()?;
        if deeds.is_unsure(true) {
            return None;
        }
        let Some(now) = self.org.enabled() else {
            self.leave(LeftReason::Unread);
            return None;
        };
        let ours = |id: &&ProductId| deeds.enabled.contains(*id) || deeds.disabled.contains(*id);
        let since = now.symmetric_difference(after);
        let others: BTreeSet<&ProductId> = since.filter(|id| !ours(id)).collect();
        let (enabled, disabled): (Vec<_>, Vec<_>) =
            others.iter().copied().partition(|id| now.contains(*id));
        let (enabled, disabled) = (
            self.named(enabled.into_iter()),
            self.named(disabled.into_iter()),
        );
        if !(enabled.is_empty() && disabled.is_empty()) {
            self.leave(LeftReason::ChangedProducts { enabled, disabled });
        }
        let taken = deeds.enabled.iter().filter(|id| now.contains(*id));
        let returned = deeds.disabled.iter().filter(|id| !now.contains(*id));
        let differ: BTreeSet<&ProductId> = taken.chain(returned).collect();
        self.already += deeds.enabled.len() + deeds.disabled.len() - differ.len();
        let (ignored, managed): (Vec<_>, Vec<_>) = differ
            .into_iter()
            .partition(|id| self.ignored.contains(*id));
        let (gone, managed): (Vec<_>, Vec<_>) = managed.into_iter().partition(|id| {
            deeds.disabled.contains(*id) && !self.live.subscribed.contains_key(*id)
        });
        if !ignored.is_empty() {
            self.leave(LeftReason::Ignored(self.named(ignored.into_iter())));
        }
        if !gone.is_empty() {
            self.leave(LeftReason::Unsubscribed(self.named(gone.into_iter())));
        }
        let mut back = now.clone();
        for id in managed {
            if !back.remove(id) {
                back.insert(id.clone());
            }
        }
        let linked = deeds.last.iter().any(|step| step.kind == Kind::Link);
        let returned = |id: &&ProductId| {
            let by_run = linked || deeds.disabled.contains(*id);
            by_run && !others.contains(*id) && !self.ignored.contains(*id)
        };
        Some(ProductsBack {
            change: back != now,
            returned: back.iter().filter(returned).cloned().collect(),
            taken: deeds.enabled.difference(&back).cloned().collect(),
            back,
        })
    }

    /// The status that the org is to have; `None` where that isn't known, or the run hadn't changed it.
    fn status(&mut self) -> Option<StatusBack> {
        let (before, after) = self.deeds.status?;
        if before == after || self.deeds.is_unsure(false) {
            return None;
        }
        match &self.org.status {
            LiveStatus::Known(now) if *now == before => {
                self.already += 1;
                Some(StatusBack {
                    to: before,
                    changes: false,
                })
            }
            LiveStatus::Known(_) if self.org.aerial_org && before == Status::Inactive => {
                self.leave(LeftReason::AerialOrg);
                None
            }
            LiveStatus::Known(_) => Some(StatusBack {
                to: before,
                changes: true,
            }),
            LiveStatus::Other(now) => {
                self.leave(LeftReason::ChangedStatus(now.clone()));
                None
            }
        }
    }
}

/// A line of the receipt.
fn place(source: SourceId, line: u32) -> Span {
    Span {
        source,
        line,
        column: 1,
        len: 0,
    }
}

/// The file's entry of an org as the run found it: nothing is asked of it but what is put back.
fn entry_back(
    entry: &DesiredOrg,
    products: Option<&BTreeSet<ProductId>>,
    status: Option<Status>,
    deeds: &OrgDeeds<'_>,
    receipt: SourceId,
) -> DesiredOrg {
    let at = |line: u32| place(receipt, line);
    let span = at(deeds.products_line);
    let mut back = entry.clone();
    back.status = status.map(|status| match status {
        Status::Active => StatusGoal::Active,
        Status::Inactive => StatusGoal::Inactive,
    });
    back.until = None;
    back.products = products.map(|ids| {
        let listed = ids.iter().map(|id| ListedProduct {
            id: id.clone(),
            word: 0,
            via: None,
            until: None,
        });
        ProductList::new(listed.collect(), [span].into())
    });
    // What it has beside that is in the list: it was read a moment ago.
    back.enforce = Enforce::Exact;
    back.baseline = None;
    back.consent = None;
    back.create = None;
    back.origin.until = None;
    back.origin.products = products.map(|_| span);
    back.origin.status = status.map(|_| at(deeds.status_line));
    back
}
