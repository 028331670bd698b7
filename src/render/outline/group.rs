//! Identical changes put together.

use std::collections::BTreeMap;

use super::danger::Danger;
use crate::desired::model::{DesiredOrg, Via};
use crate::diagnostic::Span;
use crate::plan::Sign;

/// Whose orgs are whose no entry says.
const NOBODY: &str = "no owner";

/// Everything that changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline<'a> {
    /// By danger, the worst first; none is empty.
    pub sections: Vec<Section<'a>>,
}

/// What is in one danger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'a> {
    pub danger: Danger,
    /// What several orgs have in common.
    pub shared: Vec<Shared<'a>>,
    /// What is of one org alone.
    pub own: Vec<Own<'a>>,
}

/// Lines that the same orgs have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared<'a> {
    pub lines: Vec<Line<'a>>,
    /// What to call the orgs, in order; two or more.
    pub orgs: Vec<&'a str>,
    /// Who looks after them, and after how many each; empty where no entry says so.
    pub owners: BTreeMap<&'a str, usize>,
}

/// The lines that one org alone has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own<'a> {
    pub org: &'a str,
    /// Its id, where it has another name too.
    pub id: Option<&'a str>,
    /// Its entry in the file.
    pub place: Option<Span>,
    pub beside: Beside<'a>,
    pub lines: Vec<Line<'a>>,
}

/// What an entry says for readers alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside<'a> {
    pub owner: Option<&'a str>,
    pub note: Option<&'a str>,
}

impl<'a> Beside<'a> {
    /// Of an org, if the file lists it.
    #[must_use]
    pub fn of(entry: Option<&'a DesiredOrg>) -> Self {
        Self {
            owner: entry.and_then(|entry| entry.owner.as_deref()),
            note: entry.and_then(|entry| entry.note.as_deref()),
        }
    }
}

/// One change, in words of the file and of Okta: foreign text that whoever shows it has to escape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<'a> {
    pub sign: Sign,
    pub text: String,
    /// What brought it, where that is more than the org's own entry.
    pub via: Option<&'a Via>,
    /// What is to be known beside it.
    pub aside: Option<String>,
    /// Whether the account had moved away from the file before.
    pub drift: bool,
}

/// What is about to happen to one org.
#[derive(Debug, Clone)]
pub(super) struct Piece<'a> {
    pub(super) danger: Danger,
    pub(super) org: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) place: Option<Span>,
    pub(super) beside: Beside<'a>,
    pub(super) lines: Vec<Line<'a>>,
}

/// Puts the changes in the order of danger, and what several orgs have in common together. Of two changes of one org in one
/// danger the first has the place.
pub(super) fn group(changes: Vec<Piece<'_>>) -> Outline<'_> {
    let mut dangers: BTreeMap<Danger, Vec<Piece<'_>>> = BTreeMap::new();
    for change in changes {
        dangers.entry(change.danger).or_default().push(change);
    }
    let sections = dangers
        .into_iter()
        .map(|(danger, changes)| section(danger, changes));
    Outline {
        sections: sections.collect(),
    }
}

/// An org by what it is called and its id: two orgs may have one domain.
type OrgKey<'a> = (&'a str, Option<&'a str>);

fn section(danger: Danger, pieces: Vec<Piece<'_>>) -> Section<'_> {
    let mut entries: BTreeMap<OrgKey<'_>, (Option<Span>, Beside<'_>)> = BTreeMap::new();
    let mut of_line: BTreeMap<Line<'_>, Vec<OrgKey<'_>>> = BTreeMap::new();
    for piece in pieces {
        let key = (piece.org, piece.id);
        entries.entry(key).or_insert((piece.place, piece.beside));
        for line in piece.lines {
            of_line.entry(line).or_default().push(key);
        }
    }
    let mut shared: Vec<Shared<'_>> = Vec::new();
    let mut at: BTreeMap<Vec<OrgKey<'_>>, usize> = BTreeMap::new();
    let mut own: BTreeMap<OrgKey<'_>, Vec<Line<'_>>> = BTreeMap::new();
    for (line, mut orgs) in of_line {
        orgs.sort_unstable();
        orgs.dedup();
        if let [org] = orgs.as_slice() {
            own.entry(*org).or_default().push(line);
        } else if let Some(same) = at.get(&orgs).and_then(|index| shared.get_mut(*index)) {
            same.lines.push(line);
        } else {
            let names = orgs.iter().map(|(org, _)| *org).collect();
            let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
            for org in &orgs {
                let owner = entries.get(org).and_then(|(_, beside)| beside.owner);
                *owners.entry(owner.unwrap_or(NOBODY)).or_default() += 1;
            }
            if owners.keys().all(|owner| *owner == NOBODY) {
                owners.clear();
            }
            at.insert(orgs, shared.len());
            shared.push(Shared {
                lines: vec![line],
                orgs: names,
                owners,
            });
        }
    }
    let own = own.into_iter().map(|((org, id), lines)| {
        let (place, beside) = entries.get(&(org, id)).copied().unwrap_or_default();
        Own {
            org,
            id,
            place,
            beside,
            lines,
        }
    });
    Section {
        danger,
        shared,
        own: own.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece<'a>(org: &'a str, id: &'a str, text: &str) -> Piece<'a> {
        Piece {
            danger: Danger::Removal,
            org,
            id: Some(id),
            place: None,
            beside: Beside::default(),
            lines: vec![Line {
                sign: Sign::Removed,
                text: text.to_owned(),
                via: None,
                aside: None,
                drift: false,
            }],
        }
    }

    #[test]
    fn two_orgs_of_one_domain_stay_two() {
        let outline = group(vec![
            piece("a.okta.com", "00o1", "P1"),
            piece("a.okta.com", "00o2", "P1"),
            piece("a.okta.com", "00o2", "P2"),
        ]);
        let [section] = outline.sections.as_slice() else {
            panic!("one danger");
        };
        assert_eq!(section.shared[0].orgs, ["a.okta.com"; 2]);
        assert_eq!(section.own.len(), 1);
        assert_eq!(section.own[0].id, Some("00o2"));
    }
}
