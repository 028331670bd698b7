//! The writes that leave an org as it was: each is followed by looks until it surely shows, and what it changed is put back.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::ask::Ask;
use super::heard::Heard;
use super::judge::Hearing;
use super::standing::Aftermath;
use crate::aerial::{
    Error, LONGEST, LOST, NoLook, OneOrg, OrgPart, OrgWrite, SETTLE, may_have_acted,
};
use crate::clock::Clock;
use crate::http::retry::{Symptom, Tries};
use crate::http::{Answer, Failure as _};
use crate::live::LiveOrg;
use crate::org::{ConsentAgain, SeenConsent};

/// What an org was left as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// As it was before.
    AsItWas,
    /// The same, before everything was asked: the run is to end.
    Unfinished,
    /// A write changed it, and that was put back; what it was.
    PutBack(String),
    /// A write changed it, and it isn't as before; what differs, and why.
    Changed(String),
    /// It isn't as before by somebody else's doing, and was left like that; what differs.
    Anothers(String),
    /// Nobody knows: reading it again failed; why.
    Unknown(String),
}

/// The way to one org, and what it was before anything was sent.
pub struct Bench<'a> {
    pub one: &'a OneOrg,
    pub before: LiveOrg,
    /// What grants its consent once more, or why nothing does.
    pub consent: Result<ConsentAgain, String>,
    pub clock: &'a dyn Clock,
    /// The user's wish that the run ends: nothing more is asked. What was changed is put back all the same.
    pub stop: &'a CancellationToken,
    /// Told of each request before it is sent.
    pub show: &'a dyn Fn(&str),
}

impl std::fmt::Debug for Bench<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bench")
            .field("one", &self.one)
            .field("before", &self.before)
            .finish_non_exhaustive()
    }
}

/// What was sent.
#[derive(Clone, Copy)]
enum SentWrite<'a> {
    Part(&'a OrgWrite),
    Consent(&'a ConsentAgain),
}

/// When to be content with what the looks after a write show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// That nothing comes of it: the first difference decides.
    Nothing,
    /// That it shows: what is seen last decides.
    Effect,
}

/// Sends the writes that leave an org as it was, and reads it after each until it surely shows. Nothing is sent to an org that the
/// last look didn't find as it was.
///
/// At the first difference nothing more is asked. What the write explains is put back; what it doesn't is somebody else's, and left.
pub async fn write(bench: &Bench<'_>, hearing: &mut Hearing) -> Left {
    hearing.org = Some(bench.before.clone());
    for ask in Ask::WRITES {
        let Some(write) = ask.write(&bench.before) else {
            continue;
        };
        if bench.stop.is_cancelled() {
            return Left::Unfinished;
        }
        (bench.show)(&write.shown(&bench.before));
        let answer = bench.one.send(&write).await;
        let sent = SentWrite::Part(&write);
        let after = bench.settle(sent, &answer, Awaited::Nothing).await;
        let acted = pauses(sent, &answer).len() > 1;
        let heard = answer.as_ref().map(Heard::of).map_err(Error::to_string);
        hearing.heard.insert(ask, heard);
        match after {
            Aftermath::Same => {}
            Aftermath::Ours(what) => return bench.put_back(&write, what).await,
            Aftermath::Anothers(what) => return Left::Anothers(what),
            Aftermath::Unreadable(why) if acted && !bench.is_same(&write) => {
                return bench.put_back_unseen(&write, why).await;
            }
            Aftermath::Unreadable(why) => return Left::Unknown(why),
        }
    }
    consent(bench, hearing).await
}

/// Asks what a consent gets that was given before, where it has just been seen that it was.
async fn consent(bench: &Bench<'_>, hearing: &mut Hearing) -> Left {
    let leave = |hearing: &mut Hearing, why: &str| {
        hearing.leave(Ask::SameConsent, why);
        Left::AsItWas
    };
    if bench.stop.is_cancelled() {
        return Left::Unfinished;
    }
    let given = match &bench.consent {
        Ok(given) => given,
        Err(why) => {
            hearing.leave(Ask::Consent, why);
            return leave(hearing, why);
        }
    };
    let answer = given.hear().await;
    let heard = answer.as_ref().map(Heard::of).map_err(Error::to_string);
    hearing.heard.insert(Ask::Consent, heard);
    match given.look().await {
        Ok(SeenConsent::Ours) => {}
        Ok(SeenConsent::Nobody) => return leave(hearing, "the org has given no consent"),
        Ok(SeenConsent::Another(_)) => {
            return leave(hearing, "the org's consent is another account's");
        }
        Ok(SeenConsent::NoAerial) => return leave(hearing, "the org has no consents"),
        Err(why) => {
            return leave(hearing, &format!("the org's consent can't be read: {why}"));
        }
    }
    if bench.stop.is_cancelled() {
        return Left::Unfinished;
    }
    let (domain, account) = (bench.one.domain(), bench.one.account());
    (bench.show)(&ConsentAgain::shown(domain, account));
    let answer = given.send().await;
    let sent = SentWrite::Consent(given);
    let after = bench.settle(sent, &answer, Awaited::Nothing).await;
    let heard = answer.as_ref().map(Heard::of).map_err(Error::to_string);
    hearing.heard.insert(Ask::SameConsent, heard);
    match after {
        Aftermath::Same => Left::AsItWas,
        // What there is to put back, no grant can have caused.
        Aftermath::Ours(what) | Aftermath::Anothers(what) => Left::Anothers(what),
        Aftermath::Unreadable(why) => Left::Unknown(why),
    }
}

