//! Every await point of a workflow: what happens when the run is cancelled there, and when its future is
//! dropped there.
//!
//! The points are numbered by the workflow itself, in the order in which it comes to them: the awaits of
//! steps and of children one inside the other and side by side, of hooks, of the approval handler, and of
//! every wait.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use stepflow::{
    CancelToken, ChildWorkflowError, EventKind, Failure, Run, RunContext, RunRecord, SkipReason, StepStatus,
    Timer, WorkflowEvent, WorkflowResult, WorkflowStatus, workflow,
};

use crate::drivers::plain;
use crate::traces::diff::difference;

/// Where every await goes through.
#[derive(Clone)]
struct Points(Arc<Passed>);

#[derive(Default)]
struct Passed {
    count: AtomicUsize,
    cancel_at: Option<usize>,
    token: CancelToken,
    /// The bodies that came to their end, of whichever workflow.
    ends: Mutex<Vec<String>>,
    told: Mutex<Vec<Told>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Told {
    run: String,
    kind: EventKind,
    step: Option<String>,
    status: Option<StepStatus>,
}

impl Points {
    fn new(cancel_at: Option<usize>) -> Self {
        Self(Arc::new(Passed { cancel_at, ..Passed::default() }))
    }

    /// One await point.
    fn pass(&self) -> impl Future<Output = ()> + Send + use<> {
        let points = self.clone();
        async move {
            let nth = points.0.count.fetch_add(1, Ordering::Relaxed) + 1;
            if points.0.cancel_at == Some(nth) {
                points.0.token.cancel();
            }
            give_way().await;
        }
    }

    fn end(&self, of: &str) {
        self.0.ends.lock().unwrap().push(of.to_owned());
    }

    fn tell(&self, event: &WorkflowEvent<'_>) {
        let status = match event {
            WorkflowEvent::StepFinished(finished) => Some(finished.step().status()),
            _ => None,
        };
        self.0.told.lock().unwrap().push(Told {
            run: event.run_id().to_string(),
            kind: event.kind(),
            step: event.step_name().map(str::to_owned),
            status,
        });
    }

