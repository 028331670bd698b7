//! What of an answer counts, bounded: a server may say anything.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::Value as Json;

use crate::http::{Answer, paging};
use crate::ids::Domain;

/// So many headers are named, and so many characters of a name or a code are kept.
const MOST: usize = 60;

/// What was heard on a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// `GET /orgs`: without host, account and query.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
    /// `errorCode`, where the body is Okta's error.
    pub error_code: Option<String>,
    /// The names of the headers, sorted.
    pub headers: Vec<String>,
    /// Of each `Link` header the URLs in it.
    pub links: Vec<Vec<String>>,
    /// `X-Rate-Limit-Limit`.
    pub allowed: Option<u64>,
    /// How many seconds the server's clock is ahead of this machine's.
    pub ahead: Option<i64>,
    /// How long the list in the body is.
    pub items: Option<usize>,
    /// The domains of the orgs in it.
    pub domains: Vec<Domain>,
    /// The names of the members of the object in the body, or of the first in its list, sorted.
    pub members: Vec<String>,
}

/// An error as Okta writes them.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OktaError {
    error_code: Option<String>,
}

fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

impl Heard {
    /// What counts of an answer.
    #[must_use]
    pub fn of(answer: &Answer) -> Self {
        let clipped = |text: &str| text.chars().take(MOST).collect::<String>();
        let code = if answer.is_success() {
            None
        } else {
            answer.refusal::<OktaError>().error_code
        };
        let links = answer.header_values("link").take(MOST).map(|value| {
            let links = paging::links(value).into_iter().take(MOST);
            links.map(|link| link.uri).collect()
        });
        let body = answer.exact().unwrap_or_default();
        let items = body.as_array();
        let domains = items.into_iter().flatten();
        let domains =
            domains.filter_map(|item| Domain::from_server(item.get("domain")?.as_str()?).ok());
        let first = items.map_or(Some(&body), |items| items.first());
        let members = first.and_then(Json::as_object).into_iter().flatten();
        let mut members: Vec<String> = members.map(|(name, _)| clipped(name)).take(MOST).collect();
        members.sort_unstable();
        Self {
            request: answer.request().to_owned(),
            status: answer.status(),
            error_code: code.as_deref().map(clipped),
            headers: answer
                .header_names()
                .into_iter()
                .take(MOST)
                .map(clipped)
                .collect(),
            links: links.collect(),
            allowed: answer.signals().limit,
            ahead: answer
                .signals()
                .date
                .map(|date| seconds(date) - seconds(answer.received())),
            items: items.map(Vec::len),
            domains: domains.take(MOST).collect(),
            members,
        }
    }

    /// Whether it has a header.
    #[must_use]
    pub fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|name| name == header)
    }

    /// Whether it is of the 2xx kind.
    #[must_use]
    pub fn accepted(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// `404 E0000007`.
    #[must_use]
    pub fn words(&self) -> String {
        match &self.error_code {
            Some(code) => format!("{} {code}", self.status),
            None if self.accepted() => self.status.to_string(),
            None => format!("{}, without an Okta error", self.status),
        }
    }
}
