//! GitOps for Okta Aerial: a desired state in YAML, compared with the live account, converged by an ordered plan.
//!
//! # The tour, in the order of the data
//!
//! ```text
//!   aerial.yaml / folder / git revision           Okta Aerial (or the emulator)
//!        | bytes (files, git)                           | HTTP (aerial::Reader, through http)
//!        v                                              v
//!   desired: text -> tree -> schema -> meaning     live::Snapshot
//!        |                                              |
//!        +----------------------+-----------------------+
//!                               v
//!         plan: matching -> target -> difference -> order     pure and synchronous
//!                               |  check: the laws
//!                         plan::Checked -----> render -> stdout
//!                               |  guardrails, the reviewed plan, confirmation
//!                         plan::Approved
//!                               v
//!         converge: look, judge, send, settle     one write a step
//!                               |
//!         receipt::Event -> file, screen, exit code
//! ```
//!
//! One way, no way back: `plan` never fetches, `render` never decides, `aerial` knows no YAML, `desired` knows no HTTP. A
//! dry run holds an [`aerial::Reader`], which has no method that writes. An [`aerial::Writer`] is made from a session with the
//! scope `okta.accounts.manage` and from nothing else, and sends nothing but what a [`plan::Approved`] gives out.
//!
//! What an org is before it is linked, and what is inside of it, is its own host's: [`org`] reads and writes there, with that
//! org's credential.
//!
//! The other way around, [`shape`] says an account in the words of a file, for `import`, and [`catalogue`] is a list of
//! its products and orgs for checks without it. [`undo`] makes of a receipt the desired state that a run found, from which the
//! plan back is made like any other.
//!
//! [`memory`] is what one run leaves to the next, so that it needn't read what nobody changed.
//!
//! [`probe`] asks an account what Okta's documents leave open. Its writer, [`aerial::OneOrg`], is the one exception to the above: it
//! knows one org of a sandbox and no other, and [`org`]'s `ConsentAgain` is made of it.
//!
//! Around that line: [`files`] finds and reads texts, by the same rules in a worktree and, through [`git`], in a revision;
//! [`http`] sends every request, [`auth`] gives each its token, [`clock`] is time and a
//! [`CancellationToken`](tokio_util::sync::CancellationToken) the user's wish to stop, both as arguments, [`disk`] writes files
//! as a whole, [`github`] keeps a comment on a pull request, [`emulator`] is an account of our own, and [`cli`] holds it all
//! together: it alone reads the environment, owns the streams, gives advice and picks the exit code.
//!
//! `docs/architecture.md` says where a new kind of step, guardrail, diagnostic, format, host, credential or emulated endpoint
//! goes, and has more of the words.
//!
//! # Words
//!
//! *Desired state*: what the file says, validated. *Live state*, *snapshot*: what the account was when it was read.
//! *Plan*: an ordered, complete, immutable list of *steps*, each one change to one org and at most one write. *Phase*: steps
//! that may run side by side. *Guardrail*: a limit on a whole plan; *allowance*: the named permission that lifts it once.
//! *Converge*: carry out a plan and verify it. *Stale*: the org isn't what the plan saw, nothing was sent. *Deferred*: seen
//! too late to be reviewed, left for the next plan. *Receipt*: the record of a run. *Unmanaged*: linked in Okta, absent from
//! the file. Okta's nouns stay Okta's: org, product, cell, account, Aerial org, link.
//!
//! # Effects
//!
//! The rooms that touch the world carry their exemption from the lints here; the others are pure.

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where time comes from"
)]
pub mod clock;
pub mod diagnostic;
pub mod disk;
pub mod ids;
pub mod inside;
pub mod secret;

pub mod catalogue;
pub mod desired;
pub mod files;
pub mod history;
pub mod live;
pub mod memory;
pub mod plan;
pub mod receipt;
pub mod render;
pub mod shape;
pub mod undo;

pub mod aerial;
pub mod auth;
pub mod converge;
pub mod git;
pub mod github;
pub mod http;
pub mod log;
pub mod org;
pub mod probe;

pub mod emulator;

#[expect(
    clippy::disallowed_methods,
    reason = "the edge: files, streams, environment"
)]
pub mod cli;
