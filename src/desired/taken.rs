//! Values as they are taken out of the tree, each with its place: what is of another type than it should be is left out.

use std::borrow::Cow;

use super::tree::{Key, Node, Value};
use crate::diagnostic::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct At<T> {
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A text and where it stands.
pub(super) type WordAt<'a> = At<Cow<'a, str>>;

/// A product or bundle in a list.
#[derive(Debug, Clone)]
pub(super) struct RawListing<'a> {
    pub word: WordAt<'a>,
    /// `until`, where the word stands in a mapping.
    pub until: Option<WordAt<'a>>,
}

pub(super) fn named<'a>(
    root: &'a Node<'a>,
    key: &str,
) -> impl Iterator<Item = &'a (Key<'a>, Node<'a>)> {
    root.get(key).map(Node::entries).unwrap_or_default().iter()
}

pub(super) fn name<'a>(key: &'a Key<'a>) -> WordAt<'a> {
    At {
        value: Cow::Borrowed(&key.text),
        span: key.span,
    }
}

pub(super) fn field<'a>(node: &'a Node<'a>, key: &str) -> Option<WordAt<'a>> {
    node.get(key).and_then(text)
}

/// A text with the place of its key.
pub(super) fn at_key<'a>(node: &'a Node<'a>, key: &str) -> Option<WordAt<'a>> {
    let (key, value) = node.entry(key)?;
    Some(At {
        value: Cow::Borrowed(value.as_str()?),
        span: key.span,
    })
}

pub(super) fn text<'a>(node: &'a Node<'a>) -> Option<WordAt<'a>> {
    Some(At {
        value: Cow::Borrowed(node.as_str()?),
        span: node.span,
    })
}

pub(super) fn texts<'a>(node: &'a Node<'a>) -> Vec<WordAt<'a>> {
    node.items().iter().filter_map(text).collect()
}

pub(super) fn listings<'a>(node: &'a Node<'a>) -> Vec<RawListing<'a>> {
    let items = node.items().iter();
    let listing = |item: &'a Node<'a>| {
        let (word, until) = match item.get("product") {
            Some(product) => (text(product), field(item, "until")),
            None => (text(item), None),
        };
        Some(RawListing { word: word?, until })
    };
    items.filter_map(listing).collect()
}

pub(super) fn truth<'a>(node: &Node<'_>) -> Option<WordAt<'a>> {
    if let Value::Bool(value) = node.value {
        Some(At {
            value: Cow::Borrowed(if value { "true" } else { "false" }),
            span: node.span,
        })
    } else {
        None
    }
}

pub(super) fn int(node: &Node<'_>) -> Option<At<i64>> {
    if let Value::Int(value) = node.value {
        Some(At {
            value,
            span: node.span,
        })
    } else {
        None
    }
}
