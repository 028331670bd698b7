//! Reads the log. This type has no method that writes.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::{Method, Url};
use serde_json::Value as Json;

use super::cursor::LogPosition;
use super::wire;
use crate::aerial::{Api, Asked, Error, Operation, SendOptions, Transport};
use crate::auth::{Authorizer, Reach, ReadLog, Session};
use crate::clock::rfc3339;
use crate::history::LogEvent;
use crate::http::pace::PaceLimits;
use crate::http::{HttpError, Intent, Sent};

/// The largest page that Okta serves.
const PAGE: &str = "1000";

/// Events that are about Aerial begin so [Okta, event types].
const AERIAL: &str = "eventType sw \"account.\"";

/// Pages that one read goes through.
const MAX_PAGES: usize = 200;

/// Events that one read looks at.
const MAX_EVENTS: usize = 50_000;

/// Requests at a time: pages come one after another.
const AT_A_TIME: usize = 1;

/// How long before now a new position is looked for: clocks differ, a time to come would leave events out, and what an account may
/// not show yet has to be told.
const MARGIN: Duration = Duration::from_secs(30 * 60);

/// Reads the System Log of the Aerial org. It has no method that writes, and its session lets it do nothing else.
#[derive(Debug)]
pub struct LogReader {
    /// `{issuer}/api/v1/logs`.
    url: Url,
    transport: Transport,
    authorizer: Arc<Authorizer>,
}

/// Why a read ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingEnd {
    /// There is no more.
    Whole,
    /// Who asked has enough.
    Enough,
    /// There is more than is read at once.
    TooMuch,
}

/// How far a read came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadExtent {
    pub end: ReadingEnd,
    /// Events that were looked at.
    pub events: usize,
    /// What the log has that can't be an event: without id, type or time, or of a time that wasn't asked for.
    pub unreadable: usize,
    /// Whether they come in another order than the one that was asked for.
    pub disordered: bool,
    /// When the oldest event that was looked at happened.
    pub oldest: Option<SystemTime>,
}

/// How far a poll came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// Where the next one goes on.
    pub position: LogPosition,
    /// Whether it came to the end of the log: otherwise there is more than is read at once.
    pub caught_up: bool,
    /// What the log has that can't be an event.
    pub unreadable: usize,
}

/// A page: its events, what can't be one, and the next page.
struct LogPage {
    events: Vec<LogEvent>,
    unreadable: usize,
    next: Option<Url>,
}

impl LogPage {
    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.unreadable == 0
    }
}

