//! What can be asked of a wizard.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Map, Name};

/// What is asked of a wizard.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::Command;
///
/// let command = Command::submit([("name", json!("Ada")), ("age", json!(36))]);
/// assert!(matches!(command, Command::Submit(_)));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// Adds an item to the collection of this stage.
    AddItem(Map),
    /// Goes back to the stage before, with what was typed on this one.
    Back {
        /// What was typed, not validated; it is shown again later and never counts as an answer.
        draft: Option<Map>,
    },
    /// Ends it without completing.
    Cancel,
    /// Marks a task as done.
    CompleteTask(Name),
    /// Says that a collection is complete.
    Done,
    /// Changes an item of the collection of this stage.
    EditItem {
        /// The item's id.
        id: Name,
        /// The values that change.
        values: Map,
    },
    /// Goes to a stage that can be reached with the answers given so far.
    GoTo(Name),
    /// Removes an item from the collection of this stage.
    RemoveItem(Name),
    /// Starts over: answers, tasks and flows are as at the beginning.
    Restart,
    /// Keeps what was typed, without validating it and without moving.
    SaveDraft(Map),
    /// Passes this stage without answering.
    Skip,
    /// Answers this stage.
    Submit(Input),
}

impl Command {
    /// Answers this stage with these fields.
    pub fn submit<K: Into<String>, V: Into<Value>>(fields: impl IntoIterator<Item = (K, V)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self::Submit(Input::Map(fields.collect()))
    }

    /// Goes back, with nothing typed.
    #[must_use]
    pub const fn back() -> Self {
        Self::Back { draft: None }
    }

    /// `submit`, `back`, `skip`, …
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AddItem(_) => "add_item",
            Self::Back { .. } => "back",
            Self::Cancel => "cancel",
            Self::CompleteTask(_) => "complete_task",
            Self::Done => "done",
            Self::EditItem { .. } => "edit_item",
            Self::GoTo(_) => "go_to",
            Self::RemoveItem(_) => "remove_item",
            Self::Restart => "restart",
            Self::SaveDraft(_) => "save_draft",
            Self::Skip => "skip",
            Self::Submit(_) => "submit",
        }
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Input {
    /// What a pipeline found in a text.
    Extracted(Box<Extracted>),
    /// Fields and their values.
    Map(Map),
    /// A text. Answers must be found in it first, which is not the core's work.
    Text(String),
}

/// What was found in a text.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::Extracted;
///
/// let found = Extracted::new([("animal", json!("parrot"))], 0.9);
/// assert!(found.confident);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Extracted {
    /// Fields and their values.
    pub values: Map,
    /// Values that hold for this call alone, such as `_message`.
    pub turn: Map,
    /// Where each value comes from.
    pub sources: BTreeMap<Name, Source>,
    /// How sure the extractor is: 0 to 1.
    pub confidence: f64,
    /// Whether that is sure enough to move on.
    pub confident: bool,
    /// What the extractor complained about.
    pub errors: Vec<String>,
    /// What the extractor said, in the types of the schema, whether it was taken or not.
    #[serde(default)]
    pub said: Map,
    /// Whether the person's own words bear a value out, where that was looked at.
    #[serde(default)]
    pub grounded: BTreeMap<Name, bool>,
    /// Values that were not taken, and why.
    #[serde(default)]
    pub dropped: Vec<Dropped>,
    /// Fields for which something else was said before.
    #[serde(default)]
    pub conflicts: Vec<Conflict>,
    /// The values that the answer brought about, and where each comes from. Filled in by [`advance`](crate::advance).
    #[serde(default)]
    pub provenance: BTreeMap<Name, Provenance>,
    /// Whatever else the extractor reports.
    pub report: Value,
    /// What the pipeline has done already, so that it is not done twice.
    #[serde(skip)]
    pub(crate) filled: Option<Box<Filled>>,
}

/// What a pipeline filled in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Filled {
    /// Derived values of fields that the stage does not have.
    pub(crate) elsewhere: Map,
    /// Every field that was written to, by the original's reckoning.
    pub(crate) written: BTreeSet<Name>,
}

/// A value that was found in a text and not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Dropped {
    /// The field, cut to 64 letters.
    pub field: String,
    /// Why.
    pub reason: DropReason,
}

impl Dropped {
    #[cfg(feature = "extract")]
    pub(crate) fn new(field: &str, reason: DropReason) -> Self {
        Self { field: field.chars().take(64).collect(), reason }
    }
}

/// Why a value that was found in a text was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DropReason {
    /// A filter of the definition refused it.
    Filtered,
    /// It breaks the schema.
    Invalid,
    /// It is none of the field's choices.
    NotAChoice,
    /// Nobody asked for the field.
    NotAsked,
    /// It would replace an answer, and the person's words do not bear it out.
    NotGrounded,
    /// The key is reserved for the wizard itself.
    Reserved,
    /// It is larger than the limits allow.
    TooLarge,
}

/// A field for which a text says something else than what was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Conflict {
    /// The field.
    pub field: Name,
    /// Whether the new value took the place of the old one.
    pub replaced: bool,
}

/// A value, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Provenance {
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub source: Source,
    /// Whether the person's own words bear it out, where that was looked at.
    pub grounded: Option<bool>,
}

impl Extracted {
    /// Values found with this confidence; sure enough from 0.8 on.
    pub fn new<K: Into<String>, V: Into<Value>>(
        values: impl IntoIterator<Item = (K, V)>,
        confidence: f64,
    ) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { values, confidence, confident: is_sure(confidence), ..Self::default() }
    }
}

/// Whether a confidence is enough to go by: 0.8, to ten digits.
pub(crate) fn is_sure(confidence: f64) -> bool {
    (confidence * 1e10).round() >= 0.8 * 1e10
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// The schema's default.
    Default,
    /// Made of other values.
    Derived,
    /// Found in a text.
    Extracted,
    /// Given by the person, field by field.
    Given,
    /// Found in a text at a second look.
    Recovered,
    /// The stand-in of a skipped stage.
    Skipped,
    /// The text itself.
    Verbatim,
}

/// A command, with what makes it safe to send twice and safe against others.
///
/// ```
/// use stepflow_wizard::{Call, Command};
///
/// let call = Call::from(Command::Skip).with_id("7f3a").at_rev(4);
/// assert_eq!((call.id.as_deref(), call.expected_rev), (Some("7f3a"), Some(4)));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// What is asked.
    pub command: Command,
    /// Names the call: a second one of the same id changes nothing.
    pub id: Option<Name>,
    /// The revision that the caller has seen; another one is refused.
    pub expected_rev: Option<u64>,
}

impl Call {
    /// The same by this id. The last few ids are remembered in the state.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<Name>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The same, refused when the state has another revision.
    #[must_use]
    pub fn at_rev(mut self, rev: u64) -> Self {
        self.expected_rev = Some(rev);
        self
    }
}

impl From<Command> for Call {
    fn from(command: Command) -> Self {
        Self { command, id: None, expected_rev: None }
    }
}
