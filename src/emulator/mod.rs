//! A local stand-in for an Aerial account, with state, rules and faults.
//!
//! `state` is the account as data (the format of seed files), `account`, `orgs` and `listing` are its rules as a pure state
//! machine, `token` is its authorization server, `faults` what goes wrong on request, `store` where it is kept, `http` (with
//! `respond`) puts it on a loopback port, `serve` starts and stops it. It shares no types with the client.

mod account;
mod faults;
mod http;
mod listing;
mod orgs;
mod respond;
mod serve;
mod state;
mod store;
mod token;

pub use faults::{Action, Fault};
pub use http::Seen;
pub use serve::{Emulator, Setup};
pub use state::{Account, Client, LinkStyle, Org, Product, State, Switches};
pub use store::Store;
