//! JSON as bytes that are equal where the values are: the keys of every mapping in their order, no blanks, and never the text
//! of a large account as a whole.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

/// A mapping of which one value is a list that is made item by item.
pub(super) struct WithList<'a, F> {
    /// The rest. `serde_json` keeps object keys sorted here.
    pub(super) rest: Map<String, Json>,
    pub(super) key: &'a str,
    pub(super) list: F,
}

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for WithList<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let list = OneByOne(&self.list);
        let mut map = serializer.serialize_map(Some(self.rest.len() + 1))?;
        let (before, after): (Vec<_>, Vec<_>) = self
            .rest
            .iter()
            .partition(|(key, _)| key.as_str() < self.key);
        for (key, value) in before {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry(self.key, &list)?;
        for (key, value) in after {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A list whose items are made one by one while they are written.
struct OneByOne<F>(F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for OneByOne<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

/// Takes bytes as they are written.
struct Hasher(Sha256);

impl io::Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// `sha256:` and the hex digest. A struct in it has its fields in the order of their names.
pub(super) fn sha256(json: &impl Serialize) -> String {
    let mut hasher = Hasher(Sha256::new());
    let mut buffer = io::BufWriter::new(&mut hasher);
    // Writing to what takes every byte can't fail, nor can the values here.
    let written = serde_json::to_writer(&mut buffer, json).map_err(io::Error::from);
    let written = written.and_then(|()| buffer.flush());
    debug_assert!(written.is_ok(), "what has a fingerprint is JSON");
    drop(buffer);
    let hash = hasher.0.finalize();
    hash.iter().fold("sha256:".to_owned(), |mut hex, byte| {
        // Writing to a string can't fail.
        _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_stands_among_the_other_keys_in_their_order() {
        let all = json!({"a": 1, "c": {"e": null, "d": "x"}, "m": [1, 2, 3], "z": []});
        for key in ["b", "m", "zz", "a0"] {
            let mut rest = all.as_object().cloned().unwrap();
            let list = rest.remove(key).unwrap_or_else(|| json!([4]));
            let items = list.as_array().cloned().unwrap();
            let streamed = WithList {
                rest: rest.clone(),
                key,
                list: || items.iter(),
            };
            rest.insert(key.to_owned(), list);
            let whole = Json::Object(rest);
            assert_eq!(serde_json::to_string(&streamed).unwrap(), whole.to_string());
            assert_eq!(sha256(&streamed), sha256(&whole));
        }
        let empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
        assert_eq!(sha256(&json!({})), empty);
    }
}
