//! The client assertion: who the service app is, signed with its key [guides/implement-oauth-for-okta-serviceapp].

use std::time::SystemTime;

use serde_json::json;

use super::key::{KeyError, SigningKey, jti};
use super::secret::Secret;
use crate::clock::epoch_seconds;

/// How long before now it claims to be issued: `iat` must not be in the server's future.
const SLACK: i64 = 5;

/// How long it lasts, far below the hour that Okta allows.
const LIFETIME: i64 = 300;

/// A new assertion for each attempt: its `jti` works once. `now` is on the server's clock.
///
/// # Errors
/// When the key can't sign.
pub(super) fn sign(
    key: &SigningKey,
    kid: Option<&str>,
    client_id: &str,
    token_url: &str,
    now: SystemTime,
) -> Result<Secret, KeyError> {
    let mut header = json!({"typ": "JWT"});
    if let Some(kid) = kid {
        header = json!({"typ": "JWT", "kid": kid});
    }
    let now = epoch_seconds(now);
    let claims = json!({
        "aud": token_url,
        "iss": client_id,
        "sub": client_id,
        "iat": now - SLACK,
        "exp": now + LIFETIME,
        "jti": jti(),
    });
    key.token(header, &claims)
}
