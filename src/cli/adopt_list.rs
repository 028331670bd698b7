//! `import --update` where no file has the key `orgs` yet: which gets it.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::account::AccountSource;
use crate::desired::insert::with_orgs_key;
use crate::desired::tree::Node;
use crate::desired::{self, document};
use crate::diagnostic::{Source, SourceId, Sources};

/// A text that has got an empty list of orgs, and what it was.
pub(super) struct Listless {
    pub(super) source: SourceId,
    pub(super) before: String,
}

/// Gives one of the texts an empty list of orgs where none has one: the first that may have it, one with `account` before
/// others. What no list would make valid stays as it is.
pub(super) fn with_list(
    sources: &mut Sources,
    account: &AccountSource,
    today: Date,
) -> Option<Listless> {
    let (new, listless) = one_with_list(sources, account, today)?;
    *sources = new;
    Some(listless)
}

fn one_with_list(
    sources: &Sources,
    account: &AccountSource,
    today: Date,
) -> Option<(Sources, Listless)> {
    let mut roots: Vec<(SourceId, Node<'_>)> = Vec::new();
    for (id, source) in sources.iter() {
        let (root, _) = document::parse(id, source).ok()?;
        if root.get("orgs").is_some() {
            return None;
        }
        roots.push((id, root));
    }
    roots.sort_by_key(|(id, root)| (root.get("account").is_none(), *id));
    for (place, root) in &roots {
        let mut texts: Vec<Source> = sources.iter().map(|(_, one)| one.clone()).collect();
        let Some(source) = texts.get_mut(place.place()) else {
            continue;
        };
        let before = String::from_utf8_lossy(&source.bytes).into_owned();
        let Some(text) = with_orgs_key(&before, root) else {
            continue;
        };
        let new = source.with_text(&text);
        let keeps = document::parse(*place, &new).is_ok_and(|(new, _)| only_adds(root, &new, 0));
        *source = new;
        let new = Sources::new(texts);
        if keeps
            && desired::load_on(&new, account.fallback(), today)
                .desired
                .is_some()
        {
            let listless = Listless {
                source: *place,
                before,
            };
            return Some((new, listless));
        }
    }
    None
}

/// Whether a text has all that it had, and so many more orgs behind its own.
pub(super) fn only_adds(before: &Node<'_>, after: &Node<'_>, more: usize) -> bool {
    let keys = |node: &Node<'_>| -> BTreeSet<String> {
        let keys = node.entries().iter().map(|(key, _)| key.text.to_string());
        keys.filter(|key| key != "orgs").collect()
    };
    let same =
        |key: &String| after.get(key).map(Node::to_json) == before.get(key).map(Node::to_json);
    let items = |node: &Node<'_>| -> Vec<serde_json::Value> {
        let orgs = node.get("orgs").map(Node::items).unwrap_or_default();
        orgs.iter().map(Node::to_json).collect()
    };
    let (old, new) = (items(before), items(after));
    keys(before) == keys(after)
        && keys(before).iter().all(same)
        && new.len() == old.len() + more
        && new.starts_with(&old)
}
