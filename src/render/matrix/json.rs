//! The matrix as JSON.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;

use super::words::inside_word;
use crate::ids::{AccountId, Cell, Domain, OrgId, ProductId};
use crate::live::{AccountSurroundings, LiveGroup, LiveTemplate, Snapshot};
use crate::plan::wire::ReadingV1;
use crate::plan::{
    BaselineStanding, BrokenConstraint, Field, Licences, Matrix, MatrixColumn, MatrixRow, Standing,
};
use crate::render::json::Each;
use crate::render::remembered::reading;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownMatrix<'a, N, O, S> {
    account: ShownAccount<'a>,
    broken_constraints: Vec<ShownBroken<'a>>,
    licences: Vec<ShownLicences<'a>>,
    not_known: Vec<String>,
    not_linked: N,
    org_groups: Option<Vec<ShownGroup<'a>>>,
    orgs: O,
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<ReadingV1>,
    request_condition_templates: Option<Vec<ShownTemplate<'a>>>,
    subscribed: S,
    version: u32,
    waves: Vec<&'a str>,
}

#[derive(Serialize)]
struct ShownBroken<'a> {
    domain: Option<&'a Domain>,
    id: Option<&'a OrgId>,
    text: &'a str,
}

#[derive(Serialize)]
struct ShownLicences<'a> {
    id: &'a str,
    left: Option<i64>,
    most: u64,
    used: Option<u64>,
}

#[derive(Serialize)]
struct ShownGroup<'a> {
    description: &'a str,
    id: &'a str,
    name: &'a str,
    orgs: Option<Vec<&'a OrgId>>,
}

#[derive(Serialize)]
struct ShownTemplate<'a> {
    id: &'a str,
    name: &'a str,
    state: &'a str,
}

#[derive(Serialize)]
struct ShownBaseline<'a> {
    name: &'a str,
    objects: Vec<String>,
    reason: Option<String>,
    state: &'static str,
}

#[derive(Serialize)]
struct ShownAccount<'a> {
    id: &'a AccountId,
    name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Managed<'a> {
    aerial_org: bool,
    baseline: Option<ShownBaseline<'a>>,
    cell: Option<&'a Cell>,
    difference: Option<Difference<'a>>,
    domain: &'a Domain,
    id: &'a OrgId,
    in_file: bool,
    name: &'a str,
    note: Option<&'a str>,
    org_groups: Option<Vec<&'a str>>,
    owner: Option<&'a str>,
    products: Option<Vec<NamedProduct<'a>>>,
    status: &'a str,
    wanted: Option<Vec<NamedProduct<'a>>>,
    wave: Option<&'a str>,
}

#[derive(Serialize)]
struct Unlinked<'a> {
    baseline: Option<ShownBaseline<'a>>,
    cell: Option<&'a Cell>,
    difference: Option<Difference<'a>>,
    domain: Option<&'a Domain>,
    id: Option<&'a OrgId>,
    note: Option<&'a str>,
    owner: Option<&'a str>,
    wanted: Option<Vec<NamedProduct<'a>>>,
    wave: Option<&'a str>,
}

#[derive(Serialize)]
struct Difference<'a> {
    disable: Vec<NamedProduct<'a>>,
    enable: Vec<NamedProduct<'a>>,
    status: Option<&'static str>,
}

#[derive(Serialize)]
struct NamedProduct<'a> {
    id: &'a str,
    name: &'a str,
}

