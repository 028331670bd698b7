//! The account org by org and product by product, and how each stands to the file: the planner's rules, as a picture.

mod columns;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::baseline_standing::BaselineStanding;
use super::deletions::{DeletionTold, Deletions};
use super::ends::Terms;
use super::field::Field;
use super::matching;
use super::strain::Licences;
use super::target;
use super::verdicts::BrokenConstraints;
use crate::desired::model::{Desired, DesiredOrg, StatusGoal};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, counted};
use crate::ids::{Cell, Domain, OrgId, OrgName, OrgSet, ProductId};
use crate::live::{LiveOrg, Snapshot};

pub use columns::MatrixColumn;

/// Orgs × products.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix<'a> {
    /// The account's products: subscribed, enabled somewhere or listed somewhere. By id.
    pub columns: Vec<MatrixColumn<'a>>,
    /// Its orgs, and those that the file lists and nobody has linked yet. By domain, then id.
    pub rows: Vec<MatrixRow<'a>>,
    /// Orgs that aren't among the rows, although they may differ: what is inside of them isn't known.
    pub unsure: Vec<MatrixRow<'a>>,
    /// Whether there is a file to compare with.
    pub compared: bool,
    /// How many licences are left of each product that has a number of them, in words.
    pub licences: Vec<String>,
    /// The same as numbers.
    pub counted: Vec<Licences>,
    /// The constraints that orgs break as they are, whatever is planned.
    pub broken: BrokenConstraints,
    /// The waves of the file.
    pub waves: &'a [Arc<str>],
}

/// An org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow<'a> {
    pub org: OrgName,
    /// The org as it is; `None` where it isn't managed.
    pub live: Option<&'a LiveOrg>,
    /// Its entry in the file.
    pub entry: Option<&'a DesiredOrg>,
    pub standing: Standing,
    /// What its status is to become, where that isn't what it is.
    pub status: Option<StatusGoal>,
    /// How its inside stands to its baseline.
    pub baseline: BaselineStanding,
    /// Whether it is to be created: there is no such org yet.
    pub unborn: bool,
    /// One for each column.
    pub fields: Vec<Field>,
}

/// How an org stands to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is no file.
    NoFile,
    Listed,
    /// Listed, and to be linked.
    NotLinked,
    /// The file doesn't list it, and leaves it alone.
    Unmanaged,
    /// The Aerial org, which the file need not list.
    AerialOrg,
    /// The file contradicts itself or the account about it, so it isn't compared.
    Contradicted,
}

impl MatrixRow<'_> {
    /// The cell that the org is in; of one that isn't linked, the cell that the file says.
    #[must_use]
    pub fn cell(&self) -> Option<&Cell> {
        match self.live {
            Some(live) => live.cell.as_ref(),
            None => self.entry.and_then(|entry| entry.cell.as_ref()),
        }
    }

    /// Who looks after it, as its entry says.
    #[must_use]
    pub fn owner(&self) -> Option<&str> {
        self.entry.and_then(|entry| entry.owner.as_deref())
    }

    /// Whether it is the account's Aerial org, listed or not.
    #[must_use]
    pub fn is_aerial_org(&self) -> bool {
        self.standing == Standing::AerialOrg || self.live.is_some_and(|org| org.aerial_org)
    }

    /// The cell that the entry itself says, where the org is in another one; nothing moves it.
    #[must_use]
    pub fn other_cell(&self) -> Option<&Cell> {
        let entry = self.entry.filter(|entry| entry.cell_is_own)?;
        let (is, says) = (self.live?.cell.as_ref()?, entry.cell.as_ref()?);
        (is != says).then_some(says)
    }

    /// Whether the org isn't what the file wants.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.standing == Standing::NotLinked
            || self.status.is_some()
            || matches!(self.baseline, BaselineStanding::Differs(_))
            || self.fields.iter().any(|field| field.differs())
    }

    /// Whether it is as the file wants as far as anybody has looked, and nobody has looked inside, or nobody could.
    #[must_use]
    pub fn is_unsure(&self) -> bool {
        let unknown = matches!(
            self.baseline,
            BaselineStanding::Unlooked | BaselineStanding::Unread(_)
        );
        unknown && !self.differs()
    }
}

