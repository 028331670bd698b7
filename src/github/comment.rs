//! One comment, found by a mark at its start and by its author: other people's comments are never touched, whatever they
//! say.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::aerial::paging;
use crate::auth::Secret;
use crate::clock::Clock;

/// Pages of 100 comments that are looked through.
const MAX_PAGES: usize = 30;

/// The largest answer that is read, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;

/// How often a request is tried in all.
const MAX_ATTEMPTS: u32 = 4;

/// Who a workflow's own token comments as.
const ACTIONS: &str = "github-actions[bot]";

/// Why the comment isn't up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// GitHub refused.
    #[error("{request}: {status} {message}")]
    Refused {
        /// The request.
        request: String,
        /// The HTTP status.
        status: u16,
        /// GitHub's words.
        message: String,
    },
    /// No answer, or one that isn't GitHub's.
    #[error("{request}: {reason}")]
    Lost {
        /// The request.
        request: String,
        /// What went wrong.
        reason: String,
    },
}

impl Error {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused {
                status: 401 | 403, ..
            } => {
                "the job needs `permissions: pull-requests: write`, which pull requests from forks don't get"
            }
            Self::Refused { status: 404, .. } => {
                "the token can't see the repository or the pull request"
            }
            Self::Refused { .. } | Self::Lost { .. } => "the plan itself is not affected",
        }
    }

    fn is_transient(&self) -> bool {
        match self {
            Self::Refused { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
            Self::Lost { .. } => true,
        }
    }
}

/// What was done to the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There was none, and there is one now.
    Created,
    /// It says something else now.
    Updated,
    /// It said so already, or there was none and none was wanted.
    Unchanged,
}

/// A pull request, and how to speak about it.
pub struct PullRequest {
    /// The HTTP client.
    pub http: reqwest::Client,
    /// `https://api.github.com`.
    pub api: Url,
    /// `owner/name`.
    pub repository: String,
    /// Its number.
    pub number: u64,
    /// `GITHUB_TOKEN`.
    pub token: Secret,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl PullRequest {
    /// Makes the comment with this mark say `body`; `create` tells whether to make one where there is none.
    ///
    /// # Errors
    /// When GitHub refuses, or can't be reached.
    pub async fn keep(&self, mark: &str, body: &str, create: bool) -> Result<Kept, Error> {
        let text = format!("{mark}\n{body}");
        let me = self.login().await?;
        let mut attempt = 1;
        loop {
            match self.find(mark, &me).await? {
                Some(comment) if comment.body.as_deref() == Some(text.as_str()) => {
                    return Ok(Kept::Unchanged);
                }
                Some(comment) => {
                    let path = format!("/issues/comments/{}", comment.id);
                    self.send(
                        &Method::PATCH,
                        &self.url(&path),
                        Some(&json!({ "body": text })),
                    )
                    .await?;
                    return Ok(Kept::Updated);
                }
                None if !create => return Ok(Kept::Unchanged),
                None => {}
            }
            // A comment whose answer was lost may be there: it is looked for before another one is made.
            match self
                .once(
                    &Method::POST,
                    &self.comments(),
                    Some(&json!({ "body": text })),
                )
                .await
            {
                Ok(_) => return Ok(Kept::Created),
                Err(error) if error.is_transient() && attempt < MAX_ATTEMPTS => {
                    self.pause(attempt).await;
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Who the token comments as. A workflow's own token may not ask.
    async fn login(&self) -> Result<String, Error> {
        let mut url = self.api.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("user");
        }
        match self.send(&Method::GET, &url, None).await {
            Ok((_, body)) => Ok(serde_json::from_value::<User>(body)
                .map_or_else(|_| ACTIONS.to_owned(), |user| user.login)),
            Err(Error::Refused {
                status: 401 | 403 | 404,
                ..
            }) => Ok(ACTIONS.to_owned()),
            Err(error) => Err(error),
        }
    }

    async fn find(&self, mark: &str, me: &str) -> Result<Option<Comment>, Error> {
        let mut next = Some(self.comments());
        for _ in 0..MAX_PAGES {
            let Some(url) = next else {
                break;
            };
            let (headers, body) = self.send(&Method::GET, &url, None).await?;
            let lost = |reason: String| Error::Lost {
                request: shown(&Method::GET, &url),
                reason,
            };
            let page: Vec<Comment> = serde_json::from_value(body)
                .map_err(|_| lost("the answer is no list of comments".to_owned()))?;
            let ours = page.into_iter().find(|comment| {
                let marked = comment.body.as_deref().is_some_and(|body| {
                    body.strip_prefix(mark)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['\n', '\r']))
                });
                marked && comment.user.as_ref().is_some_and(|user| user.login == me)
            });
            if ours.is_some() {
                return Ok(ours);
            }
            next = paging::next(&headers, &url).map_err(|error| lost(error.to_string()))?;
        }
        Ok(None)
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.api.clone();
        let base = url.path().trim_end_matches('/').to_owned();
        url.set_path(&format!("{base}/repos/{}{path}", self.repository));
        url
    }

    fn comments(&self) -> Url {
        let mut url = self.url(&format!("/issues/{}/comments", self.number));
        url.set_query(Some("per_page=100"));
        url
    }

    async fn pause(&self, attempt: u32) {
        let pause = Duration::from_millis(500) * 2_u32.saturating_pow(attempt);
        self.clock.sleep(pause).await;
    }

    /// Sends what may be sent twice.
    async fn send(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Json>,
    ) -> Result<(HeaderMap, Json), Error> {
        let mut attempt = 1;
        loop {
            match self.once(method, url, body).await {
                Err(error) if error.is_transient() && attempt < MAX_ATTEMPTS => {
                    self.pause(attempt).await;
                    attempt += 1;
                }
                other => return other,
            }
        }
    }

    async fn once(
        &self,
        method: &Method,
        url: &Url,
        body: Option<&Json>,
    ) -> Result<(HeaderMap, Json), Error> {
        let request = shown(method, url);
        let lost = |reason: &str| Error::Lost {
            request: request.clone(),
            reason: reason.to_owned(),
        };
        let bearer = format!("Bearer {}", self.token.expose());
        let mut bearer = HeaderValue::from_str(&bearer)
            .map_err(|_| lost("GITHUB_TOKEN has characters that no token has"))?;
        bearer.set_sensitive(true);
        let mut builder = self
            .http
            .request(method.clone(), url.clone())
            .header(AUTHORIZATION, bearer)
            .header(ACCEPT, "application/vnd.github+json")
            .header("x-github-api-version", "2022-11-28")
            .header(USER_AGENT, concat!("aerialctl/", env!("CARGO_PKG_VERSION")));
        if let Some(body) = body {
            builder = builder.json(body);
        }
        let broken = |error: reqwest::Error| {
            lost(if error.is_timeout() {
                "no answer in time (--timeout)"
            } else {
                "the connection failed"
            })
        };
        let mut response = builder.send().await.map_err(broken)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BODY {
                return Err(lost("the answer is too large"));
            }
        }
        let json = serde_json::from_slice::<Json>(&bytes);
        if status.is_success() {
            return Ok((headers, json.map_err(|_| lost("the answer isn't JSON"))?));
        }
        let message = json
            .ok()
            .and_then(|json| Some(json.get("message")?.as_str()?.chars().take(300).collect()))
            .unwrap_or_default();
        Err(Error::Refused {
            request,
            status: status.as_u16(),
            message,
        })
    }
}

fn shown(method: &Method, url: &Url) -> String {
    format!("GitHub: {method} {}", url.path())
}
