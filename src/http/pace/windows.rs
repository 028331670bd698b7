//! What is known of a window, and what is only guessed.

use super::tests::{answered, at, go, pace, window};
use super::*;

#[test]
fn requests_on_their_way_are_taken_off_what_remains() {
    let mut pace = pace(8);
    let first = go(&mut pace, 0);
    let others = [go(&mut pace, 0), go(&mut pace, 0)];
    pace.answered(&first, 200, &window(100, 14, 30), at(0), 0.0);
    pace.done(&first);
    // 14 remain, 10 are others', and 2 are on their way.
    let more = [go(&mut pace, 0), go(&mut pace, 0)];
    assert_eq!(pace.ask(at(0)), Turn::Hold(at(31), Reason::Reserve));
    for ticket in others.iter().chain(&more) {
        pace.done(ticket);
    }
}

#[test]
fn within_a_window_no_answer_gives_back_what_was_used() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(100, 13, 30));
    // The server may not have counted others yet, and rounds its clock.
    answered(&mut pace, 1, 200, &window(100, 90, 32));
    answered(&mut pace, 1, 200, &window(100, 90, 28));
    go(&mut pace, 1);
    assert_eq!(pace.ask(at(1)), Turn::Hold(at(29), Reason::Reserve));
}

#[test]
fn three_seconds_apart_it_is_another_window() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(100, 11, 30));
    answered(&mut pace, 1, 200, &window(100, 13, 34));
    for _ in 0..3 {
        go(&mut pace, 1);
    }
    assert_eq!(pace.ask(at(1)), Turn::Hold(at(35), Reason::Reserve));
}

#[test]
fn headers_that_say_nothing_about_a_window_change_nothing() {
    for signals in [
        Signals::default(),
        window(0, 5, 30),
        window(100, 0, 1),
        Signals {
            reset: None,
            ..window(100, 0, 30)
        },
        Signals {
            remaining: None,
            ..window(100, 0, 30)
        },
    ] {
        let mut pace = pace(8);
        answered(&mut pace, 1, 200, &signals);
        for _ in 0..8 {
            go(&mut pace, 1);
        }
        assert_eq!(pace.ask(at(1)), Turn::Wait, "{signals:?}");
    }
}

#[test]
fn a_window_smaller_than_its_reserve_still_lets_one_pass() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(1, 0, 10));
    assert_eq!(pace.ask(at(1)), Turn::Hold(at(11), Reason::Reserve));
    answered(&mut pace, 12, 200, &window(1, 0, 22));
    assert_eq!(pace.ask(at(12)), Turn::Hold(at(23), Reason::Reserve));
}

#[test]
fn a_guessed_window_is_probed_by_one_request_and_the_others_go_by_its_answer() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(4, 1, 3));
    assert_eq!(pace.ask(at(3)), Turn::Hold(at(4), Reason::Reserve));
    let probe = go(&mut pace, 4);
    assert_eq!(pace.ask(at(4)), Turn::Wait, "the others wait for the probe");
    pace.answered(&probe, 200, &window(4, 3, 7), at(5), 0.0);
    // 3 remain, 1 is others'; the probe's ticket isn't back yet and counts for nothing more.
    let second = go(&mut pace, 5);
    pace.done(&probe);
    go(&mut pace, 5);
    assert_eq!(
        pace.ask(at(5)),
        Turn::Hold(at(8), Reason::Reserve),
        "not a minute, as was guessed"
    );
    pace.done(&second);
    go(&mut pace, 8);
}

#[test]
fn an_old_window_s_late_answer_is_no_answer_to_the_probe() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(100, 50, 3));
    let late = go(&mut pace, 3);
    let probe = go(&mut pace, 4);
    pace.answered(&late, 200, &window(100, 49, 3), at(4), 0.0);
    pace.done(&late);
    let other = window(100, 49, 3);
    assert_eq!(pace.ask(at(4)), Turn::Wait, "{other:?}");
    // A probe that is answered in the last moment of a window is followed by another.
    pace.answered(&probe, 200, &window(100, 48, 4), at(5), 0.0);
    assert_eq!(pace.ask(at(5)), Turn::Wait);
    pace.done(&probe);
    let second = go(&mut pace, 5);
    assert_eq!(pace.ask(at(5)), Turn::Wait);
    pace.answered(&second, 200, &window(100, 99, 60), at(5), 0.0);
    go(&mut pace, 5);
}

#[test]
fn a_lost_probe_is_followed_by_another() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(100, 50, 3));
    let earlier = go(&mut pace, 2);
    let probe = go(&mut pace, 4);
    pace.done(&earlier);
    assert_eq!(pace.ask(at(4)), Turn::Wait, "the probe is still on its way");
    pace.done(&probe);
    go(&mut pace, 4);
    assert_eq!(pace.ask(at(4)), Turn::Wait);
}

#[test]
fn a_probe_that_takes_longer_than_the_guess_is_still_the_only_one() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(100, 50, 3));
    let probe = go(&mut pace, 4);
    assert_eq!(pace.ask(at(500)), Turn::Wait);
    pace.done(&probe);
    go(&mut pace, 500);
}

#[test]
fn where_the_server_says_no_more_the_guess_is_all_there_is() {
    for signals in [Signals::default(), window(0, 5, 70)] {
        let mut pace = pace(10);
        answered(&mut pace, 0, 200, &window(4, 1, 3));
        answered(&mut pace, 4, 200, &signals);
        // A window of 4 has 3 for this run; the probe was the first.
        go(&mut pace, 5);
        go(&mut pace, 5);
        assert_eq!(pace.ask(at(5)), Turn::Hold(at(64), Reason::Reserve));
        go(&mut pace, 64);
        assert_eq!(pace.ask(at(64)), Turn::Wait, "the next one is probed again");
    }
}

#[test]
fn after_a_window_429_nothing_goes_before_its_reset_and_then_one_goes_first() {
    let mut pace = pace(8);
    answered(&mut pace, 1, 429, &window(600, 0, 42));
    assert_eq!(pace.ask(at(42)), Turn::Hold(at(43), Reason::Window));
    let probe = go(&mut pace, 43);
    assert_eq!(pace.ask(at(43)), Turn::Wait);
    pace.answered(&probe, 200, &window(600, 599, 103), at(43), 0.0);
    go(&mut pace, 43);
}

#[test]
fn a_429_on_a_probe_tells_when_the_window_ends() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 200, &window(1, 0, 3));
    answered(&mut pace, 4, 429, &window(1, 0, 7));
    assert_eq!(pace.ask(at(7)), Turn::Hold(at(8), Reason::Window));
    go(&mut pace, 8);
}
