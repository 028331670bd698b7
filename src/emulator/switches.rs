//! The readings of what Okta's documents leave open: the emulator has one of each, and a seed may say another.

use serde::{Deserialize, Serialize};

/// The readings of what Okta doesn't document. The defaults are the cautious ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent reading of the documents"
)]
pub struct Switches {
    /// The status for an org that isn't managed, where the documents list none: 404, 403 or 400.
    pub unknown_org: u16,
    /// The status for a link of an org that is linked already: 400, 409 or 200.
    pub linked_again: u16,
    /// Whether `POST /orgs` needs a cell.
    pub cell_required: bool,
    /// Whether a refused product update has been carried out in part.
    pub partial_updates: bool,
    /// Whether a product update to nothing is accepted.
    pub empty_products: bool,
    /// Whether the same product may stand twice in an update.
    pub duplicate_products: bool,
    /// Whether products of an inactive org may be changed.
    pub products_on_inactive: bool,
    /// How many reads after a product update still show the products before it.
    pub settle_reads: u32,
    /// How pages are linked: `absolute`, `relative` or `joined` (one header).
    pub link_style: LinkStyle,
    /// Whether filters are evaluated; otherwise they get 400 `E0000031`.
    pub filters: bool,
    /// Requests in each window; 0 sends no rate-limit headers.
    pub rate_limit: u64,
    /// How long a window lasts.
    pub rate_window_seconds: u64,
    /// How long each answer takes, in milliseconds.
    pub latency_ms: u64,
    /// Whether DPoP proofs of API calls need the nonce as well.
    pub resource_nonce: bool,
    /// Whether errors have Okta's body; otherwise a web page.
    pub error_bodies: bool,
    /// Whether org hosts count their requests, in Okta's buckets of a minute.
    pub org_rate_limits: bool,
    /// How long a new org answers nothing, in seconds.
    pub new_org_seconds: u64,
    /// What a new org answers until then: 404, 401 or 503.
    pub new_org_status: u16,
    /// Whether a new org is resolved from the start; otherwise when it answers.
    pub new_org_resolves: bool,
    /// Whether orgs have the consent endpoints at all; otherwise 405.
    pub consent_endpoints: bool,
    /// The status of a grant on a child: 403, 400 or 405.
    pub child_consent: u16,
    /// What the time of a grant is called: `grantedDate`, as in Okta's schema, or `grantDate`, as in its examples.
    pub consent_date_field: String,
    /// Whether a member that Okta doesn't document in the body of a write gets 400; otherwise it is ignored.
    pub refuse_unknown_members: bool,
    /// Whether a replaced policy or rule that says no priority keeps its place; otherwise it becomes the last.
    pub keep_priority: bool,
    /// Whether, where priorities keep gaps, the place that an object has counts as taken while others make room for it.
    pub own_place_counts: bool,
    /// For how long `search` on groups doesn't see a change, in seconds.
    pub search_lag_seconds: u64,
    /// Whether org groups are listed, made and deleted, and orgs added, in the ways that Okta's event names suggest.
    pub org_group_guesses: bool,
    /// How long some events can't be read in the System Log after they happened, in seconds.
    pub late_event_seconds: u64,
    /// Which events are that late: each, each second one, and so on.
    pub late_event_every: u64,
    /// Whether the target of an event has the org's id; otherwise one that is nobody's, beside `domain_name`.
    pub log_org_ids: bool,
    /// Whether consent that is granted or revoked is told in the Aerial org's log.
    pub consent_events: bool,
}

/// How pages are linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LinkStyle {
    /// A header for each relation, with whole URLs.
    Absolute,
    /// A header for each relation, with paths.
    Relative,
    /// One header with all relations.
    Joined,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            unknown_org: 404,
            linked_again: 400,
            cell_required: true,
            partial_updates: false,
            empty_products: true,
            duplicate_products: false,
            products_on_inactive: false,
            settle_reads: 0,
            link_style: LinkStyle::Absolute,
            filters: true,
            rate_limit: 12_000,
            rate_window_seconds: 60,
            latency_ms: 0,
            resource_nonce: false,
            error_bodies: true,
            org_rate_limits: true,
            new_org_seconds: 30,
            new_org_status: 404,
            new_org_resolves: true,
            consent_endpoints: true,
            child_consent: 403,
            consent_date_field: "grantedDate".to_owned(),
            refuse_unknown_members: false,
            keep_priority: false,
            own_place_counts: true,
            search_lag_seconds: 0,
            org_group_guesses: true,
            late_event_seconds: 0,
            late_event_every: 1,
            log_org_ids: true,
            consent_events: true,
        }
    }
}
