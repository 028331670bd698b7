//! Starts the emulator on a loopback port, and stops it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::faults::{Fault, Faults};
use super::server::{Seen, Server};
use super::state::State;
use super::store::Store;
use super::token::Tokens;
use crate::clock::{Clock, rfc3339};
use crate::disk::Lock;

/// What an emulator starts with.
#[derive(Debug)]
pub struct Setup {
    /// The account.
    pub state: State,
    /// Where it is kept; `None`: in memory.
    pub store: Option<Store>,
    /// The only token that it takes; `None`: any.
    pub token: Option<String>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// How long each answer takes, in milliseconds, whatever the account says; not kept with it.
    pub latency_ms: Option<u64>,
    /// Where time comes from.
    pub clock: Arc<dyn Clock>,
}

impl Setup {
    /// An account in memory, any token, no faults.
    #[must_use]
    pub fn new(state: State, clock: Arc<dyn Clock>) -> Self {
        Self {
            state,
            store: None,
            token: None,
            faults: Vec::new(),
            latency_ms: None,
            clock,
        }
    }
}

/// A running emulator; it stops when dropped.
pub struct Emulator {
    server: Arc<Server>,
    /// Let go with this, even if a connection is still winding down.
    _lock: Option<Lock>,
    _tasks: JoinSet<()>,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator")
            .field("origin", &self.server.origin)
            .finish_non_exhaustive()
    }
}

impl Emulator {
    /// Listens on an address, which must be of this machine's loopback range; port 0 takes a free one.
    ///
    /// # Errors
    /// When the address isn't loopback or is taken, and when the account can't be saved.
    pub async fn start(address: SocketAddr, setup: Setup) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!(
                    "{address} isn't a loopback address: the emulator is for this machine alone"
                ),
            ));
        }
        let listener = TcpListener::bind(address).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut store = setup.store;
        let lock = store.as_mut().and_then(Store::take_lock);
        let mut state = setup.state;
        state.complete();
        let server = Arc::new(Server::new(
            state,
            store,
            Tokens::new(setup.token),
            Faults::new(setup.faults),
            setup.latency_ms,
            setup.clock,
            origin,
        ));
        server.save().await?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, Arc::clone(&server)));
        Ok(Self {
            server,
            _lock: lock,
            _tasks: tasks,
        })
    }

    /// `http://127.0.0.1:PORT`: the endpoint and the issuer.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.server.origin
    }

    /// The account as it is now.
    #[must_use]
    pub fn state(&self) -> State {
        self.server.lock().state.clone()
    }

    /// Changes the account behind the API's back, as another admin might.
    pub fn change(&self, change: impl FnOnce(&mut State)) {
        let now = rfc3339(self.server.now());
        self.server.lock().state.by_somebody(&now, change);
    }

    /// Replaces the faults.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.server.lock().faults = Faults::new(faults);
    }

    /// Every request so far, in the order of the answers.
    #[must_use]
    pub fn seen(&self) -> Vec<Seen> {
        self.server.lock().seen.clone()
    }

    /// The most requests to the account and its issuer that were ever in flight at a time.
    #[must_use]
    pub fn most_in_flight(&self) -> usize {
        self.server.most_in_flight()
    }

    /// The most requests that were ever in flight at a time to one org's own host.
    #[must_use]
    pub fn most_in_flight_on_an_org(&self) -> usize {
        self.server.most_in_flight_on_an_org()
    }

    /// Saves the account.
    ///
    /// # Errors
    /// When the file can't be written.
    pub async fn save(&self) -> io::Result<()> {
        self.server.save().await
    }
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that failed before it was accepted is the client's to report.
                let Ok((stream, _)) = accepted else { continue };
                let server = Arc::clone(&server);
                connections.spawn(async move {
                    let service = service_fn(|request| server.answer(request));
                    // An error here is a client that went away, or a fault that closed the connection on purpose.
                    http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                        .ok();
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
