//! The file's own words for products: names and bundles, looked up and expanded.

mod known_lists;
mod lists;
mod meant;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use known_lists::KnownLists;

use super::model::Via;
use super::raw::RawFile;
use super::suggest::Candidates;
use super::taken::{RawListing, WordAt};
use super::until::{InBundle, ListingEnd, day, earlier, longest};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, quote};
use crate::ids::ProductId;

/// Bundles of bundles: deep enough for people, shallow enough for the stack.
const MAX_BUNDLE_DEPTH: usize = 32;

/// The declared names and bundles of all files.
pub(super) struct Catalog<'a> {
    products: BTreeMap<&'a str, (Option<ProductId>, Span)>,
    /// The first name of each product.
    first_names: BTreeMap<ProductId, &'a WordAt<'a>>,
    bundles: BTreeMap<&'a str, (&'a [RawListing<'a>], Span)>,
    /// What is in each bundle, and how it comes to it.
    expanded: BTreeMap<&'a str, BTreeMap<ProductId, InBundle>>,
    /// Every declared name, once all of them are declared.
    names: Candidates<'a>,
    /// Ids that stand in lists, each once.
    ids: BTreeSet<ProductId>,
    known: KnownLists,
    listed: usize,
    /// So many may be listed.
    most: usize,
}

