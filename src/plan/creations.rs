//! What tells which creations earlier runs began whose end nobody knows: an org that isn't seen may be there all the same.

use super::deletions::Withheld;
use super::kinds::Kind;
use crate::desired::model::DesiredOrg;
use crate::diagnostic::{Code, Diagnostic, Warnings, alike};
use crate::ids::{Domain, OrgIndex, OrgName};

/// Creations that earlier runs may have sent, and never got an answer that tells of the org.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Creations {
    /// The receipt that each is in.
    unsure: OrgIndex<String>,
    /// Why there may be more of them, as a sentence.
    unread: Option<String>,
}

impl Creations {
    /// Takes note of one, and of the receipt that it is in.
    pub fn note(&mut self, org: &OrgName, receipt: String) {
        if !self.unsure.contains(org) {
            self.unsure.insert(org, receipt);
        }
    }

    /// Takes note of receipts that can't be read, and why.
    pub fn unread(&mut self, why: String) {
        self.unread = Some(why);
    }

    /// Whether none may have been sent.
    pub(super) fn unsent(&self, org: &OrgName) -> bool {
        self.unread.is_none() && !self.unsure.contains(org)
    }

    /// Whether an org that isn't seen may be created.
    ///
    /// # Errors
    /// When it isn't known that no earlier run has sent that: a second request could create a second org.
    pub(super) fn may_be_sent(
        &self,
        want: &DesiredOrg,
        domain: &Domain,
        warnings: &mut Warnings,
    ) -> Result<(), Withheld> {
        let org = OrgName::Domain(domain.clone());
        let (why, help) = match (self.unsure.find(&org).one(), &self.unread) {
            (Some(receipt), _) => (
                format!(
                    "an earlier run began to create {domain} and never got an answer that tells of it (receipt {receipt}), and it isn't there"
                ),
                "look in Okta, in its parent's Admin Console, whether there is one, perhaps under another host: if there is, write its domain, and if there isn't, take that receipt out of the folder",
            ),
            (None, Some(unread)) => (
                format!("nothing tells whether an earlier run has created {domain}: {unread}"),
                "see that the receipts of earlier runs can be read, or name their folder with --receipt-dir",
            ),
            (None, None) => return Ok(()),
        };
        let kind = alike(&why, [domain.as_str()]);
        warnings.push_of(
            domain.as_str(),
            format!("aren't created, and `apply` refuses the plan: {kind}"),
            Diagnostic::warning(
                Code::CreationUnknown,
                format!("{why}; it isn't created again, and `apply` refuses the plan"),
            )
            .at(want.origin.create.unwrap_or(want.origin.org))
            .help(help),
        );
        Err(Withheld {
            kind: Kind::Create,
            org,
            why,
        })
    }

    /// Says of an org that is there by now that nobody kept its token.
    pub(super) fn tell_lost(&self, want: &DesiredOrg, domain: &Domain, warnings: &mut Warnings) {
        let org = OrgName::Domain(domain.clone());
        let Some(receipt) = self.unsure.find(&org).one() else {
            return;
        };
        let lost = "there by now, and its API token is lost: the run that began to create it never got the answer";
        warnings.push_of(
            domain.as_str(),
            "are there by now, and their API tokens are lost: the runs that began to create them never got the answers",
            Diagnostic::warning(
                Code::TokenLost,
                format!("{domain} is {lost} (receipt {receipt})"),
            )
            .at(want.origin.create.unwrap_or(want.origin.org))
            .help("where a token is needed, its admin can make another one in its Admin Console"),
        );
    }
}