    /// All that a run leaves behind, to see whether anything comes after it.
    fn traces(&self) -> (usize, usize, usize) {
        let passed = self.0.count.load(Ordering::Relaxed);
        (passed, self.0.ends.lock().unwrap().len(), self.0.told.lock().unwrap().len())
    }
}

/// The time limit of a step, which is never up.
const LIMIT: Duration = Duration::from_secs(5 * 60);

impl Timer for Points {
    fn sleep(&self, wait: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        if wait == LIMIT { Box::pin(std::future::pending()) } else { Box::pin(self.pass()) }
    }
}

async fn give_way() {
    let mut gone = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut gone, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

struct Voyage {
    state: Vec<String>,
    points: Points,
}

impl Voyage {
    fn end(&mut self, of: &str) {
        self.state.push(of.to_owned());
        self.points.end(of);
    }
}

#[workflow(state = Vec<String>)]
impl Voyage {
    #[step]
    async fn pack(&mut self) -> u32 {
        self.points.pass().await;
        self.points.pass().await;
        self.end("pack");
        1
    }

    #[step(retry(times = 2, delay = "1h"))]
    async fn fetch(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        ctx.sleep(Duration::from_secs(1)).await;
        self.end(&format!("fetch {}", ctx.attempt()));
        if ctx.attempt() < 3 { Err("no boat".to_owned()) } else { Ok(2) }
    }

    #[step]
    fn note(&mut self) -> usize {
        self.end("note");
        self.state.len()
    }

    #[step(approval = "Sail?")]
    async fn sail(&mut self) {
        self.points.pass().await;
        self.end("sail");
    }

    #[step(retry(times = 1, delay = "1s"))]
    async fn scout(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, ChildWorkflowError> {
        self.points.pass().await;
        let lost = ctx.attempt() == 1;
        let found = ctx.run_child(Scouting { state: 0, lost, points: self.points.clone() }).await?;
        self.points.pass().await;
        self.end("scout");
        Ok(found.state)
    }

    #[step(timeout = "5m")]
    async fn survey(&mut self, ctx: &mut RunContext<'_>) -> Result<Vec<usize>, ChildWorkflowError> {
        let soundings = (1..=3).map(|depth| Sounding { state: depth, points: self.points.clone() });
        let found = ctx.children().limit(2).run(soundings).await?;
        self.points.pass().await;
        self.end("survey");
        Ok(found.into_iter().map(|sounding| sounding.state).collect())
    }

    #[step(after = "2h")]
    fn rest(&mut self) {
        self.end("rest");
    }

    #[step(timeout = "5m")]
    async fn moor(&mut self, ctx: &mut RunContext<'_>) {
        ctx.sleep(Duration::from_secs(60)).await;
        self.end("moor");
    }
}

struct Scouting {
    state: u32,
    lost: bool,
    points: Points,
}

#[workflow(state = u32)]
impl Scouting {
    #[step(approval)]
    async fn row(&mut self) -> Result<(), String> {
        self.points.pass().await;
        self.points.end("row");
        if self.lost { Err("lost".to_owned()) } else { Ok(()) }
    }

    #[step]
    async fn land(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        let islet = ctx.run_child(Islet { state: 40, points: self.points.clone() }).await?;
        self.state += islet.state;
        self.points.end("land");
        Ok(())
    }

    #[step]
    fn report(&mut self) {
        self.state += 1;
        self.points.end("report");
    }
}

struct Islet {
    state: u32,
    points: Points,
}

#[workflow(state = u32)]
impl Islet {
    #[step]
    fn look(&mut self) {
        self.points.end("look");
    }

    #[step(after = "1s")]
    async fn count(&mut self) -> u32 {
        self.points.pass().await;
        self.state += 1;
        self.points.end("count");
        self.state
    }
}

struct Sounding {
    state: usize,
    points: Points,
}

#[workflow(state = usize)]
impl Sounding {
    #[step]
    async fn sink(&mut self) {
        for _ in 0..self.state {
            self.points.pass().await;
        }
        self.points.end("sink");
    }

    #[step]
    async fn read(&mut self) -> usize {
        self.points.pass().await;
        self.points.end("read");
        self.state
    }
}

/// Whether hooks and the handler wait before they answer.
#[derive(Clone, Copy)]
enum Manners {
    Prompt,
    Slow,
}

fn voyage(points: &Points, manners: Manners) -> Run<'static, Voyage> {
    let run = Run::new(Voyage { state: Vec::new(), points: points.clone() });
    let run = run.timer(points.clone()).cancel_on(points.0.token.clone());
    let (hook, handler) = (points.clone(), points.clone());
    match manners {
        Manners::Prompt => run.on_event(move |event| hook.tell(event)).on_approval(|_| true),
        Manners::Slow => run
            .on_event_async(move |event| {
                hook.tell(event);
                hook.pass()
            })
            .on_approval_async(move |_| {
                let asked = handler.pass();
                async move {
                    asked.await;
                    true
                }
            }),
    }
}

/// A waker that says whether it was used.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls up to so many times; `None` when the future is not through by then.
fn poll_for<F: Future>(mut future: Pin<&mut F>, most: usize) -> Option<F::Output> {
    let woken = Arc::new(Woken(AtomicBool::new(true)));
    let waker = Waker::from(Arc::clone(&woken));
    for poll in 0..most {
        assert!(woken.0.swap(false, Ordering::Relaxed), "nobody will wake it after {poll} polls");
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Some(output);
        }
    }
    None
}

/// More polls than any of these runs takes.
const MANY: usize = 10_000;

fn through(points: &Points, manners: Manners) -> WorkflowResult<Vec<String>> {
    poll_for(pin!(voyage(points, manners).run()), MANY).unwrap()
}

/// Cancels at the point of this number; past the last one, nothing is cancelled.
fn cancel_at(point: usize, manners: Manners) {
    let undisturbed = Points::new(None);
    let expected = through(&undisturbed, manners);
    assert_eq!(expected.status(), WorkflowStatus::Succeeded);
    let points = Points::new(Some(point));
    let result = through(&points, manners);
    cancelled(&result, &expected, &points, &undisturbed);
}

/// Cancels from outside, when the future has been polled so often.
fn cancel_after_polls(polls: usize, manners: Manners) {
    let undisturbed = Points::new(None);
    let expected = through(&undisturbed, manners);
    let points = Points::new(None);
    let mut run = pin!(voyage(&points, manners).run());
    let result = poll_for(run.as_mut(), polls).unwrap_or_else(|| {
        points.0.token.cancel();
        poll_for(run.as_mut(), MANY).unwrap()
    });
    cancelled(&result, &expected, &points, &undisturbed);
}

fn cancelled(
    result: &WorkflowResult<Vec<String>>,
    expected: &WorkflowResult<Vec<String>>,
    points: &Points,
    undisturbed: &Points,
) {
    let (ends, all_ends) = (points.0.ends.lock().unwrap(), undisturbed.0.ends.lock().unwrap());
    let mut left = all_ends.clone();
    for end in ends.iter() {
        let place = left.iter().position(|left| left == end);
        left.remove(place.unwrap_or_else(|| panic!("`{end}` was done once too often: {ends:?}")));
    }

    // The state is as the last body left it that came to its end.
    let own: Vec<_> = ends.iter().filter(|end| expected.state.contains(end)).cloned().collect();
    assert_eq!(result.state, own);
    assert!(expected.state.starts_with(&result.state), "{:?}", result.state);

    let runs = told_as_they_should_be(&points.0.told.lock().unwrap());
    let mut in_record = BTreeSet::new();
    consistent(result, expected, &runs, &mut in_record);
    let told: BTreeSet<_> = runs.into_keys().collect();
    assert_eq!(told, in_record, "who was heard of is attached, and the other way round");

    let saved = result.to_checkpoint().unwrap();
    let read = WorkflowResult::<Vec<String>>::from_checkpoint(&saved).unwrap();
    assert_eq!(read.to_checkpoint().unwrap(), saved);
    assert_eq!((read.status(), read.state.len()), (result.status(), result.state.len()));
}

/// Every run that began was told to the end; gives what became of the steps of each.
fn told_as_they_should_be(told: &[Told]) -> BTreeMap<String, BTreeMap<String, StepStatus>> {
    let mut by_run: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    for told in told {
        by_run.entry(told.run.clone()).or_default().push(told);
    }
    let last = told.last().unwrap();
    let first = &told[0];
    assert_eq!((first.kind, last.kind), (EventKind::WorkflowStarted, EventKind::WorkflowFinished));
    assert_eq!(first.run, last.run, "the parent is the first to start and the last to finish");
    by_run.into_iter().map(|(run, told)| (run, steps_told(&told))).collect()
}

fn steps_told(told: &[&Told]) -> BTreeMap<String, StepStatus> {
    let (first, rest) = told.split_first().unwrap();
    let (last, steps) = rest.split_last().unwrap_or_else(|| panic!("nobody heard how it ended: {told:?}"));
    assert_eq!(first.kind, EventKind::WorkflowStarted, "{told:?}");
    assert_eq!(last.kind, EventKind::WorkflowFinished, "{told:?}");
    let mut statuses = BTreeMap::new();
    for pair in steps.chunks(2) {
        let [started, finished] = pair else { panic!("a step started and did not finish: {told:?}") };
        assert_eq!((started.kind, finished.kind), (EventKind::StepStarted, EventKind::StepFinished));
        assert_eq!(started.step, finished.step);
        let again = statuses.insert(finished.step.clone().unwrap(), finished.status.unwrap());
        assert_eq!(again, None, "{told:?}");
    }
    statuses
}

/// The record is that of the undisturbed run up to where it stopped.
fn consistent(
    record: &RunRecord,
    expected: &RunRecord,
    told: &BTreeMap<String, BTreeMap<String, StepStatus>>,
    in_record: &mut BTreeSet<String>,
) {
    let run = record.run_id().to_string();
    assert!(in_record.insert(run.clone()));
    let names = |record: &RunRecord| record.steps().iter().map(|step| step.name().to_owned()).collect();
    let (listed, declared): (Vec<_>, Vec<_>) = (names(record), names(expected));
    assert_eq!(listed, declared, "every declared step is listed once, in order");
    let stopped = match record.status() {
        WorkflowStatus::Cancelled => {
            assert!(matches!(record.failure(), Some(Failure::Cancelled { .. })), "{record:?}");
            let untouched = |status| !matches!(status, StepStatus::Cancelled | StepStatus::Skipped);
            record.steps().iter().take_while(|step| untouched(step.status())).count()
        }
        _ => {
            assert_eq!(record.status(), expected.status(), "{record:?}");
            record.steps().len()
        }
    };
    for (nth, (step, expected)) in record.steps().iter().zip(expected.steps()).enumerate() {
        let was_told = told.get(&run).and_then(|steps| steps.get(step.name())).copied();
        let heard_of = step.status() != StepStatus::Skipped;
        assert_eq!(was_told, heard_of.then_some(step.status()), "{}", step.name());
        assert_eq!(step.started_at().is_some(), heard_of, "{}", step.name());
        if nth < stopped {
            if let Some(difference) = difference(&plain(expected), &plain(step)) {
                panic!("`{}` was over, and is another:\n{difference}", step.name());
            }
        } else if nth == stopped && step.status() == StepStatus::Cancelled {
            assert!(step.output().is_none(), "{step:?}");
            assert!(step.children().len() <= expected.children().len(), "{step:?}");
        } else {
            assert_eq!(step.status(), StepStatus::Skipped);
            let reason = match record.status() {
                WorkflowStatus::Cancelled => SkipReason::WorkflowCancelled,
                _ => expected.skip_reason().unwrap(),
            };
            assert_eq!(step.skip_reason(), Some(reason));
            assert_eq!((step.attempts(), step.children().len()), (0, 0));
        }
        for (child, expected) in step.children().iter().zip(expected.children()) {
            consistent(child, expected, told, in_record);
        }
    }
    if record.status() == WorkflowStatus::Cancelled {
        let text = SkipReason::WorkflowCancelled.to_string();
        assert_eq!(text, "not reached because workflow cancelled");
    }
}

/// Drops the future when it has been polled so often: nobody hears of it, and nothing of it is left.
fn drop_after_polls(polls: usize, manners: Manners) {
    let points = Points::new(None);
    let mut run = Box::pin(voyage(&points, manners).run());
    if poll_for(run.as_mut(), polls).is_some() {
        return;
    }
    let before = points.traces();
    drop(run);
    assert_eq!(points.traces(), before);
    assert_eq!(Arc::strong_count(&points.0), 1, "something of the run is left");
    assert!(!points.0.token.is_cancelled());
}

/// How many points the workflow has, and how many polls it takes.
fn extent(manners: Manners) -> (usize, usize) {
    let points = Points::new(None);
    let mut polls = 0;
    let mut run = pin!(voyage(&points, manners).run());
    while poll_for(run.as_mut(), 1).is_none() {
        polls += 1;
    }
    (points.0.count.load(Ordering::Relaxed), polls)
}

macro_rules! points {
    ($($name:ident $number:literal)*) => {
        const POINTS: usize = [$($number),*].len();

        /// With hooks and a handler that answer at once.
        mod cancelling_leaves_a_consistent_result_at_point_number {
            use super::{Manners, cancel_at};

            $(#[test]
            fn $name() {
                cancel_at($number, Manners::Prompt);
            })*
        }

        /// With hooks and a handler that wait themselves.
        mod cancelling_waits_for_hooks_and_leaves_a_consistent_result_at_point_number {
            use super::{Manners, cancel_at};

            $(#[test]
            fn $name() {
                cancel_at($number, Manners::Slow);
            })*
        }

        mod cancelling_from_outside_leaves_a_consistent_result_after_poll_number {
            use super::{Manners, cancel_after_polls};

            $(#[test]
            fn $name() {
                cancel_after_polls($number, Manners::Prompt);
                cancel_after_polls($number, Manners::Slow);
            })*
        }

        mod dropping_the_future_stops_everything_at_once_after_poll_number {
            use super::{Manners, drop_after_polls};

            $(#[test]
            fn $name() {
                drop_after_polls($number, Manners::Prompt);
                drop_after_polls($number, Manners::Slow);
            })*
        }
    };
}

points! {
    n_001 1 n_002 2 n_003 3 n_004 4 n_005 5 n_006 6 n_007 7 n_008 8 n_009 9 n_010 10
    n_011 11 n_012 12 n_013 13 n_014 14 n_015 15 n_016 16 n_017 17 n_018 18 n_019 19 n_020 20
    n_021 21 n_022 22 n_023 23 n_024 24 n_025 25 n_026 26 n_027 27 n_028 28 n_029 29 n_030 30
    n_031 31 n_032 32 n_033 33 n_034 34 n_035 35 n_036 36 n_037 37 n_038 38 n_039 39 n_040 40
    n_041 41 n_042 42 n_043 43 n_044 44 n_045 45 n_046 46 n_047 47 n_048 48 n_049 49 n_050 50
    n_051 51 n_052 52 n_053 53 n_054 54 n_055 55 n_056 56 n_057 57 n_058 58 n_059 59 n_060 60
    n_061 61 n_062 62 n_063 63 n_064 64 n_065 65 n_066 66 n_067 67 n_068 68 n_069 69 n_070 70
    n_071 71 n_072 72 n_073 73 n_074 74 n_075 75 n_076 76 n_077 77 n_078 78 n_079 79 n_080 80
    n_081 81 n_082 82 n_083 83 n_084 84 n_085 85 n_086 86 n_087 87 n_088 88 n_089 89 n_090 90
    n_091 91 n_092 92 n_093 93 n_094 94 n_095 95 n_096 96 n_097 97 n_098 98 n_099 99 n_100 100
    n_101 101 n_102 102 n_103 103 n_104 104 n_105 105 n_106 106 n_107 107 n_108 108 n_109 109 n_110 110
}

#[test]
fn the_numbers_reach_beyond_the_last_point() {
    for manners in [Manners::Prompt, Manners::Slow] {
        let (points, polls) = extent(manners);
        assert!(points < POINTS && polls < POINTS, "{points} points, {polls} polls, {POINTS} numbers");
    }
    let (points, _) = extent(Manners::Prompt);
    assert!(points >= 20, "only {points} points");
}

/// The same with blocking steps: whatever runs there is a point, and goes on to its end.
struct Cruise {
    state: Vec<String>,
    points: Points,
}

impl Points {
    fn mark(&self) {
        let nth = self.0.count.fetch_add(1, Ordering::Relaxed) + 1;
        if self.0.cancel_at == Some(nth) {
            self.0.token.cancel();
        }
    }
}

impl Cruise {
    fn end(&mut self, of: &str) {
        self.points.mark();
        self.state.push(of.to_owned());
        self.points.end(of);
    }
}

#[workflow(state = Vec<String>)]
impl Cruise {
    #[step]
    fn pack(&mut self) -> u32 {
        self.end("pack");
        1
    }

