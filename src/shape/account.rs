//! An account's names, bundles and lists.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle_names::{self, Surroundings, Unnamed};
use super::bundles::{self, Frequencies};
use super::cover::cover;
use super::domain_words::DomainWords;
use super::names::product_names;
use super::sets::{ProductBits, ProductPlaces};
use crate::ids::{OrgId, ProductId};
use crate::live::{LiveOrg, Snapshot};

/// A bundle uses another one where that stands for so many products or more: then it is shorter, and still read at a glance.
const NESTED: usize = 3;

/// What a file says already.
#[derive(Debug, Default)]
pub struct Given {
    /// Names that it gave to products.
    pub names: BTreeMap<ProductId, String>,
    /// Words that mean something in it, these names included.
    pub taken: BTreeSet<String>,
    /// Its bundles.
    pub bundles: BTreeMap<String, BTreeSet<ProductId>>,
    /// Products that are handled elsewhere: they aren't listed.
    pub ignored: BTreeSet<ProductId>,
    /// `products` of the orgs whose entry still says of them what is true: the words of the list; `None` where there is no list.
    pub lists: BTreeMap<OrgId, Option<Vec<String>>>,
    pub wanted: Wanted,
}

/// What may be declared that the file doesn't say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Names of all subscribed products, and bundles; of the given bundles only their names are used, for the same sets.
    #[default]
    Everything,
    /// Names of the products that are listed, and bundles.
    Listed,
    /// Names of the products that are listed; the given bundles are used.
    Used,
    /// Nothing: only the given words are used.
    Nothing,
}

/// How the account is said in words.
#[derive(Debug)]
pub struct Shape {
    /// The file's word for each product that has one.
    pub names: BTreeMap<ProductId, String>,
    /// Bundles to declare, the smaller first.
    pub bundles: Vec<Bundle>,
    lists: BTreeMap<OrgId, Vec<String>>,
}

/// A bundle and the words in it: products, and bundles before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    pub name: String,
    pub words: Vec<String>,
}

impl Shape {
    /// The words of an org's list; `None` where its products are left alone.
    #[must_use]
    pub fn list(&self, org: &LiveOrg) -> Option<&[String]> {
        self.lists.get(&org.id).map(Vec::as_slice)
    }
}

/// The bundles that lists may use.
struct Words<'a> {
    places: ProductPlaces<'a>,
    bundles: Vec<(String, ProductBits)>,
    names: &'a BTreeMap<ProductId, String>,
}

impl Words<'_> {
    /// A set in words: bundles, the larger first, then products by id.
    fn of(&self, set: &BTreeSet<ProductId>, least: usize, within: usize) -> Vec<String> {
        let bits = self.places.bits(set);
        let bundles = self.bundles.iter().take(within).map(|(_, bits)| *bits);
        let mut covered = cover(bits, bundles.enumerate(), least);
        let size = |place: &usize| self.bundles.get(*place).map_or(0, |(_, bits)| bits.len());
        covered
            .bundles
            .sort_by_key(|place| std::cmp::Reverse(size(place)));
        let said = self.places.products(bits.without(covered.rest));
        let products = set.difference(&said);
        let product = |id: &ProductId| {
            let name = self.names.get(id);
            name.map_or_else(|| id.to_string(), Clone::clone)
        };
        let bundles = covered.bundles.iter();
        let bundles = bundles.filter_map(|place| Some(self.bundles.get(*place)?.0.clone()));
        bundles.chain(products.map(product)).collect()
    }
}