/// The pauses before the looks after a write: as many as it may take to show.
fn pauses(sent: SentWrite<'_>, answer: &Result<Answer, Error>) -> &'static [Duration] {
    // A body of products may be carried out in part before the rest of it is refused.
    let refusal_is_final = match sent {
        SentWrite::Part(write) => write.part == OrgPart::Status,
        SentWrite::Consent(_) => true,
    };
    match answer {
        Ok(answer) if answer.is_success() => &SETTLE,
        Ok(answer) if may_have_acted(answer.status(), refusal_is_final) => &LOST,
        Err(error) if error.may_have_had_effect(refusal_is_final) => &LOST,
        Ok(_) | Err(_) => &[Duration::ZERO],
    }
}

impl Bench<'_> {
    /// Whether a write says what the org was.
    fn is_same(&self, write: &OrgWrite) -> bool {
        let same = self.back(write.part);
        same.is_some_and(|same| match write.part {
            OrgPart::Status => same == *write,
            OrgPart::Products => same.products() == write.products(),
        })
    }

    /// What writes a part of the org as it was.
    fn back(&self, part: OrgPart) -> Option<OrgWrite> {
        let ask = match part {
            OrgPart::Status => Ask::SameStatus,
            OrgPart::Products => Ask::SameProducts,
        };
        ask.write(&self.before)
    }

    /// Looks at the org after a write, for as long as the write may take to show.
    async fn settle(
        &self,
        sent: SentWrite<'_>,
        answer: &Result<Answer, Error>,
        awaited: Awaited,
    ) -> Aftermath {
        let started = self.clock.now();
        let mut last = Aftermath::Same;
        for pause in pauses(sent, answer) {
            self.clock.sleep(*pause).await;
            last = self.look(sent).await;
            match (&last, awaited) {
                (Aftermath::Same, _) | (Aftermath::Ours(_), Awaited::Effect) => {}
                _ => break,
            }
            let now = self.clock.now();
            if now.duration_since(started).unwrap_or_default() >= LONGEST {
                break;
            }
        }
        last
    }

    async fn look(&self, sent: SentWrite<'_>) -> Aftermath {
        let (write, given) = match sent {
            SentWrite::Part(write) => (Some(write), None),
            SentWrite::Consent(given) => (None, Some(given)),
        };
        let after = match self.one.look().await {
            Ok(now) => Aftermath::of(&self.before, &now, write),
            Err(NoLook::Failed(why)) => Aftermath::Unreadable(why.to_string()),
            // Nothing more is written to it, whoever it has become.
            Err(NoLook::Unfit(why)) => Aftermath::Anothers(why.to_string()),
        };
        match (after, given) {
            (Aftermath::Same, Some(given)) => match given.look().await {
                Ok(SeenConsent::Ours) => Aftermath::Same,
                Ok(SeenConsent::Nobody | SeenConsent::NoAerial | SeenConsent::Another(_)) => {
                    Aftermath::Anothers("its consent isn't this account's any more".to_owned())
                }
                Err(why) => Aftermath::Unreadable(why.to_string()),
            },
            (after, _) => after,
        }
    }

    /// Writes the part of the org that a write has changed as it was, and sees it hold.
    async fn put_back(&self, write: &OrgWrite, what: String) -> Left {
        let Some(back) = self.back(write.part) else {
            return Left::Changed(what);
        };
        let mut tries = Tries::default();
        loop {
            (self.show)(&format!("putting it back: {}", back.shown(&self.before)));
            let answer = self.one.send(&back).await;
            let after = self
                .settle(SentWrite::Part(write), &answer, Awaited::Effect)
                .await;
            let still = match after {
                Aftermath::Same => return Left::PutBack(what),
                Aftermath::Ours(still) => still,
                Aftermath::Anothers(what) => return Left::Anothers(what),
                Aftermath::Unreadable(why) => {
                    return Left::Unknown(format!("{}, and then {why}", told(&answer)));
                }
            };
            match tries.failed(symptom(&answer), fastrand::f64()) {
                Some(pause) => self.clock.sleep(pause).await,
                None => {
                    return Left::Changed(format!("{still}; putting it back: {}", told(&answer)));
                }
            }
        }
    }

    /// The same where nobody can see what a write has done: the one before it, which is known, is sent once.
    async fn put_back_unseen(&self, write: &OrgWrite, why: String) -> Left {
        let Some(back) = self.back(write.part) else {
            return Left::Unknown(why);
        };
        (self.show)(&format!(
            "putting it back unseen: {}",
            back.shown(&self.before)
        ));
        let answer = self.one.send(&back).await;
        match self
            .settle(SentWrite::Part(write), &answer, Awaited::Effect)
            .await
        {
            Aftermath::Same => Left::PutBack(format!("it couldn't be read: {why}")),
            Aftermath::Ours(still) => {
                Left::Changed(format!("{still}; putting it back: {}", told(&answer)))
            }
            Aftermath::Anothers(what) => Left::Anothers(what),
            Aftermath::Unreadable(why) => {
                Left::Unknown(format!("{why}; putting it back: {}", told(&answer)))
            }
        }
    }
}

/// What came back on a write.
fn told(answer: &Result<Answer, Error>) -> String {
    answer
        .as_ref()
        .map_or_else(Error::to_string, |answer| Heard::of(answer).words())
}

/// Whether what puts an org back is worth another try.
fn symptom(answer: &Result<Answer, Error>) -> Symptom {
    match answer {
        // The next one has another token.
        Ok(answer) if answer.status() == 401 => Symptom::Trouble,
        Ok(answer) => Symptom::of_status(answer.status()),
        Err(error) => error.symptom(),
    }
}
