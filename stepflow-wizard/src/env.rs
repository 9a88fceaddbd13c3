//! What a call is handed of the world: the time, and chance.

use jiff::Timestamp;
use stepflow::Clock;

/// The time of a call and a seed for its ids. The same definition, state, call and environment give the same
/// outcome, byte for byte.
///
/// ```
/// use stepflow::SystemClock;
/// use stepflow_wizard::{Env, Timestamp};
///
/// let env = Env::read(&SystemClock::new()).seeded(7);
/// assert_eq!(env.seed, 7);
/// assert_eq!(Env::at(Timestamp::UNIX_EPOCH).now, Timestamp::UNIX_EPOCH);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "plain data")]
pub struct Env {
    /// The time of the call.
    pub now: Timestamp,
    /// What ids of items are made of, together with the state's revision.
    pub seed: u64,
}

impl Env {
    /// At this time, with the seed zero.
    #[must_use]
    pub const fn at(now: Timestamp) -> Self {
        Self { now, seed: 0 }
    }

    /// The same with another seed.
    #[must_use]
    pub const fn seeded(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// At the time that a clock shows.
    #[must_use]
    pub fn read(clock: &dyn Clock) -> Self {
        Self::at(clock.now())
    }
}
