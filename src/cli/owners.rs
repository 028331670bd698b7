//! The orgs of an owner, in the user's words.

use std::collections::BTreeSet;

use super::error::CliError;
use crate::desired::suggest::closest;
use crate::desired::{Desired, DesiredOrg};

/// So many owners are named where none was meant that there is.
const SHOWN: usize = 10;

/// The orgs of the file with one of these owners.
///
/// # Errors
/// With exit 64 where no org has an owner that is named.
pub(super) fn orgs<'a>(
    desired: &'a Desired,
    words: &[String],
) -> Result<Vec<&'a DesiredOrg>, CliError> {
    let known: BTreeSet<&str> = desired.orgs.iter().filter_map(owner).collect();
    let words: BTreeSet<&str> = words.iter().map(|word| word.trim()).collect();
    if let Some(unknown) = words.iter().find(|word| !known.contains(*word)) {
        let error = CliError::usage(format!(
            "--owner {unknown}: no org of the file has this owner"
        ));
        return Err(match closest(unknown, known.iter().copied()) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(owners(&known)),
        });
    }
    let owned = desired.orgs.iter();
    let owned = owned.filter(|org| owner(org).is_some_and(|owner| words.contains(owner)));
    Ok(owned.collect())
}

/// Two filters that leave nothing: an empty run would look as if all were well.
#[must_use]
pub(super) fn nobody(words: &[String]) -> CliError {
    CliError::usage(format!(
        "--owner {}: none of the orgs that --only names has this owner",
        words.join(", ")
    ))
    .hint("leave one of the two flags out")
}

fn owner(org: &DesiredOrg) -> Option<&str> {
    org.owner.as_deref()
}

fn owners(known: &BTreeSet<&str>) -> String {
    let named: Vec<&str> = known.iter().take(SHOWN).copied().collect();
    match (named.as_slice(), known.len().saturating_sub(SHOWN)) {
        ([], _) => "give the orgs that are meant an `owner` in the file".to_owned(),
        (named, 0) => format!("the owners are {}", named.join(", ")),
        (named, more) => format!("the owners are {} and {more} more", named.join(", ")),
    }
}
