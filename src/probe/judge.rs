//! What answers mean.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::heard::Heard;
use crate::ids::{Domain, Status};
use crate::live::LiveOrg;

/// All that was heard.
#[derive(Debug, Default)]
pub struct Hearing {
    /// By request: what came back, or why nothing did.
    pub heard: BTreeMap<Ask, Result<Heard, String>>,
    /// What wasn't asked although its turn came; why.
    pub left: BTreeMap<Ask, String>,
    /// Whether an org is named that may be written to.
    pub named: bool,
    /// The org that was written to, as it was before.
    pub org: Option<LiveOrg>,
}

/// What an answer tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeAnswer {
    /// The answer, in words, and as the value of the question's switch if it has one.
    Answer(String, Option<Json>),
    /// It can't be told; why.
    Unclear(String),
    /// It wasn't asked; why.
    NotAsked(String),
}

/// Judges what was heard on a request, beside all the rest.
pub type AnswerJudge = fn(&Heard, &Hearing) -> ProbeAnswer;

impl Hearing {
    /// What came back on a request.
    #[must_use]
    pub fn on(&self, ask: Ask) -> Option<&Heard> {
        self.heard.get(&ask)?.as_ref().ok()
    }

    /// Takes note that a request isn't sent, and why.
    pub fn leave(&mut self, ask: Ask, why: impl Into<String>) {
        self.left.insert(ask, why.into());
    }

    /// What it says to a judge's question.
    pub(super) fn judged(&self, ask: Ask, judge: AnswerJudge) -> ProbeAnswer {
        if let Some(why) = self.left.get(&ask) {
            return ProbeAnswer::NotAsked(why.clone());
        }
        match self.heard.get(&ask) {
            None if Ask::READS.contains(&ask) => {
                ProbeAnswer::NotAsked("the run ended before".to_owned())
            }
            None => ProbeAnswer::NotAsked(
                match (&self.org, self.named) {
                    (Some(_), _) => "the org has nothing to ask it with, or the run ended before",
                    (None, true) => "nobody said yes: add --yes",
                    (None, false) if ask == Ask::Consent => "it is asked of one org: see --org",
                    (None, false) => "it takes a write: see --org",
                }
                .to_owned(),
            ),
            Some(Err(why)) => ProbeAnswer::Unclear(format!("no answer: {why}")),
            Some(Ok(heard)) if is_trouble(heard) => {
                ProbeAnswer::Unclear(format!("the answer is {}", heard.words()))
            }
            Some(Ok(heard)) => judge(heard, self),
        }
    }

    fn is_empty(&self) -> bool {
        let products = self.org.as_ref().and_then(|org| org.products.as_deref());
        products.is_some_and(BTreeMap::is_empty)
    }

    fn is_inactive(&self) -> bool {
        let org = self.org.as_ref();
        org.is_some_and(|org| org.status.is(Status::Inactive))
    }
}

/// Whether an answer tells of the network, the token or the limits alone.
fn is_trouble(heard: &Heard) -> bool {
    let challenge = heard.status == 401 && heard.has("dpop-nonce");
    !challenge && (heard.status == 401 || heard.status == 429 || heard.status >= 500)
}

/// An answer without a switch.
fn plain(text: impl Into<String>) -> ProbeAnswer {
    ProbeAnswer::Answer(text.into(), None)
}

/// A refusal's or an acceptance's own words.
pub(super) fn words(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    plain(heard.words())
}

/// Whether a nonce is asked for: of a proof without one, or of the first that had the token endpoint's.
pub(super) fn nonce(heard: &Heard, hearing: &Hearing) -> ProbeAnswer {
    let is_challenge = |heard: &Heard| matches!(heard.status, 400 | 401) && heard.has("dpop-nonce");
    if is_challenge(heard) || hearing.on(Ask::Account).is_some_and(is_challenge) {
        ProbeAnswer::Answer("yes".to_owned(), Some(json!(true)))
    } else if heard.accepted() {
        ProbeAnswer::Answer(
            "no: a proof without one is taken".to_owned(),
            Some(json!(false)),
        )
    } else {
        ProbeAnswer::Unclear(heard.words())
    }
}

