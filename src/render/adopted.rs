//! Orgs of an account as entries for a file that is there.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::yaml::{KeptOfFile, alone};
use crate::desired::insert::AddedEntry;
use crate::live::Snapshot;
use crate::shape::shape;

/// The orgs of an account as entries, in its order: in the words that the file has, with ids for what it has no word for.
///
/// # Errors
/// When the serializer can't write them, which no account is known to cause.
pub fn adopted(
    live: &Snapshot,
    kept: &KeptOfFile,
) -> Result<Vec<AddedEntry>, serde_yaml::ser::Error> {
    let shape = shape(live, &kept.given);
    let entries = live.orgs.iter().map(|org| {
        let text = alone(org, &shape, kept)?;
        let lines = text.lines().skip(1);
        let block: Vec<String> = lines
            .filter_map(|line| Some(line.get(4..)?.to_owned()))
            .collect();
        let flow = flow(&block);
        Ok(AddedEntry { block, flow })
    });
    entries.collect()
}

/// The lines of an entry as one mapping that is JSON too, in their order.
fn flow(block: &[String]) -> String {
    let read: Map<String, Json> = serde_yaml::from_str(&block.join("\n")).unwrap_or_default();
    let by_line: BTreeMap<usize, (&String, &Json)> = read
        .iter()
        .filter_map(|(key, value)| {
            let line = block
                .iter()
                .position(|line| line.split(':').next() == Some(key))?;
            Some((line, (key, value)))
        })
        .collect();
    let parts: Vec<String> = by_line
        .into_values()
        .map(|(key, value)| {
            let text = value.as_array().map_or_else(
                || value.to_string(),
                |items| {
                    let items: Vec<String> = items.iter().map(Json::to_string).collect();
                    format!("[{}]", items.join(", "))
                },
            );
            format!("\"{key}\": {text}")
        })
        .collect();
    format!("{{{}}}", parts.join(", "))
}
