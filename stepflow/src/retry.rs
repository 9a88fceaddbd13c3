//! When a failed step is tried again: plain data with a pure decision.
//!
//! Nothing here waits. The engine asks a [`RetryPolicy`] how long to wait and its driver does the
//! waiting, so a host that owns its own retries can be handed the data instead.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What a step, or the workflow for all its steps, says about retries. Parts left out are inherited
/// one by one (reference items 19, 20 and 176: an explicit `times: Some(0)` switches retries off).
///
/// ```
/// use std::time::Duration;
/// use stepflow::{RetryPolicy, RetrySettings};
///
/// let workflow = RetrySettings { times: Some(2), delay: Some(Duration::from_millis(50)), ..RetrySettings::INHERIT };
/// let step = RetrySettings { times: Some(5), ..RetrySettings::INHERIT };
/// let policy = RetryPolicy::resolve(&workflow, &step);
/// assert_eq!((policy.times, policy.delay), (5, Duration::from_millis(50)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetrySettings {
    /// Extra tries after the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// The wait before the first retry.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    pub delay: Option<Duration>,
    /// How the wait grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backoff: Option<Backoff>,
    /// What an exponential wait is multiplied by from one retry to the next; at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// The longest single wait.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    pub max_delay: Option<Duration>,
    /// Whether each wait is drawn by chance from between its half and its whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter: Option<bool>,
    /// The most time that all attempts and the waits between them may take together.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    pub budget: Option<Duration>,
    /// Whether an attempt that ran into its timeout is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<bool>,
}

impl RetrySettings {
    /// Nothing said: the base for `..RetrySettings::INHERIT`, also in constants.
    pub const INHERIT: Self = Self {
        times: None,
        delay: None,
        backoff: None,
        factor: None,
        max_delay: None,
        jitter: None,
        budget: None,
        timeouts: None,
    };

    pub(crate) fn is_blank(&self) -> bool {
        *self == Self::INHERIT
    }
}

/// How the wait grows from one retry to the next.
///
/// ```
/// use std::time::Duration;
/// use stepflow::{Backoff, RetryPolicy};
///
/// let minute = Duration::from_secs(60);
/// let fixed = RetryPolicy { times: 3, delay: minute, ..RetryPolicy::NEVER };
/// let growing = RetryPolicy { backoff: Backoff::Exponential, factor: 3.0, ..fixed };
/// assert_eq!(fixed.wait_after(3, Duration::ZERO, || 0.0), Some(minute));
/// assert_eq!(growing.wait_after(3, Duration::ZERO, || 0.0), Some(minute * 9));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Backoff {
    /// Each wait is the factor times the one before.
    Exponential,
    /// Every wait is the same.
    #[default]
    Fixed,
}

/// The settings of one step with everything inherited filled in.
///
/// ```
/// use std::time::Duration;
/// use stepflow::{Backoff, RetryPolicy};
///
/// let policy = RetryPolicy {
///     times: 3,
///     delay: Duration::from_millis(100),
///     backoff: Backoff::Exponential,
///     max_delay: Some(Duration::from_millis(250)),
///     ..RetryPolicy::NEVER
/// };
/// let waits: Vec<_> = (1..=4).map(|failed| policy.wait_after(failed, Duration::ZERO, || 0.0)).collect();
/// let ms = |n| Some(Duration::from_millis(n));
/// assert_eq!(waits, [ms(100), ms(200), ms(250), None]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// Extra tries after the first.
    pub times: u32,
    /// The wait before the first retry.
    pub delay: Duration,
    /// How the wait grows.
    pub backoff: Backoff,
    /// What an exponential wait is multiplied by from one retry to the next.
    pub factor: f64,
    /// The longest single wait. `None`: waits are not capped.
    pub max_delay: Option<Duration>,
    /// Whether each wait is drawn by chance from between its half and its whole, so that callers that
    /// failed together do not come back together.
    pub jitter: bool,
    /// The most time that all attempts and the waits between them may take together. No attempt is
    /// started that could not start within it.
    pub budget: Option<Duration>,
    /// Whether an attempt that ran into its timeout is tried again.
    pub timeouts: bool,
}

