//! The matrix as text for a terminal: orgs as rows, products as narrow columns, in as many blocks as the width asks for.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr as _;

use super::super::escape::line;
use super::super::remembered::sentence;
use super::super::style::{Label, Palette};
use super::super::wrap::wrap;
use super::words::{marks, sign, summary, unlinked};
use super::{beside, key};
use crate::diagnostic::counted;
use crate::live::Snapshot;
use crate::plan::{Field, Matrix, MatrixRow};

/// The longest heading of a product; what was cut is in the list of products.
const MAX_NAME: usize = 12;

/// Below this, a narrow terminal gets long lines rather than none.
const MIN_ORG: usize = 16;

/// So many products get a column: each block of columns repeats every org.
const MAX_COLUMNS: usize = 60;

/// Between two columns.
const GAP: &str = "  ";

/// The whole text. `of` is the number of orgs that the rows were chosen from.
#[must_use]
pub fn table(
    matrix: &Matrix<'_>,
    live: &Snapshot,
    of: usize,
    width: usize,
    palette: Palette,
) -> String {
    let used: Vec<usize> = (0..matrix.columns.len())
        .filter(|column| {
            matrix.count(*column, |field| {
                !matches!(field, Field::Off | Field::Unknown)
            }) > 0
        })
        .collect();
    let shown = foremost(matrix, &used);
    let grid = Grid::of(matrix, width, palette);
    let (name, id) = (live.account_name.as_str(), &live.account);
    let title = if name.is_empty() {
        format!("Account {id}")
    } else {
        format!("Account {} ({id})", line(name))
    };
    let mut lines = wrap(&title, "", "", width);
    lines.push(String::new());
    if matrix.rows.is_empty() {
        lines.push("No org.".to_owned());
        lines.push(String::new());
    } else {
        for (number, block) in grid.blocks(&shown).iter().enumerate() {
            grid.block(block, number == 0, &mut lines);
            lines.push(String::new());
        }
    }
    if shown.len() < used.len() {
        let rest = format!(
            "{} of {} products are shown, those that differ and the most used; `--format csv` and `--format json` have all of them.",
            shown.len(),
            used.len()
        );
        lines.extend(wrap(&rest, "", "", width));
        lines.push(String::new());
    }
    lines.extend(key::products(matrix, &used, width));
    if !matrix.licences.is_empty() {
        lines.push(palette.paint(Label::Heading, "Licences"));
        for one in &matrix.licences {
            lines.extend(wrap(&line(one), "  ", "      ", width));
        }
        lines.push(String::new());
    }
    lines.extend(beside::constraints(matrix, width));
    lines.extend(beside::waves(matrix, of, width));
    lines.extend(beside::baselines(matrix, width));
    if let Some(found) = &live.surroundings {
        lines.extend(beside::surroundings(found, width));
    }
    let signs = key::signs(matrix, &used, width);
    if !matrix.rows.is_empty() {
        lines.extend(signs);
    }
    if let Some(one) = &live.remembered {
        lines.extend(wrap(&sentence(one), "", "", width));
    }
    let last = summary(matrix, of);
    lines.extend(wrap(&last, "", "", width));
    let mut text = String::new();
    for one in lines {
        text.push_str(one.trim_end());
        text.push('\n');
    }
    text
}

/// The columns that are shown: all of them, or those that differ from the file and the most used.
fn foremost(matrix: &Matrix<'_>, used: &[usize]) -> Vec<usize> {
    if used.len() <= MAX_COLUMNS {
        return used.to_vec();
    }
    let mut by_use: Vec<_> = used
        .iter()
        .map(|column| {
            let differ = matrix.count(*column, Field::differs);
            let enabled = matrix.count(*column, |field| field.enabled() == Some(true));
            (std::cmp::Reverse((differ, enabled)), *column)
        })
        .collect();
    by_use.sort_unstable();
    by_use.truncate(MAX_COLUMNS);
    let mut shown: Vec<usize> = by_use.into_iter().map(|(_, column)| column).collect();
    shown.sort_unstable();
    shown
}

