//! Time that takes no time.

#[cfg(feature = "tokio")]
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;

#[cfg(feature = "tokio")]
use super::runtime;
use crate::run::Run;
use crate::time::{Clock, Sleeper};
use crate::workflow::Workflow;

/// A clock that stands still until somebody waits by it, or [moves](Self::advance) it by hand. Clones show
/// the same time. [`Run::manual_clock`] has a run live by it.
///
/// A blocking run moves it: every wait between attempts and before a step is over at once, and the clock
/// has moved by just that much.
///
/// ```
/// use std::time::Duration;
/// use stepflow::testing::ManualClock;
/// use stepflow::{Run, workflow};
///
/// struct Call { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Call {
///     #[step(retry(times = 2, delay = "1h"))]
///     fn dial(&mut self) -> Result<(), String> {
///         self.state += 1;
///         if self.state < 3 { Err("busy".to_owned()) } else { Ok(()) }
///     }
/// }
///
/// let hour = Duration::from_secs(3600);
/// let clock = ManualClock::new();
/// let result = Run::new(Call { state: 0 }).manual_clock(&clock).run();
/// assert_eq!(result.duration(), 2 * hour);
/// assert_eq!(clock.sleeps(), [hour, hour]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Under the async driver
///
/// Here several things may wait at once: a step in [`RunContext::sleep`](crate::RunContext::sleep), its
/// timeout, its neighbours. The clock moves by itself to the earliest of their deadlines, and only when the
/// runtime has nothing else to do. To know that, it pauses the time of the tokio runtime at the first wait
/// (`tokio::time::pause`), so it needs a runtime of one thread, such as that of `#[tokio::test]`; on any
/// other it panics and says so.
///
/// What holds the clock: a task that can run, and `tokio::task::spawn_blocking`. A step that waits for a
/// channel that another task fills is therefore not timed out, however much that task has to do. What does
/// not hold it, because nobody can see it: another thread, and the network. Give a step that waits for
/// those no timeout under this clock, or a channel in their place.
///
/// The code under test may call `tokio::time::sleep` itself. The clock follows, in whole milliseconds; start
/// the test with time paused (`#[tokio::test(start_paused = true)]`) if that can come before the first wait
/// of the run.
///
/// ```
/// # #[cfg(feature = "tokio")] {
/// use std::time::Duration;
/// use stepflow::Timer;
/// use stepflow::testing::ManualClock;
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let clock = ManualClock::new();
/// tokio::join!(clock.sleep(Duration::from_secs(60)), clock.sleep(Duration::from_secs(3600)));
/// assert_eq!(clock.elapsed(), Duration::from_secs(3600));
/// # });
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ManualClock(Arc<Shared>);

struct Shared {
    start: Timestamp,
    time: Mutex<Time>,
    /// Told whenever the clock moves.
    #[cfg(feature = "tokio")]
    moved: tokio::sync::Notify,
}

#[derive(Default)]
struct Time {
    elapsed: Duration,
    sleeps: Vec<Duration>,
    /// The deadlines that somebody waits for, and how many do.
    #[cfg(feature = "tokio")]
    due: BTreeMap<Duration, usize>,
    /// Up to where the runtime's own time has been counted.
    #[cfg(feature = "tokio")]
    seen: Option<tokio::time::Instant>,
}

impl ManualClock {
    /// A clock that shows the beginning of 1970.
    #[must_use]
    pub fn new() -> Self {
        Self::starting_at(Timestamp::UNIX_EPOCH)
    }

    /// A clock that shows this date.
    ///
    /// ```
    /// use stepflow::testing::ManualClock;
    /// use stepflow::{Run, Timestamp, workflow};
    ///
    /// struct Parcel { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Parcel {
    ///     #[step]
    ///     fn weigh(&mut self) {}
    /// }
    ///
    /// let date = Timestamp::constant(1_900_000_000, 0);
    /// let result = Run::new(Parcel { state: () }).manual_clock(&ManualClock::starting_at(date)).run();
    /// assert_eq!(result.finished_at(), date);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn starting_at(date: Timestamp) -> Self {
        Self(Arc::new(Shared {
            start: date,
            time: Mutex::default(),
            #[cfg(feature = "tokio")]
            moved: tokio::sync::Notify::new(),
        }))
    }

    /// Moves the clock. Waits that are due by then are over.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::testing::ManualClock;
    ///
    /// let clock = ManualClock::new();
    /// clock.clone().advance(Duration::from_secs(5));
    /// assert_eq!(clock.elapsed(), Duration::from_secs(5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn advance(&self, duration: Duration) {
        let mut time = self.time();
        time.elapsed = time.elapsed.saturating_add(duration);
        drop(time);
        #[cfg(feature = "tokio")]
        self.0.moved.notify_waiters();
    }

    /// How far the clock has moved since it was made.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.time().elapsed
    }

    /// Every wait that was asked for, in order, whether it was waited out or not. Under the async driver
    /// the timeouts of attempts are among them.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.time().sleeps.clone()
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        #[cfg_attr(
            not(feature = "tokio"),
            expect(unused_mut, reason = "only tokio's time can move meanwhile")
        )]
        let mut time = self.lock();
        #[cfg(feature = "tokio")]
        time.follow();
        time
    }

    fn lock(&self) -> MutexGuard<'_, Time> {
        // Nothing panics while the lock is held.
        self.0.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.0.start.checked_add(self.elapsed()).unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.elapsed()
    }
}

