//! Several children at once.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stepflow::testing::ManualClock;
use stepflow::{
    BoxError, CancelToken, ChildWorkflowError, ErrorKind, Run, RunContext, StepStatus, WorkflowResult,
    WorkflowStatus, workflow,
};

/// Who is alive, and who ever was.
#[derive(Default)]
struct Register {
    alive: AtomicUsize,
    most: AtomicUsize,
    made: AtomicUsize,
    finished: Mutex<Vec<usize>>,
    keys: Mutex<Vec<String>>,
}

struct Member(Arc<Register>);

impl Member {
    fn new(register: &Arc<Register>) -> Self {
        register.made.fetch_add(1, Ordering::Relaxed);
        let alive = register.alive.fetch_add(1, Ordering::Relaxed) + 1;
        register.most.fetch_max(alive, Ordering::Relaxed);
        Self(Arc::clone(register))
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.0.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Sleeps for so many seconds and then succeeds, or fails, or panics.
struct Diver {
    state: usize,
    seconds: u64,
    ends: Ends,
    member: Member,
}

#[derive(Clone, Copy, PartialEq)]
enum Ends {
    Fails,
    Panics,
    Surfaces,
}

#[workflow(state = usize)]
impl Diver {
    #[step]
    async fn dive(&mut self, ctx: &mut RunContext<'_>) -> Result<usize, String> {
        self.member.0.keys.lock().unwrap().push(ctx.idempotency_key());
        ctx.sleep(Duration::from_secs(self.seconds)).await;
        assert!(self.ends != Ends::Panics, "out of air");
        if self.ends == Ends::Fails { Err("cramp".to_owned()) } else { Ok(self.state) }
    }

    #[step]
    fn surface(&mut self) {
        self.member.0.finished.lock().unwrap().push(self.state);
    }
}

/// How the parent runs its children.
#[derive(Clone, Copy)]
enum How {
    All,
    FailFast,
}

struct Boat {
    state: Vec<String>,
    /// For each diver: seconds, and the end.
    divers: Vec<(u64, Ends)>,
    limit: usize,
    how: How,
    /// How often the step fails after its divers have come up.
    leaks: u32,
    register: Arc<Register>,
}

impl Boat {
    fn with(divers: impl IntoIterator<Item = (u64, Ends)>, limit: usize, how: How) -> Self {
        let divers = divers.into_iter().collect();
        Self { state: Vec::new(), divers, limit, how, leaks: 0, register: Arc::default() }
    }

    fn divers(&self) -> impl Iterator<Item = Diver> + Send + use<> {
        let register = Arc::clone(&self.register);
        let divers = self.divers.clone().into_iter().enumerate();
        divers.map(move |(nth, (seconds, ends))| Diver {
            state: nth,
            seconds,
            ends,
            member: Member::new(&register),
        })
    }
}

#[workflow(state = Vec<String>)]
impl Boat {
    #[step(retry = 1)]
    async fn send_down(&mut self, ctx: &mut RunContext<'_>) -> Result<usize, BoxError> {
        let divers = self.divers();
        let children = ctx.children().limit(self.limit);
        let results = match self.how {
            How::All => children.run_all(divers).await,
            How::FailFast => children.run(divers).await?,
        };
        self.state = results.iter().map(|result| format!("{} {}", result.state, result.status())).collect();
        if self.leaks > 0 {
            self.leaks -= 1;
            return Err("a leak".into());
        }
        Ok(results.len())
    }

    #[step]
    fn sail_home(&mut self) {}
}

async fn go(boat: Boat) -> WorkflowResult<Vec<String>> {
    Run::new(boat).manual_clock(&ManualClock::new()).run().await
}

fn statuses(result: &WorkflowResult<Vec<String>>) -> Vec<WorkflowStatus> {
    result.steps()[0].children().iter().map(|child| child.status()).collect()
}

const UP: Ends = Ends::Surfaces;

#[tokio::test]
async fn results_come_in_the_order_of_the_input_whoever_ends_first() {
    let boat = Boat::with([(30, UP), (10, UP), (20, UP), (1, UP)], 8, How::FailFast);
    let register = Arc::clone(&boat.register);
    let result = go(boat).await;
    assert_eq!(result.state, ["0 succeeded", "1 succeeded", "2 succeeded", "3 succeeded"]);
    assert_eq!(*register.finished.lock().unwrap(), [3, 1, 2, 0]);
    let attached: Vec<_> = result.steps()[0]
        .children()
        .iter()
        .map(|child| child.step("dive").unwrap().output().unwrap().to_json().unwrap())
        .collect();
    assert_eq!(attached, [0, 1, 2, 3]);
}

#[tokio::test]
async fn children_wait_side_by_side() {
    let clock = ManualClock::new();
    let boat = Boat::with([(60, UP); 10], 10, How::FailFast);
    assert!(Run::new(boat).manual_clock(&clock).run().await.is_succeeded());
    assert_eq!(clock.elapsed(), Duration::from_secs(60));
    let clock = ManualClock::new();
    let boat = Boat::with([(60, UP); 10], 4, How::FailFast);
    assert!(Run::new(boat).manual_clock(&clock).run().await.is_succeeded());
    assert_eq!(clock.elapsed(), Duration::from_secs(3 * 60));
}

#[tokio::test]
async fn never_more_than_the_limit_are_under_way() {
    for (limit, most) in [(1, 1), (3, 3), (0, 1), (100, 7)] {
        let boat =
            Boat::with([(5, UP), (1, UP), (4, UP), (2, UP), (3, UP), (1, UP), (1, UP)], limit, How::All);
        let register = Arc::clone(&boat.register);
        let result = go(boat).await;
        assert_eq!(result.state.len(), 7);
        assert_eq!(register.most.load(Ordering::Relaxed), most, "limit {limit}");
        assert_eq!(register.alive.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn a_thousand_children_hold_no_more_than_the_limit_in_memory() {
    let boat = Boat::with((0..1_000).map(|nth| (nth % 7, UP)), 16, How::FailFast);
    let register = Arc::clone(&boat.register);
    let result = go(boat).await;
    assert!(result.is_succeeded());
    assert_eq!(result.steps()[0].children().len(), 1_000);
    assert_eq!(register.most.load(Ordering::Relaxed), 16);
    assert_eq!(register.made.load(Ordering::Relaxed), 1_000);
    let expected: Vec<_> = (0..1_000).map(|nth| format!("{nth} succeeded")).collect();
    assert_eq!(result.state, expected);
}

#[tokio::test]
async fn the_first_failure_cancels_the_others_and_no_more_are_made() {
    let divers = [(30, UP), (10, Ends::Fails), (2, UP), (20, Ends::Fails), (1, UP), (1, UP), (1, UP)];
    let mut boat = Boat::with(divers, 2, How::FailFast);
    boat.divers.truncate(7);
    let register = Arc::clone(&boat.register);
    let clock = ManualClock::new();
    let token = CancelToken::new();
    let result = Run::new(boat).manual_clock(&clock).cancel_on(token.clone()).run().await;
    assert!(result.is_failed());
    assert_eq!(result.error_kind(), Some(ErrorKind::ChildWorkflow));
    assert!(!token.is_cancelled(), "the wish is the group's alone");
    let step = &result.steps()[0];
    assert_eq!(step.attempts(), 2);
    // Both attempts went the same way: the second diver failed while the first was down.
    assert_eq!(statuses(&result), [WorkflowStatus::Cancelled, WorkflowStatus::Failed].repeat(2));
    let lost = &step.children()[0];
    assert_eq!(lost.step("dive").unwrap().status(), StepStatus::Cancelled);
    assert_eq!(lost.step("surface").unwrap().status(), StepStatus::Skipped);
    assert_eq!(register.made.load(Ordering::Relaxed), 4, "the third was never made");
    assert_eq!(clock.elapsed(), Duration::from_secs(20));
    let error: &ChildWorkflowError = step.error().unwrap().downcast_ref().unwrap();
    assert_eq!(error.parent_step(), "send_down");
    assert_eq!(error.record().error().unwrap().to_string(), "cramp");
    assert!(result.state.is_empty());
    assert_eq!(result.steps()[1].status(), StepStatus::Skipped);
}

#[tokio::test]
async fn all_are_run_to_their_ends_when_none_is_to_stop_another() {
    let divers = [(3, UP), (1, Ends::Fails), (2, Ends::Panics), (1, UP)];
    let result = go(Boat::with(divers, 3, How::All)).await;
    assert!(result.is_succeeded());
    assert_eq!(result.state, ["0 succeeded", "1 failed", "2 failed", "3 succeeded"]);
    assert_eq!(result.steps()[0].children().len(), 4);
}

#[tokio::test]
async fn a_panic_in_one_child_is_its_failure_alone() {
    let result = go(Boat::with([(2, UP), (1, Ends::Panics)], 2, How::FailFast)).await;
    let children = result.steps()[0].children();
    assert_eq!(children[1].error_kind(), Some(ErrorKind::Panicked));
    assert_eq!(children[0].status(), WorkflowStatus::Cancelled);
}

#[tokio::test]
async fn no_children_are_no_trouble() {
    for how in [How::All, How::FailFast] {
        let result = go(Boat::with([], 4, how)).await;
        assert!(result.is_succeeded() && result.state.is_empty());
    }
}

#[tokio::test]
async fn cancelling_the_parent_cancels_all_of_them() {
    for how in [How::All, How::FailFast] {
        let boat = Boat::with([(1, UP), (60, UP), (60, UP), (60, UP), (60, UP)], 3, how);
        let register = Arc::clone(&boat.register);
        let token = CancelToken::new();
        let wish = token.clone();
        let result = Run::new(boat)
            .manual_clock(&ManualClock::new())
            .cancel_on(token)
            .on_event(move |event| {
                // The first to come up is the last to come up.
                if event.workflow_name() == "Diver" && event.step_name() == Some("surface") {
                    wish.cancel();
                }
            })
            .run()
            .await;
        assert_eq!(result.status(), WorkflowStatus::Cancelled);
        let step = &result.steps()[0];
        assert_eq!((step.status(), step.attempts()), (StepStatus::Cancelled, 1));
        assert!(statuses(&result).iter().all(|status| *status == WorkflowStatus::Cancelled));
        assert_eq!(step.children().len(), 3, "the others were not made");
        assert_eq!(register.alive.load(Ordering::Relaxed), 0);
        assert!(result.state.is_empty());
    }
}

#[tokio::test]
async fn the_parents_hooks_are_told_of_every_child() {
    let boat = Boat::with([(3, UP), (1, UP), (2, UP)], 2, How::FailFast);
    let seen = Mutex::new(Vec::new());
    let result = Run::new(boat)
        .manual_clock(&ManualClock::new())
        .on_event_async(|event| {
            let told = format!("{} {}", event.run_id(), event.kind());
            seen.lock().unwrap().push(told);
            tokio::task::yield_now()
        })
        .run()
        .await;
    assert!(result.is_succeeded());
    let seen = seen.into_inner().unwrap();
    for child in result.steps()[0].children() {
        let run = child.run_id().to_string();
        let events: Vec<_> = seen.iter().filter_map(|told| told.strip_prefix(&*run)).collect();
        assert_eq!(
            events,
            [
                " WorkflowStarted",
                " StepStarted",
                " StepFinished",
                " StepStarted",
                " StepFinished",
                " WorkflowFinished"
            ]
        );
    }
    let runs: BTreeSet<_> = seen.iter().filter_map(|told| told.split_once(' ')).map(|(run, _)| run).collect();
    assert_eq!(runs.len(), 4);
}

#[tokio::test]
async fn keys_are_distinct_among_children_and_stable_across_attempts() {
    let mut boat = Boat::with([(3, UP), (1, UP), (2, UP)], 2, How::FailFast);
    boat.leaks = 1;
    let register = Arc::clone(&boat.register);
    let result = go(boat).await;
    assert!(result.is_succeeded());
    assert_eq!(result.steps()[0].attempts(), 2);
    assert_eq!(result.steps()[0].children().len(), 6);
    let attempts: Vec<_> = result.steps()[0].children().iter().map(|child| child.attempt()).collect();
    assert_eq!(attempts, [1, 1, 1, 2, 2, 2]);
    let keys = register.keys.lock().unwrap();
    let (first, second) = keys.split_at(3);
    let distinct = |keys: &[String]| keys.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(distinct(first).len(), 3, "{first:?}");
    assert_eq!(distinct(first), distinct(second), "a retry does the same again");
    let run = result.run_id().to_string();
    assert!(keys.iter().all(|key| key.starts_with(&run)), "{keys:?}");
}

struct Vault {
    state: u32,
}

#[workflow(state = u32)]
impl Vault {
    #[step(approval)]
    fn open(&mut self) -> u32 {
        self.state
    }
}

struct Bank {
    state: Vec<WorkflowStatus>,
}

#[workflow(state = Vec<WorkflowStatus>)]
impl Bank {
    #[step]
    async fn open_all(&mut self, ctx: &mut RunContext<'_>) {
        let vaults = (0..4).map(|state| Vault { state });
        let opened = ctx.children().limit(2).run_all(vaults).await;
        self.state = opened.iter().map(|vault| vault.status()).collect();
    }
}

#[tokio::test]
async fn one_handler_answers_for_all_of_them() {
    let mut asked = Vec::new();
    let result = Run::new(Bank { state: vec![] })
        .on_approval(|request| {
            let vault = *request.state::<u32>().unwrap();
            asked.push(vault);
            vault % 2 == 0
        })
        .run()
        .await;
    use WorkflowStatus::{Failed, Succeeded};
    assert_eq!(result.state, [Succeeded, Failed, Succeeded, Failed]);
    asked.sort_unstable();
    assert_eq!(asked, [0, 1, 2, 3]);

    let result = Run::new(Bank { state: vec![] })
        .on_approval_async(|request| {
            let vault = *request.state::<u32>().unwrap();
            async move {
                tokio::task::yield_now().await;
                vault == 3
            }
        })
        .run()
        .await;
    assert_eq!(result.state, [Failed, Failed, Failed, Succeeded]);
}

#[tokio::test]
async fn a_gate_in_one_of_them_cannot_pause_the_parent() {
    let result = Run::new(Bank { state: vec![] }).pause_on_approval().run().await;
    assert!(result.is_succeeded());
    assert_eq!(result.state, [WorkflowStatus::Failed; 4]);
    let error = result.steps()[0].children()[0].error().unwrap().to_string();
    assert!(error.contains("open"), "{error}");
}
