//! A run, as a database keeps it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use stepflow::{RunId, Timestamp};

use super::{StoreError, WorkerId};

/// Where a run is, as far as a store has to know.
///
/// ```
/// use stepflow_store::RunStatus;
///
/// assert_eq!(RunStatus::Paused.to_string(), "paused");
/// assert_eq!("paused".parse::<RunStatus>()?, RunStatus::Paused);
/// assert!(RunStatus::Failed.is_finished() && !RunStatus::Held.is_finished());
/// # Ok::<(), stepflow_store::StoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RunStatus {
    /// Somebody stopped it.
    Cancelled,
    /// A step, or a hook, failed.
    Failed,
    /// It could go on, and nobody may take it: its definition or its state has changed, or it brought down
    /// one process after another. [`StoredRun::hold`] says why.
    Held,
    /// It waits for a person's decision.
    Paused,
    /// It is being carried out, or is to be as soon as it is due.
    Ready,
    /// All is done.
    Succeeded,
    /// A body that must not run twice was broken off; a person has to say whether it did its work.
    Unsettled,
}

impl RunStatus {
    /// Every status, in alphabetical order.
    pub const ALL: [Self; 7] = [
        Self::Cancelled,
        Self::Failed,
        Self::Held,
        Self::Paused,
        Self::Ready,
        Self::Succeeded,
        Self::Unsettled,
    ];

    /// The word that a store keeps.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Paused => "paused",
            Self::Ready => "ready",
            Self::Succeeded => "succeeded",
            Self::Unsettled => "unsettled",
        }
    }

    /// Whether the run is over.
    #[must_use]
    pub const fn is_finished(self) -> bool {
        matches!(self, Self::Cancelled | Self::Failed | Self::Succeeded)
    }
}

impl fmt::Display for RunStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RunStatus {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| StoreError::corrupt(format!("`{text}` is no status of a run")))
    }
}

/// The definition that a run is of. Runs of the same definition share one copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionText {
    /// A digest of the whole text, which tells it from every other definition in the store.
    pub key: String,
    /// The fingerprint: what a run depends on.
    pub fingerprint: String,
    /// The definition as JSON.
    pub json: String,
}

/// A run to be added.
#[derive(Debug, Clone)]
pub struct NewRun {
    /// Its id.
    pub id: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// What it is a run of.
    pub definition: DefinitionText,
    /// What is saved of it besides its visits, as JSON.
    pub head: String,
    /// When it is to begin; `None` for at once.
    pub due: Option<Timestamp>,
    /// The name of the step that comes first.
    pub step: Option<String>,
    /// The state it begins with, and for the copy of a run the visits that it has behind it. The sequences
    /// rise, and the first is 0.
    pub visits: Vec<NewVisit>,
    /// Who is going to carry it out, if that is known.
    pub worker: Option<WorkerId>,
    /// Why nobody may take it, or with what in mind.
    pub hold: Option<String>,
    /// The first entry of its log.
    pub event: NewEvent,
}

/// Whether a run was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Created {
    /// It was.
    Added {
        /// The fence of the worker that holds it.
        fence: u64,
    },
    /// There is a run of this id already.
    Exists,
}

/// One visit to a step, to be written in place of what is kept for the same sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisit {
    /// Its place among the visits of the run: that of the newest one, or a later place. What lies behind the
    /// newest is history, and writing it is refused.
    pub sequence: u32,
    /// The step; empty for the state that the run began with.
    pub step: String,
    /// What is known of it, as JSON.
    pub result: String,
    /// The state after it as JSON; `None` where the state that is kept for this sequence stays, or for a new
    /// sequence the state of the one before.
    pub state: Option<String>,
}

/// A boundary of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advance {
    /// Where the run is now.
    pub status: RunStatus,
    /// When it goes on; `None` for at once, or never.
    pub due: Option<Timestamp>,
    /// The name of the step that it is at.
    pub step: Option<String>,
    /// What is saved of it besides its visits, as JSON.
    pub head: String,
    /// The visit that the boundary is of.
    pub visit: Option<NewVisit>,
    /// Whether the worker gives the run up with this.
    pub release: bool,
    /// What to note in the log.
    pub event: Option<NewEvent>,
}

