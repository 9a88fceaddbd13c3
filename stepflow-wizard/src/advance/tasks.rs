//! Tasks: where they come from, and what completes them.

use std::sync::Arc;

use super::Transaction;
use crate::definition::{CompletedBy, Task};
use crate::error::WizardError;
use crate::outcome::Kind;
use crate::task::{TaskState, TaskStatus};
use crate::{Definition, Flow, Map, Name};

/// The tasks of a wizard at its beginning.
pub(crate) fn seeds(definition: &Definition) -> Vec<TaskState> {
    fn of_flow(flow: &Flow, seeds: &mut Vec<TaskState>) {
        for stage in &flow.stages {
            seeds.extend(stage.tasks.iter().map(|task| seed(task, Some(&stage.name))));
        }
        flow.subflows.values().for_each(|flow| of_flow(flow, seeds));
    }
    let mut seeds = Vec::new();
    of_flow(definition.main(), &mut seeds);
    seeds.extend(definition.blueprint().tasks.iter().map(|task| seed(task, None)));
    seeds
}

fn seed(task: &Task, stage: Option<&Name>) -> TaskState {
    TaskState {
        id: Arc::clone(&task.id),
        description: task.description.clone().unwrap_or_else(|| Arc::clone(&task.id)),
        stage: stage.cloned(),
        required: task.required,
        depends_on: task.depends_on.clone(),
        completed_by: task.completed_by.clone(),
        status: TaskStatus::Pending,
    }
}

/// Somebody, or a tool, says that a task is done.
pub(super) fn complete(transaction: &mut Transaction<'_>, id: &Name) -> Result<(), WizardError> {
    let refuse = |reason| Err(WizardError::Task { task: Arc::clone(id), reason });
    let Some(index) = transaction.state.tasks.iter().position(|task| task.id == *id) else {
        return refuse("there is no such task");
    };
    if !transaction.state.dependencies_settled(&transaction.state.tasks[index]) {
        return refuse("a task that it depends on is not done yet");
    }
    transaction.set_task(index, TaskStatus::Completed);
    transaction.report.kind = Some(Kind::Saved);
    Ok(())
}

/// Completes the tasks that wait for a field, now that a stage was answered.
pub(super) fn answered(transaction: &mut Transaction<'_>) -> Result<(), WizardError> {
    if transaction.original() || transaction.state.tasks.is_empty() {
        return Ok(());
    }
    let fields: Vec<Name> =
        transaction.state.tasks.iter().filter_map(|task| field_of(task).cloned()).collect();
    if fields.is_empty() {
        return Ok(());
    }
    let page = transaction.page();
    let has = |maps: [&Map; 3], field: &str| {
        maps.into_iter().any(|map| map.get(field).is_some_and(|value| !value.is_null()))
    };
    settle_where(transaction, |task| {
        field_of(task).is_some_and(|field| has([&page.answers, &page.derived, &page.effects], field))
    });
    Ok(())
}

fn field_of(task: &TaskState) -> Option<&Name> {
    match &task.completed_by {
        CompletedBy::FieldExtraction(field) => Some(field),
        _ => None,
    }
}

/// Completes the tasks that wait for a stage to be left.
pub(super) fn exited(transaction: &mut Transaction<'_>, stage: &Name) -> Result<(), WizardError> {
    settle_where(transaction, |task| {
        task.completed_by == CompletedBy::StageExit && task.stage.as_ref() == Some(stage)
    });
    Ok(())
}

fn settle_where(transaction: &mut Transaction<'_>, done: impl Fn(&TaskState) -> bool) {
    for index in 0..transaction.state.tasks.len() {
        let task = &transaction.state.tasks[index];
        let waits = matches!(task.status, TaskStatus::Pending | TaskStatus::InProgress);
        if waits && done(task) && transaction.state.dependencies_settled(task) {
            transaction.set_task(index, TaskStatus::Completed);
        }
    }
}
