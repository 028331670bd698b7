//! What is wrong with a seed or a list of faults, in the words of who wrote it.

use serde_json::Value as Json;

use crate::desired::suggest::closest;
use crate::emulator::{Action, Fault};

/// How each fault is written behind `do: `, by its word.
const WRITTEN: [(&str, &str); 19] = [
    ("status", "{status: 503}"),
    ("statusAfter", "{statusAfter: 502}"),
    ("delayMs", "{delayMs: 250}"),
    ("dropBefore", "dropBefore"),
    ("dropAfter", "dropAfter"),
    ("cut", "cut"),
    ("html", "html"),
    ("htmlAfter", "htmlAfter"),
    ("redirect", "redirect"),
    ("windowUsedUp", "{windowUsedUp: 30}"),
    ("tooManyAtATime", "tooManyAtATime"),
    ("retryAfter", "{retryAfter: 5}"),
    ("expireTokens", "expireTokens"),
    ("newNonce", "newNonce"),
    ("skewSeconds", "{skewSeconds: 240}"),
    (
        "products",
        "{products: {org: acme.okta.com, products: [P000052]}}",
    ),
    ("link", "{link: {org: acme.okta.com}}"),
    (
        "object",
        "{object: {org: acme.okta.com, collection: zones, name: Corporate, set: {}}}",
    ),
    (
        "orgStatus",
        "{orgStatus: {org: acme.okta.com, status: INACTIVE}}",
    ),
];

/// A parser's sentence without its place, which stands before it, and without Rust's words.
pub(super) fn plain(message: &str) -> String {
    let message = message
        .rfind(" at line ")
        .map_or(message, |end| message.get(..end).unwrap_or(message));
    let about = |before: &str| message.strip_prefix(before);
    let named = |before: &str| {
        let (name, rest) = about(before)?.strip_prefix('`')?.split_once('`')?;
        Some((
            name,
            rest.strip_prefix(", expected one of ").unwrap_or(rest),
        ))
    };
    if let Some((name, there)) = named("unknown field ") {
        return format!("no key `{name}` can stand here; there are {there}");
    }
    if let Some((name, there)) = named("unknown variant ") {
        return format!("`{name}` is none of {there}");
    }
    if let Some((name, _)) = named("missing field ") {
        return format!("the key `{name}` is missing");
    }
    let wanted = match message {
        "expected sequence start" => "a list",
        "expected mapping start" => "a mapping, `key: value`",
        "expected string scalar" => "a text",
        "invalid boolean" => "`true` or `false`",
        "invalid u16" => "a whole number from 0 to 65535",
        "invalid u32" | "invalid u64" | "invalid usize" => "a whole number, 0 or more",
        "invalid i64" => "a whole number",
        other => return other.to_owned(),
    };
    format!("{wanted} is expected here")
}

/// What is wrong with the first fault that is none, where that is its `do`.
pub(super) fn of_faults(text: &str) -> Option<String> {
    let all: Vec<Json> = serde_yaml::from_str(text).ok()?;
    let wrong = |fault: &&Json| serde_json::from_value::<Fault>((*fault).clone()).is_err();
    let action = all.iter().find(wrong)?.get("do")?;
    let bad = serde_json::from_value::<Action>(action.clone()).is_err();
    bad.then(|| of_action(action))
}

fn of_action(action: &Json) -> String {
    let (word, has_value) = match action {
        Json::String(word) => (word.as_str(), false),
        Json::Object(one) if one.len() == 1 => (one.keys().next().map_or("", String::as_str), true),
        Json::Object(_) => {
            return "`do` takes one thing; write another fault for another".to_owned();
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => {
            return "`do` takes a word, `do: dropAfter`, or a key with its value, `do: {status: 503}`"
                .to_owned();
        }
    };
    let words = || WRITTEN.iter().map(|(word, _)| *word);
    let Some((_, written)) = WRITTEN.iter().find(|(known, _)| *known == word) else {
        return match closest(word, words()) {
            Some(near) => format!("`do` knows no `{word}`; did you mean `{near}`?"),
            None => format!(
                "`do` knows no `{word}`; it takes {}",
                words().collect::<Vec<_>>().join(", ")
            ),
        };
    };
    let takes = match (written.starts_with('{'), has_value) {
        (true, false) => "takes a value",
        (false, true) => "takes no value",
        _ => "takes another value",
    };
    format!("`{word}` {takes}: write `do: {written}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_can_be_written_as_it_is_said() {
        for (word, written) in WRITTEN {
            let text = format!("- {{do: {written}}}");
            assert!(serde_yaml::from_str::<Vec<Fault>>(&text).is_ok(), "{text}");
            assert!(written.contains(word));
        }
        let unknown = serde_json::from_str::<Action>("\"x\"").unwrap_err();
        let known = unknown.to_string();
        let known = known.split('`').skip(3).step_by(2);
        let known: Vec<&str> = known.collect();
        assert_eq!(known, WRITTEN.map(|(word, _)| word));
    }
}
