//! Carries out an approved plan and verifies it.
//!
//! `schedule` says which step may start, `run` starts it and reports its end. `drive` is the protocol of every step, written
//! once; `patience` says how long it looks and tries,
//! `judge` is what a look means for it, pure; `step` has a file for each change. `account` is the way to an org, `writers` what may write, `record` what is known of a step.
//!
//! Nothing but an approved plan can be carried out:
//!
//! ```
//! use aerialctl::clock::Clock;
//! use aerialctl::aerial::Writer;
//! use aerialctl::converge::{NewOrgs, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Approved;
//! use tokio_util::sync::CancellationToken;
//!
//! async fn go(approved: &Approved, writer: Writer, orgs: OrgHosts, clock: &dyn Clock, stop: &CancellationToken, new: &NewOrgs) {
//!     run(approved, writer, orgs, clock, stop, new, |_, _| Ok(())).await.ok();
//! }
//! ```
//!
//! and not one that is merely checked:
//!
//! ```compile_fail,E0308
//! use aerialctl::clock::Clock;
//! use aerialctl::aerial::Writer;
//! use aerialctl::converge::{NewOrgs, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Checked;
//! use tokio_util::sync::CancellationToken;
//!
//! async fn go(checked: &Checked, writer: Writer, orgs: OrgHosts, clock: &dyn Clock, stop: &CancellationToken, new: &NewOrgs) {
//!     run(checked, writer, orgs, clock, stop, new, |_, _| Ok(())).await.ok();
//! }
//! ```
//!
//! nor can anything write that only reads:
//!
//! ```compile_fail,E0308
//! use aerialctl::clock::Clock;
//! use aerialctl::aerial::Reader;
//! use aerialctl::converge::{NewOrgs, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Approved;
//! use tokio_util::sync::CancellationToken;
//!
//! async fn go(approved: &Approved, reader: Reader, orgs: OrgHosts, clock: &dyn Clock, stop: &CancellationToken, new: &NewOrgs) {
//!     run(approved, reader, orgs, clock, stop, new, |_, _| Ok(())).await.ok();
//! }
//! ```

mod account;
mod drive;
mod judge;
mod patience;
mod record;
mod run;
mod schedule;
mod step;
#[cfg(test)]
mod tests;
mod writers;

pub use run::{Converged, run};
pub use schedule::NewOrgs;
pub use writers::OtherAccount;
