//! The first layer: the JSON Schema that editors use as well.

use std::sync::OnceLock;

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as Json;

use super::breach::Offence;
use super::tree::{Key, Node, Value};
use crate::diagnostic::{Diagnostics, Severity};

/// The schema's text: `schema/desired-state.schema.json`.
pub const TEXT: &str = include_str!("../../schema/desired-state.schema.json");

/// The schema, and what checks by it.
struct Schema {
    json: Json,
    validator: Validator,
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "the schema is part of the program; every test that loads a file goes through here"
    )]
    SCHEMA.get_or_init(|| {
        let json: Json = serde_json::from_str(TEXT).expect("the schema is JSON");
        let validator = jsonschema::draft202012::new(&json).expect("the schema is a schema");
        Schema { json, validator }
    })
}

/// Where editors find it.
#[must_use]
pub fn url() -> &'static str {
    let id = schema().json.get("$id");
    id.and_then(Json::as_str).unwrap_or_default()
}

/// So many orgs are judged at a time: what the library judges is a copy, and what it finds it keeps until all is found. The schema
/// may say nothing of all orgs together, nor ask for a key beside them.
const ORGS_AT_A_TIME: usize = 1_000;

/// Every breach of the schema in a document. Of a text that isn't recognisably a desired state no value is quoted.
pub fn check(root: &Node<'_>, text: &str, recognised: bool, found: &mut Diagnostics) {
    let of_document = Document {
        root,
        text,
        recognised,
    };
    of_document.breaches(&without_orgs(root), 0, found);
    let orgs = root.get("orgs").map(Node::items).unwrap_or_default();
    for (at, some) in orgs.chunks(ORGS_AT_A_TIME).enumerate() {
        let some = some.iter().map(Node::to_json).collect();
        let some = Json::from_iter([("orgs", Json::Array(some))]);
        // Whether all is well is known sooner than what isn't.
        if !schema().validator.is_valid(&some) {
            of_document.breaches(&some, at * ORGS_AT_A_TIME, found);
        }
    }
}

/// The document with an empty list of orgs.
fn without_orgs(root: &Node<'_>) -> Json {
    let Value::Map(entries) = &root.value else {
        return root.to_json();
    };
    let part = |(key, node): &(Key<'_>, Node<'_>)| {
        let is_list = key.text == "orgs" && matches!(node.value, Value::Seq(_));
        let value = if is_list {
            Json::Array(Vec::new())
        } else {
            node.to_json()
        };
        (key.text.to_string(), value)
    };
    entries.iter().map(part).collect()
}

struct Document<'a> {
    root: &'a Node<'a>,
    text: &'a str,
    recognised: bool,
}

impl Document<'_> {
    /// The breaches in a part of the document, before whose orgs so many others stand.
    fn breaches(&self, part: &Json, before: usize, found: &mut Diagnostics) {
        let schema = schema();
        for error in schema.validator.iter_errors(part) {
            // To find the place of an error takes time, and nobody will see this one.
            if found.is_full(Severity::Error) {
                let unknown = if let ValidationErrorKind::AdditionalProperties { unexpected } =
                    error.kind()
                {
                    unexpected.len()
                } else {
                    1
                };
                found.add(Severity::Error, unknown);
                continue;
            }
            let offence = Offence {
                root: self.root,
                schema: &schema.json,
                text: self.text,
                recognised: self.recognised,
                pointer: in_document(error.instance_path().as_str(), before),
                error: &error,
            };
            offence.explain(found);
        }
    }
}

/// `/orgs/3/domain` of a part as it is in the document.
fn in_document(pointer: &str, before: usize) -> String {
    let moved = pointer.strip_prefix("/orgs/").and_then(|rest| {
        let (index, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let place = before + index.parse::<usize>().ok()?;
        Some(format!("/orgs/{place}{rest}"))
    });
    moved.unwrap_or_else(|| pointer.to_owned())
}
