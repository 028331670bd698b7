//! The path of a field of an object, taken apart again.

use serde_json::{Map, Value as Json};

use super::fields::segment;

/// No object of Okta's is as deep.
const DEEPEST: usize = 32;

/// Where a field stands: `settings.app.url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath(Vec<String>);

impl FieldPath {
    /// A path as a plan writes it; `None` for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut keys = Vec::new();
        let mut rest = text;
        loop {
            let (key, after) = key(rest)?;
            keys.push(key);
            if keys.len() > DEEPEST {
                return None;
            }
            if after.is_empty() {
                return Some(Self(keys));
            }
            rest = after.strip_prefix('.')?;
        }
    }

    /// Its keys, the outermost first.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// What stands there in an object.
    #[must_use]
    pub fn find<'a>(&self, body: &'a Json) -> Option<&'a Json> {
        self.0.iter().try_fold(body, |body, key| body.get(key))
    }

    /// Puts a value there. Where something else than a mapping stands on the way, nothing is done.
    pub fn put(&self, body: &mut Json, value: Json) {
        let Some((last, above)) = self.0.split_last() else {
            return;
        };
        let mut at = body;
        for key in above {
            let Some(fields) = at.as_object_mut() else {
                return;
            };
            at = fields
                .entry(key.as_str())
                .or_insert_with(|| Json::Object(Map::new()));
        }
        if let Some(fields) = at.as_object_mut() {
            fields.insert(last.clone(), value);
        }
    }

    /// An object with this field alone.
    #[must_use]
    pub fn body(&self, value: Json) -> Json {
        let mut body = Json::Object(Map::new());
        self.put(&mut body, value);
        body
    }
}

/// The first key of a path, and what follows it.
fn key(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        let mut quoted = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let key = quoted.next()?.ok()?;
        return Some((key, text.get(quoted.byte_offset()..)?));
    }
    let end = text.find('.').unwrap_or(text.len());
    let (key, rest) = text.split_at_checked(end)?;
    (segment(key) == key).then(|| (key.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_finds_what_it_was_written_for() {
        for keys in [
            vec!["a"],
            vec!["settings", "app", "url"],
            vec!["a.b", "", "c\"d", "é"],
        ] {
            let text: Vec<String> = keys.iter().map(|key| segment(key)).collect();
            let path = FieldPath::parse(&text.join(".")).unwrap();
            assert_eq!(path.keys(), keys);
            let body = path.body(json!(7));
            assert_eq!(path.find(&body), Some(&json!(7)));
        }
        let deep = vec!["a"; 33].join(".");
        for text in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "a b",
            "\"a",
            "\"a\"b",
            deep.as_str(),
        ] {
            assert_eq!(FieldPath::parse(text), None, "{text}");
        }
        let mut body = json!({"a": 1});
        FieldPath::parse("a.b").unwrap().put(&mut body, json!(2));
        assert_eq!(body, json!({"a": 1}));
    }
}
