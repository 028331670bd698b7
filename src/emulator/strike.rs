//! What a fault does to a request, and to the account before it.

use std::io;
use std::time::Duration;

use hyper::Response;
use hyper::header::{HeaderValue, LOCATION, RETRY_AFTER};
use serde_json::json;

use super::call::Reply;
use super::faults::Action;
use super::log_events::Doer;
use super::respond::{Distortion, ReplyBody};
use super::server::Server;
use super::state::Org;
use crate::clock::rfc3339;

impl Server {
    /// Carries out a fault; an answer of its own, an early end, or a distortion of the answer to come.
    pub(super) async fn strike(
        &self,
        action: &Action,
        out: &mut Distortion,
    ) -> io::Result<Option<Response<ReplyBody>>> {
        match action {
            Action::Status(status) => {
                return self.respond(failing(*status), out).map(Some);
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
        let now = rfc3339(self.now());
        let mut inner = self.lock();
        let index = inner.state.orgs.iter().position(|org| org.domain == domain);
        if let Some(index) = index {
            inner.state.by_console(index, &Doer::console(&now), change);
            inner.version += 1;
        }
    }
}

/// The error that Okta documents for a status, as far as there is one [Okta, error codes]; what a gateway in front of Okta
/// says has no body of Okta's.
pub(super) fn failing(status: u16) -> Reply {
    let (code, summary) = match status {
        401 => ("E0000011", "Invalid token provided"),
        403 => (
            "E0000006",
            "You do not have permission to perform the requested action",
        ),
        404 => ("E0000007", "Not found: Resource not found"),
        405 => (
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        ),
        409 => ("E0000195", "Api validation failed due to conflict"),
        429 => (
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
        ),
        501 => ("E0000060", "Unsupported operation."),
        503 => ("E0000010", "Service is in read only mode"),
        400..=499 => ("E0000002", "The request was not valid"),
        500 => ("E0000009", "Internal Server Error"),
        _ => return Reply::empty(status),
    };
    Reply::error(status, code, summary, &[])
}

#[cfg(test)]
mod tests {
    use super::failing;

    #[test]
    fn each_status_has_the_error_that_okta_gives_for_it() {
        for (status, code) in [
            (400, "E0000002"),
            (401, "E0000011"),
            (403, "E0000006"),
            (404, "E0000007"),
            (405, "E0000022"),
            (429, "E0000047"),
            (500, "E0000009"),
            (503, "E0000010"),
        ] {
            let reply = failing(status);
            assert_eq!(reply.status, status);
            assert_eq!(reply.body.unwrap()["errorCode"], code, "{status}");
        }
        for gateway in [502, 504] {
            assert_eq!(failing(gateway).body, None);
        }
    }
}
