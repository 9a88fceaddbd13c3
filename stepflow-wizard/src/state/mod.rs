//! Everything that a wizard knows about one person.

mod frame;
mod json;
mod page;
mod shape;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::frame::{Frame, Return, Visit, VisitKind};
pub use self::page::{Item, Page};
use crate::Name;
use crate::definition::Fingerprint;
use crate::record::TransitionRecord;
use crate::task::TaskState;

/// The form in which states are written now.
pub(crate) const FORMAT: u32 = 1;

/// Everything that a wizard knows about one person: a value that is handed in, and comes back in the
/// [`Outcome`](crate::Outcome).
///
/// It is data and no more: keep it as JSON, send it, compare it.
///
/// ```
/// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Stage, State, Timestamp, advance};
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
///
/// let saved = tea.begin(&env)?.state.to_json()?;
/// let state = State::from_json(&saved)?;
/// assert_eq!(state.stage(), "kind");
///
/// let outcome = advance(&tea, state, Command::submit([("kind", "green")]), &env)?;
/// assert!(outcome.state.is_completed());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct State {
    pub(crate) format: u32,
    pub(crate) definition: DefinitionId,
    pub(crate) rev: u64,
    pub(crate) status: Status,
    /// The main flow first, the one being walked last. Never empty.
    pub(crate) frames: Vec<Frame>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) tasks: Vec<TaskState>,
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) log: VecDeque<TransitionRecord>,
    /// The ids of the last calls.
    #[serde(default, skip_serializing_if = "VecDeque::is_empty")]
    pub(crate) recent: VecDeque<Name>,
    /// How far progress has come; it goes back only when the person does.
    #[serde(default)]
    pub(crate) progress: f64,
    /// How many items were ever added, for their ids.
    #[serde(default)]
    pub(crate) items_added: u64,
    /// How often the person was asked again, as the original counts. Nothing here does.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) attempts: u64,
    pub(crate) started_at: Timestamp,
    pub(crate) entered_at: Timestamp,
}

/// Which definition a state belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct DefinitionId {
    /// The wizard's name.
    pub name: Name,
    /// Its version.
    pub version: Name,
    /// A digest of whatever can change the meaning of a state.
    pub fingerprint: Fingerprint,
}

/// Whether a wizard takes answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It does.
    Active,
    /// It was ended before its end.
    Cancelled,
    /// It is finished.
    Completed,
}

impl State {
    /// Counts the calls that changed something.
    #[must_use]
    pub fn rev(&self) -> u64 {
        self.rev
    }

    /// Which definition it belongs to.
    #[must_use]
    pub fn definition(&self) -> &DefinitionId {
        &self.definition
    }

    /// Whether the wizard takes answers.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether the wizard is finished.
    #[must_use]
    pub fn is_completed(&self) -> bool {
        self.status == Status::Completed
    }

    /// The name of the current stage.
    #[must_use]
    pub fn stage(&self) -> &str {
        &self.top().stage
    }

    /// The path of the flow that is being walked; empty for the main one.
    #[must_use]
    pub fn flow(&self) -> &str {
        &self.top().flow
    }

    /// How many flows deep the current stage is; zero in the main one.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.frames.len().saturating_sub(1)
    }

    /// The flows being walked: the main one first, the current one last.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// What there is to do beside answering, and how far it is.
    #[must_use]
    pub fn tasks(&self) -> &[TaskState] {
        &self.tasks
    }

    /// The moves so far, the oldest first, as far as they are kept.
    pub fn log(&self) -> impl DoubleEndedIterator<Item = &TransitionRecord> + ExactSizeIterator {
        self.log.iter()
    }

    /// When the wizard began.
    #[must_use]
    pub fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// When the current stage was entered.
    #[must_use]
    pub fn entered_at(&self) -> Timestamp {
        self.entered_at
    }

    /// What the given stage of the current flow has collected.
    #[must_use]
    pub fn page(&self, stage: &str) -> Option<&Page> {
        self.top().pages.get(stage)
    }

    pub(crate) fn top(&self) -> &Frame {
        // A state without frames cannot be made: `begin` makes one, and `from_json` refuses to read it.
        static NONE: std::sync::LazyLock<Frame> =
            std::sync::LazyLock::new(|| Frame::new(Arc::from(""), Arc::from(""), crate::Map::new()));
        self.frames.last().unwrap_or(&NONE)
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero(value: &u64) -> bool {
    *value == 0
}
