//! Text to a tree that remembers where each part stood, within budgets that a hostile file can't exceed.

use std::collections::BTreeMap;

use serde_yaml::Error as YamlError;

use super::budget::{MAX_ANCHORS, MAX_COMMENTS_IN_A_ROW, MAX_DEPTH, MAX_PARTS, TextBudget};
use super::mistakes::{self, Stop};
use super::plain;
use super::reading::{self, clamp, span};
use super::tree::{Key, Node, Value};
use crate::diagnostic::{
    Code, Diagnostic, Diagnostics, Severity, Source, SourceId, Span, clipped, quote,
};

pub use super::budget::MAX_FILE_BYTES;

/// The parser's words may quote the file, in characters.
const MAX_REASON: usize = 200;

/// Reads one file. Every key that stands twice is reported, and the first of each is kept.
///
/// # Errors
/// One diagnostic, when the bytes aren't UTF-8 text with one YAML document within the budgets.
pub fn parse(id: SourceId, source: &Source) -> Result<(Node<'_>, Diagnostics), Diagnostic> {
    parse_within(id, source, &mut { MAX_PARTS })
}

/// The same of one of several files, which have so many parts left between them.
pub(super) fn parse_within<'a>(
    id: SourceId,
    source: &'a Source,
    left: &mut usize,
) -> Result<(Node<'a>, Diagnostics), Diagnostic> {
    let text = decode(id, &source.bytes)?;
    read(id, text, source.is_recognised(), left)
}

fn read<'a>(
    source: SourceId,
    text: &'a str,
    recognised: bool,
    left: &mut usize,
) -> Result<(Node<'a>, Diagnostics), Diagnostic> {
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
    let budget = TextBudget::of(text.len(), *left);
    let mut root = match plain::read(text, budget) {
        Some(root) => root,
        None => reading::read(text, budget.options())
            .map_err(|error| explain(source, text, &error, recognised, budget))?,
    };
    let mut met = Met {
        source,
        recognised,
        duplicates: Diagnostics::default(),
        parts: 0,
    };
    met.place(&mut root);
    *left = left.saturating_sub(met.parts);
    Ok((root, met.duplicates))
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

/// The parser's error in the words of someone who edits the file; the parser's own words may quote it.
fn explain(
    source: SourceId,
    text: &str,
    error: &YamlError,
    recognised: bool,
    budget: TextBudget,
) -> Diagnostic {
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
    if let Some((what, most)) = breached(&lower, budget) {
        return Diagnostic::error(
            Code::YamlBudget,
            format!("the file is not read further: {what}"),
        )
        .at(at)
        .help(most);
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

/// What of a budget was breached, and what there may be, where that is what the parser says.
fn breached(said: &str, budget: TextBudget) -> Option<(&'static str, String)> {
    let has = |words: &[&str]| words.iter().any(|word| said.contains(word));
    // The variants of a breached limit are many, and some come wrapped: their texts have these words in common.
    if !has(&[
        "budget",
        "limit exceeded",
        "recursion limit",
        "too many buffered",
    ]) {
        return None;
    }
    let TextBudget {
        replayed, aliases, ..
    } = budget;
    Some(if has(&["alias", "merge", "replay"]) {
        let most = format!(
            "a file of this size has at most {aliases} aliases, for {replayed} parts in all, and no file more than {MAX_ANCHORS} anchors"
        );
        ("its aliases expand to too much", most)
    } else if has(&["anchor"]) {
        let most = format!("no file has more than {MAX_ANCHORS} anchors");
        ("it has too many anchors", most)
    } else if has(&["depth", "nest", "recursion"]) {
        let most = format!("a desired state has at most {MAX_DEPTH} levels");
        ("it is nested too deeply", most)
    } else if has(&["comment"]) {
        let most = format!("at most {MAX_COMMENTS_IN_A_ROW} lines of comment stand in a row");
        ("it has too many lines of comment", most)
    } else if has(&["scalar"]) {
        let most = format!("its texts have at most {} bytes", TextBudget::MAX_SCALARS);
        ("its texts are too long", most)
    } else {
        let most = format!(
            "a desired state has at most {MAX_PARTS} parts in all its files, aliases expanded"
        );
        ("it has too many parts", most)
    })
}

/// What is met in the parts of a text.
struct Met {
    source: SourceId,
    recognised: bool,
    /// The keys that stand twice.
    duplicates: Diagnostics,
    /// How many there are, keys included.
    parts: usize,
}

impl Met {
    /// Tells every part whose text it is, and keeps the first of each key that stands twice.
    fn place(&mut self, node: &mut Node<'_>) {
        self.parts += 1;
        node.span.source = self.source;
        match &mut node.value {
            Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {}
            Value::Seq(items) => {
                for item in items {
                    self.place(item);
                }
            }
            Value::Map(entries) => {
                for (key, _) in entries.iter_mut() {
                    key.span.source = self.source;
                }
                self.parts += entries.len();
                self.once_each(entries);
                for (_, node) in entries {
                    self.place(node);
                }
            }
        }
    }

    fn once_each<'a>(&mut self, entries: &mut Box<[(Key<'a>, Node<'a>)]>) {
        // Few keys are looked through faster than a set of them is made.
        const FEW: usize = 16;
        let keys = || entries.iter().map(|(key, _)| &key.text);
        let stood = |(place, text)| keys().take(place).any(|other| other == text);
        if entries.len() <= FEW && !keys().enumerate().any(stood) {
            return;
        }
        let mut first: BTreeMap<String, Span> = BTreeMap::new();
        let mut kept = std::mem::take(entries).into_vec();
        kept.retain(|(key, _)| match first.get(&*key.text) {
            Some(before) => {
                self.note(key, *before);
                false
            }
            None => {
                first.insert(key.text.to_string(), key.span);
                true
            }
        });
        *entries = kept.into();
    }

    fn note(&mut self, key: &Key<'_>, before: Span) {
        let name = if self.recognised {
            format!("the key {}", quote(&key.text))
        } else {
            "a key".to_owned()
        };
        self.duplicates.push_with(Severity::Error, || {
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
