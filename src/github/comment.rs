//! One comment, found by the mark in its first line and by its author: other people's comments are never touched, whatever
//! they say.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Method, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::error::CommentError;
use crate::http::pace::PaceLimits;
use crate::http::retry::Tries;
use crate::http::{
    self, Answer, Bearer, Body, Client, Failure as _, HttpRequest, Intent, Notice, Once, Peer,
    Sender,
};

/// Pages of 100 comments that are looked through.
const MAX_PAGES: usize = 30;

/// A comment isn't worth a longer wait; GitHub's secondary limits ask for a minute.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// How often a request that was one too many is sent again.
const MAX_PATIENCE: u32 = 2;

/// Who a workflow's own token comments as.
const ACTIONS: &str = "github-actions[bot]";

/// What every request to GitHub says.
const HEADERS: &[(&str, &str)] = &[
    ("accept", "application/vnd.github+json"),
    ("x-github-api-version", "2022-11-28"),
];

/// What was done to the comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There was none, and there is one now.
    Created,
    /// It says something else now.
    Updated,
    /// It said so already.
    Unchanged,
    /// There was none, and none was wanted.
    Needless,
}

/// A pull request, and how to speak about it.
#[derive(Debug)]
pub struct PullRequest {
    api: Url,
    graphql: Option<Url>,
    repository: String,
    number: u64,
    sender: Sender<Bearer>,
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

/// Which comment is meant, by its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The one with this line.
    Is(String),
    /// Every one whose line begins like this.
    Begins(String),
}

impl Mark {
    /// The first line of a comment that is meant.
    fn of<'a>(&self, comment: &'a Comment) -> Option<&'a str> {
        let first = comment.body.as_deref()?.lines().next()?;
        let meant = match self {
            Self::Is(line) => first == line,
            Self::Begins(start) => first.starts_with(start),
        };
        meant.then_some(first)
    }
}

