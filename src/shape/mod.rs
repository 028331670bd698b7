//! The shape of an account as a file: short names for products, the sets of products that many orgs share, and which orgs
//! belong together.
//!
//! `names` makes short names of Okta's, `sets` holds products as bits, `cover` says a set of products in the fewest words,
//! `bundles` finds the sets that are worth a word, `bundle_names` calls them something, `groups` puts orgs side by side, `domain_words`
//! takes their domains apart, `account` has it all together.
//!
//! All of it is a function of what is in the account, never of the order in which that was read.

mod account;
mod bundle_names;
mod bundles;
mod cover;
mod domain_words;
mod groups;
mod names;
mod sets;
#[cfg(test)]
mod tests;

pub use account::{Bundle, Given, Shape, Wanted, shape};
pub use domain_words::DomainWords;
pub use groups::{AlikeOrgs, SplitBy, groups, split};
