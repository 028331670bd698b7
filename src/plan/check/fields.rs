//! Which listed fields an object has otherwise, by the words of the documentation and by no code of the planner.

use serde_json::Value as Json;

use crate::desired::baseline::referred;

/// The paths of listed fields that are certainly otherwise in an object, with ids in place of references.
pub(super) fn certainly_differ(listed: &Json, there: Option<&Json>) -> Vec<String> {
    let mut paths = Vec::new();
    let mut open = vec![(String::new(), listed, there)];
    while let Some((path, listed, there)) = open.pop() {
        // A reference that is left is to something that isn't there yet.
        let fields = listed.as_object().filter(|_| referred(listed).is_none());
        if let Some(fields) = fields {
            for (key, value) in fields {
                let word = if key.chars().all(|c| c.is_alphanumeric() || "_-".contains(c))
                    && !key.is_empty()
                {
                    key.clone()
                } else {
                    Json::from(key.as_str()).to_string()
                };
                let path = if path.is_empty() {
                    word
                } else {
                    format!("{path}.{word}")
                };
                open.push((path, value, there.and_then(|there| there.get(key))));
            }
        } else if !is_as_listed(listed, there.unwrap_or(&Json::Null)) {
            paths.push(path);
        }
    }
    paths
}

/// A list is as listed, for all that is sure, where it has as many members, each of them is one of the listed, and the other way
/// round; what Okta adds to a mapping doesn't count, and nothing is as good as an empty value,
/// or as a switch or a number, which always has one.
fn is_as_listed(listed: &Json, there: &Json) -> bool {
    match (listed, there) {
        (Json::Null, there) => {
            let text = there.to_string();
            let empty = ["null", "[]", "{}", "\"\""].contains(&text.as_str());
            empty || there.is_boolean() || there.is_number()
        }
        (Json::Object(fields), there) => fields
            .iter()
            .all(|(key, value)| is_as_listed(value, there.get(key).unwrap_or(&Json::Null))),
        (Json::Array(these), Json::Array(those)) => {
            these.len() == those.len()
                && these
                    .iter()
                    .all(|this| those.iter().any(|that| is_as_listed(this, that)))
                && those
                    .iter()
                    .all(|that| these.iter().any(|this| is_as_listed(this, that)))
        }
        (Json::Number(this), Json::Number(that)) => this.as_f64() == that.as_f64(),
        (this, that) => this == that,
    }
}
