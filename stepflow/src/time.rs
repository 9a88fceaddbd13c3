//! Where time comes from, and who does the waiting. Only this file reads a clock or sleeps.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A source of time: the date, and a stopwatch that never runs backwards.
///
/// A run reads the date once and the stopwatch once a step, so its durations are right even when
/// somebody sets the clock.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::time::Duration;
/// use stepflow::{Clock, Timestamp};
///
/// /// Every look at the clock is a second after the last.
/// #[derive(Debug, Default)]
/// struct Ticking(AtomicU64);
///
/// impl Clock for Ticking {
///     fn now(&self) -> Timestamp {
///         Timestamp::UNIX_EPOCH
///     }
///     fn monotonic(&self) -> Duration {
///         Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
///     }
/// }
///
/// let clock = Ticking::default();
/// assert_eq!(clock.monotonic(), Duration::ZERO);
/// assert_eq!(clock.monotonic(), Duration::from_secs(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Clock: Send + Sync {
    /// The date and time.
    fn now(&self) -> Timestamp;

    /// Time passed since any fixed moment; never less than before.
    fn monotonic(&self) -> Duration;
}

/// Does the waiting between attempts.
///
/// ```
/// use std::sync::atomic::{AtomicU32, Ordering};
/// use std::time::Duration;
/// use stepflow::Sleeper;
///
/// /// For tests: time flies, and the waits are counted.
/// #[derive(Default)]
/// struct Flying(AtomicU32);
///
/// impl Sleeper for Flying {
///     fn sleep(&self, _duration: Duration) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let flying = Flying::default();
/// flying.sleep(Duration::from_secs(3600));
/// assert_eq!(flying.0.into_inner(), 1);
/// ```
pub trait Sleeper: Send + Sync {
    /// Returns when `duration` has passed.
    fn sleep(&self, duration: Duration);
}

