//! The first layer: the JSON Schema that editors use as well.

use std::sync::OnceLock;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Validator};
use serde_json::Value as Json;

use super::breach::Offence;
use super::tree::{Key, Node, Value};
use super::tree_json::TreeJson;
use crate::diagnostic::{Diagnostics, Severity};

/// The schema's text: `schema/desired-state.schema.json`.
pub const TEXT: &str = include_str!("../../schema/desired-state.schema.json");

/// The schema, and what checks by it.
struct Schema {
    json: Json,
    whole: Validator,
    /// An entry of `orgs` in the tree: whether it is valid, not what is wrong with it.
    org: Validator<TreeJson>,
}

fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    #[expect(
        clippy::expect_used,
        reason = "the schema is part of the program; every test that loads a file goes through here"
    )]
    SCHEMA.get_or_init(|| {
        let json: Json = serde_json::from_str(TEXT).expect("the schema is JSON");
        let whole = jsonschema::draft202012::new(&json).expect("the schema is a schema");
        let entry = json.pointer("/properties/orgs/items");
        let entry = entry.expect("the schema says what an org is");
        let mut of_org = entry.as_object().cloned().unwrap_or_default();
        of_org.insert("$defs".to_owned(), json.get("$defs").cloned().into());
        let org = jsonschema::options_for::<TreeJson>()
            .with_draft(Draft::Draft202012)
            .build(&Json::Object(of_org))
            .expect("an org's part of the schema is a schema");
        Schema { json, whole, org }
    })
}

/// Where editors find it.
#[must_use]
pub fn url() -> &'static str {
    let id = schema().json.get("$id");
    id.and_then(Json::as_str).unwrap_or_default()
}

/// So many orgs are told about at a time: what the library finds it keeps until all is found, and that is a lot for each.
const ORGS_AT_A_TIME: usize = 1_000;

/// Every breach of the schema in a document. Of a text that isn't recognisably a desired state no value is quoted.
///
/// Each org is judged where it stands; what is wrong with those that aren't valid is then told of a copy.
pub fn check(root: &Node<'_>, text: &str, recognised: bool, found: &mut Diagnostics) {
    let of_document = Document {
        root,
        text,
        recognised,
    };
    of_document.breaches(&without_orgs(root), &[], found);
    let orgs = root.get("orgs").map(Node::items).unwrap_or_default();
    let schema = schema();
    let mut wrong = orgs
        .iter()
        .enumerate()
        .filter(|(_, org)| !schema.org.is_valid(org));
    loop {
        let some = wrong.by_ref().take(ORGS_AT_A_TIME);
        let (places, some): (Vec<usize>, Vec<Json>) =
            some.map(|(place, org)| (place, org.to_json())).unzip();
        if places.is_empty() {
            break;
        }
        let some = Json::from_iter([("orgs", Json::Array(some))]);
        of_document.breaches(&some, &places, found);
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
    /// The breaches in a part of the document, whose orgs stand in it at these places.
    fn breaches(&self, part: &Json, places: &[usize], found: &mut Diagnostics) {
        let schema = schema();
        for error in schema.whole.iter_errors(part) {
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
                pointer: in_document(error.instance_path().as_str(), places),
                error: &error,
            };
            offence.explain(found);
        }
    }
}

/// `/orgs/3/domain` of a part as it is in the document.
fn in_document(pointer: &str, places: &[usize]) -> String {
    let moved = pointer.strip_prefix("/orgs/").and_then(|rest| {
        let (index, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let place = places.get(index.parse::<usize>().ok()?)?;
        Some(format!("/orgs/{place}{rest}"))
    });
    moved.unwrap_or_else(|| pointer.to_owned())
}
