//! What came of a call.

mod diagnostic;
mod event;
mod step;

use std::collections::BTreeSet;

pub use self::diagnostic::{Diagnostic, DiagnosticCode};
pub use self::event::{Cause, Event, EventKind};
pub use self::step::{RoadmapEntry, StageView, Standing};
use crate::Name;
use crate::command::Extracted;
use crate::error::FieldError;
use crate::record::Trigger;
use crate::state::{State, Status};

/// What came of a call: the new state, and all that there is to say about it.
///
/// ```
/// use stepflow_wizard::{Blueprint, Command, Definition, Env, Flow, Kind, Stage, Timestamp, advance};
/// use serde_json::json;
///
/// let age = Stage::new("age")
///     .schema(json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] }))
///     .to("done");
/// let wizard = Definition::new(Blueprint::new(Flow::new("age", vec![age, Stage::end("done")])))?;
/// let env = Env::at(Timestamp::UNIX_EPOCH);
///
/// let outcome = advance(&wizard, wizard.begin(&env)?.state, Command::submit([("age", "old")]), &env)?;
/// assert_eq!(outcome.kind, Kind::Invalid);
/// assert_eq!(outcome.errors[0].field.as_deref(), Some("age"));
///
/// let outcome = advance(&wizard, outcome.state, Command::submit([("age", 36)]), &env)?;
/// assert_eq!(outcome.kind, Kind::Completed);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// The new state. It takes the place of the one that was handed in.
    pub state: State,
    /// In one word, what happened.
    pub kind: Kind,
    /// The move, if there was one.
    pub moved: Option<Move>,
    /// Whether the wizard takes answers now.
    pub status: Status,
    /// The current stage, as it is to be shown.
    pub view: StageView,
    /// What is wrong with the answer.
    pub errors: Vec<FieldError>,
    /// Required fields of the current stage that have no value yet.
    pub missing: BTreeSet<Name>,
    /// Fields whose values the call changed.
    pub changed: BTreeSet<Name>,
    /// What stages had to say that were passed without stopping.
    pub messages: Vec<String>,
    /// What the author of the definition may want to know.
    pub diagnostics: Vec<Diagnostic>,
    /// What happened, in order, for those who react to it.
    pub events: Vec<Event>,
    /// What a pipeline found in a text, if the answer was one.
    pub extraction: Option<Extracted>,
}

impl Outcome {
    /// Whether the current stage is another one than before, or was left and entered again.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.moved.is_some()
    }
}

/// In one word, what happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The wizard was ended before its end.
    Cancelled,
    /// The wizard is finished.
    Completed,
    /// The answers were taken and wait to be confirmed: submit again to go on.
    Confirm,
    /// What was given is fine, and something required is missing.
    Incomplete,
    /// The answer was not taken.
    Invalid,
    /// Another stage is current.
    Moved,
    /// The command was carried out before; nothing changed.
    Repeated,
    /// Something was kept, and no move was asked for.
    Saved,
    /// The wizard could not move.
    Stayed,
}

/// A move from one stage to another.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Move {
    /// The stage that was current before the call.
    pub from: Name,
    /// The stage that is current after it.
    pub to: Name,
    /// What caused the first step of it.
    pub trigger: Trigger,
    /// How many stages were passed without stopping.
    pub passed: usize,
}
