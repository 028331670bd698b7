//! Whether a new org answers yet, and whether an org has consented: what several rules ask.

use super::state::{Org, State};

/// Whether an org is old enough to answer.
pub(super) fn is_ready(state: &State, org: &Org, now: &str) -> bool {
    let parsed = |text: &str| text.parse::<jiff::Timestamp>().ok();
    let Some(made) = org.made_at.as_deref().and_then(parsed) else {
        return true;
    };
    let age = parsed(now).map(|now| now.duration_since(made).as_secs());
    age.is_none_or(|age| age >= i64::try_from(state.switches.new_org_seconds).unwrap_or(i64::MAX))
}

/// Whether an org has consented to this account; a child's consent is its parent's.
pub(super) fn consents(state: &State, org: &Org) -> bool {
    let giver = giver(state, org);
    giver.consent && giver.consents_to.is_none()
}

/// The org whose consent counts.
pub(super) fn giver<'a>(state: &'a State, org: &'a Org) -> &'a Org {
    let parent = org.parent.as_ref();
    parent
        .and_then(|parent| state.orgs.iter().find(|other| other.domain == *parent))
        .unwrap_or(org)
}
