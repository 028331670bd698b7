//! The requests that questions are asked with. Several questions may share one.

use serde_json::{Value as Json, json};

use crate::aerial::{Below, OrgPart, OrgWrite};
use crate::live::{LiveOrg, LiveStatus};

/// No org has this id: it is shorter than any of Okta's.
const NO_ORG: &str = "00oaerialctlprobe";

/// No product has this id.
const NO_PRODUCT: &str = "P999999";

/// A request, by what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    Account,
    Page,
    Filter,
    BadFilter,
    UnknownOrg,
    UnknownPath,
    AssociatedOrgs,
    OrgGroups,
    Templates,
    SameStatus,
    SameProducts,
    DuplicateProducts,
    UnknownProduct,
}

/// The path of a read and its query.
type ReadPath = (
    Below,
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
);

impl Ask {
    /// The reads, in the order in which they are sent.
    pub const READS: [Self; 9] = [
        Self::Account,
        Self::Page,
        Self::Filter,
        Self::BadFilter,
        Self::UnknownOrg,
        Self::UnknownPath,
        Self::AssociatedOrgs,
        Self::OrgGroups,
        Self::Templates,
    ];

    /// The writes, in the order in which they are sent.
    pub const WRITES: [Self; 4] = [
        Self::SameStatus,
        Self::SameProducts,
        Self::DuplicateProducts,
        Self::UnknownProduct,
    ];

    /// What a read asks for; `None` for a write.
    pub(super) fn read(self) -> Option<ReadPath> {
        const ONE: (&str, &str) = ("limit", "1");
        Some(match self {
            Self::Account => (Below::Api, &["accounts"], &[]),
            Self::Page => (Below::Api, &["orgs"], &[ONE]),
            Self::Filter => (
                Below::Api,
                &["orgs"],
                &[ONE, ("filter", "status eq \"ACTIVE\"")],
            ),
            Self::BadFilter => (Below::Api, &["orgs"], &[ONE, ("filter", "nonsense")]),
            Self::UnknownOrg => (Below::Api, &["orgs", NO_ORG], &[]),
            Self::UnknownPath => (Below::Api, &["aerialctl-probe"], &[]),
            Self::AssociatedOrgs => (Below::Api, &["associatedOrgs"], &[ONE]),
            Self::OrgGroups => (Below::Api, &["orgGroups"], &[ONE]),
            Self::Templates => (Below::Governance, &["request-condition-templates"], &[ONE]),
            Self::SameStatus
            | Self::SameProducts
            | Self::DuplicateProducts
            | Self::UnknownProduct => return None,
        })
    }

    /// What a write sends to an org that is like this; `None` for a read, and where the org has nothing to send it with.
    #[must_use]
    pub fn write(self, org: &LiveOrg) -> Option<OrgWrite> {
        let products = org.products.as_ref()?;
        let mut ids: Vec<&str> = products.keys().map(|id| id.as_str()).collect();
        match self {
            Self::SameStatus => {
                let LiveStatus::Known(status) = &org.status else {
                    return None;
                };
                let body = json!({"status": status.as_str()});
                return Some(OrgWrite {
                    part: OrgPart::Status,
                    body,
                });
            }
            Self::SameProducts => {}
            Self::DuplicateProducts => ids.push(*ids.first()?),
            Self::UnknownProduct => ids.push(NO_PRODUCT),
            Self::Account
            | Self::Page
            | Self::Filter
            | Self::BadFilter
            | Self::UnknownOrg
            | Self::UnknownPath
            | Self::AssociatedOrgs
            | Self::OrgGroups
            | Self::Templates => return None,
        }
        let body: Json = ids.iter().map(|id| json!({"id": id})).collect();
        Some(OrgWrite {
            part: OrgPart::Products,
            body,
        })
    }
}