impl<'a> Catalog<'a> {
    /// Collects all declarations and expands every bundle once, so that a bundle that nobody uses is checked as well. `most`
    /// products may be listed in all.
    pub(super) fn new(files: &'a [RawFile<'a>], most: usize, found: &mut Diagnostics) -> Self {
        let mut catalog = Self {
            products: BTreeMap::new(),
            first_names: BTreeMap::new(),
            bundles: BTreeMap::new(),
            expanded: BTreeMap::new(),
            names: Candidates::new([]),
            ids: BTreeSet::new(),
            known: KnownLists::default(),
            listed: 0,
            most,
        };
        for file in files {
            for (name, id) in &file.products {
                catalog.declare_product(name, id.as_ref(), found);
            }
        }
        for file in files {
            for (name, members) in &file.bundles {
                catalog.declare_bundle(name, members, found);
            }
        }
        let names: Vec<&'a str> = catalog.bundles.keys().copied().collect();
        catalog.names = Candidates::new(catalog.products.keys().copied().chain(names.clone()));
        for name in names {
            catalog.expand(name, &mut Vec::new(), found);
        }
        catalog
    }

    fn declare_product(
        &mut self,
        name: &'a WordAt<'a>,
        id: Option<&'a WordAt<'a>>,
        found: &mut Diagnostics,
    ) {
        let parsed = id.and_then(|id| ProductId::parse(&id.value).ok());
        if let Some((before, span)) = self.products.get(&*name.value) {
            if *before != parsed {
                found.push(
                    Diagnostic::error(
                        Code::ConflictingProduct,
                        format!("the product name `{}` stands for two ids", name.value),
                    )
                    .label(name.span, "here")
                    .label(*span, "and here")
                    .help("keep one of the two"),
                );
            }
            return;
        }
        if let Some(id) = &parsed {
            match self.first_names.get(id) {
                None => {
                    self.first_names.insert(id.clone(), name);
                }
                Some(first) => found.push_with(Severity::Warning, || {
                    Diagnostic::warning(
                        Code::RepeatedProduct,
                        format!("`{}` and `{}` are one product, {id}", first.value, name.value),
                    )
                    .label(name.span, "here")
                    .label(first.span, "and here")
                    .help("was one copied from the other? Then correct its id; else keep one of the two names")
                }),
            }
        }
        self.products.insert(&name.value, (parsed, name.span));
    }

    fn declare_bundle(
        &mut self,
        name: &'a WordAt<'a>,
        members: &'a [RawListing<'a>],
        found: &mut Diagnostics,
    ) {
        if let Some((_, span)) = self.products.get(&*name.value) {
            found.push(
                Diagnostic::error(
                    Code::ConflictingName,
                    format!("`{}` is the name of a product and of a bundle", name.value),
                )
                .label(name.span, "the bundle")
                .label(*span, "the product")
                .help("rename one of the two"),
            );
            return;
        }
        if let Some((_, span)) = self.bundles.get(&*name.value) {
            found.push(
                Diagnostic::error(
                    Code::ConflictingBundle,
                    format!("the bundle `{}` is declared twice", name.value),
                )
                .label(name.span, "here")
                .label(*span, "and here")
                .help("keep one of the two, or give them different names"),
            );
            return;
        }
        self.bundles.insert(&name.value, (members, name.span));
    }

    /// Expands one bundle and those inside it; a bundle that can't be expanded counts as empty, its error being reported.
    fn expand(&mut self, name: &'a str, path: &mut Vec<&'a str>, found: &mut Diagnostics) {
        if self.expanded.contains_key(name) {
            return;
        }
        let Some((members, span)) = self.bundles.get(name).copied() else {
            return;
        };
        path.push(name);
        let mut inside: BTreeMap<ProductId, InBundle> = BTreeMap::new();
        let bundle: Arc<str> = Arc::from(name);
        let via = |member: &WordAt<'_>, inner| {
            Arc::new(Via {
                bundle: Arc::clone(&bundle),
                span: member.span,
                inner,
            })
        };
        let mut seen = BTreeSet::new();
        let mut ends: Vec<ListingEnd<'_>> = Vec::new();
        for listing in members {
            let member = &listing.word;
            let word = &*member.value;
            if !seen.insert((word, listing.end())) {
                continue;
            }
            let until = listing.until.as_ref().and_then(|at| day(at, found));
            if !self.bundles.contains_key(word) {
                if let Some(id) = self.product(member, found) {
                    ends.extend(ListingEnd::of(listing, until, [&id]));
                    let new = InBundle {
                        via: via(member, None),
                        until,
                    };
                    longest(&mut inside, id, new, |one| one.until);
                }
                continue;
            }
            if let Some(start) = path.iter().position(|step| *step == word) {
                let cycle: Vec<&str> = path.iter().skip(start).copied().chain([word]).collect();
                found.push(
                    Diagnostic::error(
                        Code::BundleCycle,
                        format!("the bundle `{word}` contains itself: {}", cycle.join(" → ")),
                    )
                    .at(member.span)
                    .help("take one of them out of the circle"),
                );
                continue;
            }
            if path.len() >= MAX_BUNDLE_DEPTH {
                found.push(
                    Diagnostic::error(
                        Code::BundleDepth,
                        format!("bundles are nested more than {MAX_BUNDLE_DEPTH} deep"),
                    )
                    .at(member.span),
                );
                continue;
            }
            self.expand(word, path, found);
            let inner = self.expanded.get(word).map_or(0, BTreeMap::len);
            if !self.count(inner, span, found) {
                break;
            }
            let within = self.expanded.get(word);
            ends.extend(ListingEnd::of(
                listing,
                until,
                within.into_iter().flatten().map(|(id, _)| id),
            ));
            for (id, inner) in within.into_iter().flatten() {
                let new = InBundle {
                    via: via(member, Some(Arc::clone(&inner.via))),
                    until: earlier(until, inner.until),
                };
                longest(&mut inside, id.clone(), new, |one| one.until);
            }
        }
        path.pop();
        for end in ends {
            end.idle(
                |id| inside.get(id).map(|one| (one.until, one.via.span)),
                found,
            );
        }
        self.count(inside.len(), span, found);
        self.expanded.insert(name, inside);
    }

    /// The one product that a word stands for; a bundle isn't one.
    pub(super) fn single(
        &mut self,
        word: &WordAt<'_>,
        found: &mut Diagnostics,
    ) -> Option<ProductId> {
        if self.bundles.contains_key(&*word.value) {
            found.push_with(Severity::Error, || {
                Diagnostic::error(
                    Code::InvalidValue,
                    format!(
                        "{} is a bundle, and one product is wanted here",
                        quote(&word.value)
                    ),
                )
                .at(word.span)
                .help("name its products one by one: of a bundle it could mean any or all")
            });
            return None;
        }
        self.product(word, found)
    }

    /// The id that one word stands for, when it isn't a bundle's name.
    fn product(&mut self, word: &WordAt<'_>, found: &mut Diagnostics) -> Option<ProductId> {
        if let Some((id, _)) = self.products.get(&*word.value) {
            return id.clone();
        }
        if let Some(known) = self.ids.get(&*word.value) {
            return Some(known.clone());
        }
        if ProductId::looks_like(&word.value) {
            let id = ProductId::parse(&word.value).ok()?;
            self.ids.insert(id.clone());
            return Some(id);
        }
        found.push_with(Severity::Error, || {
            let help = self.meant(&word.value);
            Diagnostic::error(
                Code::UnknownProduct,
                format!("unknown product or bundle {}", quote(&word.value)),
            )
            .at(word.span)
            .help(help)
        });
        None
    }

    /// Books so many listed products; over the budget it says so once and answers `false`.
    fn count(&mut self, more: usize, span: Span, found: &mut Diagnostics) -> bool {
        let before = self.listed;
        self.listed = self.listed.saturating_add(more);
        if before <= self.most && self.listed > self.most {
            found.push(
                Diagnostic::error(
                    Code::TooManyProducts,
                    format!(
                        "the lists expand to more than {} products in all",
                        self.most
                    ),
                )
                .at(span)
                .help("that is what files of this size may list, bundles taken apart"),
            );
        }
        self.listed <= self.most
    }

    /// What is in each bundle, those inside it taken apart.
    pub(super) fn bundles(&self) -> BTreeMap<String, BTreeSet<ProductId>> {
        let all = self.expanded.iter();
        all.map(|(name, inside)| ((*name).to_owned(), inside.keys().cloned().collect()))
            .collect()
    }

    /// One name for each product that has some: the first in alphabetical order.
    pub(super) fn names(&self) -> BTreeMap<ProductId, String> {
        let mut names = BTreeMap::new();
        for (name, (id, _)) in &self.products {
            if let Some(id) = id {
                names
                    .entry(id.clone())
                    .or_insert_with(|| (*name).to_owned());
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use crate::desired::load;
    use crate::diagnostic::{Source, Sources};

    const FILE: &str = "\
version: 1
account: {id: 0227mkkf8ulgt48bkidcd8ekqft, aerialOrg: acme-aerial.okta.com}
products: {sso: P000052, mfa: P000131, lcm: P000139}
bundles:
  base: [sso]
  workforce:
    - base
    - mfa
orgs:
  - domain: acme.okta.com
    products: [workforce, sso, lcm]
";

    #[test]
    fn each_product_says_which_bundles_brought_it_and_where() {
        let loaded = load(&Sources::new(vec![Source::new("aerial.yaml", FILE)]));
        let desired = loaded.desired.expect("a valid file");
        let products = desired.orgs[0].products.as_ref().expect("a list");
        let told: Vec<(&str, Vec<(&str, u32)>)> = products
            .iter()
            .map(|product| {
                let chain = product.via.iter().flat_map(|via| via.chain());
                let chain = chain.map(|via| (&*via.bundle, via.span.line));
                (product.id.as_str(), chain.collect())
            })
            .collect();
        assert_eq!(
            told,
            [
                ("P000052", vec![("workforce", 7), ("base", 5)]),
                ("P000131", vec![("workforce", 8)]),
                ("P000139", vec![]),
            ]
        );
    }
}
