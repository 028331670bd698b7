//! Text to a tree that remembers where each part stood, within budgets that a hostile file can't exceed.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, Error as YamlError, Location, MergeKeyPolicy, Spanned};

use super::mistakes::{self, Stop};
use super::tree::{Key, Node, Value};
use crate::diagnostic::{
    Code, Diagnostic, Diagnostics, Severity, Source, SourceId, Span, clipped, quote,
};

/// The largest file that is read, in bytes: 20,000 orgs take about 3 MB.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// Deep enough for every valid file (6), shallow enough for the stack of a debug build.
const MAX_DEPTH: usize = 32;

/// The parser's words may quote the file, in characters.
const MAX_REASON: usize = 200;

/// A valid org has some ten nodes, so this is room for about 100,000 orgs.
const MAX_NODES: usize = 1_000_000;

/// Reads one file. Every key that stands twice is reported, and the first of each is kept.
///
/// # Errors
/// One diagnostic, when the bytes aren't UTF-8 text with one YAML document within the budgets.
pub fn parse(id: SourceId, source: &Source) -> Result<(Node, Diagnostics), Diagnostic> {
    let text = decode(id, &source.bytes)?;
    read(id, text, source.is_recognised())
}

fn read(source: SourceId, text: &str, recognised: bool) -> Result<(Node, Diagnostics), Diagnostic> {
    if text.lines().all(|line| {
        let line = line.trim_start_matches('\u{feff}').trim();
        line.is_empty() || line.starts_with('#') || line == "---" || line == "..."
    }) {
        return Err(Diagnostic::error(
            Code::EmptyFile,
            "the file is empty: it says nothing about any org",
        )
        .at(start_of(source))
        .help(
            "start with `version: 1`, `account:` and `orgs:`; `aerialctl schema` shows every key",
        ));
    }
    let raw: Spanned<RawNode> = serde_yaml::from_str_with_options(text, options())
        .map_err(|error| explain(source, text, &error, recognised))?;
    let mut duplicates = Duplicates {
        recognised,
        found: Diagnostics::default(),
    };
    let node = place(source, raw, &mut duplicates);
    Ok((node, duplicates.found))
}

