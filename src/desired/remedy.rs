//! What to write instead of a value that can't stand where it stands, told from the value.

use super::suggest::closest;
use super::tree::{Node, Value};
use crate::ids::{Cell, Domain};

/// Of longer values nothing is said, in bytes.
const LONGEST: usize = 300;

/// What to write, if the value shows what was meant. `pointer` is the value's place, `written` how it stands in the file.
pub(super) fn of(pointer: &str, node: &Node<'_>, written: &str) -> Option<String> {
    let mut parts = pointer.rsplit('/');
    let last = parts.next().unwrap_or_default();
    let above = parts.next().unwrap_or_default();
    let is_index = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    // A remedy repeats the value: of a long one nobody could read it.
    if written.len() > LONGEST {
        return None;
    }
    if let Some(quotes) = typographic(node) {
        return Some(quotes);
    }
    match (above, last, &node.value) {
        ("orgs", _, Value::Str(name)) if is_index && Domain::parse(name).is_ok() => {
            Some(format!("write `- domain: {name}`"))
        }
        ("", "orgs", Value::Map(entries)) => Some(orgs_as_map(entries)),
        ("", "account", Value::Str(id)) => Some(format!("write `account: {{id: {id}}}`")),
        (_, "products", Value::Str(_) | Value::Map(_)) | ("bundles", _, Value::Str(_)) => {
            list_of_products(last, node)
        }
        (_, "protectedOrgs" | "ignoreProducts", Value::Str(words)) => {
            Some(format!("write `{last}: [{}]`", words_of(words).join(", ")))
        }
        ("account", "environment", Value::Str(word)) => environment(word),
        (_, "status", Value::Str(word)) => Some(status(word)),
        (_, "status", Value::Bool(true)) => Some(status("on")),
        (_, "status", Value::Null | Value::Bool(false) | Value::Int(_)) => Some(status("")),
        ("guardrails", _, Value::Str(word)) if word.parse::<u32>().is_ok() => {
            Some(format!("write the number without quotes: `{last}: {word}`"))
        }
        ("guardrails", _, Value::Str(word)) if word.ends_with('%') && last != "maxDisabled" => {
            Some("only `maxDisabled` takes a percentage".to_owned())
        }
        ("guardrails", _, Value::Str(word)) if word.ends_with('%') => {
            Some("write a share from `0%` to `100%`".to_owned())
        }
        (_, "until", Value::Str(_) | Value::Int(_)) => day(written),
        (_, "id", Value::Str(word)) if Domain::parse(word).is_ok() => {
            Some(format!("that is a domain: write `domain: {word}`"))
        }
        (_, _, Value::Int(_) | Value::Float(_) | Value::Bool(_))
            if takes_text(above, last, is_index)
                && (last != "cell" || Cell::parse(written).is_ok()) =>
        {
            Some(format!(
                "quote it, so that it stays a text: `\"{written}\"`"
            ))
        }
        _ => None,
    }
}

/// A moment, and a day without its dashes, as the day that was meant.
fn day(written: &str) -> Option<String> {
    let written = written.trim_matches(['"', '\'']);
    let begins = written
        .get(..10)
        .filter(|_| written.get(10..11).is_some_and(|c| "Tt ".contains(c)));
    let dashed = || {
        let digits = written.len() == 8 && written.bytes().all(|b| b.is_ascii_digit());
        let parts = (written.get(..4)?, written.get(4..6)?, written.get(6..)?);
        digits.then(|| format!("{}-{}-{}", parts.0, parts.1, parts.2))
    };
    let day = begins.map(str::to_owned).or_else(dashed)?;
    let is_day = day.parse::<jiff::civil::Date>().is_ok();
    is_day.then(|| format!("write the day alone: `until: {day}`"))
}

/// Where a text is wanted and YAML may have made something else of it.
fn takes_text(above: &str, last: &str, is_index: bool) -> bool {
    let list = is_index && !matches!(above, "orgs");
    list || matches!(
        last,
        "id" | "domain" | "cell" | "aerialOrg" | "owner" | "note"
    )
}

