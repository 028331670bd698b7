//! What may stand in the body of an object of a baseline: Okta's own JSON, without what is each org's own and without secrets.

use serde_json::Value as Json;

use super::taken::At;
use super::tree::{Key, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, quote};
use crate::ids::{Collection, ObjectName};

/// What Okta gives every object of every org.
const OKTAS: [&str; 7] = [
    "_embedded",
    "_links",
    "created",
    "createdBy",
    "id",
    "lastUpdated",
    "lastUpdatedBy",
];

/// Parts of keys under which a text is a secret. A setting about passwords is a mapping, a number or a switch.
const SECRET: [&str; 6] = [
    "apikey",
    "password",
    "private_key",
    "privatekey",
    "secret",
    "token",
];

/// What holds the secret where Okta has a mapping for it: `credentials: {password: {value: …}}`, `{hash: {salt, value}}`,
/// `recovery_question: {answer: …}`.
const HOLDERS: [&str; 4] = ["answer", "hash", "salt", "value"];

/// How a text begins that is a secret wherever it stands.
const SECRET_TEXTS: [&str; 2] = ["SSWS ", "-----BEGIN "];

/// The most digits that every decimal number keeps as it is read and written.
const DIGITS: usize = 15;

/// Checks a body, and notes the references in it.
pub(super) fn check(
    name: &ObjectName,
    node: &Node<'_>,
    references: &mut Vec<At<String>>,
    found: &mut Diagnostics,
) {
    for (key, value) in node.entries() {
        let field = &*key.text;
        let reason = if OKTAS.contains(&field) {
            Some("it is each org's own")
        } else if field == "status" {
            Some("Okta changes it by calls of its own, which no baseline makes")
        } else if taken(name.collection()).contains(&field) {
            Some("the key that the object stands under says it")
        } else if name.collection() == Collection::Groups
            && !name.is_everyone()
            && !["profile", "system", "ref"].contains(&field)
        {
            Some("a group takes nothing but its `profile`, and what is meant may belong there")
        } else {
            None
        };
        if let Some(reason) = reason {
            found.push(
                Diagnostic::error(
                    Code::InvalidBaseline,
                    format!("`{field}` can't be set in {}", quote(&name.to_string())),
                )
                .at(key.span)
                .help(format!("remove it: {reason}")),
            );
        }
        if field == "system" {
            system(name, value, found);
        }
    }
    if let Some((key, _)) = node.entry("ref") {
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!(
                    "{} is a reference, which is no object",
                    quote(&name.to_string())
                ),
            )
            .at(key.span)
            .help("write the object's fields; a reference stands where Okta has an object's id"),
        );
    }
    let profile = node.entry("profile");
    let profile = profile.filter(|_| name.collection() == Collection::Groups);
    if let Some((key, value)) = profile
        && !matches!(value.value, Value::Map(_))
    {
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!("`profile` of {} is no mapping", quote(&name.to_string())),
            )
            .at(key.span)
            .help("list its fields, each by its name: the group's own name is one of them"),
        );
    }
    if let Some((key, _)) = profile.and_then(|(_, profile)| profile.entry("name")) {
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!(
                    "`profile.name` can't be set in {}",
                    quote(&name.to_string())
                ),
            )
            .at(key.span)
            .help("remove it: the key that the object stands under says it"),
        );
    }
    if name.is_everyone()
        && let Some((key, _)) = node.entries().first()
    {
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                "Everyone is Okta's own group: it can be referred to, and nothing about it be set",
            )
            .at(key.span)
            .help("write `Everyone: {}`"),
        );
    }
    let has_rules = name.collection() == Collection::Policies;
    for (key, value) in node.entries() {
        // The rules are objects of their own.
        if !(has_rules && key.text == "rules") {
            field(key, value, is_secret(&key.text), references, found);
        }
    }
}

/// Whether a baseline could have such a field, by its keys, the outermost first, and what may be a secret in its value.
#[must_use]
pub fn can_be_set(name: &ObjectName, keys: &[String], value: &Json) -> bool {
    let (Some(first), Some(last)) = (keys.first().map(String::as_str), keys.last()) else {
        return false;
    };
    let collection = name.collection();
    let is_own = OKTAS.contains(&first) || ["ref", "status", "system"].contains(&first);
    let is_name = taken(collection).contains(&first);
    let of_group = match (collection, keys) {
        (Collection::Groups, [profile, field, ..]) => profile == "profile" && field != "name",
        (Collection::Groups, _) => false,
        _ => true,
    };
    let of_policy = collection != Collection::Policies || first != "rules";
    let below = keys.iter().any(|key| is_secret(key));
    let is_open = !has_secret(last, value, below);
    !is_own && !is_name && of_group && of_policy && is_open && !name.is_everyone()
}

