//! `GET /api/v1/logs`: the System Log, polled or within bounds.
//!
//! A polling request (no `until`, ascending) gives events in the order in which they could be read, and always names the next
//! page, so that none is missed. A bounded one goes by when they happened, and ends.

use serde_json::{Value as Json, json};

use super::call::{Call, Reply, validation};
use super::listing::{decode, link};
use super::objects::{Object, no_such_method, object};
use super::pages::ListFilter;
use super::state::State;
use super::switches::LinkStyle;
use super::system_log::{LogEntry, shifted};

/// How far a request looks back where it says no `since`, in seconds.
const USUAL: i64 = 7 * 24 * 3600;

/// What can be filtered on; `published` can't.
const FILTERS: &[&str] = &[
    "actor.alternateId",
    "actor.displayName",
    "actor.id",
    "actor.type",
    "client.ipAddress",
    "eventType",
    "outcome.result",
    "severity",
    "target.alternateId",
    "target.displayName",
    "target.id",
    "target.type",
    "transaction.id",
    "uuid",
];

/// Where a page begins.
enum LogCursor {
    /// After the event with this number of a log.
    Polling { log: String, number: u64 },
    /// After the event with this time and number, and not before a time.
    Bounded {
        since: String,
        published: String,
        number: u64,
    },
}

impl LogCursor {
    fn text(&self) -> String {
        match self {
            Self::Polling { log, number } => format!("p|{log}|{number}"),
            Self::Bounded {
                since,
                published,
                number,
            } => format!("b|{since}|{published}|{number}"),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = decode(text)?;
        match text.split('|').collect::<Vec<_>>().as_slice() {
            ["p", log, number] => Some(Self::Polling {
                log: (*log).to_owned(),
                number: number.parse().ok()?,
            }),
            ["b", since, published, number] => Some(Self::Bounded {
                since: (*since).to_owned(),
                published: (*published).to_owned(),
                number: number.parse().ok()?,
            }),
            _ => None,
        }
    }
}

/// What a request asks for.
struct LogQuery {
    limit: usize,
    descending: bool,
    since: Option<String>,
    until: Option<String>,
    cursor: Option<LogCursor>,
    filter: Option<ListFilter>,
    words: Vec<String>,
}

impl LogQuery {
    fn of(call: &Call<'_>) -> Result<Self, Reply> {
        let limit = match call.query("limit") {
            None => 100,
            Some(text) => match text.parse::<usize>() {
                Ok(limit @ 0..=1000) => limit,
                _ => return Err(validation("limit", "limit: must be between 0 and 1000.")),
            },
        };
        let descending = match call.query("sortOrder") {
            None | Some("ASCENDING") => false,
            Some("DESCENDING") => true,
            Some(_) => {
                let cause = "sortOrder: must be ASCENDING or DESCENDING.";
                return Err(validation("sortOrder", cause));
            }
        };
        let (since, until) = (time(call, "since")?, time(call, "until")?);
        if let (Some(since), Some(until)) = (&since, &until)
            && since > until
        {
            return Err(validation("until", "until: must not be before since."));
        }
        let cursor = match call.query("after") {
            Some(_) if since.is_some() => {
                return Err(validation("since", "since: can't be given with after."));
            }
            Some(text) => Some(LogCursor::parse(text).ok_or_else(no_such_page)?),
            None => None,
        };
        let polling = until.is_none() && !descending;
        let fits = match &cursor {
            None => true,
            Some(LogCursor::Polling { .. }) => polling,
            Some(LogCursor::Bounded { .. }) => !polling,
        };
        if !fits {
            return Err(no_such_page());
        }
        let filter = call.query("filter");
        let filter = filter
            .map(|filter| ListFilter::parse(filter, FILTERS))
            .transpose()?;
        let words = call.query("q").unwrap_or_default().split_whitespace();
        Ok(Self {
            limit,
            descending,
            since,
            until,
            cursor,
            filter,
            words: words.map(str::to_lowercase).collect(),
        })
    }