/// Editors and chats turn quotes into typographic ones, which are letters to YAML.
fn typographic(node: &Node<'_>) -> Option<String> {
    let text = node.as_str()?;
    let marks = [
        '\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}', '\u{ab}', '\u{bb}',
    ];
    let plain = text.trim_matches(marks);
    (plain != text).then(|| {
        format!("these are typographic quotes: write `{plain}`, or plain quotes around it")
    })
}

fn orgs_as_map(entries: &[(super::tree::Key<'_>, Node<'_>)]) -> String {
    let first = entries.first().map_or("", |(key, _)| &*key.text);
    if first.contains('.') {
        format!("write each org with a dash: `- domain: {first}`")
    } else {
        "put a dash before each org: `- domain: …`".to_owned()
    }
}

/// The one word that locks nobody out is suggested; for the others the choice is shown with what it does.
fn status(word: &str) -> String {
    let folded = word.to_ascii_lowercase();
    let says_on = ["on", "enabled", "enable", "yes", "activated", "active"];
    let only_active =
        closest(&folded, ["active"]).is_some() && closest(&folded, ["inactive"]).is_none();
    if says_on.contains(&folded.as_str()) || only_active {
        return "did you mean `active`?".to_owned();
    }
    "write `active`; `inactive`: nobody can sign in; `deleted`: inactive, and then Okta is asked to delete the org; or remove the key, which leaves its status alone".to_owned()
}

fn environment(word: &str) -> Option<String> {
    let words = ["production", "sandbox"];
    let folded = word.to_ascii_lowercase();
    let begun = words
        .into_iter()
        .find(|known| folded.len() >= 3 && known.starts_with(&folded));
    let near = begun.or_else(|| closest(&folded, words))?;
    Some(format!("did you mean `{near}`?"))
}

/// `workforce, lcm`, `- P1 , P2`, `none`, `{sso: true}` as the list that was meant.
fn list_of_products(key: &str, node: &Node<'_>) -> Option<String> {
    let words: Vec<String> = match &node.value {
        Value::Map(entries) => entries
            .iter()
            .filter(|(_, value)| value.value == Value::Bool(true))
            .map(|(name, _)| name.text.to_string())
            .collect(),
        Value::Str(text) => words_of(text),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Seq(_) => {
            return None;
        }
    };
    let nothing = ["none", "nothing", "-", "no", "n/a"];
    if let [one] = words.as_slice()
        && nothing.contains(&one.to_ascii_lowercase().as_str())
    {
        return Some(format!("write `{key}: []` for none"));
    }
    if words.is_empty() {
        return None;
    }
    let dash = node.as_str().is_some_and(|text| text.starts_with('-'));
    let list = format!("write `{key}: [{}]`", words.join(", "));
    Some(if dash {
        format!(
            "{list}, or `- {}` with a space after the dash",
            words.join("`, `- ")
        )
    } else {
        list
    })
}

/// The words of a text that was meant as a list. A dash divides them where it begins the text or a word, as in `-sso -mfa`
/// and `- sso - mfa`; in `IT Products - MFA` it is Okta's.
pub(super) fn words_of(text: &str) -> Vec<String> {
    let is_list = text.trim_start().starts_with('-');
    let parts = text.split([',', ';']);
    let divided = parts.flat_map(|part| {
        let words = part.match_indices(" -").map(|(at, _)| at);
        let dividing = words.filter(|at| {
            let behind = part.get(at + 2..).unwrap_or_default();
            is_list || !behind.starts_with(' ')
        });
        let mut from = 0;
        let mut words = Vec::new();
        for at in dividing.chain([part.len()]) {
            words.push(part.get(from..at).unwrap_or_default());
            from = at;
        }
        words
    });
    let words = divided.map(|word| {
        let word = word.trim().trim_start_matches('-');
        word.trim().to_owned()
    });
    words.filter(|word| !word.is_empty()).collect()
}
