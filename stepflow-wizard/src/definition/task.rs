//! What there is to do beside answering.

use serde::{Deserialize, Serialize};

use crate::Name;

/// Something to be done, on one stage or at any time.
///
/// ```
/// use stepflow_wizard::{CompletedBy, Task};
///
/// let sign = Task { completed_by: CompletedBy::Manual, ..Task::new("sign") };
/// assert!(sign.required);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `Task::new`")]
pub struct Task {
    /// Unique in the whole wizard.
    pub id: Name,
    /// What is to be done; the id when there is nothing.
    pub description: Option<Name>,
    /// Whether progress counts it.
    pub required: bool,
    /// Tasks that must be done before.
    pub depends_on: Vec<Name>,
    /// What completes it.
    pub completed_by: CompletedBy,
}

impl Task {
    /// A required task that is completed by hand.
    pub fn new(id: impl Into<Name>) -> Self {
        Self {
            id: id.into(),
            description: None,
            required: true,
            depends_on: Vec::new(),
            completed_by: CompletedBy::Manual,
        }
    }

    /// What is to be done.
    #[must_use]
    pub fn title(&self) -> &str {
        self.description.as_deref().unwrap_or(&self.id)
    }
}

/// What completes a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CompletedBy {
    /// A field has a value.
    FieldExtraction(Name),
    /// Somebody says so.
    Manual,
    /// The stage is left, forward.
    StageExit,
    /// A tool of the host says so; its name, if one is given.
    ToolResult(Option<Name>),
}