impl Sleeper for ManualClock {
    fn sleep(&self, duration: Duration) {
        self.time().sleeps.push(duration);
        self.advance(duration);
    }
}

#[cfg(feature = "tokio")]
impl crate::time::Timer for ManualClock {
    fn sleep(&self, duration: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        let wait = Wait::new(self.clone(), duration);
        Box::pin(async move { wait.until_due().await })
    }
}

/// A wait under way; forgotten by the clock when it is dropped.
#[cfg(feature = "tokio")]
struct Wait {
    clock: ManualClock,
    deadline: Duration,
}

#[cfg(feature = "tokio")]
impl Wait {
    fn new(clock: ManualClock, duration: Duration) -> Self {
        let mut time = clock.time();
        time.sleeps.push(duration);
        let deadline = time.elapsed.saturating_add(duration);
        *time.due.entry(deadline).or_default() += 1;
        drop(time);
        Self { clock, deadline }
    }

    /// The runtime's paused time tells when there is nothing else to do; how far the clock moves then is
    /// for the deadlines to say. The runtime counts in milliseconds, and starts anywhere within one.
    async fn until_due(&self) {
        use futures_util::future::{Either, select};
        loop {
            let mut moved = std::pin::pin!(self.clock.0.moved.notified());
            moved.as_mut().enable();
            let from = self.clock.elapsed();
            let left = self.deadline.saturating_sub(from);
            if left.is_zero() {
                return;
            }
            runtime::pause_time();
            if let Either::Right(_) = select(moved, std::pin::pin!(tokio::time::sleep(left))).await {
                self.clock.move_to_next(from);
            }
        }
    }
}

#[cfg(feature = "tokio")]
impl Drop for Wait {
    fn drop(&mut self) {
        let mut time = self.clock.time();
        if let Some(waiting) = time.due.get_mut(&self.deadline) {
            *waiting -= 1;
            if *waiting == 0 {
                time.due.remove(&self.deadline);
            }
        }
    }
}

#[cfg(feature = "tokio")]
impl ManualClock {
    /// Moves to the next deadline, unless the clock has moved `from` there since.
    fn move_to_next(&self, from: Duration) {
        let mut time = self.lock();
        if let Some(next) = time.next_due()
            && time.elapsed == from
        {
            time.elapsed = next;
        }
        time.seen = runtime::paused_now();
        drop(time);
        self.0.moved.notify_waiters();
    }
}

#[cfg(feature = "tokio")]
impl Time {
    fn next_due(&self) -> Option<Duration> {
        use std::ops::Bound::{Excluded, Unbounded};
        self.due.range((Excluded(self.elapsed), Unbounded)).next().map(|(deadline, _)| *deadline)
    }

    /// Takes over what the runtime's paused time has moved for others, though never past a deadline of
    /// this clock: whoever waits for that moves the clock there.
    fn follow(&mut self) {
        let Some(now) = runtime::paused_now() else { return };
        let seen = *self.seen.get_or_insert(now);
        let passed = now.saturating_duration_since(seen).as_millis();
        let passed = Duration::from_millis(u64::try_from(passed).unwrap_or(u64::MAX));
        self.seen = Some(seen + passed);
        let most = self.next_due().unwrap_or(Duration::MAX);
        self.elapsed = self.elapsed.saturating_add(passed).min(most);
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManualClock").field("now", &self.now()).field("elapsed", &self.elapsed()).finish()
    }
}

impl<W: Workflow> Run<'_, W> {
    /// Has the run live by this clock: its dates and durations, its waits, and under the async driver its
    /// timeouts. See [`ManualClock`].
    pub fn manual_clock(self, clock: &ManualClock) -> Self {
        let run = self.clock(clock.clone()).sleeper(clock.clone());
        #[cfg(feature = "tokio")]
        let run = run.timer(clock.clone());
        run
    }
}
