//! Why a call was refused.

use std::fmt;

use thiserror::Error;

use super::Rejection;
use crate::state::State;
use crate::{Difference, Name};

pub use stepflow::BoxError;

/// Why a call was refused. A refused call changed nothing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WizardError {
    /// The wizard is finished; it takes no more answers.
    #[error("the wizard is completed and takes no more answers; go back or restart")]
    AlreadyCompleted,
    /// The wizard was cancelled.
    #[error("the wizard was cancelled; only a restart is possible")]
    Cancelled,
    /// A condition failed, and the definition says that this is an error.
    #[error("the condition of the transition to `{target}` on stage `{stage}` failed: {message}")]
    ConditionFailed {
        /// The stage that was being left.
        stage: Name,
        /// Where the transition leads.
        target: Name,
        /// What went wrong.
        message: String,
    },
    /// A saved state does not hold together.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The state belongs to another definition, or to an earlier form of this one.
    #[error("the state was saved under another definition: {0}")]
    DefinitionChanged(Difference),
    /// A text was given, and nobody to make answers of it.
    #[error("a text needs an extractor to become answers; use the extraction pipeline, or submit a map")]
    ExtractorRequired,
    /// The extractor failed, so that nobody knows what a text says.
    #[cfg(feature = "extract")]
    #[error("the text was not read")]
    Extraction(#[source] crate::extract::ExtractError),
    /// Something is larger than the definition's limits allow.
    #[error("{limit}: at most {allowed} allowed, got {got}")]
    LimitExceeded {
        /// Which limit.
        limit: Limit,
        /// The limit's value.
        allowed: usize,
        /// What was given.
        got: usize,
    },
    /// The way that was asked for is not open, and the definition is strict about it.
    #[error("{0}")]
    NavigationRefused(#[from] Refusal),
    /// The stage collects no items.
    #[error("stage `{0}` does not collect items")]
    NotACollection(Name),
    /// There is no item of this id.
    #[error("stage `{stage}` has no item `{id}`")]
    NoSuchItem {
        /// The stage that collects.
        stage: Name,
        /// The id that was asked for.
        id: Name,
    },
    /// A key of the input is reserved for the wizard itself.
    #[error("the key `{0}` is reserved: keys of an input must not begin with an underscore")]
    ReservedKey(String),
    /// The step does not take its own stored answers.
    #[error("stage `{stage}` cannot be evaluated: {rejection}")]
    Rejected {
        /// The stage.
        stage: Name,
        /// What its step said.
        rejection: Rejection,
    },
    /// The definition has no such stage.
    #[error("the wizard has no stage `{0}`")]
    StageNotFound(Name),
    /// Somebody else changed the state since it was read.
    #[error("the state has changed: revision {expected} was expected, it is {actual}")]
    StaleRevision {
        /// The revision that the caller had seen.
        expected: u64,
        /// The revision of the state.
        actual: u64,
    },
    /// There is no such task, or what it depends on is not done.
    #[error("the task `{task}` cannot be completed: {reason}")]
    Task {
        /// The task's id.
        task: Name,
        /// Why not.
        reason: &'static str,
    },
    /// A text of the stage could not be rendered.
    #[error("a text of stage `{stage}` cannot be rendered")]
    TemplateFailed {
        /// The stage.
        stage: Name,
        /// What the template engine said.
        source: BoxError,
    },
    /// A function of the definition failed.
    #[error("the function `{function}` failed on stage `{stage}`")]
    TransformFailed {
        /// The stage that was being left.
        stage: Name,
        /// The function's name.
        function: Name,
        /// What it said.
        source: BoxError,
    },
}

/// Which of the [`Limits`](crate::Limits) was exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Bytes of all answers together.
    Answers,
    /// Sub-flows within sub-flows.
    Frames,
    /// Bytes of one input.
    InputBytes,
    /// Levels of one input.
    InputDepth,
    /// Keys of one input.
    InputKeys,
    /// Records of one collection.
    Items,
    /// Bytes of a text.
    Text,
    /// Characters of an id, a name or a key.
    Word,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Answers => "the answers are too large (bytes)",
            Self::Frames => "sub-flows are nested too deeply",
            Self::InputBytes => "the input is too large (bytes)",
            Self::InputDepth => "the input is nested too deeply (levels)",
            Self::InputKeys => "the input has too many keys",
            Self::Items => "the collection has too many items",
            Self::Text => "the text is too long (bytes)",
            Self::Word => "an id or a key is too long (bytes)",
        })
    }
}

/// Why a way is not open.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is nothing to go back to.
    #[error("stage `{0}` is the first one: there is nothing to go back to")]
    AtTheStart(Name),
    /// The stage does not let people go back.
    #[error("stage `{0}` does not allow going back")]
    BackNotAllowed(Name),
    /// The command is switched off.
    #[error("this wizard has switched off `{0}`")]
    Disabled(&'static str),
    /// The stage cannot be reached with the answers given so far.
    #[error("stage `{0}` cannot be reached yet")]
    NotReachable(Name),
    /// The stage cannot be skipped.
    #[error("stage `{0}` cannot be skipped")]
    SkipNotAllowed(Name),
}

/// A call that was refused, with the state that it was given, unchanged.
///
/// ```
/// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Input, Stage, Transition, WizardError, advance};
/// # use stepflow_wizard::Timestamp;
///
/// let flow = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
/// let tea = Definition::new(Blueprint::new(flow))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
/// let state = tea.begin(&env)?.state;
/// let before = state.to_json()?;
///
/// let Err(refused) = advance(&tea, state, Command::submit([("_kind", "green")]), &env) else { return Ok(()) };
/// assert!(matches!(refused.error, WizardError::ReservedKey(_)));
/// assert_eq!(refused.state.to_json()?, before);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Error)]
#[error("{error}")]
#[non_exhaustive]
pub struct Refused {
    /// Why.
    pub error: WizardError,
    /// The state, as it was.
    pub state: State,
}

impl From<Box<Refused>> for WizardError {
    fn from(refused: Box<Refused>) -> Self {
        refused.error
    }
}

/// A saved state that cannot be read or does not hold together, and where.
#[derive(Debug, Error)]
#[error("the saved wizard cannot be read at `{place}`: {message}")]
#[non_exhaustive]
pub struct Corrupt {
    /// The place in the document, such as `frames[0].stage`.
    pub place: String,
    /// What is wrong there.
    pub message: String,
    /// What the reader said.
    #[source]
    pub source: Option<BoxError>,
}

impl Corrupt {
    /// A complaint about one place of the document.
    pub(crate) fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into(), source: None }
    }
}