/// `{"version","account","licences","brokenConstraints" (the first 10,000),"waves","subscribed","orgs","notLinked","orgGroups","requestConditionTemplates","notKnown"}`, made while it is written.
///
/// `reading` is there where an earlier run had left something to go on from.
///
/// Each org has what it is, `owner` and `note` of its entry, the `wave` that it goes with, `wanted` (the listed products; null where the file leaves them alone) and `difference`
/// (`{"status","enable","disable"}`; null where there is none).
#[must_use]
pub fn json<'a>(matrix: &'a Matrix<'a>, live: &'a Snapshot) -> impl Serialize + 'a {
    let columns = matrix.columns.iter();
    let names: BTreeMap<&ProductId, &str> = columns
        .map(|column| (column.id, of_column(column).name))
        .collect();
    let of_row = move |row: &'a MatrixRow<'a>| {
        let listed = row.entry.and_then(|entry| entry.products.as_ref())?;
        let mut listed: Vec<&ProductId> = listed.iter().map(|product| &product.id).collect();
        listed.sort_unstable();
        let product = |id: &'a ProductId| NamedProduct {
            id: id.as_str(),
            name: names.get(id).copied().unwrap_or_default(),
        };
        Some(listed.into_iter().map(product).collect())
    };
    let surroundings = live.surroundings.as_ref();
    let wanted = Rc::new(of_row);
    let of_linked = Rc::clone(&wanted);
    let orgs = move || {
        let wanted = Rc::clone(&of_linked);
        matrix.rows.iter().filter_map(move |row| {
            let org = row.live?;
            Some(Managed {
                aerial_org: org.aerial_org,
                baseline: baseline(row),
                cell: org.cell.as_ref(),
                difference: difference(matrix, row),
                domain: &org.domain,
                id: &org.id,
                in_file: matches!(row.standing, Standing::Listed | Standing::Contradicted),
                name: &org.display_name,
                note: row.entry.and_then(|entry| entry.note.as_deref()),
                org_groups: org_groups(surroundings, &org.id),
                owner: row.owner(),
                products: org.products.as_deref().map(products),
                status: org.status.as_str(),
                wanted: wanted(row),
                wave: matrix.wave(row),
            })
        })
    };
    let not_linked = move || {
        let wanted = Rc::clone(&wanted);
        let rows = matrix.rows.iter().filter(|row| row.live.is_none());
        rows.map(move |row| Unlinked {
            baseline: baseline(row),
            cell: row.entry.and_then(|entry| entry.cell.as_ref()),
            difference: difference(matrix, row),
            domain: row.org.domain(),
            id: row.org.id(),
            note: row.entry.and_then(|entry| entry.note.as_deref()),
            owner: row.owner(),
            wanted: wanted(row),
            wave: matrix.wave(row),
        })
    };
    ShownMatrix {
        account: ShownAccount {
            id: &live.account,
            name: &live.account_name,
        },
        broken_constraints: matrix.broken.first.iter().map(broken).collect(),
        licences: matrix.counted.iter().map(licences).collect(),
        not_known: surroundings
            .into_iter()
            .flat_map(AccountSurroundings::unknown)
            .map(str::to_owned)
            .chain(matrix.left_out())
            .collect(),
        not_linked: Each(not_linked),
        org_groups: surroundings.and_then(|found| Some(groups(found.groups.as_ref().ok()?))),
        orgs: Each(orgs),
        reading: live.remembered.as_ref().map(reading),
        request_condition_templates: surroundings
            .and_then(|found| Some(templates(found.templates.as_ref().ok()?))),
        subscribed: products(&live.subscribed),
        version: 1,
        waves: matrix.waves.iter().map(AsRef::as_ref).collect(),
    }
}

fn broken(one: &BrokenConstraint) -> ShownBroken<'_> {
    ShownBroken {
        domain: one.org.domain(),
        id: one.org.id(),
        text: &one.words,
    }
}

fn licences(one: &Licences) -> ShownLicences<'_> {
    let left = |used: u64| {
        let (most, used) = (i64::try_from(one.most).ok()?, i64::try_from(used).ok()?);
        Some(most - used)
    };
    ShownLicences {
        id: one.id.as_str(),
        left: one.used.and_then(left),
        most: one.most,
        used: one.used,
    }
}

fn org_groups<'a>(found: Option<&'a AccountSurroundings>, org: &OrgId) -> Option<Vec<&'a str>> {
    let groups = found?.groups_of(org).ok()?.into_iter();
    Some(groups.map(|group| group.id.as_str()).collect())
}

fn groups(all: &[LiveGroup]) -> Vec<ShownGroup<'_>> {
    let groups = all.iter().map(|group| ShownGroup {
        description: &group.description,
        id: &group.id,
        name: &group.name,
        orgs: group.orgs.as_ref().ok().map(|orgs| orgs.iter().collect()),
    });
    groups.collect()
}

fn templates(all: &[LiveTemplate]) -> Vec<ShownTemplate<'_>> {
    let templates = all.iter().map(|template| ShownTemplate {
        id: &template.id,
        name: &template.name,
        state: &template.state,
    });
    templates.collect()
}

fn baseline<'a>(row: &MatrixRow<'a>) -> Option<ShownBaseline<'a>> {
    let reason = if let BaselineStanding::Unread(reason) = &row.baseline {
        Some(reason.to_string())
    } else {
        None
    };
    Some(ShownBaseline {
        name: row.entry?.baseline.as_deref()?,
        objects: row
            .baseline
            .objects()
            .iter()
            .map(ToString::to_string)
            .collect(),
        reason,
        state: inside_word(&row.baseline)?,
    })
}

fn products(all: &BTreeMap<ProductId, String>) -> Vec<NamedProduct<'_>> {
    all.iter()
        .map(|(id, name)| NamedProduct {
            id: id.as_str(),
            name,
        })
        .collect()
}

fn of_column<'a>(column: &MatrixColumn<'a>) -> NamedProduct<'a> {
    NamedProduct {
        id: column.id.as_str(),
        name: column.okta.or(column.own).unwrap_or_default(),
    }
}

fn difference<'a>(matrix: &Matrix<'a>, row: &MatrixRow<'a>) -> Option<Difference<'a>> {
    if !row.differs() {
        return None;
    }
    let of = |field: Field| -> Vec<NamedProduct<'a>> {
        let columns = matrix.columns.iter().zip(&row.fields);
        columns
            .filter(|(_, is)| **is == field)
            .map(|(column, _)| of_column(column))
            .collect()
    };
    Some(Difference {
        disable: of(Field::Unwanted),
        enable: of(Field::Missing),
        status: row.status.map(|goal| goal.as_str()),
    })
}