fn options() -> serde_yaml::Options {
    serde_yaml::options! {
        budget: serde_yaml::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_events: 3 * MAX_NODES,
            max_aliases: 20_000,
            max_anchors: 1_000,
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_yaml::alias_limits! {
            max_total_replayed_events: 200_000,
            max_replay_stack_depth: 8,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::Merge,
        strict_booleans: true,
        with_snippet: false,
    }
}

fn decode(source: SourceId, bytes: &[u8]) -> Result<&str, Diagnostic> {
    let refuse = |code, message: String, help: &str| {
        Diagnostic::error(code, message)
            .at(start_of(source))
            .help(help)
    };
    if bytes.len() > MAX_FILE_BYTES {
        return Err(too_large(source, bytes.len() as u64));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(refuse(
            Code::NotUtf8,
            "the file is UTF-16".into(),
            "save it as UTF-8",
        ));
    }
    if bytes.contains(&0) {
        return Err(refuse(
            Code::NotText,
            "the file is binary: it has NUL bytes".into(),
            "a desired state is YAML, as UTF-8 text",
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let line_start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |i| i + 1);
        let column = String::from_utf8_lossy(before.get(line_start..).unwrap_or_default())
            .chars()
            .count()
            + 1;
        Diagnostic::error(Code::NotUtf8, "the file isn't UTF-8 from here on")
            .at(Span {
                source,
                line: clamp(line as u64),
                column: clamp(column as u64),
                len: 1,
            })
            .help("save it as UTF-8")
    })
}

/// The finding about a file that is over [`MAX_FILE_BYTES`], for those who learn its size before its content.
#[must_use]
pub fn too_large(source: SourceId, bytes: u64) -> Diagnostic {
    Diagnostic::error(
        Code::TooLarge,
        format!(
            "the file has {bytes} bytes; a desired state may have {MAX_FILE_BYTES}, room for about 100,000 orgs"
        ),
    )
    .at(start_of(source))
    .help("split it into several files in a folder")
}

fn start_of(source: SourceId) -> Span {
    Span {
        source,
        line: 1,
        column: 1,
        len: 0,
    }
}

fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn span(source: SourceId, location: Location) -> Span {
    Span {
        source,
        line: clamp(location.line()).max(1),
        column: clamp(location.column()).max(1),
        len: clamp(location.span().len()),
    }
}

/// The parser's error in the words of someone who edits the file; the parser's own words may quote it.
fn explain(source: SourceId, text: &str, error: &YamlError, recognised: bool) -> Diagnostic {
    let location = error.location();
    let at = location.map_or_else(|| start_of(source), |location| span(source, location));
    let raw = error.without_snippet().to_string();
    // The parser repeats the place at the end of its message; the label shows it already.
    let message = raw
        .split(" at line ")
        .next()
        .unwrap_or(&raw)
        .trim_end_matches([':', ',', ' '])
        .to_owned();
    let lower = raw.to_lowercase();
    if matches!(error.without_snippet(), YamlError::MultipleDocuments { .. }) {
        return Diagnostic::error(
            Code::YamlDocuments,
            "a second YAML document starts in this file",
        )
        .at(at)
        .help("keep one document in each file; a folder of files is one desired state");
    }
    // The variants of a breached limit are many, and some come wrapped: their texts have these words in common.
    if ["budget", "limit exceeded", "recursion limit"]
        .iter()
        .any(|words| lower.contains(words))
    {
        let what = if lower.contains("alias") || lower.contains("anchor") {
            "its aliases expand to too much"
        } else if lower.contains("depth") || lower.contains("nest") || lower.contains("recursion") {
            "it is nested too deeply"
        } else {
            "it has too many parts"
        };
        return Diagnostic::error(
            Code::YamlBudget,
            format!("the file is not read further: {what}"),
        )
        .at(at)
        .help(format!(
            "a desired state has at most {MAX_DEPTH} levels and {MAX_NODES} parts, aliases expanded"
        ));
    }
    let stop = Stop {
        text,
        line: usize::try_from(at.line).unwrap_or(usize::MAX),
        column: usize::try_from(at.column).unwrap_or(usize::MAX),
        reason: &message,
    };
    if let Some(mistake) = mistakes::recognise(stop) {
        let code = if mistake.message.starts_with("a tab") {
            Code::YamlTab
        } else {
            Code::Yaml
        };
        let place = Span {
            line: clamp(mistake.line as u64),
            column: clamp(mistake.column as u64),
            len: clamp(mistake.len as u64),
            ..at
        };
        // What kind of mistake it is may be told of any text; words that quote it may not.
        let quotes = mistake.quotes && !recognised;
        return if quotes {
            Diagnostic::error(code, "this isn't valid YAML").at(place)
        } else {
            Diagnostic::error(code, mistake.message)
                .at(place)
                .help(mistake.help)
        };
    }
    if !recognised {
        return Diagnostic::error(Code::Yaml, "this isn't valid YAML").at(at);
    }
    Diagnostic::error(
        Code::Yaml,
        format!("this isn't valid YAML: {}", clipped(&message, MAX_REASON)),
    )
    .at(at)
}

/// The keys that stand twice.
struct Duplicates {
    recognised: bool,
    found: Diagnostics,
}

impl Duplicates {
    fn note(&mut self, key: &Key, before: Span) {
        let name = if self.recognised {
            format!("the key {}", quote(&key.text))
        } else {
            "a key".to_owned()
        };
        self.found.push_with(Severity::Error, || {
            Diagnostic::error(
                Code::DuplicateKey,
                format!("{name} stands twice in one mapping"),
            )
            .label(key.span, "again here")
            .label(before, "first here")
            .help("keep one of the two")
        });
    }
}

/// The tree as the YAML reader gives it.
enum RawNode {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    Seq(Vec<Spanned<Self>>),
    Map(Vec<(Spanned<String>, Spanned<Self>)>),
}

fn place(source: SourceId, raw: Spanned<RawNode>, duplicates: &mut Duplicates) -> Node {
    let at = span(source, raw.referenced);
    let value = match raw.value {
        RawNode::Null => Value::Null,
        RawNode::Bool(b) => Value::Bool(b),
        RawNode::Int(i) => Value::Int(i),
        RawNode::Float(f) => Value::Float(f),
        RawNode::Str(s) => Value::Str(s),
        RawNode::Seq(items) => Value::Seq(
            items
                .into_iter()
                .map(|item| place(source, item, duplicates))
                .collect(),
        ),
        RawNode::Map(entries) => {
            let mut first = std::collections::BTreeMap::new();
            let mut kept: Vec<(Key, Node)> = Vec::with_capacity(entries.len());
            for (key, node) in entries {
                let key = Key {
                    span: Span {
                        len: clamp(key.value.chars().count() as u64),
                        ..span(source, key.referenced)
                    },
                    text: key.value,
                };
                if let Some(before) = first.insert(key.text.clone(), key.span) {
                    duplicates.note(&key, before);
                    first.insert(key.text, before);
                    continue;
                }
                kept.push((key, place(source, node, duplicates)));
            }
            Value::Map(kept)
        }
    };
    Node { span: at, value }
}

impl<'de> Deserialize<'de> for RawNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;

        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = RawNode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("YAML")
            }
            fn visit_unit<E: de::Error>(self) -> Result<RawNode, E> {
                Ok(RawNode::Null)
            }
            fn visit_none<E: de::Error>(self) -> Result<RawNode, E> {
                Ok(RawNode::Null)
            }
            fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<RawNode, D::Error> {
                RawNode::deserialize(d)
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<RawNode, E> {
                Ok(RawNode::Bool(value))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<RawNode, E> {
                Ok(RawNode::Int(value))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<RawNode, E> {
                // A number this large is wrong wherever it stands, and a number all the same.
                #[expect(clippy::cast_precision_loss, reason = "that it is too large is kept")]
                let large = value as f64;
                Ok(i64::try_from(value).map_or(RawNode::Float(large), RawNode::Int))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<RawNode, E> {
                Ok(RawNode::Float(value))
            }
            fn visit_str<E: de::Error>(self, value: &str) -> Result<RawNode, E> {
                Ok(RawNode::Str(value.to_owned()))
            }
            fn visit_string<E: de::Error>(self, value: String) -> Result<RawNode, E> {
                Ok(RawNode::Str(value))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawNode, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(RawNode::Seq(items))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawNode, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawNode::Map(entries))
            }
        }

        deserializer.deserialize_any(NodeVisitor)
    }
}
