//! Pages and filters of the lists of orgs.

use serde_json::Value as Json;

use super::call::{Call, Reply, validation};
use super::state::{Org, State, subdomain};
use super::switches::LinkStyle;

/// One page of orgs: `limit` 1 to 100 (default 25), `after` and `before` opaque, `filter` a SCIM expression.
pub(super) fn page(
    state: &State,
    call: &Call<'_>,
    orgs: Vec<&Org>,
    show: impl Fn(&Org) -> Json,
) -> Reply {
    let limit = match call.query("limit") {
        None => 25,
        Some(text) => match text.parse::<usize>() {
            Ok(limit @ 1..=100) => limit,
            _ => return validation("limit", "limit: must be between 1 and 100."),
        },
    };
    let mut orgs = orgs;
    if let Some(filter) = call.query("filter") {
        match state
            .switches
            .filters
            .then(|| Filter::parse(filter))
            .flatten()
        {
            Some(filter) => orgs.retain(|org| filter.matches(org)),
            None => return Reply::error(400, "E0000031", "Invalid search criteria.", &[]),
        }
    }
    orgs.sort_by(|a, b| (&a.created_date, &a.id).cmp(&(&b.created_date, &b.id)));
    let position = |cursor: &str| -> Option<usize> {
        let id = decode(cursor)?;
        orgs.iter().position(|org| org.id == id)
    };
    let start = match (call.query("after"), call.query("before")) {
        (Some(after), _) => match position(after) {
            Some(index) => index + 1,
            None => return Reply::error(400, "E0000029", "Invalid paging request.", &[]),
        },
        (None, Some(before)) => match position(before) {
            Some(index) => index.saturating_sub(limit),
            None => return Reply::error(400, "E0000029", "Invalid paging request.", &[]),
        },
        (None, None) => 0,
    };
    let shown: Vec<&&Org> = orgs.iter().skip(start).take(limit).collect();
    let mut links = vec![link(state, call, None, "self")];
    if let Some(last) = shown.last().filter(|_| start + limit < orgs.len()) {
        links.push(link(state, call, Some(("after", &last.id)), "next"));
    }
    if let Some(first) = shown.first().filter(|_| start > 0) {
        links.push(link(state, call, Some(("before", &first.id)), "prev"));
    }
    if state.switches.link_style == LinkStyle::Joined {
        links = vec![links.join(", ")];
    }
    let mut reply = Reply::ok(shown.iter().map(|org| show(org)).collect());
    reply.links = links;
    reply
}

pub(super) fn link(
    state: &State,
    call: &Call<'_>,
    cursor: Option<(&str, &str)>,
    rel: &str,
) -> String {
    let mut pairs: Vec<String> = call
        .query
        .iter()
        // A cursor stands for what was before it, and for where a log was to begin.
        .filter(|(key, _)| {
            let replaced = ["after", "before", "since"].contains(&key.as_str());
            !(cursor.is_some() && replaced)
        })
        .map(|(key, value)| format!("{key}={}", escape(value)))
        .collect();
    if let Some((key, id)) = cursor {
        pairs.push(format!("{key}={}", encode(id)));
    }
    let origin = match state.switches.link_style {
        LinkStyle::Relative => "",
        LinkStyle::Absolute | LinkStyle::Joined => call.origin,
    };
    format!("<{origin}{}?{}>; rel=\"{rel}\"", call.path, pairs.join("&"))
}

fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

/// A cursor: opaque to clients, so that none comes to depend on what is in it.
fn encode(id: &str) -> String {
    id.bytes()
        .map(|byte| format!("{:02x}", byte ^ 0x5a))
        .collect()
}

pub(super) fn decode(cursor: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = cursor
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16)
                .ok()
                .map(|b| b ^ 0x5a)
        })
        .collect();
    String::from_utf8(bytes?).ok()
}

/// `subdomain eq "x" AND status eq "ACTIVE"`: conjunctions of comparisons.
struct Filter(Vec<Condition>);

enum Condition {
    SubdomainIs(String),
    SubdomainStarts(String),
    StatusIs(String),
    AerialOrgIs(bool),
}

impl Filter {
    /// Attribute names are case-sensitive, operators aren't; texts are JSON strings.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let mut all = Vec::new();
        loop {
            let attribute = words.next()?;
            let operator = words.next()?.to_ascii_lowercase();
            let value: Json = serde_json::from_str(words.next()?).ok()?;
            all.push(match (attribute, operator.as_str(), &value) {
                ("subdomain", "eq", Json::String(text)) => {
                    Condition::SubdomainIs(text.to_lowercase())
                }
                ("subdomain", "sw", Json::String(text)) => {
                    Condition::SubdomainStarts(text.to_lowercase())
                }
                ("status", "eq", Json::String(text)) => Condition::StatusIs(text.clone()),
                ("aerialOrg", "eq", Json::Bool(flag)) => Condition::AerialOrgIs(*flag),
                _ => return None,
            });
            match words.next() {
                None => return Some(Self(all)),
                Some(word) if word.eq_ignore_ascii_case("and") => {}
                Some(_) => return None,
            }
        }
    }

    fn matches(&self, org: &Org) -> bool {
        self.0.iter().all(|comparison| match comparison {
            Condition::SubdomainIs(text) => subdomain(&org.domain) == text,
            Condition::SubdomainStarts(text) => subdomain(&org.domain).starts_with(text.as_str()),
            Condition::StatusIs(text) => org.status == *text,
            Condition::AerialOrgIs(flag) => org.aerial_org == *flag,
        })
    }
}
