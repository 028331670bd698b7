//! The answer to a creation: it holds a token that nobody sees again, so nothing of it is ever quoted, readable or not.

use serde_json::Value as Json;

use crate::aerial::WriteAnswer;
use crate::http::Redactor;
use crate::ids::OrgId;
use crate::secret::Secret;

/// An org that was created a moment ago.
#[derive(Debug)]
pub struct Born {
    pub id: OrgId,
    /// Its own host, as the links of the answer have it.
    pub host: Option<String>,
    /// The token of its super admin.
    pub token: Option<Secret>,
}

impl Born {
    /// Reads the answer; the token in it is known to the redactor before anything else happens.
    ///
    /// # Errors
    /// When it names no org, as a web page of a proxy: why, without a word of it.
    pub fn read(answer: &WriteAnswer, redactor: &Redactor) -> Result<Self, &'static str> {
        let served: Json = serde_json::from_slice(answer.0.body()).unwrap_or_default();
        let text = |field: &str| served.get(field).and_then(Json::as_str);
        let token = text("token").filter(|token| !token.trim().is_empty());
        let token = token.map(Secret::new);
        if let Some(token) = &token {
            redactor.learn(token);
        }
        let id = text("id").and_then(|id| OrgId::parse(id).ok());
        let id = id.ok_or("the answer names no org")?;
        let href = served.pointer("/_links/organization/href");
        let url = href.and_then(Json::as_str);
        let url = url.and_then(|href| reqwest::Url::parse(href).ok());
        Ok(Self {
            id,
            host: url.and_then(|url| url.host_str().map(str::to_lowercase)),
            token,
        })
    }
}