/// Whether a secret stands in a value, by what it stands under, or by what it is.
fn has_secret(key: &str, value: &Json, below: bool) -> bool {
    match value {
        Json::Object(fields) => fields
            .iter()
            .any(|(key, value)| has_secret(key, value, below || is_secret(key))),
        Json::Array(items) => items.iter().any(|item| has_secret(key, item, below)),
        Json::String(text) => holds_secret(key, &Value::Str(text.into()), below),
        Json::Number(_) => holds_secret(key, &Value::Int(0), below),
        Json::Null | Json::Bool(_) => false,
    }
}

/// The fields that say what an object is called and what kind of thing it is.
fn taken(collection: Collection) -> &'static [&'static str] {
    match collection {
        Collection::OrgSettings | Collection::ThreatInsight | Collection::Groups => &[],
        Collection::Zones | Collection::TrustedOrigins => &["name"],
        Collection::BookmarkApps => &["label", "name", "signOnMode"],
        Collection::Policies | Collection::Rules => &["name", "type"],
    }
}

/// `system: true` marks what every org has from Okta.
fn system(name: &ObjectName, value: &Node<'_>, found: &mut Diagnostics) {
    let can_be = matches!(
        name.collection(),
        Collection::Zones | Collection::Policies | Collection::Rules
    );
    if !can_be || value.value != Value::Bool(true) {
        let help = if can_be {
            "write `system: true`, or remove it"
        } else {
            "remove it: only a zone, a policy or a rule is marked as one of Okta's own"
        };
        found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!(
                    "{} has a `system` that it can't have",
                    quote(&name.to_string())
                ),
            )
            .at(value.span)
            .help(help),
        );
    }
}

/// `below` says whether a key above names a secret.
fn field(
    key: &Key<'_>,
    node: &Node<'_>,
    below: bool,
    references: &mut Vec<At<String>>,
    found: &mut Diagnostics,
) {
    match &node.value {
        Value::Map(entries) => {
            if let Some(text) = node.get("ref").and_then(Node::as_str) {
                references.push(At {
                    value: text.to_owned(),
                    span: node.get("ref").map_or(node.span, |node| node.span),
                });
                if let Some((other, _)) = entries.iter().find(|(key, _)| key.text != "ref") {
                    found.push(
                        Diagnostic::error(
                            Code::UnknownReference,
                            "a reference has the key `ref` alone",
                        )
                        .at(other.span)
                        .help("write `{ref: zones/NAME}`"),
                    );
                }
                return;
            }
            for (key, value) in entries {
                let below = below || is_secret(&key.text);
                field(key, value, below, references, found);
            }
        }
        Value::Seq(items) => {
            for item in items {
                field(key, item, below, references, found);
            }
        }
        value if holds_secret(&key.text, value, below) => found.push(
            Diagnostic::error(
                Code::SecretInBaseline,
                format!(
                    "{} looks like a secret, and none can stand in a baseline",
                    quote(&key.text)
                ),
            )
            // Where the key is: the line of the value isn't to be shown.
            .at(key.span)
            .help("remove it, and take it for known to everybody who could read the file"),
        ),
        Value::Float(number) if !is_kept(*number) => found.push(
            Diagnostic::error(
                Code::InvalidBaseline,
                format!("{} has a number that JSON doesn't keep", quote(&key.text)),
            )
            .at(node.span)
            .help(format!(
                "write one with at most {DIGITS} digits, or a whole one below 2^53"
            )),
        ),
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {}
    }
}

/// Whether a value is a secret by what it stands under, or by what it is.
fn holds_secret(key: &str, value: &Value<'_>, below: bool) -> bool {
    let holder = || {
        HOLDERS
            .iter()
            .any(|holder| key.eq_ignore_ascii_case(holder))
    };
    match value {
        Value::Str(text) => {
            let direct = is_secret(key) || (below && holder());
            let by_itself = || SECRET_TEXTS.iter().any(|start| text.starts_with(start));
            !text.is_empty() && (direct || by_itself())
        }
        Value::Int(_) | Value::Float(_) => below && holder(),
        Value::Null | Value::Bool(_) | Value::Map(_) | Value::Seq(_) => false,
    }
}

/// Whether a number is sent as it was written: of more digits nobody can tell.
fn is_kept(number: f64) -> bool {
    let digits = number.to_string();
    let digits = digits.trim_start_matches(['-', '0', '.']);
    let digits = digits.bytes().filter(u8::is_ascii_digit).count();
    number.is_finite() && number.abs() < 2f64.powi(53) && digits <= DIGITS
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET.iter().any(|part| key.contains(part))
}
