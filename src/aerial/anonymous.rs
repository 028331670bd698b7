//! A token from an emulator on this machine, for a client that has none.

use std::time::Duration;

use serde_json::Value as Json;

use super::endpoint::{base_url, http_client_for, is_loopback};
use crate::auth::Secret;

/// Asks an emulator for a token; `None` when there is no emulator, or it wants a token of its own. Nothing secret is sent,
/// and nothing at all to another machine.
pub async fn emulator_token(issuer: &str, scope: &str, timeout: Duration) -> Option<Secret> {
    let base = base_url(issuer).ok().filter(is_loopback)?;
    let mut url = base.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(["emulator", "token"]);
    let answer = http_client_for(&base, timeout)
        .ok()?
        .post(url)
        .form(&[("scope", scope)])
        .send()
        .await
        .ok()?;
    if !answer.status().is_success() {
        return None;
    }
    let body: Json = answer.json().await.ok()?;
    Some(Secret::new(body.get("access_token")?.as_str()?))
}
