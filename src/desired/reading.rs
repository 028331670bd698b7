//! The tree as the YAML reader gives it, part by part, with all that YAML has: what a part says is borrowed from the text, and
//! nothing of it is kept twice.

use std::borrow::Cow;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use super::tree::{Key, Node, Value};
use crate::diagnostic::{SourceId, Span};

/// The tree of a text: each part knows its place in it, and not yet whose text it is. A key may stand twice in a mapping.
pub(super) fn read<'a>(
    text: &'a str,
    options: serde_yaml::Options,
) -> Result<Node<'a>, serde_yaml::Error> {
    let part: Spanned<ReadPart<'a>> = serde_yaml::from_str_with_options(text, options)?;
    Ok(node(part))
}

/// A place in a text.
pub(super) fn span(source: SourceId, location: Location) -> Span {
    Span {
        source,
        line: clamp(location.line()).max(1),
        column: clamp(location.column()).max(1),
        len: clamp(location.span().len()),
    }
}

/// What a number of lines, columns or characters is cut off at.
pub(super) fn clamp(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What a part holds.
struct ReadPart<'a>(Value<'a>);

/// A key's text.
struct Word<'a>(Cow<'a, str>);

fn node(part: Spanned<ReadPart<'_>>) -> Node<'_> {
    Node {
        span: span(SourceId(0), part.referenced),
        value: part.value.0,
    }
}

fn key(word: Spanned<Word<'_>>) -> Key<'_> {
    Key {
        span: Span {
            len: clamp(word.value.0.chars().count() as u64),
            ..span(SourceId(0), word.referenced)
        },
        text: word.value.0,
    }
}

impl<'de> Deserialize<'de> for Word<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordVisitor;

        impl<'de> Visitor<'de> for WordVisitor {
            type Value = Word<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Owned(text.to_owned())))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<Word<'de>, E> {
                Ok(Word(Cow::Owned(text)))
            }
        }

        deserializer.deserialize_string(WordVisitor)
    }
}

impl<'de> Deserialize<'de> for ReadPart<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PartVisitor;

        impl<'de> Visitor<'de> for PartVisitor {
            type Value = ReadPart<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("YAML")
            }
            fn visit_unit<E: de::Error>(self) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Null))
            }
            fn visit_none<E: de::Error>(self) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Null))
            }
            fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<ReadPart<'de>, D::Error> {
                ReadPart::deserialize(d)
            }
            fn visit_bool<E: de::Error>(self, value: bool) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Bool(value)))
            }
            fn visit_i64<E: de::Error>(self, value: i64) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Int(value)))
            }
            fn visit_u64<E: de::Error>(self, value: u64) -> Result<ReadPart<'de>, E> {
                // A number this large is wrong wherever it stands, and a number all the same.
                #[expect(clippy::cast_precision_loss, reason = "that it is too large is kept")]
                let large = value as f64;
                let value = i64::try_from(value).map_or(Value::Float(large), Value::Int);
                Ok(ReadPart(value))
            }
            fn visit_f64<E: de::Error>(self, value: f64) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Float(value)))
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Str(Cow::Borrowed(text))))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Str(Cow::Owned(text.to_owned()))))
            }
            fn visit_string<E: de::Error>(self, text: String) -> Result<ReadPart<'de>, E> {
                Ok(ReadPart(Value::Str(Cow::Owned(text))))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<ReadPart<'de>, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(node(item));
                }
                Ok(ReadPart(Value::Seq(items.into())))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ReadPart<'de>, A::Error> {
                let mut entries = Vec::new();
                while let Some((word, part)) = map.next_entry()? {
                    entries.push((key(word), node(part)));
                }
                Ok(ReadPart(Value::Map(entries.into())))
            }
        }

        deserializer.deserialize_any(PartVisitor)
    }
}