/// What all blocks of one table share.
struct Grid<'a> {
    matrix: &'a Matrix<'a>,
    groups: Vec<OwnerGroup<'a>>,
    names: Vec<String>,
    /// The width of each product's column.
    widths: Vec<usize>,
    /// The width of the signs before the orgs, a blank behind them included.
    mark: usize,
    org: usize,
    status: usize,
    cell: usize,
    width: usize,
    palette: Palette,
}

impl<'a> Grid<'a> {
    fn of(matrix: &'a Matrix<'a>, width: usize, palette: Palette) -> Self {
        let names: Vec<String> = matrix
            .columns
            .iter()
            .map(|one| cut(&line(one.short())))
            .collect();
        let digits = matrix.rows.len().to_string().len();
        let widest = |of: &dyn Fn(&MatrixRow<'_>) -> usize, least: usize| {
            matrix.rows.iter().map(of).max().unwrap_or(0).max(least)
        };
        let status = widest(&|row| status(row).width(), "STATUS".len());
        let cell = widest(&|row| cell(row).width(), "CELL".len());
        let widths: Vec<usize> = names.iter().map(|name| name.width().max(digits)).collect();
        let broadest = widths.iter().max().unwrap_or(&0);
        let mark = widest(&|row| marks(row).len(), 1) + 1;
        let rest = mark + status + cell + broadest + 3 * GAP.len();
        let org = widest(&|row| row.org.label().width(), "unwanted".len());
        Self {
            org: org.min(width.saturating_sub(rest).max(MIN_ORG)),
            matrix,
            groups: groups(matrix),
            names,
            widths,
            mark,
            status,
            cell,
            width,
            palette,
        }
    }

    /// Which columns stand side by side.
    fn blocks(&self, used: &[usize]) -> Vec<Vec<usize>> {
        let start = |first: bool| {
            let more = if first {
                self.status + self.cell + 2 * GAP.len()
            } else {
                0
            };
            self.mark + self.org + more
        };
        let mut blocks = vec![Vec::new()];
        let mut at = start(true);
        for column in used {
            let wide = self.column(*column) + GAP.len();
            if at + wide > self.width && blocks.last().is_some_and(|block| !block.is_empty()) {
                blocks.push(Vec::new());
                at = start(false);
            }
            at += wide;
            if let Some(block) = blocks.last_mut() {
                block.push(*column);
            }
        }
        blocks
    }

    fn column(&self, column: usize) -> usize {
        self.widths.get(column).copied().unwrap_or(0)
    }

    fn block(&self, columns: &[usize], first: bool, lines: &mut Vec<String>) {
        let margin = " ".repeat(self.mark);
        let mut head = format!("{margin}{}", padded("ORG", self.org));
        if first {
            head = format!(
                "{head}{GAP}{}{GAP}{}",
                padded("STATUS", self.status),
                padded("CELL", self.cell)
            );
        }
        for column in columns {
            let name = self.names.get(*column).map_or("", String::as_str);
            head = format!("{head}{GAP}{}", centred(name, self.column(*column)));
        }
        lines.push(self.palette.paint(Label::Heading, head.trim_end()));
        for (owner, rows) in &self.groups {
            if let Some(owner) = owner {
                let orgs = counted(rows.len(), "org");
                let title = format!("{margin}{}: {orgs}", line(owner));
                lines.push(self.palette.paint(Label::Faint, &title));
            }
            for row in rows {
                self.row(row, columns, first, lines);
            }
        }
        for (title, of) in TOTALS {
            let counts = columns.iter().map(|column| self.matrix.count(*column, of));
            let counts: Vec<usize> = counts.collect();
            if title != "enabled" && counts.iter().all(|count| *count == 0) {
                continue;
            }
            let mut text = format!("{margin}{}", padded(title, self.org));
            if first {
                let blank = self.status + self.cell + 2 * GAP.len();
                text.push_str(&" ".repeat(blank));
            }
            for (column, count) in columns.iter().zip(counts) {
                let count = if count == 0 {
                    String::new()
                } else {
                    count.to_string()
                };
                text = format!("{text}{GAP}{}", centred(&count, self.column(*column)));
            }
            lines.push(self.palette.paint(Label::Faint, text.trim_end()));
        }
    }

