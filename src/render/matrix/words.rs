//! What the fields of the matrix are called, and the one line that says it all.

use crate::plan::{Field, Matrix, MatrixRow, Standing};

/// The sign of a field, one column wide.
pub(in crate::render) fn sign(field: Field) -> &'static str {
    match field {
        Field::Enabled => "●",
        Field::LeftAlone => "○",
        Field::Ignored => "i",
        Field::Unwanted => "-",
        Field::Missing => "+",
        Field::Off => "·",
        Field::Unknown => "?",
    }
}

/// The word of a field, for programs and for readers of a page.
pub(in crate::render) fn word(field: Field) -> &'static str {
    match field {
        Field::Enabled => "enabled",
        Field::LeftAlone => "left alone",
        Field::Ignored => "ignored",
        Field::Unwanted => "unwanted",
        Field::Missing => "missing",
        Field::Off => "off",
        Field::Unknown => "unknown",
    }
}

/// What a field means.
pub(in crate::render) fn meaning(field: Field, compared: bool) -> &'static str {
    match field {
        Field::Enabled if compared => "enabled, as the file wants",
        Field::Enabled => "enabled",
        Field::LeftAlone => "enabled, left alone",
        Field::Ignored => "enabled, handled elsewhere",
        Field::Unwanted => "to be disabled",
        Field::Missing => "to be enabled",
        Field::Off => "not enabled",
        Field::Unknown => "not known",
    }
}

/// What is to be said of an org beside its products, a sign and its meaning.
pub(super) fn standing(row: &MatrixRow<'_>) -> (&'static str, &'static str) {
    match row.standing {
        _ if row.differs() => ("≠", "differs from the file"),
        Standing::NoFile | Standing::Listed | Standing::NotLinked => (" ", ""),
        Standing::Unmanaged => ("*", "not in the file"),
        Standing::AerialOrg => ("A", "the Aerial org"),
        Standing::Contradicted => ("!", "the file contradicts itself"),
    }
}

/// The one line that says it all, of the rows that are shown out of a number of orgs.
pub(super) fn summary(matrix: &Matrix<'_>, of: usize) -> String {
    let rows = &matrix.rows;
    let count =
        |which: &dyn Fn(&MatrixRow<'_>) -> bool| rows.iter().filter(|row| which(row)).count();
    let in_use = (0..matrix.columns.len())
        .filter(|column| matrix.count(*column, |field| field.enabled() == Some(true)) > 0)
        .count();
    let orgs = if rows.len() == of {
        plural(of, "org")
    } else {
        format!("{} of {}", rows.len(), plural(of, "org"))
    };
    let products = plural(in_use, "product");
    if !matrix.compared {
        return format!("{orgs}, {products}; there is no file to compare with.");
    }
    let differ = count(&|row| row.differs());
    let new = count(&|row| row.standing == Standing::NotLinked);
    let unmanaged = count(&|row| row.standing == Standing::Unmanaged);
    let mut parts = vec![match (differ, new) {
        (0, _) => "none differs from the file".to_owned(),
        (1, 1) => "1 org differs from the file (not linked yet)".to_owned(),
        (1, _) => "1 org differs from the file".to_owned(),
        (_, 0) => format!("{differ} orgs differ from the file"),
        (_, _) => format!("{differ} orgs differ from the file ({new} not linked yet)"),
    }];
    if unmanaged > 0 {
        let are = if unmanaged == 1 { "isn't" } else { "aren't" };
        parts.push(format!("{unmanaged} {are} in it"));
    }
    format!("{orgs}, {products}; {}.", parts.join(", "))
}

fn plural(number: usize, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{s}")
}
