//! The desired state in which the orgs that a run touched are as it found them.

use std::collections::{BTreeMap, BTreeSet};

use super::deeds::OrgDeeds;
use super::left::{LeftAlone, LeftReason};
use crate::desired::model::{Desired, DesiredOrg, Enforce, ListedProduct, StatusGoal};
use crate::diagnostic::{SourceId, Span};
use crate::ids::{Match, OrgId, OrgName, OrgSet, ProductId, Status};
use crate::live::{LiveOrg, LiveStatus, Snapshot};
use crate::plan::Selection;
use crate::receipt::{PastRun, PastStep};

/// A run, undone as far as that goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoing {
    /// The file's desired state with these orgs as the run found them, what changed since aside.
    pub desired: Desired,
    /// What is put back, by the orgs' places in the file.
    pub orgs: Vec<OrgBack>,
    /// What is left alone, by org.
    pub left: Vec<LeftAlone>,
    /// Products and statuses that are as the run found them already.
    pub already: usize,
}

/// An org that is put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgBack {
    /// As the file calls it.
    pub name: OrgName,
    /// Its products afterwards, where they change.
    pub products: Option<BTreeSet<ProductId>>,
    /// Products that somebody has enabled or disabled since the run.
    pub others: BTreeSet<ProductId>,
    /// Its status afterwards, where it changes.
    pub status: Option<Status>,
}

impl Undoing {
    /// The orgs that the plan is about.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection::Only(self.orgs.iter().map(|org| org.name.clone()).collect())
    }
}

/// The orgs that a run's receipt names: their products are to be read.
#[must_use]
pub fn touched(run: &PastRun) -> OrgSet {
    run.steps.iter().map(|step| step.org.clone()).collect()
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
            others: BTreeSet::new(),
            left: Vec::new(),
            already: 0,
        };
        case.steps();
        if let Some(entry) = entry {
            let (products, status) = (case.products(), case.status());
            if products.is_some() || status.is_some() {
                let back = entry_back(entry, products.as_ref(), status, deeds, receipt);
                replaced.insert(&entry.name, back);
                undoing.orgs.push(OrgBack {
                    name: entry.name.clone(),
                    products,
                    others: case.others,
                    status,
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
    undoing.orgs.sort_by(|a, b| a.name.cmp(&b.name));
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
    others: BTreeSet<ProductId>,
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
        for step in &self.deeds.inside {
            if let Some(object) = step.object.clone() {
                self.leave(LeftReason::Inside(object));
            } else {
                self.leave(LeftReason::Unknown(step.kind));
            }
        }
    }

    /// The products that the org is to have; `None` where they stay as they are.
    fn products(&mut self) -> Option<BTreeSet<ProductId>> {
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
        self.others = since.filter(|id| !ours(id)).cloned().collect();
        let (enabled, disabled): (Vec<_>, Vec<_>) =
            self.others.iter().partition(|id| now.contains(*id));
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
        (back != now).then_some(back)
    }

    /// The status that the org is to have; `None` where it stays.
    fn status(&mut self) -> Option<Status> {
        let (before, after) = self.deeds.status?;
        if before == after || self.deeds.is_unsure(false) {
            return None;
        }
        match &self.org.status {
            LiveStatus::Known(now) if *now == before => {
                self.already += 1;
                None
            }
            LiveStatus::Known(_) if self.org.aerial_org && before == Status::Inactive => {
                self.leave(LeftReason::AerialOrg);
                None
            }
            LiveStatus::Known(_) => Some(before),
            LiveStatus::Other(now) => {
                self.leave(LeftReason::ChangedStatus(now.clone()));
                None
            }
        }
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
    let at = |line: u32| Span {
        source: receipt,
        line,
        column: 1,
        len: 0,
    };
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
            span,
            via: None,
            until: None,
        });
        listed.collect()
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
