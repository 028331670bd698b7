//! A document as a tree that remembers where each part stood. What it says it borrows from the text, where that has it as it is.

use std::borrow::Cow;

use crate::diagnostic::Span;

/// A part of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'a> {
    /// Where it stands; for an alias, where the alias stands.
    pub span: Span,
    pub value: Value<'a>,
}

/// A key of a mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key<'a> {
    /// Where it stands.
    pub span: Span,
    pub text: Cow<'a, str>,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing: `null`, `~` or an empty place.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number without a fraction.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(Cow<'a, str>),
    /// A list.
    Seq(Box<[Node<'a>]>),
    /// A mapping, in the order of the file.
    Map(Box<[(Key<'a>, Node<'a>)]>),
}

impl<'a> Node<'a> {
    /// The value under a key of this mapping.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|(_, node)| node)
    }

    /// The key and the value under it.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<(&Key<'a>, &Self)> {
        self.entries()
            .iter()
            .find(|(k, _)| k.text == key)
            .map(|(k, v)| (k, v))
    }

    /// The entries of this mapping; none for anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Key<'a>, Self)] {
        if let Value::Map(entries) = &self.value {
            entries
        } else {
            &[]
        }
    }

    /// The items of this list; none for anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        if let Value::Seq(items) = &self.value {
            items
        } else {
            &[]
        }
    }

    /// The items of the list under a key, which has none any more.
    pub(super) fn take_items(&mut self, key: &str) -> Vec<Self> {
        let Value::Map(entries) = &mut self.value else {
            return Vec::new();
        };
        let entry = entries.iter_mut().find(|(other, _)| other.text == key);
        if let Some(Value::Seq(items)) = entry.map(|(_, node)| &mut node.value) {
            std::mem::take(items).into_vec()
        } else {
            Vec::new()
        }
    }

    /// The text of this scalar, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::Str(text) = &self.value {
            Some(text)
        } else {
            None
        }
    }

    /// The same tree as JSON, for the schema.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(b) => (*b).into(),
            Value::Int(i) => (*i).into(),
            Value::Float(f) => (*f).into(),
            Value::Str(s) => (**s).into(),
            Value::Seq(items) => items.iter().map(Self::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|(key, node)| (key.text.to_string(), node.to_json()))
                .collect(),
        }
    }

    /// The part that a JSON pointer names, and the key that it stands under.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Option<(Option<&Key<'a>>, &Self)> {
        let mut found = (None, self);
        for segment in pointer.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            found = match &found.1.value {
                Value::Seq(items) => (None, items.get(name.parse::<usize>().ok()?)?),
                Value::Map(_) => {
                    let (key, node) = found.1.entry(&name)?;
                    (Some(key), node)
                }
                Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::Str(_) => {
                    return None;
                }
            };
        }
        Some(found)
    }
}
