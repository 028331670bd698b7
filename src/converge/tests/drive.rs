//! The protocol: in which order it looks and writes, how it ends, and what it says of a write that may have arrived.

use std::time::Duration;

use super::script::{
    FINAL, PARTIAL, Script, Seen, confirmed, failed, lost, old_and, play, refusal, run,
};
use crate::aerial::{Error, WriteError};
use crate::converge::drive::{Confirmed, Unwritten};
use crate::http::HttpError;
use crate::plan::world::products;
use crate::plan::{Gap, StepId};
use crate::receipt::Outcome;

#[tokio::test]
async fn what_a_first_look_shows_decides_whether_anything_is_sent() {
    for (seen, outcome, text) in [
        (Seen::Goal, Outcome::Unchanged, None),
        (Seen::GoalAndMore, Outcome::Deferred, Some("it has more")),
        (Seen::Odd, Outcome::Stale, Some("the org is odd")),
        (Seen::Never, Outcome::Failed, Some("never")),
    ] {
        let played = run(vec![Ok(seen)], Vec::new()).await;
        played.ends(outcome, false, text);
        assert_eq!(played.said, ["Before"]);
    }
    let unreadable = run(vec![Err(refusal(403))], Vec::new()).await;
    unreadable.ends(
        Outcome::Failed,
        false,
        Some("PUT /x: 403 E1 (request req2)"),
    );
    assert_eq!(unreadable.ending.cause, Some(refusal(403)));
}

#[tokio::test]
async fn a_confirmed_write_is_seen_to_hold() {
    let played = run(vec![Ok(Seen::Old), Ok(Seen::Goal)], vec![confirmed()]).await;
    played.ends(Outcome::Applied, true, None);
    assert_eq!(played.said, ["Before", "write", "Settling"]);
    assert_eq!(played.record.status, Some(200));
    assert_eq!(played.record.request_id.as_deref(), Some("req1"));
    assert_eq!(played.record.before, Some(products("P1")));
    assert_eq!(played.record.after, Some(products("P2")));
    let more = run(
        vec![Ok(Seen::Old), Ok(Seen::GoalAndMore)],
        vec![confirmed()],
    )
    .await;
    more.ends(Outcome::Deferred, true, Some("it has more"));
}

#[tokio::test]
async fn a_write_has_some_time_to_show_and_no_more() {
    let late = vec![
        Ok(Seen::Old),
        Ok(Seen::Old),
        Err(lost(false)),
        Ok(Seen::Goal),
    ];
    let played = run(late, vec![confirmed()]).await;
    played.ends(Outcome::Applied, true, None);
    assert_eq!(played.slept, Duration::from_millis(750));
    let never: Vec<_> = (0..7).map(|_| Ok(Seen::Old)).collect();
    let played = run(never, vec![confirmed()]).await;
    played.ends(Outcome::Failed, true, Some("it reads Old"));
    assert_eq!(played.slept, Duration::from_millis(7750));
    let mut unread: Vec<_> = (0..6).map(|_| Err(refusal(500))).collect();
    unread.insert(0, Ok(Seen::Old));
    let played = run(unread, vec![confirmed()]).await;
    let text = "Okta confirmed it, but the result can't be read: PUT /x: 500 E1 (request req2)";
    played.ends(Outcome::Failed, true, Some(text));
    assert_eq!(played.ending.cause, Some(refusal(500)));
}

#[tokio::test]
async fn an_answer_about_something_else_ends_the_step() {
    let other = Ok(Confirmed {
        other: Some("another org".to_owned()),
        ..confirmed().unwrap()
    });
    let played = run(vec![Ok(Seen::Old)], vec![other]).await;
    played.ends(Outcome::Failed, true, Some("another org"));
}

#[tokio::test]
async fn a_request_with_a_gap_is_not_sent() {
    let gap = Err(Unwritten::Gap(Gap::OrgId(StepId(3))));
    let played = run(vec![Ok(Seen::Old)], vec![gap]).await;
    let text = "the org's id never became known (step 3 was to tell it)";
    played.ends(Outcome::Failed, false, Some(text));
}

#[tokio::test]
async fn what_is_odd_about_an_answer_is_told_beside_how_it_ended() {
    let odd = || {
        Ok(Confirmed {
            aside: Some("the answer is odd".to_owned()),
            ..confirmed().unwrap()
        })
    };
    let played = run(old_and(1, Seen::Goal), vec![odd()]).await;
    played.ends(Outcome::Applied, true, None);
    assert_eq!(played.record.aside.as_deref(), Some("the answer is odd"));
}

#[tokio::test]
async fn promise_4_after_an_interrupt_an_unknown_effect_is_told() {
    let script = Script {
        gives_up_after: Some(2),
        ..Script::default()
    };
    let looks = vec![Ok(Seen::Old), Err(Error::from(HttpError::Interrupted))];
    let played = play(script, FINAL, looks, vec![failed(refusal(500))]).await;
    let text = format!(
        "PUT /x: 500 E1 (request req2); and what is there now can't be read: {}",
        HttpError::Interrupted
    );
    played.ends(Outcome::Failed, true, Some(&text));
    assert_eq!(played.record.after, None);
}

