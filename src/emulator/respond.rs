//! Answers on their way out: headers, bodies, and what a fault does to them.

use std::convert::Infallible;
use std::io;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderName, HeaderValue, LINK};
use hyper::{Response, StatusCode};
use serde_json::json;

use super::call::Reply;
use super::server::Server;
use super::windows::Bucket;
use crate::clock::epoch_seconds;

pub(super) type ReplyBody = UnsyncBoxBody<Bytes, io::Error>;

/// What is done to an answer on its way out.
#[derive(Default)]
pub(super) struct Distortion {
    pub(super) drop: bool,
    pub(super) cut: bool,
    pub(super) html: bool,
    pub(super) status: Option<u16>,
    /// What the request counts in; `None`: nothing, as nobody was let in.
    pub(super) bucket: Option<Bucket>,
    /// The number of the request; `None`: the next.
    pub(super) request: Option<u64>,
}

impl Server {
    /// 429: with a limit of 0 for concurrency, else for the window.
    pub(super) fn throttle(&self, limit: u64, seconds: u64) -> Response<ReplyBody> {
        let reply = Reply::error(
            429,
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
            &[],
        );
        let mut response = self
            .respond(reply, &Distortion::default())
            .unwrap_or_else(|_| Response::new(empty()));
        let reset = epoch_seconds(self.now()) + i64::try_from(seconds).unwrap_or(i64::MAX / 2);
        for (name, value) in [
            ("x-rate-limit-limit", limit.to_string()),
            ("x-rate-limit-remaining", "0".to_owned()),
            ("x-rate-limit-reset", reset.to_string()),
        ] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        response
    }

    /// An answer on the wire.
    pub(super) fn respond(
        &self,
        reply: Reply,
        out: &Distortion,
    ) -> io::Result<Response<ReplyBody>> {
        let Reply {
            status,
            body,
            links,
            changed: _,
            with_nonce,
        } = reply;
        let now = self.now();
        let number = out.request.unwrap_or_else(|| self.number());
        let inner = self.lock();
        let web_page = out.html || (status >= 400 && !inner.state.switches.error_bodies);
        let mut response = Response::new(empty());
        *response.status_mut() =
            StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut set = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().append(name, value);
            }
        };
        set(
            HeaderName::from_static("x-okta-request-id"),
            &request_id(number),
        );
        set(DATE, &httpdate::fmt_http_date(now));
        for link in &links {
            set(LINK, link);
        }
        if with_nonce {
            set(HeaderName::from_static("dpop-nonce"), &inner.tokens.nonce());
        }
        let bucket = out.bucket.as_ref();
        let window = bucket.and_then(|bucket| Some((bucket.limit, inner.windows.shown(bucket)?)));
        if let Some((limit, (remaining, reset))) = window {
            set(
                HeaderName::from_static("x-rate-limit-limit"),
                &limit.to_string(),
            );
            set(
                HeaderName::from_static("x-rate-limit-remaining"),
                &remaining.to_string(),
            );
            set(
                HeaderName::from_static("x-rate-limit-reset"),
                &epoch_seconds(reset).to_string(),
            );
        }
        drop(inner);
        let text = if web_page {
            set(CONTENT_TYPE, "text/html");
            "<!doctype html><title>Proxy</title><h1>This is not the page you are looking for</h1>"
                .to_owned()
        } else if let Some(mut json) = body {
            set(CONTENT_TYPE, "application/json");
            if let Some(object) = json
                .as_object_mut()
                .filter(|object| object.contains_key("errorCode"))
            {
                object.insert(
                    "errorId".to_owned(),
                    json!(format!("oaeEmulated{number:010}")),
                );
            }
            json.to_string()
        } else {
            String::new()
        };
        let bytes = Bytes::from(text);
        if out.cut && bytes.len() > 1 {
            set(CONTENT_LENGTH, &bytes.len().to_string());
            let half = bytes.slice(..bytes.len() / 2);
            let frames = [
                Ok(Frame::data(half)),
                Err(io::Error::other("cut on request")),
            ];
            *response.body_mut() =
                StreamBody::new(futures_util::stream::iter(frames)).boxed_unsync();
        } else {
            *response.body_mut() = full(bytes);
        }
        Ok(response)
    }
}

/// `X-Okta-Request-Id` of a request.
pub(super) fn request_id(number: u64) -> String {
    format!("reqEmulated{number:010}")
}

fn empty() -> ReplyBody {
    full(Bytes::new())
}

fn full(bytes: Bytes) -> ReplyBody {
    Full::new(bytes)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}
