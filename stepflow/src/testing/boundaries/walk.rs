//! The straight run, and then the other, part by part.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::trail::{Look, Trail, after, compare_ends, compare_so_far};
use super::{BoundaryError, CheckedBoundaries};
use crate::approval::{ApprovalDecision, ApprovalHandler, ApprovalRequest};
use crate::cancel::CancelToken;
use crate::hook::WorkflowEvent;
use crate::result::{Record, RunRecord, StepStatus, WorkflowResult, WorkflowStatus};
use crate::run::Run;
use crate::run_id::RunId;
use crate::testing::{Approvals, ManualClock};
use crate::time::{Clock, Moment};
use crate::workflow::Workflow;

/// Where the check is.
pub(super) struct Walk<S, F> {
    make: F,
    script: Option<Approvals>,
    initial: String,
    straight: Option<Straight<S>>,
    /// Of the run under way.
    around: Around,
    boundaries: Vec<String>,
}

struct Straight<S> {
    looks: Vec<Look>,
    result: WorkflowResult<S>,
}

/// What the parts of one run share.
struct Around {
    clock: ManualClock,
    run_id: RunId,
    trail: Trail,
    answers: Option<Approvals>,
    pausing: bool,
}

/// The next part of the run, or what came of it all.
pub(super) type Onward<W> = Result<Run<'static, W>, CheckedBoundaries<<W as Workflow>::State>>;

