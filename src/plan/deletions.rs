//! What tells which deletions were requested already: the account doesn't, so something else must.

use super::kinds::Kind;
use crate::ids::{OrgIndex, OrgName, OrgSet};

/// Where something was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceSource {
    /// The receipts of earlier runs, in this folder.
    Receipts { folder: String },
    /// The Aerial org's System Log, back to a day.
    Log { since: String },
    /// Some that can't be read, which therefore tell nothing: why, as a sentence.
    Unread(String),
}

/// What all sources together tell, org by org. An org of which none tells anything may have been asked for by anybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deletions {
    asked: OrgSet,
    /// Why it isn't known of each.
    unsure: OrgIndex<String>,
    heard_of: OrgSet,
    looked_at: Vec<EvidenceSource>,
}

/// What is told of the request for the deletion of an org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionTold {
    /// It was made.
    Asked,
    /// One may have been made.
    Unsure,
    /// A source knows the org, and of no request.
    NotAsked,
    /// No source knows anything of the org.
    Nothing,
}

/// An org whose deletion or creation is left out of a plan, for which the plan isn't carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// What is left out.
    pub kind: Kind,
    pub org: OrgName,
    /// Why, as a sentence.
    pub why: String,
}

impl Deletions {
    /// Takes note of where something was looked for.
    pub fn look_at(&mut self, source: EvidenceSource) {
        self.looked_at.push(source);
    }

    /// Takes note of what a source tells of an org.
    pub fn note(&mut self, org: &OrgName, told: DeletionTold) {
        let of = match told {
            DeletionTold::Asked => &mut self.asked,
            DeletionTold::NotAsked => &mut self.heard_of,
            DeletionTold::Unsure => return self.doubt(org, String::new()),
            DeletionTold::Nothing => return,
        };
        if !of.contains(org) {
            of.insert(org, ());
        }
    }

    /// Takes note that a source leaves it open whether a request for an org was made: why, as a sentence.
    pub fn doubt(&mut self, org: &OrgName, why: String) {
        if !self.unsure.contains(org) {
            self.unsure.insert(org, why);
        }
    }

    /// Why it isn't known whether a request was made, where a source leaves that open.
    pub(super) fn doubtful(&self, org: &OrgName) -> &str {
        self.unsure.find(org).one().map_or("", String::as_str)
    }

    /// What is told of an org: a request that one source knows of was made, whatever another doesn't know.
    #[must_use]
    pub fn of(&self, org: &OrgName) -> DeletionTold {
        if self.asked.contains(org) {
            DeletionTold::Asked
        } else if self.unsure.contains(org) {
            DeletionTold::Unsure
        } else if self.heard_of.contains(org) {
            DeletionTold::NotAsked
        } else {
            DeletionTold::Nothing
        }
    }

    /// Where nothing was found, as the end of a sentence about the account.
    pub(super) fn silence(&self) -> String {
        let mut looked = self.looked_at.iter().map(|source| match source {
            EvidenceSource::Receipts { folder } => {
                format!("no receipt of an earlier run in {folder} tells who made it inactive")
            }
            EvidenceSource::Log { since } => {
                format!("the System Log since {since} has neither that nor when it became inactive")
            }
            EvidenceSource::Unread(why) => why.clone(),
        });
        let first = looked.next();
        first.map_or_else(String::new, |first| {
            looked.fold(format!(", and {first}"), |all, more| {
                format!("{all}, and {more}")
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::world::org;

    #[test]
    fn what_one_source_knows_counts_whatever_another_does_not() {
        use DeletionTold::{Asked, NotAsked, Nothing, Unsure};
        let name = org("a", "").name();
        for (told, is) in [
            (vec![], Nothing),
            (vec![Nothing], Nothing),
            (vec![NotAsked], NotAsked),
            (vec![NotAsked, Unsure], Unsure),
            (vec![Unsure, NotAsked], Unsure),
            (vec![Asked, NotAsked, Unsure], Asked),
            (vec![NotAsked, Unsure, Asked], Asked),
        ] {
            let mut deletions = Deletions::default();
            for one in told {
                deletions.note(&name, one);
            }
            assert_eq!(deletions.of(&name), is);
            assert_eq!(deletions.of(&org("b", "").name()), Nothing);
        }
    }
}
