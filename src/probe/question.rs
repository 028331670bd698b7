//! The questions, each one value.

use super::ask::Ask;
use super::judge::{self, AnswerJudge, Hearing, ProbeAnswer};

/// Something that Okta's documents leave open.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// What programs call it.
    pub id: &'static str,
    /// What it is about: questions of a group stand together.
    pub group: &'static str,
    pub text: &'static str,
    pub how: How,
    /// The emulator's switch that its answer sets.
    pub switch: Option<&'static str>,
}

/// How a question is asked.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// With a request, whose answer is judged.
    By(Ask, AnswerJudge),
    /// Not at all; why.
    Never(&'static str),
}

impl Question {
    /// Its answer.
    #[must_use]
    pub fn answer(&self, hearing: &Hearing) -> ProbeAnswer {
        match self.how {
            How::By(ask, judge) => hearing.judged(ask, judge),
            How::Never(why) => ProbeAnswer::NotAsked(why.to_owned()),
        }
    }
}

const fn by(
    id: &'static str,
    group: &'static str,
    text: &'static str,
    ask: Ask,
    judge: AnswerJudge,
    switch: Option<&'static str>,
) -> Question {
    Question {
        id,
        group,
        text,
        how: How::By(ask, judge),
        switch,
    }
}

const fn never(
    id: &'static str,
    group: &'static str,
    text: &'static str,
    why: &'static str,
) -> Question {
    Question {
        id,
        group,
        text,
        how: How::Never(why),
        switch: None,
    }
}

const FOR_GOOD: &str = "it can't be undone";
const ANOTHER_ORG: &str = "it takes a write to an org that isn't the account's";
const UNSEEN: &str = "what leaves the org as it was doesn't show it";

/// All questions, by group.
#[rustfmt::skip]
pub const QUESTIONS: &[Question] = &[
    by("link-style", "Lists", "How are pages linked?", Ask::Page, judge::link_style, Some("linkStyle")),
    by("page-size", "Lists", "Is `limit` heeded?", Ask::Page, judge::page_size, None),
    by("filters", "Lists", "Are filters evaluated?", Ask::FilterNobody, judge::filters, Some("filters")),
    by("bad-filter", "Lists", "What does a filter get that is nonsense?", Ask::BadFilter, judge::words, None),
    by("unknown-org", "Errors", "What does a read of an org get that isn't managed?", Ask::UnknownOrg, judge::words, None),
    by("unknown-path", "Errors", "What does a path get that isn't there?", Ask::UnknownPath, judge::words, None),
    by("unknown-account", "Errors", "What does a read of another account get?", Ask::UnknownAccount, judge::words, None),
    by("error-bodies", "Errors", "How many refusals have Okta's body?", Ask::UnknownPath, judge::error_bodies, Some("errorBodies")),
    by("rate-limit", "Headers", "Do answers say how many requests are allowed?", Ask::Page, judge::rate_limit, Some("rateLimit")),
    by("request-id", "Headers", "Do answers have a request id?", Ask::Page, judge::request_id, None),
    by("clock", "Headers", "Does the server's clock agree with this machine's?", Ask::Page, judge::clock, None),
    by("resource-nonce", "Headers", "Do DPoP proofs of API calls need a nonce?", Ask::Nonce, judge::nonce, Some("resourceNonce")),
    by("associated-orgs", "Guessed paths", "Are associated orgs at /associatedOrgs?", Ask::AssociatedOrgs, judge::guess, None),
    by("associated-members", "Guessed paths", "What is said of an associated org?", Ask::AssociatedOrgs, judge::members, None),
    by("org-groups", "Guessed paths", "Are org groups listed at /orgGroups?", Ask::OrgGroups, judge::guess, Some("orgGroupGuesses")),
    by("templates", "Guessed paths", "Are templates of request conditions below /governance?", Ask::Templates, judge::guess, None),
    by("same-status", "Writes", "What does the status get that an org has?", Ask::SameStatus, judge::words, None),
    by("same-products", "Writes", "What do the products get that an org has?", Ask::SameProducts, judge::words, None),
    by("empty-products", "Writes", "Is an update to no products accepted?", Ask::SameProducts, judge::empty_products, Some("emptyProducts")),
    by("products-on-inactive", "Writes", "May products of an inactive org be updated?", Ask::SameProducts, judge::products_on_inactive, Some("productsOnInactive")),
    by("duplicate-products", "Writes", "May a product stand twice in an update?", Ask::DuplicateProducts, judge::duplicates, Some("duplicateProducts")),
    by("unknown-product", "Writes", "What does an update get with a product that doesn't exist?", Ask::UnknownProduct, judge::words, None),
    never("partial-updates", "Writes", "Is a refused update carried out in part?", UNSEEN),
    never("settle-reads", "Writes", "Does an update show at once?", UNSEEN),
    never("unknown-org-write", "Writes", "What does a write get to an org that isn't managed?", ANOTHER_ORG),
    never("linked-again", "Writes", "What does the link get of an org that is linked?", FOR_GOOD),
    never("cell-required", "Writes", "Does a link need a cell?", FOR_GOOD),
    never("deleted-again", "Writes", "What does a second request for a deletion get?", FOR_GOOD),
    by("consent-read", "Consent", "Does the org's own host have consents?", Ask::Consent, judge::consent, Some("consentEndpoints")),
    by("consent-date", "Consent", "What is the time of a consent called?", Ask::Consent, judge::consent_date, Some("consentDateField")),
    by("org-rate-limit", "Consent", "Does the org's own host say how many requests are allowed?", Ask::Consent, judge::org_rate_limit, Some("orgRateLimits")),
    by("consent-again", "Consent", "What does a consent get that was given before?", Ask::SameConsent, judge::words, None),
];
