//! What stands below the table: the products with their names, and what each sign means.

use unicode_width::UnicodeWidthStr as _;

use super::super::escape::line;
use super::super::wrap::wrap;
use super::words::{meaning, sign, standing};
use crate::plan::{Field, Matrix};

/// Lines such as `sso  P000052  IT Products - SSO`, then those that are subscribed and nowhere in use.
pub(super) fn products(matrix: &Matrix<'_>, used: &[usize], width: usize) -> Vec<String> {
    let columns = || matrix.columns.iter().enumerate();
    let shown = columns().filter(|(index, _)| used.contains(index));
    let idle = columns().filter(|(index, column)| !used.contains(index) && column.subscribed);
    let names = |of: &mut dyn Iterator<Item = usize>| of.max().unwrap_or(0);
    let own = names(
        &mut matrix
            .columns
            .iter()
            .filter_map(|column| Some(line(column.own?).width())),
    );
    let ids = names(&mut matrix.columns.iter().map(|column| column.id.as_str().len()));
    let mut lines = Vec::new();
    let mut list =
        |title: &str,
         products: &mut dyn Iterator<Item = (usize, &crate::plan::MatrixColumn<'_>)>| {
            let mut products = products.peekable();
            if products.peek().is_none() {
                return;
            }
            lines.push(title.to_owned());
            for (_, column) in products {
                let name = line(column.own.unwrap_or_default());
                let gap = " ".repeat(own - name.width());
                let own = if own == 0 {
                    String::new()
                } else {
                    format!("{name}{gap}  ")
                };
                let okta = column.okta.map_or_else(String::new, line);
                let not = if column.subscribed {
                    ""
                } else {
                    " (not subscribed)"
                };
                let first = format!("  {own}{:<ids$}  ", column.id.as_str());
                let words = format!("{okta}{not}");
                lines.extend(wrap(&words, &first, &" ".repeat(first.width()), width));
            }
            lines.push(String::new());
        };
    list("Products", &mut shown.into_iter());
    list(
        "Subscribed, and nowhere enabled or listed",
        &mut idle.into_iter(),
    );
    lines
}

/// The signs that occur, with what they mean.
pub(super) fn signs(matrix: &Matrix<'_>, width: usize) -> Vec<String> {
    let mut parts: Vec<String> = Field::ALL
        .into_iter()
        .filter(|field| matrix.rows.iter().any(|row| row.fields.contains(field)))
        .map(|field| format!("{} {}", sign(field), meaning(field, matrix.compared)))
        .collect();
    for row in &matrix.rows {
        let (sign, meaning) = standing(row);
        let part = format!("{sign} {meaning}");
        if !meaning.is_empty() && !parts.contains(&part) {
            parts.push(part);
        }
    }
    wrap(&parts.join("   "), "", "", width)
}
