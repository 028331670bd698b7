//! A local stand-in for an Aerial account, with state, rules and faults.
//!
//! `state` is the account as data (the format of seed files), `seed` what it starts as, `switches` the readings of what
//! Okta doesn't document. Its rules are a pure state machine from a `call` to a reply. `account` finds the rule for the
//! account: `managed`, `listing`, `orgs`, `products`, `needs`, `org_groups`, `governance`. `org_host` finds it for an org's
//! own host: `creator`, `consent`, `ready`, and the collections `settings`, `zones`, `origins`, `groups`, `apps`, `policies`
//! and `rules`, which share `host`, `objects`, `pages` and `system` (what every org begins with, kept as `inside`).
//!
//! `system_log` is what the Aerial org's System Log keeps, `log_events` what a change adds to it, `logs` how it is asked, and
//! `console` makes changes as an admin who uses the console.
//!
//! `token` is the authorization server of the account and of each org, `doors` says who may do what with its tokens,
//! `jwt` checks what clients sign. `faults` is what goes wrong on request, `store` where the account is kept. `server` is
//! what connections share, `windows` counts them, `guard` says who may speak to it, `http` (with `strike` and `respond`)
//! answers one request, `serve` starts and stops it on a loopback port. It shares no types with the client.

mod account;
mod apps;
mod call;
mod consent;
mod console;
mod creator;
mod doors;
mod faults;
mod governance;
mod groups;
mod guard;
mod host;
mod http;
mod ids;
mod inside;
mod jwt;
mod listing;
mod log_events;
mod logs;
mod managed;
mod needs;
mod objects;
mod org_groups;
mod org_host;
mod orgs;
mod origins;
mod pages;
mod places;
mod policies;
mod products;
mod ready;
mod respond;
mod rules;
mod seed;
mod serve;
mod server;
mod settings;
mod state;
mod store;
mod strike;
mod switches;
mod system;
mod system_log;
mod token;
mod windows;
mod zones;

pub use faults::{Action, Fault};
pub use inside::Inside;
pub use needs::{AnyOf, Need};
pub use serve::{Emulator, Setup};
pub use server::Seen;
pub use state::{
    ConditionTemplate, EmulatedAccount, EmulatedClient, Org, OrgGroup, Product, State,
};
pub use store::Store;
pub use switches::{LinkStyle, Switches};
pub use system_log::{LateEntry, LogActor, LogEntry, LogTarget, SystemLog};
