//! What to do where an org's own host refuses.

use crate::aerial::ApiError;

/// Said where nobody knows whether an org exists.
pub(super) const UNRESOLVED: &str = "whether the org exists isn't known, and it can't be created before it is: look at its host in a browser";

/// Said where Okta refuses to link an org that the file would have created.
pub(super) const YOUNG: &str = "the org may be too new: run it again in a minute";

const EXPIRED: &str = "the org's credential was not accepted: it may have expired (an API token does after 30 days without use)";

/// What to do about a refused read of an org's own host.
pub(super) fn of_reading(error: &ApiError) -> Option<&'static str> {
    match error.status {
        401 => Some(EXPIRED),
        403 => Some(
            "the org's credential may not read this: grant its app the scope, or its admin the role",
        ),
        404 => Some(
            "the org doesn't answer: it may have been created a moment ago, or have another domain",
        ),
        _ => None,
    }
}

/// What to do about Okta's refusal to create an org [Okta, Org Creator API and error codes].
pub(super) fn of_creation(error: &ApiError) -> Option<&'static str> {
    match (error.status, error.code.as_str()) {
        (_, "E0000088") => Some(
            "an org has this subdomain already, maybe another company's: choose another `domain`",
        ),
        (_, "E0000089") => Some(
            "another org may have this `create.name`, or it has characters that Okta doesn't take",
        ),
        (_, "E0000170") => Some("Okta keeps this subdomain for itself: choose another `domain`"),
        (_, "E0000171") => Some(
            "another request is about to use this subdomain: wait some minutes, then see with `aerialctl plan` whether the org is there",
        ),
        (_, "E0000172") => Some("a subdomain has at most 57 characters: choose a shorter `domain`"),
        (429, _) => {
            Some("Okta creates at most 10 orgs a minute from one parent; run it again later")
        }
        (401, _) => Some(
            "the parent's credential was not accepted: it may have expired (an API token does after 30 days without use)",
        ),
        (403, _) => Some(
            "the parent needs the Org Creator API, which Okta enables for it, and a credential of a super admin or with the scope okta.orgs.manage",
        ),
        _ => None,
    }
}

/// What to do about Okta's refusal of a consent.
pub(super) fn of_consent(error: &ApiError) -> Option<&'static str> {
    let says = |words: &str| {
        let mut texts = error.causes.iter().chain([&error.summary]);
        texts.any(|text| text.to_lowercase().contains(words))
    };
    match error.status {
        400 if says("already linked") => Some(
            "the org is linked to an Aerial account already: if it isn't this one, it can't be linked here",
        ),
        400 if says("invalid aerial account") => {
            Some("check `account.id` in the file: the org's Okta doesn't know this account")
        }
        400 | 403 | 405 if says("parent") || error.status == 405 => Some(
            "a child org takes its consent from its parent: say whose child it is with `parent:` on the entry",
        ),
        401 => Some(EXPIRED),
        403 => Some(
            "consent needs a super admin of the org, or the scope okta.orgs.manage; and a child org takes its consent from its parent: say with `parent:` on the entry whose child it is",
        ),
        _ => None,
    }
}
