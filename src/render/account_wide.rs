//! What a branch changes for the whole account, before everything else: a reviewer must not miss it.

use super::escape;
use crate::desired::RuleChange;

/// So many are shown; a list can have thousands of members.
const SHOWN: usize = 50;

pub(super) const TITLE: &str = "This branch changes what holds for the whole account";

/// Old and new, a line each.
pub(super) fn lines(changes: &[RuleChange]) -> Vec<String> {
    let shown = changes.iter().take(SHOWN);
    let mut lines: Vec<String> = shown.map(|change| escape::line(&change.words())).collect();
    if changes.len() > SHOWN {
        lines.push(format!("and {} more", changes.len() - SHOWN));
    }
    lines
}
