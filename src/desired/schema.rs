//! The first layer: the JSON Schema that editors use as well, each error at its place in the file.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value as Json;

use super::suggest::closest;
use super::tree::{Node, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// The schema's text: `schema/desired-state.schema.json`.
pub const TEXT: &str = include_str!("../../schema/desired-state.schema.json");

fn schema() -> &'static (Json, Validator) {
    static SCHEMA: OnceLock<(Json, Validator)> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "the schema is part of the program; every test that loads a file goes through here"
    )]
    SCHEMA.get_or_init(|| {
        let json: Json = serde_json::from_str(TEXT).expect("the schema is JSON");
        let validator = jsonschema::draft202012::new(&json).expect("the schema is a schema");
        (json, validator)
    })
}

/// Every breach of the schema in a document.
#[must_use]
pub fn check(root: &Node) -> Diagnostics {
    let json = root.to_json();
    let (schema, validator) = schema();
    validator
        .iter_errors(&json)
        .flat_map(|error| explain(root, schema, &error))
        .collect()
}

/// One error of the schema as findings: one for each unknown key, else one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the library has 40 kinds, of which the schema uses a few; the rest are told apart by `x-expected`"
)]
fn explain(root: &Node, schema: &Json, error: &ValidationError<'_>) -> Vec<Diagnostic> {
    let pointer = error.instance_path().as_str();
    let (key, node) = root.locate(pointer).unwrap_or((None, root));
    let what = name_of(pointer);
    if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
        let known = parent(schema, error)
            .and_then(|parent| parent.get("properties"))
            .and_then(Json::as_object);
        let known: Vec<&str> =
            known.map_or_else(Vec::new, |map| map.keys().map(String::as_str).collect());
        return unexpected
            .iter()
            .map(|name| {
                let at = node.entry(name).map_or(node.span, |(key, _)| key.span);
                let help = closest(name, known.iter().copied()).map_or_else(
                    || format!("the keys here are {}", list(&known)),
                    |near| format!("did you mean `{near}`?"),
                );
                Diagnostic::error(Code::UnknownKey, format!("unknown key `{name}` in {what}"))
                    .at(at)
                    .help(help)
            })
            .collect();
    }
    if let ValidationErrorKind::PropertyNames { error } = error.kind() {
        let name = error.instance().as_str().unwrap_or_default();
        let at = node.entry(name).map_or(node.span, |(key, _)| key.span);
        return vec![
            Diagnostic::error(
                Code::InvalidName,
                format!("`{name}` can't be a name in {what}"),
            )
            .at(at)
            .help(format!(
                "write {}",
                expected(schema, "/$defs/name").unwrap_or_default()
            )),
        ];
    }
    if pointer_is_org(pointer) && matches!(error.kind(), ValidationErrorKind::AnyOf { .. }) {
        return vec![
            Diagnostic::error(
                Code::OrgWithoutName,
                "this org has neither `domain` nor `id`",
            )
            .at(node.span)
            .help("add `domain: acme-emea.okta.com`, or `id:` with the org's id"),
        ];
    }
    let wanted = expected_by(schema, error);
    if node.value == Value::Null {
        let help = if what.ends_with("`products`") && pointer.starts_with("/orgs/") {
            "write `products: []` for none, or remove the key to leave the org's products alone"
                .to_owned()
        } else {
            format!("write {}, or remove the key", wanted.unwrap_or_default())
        };
        let at = key.map_or(node.span, |key| key.span);
        return vec![
            Diagnostic::error(Code::EmptyValue, format!("{what} is empty (null)"))
                .at(at)
                .help(help),
        ];
    }
    let diagnostic = match error.kind() {
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
            Diagnostic::error(
                Code::InvalidValue,
                format!("{} is no value of {what}", shown(node)),
            )
            .at(node.span)
            .help(help)
        }
        ValidationErrorKind::Constant { expected_value } => Diagnostic::error(
            Code::InvalidValue,
            format!("{} is no value of {what}", shown(node)),
        )
        .at(node.span)
        .help(format!("write `{expected_value}`")),
        _ => {
            let wanted = wanted.unwrap_or_else(|| "another value".to_owned());
            Diagnostic::error(
                Code::InvalidValue,
                format!("{what} should be {wanted}, not {}", shown(node)),
            )
            .at(node.span)
        }
    };
    vec![diagnostic]
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
            let segment = segment.replace("~1", "/").replace("~0", "~");
            let dot = if name.is_empty() { "" } else { "." };
            name = format!("{name}{dot}{segment}");
        }
    }
    // An item is named by its list: an index says less than the line that is shown.
    match name.rsplit_once('.') {
        Some((_, last)) if name.starts_with("orgs[") => format!("`{last}`"),
        _ if name.starts_with("orgs[") => "this org".to_owned(),
        _ => format!("`{name}`"),
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => format!("`{b}`"),
        Value::Int(i) => format!("`{i}`"),
        Value::Float(f) => format!("`{f}`"),
        Value::Str(s) => {
            let short: String = s.chars().take(60).collect();
            let more = if short.len() < s.len() { "…" } else { "" };
            format!("`{short}{more}`")
        }
        Value::Seq(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
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
