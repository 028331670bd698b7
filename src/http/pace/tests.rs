use super::*;

pub(super) fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + seconds)
}

pub(super) fn pace(concurrency: usize) -> Pace {
    Pace::new(PaceLimits {
        concurrency,
        ..PaceLimits::default()
    })
}

pub(super) fn window(limit: u64, remaining: u64, reset: u64) -> Signals {
    Signals {
        limit: Some(limit),
        remaining: Some(remaining),
        reset: Some(at(reset)),
        ..Signals::default()
    }
}

#[track_caller]
pub(super) fn go(pace: &mut Pace, now: u64) -> Ticket {
    let turn = pace.ask(at(now));
    let Turn::Go(ticket) = turn else {
        panic!("{turn:?}");
    };
    ticket
}

/// Goes, is answered at once, and comes back.
#[track_caller]
pub(super) fn answered(pace: &mut Pace, now: u64, status: u16, signals: &Signals) {
    let ticket = go(pace, now);
    pace.answered(&ticket, status, signals, at(now), 0.0);
    pace.done(&ticket);
}

#[test]
fn promise_8_never_more_than_10_go_at_once_whatever_the_flags() {
    for concurrency in [0, 1, 8, 10, 11, 1000] {
        let mut pace = pace(concurrency);
        let tickets: Vec<Ticket> = (0..concurrency.clamp(1, 10))
            .map(|_| go(&mut pace, 0))
            .collect();
        assert_eq!(pace.ask(at(0)), Turn::Wait, "{concurrency}");
        pace.done(&tickets[0]);
        go(&mut pace, 0);
        assert_eq!(pace.ask(at(0)), Turn::Wait);
    }
    assert_eq!(PaceLimits::default().concurrency, 8);
}

#[test]
fn promise_8_what_was_given_up_without_an_answer_counts_for_a_while() {
    let mut pace = pace(10);
    let tickets: Vec<Ticket> = (0..10).map(|_| go(&mut pace, 0)).collect();
    for (given_up, ticket) in (2..).zip(&tickets[..9]) {
        pace.unanswered(at(given_up));
        pace.done(ticket);
    }
    // One is on its way, and nine may be.
    assert_eq!(pace.ask(at(11)), Turn::Hold(at(32), Reason::Unanswered));
    pace.done(&tickets[9]);
    let tenth = go(&mut pace, 11);
    assert_eq!(pace.ask(at(11)), Turn::Hold(at(32), Reason::Unanswered));
    // Each counts on its own.
    go(&mut pace, 32);
    assert_eq!(pace.ask(at(32)), Turn::Hold(at(33), Reason::Unanswered));
    pace.done(&tenth);
    for _ in 0..9 {
        go(&mut pace, 60);
    }
    assert_eq!(pace.ask(at(60)), Turn::Wait);
}

#[test]
fn promise_8_a_tenth_of_each_window_is_left_to_others() {
    let mut pace = pace(1);
    answered(&mut pace, 0, 200, &window(100, 14, 30));
    // 14 remain, 10 of them are others'.
    for _ in 0..4 {
        let ticket = go(&mut pace, 1);
        pace.done(&ticket);
    }
    assert_eq!(pace.ask(at(1)), Turn::Hold(at(31), Reason::Reserve));
    go(&mut pace, 31);
}

#[test]
fn the_share_of_a_window_is_what_is_not_left_to_others() {
    for (percent, ceiling, share) in [
        (0, 100, 100),
        (10, 100, 90),
        (10, 4, 3),
        (90, 100, 10),
        (100, 100, 10),
        (10, 1, 1),
        (10, 0, 1),
        (10, u64::MAX, u64::MAX - u64::MAX.div_ceil(100)),
    ] {
        let limits = PaceLimits {
            reserve_percent: percent,
            ..PaceLimits::default()
        };
        assert_eq!(limits.share(ceiling), share, "{percent} % of {ceiling}");
    }
}

