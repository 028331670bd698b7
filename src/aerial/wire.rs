//! What the server sends, read leniently: unknown fields are ignored and few are required, since Okta may add properties
//! and leave out null ones at any time.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::ids::{Cell, Domain, OrgId, ProductId};
use crate::live::{LiveOrg, LiveStatus};

/// `GET /accounts`.
#[derive(Debug, Deserialize)]
pub struct ServedAccount {
    /// `id`.
    pub id: Option<String>,
    /// `name`.
    #[serde(default)]
    pub name: Option<String>,
}

/// An element of `GET /products` and of an org's products.
#[derive(Debug, Deserialize)]
pub struct ServedProduct {
    id: String,
    #[serde(default)]
    name: Option<String>,
}

/// An element of `GET /orgs`, and the answer of `POST /orgs` and of status calls.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServedOrg {
    id: String,
    domain: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    cell: Option<String>,
    #[serde(default)]
    status: Option<String>,
    /// `adminOrg` until 2024.
    #[serde(default, alias = "adminOrg")]
    aerial_org: Option<bool>,
}

/// An element of `GET /orgGroups`, and `GET /orgGroups/{groupId}`.
#[derive(Debug, Deserialize)]
pub struct ServedGroup {
    /// `id`.
    pub id: String,
    /// `name`.
    #[serde(default)]
    pub name: Option<String>,
    /// `description`.
    #[serde(default)]
    pub description: Option<String>,
}

/// An element of `GET /orgGroups/{groupId}/orgs`: an org, of which the id matters.
#[derive(Debug, Deserialize)]
pub struct ServedMember {
    /// `id`.
    pub id: String,
}

/// An element of `GET /request-condition-templates`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServedTemplate {
    /// `id`.
    pub id: String,
    /// `applyStatus`.
    #[serde(default)]
    pub apply_status: Option<String>,
    /// `requestCondition`.
    #[serde(default)]
    pub request_condition: Option<ServedCondition>,
}

/// A template's `requestCondition`.
#[derive(Debug, Deserialize)]
pub struct ServedCondition {
    /// `name`.
    #[serde(default)]
    pub name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorBody {
    /// `errorCode`.
    pub error_code: Option<String>,
    /// `errorSummary`.
    pub error_summary: Option<String>,
    /// `errorCauses`.
    pub error_causes: Option<Vec<ErrorCause>>,
    /// Where OAuth's errors are used instead.
    pub error: Option<String>,
    /// OAuth's `error_description`.
    pub error_description: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorCause {
    /// `errorSummary`.
    pub error_summary: Option<String>,
}

/// The longest name that is shown, in characters: it stands in each row, step and message that it is in.
const MAX_NAME: usize = 200;

/// A text that is only shown, without the rest of a very long one.
pub fn clipped(text: String) -> String {
    match text.char_indices().nth(MAX_NAME) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

impl ServedOrg {
    /// The org, unless its id or domain can't be one.
    ///
    /// # Errors
    /// In words, when the id or the domain can't be one.
    pub fn into_live(self) -> Result<LiveOrg, String> {
        let id = OrgId::parse(&self.id)
            .map_err(|reason| format!("the org id `{}` {reason}", clipped(self.id.clone())))?;
        let domain = Domain::from_server(&self.domain).map_err(|reason| {
            format!(
                "the domain `{}` of the org {id} {reason}",
                clipped(self.domain.clone())
            )
        })?;
        Ok(LiveOrg {
            id,
            domain,
            display_name: self.name.map_or_else(String::new, clipped),
            cell: self.cell.and_then(|cell| Cell::parse(&cell).ok()),
            status: LiveStatus::parse(&self.status.map_or_else(String::new, clipped)),
            aerial_org: self.aerial_org.unwrap_or(false),
            products: None,
        })
    }
}

/// A list of products by id.
///
/// # Errors
/// In words, when an id can't be one.
pub fn products(list: Vec<ServedProduct>) -> Result<BTreeMap<ProductId, String>, String> {
    list.into_iter()
        .map(|product| {
            let id = ProductId::parse(&product.id).map_err(|reason| {
                format!("the product id `{}` {reason}", clipped(product.id.clone()))
            })?;
            Ok((id, product.name.map_or_else(String::new, clipped)))
        })
        .collect()
}
