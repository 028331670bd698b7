//! Writes whose answer was lost: looked after before they are sent again, and given up in time.

use std::time::Duration;

use super::script::{
    FINAL, ONCE, PARTIAL, Script, Seen, confirmed, failed, lost, old_and, play, refusal, run,
};
use crate::aerial::Error;
use crate::converge::patience::LOST;
use crate::http::HttpError;
use crate::plan::world::products;
use crate::receipt::Outcome;

#[tokio::test]
async fn promise_5_after_a_lost_answer_it_looks_before_it_writes_again() {
    for error in [
        lost(false),
        refusal(500),
        refusal(502),
        refusal(503),
        refusal(504),
    ] {
        let arrived = run(
            vec![Ok(Seen::Old), Ok(Seen::Goal)],
            vec![failed(error.clone())],
        )
        .await;
        arrived.ends(Outcome::Applied, true, None);
        assert_eq!(arrived.said, ["Before", "write", "AfterLost"], "{error}");
        let again = run(old_and(5, Seen::Goal), vec![failed(error), confirmed()]).await;
        again.ends(Outcome::Applied, true, None);
        let looks = ["AfterLost"; LOST.len()];
        let said = [&["Before", "write"], &looks[..], &["write", "Settling"]];
        assert_eq!(again.said, said.concat());
    }
    let changed = run(
        vec![Ok(Seen::Old), Ok(Seen::Odd)],
        vec![failed(lost(false))],
    )
    .await;
    let text = "a write was sent, its answer was lost, and now the org is odd";
    changed.ends(Outcome::Failed, true, Some(text));
    let unread = run(
        vec![Ok(Seen::Old), Err(refusal(403))],
        vec![failed(lost(false))],
    )
    .await;
    let text =
        "a write was sent, and what became of it can't be read: PUT /x: 403 E1 (request req2)";
    unread.ends(Outcome::Failed, true, Some(text));
    assert_eq!(unread.ending.cause, Some(refusal(403)));
    assert_eq!(unread.record.before, Some(products("P1")));
    assert_eq!(unread.record.after, None, "nobody has seen it since");
}

#[tokio::test]
async fn promise_5_a_write_that_is_carried_out_a_little_later_is_not_sent_again() {
    for late in 1..LOST.len() {
        let played = run(old_and(1 + late, Seen::Goal), vec![failed(lost(false))]).await;
        played.ends(Outcome::Applied, true, None);
        assert!(
            played.slept >= LOST[..=late].iter().sum::<Duration>(),
            "{late}"
        );
    }
    assert!(LOST.iter().sum::<Duration>() >= Duration::from_secs(3));
    // Nothing is awaited of what was refused.
    let refused = play(
        Script::default(),
        PARTIAL,
        old_and(1, Seen::Old),
        vec![failed(refusal(400))],
    );
    let text = "PUT /x: 400 E1 (request req2)";
    refused.await.ends(Outcome::Failed, true, Some(text));
}

#[tokio::test]
async fn no_look_and_no_attempt_starts_a_minute_after_a_write() {
    let slow = |seconds| Script {
        slow: Duration::from_secs(seconds),
        ..Script::default()
    };
    let settling = play(slow(31), FINAL, old_and(2, Seen::Old), vec![confirmed()]).await;
    let text = "it reads Old; looking took 62 s, so it ends here";
    settling.ends(Outcome::Failed, true, Some(text));
    let writes = vec![failed(refusal(503)), failed(refusal(503))];
    let trying = play(slow(61), FINAL, old_and(2, Seen::Old), writes).await;
    let text = "PUT /x: 503 E1 (request req2)";
    trying.ends(Outcome::Failed, true, Some(text));
    let said = ["Before", "write", "AfterLost", "write", "AfterRefusal"];
    assert_eq!(trying.said, said);
}

#[tokio::test]
async fn a_write_that_can_not_have_arrived_is_sent_again_and_leaves_no_trace() {
    let looks = vec![Ok(Seen::Old), Ok(Seen::Goal)];
    let played = run(looks, vec![failed(lost(true))]).await;
    played.ends(Outcome::Unchanged, false, None);
    assert_eq!(
        played.said,
        ["Before", "write", "Before"],
        "it is the first look still"
    );
}

#[tokio::test]
async fn promise_5_a_write_that_leaves_no_trace_is_not_repeated_after_a_lost_answer() {
    let (script, looks) = (Script::default(), vec![Ok(Seen::Old), Ok(Seen::Old)]);
    let lost_once = play(script, ONCE, looks, vec![failed(lost(false))]).await;
    let text = "a write was sent, and its answer was lost: nothing shows whether it was heard, so it isn't sent again";
    lost_once.ends(Outcome::Failed, true, Some(text));
    // What can't have been heard is sent again.
    let (script, looks) = (
        Script::default(),
        vec![Ok(Seen::Old), Ok(Seen::Old), Ok(Seen::Goal)],
    );
    let writes = vec![failed(lost(true)), confirmed()];
    let unsent = play(script, ONCE, looks, writes).await;
    unsent.ends(Outcome::Applied, true, None);
}

#[tokio::test]
async fn promise_5_a_second_write_that_is_given_up_does_not_hide_the_first() {
    let script = Script {
        gives_up_after: Some(7),
        ..Script::default()
    };
    let looks = old_and(5, Seen::Old);
    let given_up = Error::from(HttpError::Interrupted);
    let writes = vec![failed(refusal(503)), failed(given_up)];
    let played = play(script, FINAL, looks, writes).await;
    let text = "a write was sent, its answer was lost, and it shows no effect so far; the run was interrupted before it was sent again";
    played.ends(Outcome::Failed, true, Some(text));
}

#[tokio::test]
async fn a_write_is_given_up_after_five_attempts() {
    let looks = old_and(5 * LOST.len(), Seen::Old);
    let writes = (0..5).map(|_| failed(refusal(503))).collect();
    let played = run(looks, writes).await;
    played.ends(Outcome::Failed, true, Some("PUT /x: 503 E1 (request req2)"));
    assert_eq!(played.said.last().map(String::as_str), Some("AfterRefusal"));
    assert_eq!(played.record.status, Some(503));
    assert_eq!(played.record.request_id.as_deref(), Some("req2"));
}
