//! The loops that carry out what the engine decides.

pub(crate) mod blocking;

use std::any::Any;

use crate::approval::{ApprovalDecision, ApprovalHandler};
use crate::definition::WorkflowDefinition;
use crate::engine::{Engine, Gates, Notice};
use crate::error::EventKind;
use crate::hook::{
    Observers, Scene, StepFinishedEvent, StepStartedEvent, WorkflowEvent, WorkflowFinishedEvent,
    WorkflowStartedEvent,
};
use crate::result::RunRecord;
use crate::run_id::RunId;
use crate::time::{Moment, Sleeper, Stopwatch};

/// What a run has around it, and what its children inherit.
pub(crate) struct Surroundings<'a> {
    pub(crate) observers: &'a mut (dyn Observers + 'a),
    pub(crate) approvals: Option<&'a mut (dyn ApprovalHandler + 'a)>,
    pub(crate) gates: Gates,
    pub(crate) sleeper: &'a (dyn Sleeper + 'a),
    pub(crate) stopwatch: &'a Stopwatch,
}

impl Surroundings<'_> {
    pub(crate) fn reborrow(&mut self) -> Surroundings<'_> {
        Surroundings {
            observers: &mut *self.observers,
            approvals: match &mut self.approvals {
                Some(handler) => Some(&mut **handler),
                None => None,
            },
            gates: self.gates,
            sleeper: self.sleeper,
            stopwatch: self.stopwatch,
        }
    }
}

/// How a run begins.
pub(crate) enum Start {
    New { run_id: RunId, at: Moment },
    Resumed { record: Box<RunRecord>, decision: ApprovalDecision, at: Moment },
}

/// Chance, for ids and jitter. None of it is a secret.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random numbers")]
pub(crate) fn chance() -> u128 {
    fastrand::u128(..)
}

/// The event that a notice stands for.
fn event<'a>(
    notice: Notice,
    engine: &'a Engine,
    definition: &'a WorkflowDefinition,
    state: &'a dyn Any,
) -> WorkflowEvent<'a> {
    let record = engine.record();
    let scene = Scene { record, state };
    match notice.event {
        EventKind::StepFinished => {
            WorkflowEvent::StepFinished(StepFinishedEvent { scene, step: &record.steps[notice.step] })
        }
        EventKind::StepStarted => {
            let step_name = &definition.steps[notice.step].name;
            WorkflowEvent::StepStarted(StepStartedEvent { scene, step_name })
        }
        EventKind::WorkflowFinished => WorkflowEvent::WorkflowFinished(WorkflowFinishedEvent { scene }),
        EventKind::WorkflowStarted => WorkflowEvent::WorkflowStarted(WorkflowStartedEvent { scene }),
    }
}
