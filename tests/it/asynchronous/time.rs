//! Timeouts, budgets, delays and sleeps, under a clock that takes no time.

use std::sync::Mutex;
use std::time::Duration;

use stepflow::testing::ManualClock;
use stepflow::{
    CancelToken, ChildWorkflowError, ErrorKind, EventKind, Run, RunContext, StepStatus, TimeoutError, Timer,
    WorkflowResult, WorkflowStatus, workflow,
};
use tokio::task::yield_now;

use crate::story::check;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Every call takes as many seconds as the next entry says.
struct Calls {
    state: Vec<String>,
    takes: std::vec::IntoIter<u64>,
    fails: bool,
}

impl Calls {
    fn taking(takes: impl Into<Vec<u64>>) -> Self {
        Self { state: Vec::new(), takes: takes.into().into_iter(), fails: false }
    }

    async fn call(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        let attempt = ctx.attempt();
        self.state.push(format!("{} {attempt} began", ctx.step_name()));
        ctx.sleep(Duration::from_secs(self.takes.next().unwrap_or(0))).await;
        self.state.push(format!("{} {attempt} ended", ctx.step_name()));
        if self.fails { Err("busy".to_owned()) } else { Ok(attempt) }
    }
}

fn never(_: &String) -> bool {
    false
}

#[workflow(state = Vec<String>, retry(times = 2, delay = "10s"))]
impl Calls {
    #[step(timeout = "5s", retry(when = never), on_failure = insist)]
    async fn dial(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        self.call(ctx).await
    }

    #[step(timeout = "5s", retry(timeouts = false), on_failure = insist)]
    async fn ask(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        self.call(ctx).await
    }

    #[step(next = END)]
    fn thank(&mut self) {}

    #[step(timeout = "7s", retry(times = 9, delay = "1s", budget = "15s"), on_failure = give_up)]
    async fn insist(&mut self, ctx: &mut RunContext<'_>) -> Result<u32, String> {
        self.call(ctx).await
    }

    #[step]
    async fn give_up(&mut self) {}
}

async fn run(calls: Calls) -> (WorkflowResult<Vec<String>>, Duration) {
    let clock = ManualClock::new();
    let result = Run::new(calls).manual_clock(&clock).run().await;
    (result, clock.elapsed())
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_stopped_and_tried_again() {
    let (result, elapsed) = run(Calls::taking([9, 2, 4])).await;
    check(
        &result,
        &[
            "succeeded",
            "dial succeeded x2 = 2",
            "ask succeeded = 1",
            "thank succeeded",
            "insist skipped",
            "give_up skipped",
        ],
    );
    assert_eq!(
        result.state,
        ["dial 1 began", "dial 2 began", "dial 2 ended", "ask 1 began", "ask 1 ended"],
        "nothing of a stopped attempt happens later"
    );
    assert_eq!(elapsed, (5 + 10 + 2 + 4) * SECOND);
    assert_eq!(result.step("dial").unwrap().duration(), Some((5 + 10 + 2) * SECOND));
}

#[tokio::test]
async fn a_filter_sees_the_errors_of_the_step_and_no_timeout() {
    // Its own errors are never retried, by its filter; that it took too long is.
    let (result, _) = run(Calls { fails: true, ..Calls::taking([1]) }).await;
    assert_eq!(result.step("dial").unwrap().attempts(), 1);
    let (result, elapsed) = run(Calls::taking([9, 9, 9, 1])).await;
    let dial = result.step("dial").unwrap();
    assert_eq!((dial.status(), dial.attempts(), dial.next_step()), (StepStatus::Failed, 3, Some("insist")));
    let error = dial.error().unwrap();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "timed out after 5s");
    assert_eq!(error.downcast_ref::<TimeoutError>().unwrap().limit, 5 * SECOND);
    assert!(result.is_succeeded());
    assert_eq!(elapsed, (3 * 5 + 2 * 10 + 1) * SECOND);
}

#[tokio::test]
async fn timeouts_are_not_retried_where_they_are_not_to_be() {
    let (result, elapsed) = run(Calls::taking([1, 9, 2])).await;
    let ask = result.step("ask").unwrap();
    assert_eq!((ask.attempts(), ask.error().unwrap().kind()), (1, ErrorKind::Timeout));
    assert_eq!(result.step("insist").unwrap().status(), StepStatus::Succeeded);
    assert_eq!(elapsed, (1 + 5 + 2) * SECOND);
    // Its other failures are.
    let (result, _) = run(Calls { fails: true, ..Calls::taking([]) }).await;
    assert_eq!(result.step("insist").unwrap().attempts(), 10);
}