/// Says an account in words.
#[must_use]
pub fn shape(live: &Snapshot, given: &Given) -> Shape {
    let written = |org: &&LiveOrg| !given.lists.contains_key(&org.id);
    let own = |org: &LiveOrg| -> Option<BTreeSet<ProductId>> {
        let products = org.products.as_ref()?.keys();
        let products = products.filter(|id| !given.ignored.contains(*id));
        Some(products.cloned().collect())
    };
    let orgs = live.orgs.iter().filter(written);
    let sets: Vec<(&LiveOrg, BTreeSet<ProductId>)> =
        orgs.filter_map(|org| Some((org, own(org)?))).collect();
    let mut taken = given.taken.clone();
    taken.extend(given.bundles.keys().cloned());
    let names = names(live, given, &sets, &mut taken);
    let all = sets.iter().map(|(_, set)| set);
    let infers = match given.wanted {
        Wanted::Everything | Wanted::Listed => true,
        Wanted::Used | Wanted::Nothing => false,
    };
    let places = ProductPlaces::of(all.chain(given.bundles.values().filter(|_| !infers)));
    let bundles = if infers {
        taken.extend(names.values().cloned());
        inferred(&sets, &places, &names, given, &mut taken)
    } else {
        let known = given.bundles.iter();
        let known = known.filter(|(_, set)| places.has_all(set));
        let mut known: Vec<_> = known
            .map(|(name, set)| (name.clone(), places.bits(set)))
            .collect();
        // In the order in which they are inferred.
        known.sort_by_key(|(_, bits)| (bits.len(), *bits));
        known
    };
    let words = Words {
        places,
        bundles,
        names: &names,
    };
    let mut lists: BTreeMap<OrgId, Vec<String>> = sets
        .iter()
        .map(|(org, set)| (org.id.clone(), words.of(set, 2, words.bundles.len())))
        .collect();
    for (id, list) in &given.lists {
        lists.extend(list.clone().map(|list| (id.clone(), list)));
    }
    let declared = words.bundles.iter().enumerate().filter(|_| infers);
    let bundles = declared.map(|(place, (name, bits))| Bundle {
        name: name.clone(),
        words: words.of(&words.places.products(*bits), NESTED, place),
    });
    Shape {
        bundles: bundles.collect(),
        lists,
        names,
    }
}

fn names(
    live: &Snapshot,
    given: &Given,
    sets: &[(&LiveOrg, BTreeSet<ProductId>)],
    taken: &mut BTreeSet<String>,
) -> BTreeMap<ProductId, String> {
    let listed: BTreeSet<&ProductId> = sets.iter().flat_map(|(_, set)| set).collect();
    let wanted: BTreeSet<&ProductId> = match given.wanted {
        Wanted::Everything => listed.into_iter().chain(live.subscribed.keys()).collect(),
        Wanted::Listed | Wanted::Used => listed,
        Wanted::Nothing => {
            let known = |id: &&ProductId| given.names.contains_key(*id);
            listed.into_iter().filter(known).collect()
        }
    };
    let titles = live.product_names();
    let titled = wanted.into_iter().map(|id| {
        let title = titles.get(id).map_or("", String::as_str);
        (id, title)
    });
    product_names(&titled.collect(), &given.names, taken)
}

/// Sets that many orgs share, with their names.
fn inferred(
    sets: &[(&LiveOrg, BTreeSet<ProductId>)],
    places: &ProductPlaces<'_>,
    names: &BTreeMap<ProductId, String>,
    given: &Given,
    taken: &mut BTreeSet<String>,
) -> Vec<(String, ProductBits)> {
    let mut frequencies = Frequencies::new();
    let mut spread: BTreeMap<&ProductId, usize> = BTreeMap::new();
    let mut all: Vec<(ProductBits, DomainWords<'_>)> = Vec::new();
    for (org, set) in sets.iter().filter(|(_, set)| !set.is_empty()) {
        let bits = places.bits(set);
        *frequencies.entry(bits).or_default() += 1;
        all.push((bits, DomainWords::of(&org.domain)));
        for id in set {
            *spread.entry(id).or_default() += 1;
        }
    }
    let found = bundles::infer(&frequencies);
    let uses = |bits: ProductBits, place: usize| {
        let cover = cover(bits, found.iter().copied().enumerate(), 2);
        cover.bundles.contains(&place)
    };
    let labels: Vec<DomainWords<'_>> = all.iter().map(|(_, label)| label.clone()).collect();
    let around = Surroundings {
        all: &labels,
        names,
        spread: &spread,
    };
    let known: BTreeMap<&BTreeSet<ProductId>, &String> = given
        .bundles
        .iter()
        .map(|(name, set)| (set, name))
        .collect();
    let named = found.iter().enumerate().map(|(place, bits)| {
        let products = places.products(*bits);
        let name = known.get(&products).map(|name| (*name).clone());
        let name = name.unwrap_or_else(|| {
            let users = all.iter().filter(|(bits, _)| uses(*bits, place));
            let bundle = Unnamed {
                products: &products,
                having: all.iter().filter(|(set, _)| bits.is_within(*set)).count(),
                users: users.map(|(_, label)| label).collect(),
            };
            bundle_names::name(&bundle, &around, taken)
        });
        (name, *bits)
    });
    named.collect()
}
