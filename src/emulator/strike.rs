//! What a fault does to a request, and to the account before it.

use std::io;
use std::time::Duration;

use hyper::Response;
use hyper::header::{HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::json;

use super::call::Reply;
use super::faults::Action;
use super::respond::{Distortion, ReplyBody};
use super::server::Server;
use super::state::Org;

impl Server {
    /// Carries out a fault; an answer of its own, an early end, or a distortion of the answer to come.
    pub(super) async fn strike(
        &self,
        action: &Action,
        out: &mut Distortion,
    ) -> io::Result<Option<Response<ReplyBody>>> {
        let fault = |status: u16| Reply::error(status, "E0000009", "Internal Server Error", &[]);
        match action {
            Action::Status(status) => {
                return self.respond(fault(*status), out).map(Some);
            }
            Action::StatusAfter(status) => out.status = Some(*status),
            Action::DelayMs(ms) => self.clock.sleep(Duration::from_millis(*ms)).await,
            Action::DropBefore => return Err(io::Error::other("dropped on request")),
            Action::DropAfter => out.drop = true,
            Action::Cut => out.cut = true,
            Action::Html => {
                out.html = true;
                return self.respond(Reply::ok(json!({})), out).map(Some);
            }
            Action::HtmlAfter => out.html = true,
            Action::Redirect => {
                let mut response = self.respond(Reply::empty(302), out)?;
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
            Action::Object {
                org,
                collection,
                name,
                set,
            } => self.another_admin(org, |org| {
                let mut inside = org.contents();
                inside.edit(collection, name, set);
                org.inside = Some(Box::new(inside));
            }),
            Action::OrgStatus { org, status } => {
                self.another_admin(org, |org| org.status.clone_from(status));
            }
        }
        Ok(None)
    }

    fn another_admin(&self, domain: &str, change: impl FnOnce(&mut Org)) {
        let mut inner = self.lock();
        if let Some(org) = inner.state.orgs.iter_mut().find(|org| org.domain == domain) {
            change(org);
            inner.version += 1;
        }
    }
}