impl<'a> Matrix<'a> {
    /// Compares as the planner does on that day. Entries that it would refuse are warned about and not compared.
    #[must_use]
    pub fn of(
        desired: Option<&'a Desired>,
        live: &'a Snapshot,
        deletions: &Deletions,
        today: Date,
    ) -> (Self, Diagnostics) {
        let mut found = Diagnostics::default();
        let mut columns = columns::of(desired, live);
        let mut rows = match desired {
            Some(desired) => compared(desired, live, deletions, &columns, today, &mut found),
            None => live
                .orgs
                .iter()
                .map(|org| MatrixRow {
                    org: org.name(),
                    live: Some(org),
                    entry: None,
                    standing: Standing::NoFile,
                    status: None,
                    baseline: BaselineStanding::None,
                    unborn: false,
                    fields: fields(&columns, org.products.is_some(), |id| {
                        if has(org, id) {
                            Field::Enabled
                        } else {
                            Field::Off
                        }
                    }),
                })
                .collect(),
        };
        rows.sort_by(|a, b| a.org.cmp(&b.org));
        for (index, column) in columns.iter_mut().enumerate() {
            column.unused = rows.iter().all(|row| match row.fields.get(index) {
                Some(Field::Off) | None => true,
                // What an org has before it is linked isn't in the account.
                Some(Field::Unknown) => row.live.is_none(),
                Some(_) => false,
            });
        }
        let warned = found.sorted().into_iter().map(|one| Diagnostic {
            severity: Severity::Warning,
            ..one
        });
        let pairs = || rows.iter().filter_map(|row| row.entry.zip(row.live));
        let broken = desired.map(|desired| BrokenConstraints::of(desired, pairs(), today));
        let counted = desired.map_or_else(Vec::new, |desired| Licences::of(desired, live));
        let matrix = Self {
            columns,
            broken: broken.unwrap_or_default(),
            waves: desired.map_or(&[], |desired| &desired.waves),
            rows,
            unsure: Vec::new(),
            compared: desired.is_some(),
            licences: desired.map_or_else(Vec::new, |desired| {
                counted.iter().map(|one| one.words(desired)).collect()
            }),
            counted,
        };
        (matrix, warned.collect())
    }

    /// The wave that an org goes with, where the file has waves and lists it: its own, else the last.
    #[must_use]
    pub fn wave<'b>(&'b self, row: &'b MatrixRow<'_>) -> Option<&'b str> {
        let entry = row.entry.filter(|_| !self.waves.is_empty())?;
        let wave = entry.wave.as_ref().or_else(|| self.waves.last());
        wave.map(AsRef::as_ref)
    }

    /// Whether any entry says who looks after its org.
    #[must_use]
    pub fn has_owners(&self) -> bool {
        self.rows.iter().any(|row| row.owner().is_some())
    }

    /// Leaves the rows that differ. Those that may differ as well are kept beside them.
    pub fn narrow_to_drifted(&mut self) {
        let (differ, others) = std::mem::take(&mut self.rows)
            .into_iter()
            .partition(MatrixRow::differs);
        self.rows = differ;
        self.unsure = others;
        self.unsure.retain(MatrixRow::is_unsure);
    }

    /// What isn't known of orgs that aren't among the rows.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        let orgs = counted(self.unsure.len(), "org");
        (!self.unsure.is_empty()).then(|| {
            format!("whether {orgs} that nobody has looked into, or could, differ from the file")
        })
    }

    /// How many rows have one of these in a column.
    #[must_use]
    pub fn count(&self, column: usize, of: impl Fn(Field) -> bool) -> usize {
        let fields = self.rows.iter().filter_map(|row| row.fields.get(column));
        fields.filter(|field| of(**field)).count()
    }
}