    fn matches(&self, event: &Object) -> bool {
        let filtered = self.filter.as_ref().is_none_or(|filter| {
            let targets = event.get("target").and_then(Json::as_array);
            let targets = targets.map(Vec::as_slice).unwrap_or_default();
            filter.matches(event)
                || targets.iter().any(|target| {
                    let mut one = event.clone();
                    one.insert("target".to_owned(), target.clone());
                    filter.matches(&one)
                })
        });
        filtered && (self.words.is_empty() || self.speaks(event))
    }

    /// Whether each word stands somewhere in it.
    fn speaks(&self, event: &Object) -> bool {
        let mut texts = String::new();
        for value in event.values() {
            gather(value, &mut texts);
        }
        let texts = texts.to_lowercase();
        self.words.iter().all(|word| texts.contains(word))
    }
}

fn gather(value: &Json, texts: &mut String) {
    match value {
        Json::String(text) => {
            texts.push_str(text);
            texts.push('\n');
        }
        Json::Array(all) => all.iter().for_each(|one| gather(one, texts)),
        Json::Object(all) => all.values().for_each(|one| gather(one, texts)),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

fn time(call: &Call<'_>, name: &str) -> Result<Option<String>, Reply> {
    let Some(text) = call.query(name) else {
        return Ok(None);
    };
    let at = text.parse::<jiff::Timestamp>();
    at.map(|at| Some(format!("{at:.3}"))).map_err(|_| {
        validation(
            name,
            &format!("{name}: must be a time like 2026-01-31T00:00:00Z."),
        )
    })
}

fn no_such_page() -> Reply {
    Reply::error(400, "E0000029", "Invalid paging request.", &[])
}

/// Answers a request; `owner`: the log of an org that isn't the Aerial org, which tells only that it was added.
pub(super) fn logs(state: &mut State, owner: Option<&str>, call: &Call<'_>) -> Reply {
    if call.method != "GET" {
        return no_such_method();
    }
    let query = match LogQuery::of(call) {
        Ok(query) => query,
        Err(refusal) => return refusal,
    };
    state.log.settle(call.now);
    // What isn't kept any more can't be gone on with, and what this log never gave out neither.
    if let Some(LogCursor::Polling { log, number }) = &query.cursor
        && !(*log == state.log.id && state.log.reaches(*number))
    {
        return no_such_page();
    }
    let here = |event: &&LogEntry| {
        owner.is_none_or(|owner| event.event_type == "account.org.add" && is_about(event, owner))
    };
    let events: Vec<&LogEntry> = state.log.events.iter().filter(here).collect();
    let (page, next) = if query.until.is_none() && !query.descending {
        let (page, number) = polled(&query, events, state.log.newest, call);
        let log = state.log.id.clone();
        (page, Some(LogCursor::Polling { log, number }))
    } else {
        bounded(&query, events, call)
    };
    let mut links = vec![link(state, call, None, "self")];
    links.extend(next.map(|cursor| link(state, call, Some(("after", &cursor.text())), "next")));
    if state.switches.link_style == LinkStyle::Joined {
        links = vec![links.join(", ")];
    }
    let mut reply = Reply::ok(page.into_iter().map(Json::Object).collect());
    reply.links = links;
    reply
}

fn is_about(event: &LogEntry, domain: &str) -> bool {
    let mut targets = event.targets.iter();
    targets.any(|target| {
        target
            .detail_entry
            .get("domain_name")
            .is_some_and(|name| name == domain)
    })
}

/// Events in the order in which they could be read, and the number after which the next page begins: there always is one.
fn polled(
    query: &LogQuery,
    events: Vec<&LogEntry>,
    newest: u64,
    call: &Call<'_>,
) -> (Vec<Object>, u64) {
    let since = query
        .since
        .clone()
        .unwrap_or_else(|| shifted(call.now, -USUAL));
    let (from, since) = match &query.cursor {
        Some(LogCursor::Polling { number, .. }) => (*number, None),
        Some(LogCursor::Bounded { .. }) | None => {
            let early = events.iter().take_while(|event| event.published < since);
            (early.last().map_or(0, |event| event.number), Some(since))
        }
    };
    let mut page = Vec::new();
    let mut last = from;
    for event in events {
        let wanted =
            event.number > from && since.as_ref().is_none_or(|since| event.published >= *since);
        if page.len() == query.limit {
            return (page, last);
        }
        if !wanted {
            continue;
        }
        let shown = show(event);
        if query.matches(&shown) {
            page.push(shown);
            last = event.number;
        }
    }
    let last = if page.len() == query.limit {
        last
    } else {
        newest.max(from)
    };
    (page, last)
}

/// Events by when they happened, and a next page while there is one.
fn bounded(
    query: &LogQuery,
    mut events: Vec<&LogEntry>,
    call: &Call<'_>,
) -> (Vec<Object>, Option<LogCursor>) {
    let until = query.until.clone().unwrap_or_else(|| call.now.to_owned());
    let (since, after) = match &query.cursor {
        Some(LogCursor::Bounded {
            since,
            published,
            number,
        }) => (since.clone(), Some((published.clone(), *number))),
        Some(LogCursor::Polling { .. }) | None => (
            query
                .since
                .clone()
                .unwrap_or_else(|| shifted(&until, -USUAL)),
            None,
        ),
    };
    events.retain(|event| event.published >= since && event.published < until);
    events.sort_by(|a, b| (&a.published, a.number).cmp(&(&b.published, b.number)));
    if query.descending {
        events.reverse();
    }
    let mut page = Vec::new();
    let mut last: Option<&LogEntry> = None;
    for event in events {
        let place = (event.published.clone(), event.number);
        let before = after.as_ref().is_some_and(|after| {
            if query.descending {
                place >= *after
            } else {
                place <= *after
            }
        });
        if before {
            continue;
        }
        let shown = show(event);
        if !query.matches(&shown) {
            continue;
        }
        if page.len() == query.limit {
            let next = last.map(|last| LogCursor::Bounded {
                since,
                published: last.published.clone(),
                number: last.number,
            });
            return (page, next);
        }
        page.push(shown);
        last = Some(event);
    }
    (page, None)
}

/// An event as Okta shows it.
fn show(event: &LogEntry) -> Object {
    let actor = &event.actor;
    let targets: Vec<Json> = event
        .targets
        .iter()
        .map(|target| {
            json!({
                "id": target.id, "type": target.kind, "alternateId": target.alternate_id,
                "displayName": target.display_name,
                "detailEntry": if target.detail_entry.is_empty() { Json::Null } else { json!(target.detail_entry) },
            })
        })
        .collect();
    let mut debug = object(json!(event.debug));
    debug.insert("requestId".to_owned(), json!(event.request));
    object(json!({
        "uuid": event.uuid, "published": event.published, "eventType": event.event_type, "version": "0",
        "displayMessage": message(&event.event_type), "severity": "INFO",
        "actor": {
            "id": actor.id, "type": actor.kind, "alternateId": actor.alternate_id, "displayName": actor.display_name,
            "detailEntry": null,
        },
        "client": {
            "userAgent": {"rawUserAgent": event.user_agent, "os": "Unknown", "browser": "UNKNOWN"},
            "zone": "null", "device": "Unknown", "id": null, "ipAddress": event.address, "geographicalContext": null,
        },
        "outcome": {"result": "SUCCESS", "reason": null},
        "target": targets,
        "transaction": {"type": "WEB", "id": event.request, "detail": {}},
        "debugContext": {"debugData": debug},
        "authenticationContext": {"externalSessionId": "unknown", "authenticationStep": 0},
        "request": {"ipChain": []},
    }))
}

/// The emulator's own words for what happened: Okta's catalogue has descriptions, and no messages.
fn message(event_type: &str) -> String {
    let words = event_type
        .trim_start_matches("account.")
        .replace(['.', '_'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), letters.as_str())
    })
}
