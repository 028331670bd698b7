//! HTTP in front of the account: connections, headers, limits, faults.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderValue, LOCATION, RETRY_AFTER};
use hyper::{Request, Response};
use serde_json::{Value as Json, json};

use super::account::{Call, Memory, Reply, handle, not_found};
use super::faults::{Action, Faults};
use super::orgs::on_org_host;
use super::respond::{Body, Distortion};
use super::state::State;
use super::store::Store;
use super::token::{Access, Refusal, Tokens, missing_scope};
use crate::clock::{Clock, rfc3339};

/// Okta's limit for each account, whoever sends.
const MAX_IN_FLIGHT: usize = 10;

/// So many requests are remembered.
const MAX_SEEN: usize = 100_000;

/// What was seen of a request, for tests and for the curious.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The method.
    pub method: String,
    /// The path after `/{accountId}/api/v1`.
    pub path: String,
    /// The body of a write.
    pub body: String,
    /// The status of the answer; 0 where a fault closed the connection instead.
    pub status: u16,
    /// Whether it changed the account.
    pub changed: bool,
}

/// Everything that a server's connections share.
pub(super) struct Server {
    pub(super) inner: Mutex<Inner>,
    in_flight: AtomicUsize,
    most_in_flight: AtomicUsize,
    /// Held while saving, so that requests which changed the account at the same time share one save.
    saving: tokio::sync::Mutex<u64>,
    store: Option<Store>,
    clock: Arc<dyn Clock>,
    pub(super) origin: String,
}

pub(super) struct Inner {
    pub(super) state: State,
    memory: Memory,
    pub(super) tokens: Tokens,
    pub(super) faults: Faults,
    pub(super) window: Option<(SystemTime, u64)>,
    pub(super) requests: u64,
    version: u64,
    skew: i64,
    pub(super) seen: Vec<Seen>,
}