impl RetryPolicy {
    /// No retries: what a step has that says nothing in a workflow that says nothing.
    pub const NEVER: Self = Self {
        times: 0,
        delay: Duration::ZERO,
        backoff: Backoff::Fixed,
        factor: 2.0,
        max_delay: None,
        jitter: false,
        budget: None,
        timeouts: true,
    };

    /// The step's settings, part by part over the workflow's.
    ///
    /// ```
    /// use stepflow::{RetryPolicy, RetrySettings};
    ///
    /// let policy = RetryPolicy::resolve(&RetrySettings::INHERIT, &RetrySettings::INHERIT);
    /// assert_eq!(policy, RetryPolicy::NEVER);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn resolve(workflow: &RetrySettings, step: &RetrySettings) -> Self {
        let never = Self::NEVER;
        Self {
            times: step.times.or(workflow.times).unwrap_or(never.times),
            delay: step.delay.or(workflow.delay).unwrap_or(never.delay),
            backoff: step.backoff.or(workflow.backoff).unwrap_or(never.backoff),
            factor: step.factor.or(workflow.factor).unwrap_or(never.factor),
            max_delay: step.max_delay.or(workflow.max_delay),
            jitter: step.jitter.or(workflow.jitter).unwrap_or(never.jitter),
            budget: step.budget.or(workflow.budget),
            timeouts: step.timeouts.or(workflow.timeouts).unwrap_or(never.timeouts),
        }
    }

    /// How long to wait before the next try, after `failed` attempts (1 or more) that took `spent`
    /// together, waits included; `None` when there is no next try.
    ///
    /// `chance` gives a number from 0 (included) to 1 (excluded) and is asked only under jitter.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::RetryPolicy;
    ///
    /// let second = Duration::from_secs(1);
    /// let policy = RetryPolicy { times: 9, delay: second * 2, jitter: true, budget: Some(second * 60), ..RetryPolicy::NEVER };
    /// assert_eq!(policy.wait_after(1, second, || 0.5), Some(Duration::from_millis(1_500)));
    /// assert_eq!(policy.wait_after(1, second * 59, || 0.5), None);
    /// assert_eq!(policy.wait_after(10, second, || 0.5), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn wait_after(&self, failed: u32, spent: Duration, chance: impl FnOnce() -> f64) -> Option<Duration> {
        if failed > self.times {
            return None;
        }
        let grown = match self.backoff {
            Backoff::Fixed => self.delay,
            Backoff::Exponential => scaled(self.delay, self.factor.powf(f64::from(failed.saturating_sub(1)))),
        };
        let capped = self.max_delay.map_or(grown, |most| grown.min(most));
        let wait = if self.jitter { scaled(capped, 0.5 + chance() / 2.0) } else { capped };
        self.budget.is_none_or(|budget| spent.saturating_add(wait) < budget).then_some(wait)
    }

    /// How long an attempt may take that starts when `spent` has been spent: its own timeout, or what
    /// is left of the budget, whichever is less.
    ///
    /// ```
    /// use std::time::Duration;
    /// use stepflow::RetryPolicy;
    ///
    /// let second = Duration::from_secs(1);
    /// let policy = RetryPolicy { budget: Some(second * 10), ..RetryPolicy::NEVER };
    /// assert_eq!(policy.limit(Some(second * 5), second), Some(second * 5));
    /// assert_eq!(policy.limit(Some(second * 5), second * 7), Some(second * 3));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn limit(&self, timeout: Option<Duration>, spent: Duration) -> Option<Duration> {
        let left = self.budget.map(|budget| budget.saturating_sub(spent));
        match (timeout, left) {
            (Some(timeout), Some(left)) => Some(timeout.min(left)),
            (timeout, left) => timeout.or(left),
        }
    }
}

/// A product that stays within what a wait can be: never negative, never an overflow.
fn scaled(duration: Duration, by: f64) -> Duration {
    const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);
    if duration.is_zero() {
        return duration;
    }
    Duration::try_from_secs_f64(duration.as_secs_f64() * by).map_or(LONGEST, |scaled| scaled.min(LONGEST))
}
