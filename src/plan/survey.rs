//! What of an account has to be read for a plan: decided before anything is read.

use super::model::Selection;
use crate::desired::model::Desired;
use crate::ids::{Domain, OrgName};
use crate::live::{Coverage, ProductsOf, Snapshot, Survey};

/// What a plan is compared with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Base {
    /// Nobody asked.
    #[default]
    Unasked,
    /// There was no desired state there.
    Absent,
    Present(Box<Desired>),
}

impl Base {
    /// The desired state there, if there was one.
    #[must_use]
    pub fn desired(&self) -> Option<&Desired> {
        match self {
            Self::Present(desired) => Some(desired),
            Self::Unasked | Self::Absent => None,
        }
    }

    /// Whether causes are asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self != Self::Unasked
    }
}

/// What a plan needs: which orgs, and the products of which of them. `narrow` reads the selected orgs alone rather than the
/// account's whole list, at the price of not knowing what is unmanaged.
#[must_use]
pub fn survey(desired: &Desired, selection: &Selection, narrow: bool) -> Survey {
    let covered = || desired.orgs.iter().filter(|org| selection.covers(org));
    Survey {
        coverage: if narrow {
            Coverage::Only(covered().map(|org| org.name.clone()).collect())
        } else {
            Coverage::Whole
        },
        products: if !narrow && counts_all(desired, selection) {
            ProductsOf::All
        } else {
            ProductsOf::These(managed(desired, selection).collect())
        },
    }
}

/// The same where the base revision's own plan is made from the same reading: what either of the two manages.
#[must_use]
pub fn survey_with(survey: &Survey, base: &Base, selection: &Selection) -> Survey {
    let mut both = survey.clone();
    if let (Some(before), ProductsOf::These(products)) = (base.desired(), &mut both.products) {
        for name in managed(before, selection) {
            products.insert(&name, ());
        }
    }
    both
}

/// Whether a plan of this part has to know the products of all orgs.
fn counts_all(desired: &Desired, selection: &Selection) -> bool {
    !desired.constraints.max_orgs.is_empty() && *selection == Selection::All
}

/// The orgs whose products a file manages.
fn managed(desired: &Desired, selection: &Selection) -> impl Iterator<Item = OrgName> {
    let orgs = desired.orgs.iter();
    orgs.filter(|org| org.products.is_some() && selection.covers(org))
        .map(|org| org.name.clone())
}

/// The hosts of orgs that a file has created where they don't exist, and that aren't managed: whether there is an org is to be
/// seen before there is a plan.
#[must_use]
pub fn unborn(desired: &Desired, selection: &Selection, live: &Snapshot) -> Vec<Domain> {
    let managed = live.by_name();
    let orgs = desired.orgs.iter().filter(|org| selection.covers(org));
    let unlinked = orgs.filter(|org| !managed.contains(&org.name));
    unlinked
        .filter_map(|org| Some(org.create.as_ref()?.domain.clone()))
        .collect()
}