#[tokio::test]
async fn a_budget_cuts_the_attempt_that_would_outlive_it_and_ends_the_retries() {
    let (result, elapsed) = run(Calls { fails: true, ..Calls::taking([0, 6, 6, 6]) }).await;
    // Attempts from 0 to 6 and 7 to 13; the third, from 14, has one second left.
    let insist = result.step("insist").unwrap();
    assert_eq!((insist.attempts(), insist.next_step()), (3, Some("give_up")));
    assert_eq!(insist.error().unwrap().downcast_ref::<TimeoutError>().unwrap().limit, SECOND);
    assert_eq!(insist.duration(), Some(15 * SECOND));
    assert_eq!(elapsed, 15 * SECOND);
    assert_eq!(result.state.last().unwrap(), "insist 3 began");
    // As long as there is time, the step's own timeout counts.
    let (result, _) = run(Calls { fails: true, ..Calls::taking([0, 9, 9]) }).await;
    let insist = result.step("insist").unwrap();
    assert_eq!((insist.attempts(), insist.duration()), (2, Some(15 * SECOND)));
    assert_eq!(insist.error().unwrap().downcast_ref::<TimeoutError>().unwrap().limit, 7 * SECOND);
}

struct Dough {
    state: Vec<Duration>,
    clock: ManualClock,
}

#[workflow(state = Vec<Duration>)]
impl Dough {
    #[step]
    async fn knead(&mut self, ctx: &mut RunContext<'_>) {
        ctx.sleep(600 * SECOND).await;
        self.state.push(self.clock.elapsed());
    }

