//! The matrix as `page.js` takes it: short, since it may hold 5,000 orgs × 30 products.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value as Json, json};

use super::super::escape::{self, line};
use super::super::matrix::{stands, unlinked, word};
use super::super::provenance;
use super::view::PageView;
use crate::desired::model::{DesiredOrg, Via};
use crate::diagnostic::Sources;
use crate::ids::ProductId;
use crate::plan::{Field, MatrixRow, Standing};

/// The letter of a field, here and as a class of its cell.
pub(super) fn key(field: Field) -> &'static str {
    match field {
        Field::Enabled => "e",
        Field::LeftAlone => "k",
        Field::Ignored => "i",
        Field::Unwanted => "u",
        Field::Missing => "m",
        Field::Off => "o",
        Field::Unknown => "x",
    }
}

/// What an org's status is and is to be.
pub(super) fn status(row: &MatrixRow<'_>) -> String {
    let is = row.live.map_or_else(
        || unlinked(row).to_owned(),
        |live| line(live.status.as_str()),
    );
    match row.status {
        Some(goal) => format!("{is}, to be {}", goal.as_str()),
        None => is,
    }
}

/// JSON that can stand in a script element: no `<`, and no character that acts.
pub(super) fn json(view: PageView<'_>) -> String {
    let matrix = view.matrix;
    let columns = matrix.columns.iter().map(|column| {
        let okta = line(column.okta.unwrap_or_default());
        json!([line(column.short()), column.id, okta])
    });
    let columns: Vec<Json> = columns.collect();
    let index = matrix.columns.iter().enumerate();
    let index: BTreeMap<&ProductId, usize> = index.map(|(at, column)| (column.id, at)).collect();
    let words: serde_json::Map<String, Json> = Field::ALL
        .into_iter()
        .map(|field| (key(field).to_owned(), json!(word(field))))
        .collect();
    let mut told = Told::default();
    let rows: Vec<Json> = matrix
        .rows
        .iter()
        .map(|row| self::row(row, matrix.wave(row), &index, &mut told))
        .collect();
    let data = json!({
        "compared": matrix.compared,
        "owned": matrix.has_owners(),
        "columns": columns,
        "words": words,
        "files": view.sources.iter().map(|(_, source)| line(&source.name)).collect::<Vec<_>>(),
        "places": told.texts(view.sources),
        "patterns": told.patterns(),
        "days": by_number(&told.days).into_iter().map(ToString::to_string).collect::<Vec<_>>(),
        "rows": rows,
    });
    escape::json(&data.to_string()).replace('<', "\\u003c")
}

fn row(
    row: &MatrixRow<'_>,
    wave: Option<&str>,
    index: &BTreeMap<&ProductId, usize>,
    told: &mut Told,
) -> Json {
    let fields: String = row.fields.iter().map(|field| key(*field)).collect();
    // Null where no entry asks for anything.
    let entry = row.entry.map(|entry| {
        let at = entry.origin.org;
        json!([at.source.0, at.line, told.pattern(entry, index)])
    });
    json!([
        line(row.org.label()),
        row.org.id().map_or("", |id| id.as_str()),
        line(row.live.map_or("", |live| &live.display_name)),
        status(row),
        row.cell().map_or("", |cell| cell.as_str()),
        stands(row),
        u8::from(row.differs()),
        u8::from(row.standing == Standing::Unmanaged),
        fields,
        entry,
        line(row.owner().unwrap_or_default()),
        line(
            row.entry
                .and_then(|entry| entry.note.as_deref())
                .unwrap_or_default()
        ),
        line(wave.unwrap_or_default()),
    ])
}

/// What is said of many orgs alike, each once.
#[derive(Default)]
struct Told {
    vias: BTreeMap<Via, usize>,
    days: BTreeMap<Date, usize>,
    patterns: BTreeMap<Vec<i64>, usize>,
}

impl Told {
    /// The number of the pattern of an entry's products: for each the column, the line from the entry's on, the bundle, and
    /// the day with which it ends.
    fn pattern(&mut self, entry: &DesiredOrg, index: &BTreeMap<&ProductId, usize>) -> usize {
        let mut pattern = Vec::new();
        for product in entry.products.iter().flatten() {
            let Some(column) = index.get(&product.id) else {
                continue;
            };
            let via = product.via.as_deref().map(|via| match self.vias.get(via) {
                Some(known) => *known,
                None => {
                    let new = self.vias.len();
                    self.vias.insert(via.clone(), new);
                    new
                }
            });
            let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            pattern.extend([
                number(*column),
                i64::from(entry.lists_at(product).line) - i64::from(entry.origin.org.line),
                via.map_or(-1, number),
                product.until.map_or(-1, |day| number(self.day(day))),
            ]);
        }
        let new = self.patterns.len();
        *self.patterns.entry(pattern).or_insert(new)
    }

    /// The number of a day.
    fn day(&mut self, day: Date) -> usize {
        let new = self.days.len();
        *self.days.entry(day).or_insert(new)
    }

    fn patterns(&self) -> Vec<&Vec<i64>> {
        by_number(&self.patterns)
    }

    /// What each bundle is called, by its number.
    fn texts(&self, sources: &Sources) -> Vec<String> {
        by_number(&self.vias)
            .into_iter()
            .map(|via| provenance::via(via, sources))
            .collect()
    }
}

/// The keys in the order of their numbers, which have no gaps.
fn by_number<T>(numbers: &BTreeMap<T, usize>) -> Vec<&T> {
    let mut keys: Vec<(&T, &usize)> = numbers.iter().collect();
    keys.sort_by_key(|(_, number)| **number);
    keys.into_iter().map(|(key, _)| key).collect()
}
