//! What answers mean.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::heard::Heard;
use crate::ids::Status;
use crate::live::LiveOrg;

/// All that was heard.
#[derive(Debug, Default)]
pub struct Hearing {
    /// By request: what came back, or why nothing did.
    pub heard: BTreeMap<Ask, Result<Heard, String>>,
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

    /// What it says to a judge's question.
    pub(super) fn judged(&self, ask: Ask, judge: AnswerJudge) -> ProbeAnswer {
        match self.heard.get(&ask) {
            None if ask.read().is_some() => {
                ProbeAnswer::NotAsked("the run ended before".to_owned())
            }
            None => ProbeAnswer::NotAsked(match self.org {
                None => "it takes a write: see --org".to_owned(),
                Some(_) => "the org has nothing to ask it with, or the run ended before".to_owned(),
            }),
            Some(Err(why)) => ProbeAnswer::Unclear(format!("no answer: {why}")),
            Some(Ok(heard)) if is_trouble(heard) => {
                ProbeAnswer::Unclear(format!("the answer is {}", heard.words()))
            }
            Some(Ok(heard)) => judge(heard, self),
        }
    }

    fn is_empty(&self) -> bool {
        let products = self.org.as_ref().and_then(|org| org.products.as_ref());
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

/// Whether a nonce is asked for. A proof may carry the nonce of the token endpoint, so that no challenge proves nothing.
pub(super) fn nonce(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    if matches!(heard.status, 400 | 401) && heard.has("dpop-nonce") {
        return ProbeAnswer::Answer("yes".to_owned(), Some(json!(true)));
    }
    let why = "no nonce was asked for: the token needs no proof, or the proof had the token endpoint's nonce already";
    ProbeAnswer::Unclear(why.to_owned())
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

pub(super) fn filters(heard: &Heard, _: &Hearing) -> ProbeAnswer {
    match heard.status {
        200 => ProbeAnswer::Answer("yes".to_owned(), Some(json!(true))),
        400 => ProbeAnswer::Answer(format!("no: {}", heard.words()), Some(json!(false))),
        _ => ProbeAnswer::Unclear(heard.words()),
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
