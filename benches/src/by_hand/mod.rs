//! The yardstick: the loop that a careful person would write to have the same facts about a run,
//! without a library.
//!
//! It records what stepflow records, with as many readings of the clock, and contains what stepflow
//! contains. Each choice, and why:
//!
//! - One date and one start of a stopwatch a run; one reading of the stopwatch a step, which ends that
//!   step and begins the next. A time is kept as nanoseconds since 1970.
//! - The run's id is a UUID of version 7: the date and random bits of a thread-local generator, kept as
//!   a number. Nobody writes it as text before somebody reads it.
//! - A step's place in the order of events is counted, because a step can be jumped over.
//! - The list of results is reserved at the start, from the table of steps: one allocation a run.
//! - Names are `Cow`s, because a result that is read back from a file has names of its own.
//! - An output is kept as it was returned, so that it can be had as its type and as JSON. `()` has no
//!   size, so its box is no allocation.
//! - An error and its like are boxed, so that a step without one is small: a record has 128 bytes, which
//!   are moved without a call.
//! - A panic in a step is contained, because the results of the steps before it are worth keeping.
//! - An error is tried again as often as the table says; at once, since no step measured here waits.
//! - A step is called by a `match` on its position: a table of function pointers costs more.
//! - The loop is generic over the workflow, as a loop written for one type would be: the compiler sees
//!   every body.
//! - Where steps are awaited, everything else is the same: see [`awaited`].
//! - What stepflow does beyond the record is left out, since nobody who needs the record alone would
//!   write it: hooks, spans for `tracing`, approval handlers, children, the engine apart from its loop.

#[cfg(feature = "tokio")]
pub mod awaited;

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// What there is to say about a workflow.
pub trait Table {
    /// What the steps share.
    type State;
    /// The workflow's name.
    const NAME: &'static str;
    /// Its steps, in order.
    const STEPS: &'static [Step];

    /// The state, at the end.
    fn into_state(self) -> Self::State;
}

/// A workflow as the loop needs it.
pub trait ByHand: Table {
    /// Runs the body of one step.
    ///
    /// # Errors
    ///
    /// The body's own.
    fn call(&mut self, step: usize) -> Called;
}

/// An output and the key of its route, or an error.
pub type Called = Result<Done, BoxError>;

/// An output and the key of its route.
pub type Done = (Box<dyn Erased>, Option<Cow<'static, str>>);

/// Any error of a body.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What a body that has no routes returned.
///
/// # Errors
///
/// None; it fits [`ByHand::call`].
pub fn called<T: Serialize + Send + Sync + 'static>(output: T) -> Called {
    Ok((Box::new(output), None))
}

/// A row of the table of steps.
#[derive(Debug)]
pub struct Step {
    /// The step's name.
    pub name: &'static str,
    /// How many tries there are after the first.
    pub retries: u32,
    /// Whether a person has to approve it.
    pub approval: bool,
    /// Where its outputs lead.
    pub routes: &'static [Route],
    /// Where it leads, if not to the step below.
    pub next: Option<Goal>,
}

impl Step {
    /// A step that leads to the one below it.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, retries: 0, approval: false, routes: &[], next: None }
    }
}

/// One way out of a routed step.
#[derive(Debug)]
pub struct Route {
    /// What the output is called.
    pub key: &'static str,
    /// Where it leads.
    pub goal: Goal,
}

/// Where a step can lead.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// The run is over.
    End,
    /// To the step at this position.
    Step(usize),
}

/// An output of any type: to be had as that type, or as JSON.
pub trait Erased: Any + Send + Sync {
    /// The output as JSON.
    ///
    /// # Errors
    ///
    /// When its type cannot be written.
    fn to_json(&self) -> serde_json::Result<serde_json::Value>;
}

impl<T: Serialize + Any + Send + Sync> Erased for T {
    fn to_json(&self) -> serde_json::Result<serde_json::Value> {
        serde_json::to_value(self)
    }
}

impl fmt::Debug for dyn Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_json())
    }
}

/// What happened in a run.
#[derive(Debug)]
pub struct RunResult<S> {
    /// The workflow's name.
    pub workflow_name: Cow<'static, str>,
    /// The run's id, a UUID of version 7.
    pub run_id: u128,
    /// How the run ended.
    pub status: Status,
    /// When it started, in nanoseconds since 1970.
    pub started: u64,
    /// When it ended.
    pub finished: u64,
    /// The state at the end.
    pub state: S,
    /// Every step, run or not.
    pub steps: Vec<StepRecord>,
    /// The routes taken.
    pub routes: Vec<RouteTaken>,
    /// The step that failed the run.
    pub failed_step: Option<Cow<'static, str>>,
}