#[test]
fn a_429_whose_reset_is_over_asks_for_a_pause() {
    let mut pace = pace(8);
    answered(&mut pace, 5, 429, &window(600, 0, 5));
    // The first pause is half a second, twice, of which the jitter takes half.
    let until = at(5) + Duration::from_millis(500);
    assert_eq!(pace.ask(at(5)), Turn::Hold(until, Reason::Asked));
    answered(&mut pace, 6, 429, &Signals::default());
    assert_eq!(
        pace.ask(at(6)),
        Turn::Hold(at(7), Reason::Asked),
        "it grows"
    );
    answered(&mut pace, 7, 200, &Signals::default());
    answered(&mut pace, 7, 429, &Signals::default());
    let until = at(7) + Duration::from_millis(500);
    assert_eq!(pace.ask(at(7)), Turn::Hold(until, Reason::Asked));
}

#[test]
fn after_a_concurrency_429_fewer_go_at_a_time_and_more_again_later() {
    let mut pace = pace(8);
    let tickets = [(); 4].map(|()| go(&mut pace, 0));
    for ticket in &tickets[..3] {
        // Three answers to requests of the same moment lower it once, and are one reason for a pause.
        pace.answered(ticket, 429, &window(0, 0, 0), at(1), 0.0);
    }
    assert_eq!(pace.allowed(), 4);
    let until = at(1) + Duration::from_millis(500);
    assert_eq!(pace.ask(at(1)), Turn::Hold(until, Reason::Concurrency));
    for ticket in &tickets {
        pace.done(ticket);
    }
    answered(&mut pace, 4, 429, &window(0, 0, 5));
    assert_eq!(pace.allowed(), 2);
    answered(&mut pace, 100, 429, &window(0, 0, 101));
    answered(&mut pace, 200, 429, &window(0, 0, 201));
    assert_eq!(pace.allowed(), 1, "never none");
    for n in 1..RAISE_AFTER {
        answered(&mut pace, 500, 200, &Signals::default());
        assert_eq!(pace.allowed(), 1, "{n}");
    }
    answered(&mut pace, 500, 200, &Signals::default());
    assert_eq!(pace.allowed(), 2);
    for _ in 0..RAISE_AFTER * 20 {
        answered(&mut pace, 500, 200, &Signals::default());
    }
    assert_eq!(pace.allowed(), 8);
}

#[test]
fn a_server_that_asks_for_no_wait_is_not_asked_again_at_once() {
    let soon = |at: SystemTime, window: Signals| Signals {
        retry_after: Some(at),
        ..window
    };
    for kind in [Signals::default(), window(0, 0, 9), window(600, 0, 0)] {
        let mut pace = pace(8);
        let mut now = 10;
        for wait in [500, 1_000, 2_000, 4_000] {
            answered(&mut pace, now, 429, &soon(at(now), kind.clone()));
            let until = at(now) + Duration::from_millis(wait);
            assert_eq!(pace.ask(at(now)), Turn::Hold(until, Reason::Asked));
            now += 10;
        }
    }
    // A window that says when it ends has a floor of its own.
    let mut pace = pace(8);
    answered(&mut pace, 10, 429, &soon(at(10), window(600, 0, 11)));
    assert_eq!(pace.ask(at(10)), Turn::Hold(at(12), Reason::Window));
}

#[test]
fn only_answers_in_a_row_raise_what_goes_at_a_time() {
    let mut pace = pace(8);
    answered(&mut pace, 0, 429, &window(0, 0, 1));
    for _ in 1..RAISE_AFTER {
        answered(&mut pace, 10, 200, &Signals::default());
    }
    answered(&mut pace, 20, 429, &Signals::default());
    for _ in 1..RAISE_AFTER {
        answered(&mut pace, 30, 200, &Signals::default());
    }
    assert_eq!(pace.allowed(), 4);
}

