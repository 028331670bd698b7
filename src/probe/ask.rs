//! The requests that questions are asked with. Several questions may share one.

use serde_json::{Value as Json, json};

use crate::aerial::{Below, OrgPart, OrgWrite};
use crate::ids::Domain;
use crate::live::{LiveOrg, LiveStatus};

/// No org has this id: it is shorter than any of Okta's.
const NO_ORG: &str = "00oaerialctlprobe";

/// No org's domain begins like this.
const NOBODY: &str = "aerialctl-probe-nobody";

/// No product has this id.
const NO_PRODUCT: &str = "P999999";

/// A request, by what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    Account,
    /// The same with a proof that lacks the nonce.
    Nonce,
    Page,
    /// With a filter that no org matches.
    FilterNobody,
    /// With one that the first org of the page matches.
    FilterOne,
    BadFilter,
    UnknownOrg,
    UnknownPath,
    UnknownAccount,
    AssociatedOrgs,
    OrgGroups,
    Templates,
    SameStatus,
    SameProducts,
    DuplicateProducts,
    UnknownProduct,
    /// The consent, at the org's own host.
    Consent,
    SameConsent,
}

/// The path of a read and its query.
type ReadPath = (Below, &'static [&'static str], Vec<(&'static str, String)>);

impl Ask {
    /// The reads, in the order in which they are sent.
    pub const READS: [Self; 12] = [
        Self::Account,
        Self::Nonce,
        Self::Page,
        Self::FilterNobody,
        Self::FilterOne,
        Self::BadFilter,
        Self::UnknownOrg,
        Self::UnknownPath,
        Self::UnknownAccount,
        Self::AssociatedOrgs,
        Self::OrgGroups,
        Self::Templates,
    ];

    /// The writes to the account, in the order in which they are sent.
    pub const WRITES: [Self; 4] = [
        Self::SameStatus,
        Self::SameProducts,
        Self::DuplicateProducts,
        Self::UnknownProduct,
    ];

    /// What a read asks for, where an org of the account is known; `None` for what is asked in another way.
    pub(super) fn read(self, known: Option<&Domain>) -> Option<ReadPath> {
        let one = || ("limit", "1".to_owned());
        let by_name = |name: &str| {
            let filter = format!("subdomain eq \"{name}\"");
            (Below::Api, &["orgs"][..], vec![one(), ("filter", filter)])
        };
        Some(match self {
            Self::Account => (Below::Api, &["accounts"], Vec::new()),
            Self::Page => (Below::Api, &["orgs"], vec![one()]),
            Self::FilterNobody => by_name(NOBODY),
            Self::FilterOne => by_name(known?.subdomain()),
            Self::BadFilter => {
                let filter = ("filter", "nonsense".to_owned());
                (Below::Api, &["orgs"], vec![one(), filter])
            }
            Self::UnknownOrg => (Below::Api, &["orgs", NO_ORG], Vec::new()),
            Self::UnknownPath => (Below::Api, &["aerialctl-probe"], Vec::new()),
            Self::UnknownAccount => (Below::NoAccount, &["orgs"], vec![one()]),
            Self::AssociatedOrgs => (Below::Api, &["associatedOrgs"], vec![one()]),
            Self::OrgGroups => (Below::Api, &["orgGroups"], vec![one()]),
            Self::Templates => (
                Below::Governance,
                &["request-condition-templates"],
                vec![one()],
            ),
            Self::Nonce
            | Self::SameStatus
            | Self::SameProducts
            | Self::DuplicateProducts
            | Self::UnknownProduct
            | Self::Consent
            | Self::SameConsent => return None,
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
            | Self::Nonce
            | Self::Page
            | Self::FilterNobody
            | Self::FilterOne
            | Self::BadFilter
            | Self::UnknownOrg
            | Self::UnknownPath
            | Self::UnknownAccount
            | Self::AssociatedOrgs
            | Self::OrgGroups
            | Self::Templates
            | Self::Consent
            | Self::SameConsent => return None,
        }
        let body: Json = ids.iter().map(|id| json!({"id": id})).collect();
        Some(OrgWrite {
            part: OrgPart::Products,
            body,
        })
    }
}
