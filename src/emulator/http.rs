//! HTTP in front of the account: a request is read, struck by a fault or sent to the rules that it is for, and answered.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::Value as Json;

use super::account::handle;
use super::call::{Call, Reply, forbidden, no_such_path, not_found};
use super::guard::{Caller, refusal};
use super::org_host::{is_public, on_org_host};
use super::respond::{Distortion, ReplyBody};
use super::server::{Seen, Server};
use super::token::{Access, Presented};
use crate::clock::rfc3339;

/// Okta's limit for each account, whoever sends.
const MAX_IN_FLIGHT: usize = 10;

/// The largest body that is read, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// A request, read to its end.
struct Arrived {
    method: String,
    path: String,
    query: String,
    authorization: Option<String>,
    proof: Option<String>,
    host: Option<String>,
    origin: Option<String>,
    content_type: Option<String>,
    body: Bytes,
}

impl Arrived {
    async fn read(request: Request<Incoming>) -> io::Result<Self> {
        let (parts, body) = request.into_parts();
        let body = Limited::new(body, MAX_BODY)
            .collect()
            .await
            .map_err(|error| io::Error::other(error.to_string()))?
            .to_bytes();
        let header = |name: &str| {
            let value = parts.headers.get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        Ok(Self {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            authorization: header("authorization"),
            proof: header("dpop"),
            host: header("host"),
            origin: header("origin"),
            content_type: header("content-type"),
            body,
        })
    }

    fn form(&self) -> Vec<(String, String)> {
        pairs(&String::from_utf8_lossy(&self.body))
    }

    /// The path as faults and tests name it.
    fn shown(&self) -> String {
        match segments(&self.path).as_slice() {
            ["oauth2", "v1", "token"] => "/token".to_owned(),
            [_, "api", "v1", rest @ ..] => format!("/{}", rest.join("/")),
            _ => self.path.clone(),
        }
    }

    /// What lets it in.
    fn presents<'a>(&'a self, url: &'a str) -> Presented<'a> {
        Presented {
            authorization: self.authorization.as_deref(),
            proof: self.proof.as_deref(),
            method: &self.method,
            url,
        }
    }

    fn caller(&self) -> Caller<'_> {
        Caller {
            method: &self.method,
            path: &self.path,
            host: self.host.as_deref(),
            origin: self.origin.as_deref(),
            content_type: self.content_type.as_deref(),
            has_body: !self.body.is_empty(),
        }
    }

    fn seen(&self, status: u16, changed: bool) -> Seen {
        let body = if self.method == "GET" {
            String::new()
        } else {
            String::from_utf8_lossy(&self.body).into_owned()
        };
        Seen {
            method: self.method.clone(),
            path: self.shown(),
            body,
            status,
            changed,
        }
    }
}

/// 429, and the headers that go with it.
struct TooMany {
    /// 0 for concurrency, else the limit of the window.
    limit: u64,
    /// From now until the window ends.
    seconds: u64,
}

impl Server {
    /// Answers one request; an error closes the connection without an answer.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
    ) -> io::Result<Response<ReplyBody>> {
        let in_flight = self.count_in();
        let arrived = Arrived::read(request).await?;
        if let Some(refusal) = refusal(&arrived.caller(), &self.origin) {
            return self.respond(refusal, &Distortion::default());
        }
        let actions = self.lock().faults.strike(&arrived.method, &arrived.shown());
        let mut out = Distortion::default();
        for action in actions {
            if let Some(struck) = self.strike(&action, &mut out).await.transpose() {
                let status = struck
                    .as_ref()
                    .map_or(0, |response| response.status().as_u16());
                self.note(arrived.seen(status, false));
                return struck;
            }
        }
        let latency = self
            .latency_ms
            .unwrap_or(self.lock().state.switches.latency_ms);
        if latency > 0 {
            self.clock.sleep(Duration::from_millis(latency)).await;
        }
        let reply = match self.route(&arrived, in_flight.number) {
            Ok(reply) => reply,
            Err(TooMany { limit, seconds }) => return Ok(self.throttle(limit, seconds)),
        };
        self.lock().version += u64::from(reply.changed);
        self.note(arrived.seen(reply.status, reply.changed));
        if reply.changed {
            self.save().await?;
        }
        if out.drop {
            return Err(io::Error::other("dropped on request"));
        }
        let status = out.status.unwrap_or(reply.status);
        self.respond(Reply { status, ..reply }, &out)
    }

    /// Sends a request to the rules that it is for.
    fn route(&self, arrived: &Arrived, in_flight: usize) -> Result<Reply, TooMany> {
        let now = self.now();
        let at = rfc3339(now);
        let url = format!("{}{}", self.origin, arrived.path);
        let call = Call {
            method: &arrived.method,
            path: &arrived.path,
            query: pairs(&arrived.query),
            body: &arrived.body,
            origin: &self.origin,
            now: &at,
        };
        let mut inner = self.lock();
        let inner = &mut *inner;
        Ok(match segments(&arrived.path).as_slice() {
            ["oauth2", "v1", "token"] if call.method == "POST" => {
                let form = arrived.form().into_iter().collect();
                let proof = arrived.proof.as_deref();
                granted(inner.tokens.grant(&inner.state, &form, proof, &url, now))
            }
            ["emulator", "token"] if call.method == "POST" => {
                let form = arrived.form();
                let scope = form.iter().find(|(key, _)| key == "scope");
                let scope = scope.map_or("", |(_, scope)| scope.as_str());
                granted(inner.tokens.anonymous(scope, now))
            }
            ["emulator", "account"] if call.method == "GET" => {
                Reply::ok(serde_json::to_value(&inner.state).unwrap_or_default())
            }
            [host, rest @ ..] if host.starts_with('~') => {
                let refused = if is_public(rest) {
                    None
                } else {
                    match inner.tokens.access(&arrived.presents(&url), false, now) {
                        Err(refusal) => Some(refusal),
                        Ok(Access::Read) if call.method != "GET" => Some(forbidden(&[])),
                        Ok(_) => None,
                    }
                };
                let domain = host.trim_start_matches('~');
                refused.unwrap_or_else(|| on_org_host(&mut inner.state, domain, rest, &call))
            }
            [id, "api", "v1", resource @ ..] => {
                if in_flight > MAX_IN_FLIGHT {
                    return Err(TooMany {
                        limit: 0,
                        seconds: 1,
                    });
                }
                if inner.window_is_used_up(now) {
                    let (limit, seconds) =
                        (inner.state.switches.rate_limit, inner.window_left(now));
                    return Err(TooMany { limit, seconds });
                }
                let nonce_needed = inner.state.switches.resource_nonce;
                let access = inner
                    .tokens
                    .access(&arrived.presents(&url), nonce_needed, now);
                match access {
                    Err(refusal) => refusal,
                    Ok(_) if *id != inner.state.account.id => not_found(&format!("{id} (Account)")),
                    Ok(Access::Read) if call.method != "GET" => forbidden(&[]),
                    Ok(_) => handle(&mut inner.state, &mut inner.memory, resource, &call),
                }
            }
            _ => no_such_path(),
        })
    }
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// The pairs of a query or form, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect()
}

fn granted(result: Result<Json, Reply>) -> Reply {
    result.map_or_else(|refusal| refusal, Reply::ok)
}
