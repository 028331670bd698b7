//! A breach of the schema in words, at its place in the file.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use super::remedy;
use super::suggest::closest;
use super::tree::{Key, Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, clipped, quote};
use crate::ids::Domain;

/// A key of the file as a part of what something is called, in characters.
const MAX_SEGMENT: usize = 80;

/// One error of the schema.
pub(super) struct Offence<'a> {
    pub(super) root: &'a Node<'a>,
    pub(super) schema: &'a Json,
    /// The file's text.
    pub(super) text: &'a str,
    /// Whether values of the file may be quoted.
    pub(super) recognised: bool,
    /// Where it is in the document.
    pub(super) pointer: String,
    pub(super) error: &'a ValidationError<'a>,
}

impl Offence<'_> {
    /// One finding for each unknown key, else one.
    pub(super) fn explain(&self, found: &mut Diagnostics) {
        let pointer = self.pointer.as_str();
        let (key, node) = self.root.locate(pointer).unwrap_or((None, self.root));
        if let ValidationErrorKind::AdditionalProperties { unexpected } = self.error.kind() {
            self.unknown_keys(node, unexpected, found);
        } else {
            found.push(self.one(pointer, key, node));
        }
    }

    fn unknown_keys(&self, node: &Node<'_>, unexpected: &[String], found: &mut Diagnostics) {
        let known = parent(self.schema, self.error)
            .and_then(|parent| parent.get("properties"))
            .and_then(Json::as_object);
        let known: Vec<&str> =
            known.map_or_else(Vec::new, |map| map.keys().map(String::as_str).collect());
        let places: BTreeMap<&str, Span> = node
            .entries()
            .iter()
            .map(|(key, _)| (&*key.text, key.span))
            .collect();
        let pointer = self.pointer.as_str();
        let what = self.name_of(pointer);
        for name in unexpected {
            found.push_with(Severity::Error, || {
                let shown = self.recognised || (pointer.is_empty() && is_plain(name));
                let domain = domain_under_another_key(node).filter(|(key, _)| key == name);
                let near = match domain {
                    Some(_) if pointer_is_org(pointer) => Some("domain"),
                    Some(_) | None => closest(name, known.iter().copied()),
                };
                let near = near.filter(|_| shown);
                let help = near.map_or_else(
                    || format!("the keys here are {}", list(&known)),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = if shown {
                    format!("unknown key {} in {what}", quote(name))
                } else {
                    format!("an unknown key in {what}")
                };
                let at = places.get(name.as_str()).copied().unwrap_or(node.span);
                Diagnostic::error(Code::UnknownKey, message)
                    .at(at)
                    .help(help)
            });
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the library has 40 kinds, of which the schema uses a few; the rest are told apart by `x-expected`"
    )]
    fn one(&self, pointer: &str, key: Option<&Key<'_>>, node: &Node<'_>) -> Diagnostic {
        let what = self.name_of(pointer);
        let shown = shown(node, self.recognised);
        if let ValidationErrorKind::PropertyNames { error } = self.error.kind() {
            let name = error.instance().as_str().unwrap_or_default();
            let at = node.entry(name).map_or(node.span, |(key, _)| key.span);
            let name = if self.recognised {
                quote(name)
            } else {
                "a key".to_owned()
            };
            return Diagnostic::error(
                Code::InvalidName,
                format!("{name} can't be a name in {what}"),
            )
            .at(at)
            .help(format!(
                "write {}",
                expected(self.schema, "/$defs/name").unwrap_or_default()
            ));
        }
        if pointer_is_org(pointer) && matches!(self.error.kind(), ValidationErrorKind::AnyOf { .. })
        {
            return Diagnostic::error(
                Code::OrgWithoutName,
                "this org has neither `domain` nor `id`",
            )
            .at(node.span)
            .help(match domain_under_another_key(node) {
                Some((key, domain)) if self.recognised => {
                    format!("write `domain: {domain}` instead of `{key}`")
                }
                Some(_) | None => {
                    "add `domain: acme-emea.okta.com`, or `id:` with the org's id".to_owned()
                }
            });
        }
        let wanted = expected_by(self.schema, self.error);
        if node.value == Value::Null {
            let help = if what.ends_with("`products`") && pointer.starts_with("/orgs/") {
                "write `products: []` for none, or remove the key to leave the org's products alone"
                    .to_owned()
            } else {
                format!("write {}, or remove the key", wanted.unwrap_or_default())
            };
            let at = key.map_or(node.span, |key| key.span);
            return Diagnostic::error(Code::EmptyValue, format!("{what} is empty (null)"))
                .at(at)
                .help(help);
        }
        match self.error.kind() {
            ValidationErrorKind::Required { property } => {
                let property = property.as_str().unwrap_or_default();
                let at = key.map_or(node.span, |key| key.span);
                Diagnostic::error(
                    Code::MissingKey,
                    format!("{what} lacks the key `{property}`"),
                )
                .at(at)
            }
            ValidationErrorKind::Enum { options } => {
                let options: Vec<&str> = options
                    .as_array()
                    .map(|all| all.iter().filter_map(Json::as_str).collect())
                    .unwrap_or_default();
                let near = node
                    .as_str()
                    .and_then(|word| closest(word, options.iter().copied()));
                let help = near.map_or_else(
                    || format!("write one of {}", list(&options)),
                    |near| format!("write `{near}`; the values are {}", list(&options)),
                );
                Diagnostic::error(Code::InvalidValue, format!("{shown} is no value of {what}"))
                    .at(node.span)
                    .help(help)
            }
            ValidationErrorKind::Constant { expected_value } => {
                Diagnostic::error(Code::InvalidValue, format!("{shown} is no value of {what}"))
                    .at(node.span)
                    .help(match &node.value {
                        Value::Str(text) if *text == expected_value.to_string() => {
                            format!("write `{expected_value}` without quotes")
                        }
                        _ => format!("write `{expected_value}`"),
                    })
            }
            _ => {
                let wanted = wanted.unwrap_or_else(|| "another value".to_owned());
                let written = written(self.text, node);
                let as_meant = match &node.value {
                    // A number in quotes looks like one without them.
                    Value::Str(text) => text.parse::<f64>().is_err() || written.is_empty(),
                    Value::Seq(_) | Value::Map(_) => true,
                    Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) => false,
                };
                let shown = if as_meant || !self.recognised {
                    shown
                } else {
                    quote(written)
                };
                let finding = Diagnostic::error(
                    Code::InvalidValue,
                    format!("{what} should be {wanted}, not {shown}"),
                )
                .at(node.span);
                match remedy::of(pointer, node, written) {
                    Some(help) if self.recognised => finding.help(help),
                    Some(_) | None => finding,
                }
            }
        }
    }

    /// What the user calls a part of the file; a part of a text that may not be shown by a key of the format alone.
    fn name_of(&self, pointer: &str) -> String {
        if self.recognised || pointer.is_empty() {
            return name_of(pointer);
        }
        let first = pointer.split('/').nth(1).unwrap_or_default();
        let known = self
            .schema
            .get("properties")
            .and_then(|keys| keys.get(first));
        if known.is_some() {
            format!("a part of `{first}`")
        } else {
            "a part of the file".to_owned()
        }
    }
}

