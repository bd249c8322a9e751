//! A clock on which an hour passes in no time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use ops_domain::ports::Clock;
use ops_domain::time::{Timestamp, after};

/// Virtual time. It stands still but for sleepers: when somebody sleeps, it jumps to the end of the
/// sleep.
///
/// Where several sleep, the one who wants to wake first does, and time stands at that moment until
/// it has had a few turns to sleep again. So tasks on one thread see the order of events that real
/// time would give.
///
/// Clones show the same time.
#[derive(Clone, Debug)]
pub struct VirtualClock {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    now: Timestamp,
    sleepers: BTreeSet<(Timestamp, u64)>,
    next_sleeper: u64,
}

/// Turns that everybody else has to do something, or to go to sleep too, before time moves.
const TURNS: u32 = 4;

impl VirtualClock {
    /// A clock that shows `start`.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        let inner = Inner { now: start, sleepers: BTreeSet::new(), next_sleeper: 0 };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.lock();
        inner.now = after(inner.now, by);
    }

    /// Moves the time on to `at`; a time that has passed changes nothing.
    pub fn advance_to(&self, at: Timestamp) {
        let mut inner = self.lock();
        inner.now = inner.now.max(at);
    }

    /// Shows `at` from now on, be it in the past: for clocks that are set back.
    pub fn set(&self, at: Timestamp) {
        self.lock().now = at;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lie_down(&self, until: Timestamp) -> Sleeper<'_> {
        let mut inner = self.lock();
        inner.next_sleeper += 1;
        let place = (until, inner.next_sleeper);
        inner.sleepers.insert(place);
        Sleeper { clock: self, place }
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    async fn sleep_until(&self, at: Timestamp) {
        let sleeper = self.lie_down(at);
        let mut turns = 0;
        while self.now() < at {
            tokio::task::yield_now().await;
            turns = if sleeper.wakes_first() { turns + 1 } else { 0 };
            if turns == TURNS {
                self.advance_to(at);
            }
        }
    }
}

/// Somebody who sleeps. One who is dropped (a wait that was given up) sleeps no more.
struct Sleeper<'a> {
    clock: &'a VirtualClock,
    place: (Timestamp, u64),
}

impl Sleeper<'_> {
    fn wakes_first(&self) -> bool {
        self.clock.lock().sleepers.first() == Some(&self.place)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        self.clock.lock().sleepers.remove(&self.place);
    }
}
