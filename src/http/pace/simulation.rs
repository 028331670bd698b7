//! A run against a server with windows, minute by minute.

use proptest::prelude::*;

use super::*;

fn start() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000)
}

/// A server with windows of a length, and a run that asks as often as it may. When each request went, in milliseconds, and
/// what the server counted in each window.
fn simulate(limit: u64, length: u64, concurrency: usize, requests: usize) -> (u64, Vec<u64>) {
    const TAKES: u64 = 70;
    let time = |ms: u64| start() + Duration::from_millis(ms);
    let mut pace = Pace::new(PaceLimits {
        concurrency,
        ..PaceLimits::default()
    });
    let mut on_their_way: Vec<(u64, Ticket, u64, u64)> = Vec::new();
    let (mut now, mut sent) = (0, 0);
    let (mut ends, mut used) = (0, Vec::new());
    loop {
        let next = match pace.ask(time(now)) {
            Turn::Go(ticket) if sent < requests => {
                if now >= ends {
                    ends = now + length;
                    used.push(0);
                }
                let count = used.last_mut().unwrap();
                *count += 1;
                assert!(*count <= limit, "the server refuses");
                on_their_way.push((now + TAKES, ticket, limit - *count, ends));
                assert!(on_their_way.len() <= 10);
                sent += 1;
                continue;
            }
            Turn::Go(_) => return (now, used),
            Turn::Hold(until, _) => until,
            Turn::Wait => time(u64::MAX / 2),
        };
        let back = on_their_way.first().map_or(u64::MAX / 2, |first| first.0);
        // A waiter is woken by whatever comes first: an answer, or the end of its wait.
        let until = next.duration_since(start()).unwrap().as_millis();
        now = back.min(u64::try_from(until).unwrap_or(u64::MAX)).max(now);
        if now == back {
            let (_, ticket, remaining, ends) = on_their_way.remove(0);
            // Whole seconds on the server's clock, which is this machine's.
            let reset = SystemTime::UNIX_EPOCH
                + Duration::from_secs(
                    time(ends)
                        .duration_since(SystemTime::UNIX_EPOCH)
                        .unwrap()
                        .as_secs(),
                );
            let signals = Signals {
                limit: Some(limit),
                remaining: Some(remaining),
                reset: Some(reset),
                ..Signals::default()
            };
            pace.answered(&ticket, 200, &signals, time(now), 0.5);
            pace.done(&ticket);
        }
    }
}

#[test]
fn five_orgs_are_read_in_time_where_four_requests_go_in_three_seconds() {
    let (took, _) = simulate(4, 3_000, 3, 8);
    assert!(took <= 9_000, "{took} ms");
}

proptest! {
    /// Whatever the window: it is never overrun, from the second on a tenth is left to others, and each takes little longer
    /// than it is.
    #[test]
    fn promise_8_a_window_is_used_and_never_overrun(
        limit in 10_u64..60,
        seconds in 1_u64..90,
        concurrency in 1_usize..12,
        requests in 1_usize..200,
    ) {
        let (took, used) = simulate(limit, seconds * 1000, concurrency, requests);
        let share = PaceLimits::default().share(limit);
        for count in used.iter().skip(1) {
            prop_assert!(*count <= share, "{used:?} of {limit}");
        }
        let windows = u64::try_from(requests).unwrap().div_ceil(share.saturating_sub(10).max(1));
        prop_assert!(took <= (windows + 1) * (seconds * 1000 + 2_500), "{took} ms, {used:?}");
    }
}