impl LogReader {
    /// A reader of the log at an issuer, with a session that may read the log and nothing else.
    ///
    /// # Errors
    /// When the machine's certificates can't be loaded.
    pub fn new(
        issuer: Url,
        session: &Session<ReadLog>,
        options: &SendOptions,
    ) -> Result<Self, Error> {
        let mut url = issuer.clone();
        // A base URL of http or https always has path segments to add to.
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(["api", "v1", "logs"]);
        }
        let api = Api {
            base: issuer,
            whose: "the System Log",
            host: url.host_str().unwrap_or_default().to_owned(),
            prefix: String::new(),
            crowds: Vec::new(),
        };
        let options = SendOptions {
            limits: PaceLimits {
                concurrency: AT_A_TIME,
                ..options.limits
            },
            ..options.clone()
        };
        let authorizer = session.authorizer();
        Ok(Self {
            transport: Transport::new(api, Arc::clone(&authorizer), &options)?,
            url,
            authorizer,
        })
    }

    /// Whether a token for it can be had at all.
    ///
    /// # Errors
    /// When it can't, as where the scope isn't granted.
    pub async fn probe(&self) -> Result<(), Error> {
        Ok(self.authorizer.probe(self.url.as_str()).await?)
    }

    /// What its token reaches, as far as that is known.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.transport.reach()
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn sent(&self) -> Sent {
        self.transport.sent()
    }

    /// What happened since a time and before another, the newest first, until who is told has enough. What was delayed on its
    /// way into the log may be missing [Okta, System Log: bounded requests].
    ///
    /// # Errors
    /// When a read fails, and when the pages go round in a circle.
    pub async fn newest_first(
        &self,
        since: SystemTime,
        until: SystemTime,
        mut told: impl FnMut(LogEvent) -> ControlFlow<()>,
    ) -> Result<ReadExtent, Error> {
        let first = self.first(&[
            ("since", &rfc3339(since)),
            ("until", &rfc3339(until)),
            ("sortOrder", "DESCENDING"),
        ]);
        let mut extent = ReadExtent {
            end: ReadingEnd::Whole,
            events: 0,
            unreadable: 0,
            disordered: false,
            oldest: None,
        };
        let mut seen = BTreeSet::new();
        let mut next = Some(first);
        while let Some(url) = next {
            if !seen.insert(url.to_string()) {
                return Err(self.circle(&url));
            }
            let page = self.page(&url).await?;
            extent.unreadable += page.unreadable;
            extent.disordered |= !page
                .events
                .is_sorted_by(|newer, older| newer.at >= older.at);
            for event in page.events {
                if event.at < since || event.at >= until {
                    extent.unreadable += 1;
                    continue;
                }
                extent.events += 1;
                extent.oldest = Some(
                    extent
                        .oldest
                        .map_or(event.at, |oldest| oldest.min(event.at)),
                );
                if told(event).is_break() {
                    extent.end = ReadingEnd::Enough;
                    return Ok(extent);
                }
            }
            next = page.next;
            let full = seen.len() >= MAX_PAGES || extent.events + extent.unreadable >= MAX_EVENTS;
            if full && next.is_some() {
                extent.end = ReadingEnd::TooMuch;
                return Ok(extent);
            }
        }
        Ok(extent)
    }

    /// A position from which [`poll`](Self::poll) tells everything that can be read from now on, whenever it happened. What the
    /// last half hour had before it is told here; how much of that can't be an event is counted.
    ///
    /// # Errors
    /// When the read fails, and when the answer names no next page, which Okta's polling always does.
    pub async fn position(
        &self,
        now: SystemTime,
        told: impl FnMut(LogEvent),
    ) -> Result<(LogPosition, usize), Error> {
        let since = now.checked_sub(MARGIN).unwrap_or(now);
        let url = self.first(&[("since", &rfc3339(since)), ("sortOrder", "ASCENDING")]);
        let page = self.page(&url).await?;
        page.events.into_iter().for_each(told);
        let position = self.onward(&url, page.next.as_ref())?;
        Ok((position, page.unreadable))
    }

    /// Everything that could be read since a position was given out, in that order, and where the next poll goes on. Events may
    /// come twice, and their times are in no order.
    ///
    /// # Errors
    /// When a read fails: nothing is lost then, as the position stays good.
    pub async fn poll(
        &self,
        from: &LogPosition,
        mut told: impl FnMut(LogEvent),
    ) -> Result<Polled, Error> {
        let mut polled = Polled {
            position: from.clone(),
            caught_up: false,
            unreadable: 0,
        };
        let mut events = 0;
        for _ in 0..MAX_PAGES {
            let url = polled.position.url(&self.url);
            let page = self.page(&url).await?;
            let empty = page.is_empty();
            events += page.events.len() + page.unreadable;
            polled.unreadable += page.unreadable;
            page.events.into_iter().for_each(&mut told);
            let position = self.onward(&url, page.next.as_ref())?;
            if empty {
                // The newest link is the one to keep, also of an empty page.
                polled.position = position;
                polled.caught_up = true;
                return Ok(polled);
            }
            if position == polled.position {
                return Err(self.circle(&url));
            }
            polled.position = position;
            if events >= MAX_EVENTS {
                break;
            }
        }
        Ok(polled)
    }

    fn first(&self, pairs: &[(&str, &str)]) -> Url {
        let mut url = self.url.clone();
        url.query_pairs_mut()
            .extend_pairs(pairs)
            .append_pair("filter", AERIAL)
            .append_pair("limit", PAGE);
        url
    }

    /// A page of the log, and of nothing else that the same host serves.
    async fn page(&self, url: &Url) -> Result<LogPage, Error> {
        let asked = Asked {
            operation: Operation::ReadLog,
            url,
            intent: Intent::Look,
        };
        self.transport
            .get_checked(asked, |answer| {
                let served: Vec<Json> = answer.json()?;
                let next = answer.next_page(url)?;
                if next
                    .as_ref()
                    .is_some_and(|next| next.path() != self.url.path())
                {
                    return Err(answer
                        .unexpected("the next page isn't one of the log")
                        .into());
                }
                let events: Vec<LogEvent> = served.iter().filter_map(wire::event).collect();
                Ok(LogPage {
                    unreadable: served.len() - events.len(),
                    events,
                    next,
                })
            })
            .await
    }

    fn onward(&self, page: &Url, next: Option<&Url>) -> Result<LogPosition, Error> {
        let position = next.and_then(|next| LogPosition::of(next, &self.url));
        position.ok_or_else(|| self.wrong(page, "a poll of the log names no next page of its own"))
    }

    fn circle(&self, url: &Url) -> Error {
        self.wrong(url, "the pages of the log go round in a circle")
    }

    fn wrong(&self, url: &Url, reason: &str) -> Error {
        Error::from(HttpError::UnexpectedAnswer {
            request: self.transport.shown(&Method::GET, url),
            reason: reason.to_owned(),
            request_id: None,
        })
    }
}
