//! HTTP in front of the account: a request is read, struck by a fault or sent to the rules that it is for, and answered.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::{Request, Response};
use serde_json::Value as Json;

use super::account::handle;
use super::call::{Call, Reply, forbidden, no_such_path, not_found};
use super::console::console;
use super::doors::{on_log, on_org};
use super::governance::governance;
use super::guard::{Caller, refusal};
use super::logs::logs;
use super::org_host::{is_public, on_org_host};
use super::respond::{Distortion, ReplyBody, request_id};
use super::server::{Inner, Seen, Server};
use super::state::{ADMIN, State};
use super::strike::failing;
use super::system_log::SystemLog;
use super::token::{Access, Desk, Presented};
use super::windows::Bucket;
use crate::clock::rfc3339;

/// Okta's limit for each account, whoever sends.
const MAX_IN_FLIGHT: usize = 10;

/// Okta's limit for each org, of workforce orgs.
const MAX_ON_ORG: usize = 75;

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
    user_agent: String,
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
            user_agent: header("user-agent").unwrap_or_default(),
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
            [account, "api", "v1", rest @ ..] if !account.starts_with('~') => {
                format!("/{}", rest.join("/"))
            }
            [account, "governance", rest @ ..] if !account.starts_with('~') => {
                format!("/governance/{}", rest.join("/"))
            }
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
        let in_flight = self.count_in(&host_of(request.uri().path()));
        let arrived = Arrived::read(request).await?;
        if let Some(refusal) = refusal(&arrived.caller(), &self.origin) {
            return self.respond(refusal, &Distortion::default());
        }
        let version = self.lock().version;
        let actions = self.lock().faults.strike(&arrived.method, &arrived.shown());
        let bucket = Bucket::of(
            &self.lock().state,
            &arrived.method,
            &segments(&arrived.path),
        );
        let mut out = Distortion {
            bucket: Some(bucket.clone()),
            request: Some(self.number()),
            ..Distortion::default()
        };
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
            self.clock
                .sleep_exactly(Duration::from_millis(latency))
                .await;
        }
        let id = request_id(out.request.unwrap_or_default());
        let reply = match self.route(&arrived, &id, &bucket, in_flight.number) {
            Ok(reply) => reply,
            Err(TooMany { limit, seconds }) => return Ok(self.throttle(limit, seconds)),
        };
        self.lock().version += u64::from(reply.changed);
        self.note(arrived.seen(reply.status, reply.changed));
        // A fault may have changed it too.
        if self.lock().version > version {
            self.save().await?;
        }
        if out.drop {
            return Err(io::Error::other("dropped on request"));
        }
        self.respond(out.status.map_or(reply, failing), &out)
    }

    /// Sends a request to the rules that it is for.
    fn route(
        &self,
        arrived: &Arrived,
        request: &str,
        bucket: &Bucket,
        in_flight: usize,
    ) -> Result<Reply, TooMany> {
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
            actor: ADMIN,
            request,
            user_agent: &arrived.user_agent,
        };
        let mut inner = self.lock();
        let inner = &mut *inner;
        let presented = arrived.presents(&url);
        let segments = segments(&arrived.path);
        let proof = arrived.proof.as_deref();
        let form = || arrived.form().into_iter().collect::<BTreeMap<_, _>>();
        match segments.as_slice() {
            ["oauth2", "v1", "token"] if call.method == "POST" => {
                let clients = &inner.state.clients;
                let desk = Desk {
                    clients,
                    host: None,
                };
                Ok(granted(inner.tokens.grant(
                    &desk,
                    &form(),
                    proof,
                    &url,
                    now,
                )))
            }
            ["emulator", "token"] if call.method == "POST" => {
                let form = form();
                let field = |name: &str| form.get(name).map(String::as_str);
                let scope = field("scope").unwrap_or_default();
                Ok(granted(inner.tokens.anonymous(scope, field("org"), now)))
            }
            ["emulator", "account"] if call.method == "GET" => Ok(shown_account(&inner.state)),
            ["emulator", "console"] if call.method == "POST" => {
                let allowed = inner
                    .tokens
                    .on_this_machine(arrived.authorization.as_deref());
                Ok(allowed.map_or_else(|refusal| refusal, |()| console(&mut inner.state, &call)))
            }
            ["api", "v1", "logs"] => {
                room(inner, bucket, in_flight, MAX_ON_ORG, now)?;
                let nonce_needed = inner.state.switches.resource_nonce;
                let allowed = on_log(&mut inner.tokens, nonce_needed, &presented, now);
                Ok(
                    allowed
                        .map_or_else(|refusal| refusal, |()| logs(&mut inner.state, None, &call)),
                )
            }
            [host, rest @ ..] if host.starts_with('~') => {
                room(inner, bucket, in_flight, MAX_ON_ORG, now)?;
                let domain = host.trim_start_matches('~');
                if *rest == ["oauth2", "v1", "token"] && call.method == "POST" {
                    let domain = domain.to_lowercase();
                    let org = inner.state.orgs.iter().find(|org| org.domain == domain);
                    let Some(org) = org else {
                        return Ok(not_found("Org"));
                    };
                    let desk = Desk {
                        clients: &org.clients,
                        host: Some(&domain),
                    };
                    return Ok(granted(inner.tokens.grant(
                        &desk,
                        &form(),
                        proof,
                        &url,
                        now,
                    )));
                }
                let actor = if is_public(rest) {
                    ADMIN.to_owned()
                } else {
                    match on_org(
                        &inner.state,
                        &mut inner.tokens,
                        domain,
                        rest,
                        &presented,
                        now,
                    ) {
                        Ok(actor) => actor,
                        Err(refusal) => return Ok(refusal),
                    }
                };
                let call = Call {
                    actor: &actor,
                    ..call
                };
                Ok(on_org_host(&mut inner.state, domain, rest, &call))
            }
            [id, "api", "v1", ..] | [id, "governance", "api", "v1", ..] => {
                room(inner, bucket, in_flight, MAX_IN_FLIGHT, now)?;
                let nonce_needed = inner.state.switches.resource_nonce;
                let (access, actor) = match inner.tokens.access(&presented, nonce_needed, now) {
                    Ok(entered) => entered,
                    Err(refusal) => return Ok(refusal),
                };
                if *id != inner.state.account.id {
                    return Ok(not_found(&format!("{id} (Account)")));
                }
                if access == Access::Read && call.method != "GET" {
                    return Ok(forbidden(&[]));
                }
                let call = Call {
                    actor: &actor,
                    ..call
                };
                Ok(match segments.as_slice() {
                    [_, "governance", _, _, resource @ ..] => {
                        governance(&mut inner.state, resource, &call)
                    }
                    [_, _, _, resource @ ..] => {
                        handle(&mut inner.state, &mut inner.memory, resource, &call)
                    }
                    _ => no_such_path(),
                })
            }
            _ => Ok(no_such_path()),
        }
    }
}

