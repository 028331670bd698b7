//! What the fields of the matrix are called, and the one line that says it all.

use crate::diagnostic::counted;
use crate::plan::{BaselineStanding, Field, Matrix, MatrixRow, Standing};

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

/// What is to be said of an org beside its products: signs, each with its meaning.
pub(super) fn marks(row: &MatrixRow<'_>) -> Vec<(&'static str, &'static str)> {
    let standing = match row.standing {
        _ if row.differs() => Some(("≠", "differs from the file")),
        Standing::NoFile | Standing::Listed | Standing::NotLinked | Standing::AerialOrg => None,
        Standing::Unmanaged => Some(("*", "not in the file")),
        Standing::Contradicted => Some(("!", "the file contradicts itself")),
    };
    let aerial_org = row.is_aerial_org().then_some(("A", "the Aerial org"));
    standing.into_iter().chain(aerial_org).collect()
}

/// How an org stands to the file, for a reader: the Aerial org is called that whether or not the file lists it.
pub(in crate::render) fn stands(row: &MatrixRow<'_>) -> String {
    let file = file(row);
    let says_so = matches!(row.standing, Standing::NoFile | Standing::AerialOrg);
    let stands = if row.is_aerial_org() && !says_so {
        format!("Aerial org, {file}")
    } else {
        file.to_owned()
    };
    match inside(&row.baseline) {
        inside if inside.is_empty() => stands,
        inside => format!("{stands}; inside: {inside}"),
    }
}

/// The status of an org that isn't managed.
pub(in crate::render) fn unlinked(row: &MatrixRow<'_>) -> &'static str {
    if row.unborn {
        "doesn't exist yet"
    } else {
        "not linked"
    }
}

/// How an org's inside stands to its baseline, for a reader; nothing where it has none.
pub(in crate::render) fn inside(baseline: &BaselineStanding) -> String {
    match baseline {
        BaselineStanding::None => String::new(),
        BaselineStanding::Holds => "holds".to_owned(),
        BaselineStanding::Differs(objects) => {
            format!("differs in {}", counted(objects.len(), "object"))
        }
        BaselineStanding::Ahead(objects) => {
            format!("{} to make", counted(objects.len(), "object"))
        }
        BaselineStanding::Unread(reason) => format!("unread: {reason}"),
        BaselineStanding::Unlooked => "not looked at".to_owned(),
        BaselineStanding::Inactive => "not looked at, since it is inactive or to be".to_owned(),
    }
}

/// The same as a word for programs.
pub(in crate::render) fn inside_word(baseline: &BaselineStanding) -> Option<&'static str> {
    Some(match baseline {
        BaselineStanding::None => return None,
        BaselineStanding::Holds => "holds",
        BaselineStanding::Differs(_) => "differs",
        BaselineStanding::Ahead(_) => "toMake",
        BaselineStanding::Unread(_) => "unread",
        BaselineStanding::Unlooked => "notLooked",
        BaselineStanding::Inactive => "inactive",
    })
}

/// How an org stands to the file, in a word or two; nothing without a file.
pub(super) fn file(row: &MatrixRow<'_>) -> &'static str {
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
    let shown = matrix.rows.iter().filter(|row| row.is_unsure());
    let unsure = shown.count() + matrix.unsure.len();
    let mut parts = vec![match (tally.differ, tally.not_linked) {
        (0, _) if unsure > 0 => "none is known to differ from the file".to_owned(),
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
    if unsure > 0 {
        let orgs = counted(unsure, "org");
        parts.push(format!("what is inside of {orgs} isn't known"));
    }
    format!("{orgs}, {products}; {}.", parts.join(", "))
}
