//! What an org lists: products by id, shared by all orgs that list the same in the same words.

use std::ops::Deref;
use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::Span;
use crate::ids::ProductId;

/// The products of a list, by id, and where its words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductList {
    products: Arc<[ListedProduct]>,
    words: Box<[Span]>,
}

impl ProductList {
    /// Products, each once and by id, and the places of the words that brought them.
    #[must_use]
    pub fn new(products: Arc<[ListedProduct]>, words: Box<[Span]>) -> Self {
        Self { products, words }
    }

    /// The word of this list that brought one of its products; absent for those of other lists.
    #[must_use]
    pub fn place(&self, product: &ListedProduct) -> Option<Span> {
        self.words.get(product.word).copied()
    }
}

impl Deref for ProductList {
    type Target = [ListedProduct];

    fn deref(&self) -> &[ListedProduct] {
        &self.products
    }
}

impl<'a> IntoIterator for &'a ProductList {
    type Item = &'a ListedProduct;
    type IntoIter = std::slice::Iter<'a, ListedProduct>;

    fn into_iter(self) -> Self::IntoIter {
        self.products.iter()
    }
}

/// A product in an org's list, after bundles and names were resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedProduct {
    pub id: ProductId,
    /// Which word of the list brought it, from 0.
    pub word: usize,
    /// The bundle that it came with; `None` where the org lists the product itself.
    pub via: Option<Arc<Via>>,
    /// The last day on which any listing of it is in force; `None`: without an end.
    pub until: Option<Date>,
}

/// How a bundle comes to a product.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Via {
    /// The bundle's name.
    pub bundle: Arc<str>,
    /// The word in the bundle that brought it: the product's, or another bundle's.
    pub span: Span,
    /// That other bundle.
    pub inner: Option<Arc<Self>>,
}

impl Via {
    /// This bundle and those inside it, down to the one that lists the product itself.
    pub fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |via| via.inner.as_deref())
    }
}
