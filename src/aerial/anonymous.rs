//! Requests without credentials: what time the server has, and a token from an emulator on this machine.

use std::time::{Duration, SystemTime};

use reqwest::Url;
use reqwest::header::DATE;
use serde_json::Value as Json;

use super::endpoint::{base_url, http_client_for, is_loopback};
use super::error::Error;
use super::transport::reason;
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

/// Asks a server for anything, without credentials: its `Date`, if it says one. Any answer means that it is there.
///
/// # Errors
/// When there is no answer at all.
pub async fn server_date(base: &Url, timeout: Duration) -> Result<Option<SystemTime>, Error> {
    let answer = http_client_for(base, timeout)?
        .get(base.clone())
        .send()
        .await
        .map_err(|error| Error::Network {
            request: format!("GET {}", base.as_str().trim_end_matches('/')),
            reason: reason(&error),
            unsent: true,
        })?;
    let date = answer
        .headers()
        .get(DATE)
        .and_then(|value| value.to_str().ok());
    Ok(date.and_then(|date| httpdate::parse_http_date(date).ok()))
}