    #[step(retry(times = 2, delay = "1h"))]
    fn fetch(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        self.end(&format!("fetch {}", ctx.attempt()));
        if ctx.attempt() < 3 { Err("no boat".to_owned()) } else { Ok(2) }
    }

    #[step(approval = "Sail?")]
    fn sail(&mut self) {
        self.end("sail");
    }

    #[step]
    fn scout(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, ChildWorkflowError> {
        let found = ctx.run_child(Rowing { state: 0, points: self.points.clone() })?;
        self.end("scout");
        Ok(found.state)
    }

    #[step(after = "2h")]
    fn rest(&mut self) {
        self.end("rest");
    }
}

struct Rowing {
    state: u32,
    points: Points,
}

#[workflow(state = u32)]
impl Rowing {
    #[step(approval, after = "1s")]
    fn row(&mut self) {
        self.points.mark();
        self.points.end("row");
    }

    #[step]
    fn land(&mut self) {
        self.points.mark();
        self.state += 1;
        self.points.end("land");
    }
}

fn cruise(points: &Points) -> WorkflowResult<Vec<String>> {
    let (hook, handler, sleeper) = (points.clone(), points.clone(), points.clone());
    Run::new(Cruise { state: Vec::new(), points: points.clone() })
        .cancel_on(points.0.token.clone())
        .on_event(move |event| {
            hook.tell(event);
            hook.mark();
        })
        .on_approval(move |_| {
            handler.mark();
            true
        })
        .sleep_with(move |_| sleeper.mark())
        .run()
}

#[test]
fn cancelling_a_blocking_run_leaves_a_consistent_result_wherever_it_is() {
    let undisturbed = Points::new(None);
    let expected = cruise(&undisturbed);
    assert_eq!(expected.status(), WorkflowStatus::Succeeded);
    let (passed, _, _) = undisturbed.traces();
    assert!(passed >= 30, "only {passed} points");
    for point in 1..=passed + 1 {
        let points = Points::new(Some(point));
        cancelled(&cruise(&points), &expected, &points, &undisturbed);
    }
}
