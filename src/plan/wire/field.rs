//! A field of an object inside of an org.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::plan::fields::FieldChange;

/// A field, old and new; null for nothing. An object that the baseline names is a reference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldV1 {
    pub path: String,
    pub before: Json,
    pub after: Json,
}

impl From<&FieldChange> for FieldV1 {
    fn from(field: &FieldChange) -> Self {
        Self {
            path: field.path.clone(),
            before: field.before.clone().unwrap_or_default(),
            after: field.after.clone(),
        }
    }
}
