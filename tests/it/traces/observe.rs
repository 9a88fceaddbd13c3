//! Results, records and events of stepflow, in the words of the recording.

use std::error::Error;

use serde_json::Value;
use stepflow::{
    ErrorKind, EventKind, RunRecord, StepError, StepResult, WorkflowError, WorkflowEvent, WorkflowResult,
};

use super::format::{
    DecisionSpec, ErrorTrace, EventName, EventTrace, PauseTrace, Raised, ResultTrace, RouteTrace, StepTrace,
};
use super::world::{Log, World};

pub(crate) fn result(result: &WorkflowResult<Log>, world: &World) -> ResultTrace {
    record(result, result.state.0.clone(), 0, world)
}

pub(crate) fn raised(error: &WorkflowError) -> Raised {
    let chain = chain(error);
    Raised { kind: chain[0].kind.clone(), chain }
}

pub(crate) fn event(hook: &str, run: String, event: &WorkflowEvent<'_>) -> EventTrace {
    let blank = EventTrace {
        hook: hook.to_owned(),
        event: name(event.kind()),
        workflow: event.workflow_name().to_owned(),
        step: event.step_name().map(str::to_owned),
        run,
        status: None,
        error_kind: None,
        attempts: None,
        output: Value::Null,
    };
    match event {
        WorkflowEvent::StepFinished(finished) => EventTrace {
            status: Some(finished.step().status().to_string()),
            error_kind: finished.step().error().map(kind),
            attempts: Some(finished.step().attempts()),
            output: output(finished.step()),
            ..blank
        },
        WorkflowEvent::WorkflowFinished(finished) => EventTrace {
            status: Some(finished.record().status().to_string()),
            error_kind: finished.record().error().map(|error| chain(error)[0].kind.clone()),
            ..blank
        },
        _ => blank,
    }
}

fn name(event: EventKind) -> EventName {
    match event {
        EventKind::StepFinished => EventName::StepFinished,
        EventKind::StepStarted => EventName::StepStarted,
        EventKind::WorkflowFinished => EventName::WorkflowFinished,
        EventKind::WorkflowStarted => EventName::WorkflowStarted,
        other => panic!("an event that the recording does not know: {other}"),
    }
}

fn record(record: &RunRecord, log: Vec<String>, attempt: u32, world: &World) -> ResultTrace {
    let error_chain = record.error().map(|error| chain(error)).unwrap_or_default();
    let steps: Vec<StepTrace> = record.steps().iter().map(|result| step(result, world)).collect();
    ResultTrace {
        workflow: record.workflow_name().to_owned(),
        status: record.status().to_string(),
        error_kind: error_chain.first().map(|error| error.kind.clone()),
        error_chain,
        route_trace: record
            .route_trace()
            .iter()
            .map(|route| RouteTrace {
                step: route.step_name().to_owned(),
                route_key: route.route_key().to_owned(),
                next_step: route.next_step().map(str::to_owned),
                ended: route.ended(),
            })
            .collect(),
        pause: record.pause().map(|pause| PauseTrace {
            workflow: record.workflow_name().to_owned(),
            step: pause.step_name().to_owned(),
            step_index: pause.step_index(),
            message: pause.message().map(str::to_owned),
            metadata: pause.metadata().clone(),
            request_workflow: pause.workflow_name().to_owned(),
            request_step: pause.step_name().to_owned(),
            steps: steps.iter().map(|step| (step.name.clone(), step.status.clone())).collect(),
        }),
        steps,
        state_log: log,
        hook_errors: record
            .hook_errors()
            .iter()
            .map(|error| {
                (name(error.event()).text().to_owned(), error.step_name().map(str::to_owned), error.hook())
            })
            .collect(),
        attempt,
    }
}

fn step(step: &StepResult, world: &World) -> StepTrace {
    StepTrace {
        name: step.name().to_owned(),
        status: step.status().to_string(),
        attempts: step.attempts(),
        output: output(step),
        error_kind: step.error().map(kind),
        error_chain: step.error().map(|error| chain(error)).unwrap_or_default(),
        route_key: step.route_key().map(str::to_owned),
        next_step: step.next_step().map(str::to_owned),
        skipped_reason: step.skip_reason().map(|reason| reason.to_string()),
        approval_required: step.approval_required(),
        approval_decision: step.approval_decision().map(|decision| DecisionSpec {
            approved: decision.approved,
            reason: decision.reason.clone(),
            metadata: decision.metadata.clone(),
        }),
        timed: match (step.started_at(), step.finished_at()) {
            (Some(started), Some(finished)) => started <= finished && step.duration().is_some(),
            _ => false,
        },
        children: step
            .children()
            .iter()
            .map(|child| {
                let log = world.child_logs.get(&child.run_id().to_string()).cloned().unwrap_or_default();
                record(child, log, child.attempt(), world)
            })
            .collect(),
    }
}

fn output(step: &StepResult) -> Value {
    step.output().map_or(Value::Null, |output| output.to_json().unwrap_or_else(|error| panic!("{error}")))
}

/// The kind that the library says, which has to be the one that the text shows.
fn kind(error: &StepError) -> String {
    let said = match error.kind() {
        ErrorKind::ApprovalRequired => "framework:approval_required",
        ErrorKind::ChildWorkflow => "framework:child_workflow_execution",
        ErrorKind::HookExecution => "framework:hook_execution",
        ErrorKind::RouteResolution => "framework:route_resolution",
        ErrorKind::ApprovalHandler | ErrorKind::Step => "user:",
        _ => "another kind",
    };
    let shown = classified(&error.to_string()).kind;
    if shown.starts_with(said) { shown } else { format!("{said}, but it reads as {shown}") }
}

fn chain(error: &(dyn Error + 'static)) -> Vec<ErrorTrace> {
    let mut links = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        links.push(classified(&error.to_string()));
        next = error.source();
    }
    links
}

/// Texts outlive a round trip through JSON, types do not: so the kinds are told by the texts.
fn classified(text: &str) -> ErrorTrace {
    if let Some((kind, message)) = text.strip_prefix("user:").and_then(|text| text.split_once('|')) {
        return ErrorTrace { kind: format!("user:{kind}"), message: Some(message.to_owned()) };
    }
    // An error that quotes its cause comes before the causes that it may quote.
    let kind = if text.starts_with("workflow `") && text.contains(" failed ") {
        "framework:workflow_execution"
    } else if text.starts_with("child workflow `") {
        "framework:child_workflow_execution"
    } else if text.starts_with("hook ") && text.contains(" failed while handling ") {
        "framework:hook_execution"
    } else if text.starts_with("approval denied for step `") || text.contains(" needs an approval") {
        "framework:approval_required"
    } else if text.contains(", which is none of its routes") {
        "framework:route_resolution"
    } else {
        text
    };
    ErrorTrace { kind: kind.to_owned(), message: None }
}

/// What kind of error a body came to.
pub(crate) fn kind_of(error: &(dyn Error + 'static)) -> String {
    classified(&error.to_string()).kind
}
