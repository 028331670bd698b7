//! Requests without credentials: what time the server has, and a token from an emulator on this machine.

use std::sync::Arc;
use std::time::SystemTime;

use reqwest::{Method, Url};
use serde::Deserialize;

use crate::http::pace::PaceLimits;
use crate::http::{
    self, Body, Client, HttpRequest, Intent, Nobody, Once, Peer, Sender, base_url, is_loopback,
};
use crate::ids::Domain;
use crate::secret::Secret;

#[derive(Deserialize)]
struct EmulatorToken {
    access_token: String,
}

/// Asks an emulator for a token; `None` when there is no emulator, or it wants a token of its own. Nothing secret is sent,
/// and nothing at all to another machine. `org`: for that org's own host.
pub async fn emulator_token(
    issuer: &str,
    scope: &str,
    org: Option<&Domain>,
    client: &Client,
) -> Option<Secret> {
    let base = base_url(issuer).ok().filter(is_loopback)?;
    let mut url = base.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend(["emulator", "token"]);
    let mut fields = vec![("scope", scope)];
    fields.extend(org.map(|domain| ("org", domain.as_str())));
    let request = HttpRequest {
        method: Method::POST,
        url: &url,
        headers: &[],
        body: Body::Form(&fields),
        intent: Intent::Look,
        shown: format!("POST {url}"),
    };
    let granted = sender(base, client)
        .ok()?
        .once(&request, |answer| {
            let granted: EmulatorToken = answer.json()?;
            Ok::<_, http::HttpError>(granted)
        })
        .await
        .ok()?;
    Some(Secret::new(&granted.access_token))
}

/// Asks a server for anything, without credentials: its `Date`, if it says one. Any answer means that it is there.
///
/// # Errors
/// When there is no answer at all.
pub async fn server_date(
    base: &Url,
    client: &Client,
) -> Result<Option<SystemTime>, http::HttpError> {
    let request = HttpRequest {
        method: Method::GET,
        url: base,
        headers: &[],
        body: Body::Empty,
        intent: Intent::Look,
        shown: format!("GET {}", base.as_str().trim_end_matches('/')),
    };
    sender(base.clone(), client)?
        .once(&request, |answer| Ok(answer.signals().date))
        .await
        .map_err(|failure| match failure {
            Once::Renewed(error) | Once::Failed(error) => error,
        })
}

fn sender(base: Url, client: &Client) -> Result<Sender<Nobody>, http::HttpError> {
    let peer = Peer {
        base,
        whose: "the server",
        limits: PaceLimits::default(),
        notice: Arc::new(|_| {}),
        crowds: Vec::new(),
    };
    Sender::new(client, peer, Arc::new(Nobody))
}