pub(super) fn link_style(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    let style = |word: &str, text: &str| ProbeAnswer::Answer(text.to_owned(), Some(json!(word)));
    let mut urls = heard.links.iter().flatten();
    let whole = |url: &String| url.starts_with("https://") || url.starts_with("http://");
    if heard.links.iter().any(|header| header.len() > 1) {
        style("joined", "all relations in one header")
    } else if heard.links.is_empty() {
        ProbeAnswer::Unclear("no link came".to_owned())
    } else if !urls.all(whole) {
        style("relative", "a header for each relation, with paths")
    } else if heard.links.len() > 1 {
        style("absolute", "a header for each relation, with whole URLs")
    } else {
        ProbeAnswer::Unclear("one link came: with a whole URL, but whether a second would be in a header of its own isn't seen".to_owned())
    }
}

pub(super) fn page_size(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    match heard.items {
        Some(items) if items <= 1 => plain("yes"),
        Some(items) => plain(format!("no: {items} came instead of 1")),
        None => ProbeAnswer::Unclear(format!("no list: {}", heard.words())),
    }
}

/// By what comes on a filter that nothing matches, beside one that the first org of the list does.
pub(super) fn filters(nobody: &Heard, hearing: &Hearing) -> ProbeAnswer {
    let unclear = |why: &str| ProbeAnswer::Unclear(why.to_owned());
    let Some(one) = hearing.on(Ask::FilterOne) else {
        return unclear("no org is known that a filter would have to find");
    };
    let known = hearing.on(Ask::Page).and_then(|page| page.domains.first());
    let found = |known: &Domain| {
        let name = known.subdomain();
        let domains = &one.domains;
        !domains.is_empty() && domains.iter().all(|domain| domain.subdomain() == name)
    };
    match (nobody.status, nobody.items, one.status) {
        (400, _, 400) => ProbeAnswer::Answer(format!("no: {}", nobody.words()), Some(json!(false))),
        (200, Some(1..), _) => plain("no: it is passed over, and everything comes"),
        (200, Some(0), 200) if known.is_some_and(found) => {
            ProbeAnswer::Answer("yes".to_owned(), Some(json!(true)))
        }
        (200, Some(0), 200) => unclear("nothing matches that does exist"),
        (_, _, other) => {
            ProbeAnswer::Unclear(format!("one gets {}, another {other}", nobody.words()))
        }
    }
}

/// By all refusals that reads got.
pub(super) fn error_bodies(_: &Heard, hearing: &Hearing) -> ProbeAnswer {
    let refusals = [Ask::UnknownOrg, Ask::UnknownPath, Ask::BadFilter];
    let refusals = refusals.into_iter().filter_map(|ask| hearing.on(ask));
    let refusals: Vec<&Heard> = refusals
        .filter(|heard| !heard.accepted() && !is_trouble(heard))
        .collect();
    let with = refusals.iter().filter(|heard| heard.error_code.is_some());
    match (with.count(), refusals.len()) {
        (_, 0) => ProbeAnswer::Unclear("nothing was refused".to_owned()),
        (0, all) => ProbeAnswer::Answer(format!("none of {all}"), Some(json!(false))),
        (with, all) => ProbeAnswer::Answer(format!("{with} of {all}"), Some(json!(true))),
    }
}

pub(super) fn rate_limit(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    match heard.allowed {
        Some(limit) => {
            ProbeAnswer::Answer(format!("yes: {limit} in each window"), Some(json!(limit)))
        }
        None if heard.has("x-rate-limit-limit") => {
            ProbeAnswer::Unclear("the header says no number".to_owned())
        }
        None => ProbeAnswer::Answer("no".to_owned(), Some(json!(0))),
    }
}

