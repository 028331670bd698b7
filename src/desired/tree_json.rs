//! The tree as the schema's library reads it, without a copy of it as JSON.

use std::borrow::Cow;

use jsonschema::JsonType;
use jsonschema::json::{self, NodeIdentity};
use serde_json::{Number, Value as Json};

use super::tree::{Key, Node, Value};

/// The representation: what [`Node::to_json`] says, read where it stands.
pub(super) struct TreeJson;

/// A number of the tree that JSON has.
#[derive(Clone, Copy)]
pub(super) enum TreeNumber {
    Int(i64),
    /// Finite.
    Float(f64),
}

impl json::Json for TreeJson {
    type Node<'a> = &'a Node<'a>;
    type PreparedKey = String;
    type StringBuffer = ();
    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), text: &str, then: impl FnOnce(Self::Node<'_>) -> T) -> T {
        then(&Node::nowhere(Value::Str(Cow::Borrowed(text))))
    }
}

impl json::JsonNumber for TreeNumber {
    fn as_u64(&self) -> Option<u64> {
        self.to_number().as_u64()
    }
    fn as_i64(&self) -> Option<i64> {
        self.to_number().as_i64()
    }
    fn as_f64(&self) -> Option<f64> {
        self.to_number().as_f64()
    }
    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_number().to_string())
    }
    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(match *self {
            Self::Int(value) => value.into(),
            Self::Float(value) => Number::from_f64(value).unwrap_or_else(|| 0.into()),
        })
    }
}

impl<'a> json::Node<'a, TreeJson> for &'a Node<'a> {
    type Object = &'a [(Key<'a>, Node<'a>)];
    type Array = &'a [Node<'a>];
    type Number = TreeNumber;

    fn as_object(&self) -> Option<Self::Object> {
        matches!(self.value, Value::Map(_)).then(|| self.entries())
    }
    fn as_array(&self) -> Option<Self::Array> {
        matches!(self.value, Value::Seq(_)).then(|| self.items())
    }
    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.as_str().map(Cow::Borrowed)
    }
    fn as_number(&self) -> Option<TreeNumber> {
        match self.value {
            Value::Int(value) => Some(TreeNumber::Int(value)),
            Value::Float(value) if value.is_finite() => Some(TreeNumber::Float(value)),
            Value::Float(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Str(_)
            | Value::Seq(_)
            | Value::Map(_) => None,
        }
    }
    fn as_boolean(&self) -> Option<bool> {
        if let Value::Bool(value) = self.value {
            Some(value)
        } else {
            None
        }
    }
    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }
    fn json_type(&self) -> JsonType {
        match &self.value {
            Value::Null => JsonType::Null,
            Value::Bool(_) => JsonType::Boolean,
            // JSON has no other.
            Value::Float(value) if !value.is_finite() => JsonType::Null,
            Value::Int(_) | Value::Float(_) => JsonType::Number,
            Value::Str(_) => JsonType::String,
            Value::Seq(_) => JsonType::Array,
            Value::Map(_) => JsonType::Object,
        }
    }
    fn string_length_within(&self, min: u64, max: u64) -> Option<bool> {
        let text = self.as_str()?;
        // A character has one to four bytes.
        let (fewest, most) = (text.len().div_ceil(4) as u64, text.len() as u64);
        let length = || text.chars().count() as u64;
        Some((min <= fewest && most <= max) || (min..=max).contains(&length()))
    }
    fn equals_value(&self, expected: &Json) -> bool {
        match (self.as_str(), expected.as_str()) {
            (Some(text), Some(expected)) => text == expected,
            (Some(_), None) | (None, Some(_)) => false,
            (None, None) => json::cmp::equal(&self.to_json(), expected),
        }
    }
    fn to_value(&self) -> Cow<'a, Json> {
        Cow::Owned(self.to_json())
    }
    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref(*self).addr()))
    }
}

impl<'a> json::Object<'a, TreeJson> for &'a [(Key<'a>, Node<'a>)] {
    type Node = &'a Node<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }
    fn get(&self, key: &String) -> Option<&'a Node<'a>> {
        let found = self.iter().find(|(other, _)| other.text == *key);
        found.map(|(_, node)| node)
    }
    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// The entries of a mapping by their names.
pub(super) struct Members<'a>(std::slice::Iter<'a, (Key<'a>, Node<'a>)>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, node)| (&*key.text, node))
    }
}

impl<'a> json::Array<'a, TreeJson> for &'a [Node<'a>] {
    type Node = &'a Node<'a>;
    type ElementsIter = std::slice::Iter<'a, Node<'a>>;

    fn len(&self) -> usize {
        <[_]>::len(self)
    }
    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }
}
