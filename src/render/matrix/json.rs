//! The matrix as JSON.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::ids::ProductId;
use crate::live::Snapshot;
use crate::plan::{Field, Matrix, MatrixRow, Standing};

/// `{"version","account","subscribed","orgs","notLinked"}`.
///
/// Each org has what it is, `wanted` (the listed products; null where the file leaves them alone) and `difference`
/// (`{"status","enable","disable"}`; null where there is none).
#[must_use]
pub fn json(matrix: &Matrix<'_>, live: &Snapshot) -> Json {
    let product = |(id, name): (&ProductId, &String)| json!({"id": id, "name": name});
    let mut orgs = Vec::new();
    let mut not_linked = Vec::new();
    for row in &matrix.rows {
        let wanted = wanted(matrix, row);
        let difference = difference(matrix, row);
        match row.live {
            Some(org) => orgs.push(json!({
                "id": org.id,
                "domain": org.domain,
                "name": org.display_name,
                "cell": org.cell,
                "status": org.status.as_str(),
                "aerialOrg": org.aerial_org,
                "inFile": matches!(row.standing, Standing::Listed | Standing::Contradicted),
                "products": org.products.as_ref().map(|all| all.iter().map(product).collect::<Vec<_>>()),
                "wanted": wanted,
                "difference": difference,
            })),
            None => not_linked.push(json!({
                "id": row.org.id(),
                "domain": row.org.domain(),
                "cell": row.entry.and_then(|entry| entry.cell.as_ref()),
                "wanted": wanted,
                "difference": difference,
            })),
        }
    }
    json!({
        "version": 1,
        "account": {"id": live.account, "name": live.account_name},
        "subscribed": live.subscribed.iter().map(product).collect::<Vec<_>>(),
        "orgs": orgs,
        "notLinked": not_linked,
    })
}

fn wanted(matrix: &Matrix<'_>, row: &MatrixRow<'_>) -> Option<Vec<Json>> {
    let listed = row.entry?.listed()?;
    let names: BTreeMap<&ProductId, Option<&str>> = matrix
        .columns
        .iter()
        .map(|column| (column.id, column.okta.or(column.own)))
        .collect();
    let product = |id: &ProductId| {
        let name = names.get(id).copied().flatten();
        json!({"id": id, "name": name.unwrap_or_default()})
    };
    Some(listed.iter().map(product).collect())
}

fn difference(matrix: &Matrix<'_>, row: &MatrixRow<'_>) -> Json {
    if !row.differs() {
        return Json::Null;
    }
    let of = |field: Field| -> Vec<Json> {
        let columns = matrix.columns.iter().zip(&row.fields);
        columns
            .filter(|(_, is)| **is == field)
            .map(|(column, _)| json!({"id": column.id, "name": column.okta.or(column.own).unwrap_or_default()}))
            .collect()
    };
    json!({
        "status": row.status.map(|goal| goal.as_str()),
        "enable": of(Field::Missing),
        "disable": of(Field::Unwanted),
    })
}