fn compared<'a>(
    desired: &'a Desired,
    live: &'a Snapshot,
    deletions: &Deletions,
    columns: &[MatrixColumn<'_>],
    today: Date,
    found: &mut Diagnostics,
) -> Vec<MatrixRow<'a>> {
    let matching = matching::pair(desired, live, found);
    let unmanaged: OrgSet = matching.unmanaged.into_iter().collect();
    let paired: BTreeSet<&OrgName> = matching
        .pairs
        .iter()
        .map(|pair| &pair.desired.name)
        .collect();
    let refused = || {
        let entries = desired.orgs.iter().map(|org| &org.name);
        entries.filter(|name| !paired.contains(name))
    };
    // Either name that such an entry has may be the one that was meant.
    let ids: BTreeSet<&OrgId> = refused().filter_map(OrgName::id).collect();
    let domains: BTreeSet<&Domain> = refused().filter_map(OrgName::domain).collect();
    let mut rows = Vec::with_capacity(live.orgs.len());
    let mut listed: BTreeSet<&OrgId> = BTreeSet::new();
    let read = Looked {
        live,
        deletions,
        today,
    };
    for pair in matching.pairs {
        match pair.live {
            Some(org) => {
                listed.insert(&org.id);
                rows.push(managed(pair.desired, org, desired, read, columns));
            }
            // What is to be gone, and isn't there, is what the file wants.
            None if pair.desired.status == Some(StatusGoal::Deleted) => {}
            None => rows.push(not_linked(pair.desired, desired, read, columns)),
        }
    }
    for org in live.orgs.iter().filter(|org| !listed.contains(&org.id)) {
        let name = org.name();
        let standing = if ids.contains(&org.id) || domains.contains(&org.domain) {
            Standing::Contradicted
        } else if unmanaged.contains(&name) {
            Standing::Unmanaged
        } else {
            Standing::AerialOrg
        };
        rows.push(MatrixRow {
            org: name,
            live: Some(org),
            entry: None,
            standing,
            status: None,
            baseline: BaselineStanding::None,
            unborn: false,
            fields: fields(columns, org.products.is_some(), |id| {
                left_alone(desired, org, id)
            }),
        });
    }
    rows
}

/// What an entry is compared with, beside its own org.
#[derive(Clone, Copy)]
struct Looked<'l> {
    live: &'l Snapshot,
    deletions: &'l Deletions,
    today: Date,
}

fn managed<'a>(
    want: &'a DesiredOrg,
    org: &'a LiveOrg,
    desired: &'a Desired,
    read: Looked<'_>,
    columns: &[MatrixColumn<'_>],
) -> MatrixRow<'a> {
    let listed = want.listed(read.today).unwrap_or_default();
    let target = target::products(want, org, &desired.ignored, Terms::on(read.today));
    let fields = fields(columns, org.products.is_some(), |id| match &target {
        None => left_alone(desired, org, id),
        Some((before, after)) => match (before.contains(id), after.contains(id)) {
            (true, false) => Field::Unwanted,
            (false, true) => Field::Missing,
            (false, false) => Field::Off,
            (true, true) if listed.contains(id) && !desired.ignored.contains(id) => Field::Enabled,
            (true, true) => left_alone(desired, org, id),
        },
    });
    MatrixRow {
        org: org.name(),
        live: Some(org),
        entry: Some(want),
        standing: Standing::Listed,
        // An org that is to be gone, and is there, isn't what the file wants before its deletion was requested.
        status: want.goal(read.today).filter(|goal| {
            let asked = || read.deletions.of(&org.name()) == DeletionTold::Asked;
            !org.status.is(goal.status()) || (*goal == StatusGoal::Deleted && !asked())
        }),
        baseline: BaselineStanding::of(want, Some(org), desired, read.live, read.today),
        unborn: false,
        fields,
    }
}

fn not_linked<'a>(
    want: &'a DesiredOrg,
    desired: &Desired,
    read: Looked<'_>,
    columns: &[MatrixColumn<'_>],
) -> MatrixRow<'a> {
    let enable = target::once_linked(want, &desired.ignored, read.today);
    MatrixRow {
        org: want.name.clone(),
        live: None,
        entry: Some(want),
        standing: Standing::NotLinked,
        status: None,
        baseline: BaselineStanding::of(want, None, desired, read.live, read.today),
        unborn: want
            .create
            .as_ref()
            .is_some_and(|new| read.live.resolved.get(&new.domain) == Some(&false)),
        fields: fields(columns, true, |id| {
            if enable.contains(id) {
                Field::Missing
            } else {
                Field::Unknown
            }
        }),
    }
}

fn fields(
    columns: &[MatrixColumn<'_>],
    read: bool,
    field: impl Fn(&ProductId) -> Field,
) -> Vec<Field> {
    let fields = columns.iter().map(|column| {
        if read {
            field(column.id)
        } else {
            Field::Unknown
        }
    });
    fields.collect()
}

fn has(org: &LiveOrg, id: &ProductId) -> bool {
    let products = org.products.as_ref();
    products.is_some_and(|products| products.contains_key(id))
}

fn left_alone(desired: &Desired, org: &LiveOrg, id: &ProductId) -> Field {
    match (has(org, id), desired.ignored.contains(id)) {
        (false, _) => Field::Off,
        (true, true) => Field::Ignored,
        (true, false) => Field::LeftAlone,
    }
}
