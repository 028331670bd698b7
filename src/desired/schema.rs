//! The first layer: the JSON Schema that editors use as well.

use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use super::breach::Offence;
use super::tree::Node;
use crate::diagnostic::{Diagnostics, Severity};

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

/// Where editors find it.
#[must_use]
pub fn url() -> &'static str {
    let (json, _) = schema();
    json.get("$id").and_then(Json::as_str).unwrap_or_default()
}

/// So many orgs are checked at a time: what the library finds it keeps until all is found, and that is a lot for each.
const ORGS_AT_A_TIME: usize = 1_000;

/// Every breach of the schema in a document. Of a text that isn't recognisably a desired state no value is quoted.
pub fn check(root: &Node, text: &str, recognised: bool, found: &mut Diagnostics) {
    let mut json = root.to_json();
    let orgs = match json.get_mut("orgs") {
        Some(Json::Array(orgs)) => std::mem::take(orgs),
        _ => Vec::new(),
    };
    part(root, &json, 0, text, recognised, found);
    drop(json);
    let count = orgs.len();
    let mut orgs = orgs.into_iter();
    for first in (0..count).step_by(ORGS_AT_A_TIME) {
        let some = orgs.by_ref().take(ORGS_AT_A_TIME).collect();
        let some = Json::from_iter([("orgs", Json::Array(some))]);
        part(root, &some, first, text, recognised, found);
    }
}

/// The breaches in a part of the document, whose orgs begin with the one at `first`.
fn part(
    root: &Node,
    json: &Json,
    first: usize,
    text: &str,
    recognised: bool,
    found: &mut Diagnostics,
) {
    let (schema, validator) = schema();
    for error in validator.iter_errors(json) {
        // To find the place of an error takes time, and nobody will see this one.
        if found.is_full(Severity::Error) {
            let unknown =
                if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
                    unexpected.len()
                } else {
                    1
                };
            found.add(Severity::Error, unknown);
            continue;
        }
        let offence = Offence {
            root,
            schema,
            text,
            recognised,
            pointer: in_document(error.instance_path().as_str(), first),
            error: &error,
        };
        offence.explain(found);
    }
}

/// `/orgs/3/domain` of a part as it is in the document.
fn in_document(pointer: &str, first: usize) -> String {
    let moved = pointer.strip_prefix("/orgs/").and_then(|rest| {
        let (index, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let index: usize = index.parse().ok()?;
        Some(format!("/orgs/{}{rest}", first + index))
    });
    moved.unwrap_or_else(|| pointer.to_owned())
}
