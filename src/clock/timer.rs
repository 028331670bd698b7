//! A thread that ends waits when they are due: to a tenth of a millisecond, and it sleeps between them.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

/// The waits that have begun.
#[derive(Debug, Default)]
struct Waits {
    /// By when they are due; the number tells those apart that are due together.
    ends: BTreeMap<(Instant, u64), oneshot::Sender<()>>,
    begun: u64,
}

impl Waits {
    /// Begins a wait; whether it is the first of all to be due.
    fn begin(&mut self, due: Instant) -> (oneshot::Receiver<()>, bool) {
        let (end, ended) = oneshot::channel();
        let key = (due, self.begun);
        self.begun += 1;
        self.ends.insert(key, end);
        let first = self.ends.first_key_value();
        (ended, first.is_some_and(|(first, _)| *first == key))
    }

    /// Ends what is due by now; when the next one is.
    fn end_due(&mut self, now: Instant) -> Option<Instant> {
        while let Some(first) = self.ends.first_entry() {
            let due = first.key().0;
            if due > now {
                return Some(due);
            }
            // Whoever waited may have gone away.
            first.remove().send(()).ok();
        }
        None
    }
}

/// The waits, and what wakes the thread when one is due before all others.
#[derive(Debug, Default)]
struct Bell {
    waits: Mutex<Waits>,
    sooner: Condvar,
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end_all_in_time(&self) -> ! {
        let mut waits = self.lock();
        loop {
            let now = now();
            waits = match waits.end_due(now) {
                None => self
                    .sooner
                    .wait(waits)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(due) => {
                    let (waits, _) = self
                        .sooner
                        .wait_timeout(waits, due - now)
                        .unwrap_or_else(PoisonError::into_inner);
                    waits
                }
            };
        }
    }
}

/// The thread, which lives as long as the process.
#[derive(Debug)]
pub(super) struct Timer(Arc<Bell>);

impl Timer {
    /// Starts the thread; `None` where the machine has none to give.
    pub(super) fn start() -> Option<Self> {
        let bell = Arc::new(Bell::default());
        let own = Arc::clone(&bell);
        std::thread::Builder::new()
            .name("timer".to_owned())
            .spawn(move || own.end_all_in_time())
            .ok()?;
        Some(Self(bell))
    }

    /// Waits, from now on.
    pub(super) fn wait(&self, duration: Duration) -> oneshot::Receiver<()> {
        let (ended, first) = self.0.lock().begin(now() + duration);
        if first {
            self.0.sooner.notify_one();
        }
        ended
    }
}

#[expect(clippy::disallowed_methods, reason = "this is behind clock::Clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_when_it_is_due_and_none_before() {
        let start = now();
        let at = |micros: u64| start + Duration::from_micros(micros);
        let mut waits = Waits::default();
        assert_eq!(waits.end_due(at(0)), None);
        let mut begin = |due: u64| waits.begin(at(due));
        let (mut late, first) = begin(20_300);
        assert!(first);
        let (mut soon, sooner) = begin(20_100);
        assert!(sooner, "the thread must look again");
        let (mut same, sooner) = begin(20_100);
        assert!(!sooner);
        let (gone, _) = begin(20_200);
        drop(gone);
        assert_eq!(waits.end_due(at(20_099)), Some(at(20_100)));
        assert!(soon.try_recv().is_err());
        assert_eq!(waits.end_due(at(20_100)), Some(at(20_200)));
        assert_eq!((soon.try_recv(), same.try_recv()), (Ok(()), Ok(())));
        assert_eq!(waits.end_due(at(20_299)), Some(at(20_300)));
        assert!(late.try_recv().is_err());
        assert_eq!(waits.end_due(at(30_000)), None);
        assert_eq!(late.try_recv(), Ok(()));
    }

    #[tokio::test]
    async fn the_thread_ends_what_was_begun() {
        let timer = Timer::start().unwrap();
        let late = timer.wait(Duration::from_millis(3));
        let soon = timer.wait(Duration::from_micros(1));
        assert_eq!(soon.await, Ok(()));
        assert_eq!(late.await, Ok(()));
    }
}