impl<S, F> Walk<S, F>
where
    S: Serialize + DeserializeOwned + 'static,
{
    pub(super) fn begin<W>(
        mut make: F,
        script: Option<Approvals>,
        initial: S,
    ) -> Result<(Self, Run<'static, W>), BoundaryError>
    where
        W: Workflow<State = S>,
        F: FnMut(S) -> W,
    {
        let around = Around::new(script.as_ref(), false);
        // In the envelope of a result, so that the proof of what can be saved is the same.
        let state = WorkflowResult::new(initial, around.blank_record());
        let initial = state.to_checkpoint().map_err(|source| BoundaryError::NotSaved {
            boundary: "before its first step".to_owned(),
            source,
        })?;
        let run = around.equip::<W>(Run::new(make(state.state)), None);
        Ok((Self { make, script, initial, straight: None, around, boundaries: Vec::new() }, run))
    }

    /// Takes what a part of a run came to.
    pub(super) fn go_on<W>(&mut self, result: WorkflowResult<S>) -> Result<Onward<W>, BoundaryError>
    where
        W: Workflow<State = S>,
        F: FnMut(S) -> W,
    {
        let Some(straight) = &self.straight else {
            return self.start_again(result).map(Ok);
        };
        let last = self.boundaries.last().map_or("before its first step", String::as_str);
        compare_so_far(&straight.looks, &self.around.trail.looks(), last)?;
        match result.status() {
            WorkflowStatus::Cancelled => self.after_a_step(&result).map(Ok),
            WorkflowStatus::Paused => self.at_a_gate(&result).map(Ok),
            _ => {
                compare_ends(&straight.result, &result, last)?;
                let boundaries = std::mem::take(&mut self.boundaries);
                Ok(Err(CheckedBoundaries { result, boundaries }))
            }
        }
    }

    fn start_again<W>(&mut self, result: WorkflowResult<S>) -> Result<Run<'static, W>, BoundaryError>
    where
        W: Workflow<State = S>,
        F: FnMut(S) -> W,
    {
        let looks = self.around.trail.looks();
        // A child's gate cannot pause the run.
        let pausing = !result.steps().iter().flat_map(|step| step.children()).any(|child| has_gates(child));
        self.straight = Some(Straight { looks, result });
        self.around = Around::new(self.script.as_ref(), pausing);
        let state = read::<S>(&self.initial, "before its first step")?.state;
        Ok(self.around.equip(Run::new((self.make)(state)), Some(CancelToken::new())))
    }

    fn after_a_step<W>(&mut self, result: &WorkflowResult<S>) -> Result<Run<'static, W>, BoundaryError>
    where
        W: Workflow<State = S>,
        F: FnMut(S) -> W,
    {
        let boundary = result.path().last().map_or_else(String::new, |last| after(last));
        let saved = read::<S>(&write(result, &boundary)?, &boundary)?;
        let step = next_step(&saved);
        self.boundaries.push(boundary);
        let WorkflowResult { state, record } = saved;
        let record = match record {
            Record::Owned(record) => record,
            // Never: it has just been read.
            Record::Shared(_) => self.around.blank_record(),
        };
        Ok(self.around.equip(Run::restored((self.make)(state), record, step), Some(CancelToken::new())))
    }

    fn at_a_gate<W>(&mut self, result: &WorkflowResult<S>) -> Result<Run<'static, W>, BoundaryError>
    where
        W: Workflow<State = S>,
        F: FnMut(S) -> W,
    {
        let gate = result.pause().map_or("", |pause| pause.step_name());
        let boundary = format!("at the gate of step `{gate}`");
        let paused = read::<S>(&write(result, &boundary)?, &boundary)?;
        let decision = match self.around.decide(&paused) {
            Ok(decision) => decision,
            Err(source) => return Err(BoundaryError::Unanswered { boundary, source }),
        };
        let run = match paused.resume(&mut self.make, decision) {
            Ok(run) => run,
            Err(error) => {
                return Err(BoundaryError::Refused { boundary, source: error.refusal().clone() });
            }
        };
        self.boundaries.push(boundary);
        Ok(self.around.equip(run, Some(CancelToken::new())))
    }
}

impl Around {
    fn new(script: Option<&Approvals>, pausing: bool) -> Self {
        let clock = ManualClock::new();
        let run_id = "boundaries".parse().unwrap_or_else(|_| RunId::new(clock.now().into(), 0));
        Self { clock, run_id, trail: Trail::default(), answers: script.map(Approvals::again), pausing }
    }

    /// Notes the end of every step, and breaks off there if there is a token.
    fn equip<W>(&self, run: Run<'static, W>, breaking: Option<CancelToken>) -> Run<'static, W>
    where
        W: Workflow,
        W::State: Serialize,
    {
        let run = run.manual_clock(&self.clock).run_id(self.run_id.clone()).never_pause();
        let run = match &self.answers {
            Some(_) if self.pausing => run.pause_on_approval(),
            Some(answers) => run.approval_handler(answers.clone()),
            None => run,
        };
        let run = match &breaking {
            Some(token) => run.cancel_on(token.clone()),
            None => run,
        };
        let (run_id, trail) = (self.run_id.clone(), self.trail.clone());
        run.on_event(move |event| {
            // Children have ids of their own, and a step that waits has not ended.
            if let WorkflowEvent::StepFinished(finished) = event
                && *event.run_id() == run_id
                && finished.step().status() != StepStatus::Paused
            {
                trail.note(event.state::<W::State>(), finished);
                if let Some(token) = &breaking {
                    token.cancel();
                }
            }
        })
    }

    fn decide<S: 'static>(&self, paused: &WorkflowResult<S>) -> Result<ApprovalDecision, crate::BoxError> {
        let (Some(mut answers), Some(pause)) = (self.answers.as_ref(), paused.pause()) else {
            return Err("there is nobody to ask".into());
        };
        answers.decide(&ApprovalRequest {
            workflow_name: pause.workflow_name(),
            step_name: pause.step_name(),
            run_id: paused.run_id(),
            message: pause.message(),
            metadata: pause.metadata(),
            state: &paused.state,
        })
    }

    fn blank_record(&self) -> RunRecord {
        RunRecord::blank("".into(), self.run_id.clone(), Moment::from(self.clock.now()))
    }
}

/// The position of the step that a run was broken off before.
fn next_step(record: &RunRecord) -> usize {
    let position = |name: &str| record.steps().iter().position(|step| step.name() == name);
    let last = record.path().last().copied();
    let next = last.and_then(|last| match last.next_step() {
        Some(name) => position(name),
        None => position(last.name()).map(|at| at + 1),
    });
    next.unwrap_or(usize::MAX)
}

fn has_gates(record: &RunRecord) -> bool {
    record.steps().iter().any(|step| {
        step.approval_decision().is_some() || step.children().iter().any(|child| has_gates(child))
    })
}

fn write<S: Serialize + DeserializeOwned>(
    result: &WorkflowResult<S>,
    boundary: &str,
) -> Result<String, BoundaryError> {
    result.to_checkpoint().map_err(|source| BoundaryError::NotSaved { boundary: boundary.to_owned(), source })
}

fn read<S: Serialize + DeserializeOwned>(
    saved: &str,
    boundary: &str,
) -> Result<WorkflowResult<S>, BoundaryError> {
    WorkflowResult::from_checkpoint(saved)
        .map_err(|source| BoundaryError::NotSaved { boundary: boundary.to_owned(), source })
}
