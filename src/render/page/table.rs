//! The matrix as a plain table, for readers without JavaScript. A cell is some twenty bytes, for there may be 150,000 of them.

use maud::{Markup, PreEscaped, html};

use super::super::escape::line;
use super::super::matrix::file;
use super::data::status;
use crate::plan::{Field, Matrix};

pub(super) fn table(matrix: &Matrix<'_>) -> Markup {
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
                            @if matrix.compared { td { (file(row)) } }
                            (PreEscaped(row.fields.iter().map(|field| cell(*field)).collect::<String>()))
                        }
                    }
                }
            }
        }
    }
}

/// HTML lets the end of a cell be left out.
fn cell(field: Field) -> &'static str {
    match field {
        Field::Enabled => "<td class=e>enabled",
        Field::LeftAlone => "<td class=k>left alone",
        Field::Ignored => "<td class=i>ignored",
        Field::Unwanted => "<td class=u>unwanted",
        Field::Missing => "<td class=m>missing",
        Field::Off => "<td>off",
        Field::Unknown => "<td class=x>unknown",
    }
}