/// Whether there is room for a request: at a time, and in its window.
fn room(
    inner: &mut Inner,
    bucket: &Bucket,
    in_flight: usize,
    most: usize,
    now: SystemTime,
) -> Result<(), TooMany> {
    if in_flight > most {
        return Err(TooMany {
            limit: 0,
            seconds: 1,
        });
    }
    if inner.windows.is_used_up(bucket, now) {
        return Err(TooMany {
            limit: bucket.limit,
            seconds: inner.windows.left(bucket, now),
        });
    }
    Ok(())
}

/// Which host's requests in flight a path counts among: `~domain`, or nothing for the account and its issuer. The log of the
/// issuer is an org's own API.
fn host_of(path: &str) -> String {
    if path == "/api/v1/logs" {
        return "~issuer".to_owned();
    }
    let host = path.split('/').nth(1).unwrap_or_default();
    if host.starts_with('~') {
        host.to_lowercase()
    } else {
        String::new()
    }
}

/// The account, but for what would let somebody into an org, and what has happened.
fn shown_account(state: &State) -> Reply {
    let mut shown = state.clone();
    for org in &mut shown.orgs {
        org.api_tokens.clear();
    }
    shown.log = SystemLog::default();
    Reply::ok(serde_json::to_value(&shown).unwrap_or_default())
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
