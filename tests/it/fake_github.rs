//! A GitHub that pages, is slow, and refuses.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use crate::server::{Answer, Asked, Server, answer};
use crate::support::{World, account, desired, org};

/// What a fake GitHub remembers.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) comments: Vec<Json>,
    /// What the next requests get instead of an answer: a status, 0 for a closed connection after the effect, or 1 for
    /// silence.
    pub(crate) trouble: VecDeque<(&'static str, u16)>,
    /// What the refusals among them say, and further headers of theirs.
    pub(crate) refusal: (&'static str, String),
    pub(crate) asked: Vec<String>,
    /// Who the token is; `None`: it may not ask.
    pub(crate) login: Option<&'static str>,
    /// Who the token is over GraphQL; `None`: there is none.
    pub(crate) viewer: Option<&'static str>,
}

#[derive(Clone, Default)]
pub(crate) struct GitHub(pub(crate) Arc<Mutex<State>>);

impl GitHub {
    async fn serve(&self) -> String {
        let this = self.clone();
        let server = Server::start(move |asked| {
            assert_eq!(asked.header("authorization"), Some("Bearer gh-token"));
            match this.decide(asked) {
                (0, _, _) => Answer::Closed,
                (1, _, _) => Answer::Silence,
                (status, link, text) => answer(&format!("{status} X"), &link, &text),
            }
        })
        .await;
        server.origin
    }

    fn decide(&self, asked: &Asked) -> (u16, String, String) {
        let mut state = self.0.lock().unwrap();
        let (method, path) = asked.line().split_once(' ').unwrap();
        let (body, base) = (asked.body.as_str(), &asked.origin);
        state.asked.push(format!("{method} {path}"));
        let trouble = state
            .trouble
            .front()
            .copied()
            .filter(|(wanted, _)| *wanted == method && path != "/graphql");
        if trouble.is_some() {
            state.trouble.pop_front();
        }
        if let Some((_, status)) = trouble.filter(|(_, status)| *status != 0) {
            let (words, headers) = state.refusal.clone();
            let words = if words.is_empty() {
                "trouble\u{1b}[31m ::error::"
            } else {
                words
            };
            return (status, headers, json!({ "message": words }).to_string());
        }
        let lost = trouble.is_some();
        let none = String::new;
        let (status, link, text) = match (method, path.split('?').next().unwrap()) {
            ("POST", "/graphql") => match state.viewer {
                Some(login) => {
                    assert!(body.contains("viewer { login }"), "{body}");
                    let viewer = json!({"data": {"viewer": {"login": login}}});
                    (200, none(), viewer.to_string())
                }
                None => (404, none(), json!({"message": "Not Found"}).to_string()),
            },
            ("GET", "/user") => match state.login {
                Some(login) => (200, none(), json!({"login": login}).to_string()),
                None => (
                    403,
                    none(),
                    json!({"message": "Resource not accessible by integration"}).to_string(),
                ),
            },
            ("GET", "/repos/acme/orgs/issues/7/comments") => {
                // Three to a page.
                let page = path
                    .split("page=")
                    .last()
                    .filter(|_| path.contains("&page="))
                    .map_or(0, |n| n.parse::<usize>().unwrap());
                let shown: Vec<Json> = state
                    .comments
                    .iter()
                    .skip(page * 3)
                    .take(3)
                    .cloned()
                    .collect();
                let link = if state.comments.len() > (page + 1) * 3 {
                    format!(
                        "Link: <{base}/repos/acme/orgs/issues/7/comments?per_page=100&page={}>; rel=\"next\"\r\n",
                        page + 1
                    )
                } else {
                    none()
                };
                (200, link, Json::from(shown).to_string())
            }
            ("POST", "/repos/acme/orgs/issues/7/comments") => {
                let body: Json = serde_json::from_str(body).unwrap();
                let author = state.viewer.or(state.login);
                let author = author.unwrap_or("github-actions[bot]");
                let comment = json!({"id": 100 + state.comments.len(), "body": body["body"], "user": {"login": author}});
                state.comments.push(comment.clone());
                (201, none(), comment.to_string())
            }
            ("PATCH", path) => {
                let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
                let body: Json = serde_json::from_str(body).unwrap();
                let comment = state
                    .comments
                    .iter_mut()
                    .find(|comment| comment["id"] == id)
                    .unwrap();
                comment["body"] = body["body"].clone();
                (200, none(), comment.to_string())
            }
            _ => (404, none(), json!({"message": "Not Found"}).to_string()),
        };
        if lost {
            (0, none(), none())
        } else {
            (status, link, text)
        }
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.0
            .lock()
            .unwrap()
            .comments
            .iter()
            .map(|comment| comment["body"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) fn others(&self, count: usize) {
        let mut state = self.0.lock().unwrap();
        for n in 0..count {
            let comment =
                json!({"id": n, "body": format!("comment {n}"), "user": {"login": "somebody"}});
            state.comments.push(comment);
        }
    }
}

pub(crate) async fn world(github: &GitHub) -> World {
    let mut world = World::with(account(vec![org("a", &["sso"])])).await;
    world.file(
        "aerial.yaml",
        desired(&["{domain: a.okta.com, products: [sso, mfa]}"]),
    );
    let event = json!({"pull_request": {"number": 7, "head": {"sha": "0123456789abcdef"}}});
    world.file("event.json", event.to_string());
    for (name, value) in [
        ("GITHUB_TOKEN", "gh-token".to_owned()),
        ("GITHUB_API_URL", github.serve().await),
        ("GITHUB_REPOSITORY", "acme/orgs".to_owned()),
        ("GITHUB_EVENT_PATH", "event.json".to_owned()),
    ] {
        world.vars.insert(name.into(), value);
    }
    world
}
