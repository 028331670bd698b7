//! The live account as a table of orgs and products, and as JSON.

use std::collections::{BTreeMap, BTreeSet};

use comfy_table::presets;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use serde_json::{Value as Json, json};

use super::escape::line;
use crate::ids::{OrgId, ProductId};
use crate::live::{LiveOrg, Snapshot};

/// More product columns than this make a table that nobody reads.
const MAX_COLUMNS: usize = 12;

/// What the file knows about the account.
#[derive(Debug, Default)]
pub struct InFile {
    /// The orgs that the file lists.
    pub listed: BTreeSet<OrgId>,
    /// The file's names for products.
    pub names: BTreeMap<ProductId, String>,
}

/// A table: one row for each org, one column for each product, or one column for all where they are many.
#[must_use]
pub fn table(live: &Snapshot, known: &InFile, width: usize) -> String {
    let products: BTreeSet<&ProductId> = live
        .orgs
        .iter()
        .filter_map(|org| org.products.as_ref())
        .flat_map(BTreeMap::keys)
        .collect();
    let title = |id: &ProductId| {
        known
            .names
            .get(id)
            .map_or_else(|| id.to_string(), |name| line(name))
    };
    let titles: usize = products
        .iter()
        .map(|id| title(id).chars().count() + 2)
        .sum();
    let domains = live
        .orgs
        .iter()
        .map(|org| org.domain.as_str().chars().count())
        .max();
    let wide = products.len() <= MAX_COLUMNS && domains.unwrap_or(0) + titles + 30 <= width;
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    let mut header = vec!["ORG".to_owned(), "STATUS".to_owned(), "CELL".to_owned()];
    if wide {
        header.extend(products.iter().map(|id| title(id)));
    } else {
        header.push("PRODUCTS".to_owned());
    }
    header.push(String::new());
    table.set_header(header);
    for org in &live.orgs {
        let mut row = vec![
            Cell::new(line(org.domain.as_str())),
            Cell::new(line(org.status.as_str())),
            Cell::new(org.cell.as_ref().map_or("?", |cell| cell.as_str())),
        ];
        let enabled = org.enabled().unwrap_or_default();
        if wide {
            row.extend(products.iter().map(|id| {
                let mark = if enabled.contains(*id) { "●" } else { "·" };
                Cell::new(mark).set_alignment(CellAlignment::Center)
            }));
        } else {
            let titles: Vec<String> = enabled.iter().map(title).collect();
            row.push(Cell::new(titles.join(" ")));
        }
        row.push(Cell::new(note(org, known)));
        table.add_row(row);
    }
    let rows: Vec<String> = table.lines().map(|row| row.trim_end().to_owned()).collect();
    let mut text = rows.join("\n");
    text.push_str("\n\n");
    text.push_str("Subscribed products\n");
    for (id, name) in &live.subscribed {
        let own = known
            .names
            .get(id)
            .map(|own| format!("  ({})", line(own)))
            .unwrap_or_default();
        text = format!("{text}  {id}  {}{own}\n", line(name));
    }
    text
}

fn note(org: &LiveOrg, known: &InFile) -> &'static str {
    if org.aerial_org {
        "the Aerial org"
    } else if known.listed.contains(&org.id) {
        ""
    } else {
        "not in the file"
    }
}

/// The account as JSON.
#[must_use]
pub fn json(live: &Snapshot, known: &InFile) -> Json {
    let product = |(id, name): (&ProductId, &String)| json!({"id": id, "name": name});
    let orgs: Vec<Json> = live
        .orgs
        .iter()
        .map(|org| {
            json!({
                "id": org.id,
                "domain": org.domain,
                "name": org.display_name,
                "cell": org.cell,
                "status": org.status.as_str(),
                "aerialOrg": org.aerial_org,
                "inFile": known.listed.contains(&org.id),
                "products": org.products.as_ref().map(|all| all.iter().map(product).collect::<Vec<_>>()),
            })
        })
        .collect();
    json!({
        "version": 1,
        "account": {"id": live.account, "name": live.account_name},
        "subscribed": live.subscribed.iter().map(product).collect::<Vec<_>>(),
        "orgs": orgs,
    })
}
