//! A result in a few words, so that a test can say what it expects of it.

use stepflow::{RunRecord, StepResult};

/// How the run ended and, on a line each, what became of every step:
///
/// ```text
/// failed: no paper
/// weigh succeeded = 4.5
/// label failed x3: no paper
/// ship skipped
/// ```
pub(crate) fn story(record: &RunRecord) -> String {
    let cause = record.error().map(|error| format!(": {error}")).unwrap_or_default();
    let mut lines = vec![format!("{}{cause}", record.status())];
    lines.extend(record.steps().iter().map(step));
    lines.join("\n")
}

fn step(step: &StepResult) -> String {
    let mut said = format!("{} {}", step.name(), step.status());
    if step.attempts() > 1 {
        said.push_str(&format!(" x{}", step.attempts()));
    }
    if let Some(output) = step.output().map(|output| format!("{output:?}")).filter(|output| output != "null")
    {
        said.push_str(&format!(" = {output}"));
    }
    if let Some(key) = step.route_key() {
        said.push_str(&format!(" via {key}"));
    }
    if let Some(next) = step.next_step() {
        said.push_str(&format!(" -> {next}"));
    }
    if let Some(decision) = step.approval_decision() {
        said.push_str(if decision.approved { " (approved)" } else { " (denied)" });
    }
    for child in step.children() {
        said.push_str(&format!(" [{} {} in {}]", child.workflow_name(), child.status(), child.attempt()));
    }
    if let Some(error) = step.error() {
        said.push_str(&format!(": {error}"));
    }
    said
}

/// Asserts that a run went as told.
#[track_caller]
pub(crate) fn check(record: &RunRecord, told: &[&str]) {
    assert_eq!(story(record), told.join("\n"));
}
