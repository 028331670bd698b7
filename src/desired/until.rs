//! Days until which something is listed, each in force up to and including that day (UTC).

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::sync::Arc;

use jiff::civil::Date;

use super::model::{DesiredOrg, ListedProduct, StatusGoal, Via};
use super::taken::{RawListing, WordAt};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity, Span, quote};
use crate::ids::ProductId;

/// A day of the calendar, as the file writes it; the schema has seen to its form.
pub(super) fn day(at: &WordAt<'_>, found: &mut Diagnostics) -> Option<Date> {
    // Of another form the schema has told.
    let mut form = "dddd-dd-dd".bytes().zip(at.value.bytes());
    let digit = |(form, is): (u8, u8)| {
        if form == b'd' {
            is.is_ascii_digit()
        } else {
            is == form
        }
    };
    if at.value.len() != 10 || !form.all(digit) {
        return None;
    }
    match at.value.parse() {
        Ok(day) => Some(day),
        Err(_) => {
            found.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("{} is no day of the calendar", quote(&at.value)),
                )
                .at(at.span)
                .help("write the last day on which it is to be there, such as `2026-12-31`"),
            );
            None
        }
    }
}

/// Whether one listing is in force when another isn't any more; `None` is without an end.
pub(super) fn outlasts(one: Option<Date>, other: Option<Date>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one > other,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

/// The end of what is listed within something that has an end of its own.
pub(super) fn earlier(one: Option<Date>, other: Option<Date>) -> Option<Date> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// A product of a bundle.
#[derive(Debug, Clone)]
pub(super) struct InBundle {
    pub via: Arc<Via>,
    /// The last day on which the bundle lists it.
    pub until: Option<Date>,
}

/// Lists a product, or lets what lists it longer stand; of two that end together the first.
pub(super) fn longest<T>(
    listed: &mut BTreeMap<ProductId, T>,
    id: ProductId,
    new: T,
    until: impl Fn(&T) -> Option<Date>,
) {
    match listed.entry(id) {
        Entry::Vacant(place) => {
            place.insert(new);
        }
        Entry::Occupied(mut there) if outlasts(until(&new), until(there.get())) => {
            there.insert(new);
        }
        Entry::Occupied(_) => {}
    }
}

/// A word of a list with an end of its own, and the products that it brings.
pub(super) struct ListingEnd<'a> {
    word: &'a str,
    at: Span,
    until: Date,
    products: Vec<ProductId>,
}

impl<'a> ListingEnd<'a> {
    /// `None` where the word has no end.
    pub(super) fn of<'b>(
        listing: &'a RawListing<'a>,
        until: Option<Date>,
        products: impl IntoIterator<Item = &'b ProductId>,
    ) -> Option<Self> {
        Some(Self {
            word: &listing.word.value,
            at: listing.until.as_ref()?.span,
            until: until?,
            products: products.into_iter().cloned().collect(),
        })
    }

    /// Warns where the end does nothing for a product, because something else in the list lists it longer.
    pub(super) fn idle(
        self,
        listed: impl Fn(&ProductId) -> Option<(Option<Date>, Span)>,
        found: &mut Diagnostics,
    ) {
        let idle = self.products.iter().find_map(|id| {
            let (until, span) = listed(id)?;
            outlasts(until, Some(self.until)).then_some((id, until, span))
        });
        let Some((id, until, span)) = idle else {
            return;
        };
        found.push_with(Severity::Warning, || {
            let longer = until.map_or_else(
                || "without an end".to_owned(),
                |until| format!("until {until}"),
            );
            let what = if self.word == id.as_str() {
                String::new()
            } else {
                format!(" ({id})")
            };
            Diagnostic::warning(
                Code::IdleUntil,
                format!(
                    "`until: {}` of {}{what} does nothing: it is listed {longer} as well",
                    self.until,
                    quote(self.word)
                ),
            )
            .label(self.at, "here until then")
            .label(span, "and here longer")
            .help("take it out of the longer list, or remove this one")
        });
    }
}

impl RawListing<'_> {
    /// The end as it is written.
    pub(super) fn end(&self) -> Option<&str> {
        self.until.as_ref().map(|at| &*at.value)
    }
}

fn is_over(until: Option<Date>, today: Date) -> bool {
    until.is_some_and(|until| until < today)
}

impl ListedProduct {
    /// Whether it is still listed.
    #[must_use]
    pub fn is_in_force(&self, today: Date) -> bool {
        !is_over(self.until, today)
    }
}

impl DesiredOrg {
    /// The products that are listed on a day, as a set; `None` where the file leaves the products alone.
    #[must_use]
    pub fn listed(&self, today: Date) -> Option<BTreeSet<ProductId>> {
        let products = self.products.as_ref()?.iter();
        let products = products.filter(|product| product.is_in_force(today));
        Some(products.map(|product| product.id.clone()).collect())
    }

    /// Whether these, in the order of their ids, are the products that are listed on a day.
    pub fn lists_exactly<'a>(
        &self,
        products: impl Iterator<Item = &'a ProductId>,
        today: Date,
    ) -> bool {
        let listed = self.products.as_ref().map(|listed| {
            let listed = listed.iter();
            let listed = listed.filter(|product| product.is_in_force(today));
            listed.map(|product| &product.id)
        });
        listed.is_some_and(|listed| listed.eq(products))
    }

    /// The products whose listings are over on a day.
    #[must_use]
    pub fn no_longer_listed(&self, today: Date) -> BTreeSet<ProductId> {
        let products = self.products.iter().flatten();
        let products = products.filter(|product| !product.is_in_force(today));
        products.map(|product| product.id.clone()).collect()
    }

    /// Whether the org's own end has come.
    #[must_use]
    pub fn has_ended(&self, today: Date) -> bool {
        is_over(self.until, today)
    }

    /// The status that it is to have on a day; `None`: left alone.
    #[must_use]
    pub fn goal(&self, today: Date) -> Option<StatusGoal> {
        match self.status {
            Some(StatusGoal::Deleted) => self.status,
            _ if self.has_ended(today) => Some(StatusGoal::Inactive),
            _ => self.status,
        }
    }

    /// Whether anything about it has an end.
    #[must_use]
    pub fn has_an_end(&self) -> bool {
        let mut products = self.products.iter().flatten();
        self.until.is_some() || products.any(|product| product.until.is_some())
    }
}
