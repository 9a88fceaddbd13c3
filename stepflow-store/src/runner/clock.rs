//! The time of the store, read without asking it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use stepflow::{Clock, Timestamp};
use tokio::time::Instant;

/// The clock that runs are timed by. What a run has to wait for is kept in the store as a date; two machines
/// whose clocks differ would wait for different moments. So unless somebody hands in a clock, it is the
/// store's: read from time to time, and counted on from there.
#[derive(Clone)]
pub(super) enum RunClock {
    Given(Arc<dyn Clock>),
    OfTheStore(Arc<Counted>),
}

pub(super) struct Counted {
    origin: Instant,
    /// What the store's clock showed, and when.
    read: Mutex<(Timestamp, Instant)>,
}

impl RunClock {
    pub(super) fn of_the_store(now: Timestamp) -> Self {
        let origin = Instant::now();
        Self::OfTheStore(Arc::new(Counted { origin, read: Mutex::new((now, origin)) }))
    }

    /// The store's clock shows this.
    pub(super) fn set(&self, now: Timestamp) {
        if let Self::OfTheStore(counted) = self {
            *counted.read.lock().unwrap_or_else(PoisonError::into_inner) = (now, Instant::now());
        }
    }

    /// How long it is until then.
    pub(super) fn until(&self, due: Timestamp) -> Duration {
        Duration::try_from(due.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }

    /// Returns when it is that time.
    pub(super) async fn wait_until(&self, due: Timestamp) {
        loop {
            let left = self.until(due);
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}

impl Clock for RunClock {
    fn now(&self) -> Timestamp {
        match self {
            Self::Given(clock) => clock.now(),
            Self::OfTheStore(counted) => {
                let (read, at) = *counted.read.lock().unwrap_or_else(PoisonError::into_inner);
                read.checked_add(at.elapsed()).unwrap_or(read)
            }
        }
    }

    fn monotonic(&self) -> Duration {
        match self {
            Self::Given(clock) => clock.monotonic(),
            Self::OfTheStore(counted) => counted.origin.elapsed(),
        }
    }
}