/// The key of an org that has a domain and isn't called so, and that domain.
fn domain_under_another_key<'a>(node: &'a Node<'_>) -> Option<(&'a str, Domain)> {
    node.entries().iter().find_map(|(key, value)| {
        let domain = Domain::parse(value.as_str()?).ok()?;
        (key.text != "domain").then_some((&*key.text, domain))
    })
}

fn pointer_is_org(pointer: &str) -> bool {
    pointer
        .strip_prefix("/orgs/")
        .is_some_and(|rest| !rest.contains('/'))
}

/// `/orgs/3/products/0` as `orgs[3].products[0]`: what the user reads.
fn name_of(pointer: &str) -> String {
    if pointer.is_empty() {
        return "the file".to_owned();
    }
    let mut name = String::new();
    for segment in pointer.split('/').skip(1) {
        if segment.bytes().all(|b| b.is_ascii_digit()) && !segment.is_empty() {
            name = format!("{name}[{segment}]");
        } else {
            let segment = clipped(segment, MAX_SEGMENT)
                .replace("~1", "/")
                .replace("~0", "~");
            let dot = if name.is_empty() { "" } else { "." };
            name = format!("{name}{dot}{segment}");
        }
    }
    // An item is named by its list: an index says less than the line that is shown.
    match name.rsplit_once('.') {
        Some((_, last)) if name.starts_with("orgs[") => quote(last),
        _ if name.starts_with("orgs[") => "this org".to_owned(),
        _ => quote(&name),
    }
}

/// The value, or what kind of thing it is where it may not be shown.
fn shown(node: &Node<'_>, recognised: bool) -> String {
    if !recognised {
        return kind(node).to_owned();
    }
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Int(i) => format!("`{i}`"),
        Value::Float(f) => format!("`{f}`"),
        Value::Str(s) => quote(s),
        Value::Seq(_) | Value::Map(_) => kind(node).to_owned(),
    }
}

fn kind(node: &Node<'_>) -> &'static str {
    match &node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Int(_) | Value::Float(_) => "a number",
        Value::Str(_) => "a text",
        Value::Seq(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}

/// A value as it stands in the file: `0227e10`, which YAML takes for a number.
fn written<'a>(text: &'a str, node: &Node<'_>) -> &'a str {
    let line = usize::try_from(node.span.line)
        .ok()
        .and_then(|line| text.lines().nth(line.checked_sub(1)?))
        .unwrap_or_default();
    let place = |characters: u32| {
        let characters = usize::try_from(characters).unwrap_or(usize::MAX);
        line.char_indices()
            .nth(characters)
            .map_or(line.len(), |(at, _)| at)
    };
    let start = node.span.column.saturating_sub(1);
    let end = start.saturating_add(node.span.len);
    line.get(place(start)..place(end)).unwrap_or_default()
}

/// A key that may be named in a text that may not be shown: it looks like a key, not like what would stand under one.
fn is_plain(key: &str) -> bool {
    key.len() <= 40
        && key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}

/// The schema object whose keyword was broken.
fn parent<'a>(schema: &'a Json, error: &ValidationError<'_>) -> Option<&'a Json> {
    let path = error.schema_path().as_str();
    schema.pointer(path.rsplit_once('/')?.0)
}

fn expected(schema: &Json, pointer: &str) -> Option<String> {
    Some(
        schema
            .pointer(pointer)?
            .get("x-expected")?
            .as_str()?
            .to_owned(),
    )
}

/// What the broken part of the schema asks for in words: the nearest `x-expected` on the way up.
fn expected_by(schema: &Json, error: &ValidationError<'_>) -> Option<String> {
    let mut path = error.schema_path().as_str();
    while let Some((up, _)) = path.rsplit_once('/') {
        if let Some(words) = expected(schema, up) {
            return Some(words);
        }
        path = up;
    }
    None
}