/// Does the waiting of async runs: between attempts, before steps, in
/// [`RunContext::sleep`](crate::RunContext::sleep) and for timeouts.
///
/// ```
/// use std::future::{Future, ready};
/// use std::pin::Pin;
/// use std::time::Duration;
/// use stepflow::{Timer, TokioTimer};
///
/// /// Waits a second where others wait a minute.
/// struct Hasty;
///
/// impl Timer for Hasty {
///     fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
///         if duration.is_zero() { Box::pin(ready(())) } else { TokioTimer.sleep(duration / 60) }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// Hasty.sleep(Duration::from_millis(60)).await;
/// # Ok(()) }
/// ```
#[cfg(feature = "tokio")]
pub trait Timer: Send + Sync {
    /// A future that is ready when `duration` has passed.
    fn sleep(&self, duration: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// Tokio's timer.
///
/// ```
/// use std::time::Duration;
/// use stepflow::{Run, TokioTimer, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// // What a run takes when nothing is said.
/// let result = Run::new(Parcel { state: 0 }).timer(TokioTimer).run_async().await.into_result()?;
/// assert_eq!(result.state, 1);
/// # Ok(()) }
/// ```
#[cfg(feature = "tokio")]
#[derive(Debug, Clone, Copy, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
impl Timer for TokioTimer {
    fn sleep(&self, duration: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// The operating system's clock.
///
/// ```
/// use stepflow::{Clock, Run, SystemClock, workflow};
///
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
/// let clock = SystemClock::new();
/// let before = clock.now();
/// // What a run takes when nothing is said.
/// let result = Run::new(Parcel { state: 0 }).clock(clock).run();
/// assert!(result.started_at() >= before);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    origin: Instant,
}

impl SystemClock {
    /// A clock whose stopwatch starts now.
    ///
    /// ```
    /// use stepflow::{Clock, SystemClock};
    ///
    /// let clock = SystemClock::new();
    /// let first = clock.monotonic();
    /// assert!(clock.monotonic() >= first);
    /// ```
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the operating system's clock")]
    pub fn new() -> Self {
        Self { origin: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Moment::of_the_system().timestamp()
    }

    fn monotonic(&self) -> Duration {
        self.origin.elapsed()
    }
}

/// Blocks the thread.
///
/// ```
/// use std::time::Duration;
/// use stepflow::{Clock, Sleeper, SystemClock, ThreadSleeper};
///
/// let clock = SystemClock::new();
/// ThreadSleeper.sleep(Duration::from_millis(1));
/// assert!(clock.monotonic() >= Duration::from_millis(1));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ThreadSleeper;

impl Sleeper for ThreadSleeper {
    #[expect(clippy::disallowed_methods, reason = "the one place that blocks a thread")]
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}

/// A closure as a [`Sleeper`]; see [`Run::sleep_with`](crate::Run::sleep_with).
pub(crate) struct SleepWith<F>(pub(crate) F);

impl<F: Fn(Duration) + Send + Sync> Sleeper for SleepWith<F> {
    fn sleep(&self, duration: Duration) {
        (self.0)(duration);
    }
}

/// A moment as the engine is handed it: nanoseconds since 1970-01-01 UTC.
///
/// ```
/// use std::time::Duration;
/// use stepflow::engine::Moment;
///
/// let start = Moment::from_nanos(1_000);
/// assert_eq!(start.later(Duration::from_nanos(500)), Moment::from_nanos(1_500));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// The moment so many nanoseconds after the beginning of 1970.
    ///
    /// ```
    /// use stepflow::engine::Moment;
    ///
    /// assert_eq!(Moment::from_nanos(7).as_nanos(), 7);
    /// ```
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the beginning of 1970.
    ///
    /// ```
    /// use stepflow::Timestamp;
    /// use stepflow::engine::Moment;
    ///
    /// let day: Timestamp = "1970-01-01T00:00:01Z".parse()?;
    /// assert_eq!(Moment::from(day).as_nanos(), 1_000_000_000);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// This moment as a date; the year 2554 is the last one that it can be.
    ///
    /// ```
    /// use stepflow::engine::Moment;
    ///
    /// assert_eq!(Moment::from_nanos(0).timestamp().to_string(), "1970-01-01T00:00:00Z");
    /// ```
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_nanosecond(i128::from(self.0)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// The moment a while after this one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::engine::Moment;
    ///
    /// let at = Moment::from_nanos(0).later(Duration::from_secs(60));
    /// assert_eq!(at.timestamp().to_string(), "1970-01-01T00:01:00Z");
    /// ```
    #[must_use]
    pub fn later(self, duration: Duration) -> Self {
        let seconds = duration.as_secs().saturating_mul(1_000_000_000);
        Self(self.0.saturating_add(seconds).saturating_add(u64::from(duration.subsec_nanos())))
    }

    /// How long after `earlier` this moment is; zero when it is not later.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::engine::Moment;
    ///
    /// let (early, late) = (Moment::from_nanos(100), Moment::from_nanos(350));
    /// assert_eq!(late.since(early), Duration::from_nanos(250));
    /// assert_eq!(early.since(late), Duration::ZERO);
    /// ```
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the operating system's date")]
    fn of_the_system() -> Self {
        Self(0).later(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

/// A date before 1970 becomes 1970.
impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(u64::try_from(timestamp.as_nanosecond()).unwrap_or(0))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.timestamp().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self::from)
    }
}

/// The stopwatch of a run: one date at its start, monotonic readings from then on.
#[derive(Clone)]
pub(crate) struct Stopwatch {
    started: Moment,
    origin: Duration,
    clock: Reading,
}

#[derive(Clone)]
enum Reading {
    Custom(Arc<dyn Clock>),
    System(SystemClock),
}

impl Stopwatch {
    pub(crate) fn start(clock: Option<Arc<dyn Clock>>) -> Self {
        match clock {
            None => Self {
                started: Moment::of_the_system(),
                origin: Duration::ZERO,
                clock: Reading::System(SystemClock::new()),
            },
            Some(clock) => {
                Self { started: clock.now().into(), origin: clock.monotonic(), clock: Reading::Custom(clock) }
            }
        }
    }

    /// When the stopwatch was started.
    pub(crate) fn started(&self) -> Moment {
        self.started
    }

    #[inline]
    pub(crate) fn now(&self) -> Moment {
        match &self.clock {
            Reading::System(clock) => self.started.later(clock.monotonic()),
            Reading::Custom(clock) => self.started.later(clock.monotonic().saturating_sub(self.origin)),
        }
    }
}
