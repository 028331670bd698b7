//! The only room that sends a request, whoever is spoken to. It knows HTTP, time, the wish to stop and the run's secrets,
//! and nothing of Okta, accounts or plans.
//!
//! `client` holds what all requests of a run share and says which base URLs are allowed. `exchange` is one request and its
//! answer; `send` repeats it as `retry` allows, and `stop` says which waits hear the wish to stop. `gate` makes requests wait for their turn, at the pace of `pace`, from what
//! `signals` reads in the headers; a `crowd` bounds what several senders have on their way. `authorize` is what a request needs to be let in: other rooms implement it. `answer` is
//! what came back; what of it ends in a message passes `redact` first. `paging` follows the `Link` header.

mod answer;
mod authorize;
mod client;
mod crowd;
mod error;
mod exchange;
#[cfg(test)]
pub(crate) mod fixtures;
mod gate;
pub mod pace;
pub mod paging;
mod redact;
pub mod retry;
mod send;
mod signals;
mod stop;

pub use answer::{Answer, BodyKind, MAX_BODY};
pub use authorize::{Authorization, Authorize, Bearer, MalformedSecret, Nobody, sensitive};
pub use client::{BaseUrlError, Client, base_url, is_loopback};
pub use crowd::Crowd;
pub use error::{HttpError, Lost};
pub use exchange::Sent;
pub(crate) use exchange::{Body, HttpRequest, Intent, Peer, Sender};
pub use gate::{Notice, Wait};
pub use redact::Redactor;
pub use send::{Failure, Once};
pub use signals::Signals;
