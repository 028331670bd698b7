//! From a plan to one that may be carried out, by types that nothing else makes.
//!
//! ```text
//!   planner ─▶ Checked ── guardrails, reviewed plan ─▶ Permitted ── confirmation ─▶ Approved ─▶ converge
//! ```
//!
//! ```
//! use aerialctl::plan::{Approved, Checked, Confirmation, Refused};
//!
//! fn go(checked: Checked) -> Result<Approved, Box<Refused>> {
//!     let permitted = checked.permit(None)?;
//!     Ok(permitted.confirm(Confirmation::ByFlag))
//! }
//! ```
//!
//! A plan that only the checker has seen can't be carried out, not even with the confirmation:
//!
//! ```compile_fail,E0599
//! use aerialctl::plan::{Approved, Checked, Confirmation};
//!
//! fn go(checked: Checked) -> Approved {
//!     checked.confirm(Confirmation::ByFlag)
//! }
//! ```
//!
//! nor can an approval be written down by hand:
//!
//! ```compile_fail,E0451
//! use aerialctl::plan::{Approved, Confirmation, Plan};
//!
//! fn go(plan: Plan) -> Approved {
//!     Approved { plan, confirmation: Confirmation::ByFlag }
//! }
//! ```
//!
//! nor a request that is sent:
//!
//! ```compile_fail,E0624
//! use aerialctl::plan::{Approved, Outgoing, StepId};
//!
//! fn go(approved: &Approved) -> Outgoing {
//!     approved.outgoing(StepId(1), Default::default()).unwrap()
//! }
//! ```

use super::check::{Violation, violations};
use super::deletions::Withheld;
use super::envelope::{Departure, departures};
use super::guardrails::Breach;
use super::model::{Plan, PlanOptions};
use super::request::{Gap, Known, Outgoing, StepId};
use super::step::Step;
use super::wire::PlanV1;
use crate::desired::Desired;
use crate::live::Snapshot;

/// A plan that keeps every law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    plan: Plan,
}

/// A plan that may run: it keeps every law, leaves no deletion out, is within its guardrails or their allowances, and within the
/// reviewed plan if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permitted {
    plan: Plan,
}

/// A plan that is to be carried out: permitted and confirmed. Converging takes nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    plan: Plan,
    confirmation: Confirmation,
}

/// How a plan was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// A person read it and said yes.
    ByPerson,
    /// Whoever started the run said yes beforehand.
    ByFlag,
    /// There was nothing to ask about: the plan has no step.
    Needless,
}

/// A plan that may not run, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The plan.
    pub checked: Checked,
    pub refusals: Refusals,
}

/// Why a plan may not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusals {
    /// It exceeds limits that nobody has lifted.
    Guardrails(Vec<Breach>),
    /// What it leaves out, nobody knows whether it is to be done.
    Withheld(Vec<Withheld>),
    /// It leaves the reviewed plan.
    Envelope(Vec<Departure>),
}

impl Checked {
    /// Checks a finished plan.
    ///
    /// # Errors
    /// When it breaks a law, which is a defect of the planner.
    pub(super) fn new(
        plan: Plan,
        desired: &Desired,
        live: &Snapshot,
        options: &PlanOptions,
    ) -> Result<Self, Vec<Violation>> {
        let broken = violations(&plan, desired, live, options);
        if broken.is_empty() {
            Ok(Self { plan })
        } else {
            Err(broken)
        }
    }

    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Permits the plan if it is within its limits or what lifts them in this run, and within what was reviewed.
    ///
    /// # Errors
    /// When it isn't, or when something is withheld from it; a breach is told before that, and both before a departure.
    pub fn permit(self, reviewed: Option<&PlanV1>) -> Result<Permitted, Box<Refused>> {
        match self.refusals(reviewed) {
            None => Ok(Permitted { plan: self.plan }),
            Some(refusals) => Err(Box::new(Refused {
                checked: self,
                refusals,
            })),
        }
    }

    fn refusals(&self, reviewed: Option<&PlanV1>) -> Option<Refusals> {
        let breaches = self.plan.breaches.iter();
        let breaches: Vec<Breach> = breaches
            .filter(|breach| !self.plan.allowances.lift(breach))
            .cloned()
            .collect();
        if !breaches.is_empty() {
            return Some(Refusals::Guardrails(breaches));
        }
        if !self.plan.withheld.is_empty() {
            return Some(Refusals::Withheld(self.plan.withheld.clone()));
        }
        let departures = reviewed.map_or_else(Vec::new, |reviewed| {
            departures(reviewed, &PlanV1::from(&self.plan))
        });
        (!departures.is_empty()).then_some(Refusals::Envelope(departures))
    }
}

impl Permitted {
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Approves the plan.
    #[must_use]
    pub fn confirm(self, confirmation: Confirmation) -> Approved {
        Approved {
            plan: self.plan,
            confirmation,
        }
    }
}

impl Approved {
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    #[must_use]
    pub fn confirmation(&self) -> Confirmation {
        self.confirmation
    }

    /// The write of a step, with its gaps closed: the only way to an [`Outgoing`].
    ///
    /// # Errors
    /// When the plan has no such step, and when what is missing isn't known.
    pub(crate) fn outgoing(&self, step: StepId, known: Known<'_>) -> Result<Outgoing, Gap> {
        let step: &Step = self.plan.step(step).ok_or(Gap::Step(step))?;
        step.request.fill(known)
    }
}
