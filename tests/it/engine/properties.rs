//! Whatever the definition and whatever the driver says, the engine keeps its promises.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
use stepflow::{
    ApprovalDecision, ApprovalDefinition, Backoff, DefinitionRef, ErrorKind, EventKind, Failure,
    RetrySettings, RouteDefinition, RunRecord, SkipReason, StepDefinition, StepError, StepOutcome,
    StepStatus, Target, WorkflowDefinition, WorkflowStatus,
};

use super::hook_error;

/// More commands than any of these definitions can lead to: 5 steps, 3 visits, 3 attempts with waits,
/// four events and an asking each.
const MOST_COMMANDS: usize = 5 * 3 * (3 * 2 + 5) + 2;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_keeps_its_promises_under_any_driver(
        shape in prop::collection::vec(any::<u8>(), 0..120),
        replies in prop::collection::vec(any::<u8>(), 0..200),
        misbehaves in any::<bool>(),
    ) {
        play(shape, replies, misbehaves)?;
    }
}

/// A property is only as good as what it meets.
#[test]
fn the_runs_meet_every_kind_of_ending() {
    use ErrorKind::{ApprovalHandler, ApprovalRequired, Cancelled, Step, Timeout, VisitLimit};
    let mut missing = vec![ApprovalHandler, ApprovalRequired, Cancelled, Step, Timeout, VisitLimit];
    let mut resumed = false;
    let mut runner = TestRunner::deterministic();
    let tapes = (prop::collection::vec(any::<u8>(), 0..120), prop::collection::vec(any::<u8>(), 0..200));
    for _ in 0..5_000 {
        let (shape, replies) = tapes.new_tree(&mut runner).unwrap().current();
        // What it finds is the property's to say.
        let records = play(shape, replies, false).unwrap_or_default();
        resumed |= records.len() > 1 && records.iter().any(RunRecord::is_succeeded);
        missing.retain(|kind| records.iter().all(|record| record.error_kind() != Some(*kind)));
        if missing.is_empty() && resumed {
            return;
        }
    }
    panic!("no run ends with {missing:?}; one was resumed to its end: {resumed}");
}

/// Runs to the end, through a few pauses; gives the records at the pauses and at the end.
fn play(shape: Vec<u8>, replies: Vec<u8>, misbehaves: bool) -> Result<Vec<RunRecord>, TestCaseError> {
    let mut shape = Tape(shape.into_iter());
    let definition = Arc::new(definition(&mut shape));
    let mut driver = Driver::new(definition, Tape(replies.into_iter()), misbehaves);
    driver.wishes = driver.replies.pick(3) == 0;
    let gates = [Gates::Ask, Gates::Ask, Gates::Pause, Gates::Refuse, Gates::RefuseInChild];
    let gates = driver.replies.one(&gates);
    // Whoever may cancel is heard between steps, too.
    let observed = driver.replies.coin() || driver.wishes;
    let setup = Setup { at: Moment::from_nanos(7), gates, observed, seed: 3 };
    let engine = Engine::new(driver.definition.clone(), "run".parse().unwrap(), setup);
    let mut record = driver.drive(engine, setup)?;
    let mut records = Vec::new();
    while record.status() == WorkflowStatus::Paused && records.len() < 3 {
        let written = serde_json::to_string(&record).unwrap();
        records.push(serde_json::from_str(&written).unwrap());
        let decision = ApprovalDecision::from(driver.replies.pick(4) != 0);
        let gates = driver.replies.one(&[Gates::Ask, Gates::Pause]);
        let setup = Setup { gates, ..setup };
        record = driver.drive(Engine::resume(driver.definition.clone(), record, decision, setup), setup)?;
    }
    records.push(record);
    Ok(records)
}

struct Tape(std::vec::IntoIter<u8>);

impl Tape {
    fn pick(&mut self, from: usize) -> usize {
        usize::from(self.0.next().unwrap_or(0)) % from
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.pick(of.len())]
    }

    fn coin(&mut self) -> bool {
        self.pick(2) == 1
    }
}

