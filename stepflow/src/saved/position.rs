//! Where a saved run goes on.

use serde::{Deserialize, Serialize};

use crate::result::WorkflowStatus;
use crate::time::Moment;

/// Where a saved run goes on. Steps are counted from 0, in the order of the definition.
///
/// ```
/// use stepflow::SavedRun;
/// use stepflow::engine::Position;
/// # use stepflow::{StaticWorkflow, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
///
/// let saved = SavedRun::begin(Parcel::DEFINITION, "p1".parse()?, "2024-02-29T12:00:00Z".parse()?);
/// assert_eq!(saved.head().position(), &Position::Enter { step: 0, due: None });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Position {
    /// In the body of a step that must not run twice.
    Begun {
        /// The step.
        step: usize,
        /// How many attempts at it have failed.
        failed: u32,
        /// When the visit started.
        started: Moment,
        /// When its first attempt began.
        begun: Moment,
    },
    /// Before the hooks are told that the run is over.
    Ending {
        /// How it ended.
        status: WorkflowStatus,
    },
    /// Before a visit to a step.
    Enter {
        /// The step.
        step: usize,
        /// Not before then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Moment>,
    },
    /// Nowhere: the run is over.
    Finished,
    /// At a gate.
    Paused {
        /// The gated step.
        step: usize,
    },
    /// Between two attempts at a step.
    Retry {
        /// The step.
        step: usize,
        /// How many attempts at it have failed.
        failed: u32,
        /// When the visit started.
        started: Moment,
        /// When its first attempt began; the budget of its retries runs from here.
        begun: Moment,
        /// Not before then.
        due: Moment,
        /// Why the last attempt failed.
        error: String,
    },
}

impl Position {
    /// The step that comes next, or is under way.
    #[must_use]
    pub fn step(&self) -> Option<usize> {
        match *self {
            Self::Begun { step, .. }
            | Self::Enter { step, .. }
            | Self::Paused { step }
            | Self::Retry { step, .. } => Some(step),
            Self::Ending { .. } | Self::Finished => None,
        }
    }

    /// When the run goes on, if not at once.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        match *self {
            Self::Enter { due, .. } => due,
            Self::Retry { due, .. } => Some(due),
            _ => None,
        }
    }

    /// Whether a visit to the step is under way, and listed.
    pub(crate) fn is_inside(&self) -> bool {
        matches!(self, Self::Begun { .. } | Self::Paused { .. } | Self::Retry { .. })
    }
}