#[tokio::test]
async fn throttled_writes_wait_for_the_pace_and_not_for_attempts() {
    let looks = |count: usize| (0..count).map(|_| Ok(Seen::Old)).collect::<Vec<_>>();
    let mut through = looks(21);
    through.push(Ok(Seen::Goal));
    let mut writes: Vec<_> = (0..20).map(|_| failed(refusal(429))).collect();
    writes.push(confirmed());
    let played = run(through, writes).await;
    played.ends(Outcome::Applied, true, None);
    assert_eq!(
        played.slept,
        Duration::ZERO,
        "the pace waits, not the protocol"
    );
    let writes = (0..30).map(|_| failed(refusal(429))).collect();
    let played = run(looks(31), writes).await;
    played.ends(
        Outcome::Failed,
        false,
        Some("PUT /x: 429 E1 (request req2)"),
    );
    assert!(played.record.sent, "it arrived, and had no effect");
}

#[tokio::test]
async fn a_renewed_token_is_no_failure_three_times() {
    let renewed = || Err(Unwritten::Failed(WriteError::TokenRenewed(refusal(401))));
    let looks = |old: usize| (0..old).map(|_| Ok(Seen::Old)).collect::<Vec<_>>();
    let mut through = looks(4);
    through.push(Ok(Seen::Goal));
    let played = run(through, vec![renewed(), renewed(), renewed(), confirmed()]).await;
    played.ends(Outcome::Applied, true, None);
    let writes = vec![renewed(), renewed(), renewed(), renewed()];
    let played = run(looks(5), writes).await;
    played.ends(
        Outcome::Failed,
        false,
        Some("PUT /x: 401 E1 (request req2)"),
    );
}

#[tokio::test]
async fn promise_4_a_refusal_is_told_with_what_is_there() {
    // Turned away before anybody looked at the body: whoever made it so was somebody else.
    for status in [401, 403, 404, 405] {
        let played = play(
            Script::default(),
            PARTIAL,
            vec![Ok(Seen::Old), Ok(Seen::Goal)],
            vec![failed(refusal(status))],
        )
        .await;
        played.ends(Outcome::Unchanged, false, None);
        assert!(played.record.sent, "it arrived, and had no effect");
        assert_eq!(played.said, ["Before", "write", "AfterRefusal"]);
        assert_eq!(played.record.status, Some(status));
    }
    for status in [400, 409] {
        let looks = || vec![Ok(Seen::Old), Ok(Seen::Goal)];
        let last = run(looks(), vec![failed(refusal(status))]).await;
        last.ends(Outcome::Unchanged, false, None);
        let partial = play(
            Script::default(),
            PARTIAL,
            looks(),
            vec![failed(refusal(status))],
        )
        .await;
        let text =
            format!("PUT /x: {status} E1 (request req2); and yet the org is as the step wants it");
        partial.ends(Outcome::Applied, true, Some(&text));
        let more = vec![Ok(Seen::Old), Ok(Seen::GoalAndMore)];
        let more = play(
            Script::default(),
            PARTIAL,
            more,
            vec![failed(refusal(status))],
        )
        .await;
        more.ends(Outcome::Deferred, true, Some("it has more"));
        let odd = vec![Ok(Seen::Old), Ok(Seen::Odd)];
        let odd = play(
            Script::default(),
            PARTIAL,
            odd,
            vec![failed(refusal(status))],
        )
        .await;
        let text = format!("PUT /x: {status} E1 (request req2); and now the org is odd");
        odd.ends(Outcome::Failed, true, Some(&text));
    }
    let plain = run(
        vec![Ok(Seen::Old), Ok(Seen::Old)],
        vec![failed(refusal(400))],
    )
    .await;
    plain.ends(
        Outcome::Failed,
        false,
        Some("PUT /x: 400 E1 (request req2)"),
    );
    assert_eq!(plain.ending.cause, Some(refusal(400)));
    let unread = run(
        vec![Ok(Seen::Old), Err(refusal(500))],
        vec![failed(refusal(400))],
    )
    .await;
    let text = "PUT /x: 400 E1 (request req2); and what is there now can't be read: PUT /x: 500 E1 (request req2)";
    unread.ends(Outcome::Failed, false, Some(text));
}

#[tokio::test]
async fn nothing_is_sent_once_the_user_gives_up() {
    let after = |said: usize| Script {
        gives_up_after: Some(said),
        ..Script::default()
    };
    let before = play(after(1), FINAL, vec![Ok(Seen::Old)], Vec::new()).await;
    let text = "the run was interrupted before this was sent";
    before.ends(Outcome::Skipped, false, Some(text));
    // What was in place is told as it is.
    let done = play(after(1), FINAL, vec![Ok(Seen::Goal)], Vec::new()).await;
    done.ends(Outcome::Unchanged, false, None);
    // The write is on its way: it is seen to hold, once.
    let sent = play(
        after(2),
        FINAL,
        vec![Ok(Seen::Old), Ok(Seen::Old)],
        vec![confirmed()],
    )
    .await;
    let text = "it reads Old; the run was interrupted before it showed";
    sent.ends(Outcome::Failed, true, Some(text));
    // Its answer was lost: no second write, and the truth about the first.
    let lost = play(
        after(3),
        FINAL,
        vec![Ok(Seen::Old), Ok(Seen::Old)],
        vec![failed(lost(false))],
    )
    .await;
    let text = "a write was sent, its answer was lost, and it shows no effect so far; the run was interrupted before it was sent again";
    lost.ends(Outcome::Failed, true, Some(text));
    let error = play(
        after(2),
        FINAL,
        vec![Ok(Seen::Old), Ok(Seen::Goal)],
        vec![failed(refusal(500))],
    )
    .await;
    let text = "PUT /x: 500 E1 (request req2); and yet the org is as the step wants it";
    error.ends(Outcome::Applied, true, Some(text));
}
