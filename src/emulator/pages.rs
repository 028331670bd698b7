//! Pages and filters of the lists of an org's own API.

use serde_json::Value as Json;

use super::call::{Call, Reply, validation};
use super::listing::{decode, link};
use super::objects::{Object, at};
use super::state::State;
use super::switches::LinkStyle;

/// How long the pages of a list are.
pub(super) struct Lengths {
    pub(super) usual: usize,
    pub(super) most: usize,
}

/// One page of what `show` shows: `limit`, and `after` from a `Link` header.
pub(super) fn page(
    state: &State,
    call: &Call<'_>,
    all: &[&Object],
    lengths: &Lengths,
    show: impl Fn(&Object) -> Json,
) -> Reply {
    let limit = match call.query("limit") {
        None => lengths.usual,
        Some(text) => match text.parse::<usize>() {
            Ok(limit) if (1..=lengths.most).contains(&limit) => limit,
            _ => {
                let cause = format!("limit: must be between 1 and {}.", lengths.most);
                return validation("limit", &cause);
            }
        },
    };
    let id = |one: &Object| super::objects::text(one, "id").to_owned();
    let start = match call.query("after") {
        None => 0,
        Some(cursor) => {
            let wanted = decode(cursor);
            match all.iter().position(|one| Some(id(one)) == wanted) {
                Some(index) => index + 1,
                None => return Reply::error(400, "E0000029", "Invalid paging request.", &[]),
            }
        }
    };
    let shown: Vec<&&Object> = all.iter().skip(start).take(limit).collect();
    let mut links = vec![link(state, call, None, "self")];
    if let Some(last) = shown.last().filter(|_| start + limit < all.len()) {
        links.push(link(state, call, Some(("after", &id(last))), "next"));
    }
    if state.switches.link_style == LinkStyle::Joined {
        links = vec![links.join(", ")];
    }
    let mut reply = Reply::ok(shown.iter().map(|one| show(one)).collect());
    reply.links = links;
    reply
}

/// Keeps what a filter matches; attributes that the list doesn't support, and other grammar, get 400 `E0000031`.
pub(super) fn filtered<'a>(
    all: Vec<&'a Object>,
    filter: Option<&str>,
    attributes: &[&str],
) -> Result<Vec<&'a Object>, Reply> {
    let Some(filter) = filter else { return Ok(all) };
    let filter = ListFilter::parse(filter, attributes)?;
    Ok(all.into_iter().filter(|one| filter.matches(one)).collect())
}

/// Comparisons, joined by one word.
pub(super) struct ListFilter {
    all_of: Vec<(String, String, Json)>,
    any: bool,
}

impl ListFilter {
    /// Reads a filter on these attributes; anything else gets 400 `E0000031`.
    pub(super) fn parse(filter: &str, attributes: &[&str]) -> Result<Self, Reply> {
        let bad = || Reply::error(400, "E0000031", "Invalid search criteria.", &[]);
        let words = words(filter).ok_or_else(bad)?;
        let mut words = words.as_slice();
        let mut all_of = Vec::new();
        let mut joined: Option<String> = None;
        loop {
            let [attribute, operator, value, rest @ ..] = words else {
                return Err(bad());
            };
            let known = attributes.contains(&attribute.as_str());
            let operator = operator.to_ascii_lowercase();
            let value: Json = serde_json::from_str(value).map_err(|_| bad())?;
            if !known || !["eq", "sw", "co", "gt", "lt"].contains(&operator.as_str()) {
                return Err(bad());
            }
            all_of.push((attribute.clone(), operator, value));
            let [word, rest @ ..] = rest else { break };
            let word = word.to_ascii_lowercase();
            if !["and", "or"].contains(&word.as_str())
                || joined.as_ref().is_some_and(|before| *before != word)
            {
                return Err(bad());
            }
            joined = Some(word);
            words = rest;
        }
        let any = joined.as_deref() == Some("or");
        Ok(Self { all_of, any })
    }

    pub(super) fn matches(&self, one: &Object) -> bool {
        let mut each = self.all_of.iter().map(|(attribute, operator, value)| {
            // What an origin is for is in its scopes.
            if attribute.as_str() == "type" && one.contains_key("scopes") {
                let scopes = one.get("scopes").and_then(Json::as_array);
                return scopes
                    .is_some_and(|all| all.iter().any(|scope| scope.get("type") == Some(value)));
            }
            at(one, attribute).is_some_and(|actual| holds(actual, operator, value))
        });
        if self.any {
            each.any(|holds| holds)
        } else {
            each.all(|holds| holds)
        }
    }
}

fn holds(actual: &Json, operator: &str, value: &Json) -> bool {
    match (actual, value) {
        (Json::String(actual), Json::String(value)) => {
            let folded = (actual.to_lowercase(), value.to_lowercase());
            match operator {
                "eq" => actual == value,
                "sw" => folded.0.starts_with(&folded.1),
                "co" => folded.0.contains(&folded.1),
                "gt" => actual > value,
                _ => actual < value,
            }
        }
        (actual, value) => operator == "eq" && actual == value,
    }
}

/// The words of a filter: quoted texts are one word, one pair of brackets around everything is dropped.
fn words(filter: &str) -> Option<Vec<String>> {
    let filter = filter.trim();
    let inner = filter
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in inner.unwrap_or(filter).chars() {
        if c == '"' {
            quoted = !quoted;
        }
        if c.is_whitespace() && !quoted {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        } else {
            word.push(c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    (!quoted).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::objects::object;
    use serde_json::json;

    #[test]
    fn a_filter_keeps_what_it_matches() {
        let zone = object(json!({"id": "nzo1", "system": true, "name": "My zone"}));
        let kept = |filter: &str| {
            filtered(vec![&zone], Some(filter), &["id", "system", "name"]).map(|all| all.len())
        };
        for (filter, expected) in [
            (r#"id eq "nzo1""#, 1),
            (r#"(id eq "nzo2" or id eq "nzo1")"#, 1),
            (r#"id eq "nzo1" and system eq false"#, 0),
            (r#"name eq "My zone" AND system eq true"#, 1),
            (r#"name sw "my Z""#, 1),
        ] {
            assert_eq!(kept(filter).unwrap(), expected, "{filter}");
        }
        for filter in [
            "",
            "id",
            r#"usage eq "POLICY""#,
            r#"id eq "a" or id eq "b" and id eq "c""#,
            r#"id eq "a"#,
        ] {
            assert_eq!(kept(filter).unwrap_err().status, 400, "{filter}");
        }
    }
}
