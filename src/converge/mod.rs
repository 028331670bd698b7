//! Carries out an approved plan and verifies it.
//!
//! `schedule` says which step may start, `run` starts it and reports its end. `drive` is the protocol of every step, written
//! once; `patience` says how long it looks and tries,
//! `judge` is what a look means for it, pure; `step` has a file for each change. `waves` is
//! what comes between two waves, `account` the way to an org, `writers` what may write, `record` what is known of a step.
//!
//! Nothing but an approved plan can be carried out:
//!
//! ```
//! use std::sync::Arc;
//! use aerialctl::aerial::Writer;
//! use aerialctl::converge::{Timing, WaveSight, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Approved;
//!
//! async fn go(approved: &Approved, writer: Writer, orgs: Arc<OrgHosts>, timing: Timing<'_>) {
//!     run(approved, writer, orgs, timing, async |_| WaveSight::Holds, |_, _| Ok(())).await.ok();
//! }
//! ```
//!
//! and not one that is merely checked:
//!
//! ```compile_fail,E0308
//! use std::sync::Arc;
//! use aerialctl::aerial::Writer;
//! use aerialctl::converge::{Timing, WaveSight, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Checked;
//!
//! async fn go(checked: &Checked, writer: Writer, orgs: Arc<OrgHosts>, timing: Timing<'_>) {
//!     run(checked, writer, orgs, timing, async |_| WaveSight::Holds, |_, _| Ok(())).await.ok();
//! }
//! ```
//!
//! nor can anything write that only reads:
//!
//! ```compile_fail,E0308
//! use std::sync::Arc;
//! use aerialctl::aerial::Reader;
//! use aerialctl::converge::{Timing, WaveSight, run};
//! use aerialctl::org::OrgHosts;
//! use aerialctl::plan::Approved;
//!
//! async fn go(approved: &Approved, reader: Reader, orgs: Arc<OrgHosts>, timing: Timing<'_>) {
//!     run(approved, reader, orgs, timing, async |_| WaveSight::Holds, |_, _| Ok(())).await.ok();
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
mod waves;
mod writers;

pub use run::{Converged, Timing, run};
pub use schedule::NewOrgs;
pub use waves::WaveSight;
pub use writers::OtherAccount;