/// What came of a boundary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advanced {
    /// Whether somebody wants the run to be cancelled.
    pub cancelled: bool,
}

/// What changes in a run that a person, or a program in their stead, had a hand in. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Where the run is now. The count of claims begins anew with it.
    pub status: Option<RunStatus>,
    /// When it goes on.
    pub due: Option<Option<Timestamp>>,
    /// The name of the step that it is at.
    pub step: Option<Option<String>>,
    /// What is saved of it besides its visits, as JSON.
    pub head: Option<String>,
    /// What it is a run of from now on.
    pub definition: Option<DefinitionText>,
    /// What a person answered, for whoever carries the run on.
    pub answer: Option<Option<String>>,
    /// Why nobody may take it.
    pub hold: Option<Option<String>>,
    /// Who wants it to be cancelled.
    pub cancel: Option<Option<String>>,
    /// Forget the visits from this sequence on; from 0 on only where [`visit`](Self::visit) gives the run a
    /// first one with a state.
    pub forget_from: Option<u32>,
    /// A visit to write, after that.
    pub visit: Option<NewVisit>,
    /// Take the run from whoever holds it. Never set for a run whose holder's lease lasts, other than by
    /// that holder.
    pub release: bool,
    /// What to note in the log.
    pub event: Option<NewEvent>,
}

/// A note in a run's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What happened, in a word: `created`, `decided`, `settled` and so on.
    pub kind: String,
    /// Who did it, if a person.
    pub by: Option<String>,
    /// The gate that it is about. A run has at most one `decided` event for a gate: a second one is a
    /// conflict, and the whole change is refused as if the version had been another.
    pub gate: Option<String>,
    /// The rest, as JSON.
    pub data: String,
}

/// A run, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRun {
    /// Its id.
    pub id: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// What it is a run of.
    pub definition: DefinitionText,
    /// Where it is.
    pub status: RunStatus,
    /// Counts the changes of it, those of who holds it among them.
    pub version: u64,
    /// Counts its holders.
    pub fence: u64,
    /// Who holds it, or held it last.
    pub worker: Option<WorkerId>,
    /// Whether that worker's lease lasts.
    pub held: bool,
    /// How often it was taken up since it last came to a boundary.
    pub claims: u32,
    /// When it goes on.
    pub due: Option<Timestamp>,
    /// The name of the step that it is at.
    pub step: Option<String>,
    /// What is saved of it besides its visits, as JSON.
    pub head: String,
    /// The newest state, as JSON.
    pub state: String,
    /// What a person answered, until that is part of a boundary.
    pub answer: Option<String>,
    /// Why nobody may take it.
    pub hold: Option<String>,
    /// Who wants it to be cancelled.
    pub cancel: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed; that somebody took hold of it is no change of it.
    pub updated_at: Timestamp,
    /// When it finished; not there any more once it goes on.
    pub finished_at: Option<Timestamp>,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its id.
    pub id: RunId,
    /// The workflow's public name.
    pub workflow: String,
    /// Where it is.
    pub status: RunStatus,
    /// Whether somebody carries it out at the moment.
    pub held: bool,
    /// When it goes on.
    pub due: Option<Timestamp>,
    /// The name of the step that it is at.
    pub step: Option<String>,
    /// What is saved of it besides its visits, as JSON.
    pub head: String,
    /// Why nobody may take it.
    pub hold: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it finished.
    pub finished_at: Option<Timestamp>,
}

/// A visit to a step, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVisit {
    /// Its place among the visits of the run; 0 for the state that the run began with.
    pub sequence: u32,
    /// The step; empty for the state that the run began with.
    pub step: String,
    /// What is known of it, as JSON.
    pub result: String,
    /// The state after it, as JSON.
    pub state: String,
    /// When it was last written.
    pub at: Timestamp,
}

/// A note in a run's log, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the log, counted from 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// What happened, in a word.
    pub kind: String,
    /// Who did it, if a person.
    pub by: Option<String>,
    /// The gate that it is about.
    pub gate: Option<String>,
    /// The rest, as JSON.
    pub data: String,
}
