//! Whatever the definition and whatever the driver says, the engine keeps its promises.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use stepflow::engine::{Command, Engine, Gates, Input, Moment, Setup};
use stepflow::{
    ApprovalDecision, ApprovalDefinition, Backoff, DefinitionRef, EventKind, Failure, RetrySettings,
    RouteDefinition, RunRecord, SkipReason, StepDefinition, StepError, StepOutcome, StepStatus, Target,
    WorkflowDefinition, WorkflowStatus,
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
        let mut shape = Tape(shape.into_iter());
        let definition = Arc::new(definition(&mut shape));
        let mut driver = Driver::new(definition, Tape(replies.into_iter()), misbehaves);
        let gates = driver.replies.one(&[Gates::Ask, Gates::Ask, Gates::Pause, Gates::Refuse, Gates::RefuseInChild]);
        let setup = Setup { at: Moment::from_nanos(7), gates, observed: driver.replies.coin(), seed: 3 };
        let engine = Engine::new(driver.definition.clone(), "run".parse().unwrap(), setup);
        let mut record = driver.drive(engine, setup)?;
        for _ in 0..3 {
            if record.status() != WorkflowStatus::Paused {
                break;
            }
            let decision = ApprovalDecision::from(driver.replies.pick(4) != 0);
            let gates = driver.replies.one(&[Gates::Ask, Gates::Pause]);
            let setup = Setup { gates, ..setup };
            record = driver.drive(Engine::resume(driver.definition.clone(), record, decision, setup), setup)?;
        }
    }
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
        retry: RetrySettings {
            times: shape.one(&[None, Some(0), Some(2)]),
            delay: shape.one(&[None, Some(Duration::from_millis(10))]),
            backoff: shape.one(&[None, Some(Backoff::Exponential)]),
            jitter: shape.one(&[None, Some(true)]),
            budget: shape.one(&[None, None, Some(Duration::from_millis(20))]),
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
    clock: u64,
    /// Bodies that ran: step, visit, and whether the body succeeded.
    bodies: Vec<(usize, u32, bool)>,
}

impl Driver {
    fn new(definition: Arc<WorkflowDefinition>, replies: Tape, misbehaves: bool) -> Self {
        let definition = definition.into();
        Self { definition, replies, misbehaves, clock: 7, bodies: Vec::new() }
    }

    fn drive(&mut self, mut engine: Engine, setup: Setup) -> Result<RunRecord, TestCaseError> {
        let mut command = engine.begin();
        let mut commands = 0;
        while command != Command::Finish {
            commands += 1;
            prop_assert!(commands <= MOST_COMMANDS, "it does not end");
            self.allowed(&engine, command, setup)?;
            let input = self.reply(&engine, command);
            command = engine.handle(input);
        }
        let before = serde_json::to_string(engine.record()).unwrap();
        for late in [
            Input::Notified(vec![]),
            Input::cancelled(self.now()),
            self.attempted().0,
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
                prop_assert!(same.iter().all(|(_, _, succeeded)| !succeeded), "it ran again after success");
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
            Command::Wait(wait) => prop_assert!(!wait.is_zero()),
            _ => {}
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
                4 => self.interrupted(),
                _ if !matches!(command, Command::Attempt { .. }) => self.attempted().0,
                _ => Input::cancelled(self.now()),
            };
        }
        match command {
            Command::Ask { .. } => self.decided(),
            Command::Attempt { step, .. } => {
                let (input, succeeded) = self.attempted();
                self.bodies.push((step, engine.visit(), succeeded));
                input
            }
            Command::Notify(notice) => {
                let failures = (0..2).filter(|_| self.replies.pick(20) == 19).collect::<Vec<_>>();
                Input::Notified(failures.into_iter().map(|hook| hook_error(notice.event, hook)).collect())
            }
            _ => Input::Waited { at: self.now() },
        }
    }

    /// Somebody wants the run to stop while a body is under way.
    fn interrupted(&mut self) -> Input {
        let outcome = match self.replies.pick(4) {
            0 => StepOutcome::succeeded("x").routed("x"),
            1 => StepOutcome::failed("no"),
            2 => StepOutcome::timed_out(Duration::from_secs(5)),
            _ => StepOutcome::stopped(),
        };
        Input::Cancelled { at: self.now(), attempt: Some(outcome), children: vec![] }
    }

    /// The outcome of a body, and whether it succeeded.
    fn attempted(&mut self) -> (Input, bool) {
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
        (Input::Attempted { outcome, children: vec![], at: self.now() }, roll < 8)
    }

    fn decided(&mut self) -> Input {
        let decision = match self.replies.pick(5) {
            0..=2 => Ok(ApprovalDecision::approve()),
            3 => Ok(ApprovalDecision::deny().because("no")),
            _ => Err(StepError::from_body("desk closed")),
        };
        Input::Decided { decision, at: self.now() }
    }

    fn now(&self) -> Moment {
        Moment::from_nanos(self.clock)
    }
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
