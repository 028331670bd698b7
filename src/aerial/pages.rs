//! A list of one or more pages, and the only loop over them.

use std::collections::BTreeSet;

use reqwest::{Method, Url};

use super::error::{Error, Operation};
use super::transport::{Asked, Transport};
use crate::http::{Answer, HttpError, Intent};

/// Pages of one list: those of the managed orgs have up to 100 items, and an account has no more than so many.
const MAX_PAGES: usize = MAX_ITEMS / 100;

/// Items of one list, whatever the size of its pages.
const MAX_ITEMS: usize = 200_000;

/// Bytes of one list: a kilobyte and more for each of its items.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// What a page holds.
type ReadPage<'r, T> = dyn Fn(&Answer) -> Result<Vec<T>, HttpError> + Send + Sync + 'r;

/// A list that is read page by page. Where Okta documents a single page, a further one that the server names is read as well:
/// half of a list is never taken for all of it.
pub(crate) struct Pages<'r, T> {
    transport: &'r Transport,
    operation: Operation,
    intent: Intent,
    /// What a page holds.
    read: Box<ReadPage<'r, T>>,
    next: Option<Url>,
    seen: BTreeSet<String>,
    items: usize,
    bytes: usize,
}

impl<'r, T> Pages<'r, T> {
    pub(crate) fn new(
        transport: &'r Transport,
        first: Asked<'_>,
        read: impl Fn(&Answer) -> Result<Vec<T>, HttpError> + Send + Sync + 'r,
    ) -> Self {
        Self {
            transport,
            operation: first.operation,
            intent: first.intent,
            read: Box::new(read),
            next: Some(first.url.clone()),
            seen: BTreeSet::new(),
            items: 0,
            bytes: 0,
        }
    }

    /// Whether there is a page to come.
    pub(super) fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// The next page; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let wrong = |reason: String| {
            Err(Error::from(HttpError::UnexpectedAnswer {
                request: self.transport.shown(&Method::GET, &url),
                reason,
                request_id: None,
            }))
        };
        if !self.seen.insert(url.to_string()) {
            return wrong("the pages of the list go round in a circle".to_owned());
        }
        if self.seen.len() > MAX_PAGES {
            return wrong(format!(
                "the list has more than {MAX_PAGES} pages, which no account has"
            ));
        }
        let asked = Asked {
            operation: self.operation,
            url: &url,
            intent: self.intent,
        };
        let page = self.transport.get_checked(asked, |answer| {
            let size = answer.body().len();
            Ok(((self.read)(answer)?, answer.next_page(&url)?, size))
        });
        let (items, next, size) = page.await?;
        self.items = self.items.saturating_add(items.len());
        self.bytes = self.bytes.saturating_add(size);
        for (is, most, what) in [
            (self.items, MAX_ITEMS, "items"),
            (self.bytes, MAX_BYTES, "bytes"),
        ] {
            if is > most {
                return wrong(format!(
                    "the list has more than {most} {what}, which no account has"
                ));
            }
        }
        if let Some(next) = &next
            && !self.transport.has_below(next)
        {
            return wrong("the next page isn't one of this list".to_owned());
        }
        self.next = next;
        Ok(Some(items))
    }

    /// All pages.
    pub(crate) async fn all(mut self) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        while let Some(page) = self.next().await? {
            all.extend(page);
        }
        Ok(all)
    }
}
