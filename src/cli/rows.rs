//! Which rows of the matrix are shown, in the user's words.

use std::collections::BTreeSet;

use super::error::CliError;
use super::flags::RowFilter;
use super::owners;
use crate::desired::Desired;
use crate::desired::suggest::closest;
use crate::ids::{Domain, OrgId, OrgName};
use crate::live::{ProductsOf, Survey};
use crate::plan::{Matrix, MatrixRow, Selection, Standing};

/// What has to be read: with `--only` or `--owner`, the products of these orgs alone.
///
/// # Errors
/// With exit 64 where no org has an owner that is named.
pub(super) fn survey(filter: &RowFilter, desired: &Desired) -> Result<Survey, CliError> {
    let mut survey = Survey::everything();
    if let Selection::Only(orgs) = selection(filter, desired)? {
        survey.products = ProductsOf::These(orgs);
    }
    Ok(survey)
}

/// The orgs that `--only` names, else those of `--owner`: what is left when both hold is among the former.
///
/// # Errors
/// With exit 64 where no org has an owner that is named.
pub(super) fn selection(filter: &RowFilter, desired: &Desired) -> Result<Selection, CliError> {
    let owned = owners::orgs(desired, &filter.owner)?.into_iter();
    let owned = owned.map(|org| org.name.clone());
    let named = filter.only.iter().flat_map(|word| names(word));
    Ok(match (filter.only.is_empty(), filter.owner.is_empty()) {
        (true, true) => Selection::All,
        (true, false) => Selection::Only(owned.collect()),
        (false, _) => Selection::Only(named.collect()),
    })
}

/// Refuses what can't be answered without a file, before anything is read.
///
/// # Errors
/// With exit 64.
pub(super) fn check(filter: &RowFilter, compared: bool) -> Result<(), CliError> {
    for (flag, asked) in [
        ("--drifted", filter.drifted),
        ("--unmanaged", filter.unmanaged),
        ("--owner", !filter.owner.is_empty()),
    ] {
        if asked && !compared {
            return Err(
                CliError::usage(format!("{flag}: there is no file to compare with")).hint(
                    "name the desired state with --file PATH, or go to the folder that has it",
                ),
            );
        }
    }
    Ok(())
}

/// Leaves the rows for which all of it holds.
///
/// # Errors
/// With exit 64 when a word names no org or no product.
pub(super) fn narrow(matrix: &mut Matrix<'_>, filter: &RowFilter) -> Result<(), CliError> {
    let only = only(matrix, &filter.only)?;
    let before = matrix.rows.len();
    matrix.rows.retain(|row| {
        let owner = row.owner();
        let mut owners = filter.owner.iter();
        let owned = owners.any(|one| owner == Some(one.trim()));
        (filter.owner.is_empty() || owned) && (filter.only.is_empty() || only.contains(&row.org))
    });
    if matrix.rows.is_empty() && !filter.owner.is_empty() {
        return Err(owners::nobody(&filter.owner));
    }
    let has = products(matrix, "--has", &filter.has)?;
    let lacks = products(matrix, "--lacks", &filter.lacks)?;
    let is = |row: &MatrixRow<'_>, columns: &[usize], enabled: bool| {
        columns.iter().all(|column| {
            let field = row.fields.get(*column);
            field.and_then(|field| field.enabled()) == Some(enabled)
        })
    };
    matrix.rows.retain(|row| {
        let managed = row.live.is_some();
        is(row, &has, true)
            && (lacks.is_empty() || managed && is(row, &lacks, false))
            && (!filter.unmanaged || row.standing == Standing::Unmanaged)
    });
    if filter.drifted {
        matrix.narrow_to_drifted();
    }
    if matrix.rows.len() < before {
        let shown: BTreeSet<&OrgName> = matrix.rows.iter().map(|row| &row.org).collect();
        matrix.broken.keep(|org| shown.contains(org));
    }
    Ok(())
}

/// What a word may name an org by.
pub(super) fn names(word: &str) -> impl Iterator<Item = OrgName> + use<> {
    let id = OrgId::parse(word).ok().map(OrgName::Id);
    let domain = Domain::parse(word).ok().map(OrgName::Domain);
    id.into_iter().chain(domain)
}

fn only(matrix: &Matrix<'_>, words: &[String]) -> Result<BTreeSet<OrgName>, CliError> {
    let mut only = BTreeSet::new();
    for word in words {
        let found = orgs(matrix, word).map_err(|error| CliError {
            message: format!("--only {}", error.message),
            ..error
        });
        only.extend(found?);
    }
    Ok(only)
}

/// The orgs that a word names: one, or several of one domain.
///
/// # Errors
/// With exit 64 where there is none.
pub(super) fn orgs(matrix: &Matrix<'_>, word: &str) -> Result<Vec<OrgName>, CliError> {
    let names: Vec<OrgName> = names(word).collect();
    let rows = matrix.rows.iter().map(|row| &row.org);
    let found = rows.filter(|org| names.iter().any(|name| org.is(name)));
    let found: Vec<OrgName> = found.cloned().collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let error = CliError::usage(format!(
        "{word}: neither the account nor the file has such an org"
    ));
    let near = closest(word, matrix.rows.iter().map(|row| row.org.label()));
    Err(match near {
        Some(near) => error.hint(format!("did you mean {near}?")),
        None => error.hint("write the org's domain or id"),
    })
}

/// The columns of products, each by the file's name, its id or Okta's name.
fn products(matrix: &Matrix<'_>, flag: &str, words: &[String]) -> Result<Vec<usize>, CliError> {
    words
        .iter()
        .map(|word| product(matrix, flag, word))
        .collect()
}

fn product(matrix: &Matrix<'_>, flag: &str, word: &str) -> Result<usize, CliError> {
    let columns = || matrix.columns.iter().enumerate();
    let exact =
        columns().find(|(_, column)| column.own == Some(word) || column.id.as_str() == word);
    if let Some((index, _)) = exact {
        return Ok(index);
    }
    let wanted = word.to_lowercase();
    let okta = columns().filter(|(_, column)| {
        column
            .okta
            .is_some_and(|name| name.to_lowercase() == wanted)
    });
    let okta: Vec<_> = okta.collect();
    match okta.as_slice() {
        [(index, _)] => Ok(*index),
        [] => {
            let known = columns().flat_map(|(_, column)| {
                [Some(column.id.as_str()), column.own, column.okta]
                    .into_iter()
                    .flatten()
            });
            let error = CliError::usage(format!(
                "{flag} {word}: no org has such a product or is to have it, nor can the account enable it"
            ));
            Err(match closest(word, known) {
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("write the file's name for it, its id, or Okta's name; `aerialctl status` lists them"),
            })
        }
        several => {
            let ids: Vec<&str> = several
                .iter()
                .map(|(_, column)| column.id.as_str())
                .collect();
            Err(CliError::usage(format!(
                "{flag} {word}: that is Okta's name of {}",
                ids.join(" and ")
            ))
            .hint("write the id that is meant"))
        }
    }
}