/// Counts a request for as long as it lives.
struct InFlight<'a>(&'a Server);

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Server {
    pub(super) fn new(
        state: State,
        store: Option<Store>,
        token: Option<String>,
        faults: Faults,
        clock: Arc<dyn Clock>,
        origin: String,
    ) -> Self {
        Self {
            inner: Mutex::new(Inner {
                state,
                memory: Memory::default(),
                tokens: Tokens::new(token),
                faults,
                window: None,
                requests: 0,
                version: 0,
                skew: 0,
                seen: Vec::new(),
            }),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            saving: tokio::sync::Mutex::new(0),
            store,
            clock,
            origin,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.most_in_flight.load(Ordering::SeqCst)
    }

    /// Saves the account as it is by now, unless somebody else just did.
    pub(super) async fn save(&self) -> io::Result<()> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let wanted = self.lock().version;
        let mut saved = self.saving.lock().await;
        if *saved >= wanted && wanted > 0 {
            return Ok(());
        }
        let (state, version) = {
            let inner = self.lock();
            (inner.state.clone(), inner.version)
        };
        store.save(&state)?;
        *saved = version;
        Ok(())
    }

    /// Answers one request; an error closes the connection without an answer.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> io::Result<Response<Body>> {
        let now_in_flight = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        let _counted = InFlight(self);
        self.most_in_flight
            .fetch_max(now_in_flight, Ordering::SeqCst);
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, 16 * 1024 * 1024)
            .collect()
            .await
            .map_err(|error| io::Error::other(error.to_string()))?
            .to_bytes();
        let path = parts.uri.path().to_owned();
        let query = parts.uri.query().unwrap_or_default().to_owned();
        let header = |name: &str| {
            parts
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let method = parts.method.as_str().to_owned();
        let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        let account = self.lock().state.account.id.clone();
        let resource: &[&str] = match segments.as_slice() {
            [_, "api", "v1", rest @ ..] => rest,
            _ => &[],
        };
        let shown = match segments.as_slice() {
            ["oauth2", "v1", "token"] => "/token".to_owned(),
            [_, "api", "v1", ..] => format!("/{}", resource.join("/")),
            _ => path.clone(),
        };
        let actions = self.lock().faults.strike(&method, &shown);
        let mut out = Distortion::default();
        for action in actions {
            let struck = match self.strike(&action, &mut out).await {
                Ok(None) => continue,
                Ok(Some(response)) => Ok(response),
                Err(error) => Err(error),
            };
            self.note(Seen {
                body: String::from_utf8_lossy(&body).into_owned(),
                method,
                path: shown,
                status: struck
                    .as_ref()
                    .map_or(0, |response| response.status().as_u16()),
                changed: false,
            });
            return struck;
        }
        let latency = self.lock().state.switches.latency_ms;
        if latency > 0 {
            self.clock.sleep(Duration::from_millis(latency)).await;
        }
        let now = self.now();
        let at = rfc3339(now);
        let call = Call {
            method: &method,
            path: &path,
            query: pairs(&query),
            body: &body,
            origin: &self.origin,
            now: &at,
        };
        let url = format!("{}{path}", self.origin);
        let (status, json, links, with_nonce, changed) = match segments.as_slice() {
            ["oauth2", "v1", "token"] if method == "POST" => {
                let form = pairs(&String::from_utf8_lossy(&body)).into_iter().collect();
                let mut inner = self.lock();
                let inner = &mut *inner;
                let proof = header("dpop");
                token_reply(
                    inner
                        .tokens
                        .grant(&inner.state, &form, proof.as_deref(), &url, now),
                )
            }
            ["emulator", "token"] if method == "POST" => {
                let scope = pairs(&String::from_utf8_lossy(&body))
                    .into_iter()
                    .find(|(key, _)| key == "scope")
                    .map(|(_, scope)| scope)
                    .unwrap_or_default();
                token_reply(self.lock().tokens.anonymous(&scope, now))
            }
            ["emulator", "account"] if method == "GET" => {
                let state = serde_json::to_value(&self.lock().state).unwrap_or_default();
                (200, Some(state), Vec::new(), false, false)
            }
            [host, rest @ ..] if host.starts_with('~') => {
                let domain = host.trim_start_matches('~').to_owned();
                let mut inner = self.lock();
                let inner = &mut *inner;
                plain(on_org_host(&mut inner.state, &domain, rest, &call))
            }
            [id, "api", "v1", ..] => {
                if now_in_flight > MAX_IN_FLIGHT {
                    return Ok(self.throttle(0, 1));
                }
                let used_up = self.lock().window_is_used_up(now);
                if used_up {
                    let (limit, window) = {
                        let inner = self.lock();
                        (inner.state.switches.rate_limit, inner.window)
                    };
                    let left = window.map_or(1, |(reset, _)| {
                        reset
                            .duration_since(now)
                            .map_or(1, |left| left.as_secs() + 1)
                    });
                    return Ok(self.throttle(limit, left));
                }
                let mut inner = self.lock();
                let inner = &mut *inner;
                let authorization = header("authorization");
                let proof = header("dpop");
                let access = inner.tokens.access(
                    authorization.as_deref(),
                    proof.as_deref(),
                    &method,
                    &url,
                    inner.state.switches.resource_nonce,
                    now,
                );
                match access {
                    Err(refusal) => refused(refusal),
                    Ok(_) if *id != account => plain(not_found(&format!("{id} (Account)"))),
                    Ok(Access::Read) if method != "GET" => refused(missing_scope()),
                    Ok(_) => plain(handle(&mut inner.state, &mut inner.memory, resource, &call)),
                }
            }
            _ => plain(Reply::error(
                404,
                "E0000008",
                "The requested path was not found",
                &[],
            )),
        };
        self.lock().version += u64::from(changed);
        self.note(Seen {
            body: if method == "GET" {
                String::new()
            } else {
                String::from_utf8_lossy(&body).into_owned()
            },
            method,
            path: shown,
            status,
            changed,
        });
        if changed {
            self.save().await?;
        }
        if out.drop {
            return Err(io::Error::other("dropped on request"));
        }
        self.respond(out.status.unwrap_or(status), json, &links, with_nonce, &out)
    }

    /// Remembers a request.
    fn note(&self, seen: Seen) {
        let mut inner = self.lock();
        // A served emulator may run for weeks: the newest requests are the interesting ones.
        if inner.seen.len() >= MAX_SEEN {
            inner.seen.drain(..MAX_SEEN / 2);
        }
        inner.seen.push(seen);
    }

    pub(super) fn now(&self) -> SystemTime {
        let skew = self.lock().skew;
        let now = self.clock.now();
        let by = Duration::from_secs(skew.unsigned_abs());
        if skew < 0 { now - by } else { now + by }
    }

    /// Carries out a fault; an answer of its own, an early end, or a distortion of the answer to come.
    async fn strike(
        &self,
        action: &Action,
        out: &mut Distortion,
    ) -> io::Result<Option<Response<Body>>> {
        let fault = |status: u16| Reply::error(status, "E0000009", "Internal Server Error", &[]);
        match action {
            Action::Status(status) => {
                let reply = fault(*status);
                return self.respond(*status, reply.body, &[], false, out).map(Some);
            }
            Action::StatusAfter(status) => out.status = Some(*status),
            Action::DelayMs(ms) => self.clock.sleep(Duration::from_millis(*ms)).await,
            Action::DropBefore => return Err(io::Error::other("dropped on request")),
            Action::DropAfter => out.drop = true,
            Action::Cut => out.cut = true,
            Action::Html => {
                out.html = true;
                return self
                    .respond(200, Some(json!({})), &[], false, out)
                    .map(Some);
            }
            Action::HtmlAfter => out.html = true,
            Action::Redirect => {
                let mut response = self.respond(302, None, &[], false, out)?;
                response.headers_mut().insert(
                    LOCATION,
                    HeaderValue::from_static("https://elsewhere.example.com/"),
                );
                return Ok(Some(response));
            }
            Action::WindowUsedUp(seconds) => {
                let limit = self.lock().state.switches.rate_limit.max(600);
                return Ok(Some(self.throttle(limit, *seconds)));
            }
            Action::TooManyAtATime => return Ok(Some(self.throttle(0, 1))),
            Action::RetryAfter(seconds) => {
                let mut response = self.throttle(600, 0);
                for name in [
                    "x-rate-limit-limit",
                    "x-rate-limit-remaining",
                    "x-rate-limit-reset",
                ] {
                    response.headers_mut().remove(name);
                }
                if let Ok(value) = HeaderValue::from_str(&seconds.to_string()) {
                    response.headers_mut().insert(RETRY_AFTER, value);
                }
                return Ok(Some(response));
            }
            Action::ExpireTokens => self.lock().tokens.expire(),
            Action::NewNonce => self.lock().tokens.renew_nonce(),
            Action::SkewSeconds(seconds) => self.lock().skew = *seconds,
            Action::Products { org, products } => {
                self.another_admin(org, |org| {
                    org.products.clone_from(products);
                    org.products.sort();
                });
            }
            Action::Link { org } => self.another_admin(org, |org| org.linked = true),
            Action::OrgStatus { org, status } => {
                self.another_admin(org, |org| org.status.clone_from(status));
            }
        }
        Ok(None)
    }

    fn another_admin(&self, domain: &str, change: impl FnOnce(&mut super::state::Org)) {
        let mut inner = self.lock();
        if let Some(org) = inner.state.orgs.iter_mut().find(|org| org.domain == domain) {
            change(org);
            inner.version += 1;
        }
    }
}

impl Inner {
    /// Counts a request in the current window; whether the window has no room for it.
    fn window_is_used_up(&mut self, now: SystemTime) -> bool {
        let limit = self.state.switches.rate_limit;
        if limit == 0 {
            return false;
        }
        let length = Duration::from_secs(self.state.switches.rate_window_seconds);
        let (reset, used) = match self.window {
            Some((reset, used)) if now < reset => (reset, used),
            _ => (now + length, 0),
        };
        let full = used >= limit;
        self.window = Some((reset, used + u64::from(!full)));
        full
    }
}

/// The pairs of a query or form, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

type Parts = (u16, Option<Json>, Vec<String>, bool, bool);

fn plain(reply: Reply) -> Parts {
    (reply.status, reply.body, reply.links, false, reply.changed)
}

fn refused(refusal: Refusal) -> Parts {
    (
        refusal.status,
        Some(refusal.body),
        Vec::new(),
        refusal.with_nonce,
        false,
    )
}

fn token_reply(result: Result<Json, Refusal>) -> Parts {
    match result {
        Ok(body) => (200, Some(body), Vec::new(), false, false),
        Err(refusal) => refused(refusal),
    }
}