/// What happened at a step.
#[derive(Debug)]
pub struct StepRecord {
    /// The step's name.
    pub name: Cow<'static, str>,
    /// How it ended.
    pub status: Status,
    /// How often its body was called.
    pub attempts: u32,
    /// Which of the run's steps this was, counted from 1; 0 for one that never started.
    pub sequence: u32,
    /// When it started; 0 if it never did.
    pub started: u64,
    /// When it ended.
    pub finished: u64,
    /// What its body returned.
    pub output: Option<Box<dyn Erased>>,
    /// Why it failed.
    pub error: Option<Box<StepFailure>>,
    /// What its output was called.
    pub route_key: Option<Cow<'static, str>>,
    /// Where that led.
    pub next_step: Option<Cow<'static, str>>,
    /// Whether a person had to approve it.
    pub approval_required: bool,
    /// Why it was skipped.
    pub skipped: Option<Skipped>,
}

/// How a step or a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With an error.
    Failed,
    /// It never started.
    Skipped,
    /// As it should.
    Succeeded,
}

/// Why a step never started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skipped {
    /// The run ended before it.
    RunEnded,
    /// The run failed before it.
    RunFailed,
}

/// Why a step failed.
#[derive(Debug)]
pub enum StepFailure {
    /// Its body returned an error.
    Body(BoxError),
    /// Its body panicked with this message.
    Panicked(String),
    /// Its output is called what no route is called.
    NoRoute(Option<Cow<'static, str>>),
}

/// One route taken.
#[derive(Debug)]
pub struct RouteTaken {
    /// The routed step.
    pub step_name: Cow<'static, str>,
    /// What its output was called.
    pub route_key: Cow<'static, str>,
    /// Where that led; the end, if nowhere.
    pub next_step: Option<Cow<'static, str>>,
}

/// Runs a workflow and records what happened.
pub fn run<W: ByHand>(mut workflow: W) -> RunResult<W::State> {
    let mut account = Account::open::<W>();
    let mut at = 0;
    while let Some(step) = W::STEPS.get(at) {
        let mut attempts = 0;
        let outcome = loop {
            attempts += 1;
            match catch_unwind(AssertUnwindSafe(|| workflow.call(at))) {
                Ok(Ok(output)) => break Ok(output),
                Ok(Err(_)) if attempts <= step.retries => {}
                Ok(Err(error)) => break Err(StepFailure::Body(error)),
                Err(panic) => break Err(StepFailure::Panicked(message(&*panic))),
            }
        };
        let Goal::Step(next) = account.ended::<W>(at, attempts, outcome) else { break };
        at = next;
    }
    account.close(workflow)
}

/// What is known of a run while it goes on.
struct Account {
    started: u64,
    stopwatch: Instant,
    now: u64,
    sequence: u32,
    steps: Vec<StepRecord>,
    routes: Vec<RouteTaken>,
    failed_step: Option<Cow<'static, str>>,
}

impl Account {
    #[inline]
    #[expect(clippy::disallowed_methods, reason = "the yardstick reads the clock itself")]
    fn open<W: Table>() -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| nanos(since.as_nanos()));
        Self {
            started,
            stopwatch: Instant::now(),
            now: started,
            sequence: 0,
            steps: Vec::with_capacity(W::STEPS.len()),
            routes: Vec::new(),
            failed_step: None,
        }
    }

    /// A step has ended; where to go.
    #[inline]
    fn ended<W: Table>(&mut self, at: usize, attempts: u32, outcome: Result<Done, StepFailure>) -> Goal {
        let step = &W::STEPS[at];
        let began = self.now;
        self.now = self.started + nanos(self.stopwatch.elapsed().as_nanos());
        self.sequence += 1;
        let mut record = StepRecord {
            name: Cow::Borrowed(step.name),
            status: Status::Succeeded,
            attempts,
            sequence: self.sequence,
            started: began,
            finished: self.now,
            output: None,
            error: None,
            route_key: None,
            next_step: None,
            approval_required: step.approval,
            skipped: None,
        };
        let goal = match outcome {
            Ok((output, key)) => {
                record.output = Some(output);
                onward::<W>(step, at, key, &mut record, &mut self.routes)
            }
            Err(failure) => Err(failure),
        };
        let goal = goal.unwrap_or_else(|failure| {
            record.status = Status::Failed;
            record.error = Some(Box::new(failure));
            self.failed_step = Some(Cow::Borrowed(step.name));
            Goal::End
        });
        self.steps.push(record);
        if let Goal::Step(next) = goal {
            skip::<W>(&mut self.steps, next);
        }
        goal
    }

    #[inline]
    fn close<W: Table>(mut self, workflow: W) -> RunResult<W::State> {
        skip::<W>(&mut self.steps, W::STEPS.len());
        let (status, reason) = match self.failed_step {
            None => (Status::Succeeded, Skipped::RunEnded),
            Some(_) => (Status::Failed, Skipped::RunFailed),
        };
        for step in self.steps.iter_mut().filter(|step| step.status == Status::Skipped) {
            step.skipped = Some(reason);
        }
        RunResult {
            workflow_name: Cow::Borrowed(W::NAME),
            run_id: run_id(self.started),
            status,
            started: self.started,
            finished: self.now,
            state: workflow.into_state(),
            steps: self.steps,
            routes: self.routes,
            failed_step: self.failed_step,
        }
    }
}

