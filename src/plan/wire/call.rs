//! The write of a step, as it is published.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::plan::request::Request;

/// The one write of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallV1 {
    /// `account`, or the domain of the org whose own host it is for.
    pub host: String,
    /// `POST` or `PUT`.
    pub method: String,
    /// The path; relative to `/{accountId}/api/v1` where it is for the account.
    pub path: String,
    pub body: Json,
    /// Whether what the org has by then is added to the body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plus_existing: bool,
}

impl From<&Request> for CallV1 {
    fn from(request: &Request) -> Self {
        Self {
            host: request.host().as_str().to_owned(),
            method: request.method().as_str().to_owned(),
            path: request.path(),
            body: request.body(),
            plus_existing: request.adds_existing(),
        }
    }
}
