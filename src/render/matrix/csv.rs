//! The matrix as CSV (RFC 4180), safe to open in a spreadsheet.

use super::super::escape::line;
use super::words::{file, word};
use crate::plan::{Field, Matrix};

/// A heading, then a row for each org: `domain,id,name,status,cell,file,wantedStatus,aerialOrg,owner,note` and a column for
/// each product, named as in the file, else by id.
///
/// A field is empty where the product is off, and has its word elsewhere.
///
/// What a spreadsheet would take for a formula (`=`, `+`, `-` or `@` at the beginning of a value, or of what it would take for
/// a cell of its own after `;`, `|` or a tab) gets an apostrophe in front.
#[must_use]
pub fn csv(matrix: &Matrix<'_>) -> String {
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
    ];
    let products = matrix.columns.iter().map(|column| column.short());
    let mut text = record(fixed.into_iter().chain(products));
    for row in &matrix.rows {
        let known = row.live;
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

fn record<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.map(value).collect();
    format!("{}\r\n", values.join(","))
}

/// What spreadsheets take for the beginning of a formula, in both widths.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What they take for the end of a cell, each where it is the custom.
const SEPARATORS: [char; 4] = [',', ';', '|', '\t'];

fn value(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut begins = true;
    for c in line(text).chars() {
        if begins && SIGNS.contains(&c) {
            safe.push('\'');
        }
        begins = SEPARATORS.contains(&c) || (begins && c.is_whitespace());
        safe.push(c);
    }
    if safe.contains('"') || safe.contains(SEPARATORS) {
        safe = format!("\"{}\"", safe.replace('"', "\"\""));
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_and_is_no_formula() {
        for (text, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
            ),
            ("\t=1", "\\u{9}=1"),
            ("a\r\nb", "a\\u{d}\\u{a}b"),
            ("a-b", "a-b"),
            (" =1", " '=1"),
            ("a;=cmd", "\"a;'=cmd\""),
            ("a; -1|+1", "\"a; '-1|'+1\""),
            ("＝1+1", "'＝1+1"),
        ] {
            assert_eq!(value(text), written);
        }
    }
}
