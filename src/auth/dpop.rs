//! Proofs of possession (RFC 9449) [guides/dpop]: a key of its own, in memory for the run.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::key::{KeyError, SigningKey, jti};
use crate::clock::epoch_seconds;
use crate::secret::Secret;

/// A proof's `iat` must not be in the server's future, and at most five minutes in its past.
const SLACK: i64 = 5;

/// A new proof for each request. `url` is without query and fragment, `now` on the server's clock; `token` is the access
/// token of a resource call.
///
/// # Errors
/// When the key can't sign.
pub(super) fn proof(
    key: &SigningKey,
    method: &str,
    url: &str,
    nonce: Option<&str>,
    token: Option<&Secret>,
    now: SystemTime,
) -> Result<Secret, KeyError> {
    let header = json!({"typ": "dpop+jwt", "jwk": key.public_jwk()});
    let mut claims = json!({
        "htm": method,
        "htu": url,
        "iat": epoch_seconds(now) - SLACK,
        "jti": jti()?,
    });
    if let Some(claims) = claims.as_object_mut() {
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        if let Some(token) = token {
            let hash = BASE64.encode(Sha256::digest(token.expose().as_bytes()));
            claims.insert("ath".to_owned(), hash.into());
        }
    }
    key.token(header, &claims)
}
