//! What is saved of a run besides its visits.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{GateId, Position};
use crate::approval::ApprovalPause;
use crate::error::HookError;
use crate::result::{Failure, RunRecord, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

/// What is saved of a run besides its visits: where it goes on, and what it has come to so far. It does not
/// grow with the run.
///
/// ```
/// use stepflow::SavedRun;
/// # use stepflow::{StaticWorkflow, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
///
/// let saved = SavedRun::begin(Parcel::DEFINITION, "p1".parse()?, "2024-02-29T12:00:00Z".parse()?);
/// let head = saved.head();
/// assert!(head.status().is_none() && head.pause().is_none() && head.failure().is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunHead {
    pub(crate) position: Position,
    #[serde(default)]
    pub(crate) status: Option<WorkflowStatus>,
    pub(crate) started_at: Moment,
    pub(crate) finished_at: Moment,
    #[serde(default)]
    pub(crate) asked: u32,
    #[serde(default)]
    pub(crate) pause: Option<Box<ApprovalPause>>,
    #[serde(default)]
    pub(crate) failure: Option<Failure>,
    #[serde(default)]
    pub(crate) hook_errors: Vec<Arc<HookError>>,
}

impl RunHead {
    pub(super) fn begin(position: Position, at: Moment) -> Self {
        Self {
            position,
            status: None,
            started_at: at,
            finished_at: at,
            asked: 0,
            pause: None,
            failure: None,
            hook_errors: Vec::new(),
        }
    }

    /// Reads what [`to_json`](Self::to_json) wrote. A field that is not known is refused.
    ///
    /// # Errors
    ///
    /// When the text is nothing that this library writes.
    ///
    /// ```
    /// use stepflow::engine::RunHead;
    ///
    /// assert!(RunHead::from_json("{}").is_err());
    /// ```
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The head as text.
    ///
    /// # Errors
    ///
    /// When something in it has no JSON; nothing that this library puts there.
    ///
    /// ```
    /// use stepflow::SavedRun;
    /// use stepflow::engine::RunHead;
    /// # use stepflow::{StaticWorkflow, workflow};
    /// # struct Parcel { state: u32 }
    /// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
    ///
    /// let saved = SavedRun::begin(Parcel::DEFINITION, "p1".parse()?, "2024-02-29T12:00:00Z".parse()?);
    /// let json = saved.head().to_json()?;
    /// assert_eq!(RunHead::from_json(&json)?.to_json()?, json);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let written = Written {
            position: &self.position,
            status: self.status,
            started_at: self.started_at,
            finished_at: self.finished_at,
            asked: self.asked,
            pause: self.pause.as_deref(),
            failure: self.failure.as_ref(),
            hook_errors: &self.hook_errors,
        };
        serde_json::to_string(&written)
    }

    /// Where the run goes on.
    #[must_use]
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// How it ended; `None` while it is under way.
    #[must_use]
    pub fn status(&self) -> Option<WorkflowStatus> {
        self.status
    }

    /// Where a paused run waits, and for what.
    #[must_use]
    pub fn pause(&self) -> Option<&ApprovalPause> {
        self.pause.as_deref()
    }

    /// The question that the paused run of this id waits for an answer to.
    #[must_use]
    pub fn gate(&self, run: &RunId) -> Option<GateId> {
        self.pause.as_ref().map(|pause| pause.gate(run))
    }

    /// Where a failed run failed.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }
}

/// A head as it is written, straight from the engine.
#[derive(Serialize)]
pub(crate) struct Written<'a> {
    position: &'a Position,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<WorkflowStatus>,
    started_at: Moment,
    finished_at: Moment,
    #[serde(skip_serializing_if = "is_zero")]
    asked: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pause: Option<&'a ApprovalPause>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<&'a Failure>,
    #[serde(skip_serializing_if = "<[Arc<HookError>]>::is_empty")]
    hook_errors: &'a [Arc<HookError>],
}

impl<'a> Written<'a> {
    pub(crate) fn of(record: &'a RunRecord, position: &'a Position, asked: u32) -> Self {
        let over = matches!(position, Position::Finished | Position::Paused { .. });
        Self {
            position,
            status: over.then_some(record.status),
            started_at: record.started_at,
            finished_at: if over { record.finished_at } else { record.started_at },
            asked,
            pause: record.pause(),
            failure: record.failure(),
            hook_errors: record.hook_errors(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
