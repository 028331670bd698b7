//! Desired state and snapshot to an ordered plan: synchronous, pure, total.
//!
//! `survey` says what has to be read. `planner` puts the rest together: `matching` pairs the orgs of the file with those of
//! the account, `target` says which products each should end with, `difference` what is missing, `unfit` what the account can't have, `inside` what is inside of
//! orgs, `places` in which order that is written where Okta keeps one, `consent` whose consent that takes, `order` in which
//! sequence, `deletions` what tells that an org's was requested, `lookalike` which entry may be a typo, `cut_off` which ids look
//! cut off,
//! `guardrails` whether that is too much for one run, `share` of what a percentage is, `strain` which
//! constraints it breaks, `ends` what of what is over waits, `soon` what ends next. `check` is other code that holds every finished plan against the laws.
//!
//! `kinds` is the table of what there is to do, `change` how each of it is done (an [`Effect`]), `request` the write as one
//! value, `step` and `model` the plan itself. `approve` leads from a plan to one that may be carried out. `cause` says of each
//! step why it is there, `offline` tells what can be told from a catalogue, `matrix` shows the same difference org by org and product by product (a `field` each), `baseline_standing` what is inside, `wire` is the published JSON, `digest` its fingerprint (of `canonical` bytes), `waves` which steps come before all others, `left` what a part of it that was carried out has left, `envelope` compares with a reviewed plan.

mod approve;
mod baseline_standing;
mod canonical;
mod cause;
pub mod change;
mod check;
mod consent;
mod creations;
mod cut_off;
mod deletions;
mod difference;
mod digest;
mod effect;
mod ends;
pub mod envelope;
mod evidence;
mod evidence_wanted;
pub mod faithful;
mod field;
mod field_path;
pub mod fields;
mod guardrails;
mod inside;
mod kinds;
mod leaving;
mod left;
mod lookalike;
mod matching;
mod matrix;
mod model;
mod nowhere;
mod offline;
mod order;
pub mod places;
mod planner;
mod request;
mod share;
mod soon;
mod step;
mod strain;
mod survey;
mod target;
#[cfg(test)]
mod tests;
mod unfit;
mod unread;
mod verdicts;
mod waves;
pub mod wire;
#[cfg(test)]
pub(crate) mod world;

pub use approve::{Approved, Checked, Confirmation, Permitted, Refusals, Refused};
pub use baseline_standing::BaselineStanding;
pub use cause::{Attribution, Cause, Maker, Makers};
pub use check::{Law, Violation};
pub use creations::Creations;
pub use deletions::{DeletionTold, Deletions, EvidenceSource, Withheld};
pub use digest::{of_desired, of_plan};
pub use effect::{Delta, Effect, Note, Sign};
pub use ends::PutOff;
pub use evidence::Evidence;
pub use evidence_wanted::EvidenceWanted;
pub use field::Field;
pub use field_path::FieldPath;
pub use guardrails::{Allowances, Breach, Guardrail};
pub use inside::{InsideToRead, read_for, to_read, to_read_with};
pub use kinds::{Allowance, Kind, KindRow, Nature};
pub use left::{left, of_wave};
pub use matrix::{Matrix, MatrixColumn, MatrixRow, Standing};
pub use model::{AccountServer, Plan, PlanOptions, PlannedWave, Provenance, Selection};
pub use offline::offline;
pub use planner::{NoPlan, plan};
pub(crate) use request::{Gap, Known};
pub use request::{Host, Method, OrgSlot, Outgoing, Request, StepId};
pub use share::Share;
pub use soon::ends_soon;
pub use step::Step;
pub use strain::Licences;
pub use survey::{Base, survey, survey_with, unborn};
pub use unread::UnreadOrg;
pub use verdicts::{BrokenConstraint, BrokenConstraints, RuleStanding, RuleVerdict, verdicts};
pub use waves::Leg;
