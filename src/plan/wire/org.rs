//! An org's names, as JSON.

use serde::{Deserialize, Serialize};

use crate::ids::{Domain, OrgId, OrgName};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgV1 {
    /// Its id, if known.
    pub id: Option<String>,
    /// Its domain, if known.
    pub domain: Option<String>,
}

impl From<&OrgName> for OrgV1 {
    fn from(org: &OrgName) -> Self {
        Self {
            id: org.id().map(ToString::to_string),
            domain: org.domain().map(ToString::to_string),
        }
    }
}

impl OrgV1 {
    /// The org, unless neither of its texts can be a name.
    #[must_use]
    pub fn name(&self) -> Option<OrgName> {
        let id = self.id.as_ref().and_then(|id| OrgId::parse(id).ok());
        let domain = self.domain.as_ref();
        OrgName::of(id, domain.and_then(|text| Domain::from_server(text).ok()))
    }
}
