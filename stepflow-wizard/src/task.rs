//! How far things are that there are to do.

use serde::{Deserialize, Serialize};

use crate::Name;
use crate::definition::CompletedBy;

/// Something to be done, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskState {
    /// Unique in the whole wizard.
    pub id: Name,
    /// What is to be done.
    pub description: Name,
    /// The stage it belongs to; `None` for the whole wizard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<Name>,
    /// Whether progress counts it.
    pub required: bool,
    /// Tasks that must be done before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Name>,
    /// What completes it.
    pub completed_by: CompletedBy,
    /// How far it is.
    pub status: TaskStatus,
}

/// How far a task is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TaskStatus {
    /// It is done.
    Completed,
    /// Somebody is at it.
    InProgress,
    /// It waits.
    #[default]
    Pending,
    /// It was passed over.
    Skipped,
}

impl TaskStatus {
    /// Whether others need not wait for it any more.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }

    /// `pending`, `in_progress`, `completed` or `skipped`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::InProgress => "in_progress",
            Self::Pending => "pending",
            Self::Skipped => "skipped",
        }
    }
}

impl crate::State {
    /// The task of this id.
    #[must_use]
    pub fn task(&self, id: &str) -> Option<&TaskState> {
        self.tasks.iter().find(|task| &*task.id == id)
    }

    /// The tasks that wait, and whose dependencies are settled.
    pub fn available_tasks(&self) -> impl Iterator<Item = &TaskState> {
        self.tasks.iter().filter(|task| task.status == TaskStatus::Pending && self.dependencies_settled(task))
    }

    /// How much of what is required is settled: 0 to 100; 100 when nothing is required.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "nobody has so many tasks")]
    pub fn task_progress(&self) -> f64 {
        let (mut required, mut settled) = (0_usize, 0_usize);
        for task in self.tasks.iter().filter(|task| task.required) {
            required += 1;
            settled += usize::from(task.status.is_settled());
        }
        if required == 0 { 100.0 } else { settled as f64 / required as f64 * 100.0 }
    }

    pub(crate) fn dependencies_settled(&self, task: &TaskState) -> bool {
        let settled = |id: &Name| self.task(id).is_none_or(|task| task.status.is_settled());
        task.depends_on.iter().all(settled)
    }
}