pub(super) fn request_id(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    let has = heard.has("x-okta-request-id");
    plain(if has { "yes" } else { "no" })
}

pub(super) fn clock(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    match heard.ahead {
        None => plain("the server doesn't say what time it is"),
        Some(ahead) if ahead.abs() <= 2 => plain("yes"),
        Some(ahead) if ahead > 0 => plain(format!("no: the server's is {ahead} s ahead")),
        Some(ahead) => plain(format!(
            "no: the server's is {} s behind",
            ahead.unsigned_abs()
        )),
    }
}

/// Whether a path that is a guess answers.
pub(super) fn guess(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    match heard.status {
        200 => ProbeAnswer::Answer("yes".to_owned(), Some(json!(true))),
        404 | 405 => ProbeAnswer::Answer(format!("no: {}", heard.words()), Some(json!(false))),
        _ => ProbeAnswer::Unclear(heard.words()),
    }
}

pub(super) fn empty_products(heard: &Heard, hearing: &Hearing) -> ProbeAnswer {
    if !hearing.is_empty() {
        return ProbeAnswer::NotAsked("the org has products".to_owned());
    }
    update(heard, !hearing.is_inactive())
}

pub(super) fn products_on_inactive(heard: &Heard, hearing: &Hearing) -> ProbeAnswer {
    if !hearing.is_inactive() {
        return ProbeAnswer::NotAsked("the org is active".to_owned());
    }
    update(heard, !hearing.is_empty())
}

pub(super) fn duplicates(heard: &Heard, hearing: &Hearing) -> ProbeAnswer {
    let same = hearing.on(Ask::SameProducts);
    update(heard, same.is_some_and(Heard::accepted))
}

/// What an update that was accepted or refused says of one reading, where a refusal may have no other reason.
fn update(heard: &Heard, only_reason: bool) -> ProbeAnswer {
    if heard.accepted() {
        ProbeAnswer::Answer(format!("accepted: {}", heard.words()), Some(json!(true)))
    } else if only_reason && heard.status != 403 {
        ProbeAnswer::Answer(format!("refused: {}", heard.words()), Some(json!(false)))
    } else {
        ProbeAnswer::Unclear(format!(
            "refused, perhaps for another reason: {}",
            heard.words()
        ))
    }
}

/// What is said of the first of a list.
pub(super) fn members(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    if !heard.accepted() {
        return ProbeAnswer::Unclear(heard.words());
    }
    if heard.members.is_empty() {
        return ProbeAnswer::Unclear("the list is empty".to_owned());
    }
    plain(heard.members.join(", "))
}

/// Whether an org's own host has consents at all.
pub(super) fn consent(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    let answer = |text: String, has: bool| ProbeAnswer::Answer(text, Some(json!(has)));
    match (heard.status, heard.error_code.as_deref()) {
        (200, _) => answer("yes".to_owned(), true),
        (404, Some("E0000007")) => answer("yes, and this org has given none".to_owned(), true),
        (405, _) => answer(format!("no: {}", heard.words()), false),
        _ => ProbeAnswer::Unclear(heard.words()),
    }
}

pub(super) fn consent_date(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    let names = ["grantedDate", "grantDate"];
    let is_there = |name: &&str| heard.members.iter().any(|member| member == name);
    match names.into_iter().find(is_there) {
        Some(name) => ProbeAnswer::Answer(name.to_owned(), Some(json!(name))),
        None if heard.accepted() => ProbeAnswer::Unclear("neither name came".to_owned()),
        None => ProbeAnswer::Unclear(heard.words()),
    }
}

pub(super) fn org_rate_limit(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    let says = heard.has("x-rate-limit-limit");
    let text = if says { "yes" } else { "no" };
    ProbeAnswer::Answer(text.to_owned(), Some(json!(says)))
}
