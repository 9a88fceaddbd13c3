//! Whether a paused result can be gone on with, and by which workflow.

use crate::approval::ApprovalDecision;
use crate::error::{ResumeError, ResumeRefusal};
use crate::result::{Record, RunRecord, StepStatus, WorkflowResult};
use crate::run::Run;
use crate::workflow::Workflow;

pub(crate) fn resume<'h, S, W, F>(
    result: WorkflowResult<S>,
    factory: F,
    decision: ApprovalDecision,
) -> Result<Run<'h, W>, ResumeError<S>>
where
    W: Workflow<State = S>,
    F: FnOnce(S) -> W,
{
    if let Err(refusal) = waiting(&result.record) {
        return Err(ResumeError::new(refusal, result));
    }
    let WorkflowResult { state, record } = result;
    let workflow = factory(state);
    if let Err(refusal) = same_definition(&record, &workflow) {
        return Err(ResumeError::new(refusal, WorkflowResult { state: workflow.into_state(), record }));
    }
    match record {
        Record::Owned(record) => Ok(Run::resumed(workflow, record, decision)),
        // Only children share their records, and a child cannot pause.
        Record::Shared(_) => {
            let refusal = ResumeRefusal::Inconsistent { why: "it is the result of a child workflow" };
            Err(ResumeError::new(refusal, WorkflowResult { state: workflow.into_state(), record }))
        }
    }
}

/// The record is that of a paused run, and agrees with itself.
fn waiting(record: &RunRecord) -> Result<(), ResumeRefusal> {
    if !record.is_paused() {
        return Err(ResumeRefusal::NotPaused { status: record.status() });
    }
    let inconsistent = |why| Err(ResumeRefusal::Inconsistent { why });
    let Some(pause) = record.pause() else {
        return inconsistent("it is paused, and does not say where");
    };
    if pause.outline().fingerprint() != pause.fingerprint() {
        return inconsistent("its outline does not have its fingerprint");
    }
    if pause.workflow_name() != record.workflow_name() {
        return inconsistent("its pause is of another workflow");
    }
    let listed = record.steps().iter().map(crate::StepResult::name);
    if !listed.eq(pause.outline().steps.iter().map(|step| step.name.as_str())) {
        return inconsistent("its steps are not those of its outline");
    }
    let unfinished =
        |step: &crate::StepResult| matches!(step.status(), StepStatus::Paused | StepStatus::Cancelled);
    let waiting = record.steps().iter().position(unfinished);
    if waiting != Some(pause.step_index()) {
        return inconsistent("its pause is at another step than the one that is paused");
    }
    if record.steps().iter().filter(|step| unfinished(step)).count() > 1 {
        return inconsistent("more than one of its steps is paused");
    }
    if record.steps()[pause.step_index()].name() != pause.step_name() {
        return inconsistent("its pause names another step than the one that is paused");
    }
    if !pause.outline().steps[pause.step_index()].gated {
        return inconsistent("it waits at a step without an approval");
    }
    Ok(())
}

fn same_definition(record: &RunRecord, workflow: &impl Workflow) -> Result<(), ResumeRefusal> {
    let definition = workflow.definition();
    if definition.name != record.workflow_name() {
        let (paused, built) = (record.workflow_name().to_owned(), definition.name.to_string());
        return Err(ResumeRefusal::OtherWorkflow { paused, built });
    }
    let now = definition.outline();
    match record.pause() {
        Some(pause) if pause.fingerprint() != now.fingerprint() => {
            Err(ResumeRefusal::DefinitionChanged { differences: pause.outline().differences(&now) })
        }
        _ => Ok(()),
    }
}
