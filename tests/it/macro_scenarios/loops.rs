//! Steps that run several times.

use std::sync::Mutex;

use serde_json::json;
use stepflow::{
    ErrorKind, Run, RunContext, RunRecord, SkipReason, StepStatus, VisitLimitError, WorkflowResult, workflow,
};

use super::{Play as _, PlayAlone as _};
use crate::drivers::plain;
use crate::story::check;

struct Essay {
    state: Vec<String>,
    /// What the reviewer says, the last first.
    verdicts: Vec<bool>,
}

impl Essay {
    /// Written after so many refusals.
    fn after(refusals: usize) -> Self {
        let verdicts = std::iter::once(true).chain(vec![false; refusals]).collect();
        Self { state: Vec::new(), verdicts }
    }

    fn again(state: Vec<String>) -> Self {
        Self { state, verdicts: Vec::new() }
    }
}

steps! {
    #[workflow(state = Vec<String>, max_visits = 3)]
    impl Essay {
        #[step]
        fn plan(&mut self) {
            self.state.push("plan".to_owned());
        }

        #[step]
        fn write(&mut self, ctx: &mut RunContext<'_>) -> u32 {
            self.state.push(format!("write {}", ctx.visit()));
            ctx.visit()
        }

        #[step(routes = { true => publish, false => write })]
        fn review(&mut self) -> bool {
            self.verdicts.pop().unwrap_or(true)
        }

        #[step(approval(message = "Publish?", on_deny = write))]
        fn publish(&mut self) -> usize {
            self.state.push("publish".to_owned());
            self.state.len()
        }
    }
}

fn path(record: &RunRecord) -> Vec<String> {
    record.path().iter().map(|step| format!("{} {}", step.name(), step.visit())).collect()
}

#[test]
fn a_review_loop_keeps_every_visit() {
    let result = Run::new(Essay::after(2)).answer(|_| true).finish();
    check(
        &result,
        &[
            "succeeded",
            "plan succeeded",
            "write succeeded = 3",
            "review succeeded = true via true -> publish",
            "publish succeeded = 5 (approved)",
        ],
    );
    assert_eq!(
        path(&result),
        ["plan 1", "write 1", "review 1", "write 2", "review 2", "write 3", "review 3", "publish 1"]
    );
    let sequence: Vec<_> = result.path().iter().map(|step| step.sequence()).collect();
    assert_eq!(sequence, (1..=8).map(Some).collect::<Vec<_>>());
    // The result of a step is its last visit; the earlier ones are attached, oldest first.
    assert_eq!(result.output(Essay::WRITE).unwrap(), &3);
    let write = result.step("write").unwrap();
    assert_eq!(write.visit(), 3);
    let outputs = |record: &RunRecord| -> Vec<_> {
        let write = record.step("write").unwrap();
        write.earlier_visits().iter().map(|visit| visit.output().unwrap().to_json().unwrap()).collect()
    };
    assert_eq!(outputs(&result), [json!(1), json!(2)]);
    let review = result.step("review").unwrap();
    let routes: Vec<_> =
        review.earlier_visits().iter().map(|visit| (visit.route_key(), visit.next_step())).collect();
    assert_eq!(routes, [(Some("false"), Some("write")); 2]);
    let trace: Vec<_> = result.route_trace().iter().map(|route| route.route_key()).collect();
    assert_eq!(trace, ["false", "false", "true"]);
    assert_eq!(result.state, ["plan", "write 1", "write 2", "write 3", "publish"]);
    for pair in result.path().windows(2) {
        assert!(pair[0].finished_at() <= pair[1].started_at());
    }

    let written = serde_json::to_string(result.record()).unwrap();
    let read: RunRecord = serde_json::from_str(&written).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), written);
    assert_eq!((path(&read), outputs(&read)), (path(&result), outputs(&result)));
}

#[test]
fn a_visit_too_many_fails_the_step_that_led_there_and_names_step_and_count() {
    let result = Run::new(Essay::after(9)).answer(|_| true).finish();
    let error = "step `write` has run 3 times, as often as `max_visits` allows, and was to run again";
    check(
        &result,
        &[
            &format!("failed: {error}"),
            "plan succeeded",
            "write succeeded = 3",
            &format!("review failed = false: {error}"),
            "publish skipped",
        ],
    );
    assert_eq!(result.error_kind(), Some(ErrorKind::VisitLimit));
    let review = result.step("review").unwrap();
    let limit: &VisitLimitError = review.error().unwrap().downcast_ref().unwrap();
    assert_eq!((limit.step.as_str(), limit.visits), ("write", 3));
    // It keeps what it put out, and leads nowhere.
    assert_eq!(result.output(Essay::REVIEW).unwrap(), &false);
    assert_eq!((review.next_step(), review.visit()), (None, 3));
    assert_eq!(result.route_trace().len(), 2);
    assert_eq!(result.step("publish").unwrap().skip_reason(), Some(SkipReason::WorkflowFailed));
    assert_eq!(
        result.into_result().unwrap_err().to_string(),
        format!("workflow `Essay` failed at step `review` after 1 attempt: {error}")
    );
}

