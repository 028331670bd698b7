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

/// Every breach of the schema in a document. Of a text that isn't recognisably a desired state no value is quoted.
pub fn check(root: &Node, text: &str, recognised: bool, found: &mut Diagnostics) {
    let json = root.to_json();
    let (schema, validator) = schema();
    for error in validator.iter_errors(&json) {
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
            error: &error,
        };
        offence.explain(found);
    }
}
