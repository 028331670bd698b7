//! One comment, found by a mark at its start and by its author: other people's comments are never touched, whatever they
//! say.

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
const MAX_WAIT: Duration = Duration::from_secs(60);

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
    /// It said so already, or there was none and none was wanted.
    Unchanged,
}

/// A pull request, and how to speak about it.
#[derive(Debug)]
pub struct PullRequest {
    api: Url,
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

#[derive(Default, Deserialize)]
#[serde(default)]
struct GithubRefusal {
    message: String,
}

impl PullRequest {
    /// The pull request `number` of `owner/name`, at the API `https://api.github.com`.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new(
        api: Url,
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
            api,
            repository: repository.to_owned(),
            number,
            sender: Sender::new(client, peer, Arc::new(token))?,
        })
    }

    /// Makes the comment with this mark say `body`; `create` tells whether to make one where there is none.
    ///
    /// # Errors
    /// When GitHub refuses, or can't be reached.
    pub async fn keep(&self, mark: &str, body: &str, create: bool) -> Result<Kept, CommentError> {
        let text = format!("{mark}\n{body}");
        let body = json!({ "body": text });
        let me = self.login().await?;
        let mut tries = Tries::default();
        loop {
            match self.find(mark, &me).await? {
                Some(comment) if comment.body.as_deref() == Some(text.as_str()) => {
                    return Ok(Kept::Unchanged);
                }
                Some(comment) => {
                    let url = self.url(&format!("/issues/comments/{}", comment.id));
                    let request = request(Method::PATCH, &url, Body::Json(&body), Intent::Write);
                    self.sender.repeat(&request, accepted::<Json>).await?;
                    return Ok(Kept::Updated);
                }
                None if !create => return Ok(Kept::Unchanged),
                None => {}
            }
            // A comment whose answer was lost may be there: it is looked for before another one is made.
            let url = self.comments();
            let request = request(Method::POST, &url, Body::Json(&body), Intent::Write);
            let error = match self.sender.once(&request, accepted::<Json>).await {
                Ok(_) => return Ok(Kept::Created),
                Err(Once::Failed(error) | Once::Renewed(error)) => error,
            };
            let Some(pause) = tries.failed(error.symptom(), fastrand::f64()) else {
                return Err(error);
            };
            self.sender.pause(pause).await?;
        }
    }

    /// Who the token comments as. A workflow's own token may not ask.
    async fn login(&self) -> Result<String, CommentError> {
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

    async fn find(&self, mark: &str, me: &str) -> Result<Option<Comment>, CommentError> {
        let mut next = Some(self.comments());
        for _ in 0..MAX_PAGES {
            let Some(url) = next else {
                break;
            };
            let (page, after) = self.get::<Vec<Comment>>(&url).await?;
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
            next = after;
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

    /// A page, and where the one after it is.
    async fn get<T: DeserializeOwned>(&self, url: &Url) -> Result<(T, Option<Url>), CommentError> {
        let request = request(Method::GET, url, Body::Empty, Intent::Look);
        self.sender
            .repeat(&request, |answer| {
                let page = accepted(answer)?;
                Ok((page, answer.next_page(url)?))
            })
            .await
    }
}

fn request<'a>(method: Method, url: &'a Url, body: Body<'a>, effect: Intent) -> HttpRequest<'a> {
    HttpRequest {
        shown: format!("GitHub: {method} {}", url.path()),
        method,
        url,
        headers: HEADERS,
        body,
        effect,
    }
}

/// The JSON of an answer of the 2xx kind, or what the refusal says.
fn accepted<T: DeserializeOwned>(answer: &Answer) -> Result<T, CommentError> {
    if answer.is_success() {
        return Ok(serde_json::from_slice(answer.body())
            .map_err(|_| answer.unexpected("the answer isn't what GitHub documents"))?);
    }
    Err(CommentError::Refused {
        request: answer.request().to_owned(),
        status: answer.status(),
        message: answer.refusal::<GithubRefusal>().message,
    })
}
