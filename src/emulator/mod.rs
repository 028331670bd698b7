//! A local stand-in for an Aerial account, with state, rules and faults.
//!
//! `state` is the account as data (the format of seed files). Its rules are a pure state machine from a `call` to a reply:
//! `account` finds the rule, `managed`, `listing`, `orgs` and `products` have those of the account, `org_host` those of an
//! org's own host. `token` is its authorization server, `jwt` checks what clients sign. `faults` is what goes wrong on
//! request, `store` where the account is kept. `server` is what connections share, `guard` says who may
//! speak to it, `http` (with `strike` and `respond`) answers one request, `serve` starts and stops it on a loopback port. It shares no types with the client.

mod account;
mod call;
mod faults;
mod guard;
mod http;
mod jwt;
mod listing;
mod managed;
mod org_host;
mod orgs;
mod products;
mod respond;
mod serve;
mod server;
mod state;
mod store;
mod strike;
mod token;

pub use faults::{Action, Fault};
pub use serve::{Emulator, Setup};
pub use server::Seen;
pub use state::{EmulatedAccount, EmulatedClient, LinkStyle, Org, Product, State, Switches};
pub use store::Store;
