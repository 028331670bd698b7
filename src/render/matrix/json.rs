//! The matrix as JSON.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;

use crate::ids::{AccountId, Cell, Domain, OrgId, ProductId};
use crate::live::Snapshot;
use crate::plan::{Field, Licences, Matrix, MatrixColumn, MatrixRow, Standing};
use crate::render::json::Each;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownMatrix<'a, N, O, S> {
    account: ShownAccount<'a>,
    licences: Vec<ShownLicences<'a>>,
    not_linked: N,
    orgs: O,
    subscribed: S,
    version: u32,
}

#[derive(Serialize)]
struct ShownLicences<'a> {
    id: &'a str,
    left: Option<i64>,
    most: u64,
    used: Option<u64>,
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
    cell: Option<&'a Cell>,
    difference: Option<Difference<'a>>,
    domain: &'a Domain,
    id: &'a OrgId,
    in_file: bool,
    name: &'a str,
    note: Option<&'a str>,
    owner: Option<&'a str>,
    products: Option<Vec<NamedProduct<'a>>>,
    status: &'a str,
    wanted: Option<Vec<NamedProduct<'a>>>,
}

#[derive(Serialize)]
struct Unlinked<'a> {
    cell: Option<&'a Cell>,
    difference: Option<Difference<'a>>,
    domain: Option<&'a Domain>,
    id: Option<&'a OrgId>,
    note: Option<&'a str>,
    owner: Option<&'a str>,
    wanted: Option<Vec<NamedProduct<'a>>>,
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

/// `{"version","account","licences","subscribed","orgs","notLinked"}`, made while it is written.
///
/// Each org has what it is, `owner` and `note` of its entry, `wanted` (the listed products; null where the file leaves them alone) and `difference`
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
    let wanted = Rc::new(of_row);
    let of_linked = Rc::clone(&wanted);
    let orgs = move || {
        let wanted = Rc::clone(&of_linked);
        matrix.rows.iter().filter_map(move |row| {
            let org = row.live?;
            Some(Managed {
                aerial_org: org.aerial_org,
                cell: org.cell.as_ref(),
                difference: difference(matrix, row),
                domain: &org.domain,
                id: &org.id,
                in_file: matches!(row.standing, Standing::Listed | Standing::Contradicted),
                name: &org.display_name,
                note: row.entry.and_then(|entry| entry.note.as_deref()),
                owner: row.owner(),
                products: org.products.as_ref().map(products),
                status: org.status.as_str(),
                wanted: wanted(row),
            })
        })
    };
    let not_linked = move || {
        let wanted = Rc::clone(&wanted);
        let rows = matrix.rows.iter().filter(|row| row.live.is_none());
        rows.map(move |row| Unlinked {
            cell: row.entry.and_then(|entry| entry.cell.as_ref()),
            difference: difference(matrix, row),
            domain: row.org.domain(),
            id: row.org.id(),
            note: row.entry.and_then(|entry| entry.note.as_deref()),
            owner: row.owner(),
            wanted: wanted(row),
        })
    };
    ShownMatrix {
        account: ShownAccount {
            id: &live.account,
            name: &live.account_name,
        },
        licences: matrix.counted.iter().map(licences).collect(),
        not_linked: Each(not_linked),
        orgs: Each(orgs),
        subscribed: products(&live.subscribed),
        version: 1,
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
