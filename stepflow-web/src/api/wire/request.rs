//! What callers send.

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use stepflow_wizard::Map;

/// Begins a wizard. There is nothing to say about it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Begin {}

/// A command for a wizard, as the caller has seen it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Advance {
    /// The revision that the caller has seen. Another one is refused, with what is saved now.
    #[serde(deserialize_with = "whole")]
    pub(in crate::api) revision: u64,
    /// Names the call: sent a second time, it changes nothing and is answered as `repeated`. The last 32 are
    /// remembered.
    #[schemars(length(min = 1, max = 255))]
    pub(in crate::api) call_id: Option<String>,
    /// What is asked.
    pub(in crate::api) command: Command,
}

/// A command for a wizard whose state the caller keeps.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct AdvanceSealed {
    /// The token of the last answer.
    pub(in crate::api) token: String,
    /// What is asked.
    pub(in crate::api) command: Command,
}

/// A wizard whose state the caller keeps.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct ViewSealed {
    /// The token of the last answer.
    pub(in crate::api) token: String,
}

/// Submits a wizard.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct Complete {
    /// The name of the submission, as the wizard shows it. After a restart it is another one, and this one is refused.
    #[schemars(regex(pattern = r"^[0-9a-f]{32}$"))]
    pub(in crate::api) submission: String,
}

/// What is asked of a wizard.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::api) enum Command {
    /// Adds an item to the collection of this stage.
    AddItem {
        /// The fields of the item.
        values: Map,
    },
    /// Goes back to the stage before.
    Back {
        /// What was typed on this one: kept, not validated, and never an answer.
        #[serde(default)]
        draft: Option<Map>,
    },
    /// Ends the wizard without completing it. To delete it, use DELETE.
    Cancel {},
    /// Marks a task as done.
    CompleteTask {
        /// The id of the task.
        task: String,
    },
    /// Says that a collection is complete.
    Done {},
    /// Changes an item of the collection of this stage.
    EditItem {
        /// The id of the item.
        id: String,
        /// The fields that change.
        values: Map,
    },
    /// Goes to a stage that can be reached with the answers given so far.
    GoTo {
        /// The name of the stage.
        stage: String,
    },
    /// Removes an item from the collection of this stage.
    RemoveItem {
        /// The id of the item.
        id: String,
    },
    /// Starts over, with nothing answered.
    Restart {},
    /// Keeps what was typed, without validating it and without moving.
    SaveDraft {
        /// What was typed.
        draft: Map,
    },
    /// Passes this stage without answering.
    Skip {},
    /// Answers this stage.
    Submit {
        /// The answers, by the schema of the stage. None at all confirm what is there, where a stage asks for that.
        values: Map,
    },
}

/// A whole number, also where it is written with a point: `7.0` is an integer to JSON Schema.
fn whole<'de, D: Deserializer<'de>>(reader: D) -> Result<u64, D::Error> {
    let number = serde_json::Number::deserialize(reader)?;
    let digits = number.to_string();
    let digits = digits.strip_suffix(".0").unwrap_or(&digits);
    digits.parse().map_err(|_| D::Error::custom(format!("`{number}` is no revision: they count from 1")))
}

impl From<Command> for stepflow_wizard::Command {
    fn from(command: Command) -> Self {
        match command {
            Command::AddItem { values } => Self::AddItem(values),
            Command::Back { draft } => Self::Back { draft },
            Command::Cancel {} => Self::Cancel,
            Command::CompleteTask { task } => Self::CompleteTask(task.into()),
            Command::Done {} => Self::Done,
            Command::EditItem { id, values } => Self::EditItem { id: id.into(), values },
            Command::GoTo { stage } => Self::GoTo(stage.into()),
            Command::RemoveItem { id } => Self::RemoveItem(id.into()),
            Command::Restart {} => Self::Restart,
            Command::SaveDraft { draft } => Self::SaveDraft(draft),
            Command::Skip {} => Self::Skip,
            Command::Submit { values } => Self::submit(values),
        }
    }
}
