//! The texts of a desired state with other products or another status in some of their entries: all else stays byte for byte.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::compare;
use super::document;
use super::load::load_for;
use super::model::{Desired, DesiredOrg, StatusGoal};
use super::text_places::TextPlaces;
use super::tree::{Node, Value};
use crate::diagnostic::{Source, SourceId, Sources};
use crate::ids::{AccountId, ProductId};

/// What an entry is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment<'a> {
    pub entry: &'a DesiredOrg,
    /// Its products, where they are to be others.
    pub products: Option<BTreeSet<ProductId>>,
    /// Its status, where it is to be another.
    pub status: Option<StatusGoal>,
}

impl Amendment<'_> {
    /// Its products in the file's words.
    #[must_use]
    pub fn words(&self, desired: &Desired) -> Vec<String> {
        let ids = self.products.iter().flatten();
        ids.map(|id| word(id, desired)).collect()
    }
}

/// The texts that change, with what they are to say; `None` where that can't be had line by line.
///
/// The entries are to be written by hand then. Whatever comes out means what was asked for, and nothing else.
#[must_use]
pub fn amended(
    sources: &Sources,
    fallback: Option<&AccountId>,
    desired: &Desired,
    amendments: &[Amendment<'_>],
) -> Option<Vec<(SourceId, String)>> {
    let mut by_source: BTreeMap<SourceId, Vec<&Amendment<'_>>> = BTreeMap::new();
    for one in amendments {
        let source = one.entry.origin.org.source;
        by_source.entry(source).or_default().push(one);
    }
    let mut changed = Vec::new();
    let mut all = Vec::new();
    for (id, source) in sources.iter() {
        let mut source = source.clone();
        if let Some(amendments) = by_source.get(&id) {
            let text = edited(id, &source, desired, amendments)?;
            source = source.with_text(&text);
            changed.push((id, text));
        }
        all.push(source);
    }
    let after = load_for(&Sources::new(all), fallback).desired?;
    means(desired, &after, amendments).then_some(changed)
}

/// Whether a new state is the old one but for what is to be amended.
fn means(before: &Desired, after: &Desired, amendments: &[Amendment<'_>]) -> bool {
    let comparison = compare::compare(Some(before), after);
    let meant: BTreeSet<&str> = amendments.iter().map(|one| one.entry.label()).collect();
    let others = comparison.orgs.iter();
    let mut others = others.filter(|org| !meant.contains(org.label.as_str()));
    let orgs = after.by_name();
    !comparison.everywhere
        && comparison.account_wide.is_empty()
        && others.next().is_none()
        && amendments.iter().all(|one| {
            let Some(now) = orgs.find(&one.entry.name).one() else {
                return false;
            };
            let ids = |org: &DesiredOrg| -> Option<BTreeSet<(ProductId, bool)>> {
                let listed = org.products.as_ref()?.iter();
                let listed = listed.map(|one| (one.id.clone(), one.until.is_some()));
                Some(listed.collect())
            };
            let wanted = match &one.products {
                Some(wanted) => Some(wanted.iter().map(|id| (id.clone(), false)).collect()),
                None => ids(one.entry),
            };
            ids(now) == wanted
                && now.status == one.status.or(one.entry.status)
                && now.until == one.entry.until
        })
}

fn edited(
    id: SourceId,
    source: &Source,
    desired: &Desired,
    amendments: &[&Amendment<'_>],
) -> Option<String> {
    let text = std::str::from_utf8(&source.bytes).ok()?;
    let (root, _) = document::parse(id, source).ok()?;
    let entries = root.get("orgs")?.items().iter();
    let entries: BTreeMap<(u32, u32), &Node<'_>> = entries
        .map(|entry| ((entry.span.line, entry.span.column), entry))
        .collect();
    let places = TextPlaces::of(text);
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for one in amendments {
        let span = one.entry.origin.org;
        let entry = entries.get(&(span.line, span.column))?;
        if one.products.is_some() {
            edits.extend(products(entry, one, desired, &places)?);
        }
        if let Some(status) = one.status {
            let node = entry.get("status")?;
            let range = places.scalar(node)?;
            edits.push((range, status.as_str().to_owned()));
        }
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        text.get(range.clone())?;
        text.replace_range(range, &new);
    }
    Some(text)
}

/// The edits of an entry's list: words that bring nothing else stay.
fn products(
    entry: &Node<'_>,
    one: &Amendment<'_>,
    desired: &Desired,
    places: &TextPlaces<'_>,
) -> Option<Vec<(Range<usize>, String)>> {
    let node = entry.get("products")?;
    let Value::Seq(items) = &node.value else {
        return None;
    };
    let wanted = one.products.as_ref()?;
    let mut missing = wanted.clone();
    let mut kept = Vec::new();
    for item in items {
        let brings = brings(item.as_str()?, desired);
        let keeps = !brings.is_empty() && brings.is_subset(wanted);
        if keeps {
            missing.retain(|id| !brings.contains(id));
        }
        kept.push(keeps);
    }
    let missing = missing.iter().map(|id| word(id, desired));
    let start = places.offset(node.span)?;
    if places.text.get(start..)?.starts_with('[') {
        let words = items.iter().zip(&kept).filter(|(_, keeps)| **keeps);
        let words = words.map(|(item, _)| places.scalar(item));
        let words: Option<Vec<&str>> = words.map(|range| places.text.get(range?)).collect();
        let mut words: Vec<String> = words?.into_iter().map(str::to_owned).collect();
        words.extend(missing);
        let from = match items.last() {
            Some(last) => places.scalar(last)?.end,
            None => start + 1,
        };
        let end = from + places.text.get(from..)?.find(']')?;
        // A comment in between would be lost.
        if places.text.get(start..end)?.contains('#') {
            return None;
        }
        return Some(vec![(start..end + 1, format!("[{}]", words.join(", ")))]);
    }
    let lines: Option<Vec<Range<usize>>> = items.iter().map(|item| places.line(item)).collect();
    let lines = lines?;
    let first = lines.first()?;
    let indent = places.text.get(first.clone())?;
    let indent = indent.get(..indent.find('-')?)?;
    let end = places.line_end();
    let missing: String = missing
        .map(|word| format!("{indent}- {word}{end}"))
        .collect();
    // An empty list isn't written in lines.
    if missing.is_empty() && !kept.contains(&true) {
        return None;
    }
    let mut edits: Vec<_> = lines.iter().zip(&kept).collect();
    edits.retain(|(_, keeps)| !**keeps);
    let mut edits: Vec<_> = edits
        .into_iter()
        .map(|(line, _)| (line.clone(), String::new()))
        .collect();
    if let Some((_, instead)) = edits.first_mut() {
        *instead = missing;
    } else {
        let after = lines.last()?.end;
        edits.push((after..after, missing));
    }
    Some(edits)
}

/// What a word of a list stands for.
fn brings(word: &str, desired: &Desired) -> BTreeSet<ProductId> {
    if let Some(bundle) = desired.bundles.get(word) {
        return bundle.clone();
    }
    let mut named = desired.names.iter();
    let named = named.find(|(_, name)| *name == word).map(|(id, _)| id);
    let id = named.cloned().or_else(|| ProductId::parse(word).ok());
    id.into_iter().collect()
}

/// What a list of the file calls a product.
fn word(id: &ProductId, desired: &Desired) -> String {
    let Some(name) = desired.names.get(id) else {
        return id.to_string();
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain);
    let reads_otherwise = ["true", "false", "null", "yes", "no", "on", "off"];
    if is_word && !reads_otherwise.contains(&name.to_lowercase().as_str()) {
        name.clone()
    } else {
        serde_json::Value::from(name.as_str()).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desired::load;

    const HEAD: &str = "version: 1\naccount: {id: 0227a}\nproducts: {sso: P1, mfa: P2, lcm: P3}\nbundles: {both: [sso, mfa]}\norgs:\n";

    /// The lines of `orgs` after the first entry lists these products, and has another status if it has one.
    fn after(orgs: &str, products: &[&str], status: Option<StatusGoal>) -> Option<String> {
        let sources = Sources::new(vec![Source::new("aerial.yaml", format!("{HEAD}{orgs}"))]);
        let desired = load(&sources).desired.unwrap();
        let ids = products.iter().map(|id| ProductId::parse(id).unwrap());
        let one = Amendment {
            entry: &desired.orgs[0],
            products: Some(ids.collect()),
            status,
        };
        let mut texts = amended(&sources, None, &desired, &[one])?;
        let (_, text) = texts.pop()?;
        Some(text.strip_prefix(HEAD).unwrap().to_owned())
    }

    #[test]
    fn a_list_gets_other_words_and_all_else_stays() {
        for (orgs, products, status, new) in [
            (
                "  - {domain: a.okta.com, products: [both, lcm], status: active}  # ours\n",
                vec!["P1", "P2"],
                Some(StatusGoal::Inactive),
                "  - {domain: a.okta.com, products: [both], status: inactive}  # ours\n",
            ),
            (
                "  - domain: a.okta.com\n    products: [both]\n  # end\n",
                vec!["P1"],
                None,
                "  - domain: a.okta.com\n    products: [sso]\n  # end\n",
            ),
            (
                "  - domain: a.okta.com\n    products:\n      - both # these\n      - P3\n  - domain: b.okta.com\n",
                vec!["P1", "P2"],
                None,
                "  - domain: a.okta.com\n    products:\n      - both # these\n  - domain: b.okta.com\n",
            ),
            (
                "  - domain: a.okta.com\n    products:\n      - both\n    status: \"active\"\n",
                vec!["P2", "P3"],
                Some(StatusGoal::Inactive),
                "  - domain: a.okta.com\n    products:\n      - mfa\n      - lcm\n    status: inactive\n",
            ),
            (
                "  - domain: a.okta.com\n    products: []\n",
                vec!["P3"],
                None,
                "  - domain: a.okta.com\n    products: [lcm]\n",
            ),
            (
                "  - domain: a.okta.com\n    products: [\n      sso,\n      lcm ]\n",
                vec![],
                None,
                "  - domain: a.okta.com\n    products: []\n",
            ),
        ] {
            assert_eq!(
                after(orgs, &products, status).as_deref(),
                Some(new),
                "{orgs}"
            );
        }
    }

    #[test]
    fn what_can_not_be_had_line_by_line_is_left_to_a_hand() {
        for orgs in [
            // Another entry has the same list.
            "  - {domain: a.okta.com, products: &p [sso]}\n  - {domain: b.okta.com, products: *p}\n",
            "  - domain: a.okta.com\n    products:\n      - {product: sso, until: 2026-01-31}\n",
            "  - domain: a.okta.com\n    products: [sso, # why\n      lcm]\n",
        ] {
            assert_eq!(after(orgs, &["P2"], None), None, "{orgs}");
        }
    }
}
