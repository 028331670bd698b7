//! One thing that somebody did, as the System Log of the Aerial org tells it. All its texts are the server's: escape them
//! before they are shown.

use std::collections::BTreeSet;
use std::time::SystemTime;

use crate::ids::{Domain, OrgId, OrgName, ProductId};

/// What a person with a browser uses.
pub const CONSOLE: &str = "console";

/// What an event came with that doesn't say.
pub const UNKNOWN: &str = "unknown";

/// What our own requests say that they come from begins so.
const OUR_AGENT: &str = "aerialctl/";

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Okta's id of the event.
    pub uuid: String,
    /// When it happened, as the log has it; it may have been there to be read later.
    pub at: SystemTime,
    /// `account.org.product.update` and so on.
    pub event_type: String,
    pub actor: EventActor,
    /// The address that it came from.
    pub address: String,
    /// The `User-Agent` of what it came with.
    pub agent: String,
    /// Ids of the request that did it.
    pub requests: Vec<String>,
    /// The org that it is about, as far as the event tells.
    pub org: LoggedOrg,
    /// Further orgs that it names.
    pub others: Vec<LoggedOrg>,
    /// Whether it names yet others, by ids alone.
    pub clipped: bool,
    pub deed: Deed,
    pub result: EventResult,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventResult {
    Done,
    /// It was tried and didn't come to be.
    Failed,
    /// The event doesn't say.
    Unknown,
}

/// Who did it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventActor {
    /// Of a service app its client id.
    pub id: String,
    /// `User`, `PublicClientApp` and so on.
    pub kind: String,
    /// What Okta calls `alternateId`: a user's login.
    pub login: String,
    pub name: String,
}

/// The org that an event is about. Which id its target has isn't documented.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoggedOrg {
    pub id: Option<OrgId>,
    pub domain: Option<Domain>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Products {
        added: BTreeSet<ProductId>,
        deleted: BTreeSet<ProductId>,
    },
    Status {
        old: String,
        new: String,
    },
    Linked,
    DeletionRequested,
    DeletionCancelled,
    ConsentGranted,
    ConsentRevoked,
    /// Something else, with the name of what it is about, where that has one: a group of orgs, a template.
    Other(String),
}

impl EventActor {
    /// Who it is, in words: `Ana Doe (ana@acme.example)`, or the client id.
    #[must_use]
    pub fn words(&self) -> String {
        let login = if self.login.is_empty() || self.is_app() {
            &self.id
        } else {
            &self.login
        };
        match (self.name.is_empty(), login.is_empty()) {
            (true, true) => "somebody whom the log doesn't name".to_owned(),
            (true, false) => login.clone(),
            (false, true) => self.name.clone(),
            (false, false) => format!("{} ({login})", self.name),
        }
    }

    /// Whether it is an app, and no person.
    #[must_use]
    pub fn is_app(&self) -> bool {
        self.kind.contains("App") || self.kind.contains("Client")
    }
}

impl LoggedOrg {
    /// What the event calls it; `None` where it names none.
    #[must_use]
    pub fn name(&self) -> Option<OrgName> {
        OrgName::of(self.id.clone(), self.domain.clone())
    }
}

impl LogEvent {
    /// Whether it says that it came from this program.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        self.agent.starts_with(OUR_AGENT)
    }

    /// What it came with, in words: a browser is the console, since the Aerial Console is used with one.
    #[must_use]
    pub fn means(&self) -> String {
        if self.agent.starts_with("Mozilla/") && !self.actor.is_app() {
            CONSOLE.to_owned()
        } else if self.agent.is_empty() {
            UNKNOWN.to_owned()
        } else {
            self.agent.clone()
        }
    }
}
