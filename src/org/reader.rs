//! Reads from an org's own host. This type has no method that writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Url;
use serde_json::Value as Json;

use crate::aerial::{Asked, Error, Operation, Pages, Transport};
use crate::auth::Reach;
use crate::http::{Answer, Intent, Redactor, Sent};

/// The largest page that all of Okta's lists serve.
const PAGE: &str = "200";

/// What is kept of one list, in bytes: several thousand policies.
const MAX_KEPT: usize = 8 * 1024 * 1024;

/// Reads from an org's own host.
#[derive(Debug, Clone)]
pub struct OrgReader {
    pub(super) transport: Arc<Transport>,
    pub(super) base: Url,
    intent: Intent,
}

impl OrgReader {
    pub(super) fn new(base: Url, transport: Transport) -> Self {
        Self {
            transport: Arc::new(transport),
            base,
            intent: Intent::Look,
        }
    }

    /// The same reader for what became of a write: it goes on when the run is to end.
    #[must_use]
    pub(crate) fn verifying(&self) -> Self {
        Self {
            intent: Intent::Verify,
            ..self.clone()
        }
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.transport.sent()
    }

    /// How far the credential reaches that it reads with.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.transport.reach()
    }

    /// What the run's secrets are.
    pub(super) fn redactor(&self) -> &Redactor {
        self.transport.redactor()
    }

    /// Reads one object as it is: the segments of its path, each encoded on its own.
    ///
    /// # Errors
    /// When the read fails.
    pub async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Json, Error> {
        let url = url(&self.base, path, query);
        let exact = |answer: &Answer| Ok(answer.exact()?);
        self.transport.get_checked(self.asked(&url), exact).await
    }

    /// Reads a list as it is, all pages of it, and keeps of it what is wanted. `limit` goes with it where Okta documents pages; what follows is the server's to say.
    ///
    /// # Errors
    /// When a read fails: a part of a list is never taken for all of it.
    pub async fn list(
        &self,
        path: &[&str],
        query: &[(&str, &str)],
        paged: bool,
        keep: &(dyn Fn(&Json) -> bool + Sync),
    ) -> Result<Vec<Json>, Error> {
        let mut query = query.to_vec();
        if paged {
            query.push(("limit", PAGE));
        }
        let first = url(&self.base, path, &query);
        let size = AtomicUsize::new(0);
        let read = |answer: &Answer| {
            let Json::Array(mut items) = answer.exact()? else {
                return Err(answer.unexpected("the answer isn't a list"));
            };
            items.retain(keep);
            let kept: usize = items.iter().map(|item| item.to_string().len()).sum();
            if size.fetch_add(kept, Ordering::Relaxed) + kept > MAX_KEPT {
                return Err(answer.unexpected("the objects of the list are larger than any org's"));
            }
            Ok(items)
        };
        Pages::new(&self.transport, self.asked(&first), read)
            .all()
            .await
    }

    fn asked<'a>(&self, url: &'a Url) -> Asked<'a> {
        Asked {
            operation: Operation::ReadInside,
            url,
            intent: self.intent,
        }
    }
}

/// `{base}/{path}?{query}`.
pub(super) fn url<S: AsRef<str>>(base: &Url, path: &[S], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    // A base URL of http or https always has path segments to add to.
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_s_segments_are_encoded_one_by_one() {
        let base = Url::parse("http://127.0.0.1:1/~acme.okta.com").unwrap();
        let query = [("filter", "type eq \"OKTA_GROUP\"")];
        assert_eq!(
            url(&base, &["api", "v1", "a/b"], &query).as_str(),
            "http://127.0.0.1:1/~acme.okta.com/api/v1/a%2Fb?filter=type+eq+%22OKTA_GROUP%22"
        );
    }
}