    fn row(&self, row: &MatrixRow<'_>, columns: &[usize], first: bool, lines: &mut Vec<String>) {
        let mark: String = marks(row).into_iter().map(|(sign, _)| sign).collect();
        let mark = padded(&mark, self.mark - 1);
        let mark = if row.differs() {
            self.palette.paint(Label::Changed, &mark)
        } else {
            mark
        };
        let label = line(row.org.label());
        let mut text = if label.width() > self.org {
            // No name is cut: it gets a line of its own.
            lines.push(format!("{mark} {label}"));
            " ".repeat(self.mark + self.org)
        } else {
            format!("{mark} {}", padded(&label, self.org))
        };
        if first {
            let status = padded(&status(row), self.status);
            let label = if row.status.is_some() {
                Label::Changed
            } else {
                Label::Faint
            };
            let status = if row.status.is_some() || row.live.is_none() {
                self.palette.paint(label, &status)
            } else {
                status
            };
            text = format!("{text}{GAP}{status}{GAP}{}", padded(&cell(row), self.cell));
        }
        for column in columns {
            let field = row.fields.get(*column).copied().unwrap_or(Field::Unknown);
            let sign = centred(sign(field), self.column(*column));
            text.push_str(GAP);
            match field {
                Field::Enabled => text.push_str(&sign),
                Field::Missing => text.push_str(&self.palette.paint(Label::Added, &sign)),
                Field::Unwanted => text.push_str(&self.palette.paint(Label::Removed, &sign)),
                Field::LeftAlone | Field::Ignored | Field::Off | Field::Unknown => {
                    text.push_str(&self.palette.paint(Label::Faint, &sign));
                }
            }
        }
        lines.push(text.trim_end().to_owned());
    }
}

/// The rows of one owner, and what to call them; nothing where no org has any.
type OwnerGroup<'a> = (Option<&'a str>, Vec<&'a MatrixRow<'a>>);

/// The rows by owner, those without one last; all together where there is none at all.
fn groups<'a>(matrix: &'a Matrix<'a>) -> Vec<OwnerGroup<'a>> {
    if !matrix.has_owners() {
        return vec![(None, matrix.rows.iter().collect())];
    }
    let mut owned: BTreeMap<(bool, &str), Vec<&MatrixRow<'_>>> = BTreeMap::new();
    for row in &matrix.rows {
        let key = row
            .owner()
            .map_or((true, "no owner"), |owner| (false, owner));
        owned.entry(key).or_default().push(row);
    }
    let owned = owned.into_iter();
    owned
        .map(|((_, owner), rows)| (Some(owner), rows))
        .collect()
}

/// Which fields a total counts.
type Counted = fn(Field) -> bool;

/// The rows below a block.
const TOTALS: [(&str, Counted); 3] = [
    ("enabled", |field| matches!(field.enabled(), Some(true))),
    ("missing", |field| matches!(field, Field::Missing)),
    ("unwanted", |field| matches!(field, Field::Unwanted)),
];

fn status(row: &MatrixRow<'_>) -> String {
    let Some(live) = row.live else {
        return unlinked(row).to_owned();
    };
    let is = line(live.status.as_str());
    match row.status {
        Some(goal) => format!("{is} ≠ {}", goal.as_str()),
        None => is,
    }
}

fn cell(row: &MatrixRow<'_>) -> String {
    let is = row.cell().map_or("?", |cell| cell.as_str());
    match row.other_cell() {
        Some(says) => format!("{is} ≠ {says}"),
        None => is.to_owned(),
    }
}

fn cut(name: &str) -> String {
    if name.width() <= MAX_NAME {
        return name.to_owned();
    }
    let mut short = String::new();
    for c in name.chars() {
        if short.width() + 3 > MAX_NAME {
            break;
        }
        short.push(c);
    }
    format!("{short}…")
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn centred(text: &str, width: usize) -> String {
    let room = width.saturating_sub(text.width());
    format!(
        "{}{text}{}",
        " ".repeat(room / 2),
        " ".repeat(room - room / 2)
    )
}