impl PullRequest {
    /// The pull request `number` of `owner/name`, at the API `https://api.github.com`. Who the token is is asked over
    /// `graphql` where there is one at the same server.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new(
        api: Url,
        graphql: Option<Url>,
        repository: &str,
        number: u64,
        token: Bearer,
        client: &Client,
        notice: Notice,
    ) -> Result<Self, http::HttpError> {
        let peer = Peer {
            base: api.clone(),
            whose: "GitHub",
            limits: PaceLimits {
                max_wait: MAX_WAIT,
                ..PaceLimits::default()
            },
            notice,
        };
        Ok(Self {
            graphql: graphql.filter(|url| url.origin() == api.origin()),
            api,
            repository: repository.to_owned(),
            number,
            sender: Sender::new(client, peer, Arc::new(token))?,
        })
    }

    /// Makes the comment with this line say `body` below it; `create` tells whether to make one where there is none.
    ///
    /// # Errors
    /// When GitHub refuses, or can't be reached.
    pub async fn keep(&self, line: &str, body: &str, create: bool) -> Result<Kept, CommentError> {
        let mark = Mark::Is(line.to_owned());
        let me = self.login().await?;
        let mut tries = Tries::default();
        loop {
            if let Some(comment) = self.find(&mark, &me).await?.into_iter().next() {
                return self.update(&comment, line, body).await;
            }
            if !create {
                return Ok(Kept::Needless);
            }
            // A comment whose answer was lost may be there: it is looked for before another one is made.
            let url = self.comments();
            let json = json!({ "body": text(line, body) });
            let request = request(Method::POST, &url, Body::Json(&json), Intent::Write);
            let sent = self.patiently(async || {
                let sent = self.sender.once(&request, accepted::<Json>).await;
                sent.map_err(|(Once::Failed(error) | Once::Renewed(error))| error)
            });
            let Err(error) = sent.await else {
                return Ok(Kept::Created);
            };
            let Some(pause) = tries.failed(error.symptom(), fastrand::f64()) else {
                return Err(error);
            };
            self.sender.pause(pause).await?;
        }
    }

    /// Makes every comment that is meant say `body`, and makes none.
    ///
    /// # Errors
    /// When GitHub refuses, or can't be reached.
    pub async fn replace(&self, mark: &Mark, body: &str) -> Result<Kept, CommentError> {
        let me = self.login().await?;
        let mut kept = Kept::Needless;
        for comment in self.find(mark, &me).await? {
            let Some(line) = mark.of(&comment) else {
                continue;
            };
            let updated = self.update(&comment, line, body).await?;
            if kept != Kept::Updated {
                kept = updated;
            }
        }
        Ok(kept)
    }

    async fn update(
        &self,
        comment: &Comment,
        line: &str,
        body: &str,
    ) -> Result<Kept, CommentError> {
        let text = text(line, body);
        if comment.body.as_deref() == Some(text.as_str()) {
            return Ok(Kept::Unchanged);
        }
        let url = self.url(&format!("/issues/comments/{}", comment.id));
        let json = json!({ "body": text });
        let request = request(Method::PATCH, &url, Body::Json(&json), Intent::Write);
        self.patiently(async || self.sender.repeat(&request, accepted::<Json>).await)
            .await?;
        Ok(Kept::Updated)
    }

    /// Who the token comments as: the token of an app, a workflow's own among them, is told so over GraphQL alone.
    async fn login(&self) -> Result<String, CommentError> {
        if let Some(url) = &self.graphql {
            let query = json!({ "query": "query { viewer { login } }" });
            let request = request(Method::POST, url, Body::Json(&query), Intent::Look);
            let asked =
                self.patiently(async || self.sender.repeat(&request, accepted::<Json>).await);
            match asked.await {
                Ok(answer) => {
                    let login = answer.pointer("/data/viewer/login").and_then(Json::as_str);
                    if let Some(login) = login {
                        return Ok(login.to_owned());
                    }
                }
                Err(CommentError::Refused { .. }) => {}
                Err(error @ CommentError::Http(_)) => return Err(error),
            }
        }
        let mut url = self.api.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().push("user");
        }
        match self.get::<Json>(&url).await {
            Ok((body, _)) => Ok(serde_json::from_value::<User>(body)
                .map_or_else(|_| ACTIONS.to_owned(), |user| user.login)),
            Err(CommentError::Refused {
                status: 401 | 403 | 404,
                ..
            }) => Ok(ACTIONS.to_owned()),
            Err(error) => Err(error),
        }
    }

    /// Sends again what was one request too many, after the wait that GitHub asks for.
    async fn patiently<T>(
        &self,
        send: impl AsyncFn() -> Result<T, CommentError>,
    ) -> Result<T, CommentError> {
        let mut waited = 0;
        loop {
            let error = match send().await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let wait = error.wait().filter(|wait| *wait <= MAX_WAIT);
            let Some(wait) = wait.filter(|_| waited < MAX_PATIENCE) else {
                return Err(error);
            };
            waited += 1;
            self.sender.pause(wait).await?;
        }
    }

    /// One's own comments that are meant.
    async fn find(&self, mark: &Mark, me: &str) -> Result<Vec<Comment>, CommentError> {
        let mut found = Vec::new();
        let mut next = Some(self.comments());
        for _ in 0..MAX_PAGES {
            let Some(url) = next else {
                break;
            };
            let (page, after) = self.get::<Vec<Comment>>(&url).await?;
            let ours = page.into_iter().filter(|comment| {
                let mine = comment.user.as_ref().is_some_and(|user| user.login == me);
                mine && mark.of(comment).is_some()
            });
            found.extend(ours);
            if !found.is_empty() && matches!(mark, Mark::Is(_)) {
                break;
            }
            next = after;
        }
        Ok(found)
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

    /// A page, and where the one after it is.
    async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<(T, Option<Url>), CommentError> {
        let request = request(Method::GET, url, Body::Empty, Intent::Look);
        let page = |answer: &Answer| {
            let page = accepted(answer)?;
            Ok((page, answer.next_page(url)?))
        };
        self.patiently(async || self.sender.repeat(&request, page).await)
            .await
    }
}

fn request<'a>(method: Method, url: &'a Url, body: Body<'a>, intent: Intent) -> HttpRequest<'a> {
    HttpRequest {
        shown: format!("GitHub: {method} {}", url.path()),
        method,
        url,
        headers: HEADERS,
        body,
        intent,
    }
}

/// The JSON of an answer of the 2xx kind, or what the refusal says.
fn accepted<T: DeserializeOwned>(answer: &Answer) -> Result<T, CommentError> {
    if answer.is_success() {
        return Ok(serde_json::from_slice(answer.body())
            .map_err(|_| answer.unexpected("the answer isn't what GitHub documents"))?);
    }
    Err(CommentError::of(answer))
}

fn text(line: &str, body: &str) -> String {
    format!("{line}\n{body}")
}