    #[step(after = "2h", retry(times = 1, delay = "1s"))]
    fn shape(&mut self, ctx: &mut RunContext<'_>) -> Result<(), &'static str> {
        self.state.push(self.clock.elapsed());
        if ctx.attempt() == 1 { Err("sticky") } else { Ok(()) }
    }

    #[step(after = "30m")]
    async fn bake(&mut self) {
        self.state.push(self.clock.elapsed());
    }
}

#[tokio::test]
async fn a_delay_comes_before_the_step_starts_and_once_only() {
    let clock = ManualClock::new();
    let told = Mutex::new(Vec::new());
    let result = Run::new(Dough { state: Vec::new(), clock: clock.clone() })
        .manual_clock(&clock)
        .on_event(|event| {
            if event.kind() == EventKind::StepStarted {
                told.lock().unwrap().push(clock.elapsed());
            }
        })
        .run()
        .await;
    assert!(result.is_succeeded());
    let shaped = 600 * SECOND + 2 * HOUR;
    let baked = shaped + SECOND + HOUR / 2;
    assert_eq!(result.state, [600 * SECOND, shaped, shaped + SECOND, baked]);
    assert_eq!(told.into_inner().unwrap(), [Duration::ZERO, shaped, baked]);
    // The delay is no part of the step.
    assert_eq!(result.step("shape").unwrap().duration(), Some(SECOND));
    assert_eq!(result.step("bake").unwrap().duration(), Some(Duration::ZERO));
    assert_eq!(result.duration(), baked);
    assert_eq!(clock.sleeps(), [600 * SECOND, 2 * HOUR, SECOND, HOUR / 2]);
}

struct Team {
    state: u32,
    together: bool,
}

#[workflow(state = u32)]
impl Team {
    #[step(timeout = "1m", retry(times = 1, delay = "1s"))]
    async fn work(&mut self, ctx: &mut RunContext<'_>) -> Result<(), ChildWorkflowError> {
        let work = |seconds| Work { state: seconds };
        if self.together {
            ctx.children().run([work(10), work(100), work(200)]).await?;
        } else {
            ctx.run_child(work(10)).await?;
            ctx.run_child(work(100)).await?;
        }
        self.state += 1;
        Ok(())
    }
}

struct Work {
    state: u64,
}

#[workflow(state = u64)]
impl Work {
    #[step]
    async fn work(&mut self, ctx: &mut RunContext<'_>) {
        ctx.sleep(Duration::from_secs(self.state)).await;
    }
}

#[tokio::test]
async fn children_of_an_attempt_that_timed_out_are_stopped_and_attached() {
    for (together, slow) in [(false, false), (true, false), (false, true), (true, true)] {
        let clock = ManualClock::new();
        let token = CancelToken::new();
        let (started, finished) = (Mutex::new(0), Mutex::new(0));
        let run = Run::new(Team { state: 0, together }).manual_clock(&clock).cancel_on(token.clone());
        let run = run.on_event_async(|event| {
            match event.kind() {
                EventKind::WorkflowStarted => *started.lock().unwrap() += 1,
                EventKind::WorkflowFinished => *finished.lock().unwrap() += 1,
                _ => {}
            }
            async move {
                if slow {
                    yield_now().await;
                }
            }
        });
        let result = run.run().await;
        let expected = if together { 7 } else { 5 };
        assert_eq!((*started.lock().unwrap(), *finished.lock().unwrap()), (expected, expected));
        assert_eq!(result.error_kind(), Some(ErrorKind::Timeout));
        let work = &result.steps()[0];
        let children: Vec<_> =
            work.children().iter().map(|child| (child.status(), child.attempt())).collect();
        use WorkflowStatus::{Cancelled, Succeeded};
        let mut expected = vec![(Succeeded, 1), (Cancelled, 1)];
        expected.extend(together.then_some((Cancelled, 1)));
        let second: Vec<_> = expected.iter().map(|(status, _)| (*status, 2)).collect();
        expected.extend(second);
        assert_eq!(children, expected, "together: {together}, slow: {slow}");
        assert_eq!(clock.elapsed(), (60 + 1 + 60) * SECOND);
        assert!(!token.is_cancelled(), "the time of an attempt is up, not that of the run");
        assert_eq!(result.state, 0);
    }
}

/// Cancels when so much time has passed.
fn cancel_after(wait: Duration, clock: &ManualClock) -> CancelToken {
    let token = CancelToken::new();
    let (clock, wish) = (clock.clone(), token.clone());
    tokio::spawn(async move {
        Timer::sleep(&clock, wait).await;
        wish.cancel();
    });
    token
}

#[tokio::test]
async fn a_sleep_in_a_step_ends_when_the_run_is_cancelled() {
    let clock = ManualClock::new();
    let token = cancel_after(3 * SECOND, &clock);
    let result = Run::new(Calls::taking([4])).manual_clock(&clock).cancel_on(token).run().await;
    check(
        &result,
        &[
            "cancelled: the run was cancelled",
            "dial cancelled",
            "ask skipped",
            "thank skipped",
            "insist skipped",
            "give_up skipped",
        ],
    );
    assert_eq!((clock.elapsed(), result.duration()), (3 * SECOND, 3 * SECOND));
    assert_eq!(result.state, ["dial 1 began"]);
}

#[tokio::test]
async fn a_wait_between_attempts_or_before_a_step_ends_when_the_run_is_cancelled() {
    let clock = ManualClock::new();
    let token = cancel_after(12 * SECOND, &clock);
    let result = Run::new(Calls::taking([9])).manual_clock(&clock).cancel_on(token).run().await;
    assert_eq!((result.steps()[0].status(), result.steps()[0].attempts()), (StepStatus::Cancelled, 1));
    assert_eq!(clock.elapsed(), 12 * SECOND);

    let clock = ManualClock::new();
    let token = cancel_after(HOUR, &clock);
    let dough = Dough { state: Vec::new(), clock: clock.clone() };
    let result = Run::new(dough).manual_clock(&clock).cancel_on(token).run().await;
    let statuses: Vec<_> = result.steps().iter().map(|step| step.status()).collect();
    assert_eq!(statuses, [StepStatus::Succeeded, StepStatus::Skipped, StepStatus::Skipped]);
    assert_eq!(clock.elapsed(), HOUR);
}

struct Gate {
    state: bool,
}

#[workflow(state = bool)]
impl Gate {
    #[step(approval)]
    async fn open(&mut self) {
        self.state = true;
    }
}

#[tokio::test]
async fn a_question_that_nobody_answers_ends_when_the_run_is_cancelled() {
    let clock = ManualClock::new();
    let token = cancel_after(HOUR, &clock);
    let result = Run::new(Gate { state: false })
        .manual_clock(&clock)
        .cancel_on(token)
        .on_approval_async(|_| std::future::pending::<bool>())
        .run()
        .await;
    check(&result, &["cancelled: the run was cancelled", "open cancelled"]);
    assert_eq!((result.steps()[0].attempts(), clock.elapsed()), (0, HOUR));
    assert!(!result.state);
}
