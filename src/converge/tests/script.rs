//! A change and an org that follow a script: each look and each write takes the next line of it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use tokio_util::sync::CancellationToken;

use crate::aerial::{ApiError, Error, Operation};
use crate::clock::{Clock as _, Manual};
use crate::converge::drive::{Confirmed, Convergent, Look, Unwritten, drive};
use crate::converge::judge::{Judge, Judgement, Since};
use crate::converge::patience::Patience;
use crate::converge::record::{Ending, Leftover, StepRecord};
use crate::http::{self, Lost};
use crate::ids::{Domain, OrgName};
use crate::plan::Kind;
use crate::plan::world::products;
use crate::receipt::Outcome;

/// What a look shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Old,
    Goal,
    GoalAndMore,
    Odd,
    Never,
}

/// A change whose refusals are final or not, and whose writes may be sent twice or not.
#[derive(Clone, Copy)]
pub(super) struct Scripted {
    pub(super) refusal_is_final: bool,
    pub(super) is_repeatable: bool,
}

impl Judge for Scripted {
    type Seen = Seen;

    fn judge(&self, seen: &Seen, _: Since<'_, Seen>) -> Judgement {
        match seen {
            Seen::Old => Judgement::Ready,
            Seen::Goal => Judgement::InPlace(Leftover::default()),
            Seen::GoalAndMore => Judgement::InPlace(Leftover {
                products: products("P9"),
                text: Some("it has more".to_owned()),
            }),
            Seen::Odd => Judgement::Stale("the org is odd".to_owned()),
            Seen::Never => Judgement::Forbidden("never".to_owned()),
        }
    }

    fn falls_short(&self, now: &Seen, _: &Seen) -> String {
        format!("it reads {now:?}")
    }

    fn note(&self, seen: &Seen, record: &mut StepRecord) {
        record.products(&products(if *seen == Seen::Old { "P1" } else { "P2" }));
    }

    fn is_repeatable(&self) -> bool {
        self.is_repeatable
    }

    fn shows(&self) -> bool {
        self.is_repeatable
    }

    fn refusal_is_final(&self) -> bool {
        self.refusal_is_final
    }
}

/// What the org does.
#[derive(Default)]
pub(super) struct Script {
    pub(super) looks: RefCell<VecDeque<Result<Seen, Error>>>,
    pub(super) writes: RefCell<VecDeque<Result<Confirmed, Unwritten>>>,
    /// Why it was looked at, and when it was written to.
    pub(super) said: RefCell<Vec<String>>,
    /// Raised with this many things said.
    pub(super) gives_up_after: Option<usize>,
    pub(super) stop: CancellationToken,
    /// How long each look takes.
    pub(super) slow: Duration,
    pub(super) clock: ScriptClock,
}

/// A manual clock that starts in 1970.
pub(super) struct ScriptClock(Manual);

impl Default for ScriptClock {
    fn default() -> Self {
        Self(Manual::at(SystemTime::UNIX_EPOCH))
    }
}

impl Script {
    fn say(&self, what: String) {
        let mut said = self.said.borrow_mut();
        said.push(what);
        if self.gives_up_after == Some(said.len()) {
            self.stop.cancel();
        }
    }
}

impl Convergent<Script> for Scripted {
    async fn look(&self, at: &Script, why: Look, _: &StepRecord) -> Result<Seen, Error> {
        at.say(format!("{why:?}"));
        if !at.slow.is_zero() {
            at.clock.0.sleep(at.slow).await;
        }
        let next = at.looks.borrow_mut().pop_front();
        next.expect("one look more than the script has")
    }

    async fn send(
        &self,
        at: &Script,
        _: &Seen,
        _: &mut StepRecord,
    ) -> Result<Confirmed, Unwritten> {
        at.say("write".to_owned());
        let next = at.writes.borrow_mut().pop_front();
        next.expect("one write more than the script has")
    }
}

/// How a script ended.
pub(super) struct Played {
    pub(super) ending: Ending,
    pub(super) record: StepRecord,
    pub(super) said: Vec<String>,
    pub(super) slept: Duration,
}

/// Plays a script to its end; nothing of it may be left over.
pub(super) async fn play(
    script: Script,
    change: Scripted,
    looks: Vec<Result<Seen, Error>>,
    writes: Vec<Result<Confirmed, Unwritten>>,
) -> Played {
    script.looks.replace(looks.into());
    script.writes.replace(writes.into());
    let name = OrgName::Domain(Domain::parse("a.okta.com").unwrap());
    let mut record = StepRecord::of(name, None, SystemTime::UNIX_EPOCH);
    let patience = Patience {
        clock: &script.clock.0,
        stop: &script.stop,
    };
    let ending = drive(&change, &script, patience, &mut record).await;
    assert_eq!(script.looks.borrow().len(), 0, "looks are left over");
    assert_eq!(script.writes.borrow().len(), 0, "writes are left over");
    Played {
        ending,
        record,
        slept: script.clock.0.slept().iter().sum(),
        said: script.said.into_inner(),
    }
}

pub(super) fn confirmed() -> Result<Confirmed, Unwritten> {
    Ok(Confirmed {
        status: 200,
        request_id: Some("req1".to_owned()),
        other: None,
        aside: None,
    })
}

pub(super) fn refusal(status: u16) -> Error {
    Error::Api(Box::new(ApiError {
        operation: Operation::Write(Kind::Enable),
        status,
        code: "E1".to_owned(),
        summary: String::new(),
        causes: Vec::new(),
        request_id: Some("req2".to_owned()),
        request: "PUT /x".to_owned(),
    }))
}

pub(super) fn lost(unsent: bool) -> Error {
    Error::from(http::HttpError::Network {
        request: "PUT /x".to_owned(),
        lost: Lost::Timeout,
        unsent,
    })
}

pub(super) fn failed(error: Error) -> Result<Confirmed, Unwritten> {
    Err(Unwritten::from(error))
}

pub(super) const FINAL: Scripted = Scripted {
    refusal_is_final: true,
    is_repeatable: true,
};
pub(super) const PARTIAL: Scripted = Scripted {
    refusal_is_final: false,
    ..FINAL
};
pub(super) const ONCE: Scripted = Scripted {
    is_repeatable: false,
    ..FINAL
};

/// So many looks that show nothing, and one that shows this.
pub(super) fn old_and(count: usize, last: Seen) -> Vec<Result<Seen, Error>> {
    let old = std::iter::repeat_n(Seen::Old, count);
    old.chain([last]).map(Ok).collect()
}

pub(super) async fn run(
    looks: Vec<Result<Seen, Error>>,
    writes: Vec<Result<Confirmed, Unwritten>>,
) -> Played {
    play(Script::default(), FINAL, looks, writes).await
}

impl Played {
    #[track_caller]
    pub(super) fn ends(&self, outcome: Outcome, acted: bool, text: Option<&str>) {
        assert_eq!(self.ending.outcome, outcome, "{:?}", self.ending);
        assert_eq!(self.ending.text.as_deref(), text);
        let record = &self.record;
        assert_eq!(
            record.acted, acted,
            "whether a write may have had an effect"
        );
        assert!(record.sent || !acted, "what had an effect has arrived");
    }
}