/// Most are sound; some lead nowhere, or back where no step may run twice.
fn definition(shape: &mut Tape) -> WorkflowDefinition {
    let count = 1 + shape.pick(5);
    let max_visits = shape.one(&[None, None, Some(1), Some(2), Some(3)]);
    let steps = (0..count).map(|index| step(shape, index, count, max_visits.is_some())).collect();
    WorkflowDefinition {
        name: Cow::Borrowed("w"),
        max_visits,
        retry: RetrySettings { times: shape.one(&[None, Some(1)]), ..RetrySettings::INHERIT },
        steps: Cow::Owned(steps),
        ..WorkflowDefinition::BLANK
    }
}

fn step(shape: &mut Tape, index: usize, count: usize, loops: bool) -> StepDefinition {
    let routed = shape.pick(3) == 0;
    let keys: &[&'static str] = if routed { &["x", "y"] } else { &[] };
    let routes = keys.iter().map(|key| RouteDefinition::new(key, target(shape, index, count, loops)));
    let sometimes = |one_in: usize, shape: &mut Tape| {
        (shape.pick(one_in) == 0).then(|| target(shape, index, count, loops))
    };
    StepDefinition {
        name: Cow::Owned(format!("s{index}")),
        routes: routes.collect(),
        next: if routed { None } else { sometimes(4, shape) },
        on_failure: sometimes(4, shape),
        after: shape.one(&[None, None, Some(Duration::from_secs(1))]),
        timeout: shape.one(&[None, Some(Duration::from_millis(15))]),
        retry: RetrySettings {
            times: shape.one(&[None, Some(0), Some(2)]),
            delay: shape.one(&[None, Some(Duration::from_millis(10))]),
            backoff: shape.one(&[None, Some(Backoff::Exponential)]),
            jitter: shape.one(&[None, Some(true)]),
            budget: shape.one(&[None, None, Some(Duration::from_millis(20))]),
            timeouts: shape.one(&[None, Some(false)]),
            ..RetrySettings::INHERIT
        },
        approval: (shape.pick(3) == 0)
            .then(|| ApprovalDefinition { on_deny: sometimes(3, shape), ..ApprovalDefinition::BLANK }),
        ..StepDefinition::BLANK
    }
}

fn target(shape: &mut Tape, index: usize, count: usize, loops: bool) -> Target {
    match shape.pick(40) {
        39 => Target::Step(count),
        38 => Target::Step(index),
        roll if roll % 3 == 0 => Target::End,
        _ if loops => Target::Step(shape.pick(count)),
        _ if index + 1 < count => Target::Step(index + 1 + shape.pick(count - index - 1)),
        _ => Target::End,
    }
}

struct Driver {
    definition: DefinitionRef,
    replies: Tape,
    misbehaves: bool,
    /// Whether somebody may cancel, and whether somebody has.
    wishes: bool,
    cancelled: bool,
    clock: u64,
    /// The time that the engine was last told, and that at which the step's first attempt began.
    known: Moment,
    begun: Moment,
    /// Bodies that ran: step, visit, and how they ended.
    bodies: Vec<(usize, u32, End)>,
    /// What the hooks were told, and whether one of them failed.
    told: Vec<(EventKind, usize, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Failed,
    Succeeded,
    TimedOut,
}

impl Driver {
    fn new(definition: Arc<WorkflowDefinition>, replies: Tape, misbehaves: bool) -> Self {
        let definition = definition.into();
        let start = Moment::from_nanos(7);
        Self {
            definition,
            replies,
            misbehaves,
            wishes: false,
            cancelled: false,
            clock: 7,
            known: start,
            begun: start,
            bodies: Vec::new(),
            told: Vec::new(),
        }
    }

    fn drive(&mut self, mut engine: Engine, setup: Setup) -> Result<RunRecord, TestCaseError> {
        self.told.clear();
        self.known = setup.at;
        let mut command = engine.begin();
        let mut commands = 0;
        while command != Command::Finish {
            commands += 1;
            prop_assert!(commands <= MOST_COMMANDS, "it does not end");
            self.allowed(&engine, command, setup)?;
            if let Command::Attempt { attempt: 1, .. } = command {
                self.begun = self.known;
            }
            let input = self.reply(&engine, command);
            command = engine.handle(input);
        }
        if !self.misbehaves {
            if setup.observed && engine.record().failure().is_none_or(|failure| !is_of_definition(failure)) {
                self.told_well()?;
            }
            if self.cancelled {
                prop_assert!(engine.record().status() != WorkflowStatus::Paused, "it was to stop, and waits");
            }
        }
        let before = serde_json::to_string(engine.record()).unwrap();
        for late in [
            Input::Notified(vec![]),
            Input::cancelled(self.now()),
            self.attempted(None).0,
            Input::Waited { at: self.now() },
        ] {
            prop_assert_eq!(engine.handle(late), Command::Finish);
        }
        prop_assert_eq!(
            &serde_json::to_string(engine.record()).unwrap(),
            &before,
            "it did not stay finished"
        );
        let record = engine.into_record();
        prop_assert_eq!(&serde_json::to_string(&record).unwrap(), &before);
        let read: RunRecord = serde_json::from_str(&before).unwrap();
        prop_assert_eq!(&serde_json::to_string(&read).unwrap(), &before, "read and written it is another");
        consistent(&self.definition, &record)?;
        Ok(record)
    }

    /// Whether the engine may say this now.
    fn allowed(&self, engine: &Engine, command: Command, setup: Setup) -> Result<(), TestCaseError> {
        let limit = self.definition.max_visits.unwrap_or(1);
        match command {
            Command::Attempt { step, attempt } => {
                let visit = engine.visit();
                prop_assert!((1..=limit).contains(&visit), "visit {} of {}", visit, limit);
                let policy = self.definition.retry_policy(&self.definition.steps[step]);
                prop_assert!(attempt <= policy.times + 1, "attempt {} of {}", attempt, policy.times + 1);
                let same: Vec<_> =
                    self.bodies.iter().filter(|(at, when, _)| (*at, *when) == (step, visit)).collect();
                prop_assert_eq!(same.len() + 1, attempt as usize, "attempts are counted from 1");
                prop_assert!(same.iter().all(|(_, _, end)| *end != End::Succeeded), "again after success");
                let timed_out = same.iter().any(|(_, _, end)| *end == End::TimedOut);
                prop_assert!(policy.timeouts || !timed_out, "again after a timeout");
                prop_assert!(!self.cancelled, "an attempt after the wish to stop");
                if let Some(limit) = engine.timeout() {
                    let step = &self.definition.steps[step];
                    prop_assert!(step.timeout.is_none_or(|timeout| limit <= timeout));
                    prop_assert!(policy.budget.is_none_or(|budget| limit <= budget));
                } else {
                    prop_assert!(policy.budget.is_none());
                }
                if self.definition.max_visits.is_none() {
                    let later = self.bodies.iter().any(|(at, _, _)| *at > step);
                    prop_assert!(!later, "step {} ran after a later one", step);
                }
            }
            Command::Ask { step } => {
                prop_assert_eq!(setup.gates, Gates::Ask);
                prop_assert!(self.definition.steps[step].approval.is_some());
            }
            Command::Notify(notice) => {
                prop_assert!(setup.observed);
                prop_assert!(notice.step < self.definition.steps.len());
                if notice.event == EventKind::StepFinished {
                    let status = engine.record().steps()[notice.step].status();
                    prop_assert!(status != StepStatus::Skipped, "a skipped step is silent");
                }
            }
            Command::Wait(wait) => {
                prop_assert!(!wait.is_zero());
                // Between two attempts; a delay before a step is not of the step.
                if let Some((step, _)) = engine.under_way() {
                    let policy = self.definition.retry_policy(&self.definition.steps[step]);
                    let until = self.known.since(self.begun) + wait;
                    prop_assert!(policy.budget.is_none_or(|budget| until < budget), "beyond the budget");
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Every start has its end, in the order in which things happen.
    fn told_well(&self) -> Result<(), TestCaseError> {
        let (first, rest) = self.told.split_first().unwrap();
        prop_assert_eq!(first.0, EventKind::WorkflowStarted);
        if first.2 {
            prop_assert!(rest.is_empty(), "{:?}", self.told);
            return Ok(());
        }
        let (last, steps) = rest.split_last().unwrap();
        prop_assert_eq!(last.0, EventKind::WorkflowFinished);
        let mut steps = steps.iter();
        while let Some((kind, step, failed)) = steps.next() {
            prop_assert_eq!(*kind, EventKind::StepStarted);
            let next = steps.next().map(|(kind, step, _)| (*kind, *step));
            let expected = (!failed).then_some((EventKind::StepFinished, *step));
            prop_assert_eq!(next, expected, "{:?}", self.told);
        }
        Ok(())
    }

    /// An answer, most times to what was asked.
    fn reply(&mut self, engine: &Engine, command: Command) -> Input {
        self.clock += self.replies.pick(20) as u64 * 1_000_000;
        if self.misbehaves && self.replies.pick(12) == 11 {
            return match self.replies.pick(6) {
                0 => Input::Notified(vec![]),
                1 => Input::Notified(vec![hook_error(EventKind::StepFinished, 1)]),
                2 => Input::Waited { at: self.now() },
                3 => self.decided(),
                4 => {
                    let attempt = Some(self.attempted(None).0);
                    self.stopped(attempt)
                }
                _ if !matches!(command, Command::Attempt { .. }) => self.attempted(None).0,
                _ => Input::cancelled(self.now()),
            };
        }
        let wished = self.wishes && command.can_be_cancelled() && self.replies.pick(16) == 15;
        if wished && matches!(command, Command::Attempt { .. }) && self.replies.coin() {
            // While the body runs.
            self.cancelled = true;
            let ended = self.replies.coin().then(|| self.body(engine, command));
            return self.stopped(ended);
        }
        self.cancelled |= wished;
        if self.cancelled && command.can_be_cancelled() {
            return Input::cancelled(self.now());
        }
        match command {
            Command::Ask { .. } => self.decided(),
            Command::Attempt { .. } => self.body(engine, command),
            Command::Notify(notice) => {
                let failures = (0..2).filter(|_| self.replies.pick(20) == 19).collect::<Vec<_>>();
                self.told.push((notice.event, notice.step, !failures.is_empty()));
                Input::Notified(failures.into_iter().map(|hook| hook_error(notice.event, hook)).collect())
            }
            _ => Input::Waited { at: self.now() },
        }
    }

    /// A body runs.
    fn body(&mut self, engine: &Engine, command: Command) -> Input {
        let (input, end) = self.attempted(engine.timeout());
        if let Command::Attempt { step, .. } = command {
            self.bodies.push((step, engine.visit(), end));
        }
        input
    }

    /// Somebody wants the run to stop while a body is under way, which may have come to its end.
    fn stopped(&mut self, ended: Option<Input>) -> Input {
        let attempt = match ended {
            Some(Input::Attempted { outcome, .. }) => outcome,
            _ => StepOutcome::stopped(),
        };
        Input::Cancelled { at: self.now(), attempt: Some(attempt), children: vec![] }
    }

    /// The outcome of a body that may take so long.
    fn attempted(&mut self, limit: Option<Duration>) -> (Input, End) {
        if let Some(limit) = limit
            && self.replies.pick(4) == 3
        {
            self.clock += u64::try_from(limit.as_nanos()).unwrap();
            let outcome = StepOutcome::timed_out(limit);
            return (Input::Attempted { outcome, children: vec![], at: self.now() }, End::TimedOut);
        }
        let roll = self.replies.pick(12);
        let outcome = match roll {
            0..=3 => StepOutcome::succeeded(1),
            4..=5 => StepOutcome::succeeded("x").routed("x"),
            6 => StepOutcome::succeeded("y").routed("y"),
            7 => StepOutcome::succeeded("z").routed("z"),
            8..=9 => StepOutcome::failed("no"),
            10 => StepOutcome::failed("never").fatal(),
            _ => StepOutcome::unknown_step(9),
        };
        let end = if roll < 8 { End::Succeeded } else { End::Failed };
        (Input::Attempted { outcome, children: vec![], at: self.now() }, end)
    }

    fn decided(&mut self) -> Input {
        let decision = match self.replies.pick(5) {
            0..=2 => Ok(ApprovalDecision::approve()),
            3 => Ok(ApprovalDecision::deny().because("no")),
            _ => Err(StepError::ApprovalHandler("desk closed".into())),
        };
        Input::Decided { decision, at: self.now() }
    }

    fn now(&mut self) -> Moment {
        self.known = Moment::from_nanos(self.clock);
        self.known
    }
}

fn is_of_definition(failure: &Failure) -> bool {
    matches!(failure, Failure::Definition { .. })
}

/// The record agrees with the definition and with itself.
fn consistent(definition: &WorkflowDefinition, record: &RunRecord) -> Result<(), TestCaseError> {
    let declared = definition.steps.iter().map(|step| step.name.to_string());
    let listed = record.steps().iter().map(|step| step.name().to_owned());
    prop_assert!(declared.eq(listed), "every declared step is listed once, in order");

    let with = |status| record.steps().iter().filter(move |step| step.status() == status);
    let failed = matches!(record.status(), WorkflowStatus::Cancelled | WorkflowStatus::Failed);
    prop_assert_eq!(record.failure().is_some(), failed, "{:?}", record);
    prop_assert_eq!(record.error().is_some(), failed);
    prop_assert_eq!(record.error_kind().is_some(), failed);
    prop_assert_eq!(record.pause().is_some(), record.status() == WorkflowStatus::Paused);
    match (record.status(), record.failure()) {
        (WorkflowStatus::Paused, _) => {
            let waiting: Vec<_> = with(StepStatus::Paused).map(stepflow::StepResult::name).collect();
            prop_assert_eq!(waiting, [record.pause().unwrap().step_name()]);
        }
        (WorkflowStatus::Failed, Some(Failure::Step { step_name })) => {
            prop_assert_eq!(record.step(step_name).unwrap().status(), StepStatus::Failed);
        }
        (WorkflowStatus::Failed, Some(Failure::Definition { .. })) => {
            prop_assert!(definition.check().is_err());
            prop_assert_eq!(with(StepStatus::Skipped).count(), record.steps().len());
        }
        (WorkflowStatus::Cancelled, failure) => {
            let stopped = matches!(failure, Some(Failure::Cancelled { .. }));
            prop_assert!(stopped, "{:?}", failure);
            prop_assert!(with(StepStatus::Cancelled).count() <= 1);
            prop_assert_eq!(with(StepStatus::Paused).count(), 0, "{:?}", record);
        }
        _ => {}
    }
    let of_the_ending = match record.status() {
        WorkflowStatus::Cancelled => SkipReason::WorkflowCancelled,
        WorkflowStatus::Failed => SkipReason::WorkflowFailed,
        WorkflowStatus::Paused => SkipReason::WorkflowPaused,
        _ => SkipReason::WorkflowEnded,
    };
    // A hook that fails when all is over changes how the run ended, and no step.
    let after_the_end = matches!(record.failure(), Some(Failure::Hook { .. }));
    for step in record.steps() {
        let skipped = step.status() == StepStatus::Skipped;
        prop_assert_eq!(step.started_at().is_none(), skipped);
        // What a body failed with while the run was being stopped is kept, and fails nothing.
        let failed = step.error().is_some() && step.status() != StepStatus::Cancelled;
        prop_assert_eq!(failed, step.status() == StepStatus::Failed, "{:?}", step);
        prop_assert!(step.started_at() <= step.finished_at());
        prop_assert!(step.earlier_visits().len() < definition.max_visits.unwrap_or(1) as usize);
        for (nth, earlier) in (1..).zip(step.earlier_visits()) {
            prop_assert_eq!((earlier.name(), earlier.visit()), (step.name(), nth));
            let over = matches!(earlier.status(), StepStatus::Failed | StepStatus::Succeeded);
            prop_assert!(over, "{:?}", earlier);
            prop_assert!(earlier.earlier_visits().is_empty());
        }
        if skipped {
            prop_assert_eq!(step.attempts(), 0);
            let reason = step.skip_reason().unwrap();
            let told_before = after_the_end && reason == SkipReason::WorkflowEnded;
            prop_assert!(reason == of_the_ending || told_before, "{} in {}", reason, record.status());
        } else {
            prop_assert_eq!(step.skip_reason(), None);
        }
    }
    // What ran, in the order in which it ran, each visit once.
    let order: Vec<_> = record.path().iter().map(|step| step.sequence().unwrap()).collect();
    prop_assert!(order.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", order);
    Ok(())
}
