//! The answer to a creation: it holds a token that nobody sees again, so nothing of it is ever quoted, readable or not.

use serde::Deserialize;

use crate::aerial::WriteAnswer;
use crate::http::Redactor;
use crate::ids::OrgId;
use crate::secret::Secret;

/// An org that was created a moment ago.
#[derive(Debug)]
pub struct Born {
    pub id: Option<OrgId>,
    /// Its own host, as the links of the answer have it.
    pub host: Option<String>,
    /// The token of its super admin.
    pub token: Option<Secret>,
}

#[derive(Deserialize)]
struct ServedBirth {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    token: Option<String>,
    #[serde(default, rename = "_links")]
    links: serde_json::Value,
}

impl Born {
    /// Reads the answer; the token in it is known to the redactor before anything else happens.
    ///
    /// # Errors
    /// When it can't be read: why, without a word of it.
    pub fn read(answer: &WriteAnswer, redactor: &Redactor) -> Result<Self, &'static str> {
        let served: ServedBirth =
            serde_json::from_slice(answer.0.body()).map_err(|_| "Okta's answer can't be read")?;
        let token = served.token.filter(|token| !token.trim().is_empty());
        let token = token.map(|token| Secret::new(&token));
        if let Some(token) = &token {
            redactor.learn(token);
        }
        let href = served.links.pointer("/organization/href");
        let url = href.and_then(serde_json::Value::as_str);
        let url = url.and_then(|href| reqwest::Url::parse(href).ok());
        Ok(Self {
            id: served.id.and_then(|id| OrgId::parse(&id).ok()),
            host: url.and_then(|url| url.host_str().map(str::to_lowercase)),
            token,
        })
    }
}
