//! A request as the rules see it, and their answer to it.

use serde::Deserialize;
use serde_json::{Value as Json, json};

/// A request as the rules see it.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// `GET`, `POST`, `PUT` or another method.
    pub method: &'a str,
    /// The whole path.
    pub path: &'a str,
    /// The decoded query.
    pub query: Vec<(String, String)>,
    pub body: &'a [u8],
    /// `http://127.0.0.1:PORT`.
    pub origin: &'a str,
    /// Now, RFC 3339.
    pub now: &'a str,
    /// Who asks: a client's id, or a user's.
    pub actor: &'a str,
    /// `X-Okta-Request-Id` of the answer to come.
    pub request: &'a str,
    /// `User-Agent`.
    pub user_agent: &'a str,
}

impl Call<'_> {
    /// The first value of a query parameter.
    #[must_use]
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body; `None` for 204.
    pub body: Option<Json>,
    /// `Link` headers.
    pub links: Vec<String>,
    /// Whether the account is another one now.
    pub changed: bool,
    /// Whether the answer names the current DPoP nonce.
    pub with_nonce: bool,
}

impl Reply {
    #[must_use]
    pub(super) fn ok(body: Json) -> Self {
        Self {
            body: Some(body),
            ..Self::empty(200)
        }
    }

    /// An answer without a body.
    #[must_use]
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            body: None,
            links: Vec::new(),
            changed: false,
            with_nonce: false,
        }
    }

    /// An error as Okta writes them; the HTTP layer adds the error id.
    #[must_use]
    pub(super) fn error(status: u16, code: &str, summary: &str, causes: &[&str]) -> Self {
        let causes: Vec<Json> = causes
            .iter()
            .map(|cause| json!({ "errorSummary": cause }))
            .collect();
        Self {
            body: Some(json!({
                "errorCode": code,
                "errorSummary": summary,
                "errorLink": code,
                "errorCauses": causes,
            })),
            ..Self::empty(status)
        }
    }

    /// An error as the token endpoint writes them.
    #[must_use]
    pub(super) fn oauth(status: u16, error: &str, description: &str) -> Self {
        Self {
            body: Some(json!({"error": error, "error_description": description})),
            ..Self::empty(status)
        }
    }

    #[must_use]
    pub(super) fn changed(mut self) -> Self {
        self.changed = true;
        self
    }
}

/// 400 `E0000001` about one thing.
pub(super) fn validation(about: &str, cause: &str) -> Reply {
    Reply::error(
        400,
        "E0000001",
        &format!("Api validation failed: {about}"),
        &[cause],
    )
}

/// 404 `E0000007`.
pub(super) fn not_found(what: &str) -> Reply {
    Reply::error(
        404,
        "E0000007",
        &format!("Not found: Resource not found: {what}"),
        &[],
    )
}

/// 403 `E0000006`.
pub(super) fn forbidden(causes: &[&str]) -> Reply {
    Reply::error(
        403,
        "E0000006",
        "You do not have permission to perform the requested action",
        causes,
    )
}

/// 404 `E0000008`.
pub(super) fn no_such_path() -> Reply {
    Reply::error(404, "E0000008", "The requested path was not found", &[])
}

/// The body as a type, else 400: `E0000003` for no JSON, `DESERIALIZATION_FAILURE` for other JSON.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(call: &Call<'_>) -> Result<T, Reply> {
    let json: Json = serde_json::from_slice(call.body).map_err(|_| {
        Reply::error(
            400,
            "E0000003",
            "The request body was not well-formed.",
            &[],
        )
    })?;
    serde_json::from_value(json).map_err(|error| {
        Reply::error(
            400,
            "DESERIALIZATION_FAILURE",
            "The request body could not be deserialized.",
            &[&error.to_string()],
        )
    })
}