#[test]
fn a_gate_in_a_loop_is_asked_about_at_every_visit() {
    let mut answers = [false, false, true].into_iter();
    let mut asked = Vec::new();
    let result = Run::new(Essay::after(0))
        .answer(|request| {
            asked.push(request.state::<Vec<String>>().unwrap().len());
            answers.next().unwrap()
        })
        .finish();
    assert!(result.is_succeeded());
    assert_eq!(asked, [2, 3, 4]);
    let publish = result.step("publish").unwrap();
    assert!(publish.approval_decision().unwrap().approved);
    assert_eq!(publish.error().map(ToString::to_string), None);
    let denied: Vec<_> = publish
        .earlier_visits()
        .iter()
        .map(|visit| (visit.status(), visit.attempts(), visit.approval_decision().unwrap().approved))
        .collect();
    assert_eq!(denied, [(StepStatus::Failed, 0, false); 2]);
}

#[test]
fn a_run_that_pauses_inside_a_loop_goes_on_from_its_checkpoint() {
    let paused = Run::new(Essay::after(1)).pause_on_approval().finish();
    assert_eq!(path(&paused).last().unwrap(), "publish 1");
    let paused = paused.resume(Essay::again, false).unwrap().finish();
    check(
        &paused,
        &[
            "paused",
            "plan succeeded",
            "write succeeded = 3",
            "review succeeded = true via true -> publish",
            "publish paused",
        ],
    );
    assert_eq!(paused.step("publish").unwrap().visit(), 2);
    let saved = paused.to_checkpoint().unwrap();
    let read = WorkflowResult::<Vec<String>>::from_checkpoint(&saved).unwrap();
    assert_eq!(plain(read.record()), plain(paused.record()));
    let result = read.resume(Essay::again, true).unwrap().finish();
    assert!(result.is_succeeded());
    assert_eq!(
        path(&result),
        [
            "plan 1",
            "write 1",
            "review 1",
            "write 2",
            "review 2",
            "publish 1",
            "write 3",
            "review 3",
            "publish 2"
        ]
    );
    let publish = result.step("publish").unwrap();
    assert!(publish.approval_decision().unwrap().approved);
    assert!(!publish.earlier_visits()[0].approval_decision().unwrap().approved);
    assert_eq!(result.output(Essay::PUBLISH).unwrap(), &5);
    // What was denied once too often has nowhere to go.
    let over = read_again(&saved).resume(Essay::again, false).unwrap().finish();
    assert_eq!(over.error_kind(), Some(ErrorKind::VisitLimit));
    assert!(!over.step("publish").unwrap().approval_decision().unwrap().approved);
}

fn read_again(saved: &str) -> WorkflowResult<Vec<String>> {
    WorkflowResult::from_checkpoint(saved).unwrap()
}

#[test]
fn hooks_are_told_of_every_visit() {
    let seen = Mutex::new(Vec::new());
    let result = Run::new(Essay::after(1))
        .watch(|event| {
            let kind = event.kind().to_string();
            seen.lock().unwrap().push(format!("{kind} {}", event.step_name().unwrap_or("-")));
        })
        .answer(|_| true)
        .finish();
    assert!(result.is_succeeded());
    let seen = seen.into_inner().unwrap();
    let finished: Vec<_> = seen.iter().filter_map(|seen| seen.strip_prefix("StepFinished ")).collect();
    assert_eq!(finished, ["plan", "write", "review", "write", "review", "publish"]);
    assert_eq!(seen.len(), 2 + 2 * finished.len());
}

struct Poll {
    state: Vec<String>,
}

steps! {
    #[workflow(state = Vec<String>, max_visits = 2)]
    impl Poll {
        #[step(retry = 1, next = ask)]
        fn ask(&mut self, ctx: &mut RunContext<'_>) -> Result<(), String> {
            let key = ctx.idempotency_key();
            let part = key.strip_prefix(&ctx.run_id().to_string()).unwrap().to_owned();
            self.state.push(format!("{}{part}", ctx.attempt()));
            if ctx.attempt() == 1 { Err("busy".to_owned()) } else { Ok(()) }
        }
    }
}

#[test]
fn every_visit_has_its_own_attempts_and_its_own_key() {
    let result = Poll { state: Vec::new() }.finish();
    assert_eq!(result.error_kind(), Some(ErrorKind::VisitLimit));
    assert_eq!(result.state, ["1/ask/1", "2/ask/1", "1/ask/2", "2/ask/2"]);
    let ask = result.step("ask").unwrap();
    assert_eq!((ask.attempts(), ask.earlier_visits()[0].attempts()), (2, 2));
}

struct Detour {
    state: u32,
}

steps! {
    #[workflow(state = u32, max_visits = 2)]
    impl Detour {
        #[step(next = third)]
        fn first(&mut self) {}

        #[step(next = END)]
        fn second(&mut self) -> u32 {
            self.state
        }

        #[step(next = second)]
        fn third(&mut self) {
            self.state += 1;
        }
    }
}

#[test]
fn a_step_that_was_jumped_over_can_still_be_led_back_to() {
    let result = Detour { state: 0 }.finish();
    check(
        &result,
        &["succeeded", "first succeeded -> third", "second succeeded = 1", "third succeeded -> second"],
    );
    assert_eq!(path(&result), ["first 1", "third 1", "second 1"]);
}

scenarios! {
    a_review_loop_keeps_every_visit,
    a_visit_too_many_fails_the_step_that_led_there_and_names_step_and_count,
    a_gate_in_a_loop_is_asked_about_at_every_visit,
    a_run_that_pauses_inside_a_loop_goes_on_from_its_checkpoint,
    hooks_are_told_of_every_visit,
    every_visit_has_its_own_attempts_and_its_own_key,
    a_step_that_was_jumped_over_can_still_be_led_back_to,
}
