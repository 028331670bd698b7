//! The matrix as a plain table, for readers without JavaScript. A cell is some twenty bytes, for there may be 150,000 of them.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use super::super::escape::line;
use super::super::matrix::{stands, word};
use super::data::{key, status};
use crate::plan::{Field, Matrix};

pub(super) fn table(matrix: &Matrix<'_>) -> Markup {
    let owned = matrix.has_owners();
    html! {
        div .scroll role="region" aria-label="Orgs and products" tabindex="0" {
            table {
                caption { "Orgs and their products" }
                thead {
                    tr {
                        th scope="col" { "Org" }
                        th scope="col" { "Status" }
                        th scope="col" { "Cell" }
                        @if matrix.compared { th scope="col" { "File" } }
                        @if owned { th scope="col" { "Owner" } }
                        @for column in &matrix.columns {
                            th .p scope="col" { span { (line(column.short())) } }
                        }
                    }
                }
                tbody {
                    @for row in &matrix.rows {
                        tr .d[row.differs()] {
                            th scope="row" { (line(row.org.label())) }
                            td { (status(row)) }
                            td { (row.cell().map_or("", |cell| cell.as_str())) }
                            @if matrix.compared { td { (stands(row)) } }
                            @if owned { td { (line(row.owner().unwrap_or_default())) } }
                            (cells(&row.fields))
                        }
                    }
                }
            }
        }
    }
}

/// HTML lets the end of a cell be left out. What is off is most of a large table, and looks like nothing.
fn cells(fields: &[Field]) -> Markup {
    let mut text = String::new();
    for field in fields {
        let (key, word) = (key(*field), word(*field));
        // Writing to a string can't fail.
        _ = if *field == Field::Off {
            write!(text, "<td>{word}")
        } else {
            write!(text, "<td class={key}>{word}")
        };
    }
    PreEscaped(text)
}