fn onward<W: Table>(
    step: &Step,
    at: usize,
    key: Option<Cow<'static, str>>,
    record: &mut StepRecord,
    trace: &mut Vec<RouteTaken>,
) -> Result<Goal, StepFailure> {
    let name = |goal| match goal {
        Goal::End => None,
        Goal::Step(next) => Some(Cow::Borrowed(W::STEPS[next].name)),
    };
    if step.routes.is_empty() {
        record.next_step = step.next.and_then(name);
        return Ok(step.next.unwrap_or(Goal::Step(at + 1)));
    }
    let found = step.routes.iter().find(|route| key.as_deref() == Some(route.key));
    let Some(route) = found else { return Err(StepFailure::NoRoute(key)) };
    let next_step = name(route.goal);
    let route_key = Cow::Borrowed(route.key);
    trace.push(RouteTaken {
        step_name: Cow::Borrowed(step.name),
        route_key: route_key.clone(),
        next_step: next_step.clone(),
    });
    record.route_key = Some(route_key);
    record.next_step = next_step;
    Ok(route.goal)
}

/// Lists the steps from the last one listed up to `next` as skipped.
fn skip<W: Table>(steps: &mut Vec<StepRecord>, next: usize) {
    for step in W::STEPS.iter().take(next).skip(steps.len()) {
        steps.push(StepRecord {
            name: Cow::Borrowed(step.name),
            status: Status::Skipped,
            attempts: 0,
            sequence: 0,
            started: 0,
            finished: 0,
            output: None,
            error: None,
            route_key: None,
            next_step: None,
            approval_required: step.approval,
            skipped: None,
        });
    }
}

/// A UUID of version 7 for a run that started then.
#[expect(clippy::disallowed_methods, reason = "the yardstick draws its own chance")]
fn run_id(started: u64) -> u128 {
    const VERSION: u128 = 7 << 76;
    const VARIANT: u128 = 2 << 62;
    const FIXED: u128 = (0xF << 76) | (3 << 62);
    let millis = u128::from(started / 1_000_000);
    let random = fastrand::u128(..) >> 48;
    (millis << 80) | (random & !FIXED) | VERSION | VARIANT
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message").to_owned()
}

fn nanos(nanos: u128) -> u64 {
    u64::try_from(nanos).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use stepflow::{SkipReason, StepStatus};

    use super::*;
    use crate::workflows::{Branching, Three, Twenty};

    /// The yardstick is one only as long as it tells the same story.
    fn check<W, S>(by_hand: W, run: &stepflow::WorkflowResult<S>)
    where
        W: ByHand<State = S>,
        S: PartialEq + fmt::Debug,
    {
        let other = super::run(by_hand);
        assert_eq!(other.workflow_name, run.workflow_name());
        assert_eq!(other.status == Status::Succeeded, run.is_succeeded());
        assert_eq!(other.state, run.state);
        assert!(other.started <= other.finished);
        assert!(other.failed_step.is_none());
        assert_eq!(other.run_id >> 76 & 0xF, 7);
        let routes =
            run.route_trace().iter().map(|route| (route.step_name(), route.route_key(), route.next_step()));
        let other_routes = other
            .routes
            .iter()
            .map(|route| (&*route.step_name, &*route.route_key, route.next_step.as_deref()));
        assert!(routes.eq(other_routes));
        assert_eq!(other.steps.len(), run.steps().len());
        for (step, other) in run.steps().iter().zip(&other.steps) {
            assert_eq!(other.name, step.name());
            assert_eq!(other.status == Status::Succeeded, step.status() == StepStatus::Succeeded);
            assert_eq!(other.attempts, step.attempts());
            assert_eq!((other.sequence > 0).then_some(other.sequence), step.sequence());
            assert_eq!(other.started > 0, step.duration().is_some());
            assert_eq!(other.route_key.as_deref(), step.route_key());
            assert_eq!(other.next_step.as_deref(), step.next_step());
            assert_eq!(other.approval_required, step.approval_required());
            assert_eq!(other.skipped.is_some(), step.skip_reason() == Some(SkipReason::WorkflowEnded));
            let json = step.output().map(|output| output.to_json().unwrap());
            assert_eq!(other.output.as_deref().map(|output| output.to_json().unwrap()), json);
        }
    }

    #[test]
    fn both_record_the_same() {
        check(Three::default(), &Three::default().run());
        check(Twenty::default(), &Twenty::default().run());
        for state in [0, 1] {
            check(Branching { state }, &Branching { state }.run());
        }
    }
}
