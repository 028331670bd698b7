//! The matrix as CSV (RFC 4180), safe to open in a spreadsheet.

use super::super::csv::record;
use super::words::{file, inside, word};
use crate::live::Snapshot;
use crate::plan::{Field, Matrix};

/// A heading, then a row for each org: `domain,id,name,status,cell,file,wantedStatus,aerialOrg,owner,note,baseline,inside,orgGroups,wave`
/// and a column for each product, named as in the file, else by id.
///
/// A field is empty where the product is off, and has its word elsewhere.
#[must_use]
pub fn csv(matrix: &Matrix<'_>, live: &Snapshot) -> String {
    let fixed = [
        "domain",
        "id",
        "name",
        "status",
        "cell",
        "file",
        "wantedStatus",
        "aerialOrg",
        "owner",
        "note",
        "baseline",
        "inside",
        "orgGroups",
        "wave",
    ];
    let products = matrix.columns.iter().map(|column| column.short());
    let mut text = record(fixed.into_iter().chain(products));
    for row in &matrix.rows {
        let known = row.live;
        let inside = inside(&row.baseline);
        let groups = known.and_then(|org| live.surroundings.as_ref()?.groups_of(&org.id).ok());
        let groups = groups
            .into_iter()
            .flatten()
            .map(|group| group.name.as_str());
        let groups = groups.collect::<Vec<&str>>().join("; ");
        let id = row.org.id().map_or("", |id| id.as_str());
        let fixed = [
            row.org.domain().map_or("", |domain| domain.as_str()),
            id,
            known.map_or("", |org| org.display_name.as_str()),
            known.map_or("", |org| org.status.as_str()),
            row.cell().map_or("", |cell| cell.as_str()),
            file(row),
            row.status.map_or("", |goal| goal.as_str()),
            if row.is_aerial_org() { "yes" } else { "" },
            row.owner().unwrap_or_default(),
            row.entry
                .and_then(|entry| entry.note.as_deref())
                .unwrap_or_default(),
            row.entry
                .and_then(|entry| entry.baseline.as_deref())
                .unwrap_or_default(),
            &inside,
            &groups,
            matrix.wave(row).unwrap_or_default(),
        ];
        let fields = row.fields.iter().map(|field| {
            if *field == Field::Off {
                ""
            } else {
                word(*field)
            }
        });
        text.push_str(&record(fixed.into_iter().chain(fields)));
    }
    text
}
