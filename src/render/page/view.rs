//! What a page is made of.

use std::time::SystemTime;

use super::super::view::PlanView;
use crate::diagnostic::{Diagnostics, Sources};
use crate::live::Snapshot;
use crate::plan::{AccountServer, Matrix, Provenance};

/// An account at one moment, with what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct PageView<'a> {
    pub matrix: &'a Matrix<'a>,
    /// The account that the matrix is of.
    pub live: &'a Snapshot,
    /// How many orgs the rows were chosen from.
    pub of: usize,
    pub server: &'a AccountServer,
    /// Where the desired state came from.
    pub provenance: &'a Provenance,
    /// Its texts.
    pub sources: &'a Sources,
    /// When the account was read.
    pub made: SystemTime,
    pub plan: PagePlan<'a>,
    /// What a reader should know beside what the plan says.
    pub notices: &'a Diagnostics,
}

/// What the page says about a plan.
#[derive(Debug, Clone, Copy)]
pub enum PagePlan<'a> {
    /// Nothing.
    Unasked,
    /// Why there is none.
    Impossible(&'a Diagnostics),
    /// All of it.
    Made(PlanView<'a>),
}