#[test]
fn the_reset_of_a_concurrency_429_is_a_suggestion() {
    for (reset, until) in [(500, at(60)), (0, at(0) + Duration::from_millis(500))] {
        let mut pace = pace(8);
        answered(&mut pace, 0, 429, &window(0, 0, reset));
        assert_eq!(pace.ask(at(0)), Turn::Hold(until, Reason::Concurrency));
    }
    // A limit of 0 alone, or nothing remaining alone, is something else.
    for signals in [window(0, 1, 9), window(1, 0, 9)] {
        let mut pace = pace(8);
        answered(&mut pace, 0, 429, &signals);
        assert_eq!(pace.allowed(), 8);
        assert_eq!(pace.ask(at(0)), Turn::Hold(at(10), Reason::Window));
    }
}

#[test]
fn retry_after_is_honoured() {
    let asks = |seconds: u64, signals: Signals| Signals {
        retry_after: Some(at(seconds)),
        ..signals
    };
    let mut pace = pace(8);
    answered(&mut pace, 0, 429, &asks(9, Signals::default()));
    assert_eq!(pace.ask(at(8)), Turn::Hold(at(9), Reason::Asked));
    // Maintenance says how long it lasts.
    answered(&mut pace, 9, 503, &asks(20, Signals::default()));
    assert_eq!(pace.ask(at(19)), Turn::Hold(at(20), Reason::Asked));
    // Anything else has no say in it.
    answered(&mut pace, 20, 404, &asks(99, Signals::default()));
    go(&mut pace, 20);
    // The window's end is the server's last word, unless it asks for more.
    for (seconds, turn) in [
        (5, Turn::Hold(at(11), Reason::Window)),
        (11, Turn::Hold(at(11), Reason::Window)),
        (12, Turn::Hold(at(12), Reason::Asked)),
    ] {
        let mut pace = self::pace(8);
        answered(&mut pace, 0, 429, &asks(seconds, window(600, 0, 10)));
        assert_eq!(pace.ask(at(0)), turn);
    }
    // Of two, the later one.
    let mut pace = self::pace(8);
    let (first, second) = (go(&mut pace, 0), go(&mut pace, 0));
    pace.answered(&first, 429, &asks(9, Signals::default()), at(0), 0.0);
    pace.answered(&second, 429, &asks(5, Signals::default()), at(0), 0.0);
    assert_eq!(pace.ask(at(0)), Turn::Hold(at(9), Reason::Asked));
    // Of two that say the same, the first.
    let third = go(&mut self::pace(8), 0);
    pace.answered(&third, 429, &window(600, 0, 8), at(0), 0.0);
    assert_eq!(pace.ask(at(0)), Turn::Hold(at(9), Reason::Asked));
}

#[test]
fn the_bound_is_on_time_without_progress() {
    let minutes = |m: u64| m * 60;
    let mut pace = pace(8);
    assert_eq!(pace.max_wait(), Duration::from_secs(900));
    assert!(pace.may_wait(at(minutes(15)), at(0)));
    assert!(!pace.may_wait(at(minutes(15) + 1), at(0)));
    assert!(
        pace.may_wait(at(0), at(minutes(1))),
        "a time that has passed"
    );
    for (status, retry_after) in [(429, None), (503, Some(at(1)))] {
        let signals = Signals {
            retry_after,
            ..Signals::default()
        };
        answered(&mut pace, 0, status, &signals);
        assert!(!pace.may_wait(at(minutes(16)), at(minutes(10))));
        // Trouble is no progress.
        answered(&mut pace, minutes(9), 500, &Signals::default());
        answered(&mut pace, minutes(9), status, &signals);
        assert!(!pace.may_wait(at(minutes(16)), at(minutes(10))));
        answered(&mut pace, minutes(10), 200, &Signals::default());
        assert!(pace.may_wait(at(minutes(16)), at(minutes(10))));
    }
}

#[test]
fn a_reason_reads_like_this() {
    let all = [
        Reason::Reserve,
        Reason::Window,
        Reason::Concurrency,
        Reason::Asked,
    ];
    assert_eq!(
        all.map(|reason| reason.of("the account")),
        [
            "the rest of this rate-limit window is left to others",
            "the account's rate limit is used up",
            "the account has too many requests at a time",
            "the server asks to wait",
        ]
    );
}
