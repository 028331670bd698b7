//! What the fields of the matrix are called, and the one line that says it all.

use crate::diagnostic::counted;
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

/// How an org stands to the file, in a word or two; nothing without a file.
pub(in crate::render) fn file(row: &MatrixRow<'_>) -> &'static str {
    match row.standing {
        Standing::NoFile => "",
        Standing::NotLinked => "not linked",
        Standing::Listed if row.differs() => "differs",
        Standing::Listed => "same",
        Standing::Unmanaged => "not listed",
        Standing::AerialOrg => "Aerial org",
        Standing::Contradicted => "contradicted",
    }
}

/// How many there are of what.
#[derive(Debug, Clone, Copy)]
pub(in crate::render) struct Tally {
    pub(in crate::render) orgs: usize,
    /// Products that some org has.
    pub(in crate::render) products: usize,
    /// Orgs that differ from the file …
    pub(in crate::render) differ: usize,
    /// … and those of them that aren't linked yet.
    pub(in crate::render) not_linked: usize,
    pub(in crate::render) unmanaged: usize,
}

impl Tally {
    pub(in crate::render) fn of(matrix: &Matrix<'_>) -> Self {
        let rows = matrix.rows.iter();
        let standing = |wanted| rows.clone().filter(|row| row.standing == wanted).count();
        let in_use =
            |column: &usize| matrix.count(*column, |field| field.enabled() == Some(true)) > 0;
        Self {
            orgs: rows.len(),
            products: (0..matrix.columns.len()).filter(in_use).count(),
            differ: rows.clone().filter(|row| row.differs()).count(),
            not_linked: standing(Standing::NotLinked),
            unmanaged: standing(Standing::Unmanaged),
        }
    }
}

/// The one line that says it all, of the rows that are shown out of a number of orgs.
pub(in crate::render) fn summary(matrix: &Matrix<'_>, of: usize) -> String {
    let tally = Tally::of(matrix);
    let orgs = if tally.orgs == of {
        counted(of, "org")
    } else {
        format!("{} of {}", tally.orgs, counted(of, "org"))
    };
    let products = counted(tally.products, "product");
    if !matrix.compared {
        return format!("{orgs}, {products}; there is no file to compare with.");
    }
    let mut parts = vec![match (tally.differ, tally.not_linked) {
        (0, _) => "none differs from the file".to_owned(),
        (1, 1) => "1 org differs from the file (not linked yet)".to_owned(),
        (1, _) => "1 org differs from the file".to_owned(),
        (differ, 0) => format!("{differ} orgs differ from the file"),
        (differ, new) => format!("{differ} orgs differ from the file ({new} not linked yet)"),
    }];
    if tally.unmanaged > 0 {
        let are = if tally.unmanaged == 1 {
            "isn't"
        } else {
            "aren't"
        };
        parts.push(format!("{} {are} in it", tally.unmanaged));
    }
    format!("{orgs}, {products}; {}.", parts.join(", "))
}
