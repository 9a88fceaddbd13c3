//! The parts of a run that a store keeps as text, and what they mean.

use serde::{Deserialize, Serialize};
use stepflow::{RecoverError, SavedRun, Timestamp, WorkflowDefinition};

use crate::store::{DefinitionText, StoreError, StoredRun, StoredVisit};

impl DefinitionText {
    /// A definition as a store keeps it.
    ///
    /// # Errors
    ///
    /// When it has no JSON; no definition that can be run.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    /// use stepflow_store::DefinitionText;
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let definition = WorkflowDefinition::new("parcel", STEPS);
    /// let text = DefinitionText::of(&definition)?;
    /// assert_eq!(text.fingerprint, definition.fingerprint().to_string());
    /// assert_eq!(text.read()?, definition);
    /// # Ok::<(), stepflow_store::StoreError>(())
    /// ```
    pub fn of(definition: &WorkflowDefinition) -> Result<Self, StoreError> {
        let json = serde_json::to_string(definition).map_err(|error| {
            StoreError::refused(format!("the definition of `{}` has no JSON", definition.name))
                .caused_by(error)
        })?;
        let fingerprint = definition.fingerprint().to_string();
        Ok(Self { key: format!("{fingerprint}-{:016x}", digest(&json)), fingerprint, json })
    }

    /// The definition.
    ///
    /// # Errors
    ///
    /// When the text is no definition.
    pub fn read(&self) -> Result<WorkflowDefinition, StoreError> {
        serde_json::from_str(&self.json).map_err(|error| {
            StoreError::corrupt("the definition that is kept with the run cannot be read").caused_by(error)
        })
    }
}

/// FNV-1a: the same on every machine and in every release of the standard library.
fn digest(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl StoredRun {
    /// The run as the engine takes it up.
    ///
    /// # Errors
    ///
    /// When a text is nothing that this library writes.
    pub fn saved(&self, visits: &[StoredVisit]) -> Result<SavedRun, RecoverError> {
        let results = visits.iter().filter(|visit| visit.sequence > 0).map(|visit| visit.result.as_str());
        SavedRun::from_json(self.id.clone(), &self.head, results)
    }
}

/// Why nobody may take a run, or with what in mind: kept in [`StoredRun::hold`].
///
/// ```
/// use stepflow_store::Hold;
///
/// let hold = Hold::DefinitionChanged { differences: vec!["step `pay` was removed".to_owned()] };
/// assert_eq!(hold.to_string(), "its definition has changed: step `pay` was removed");
/// assert_eq!(serde_json::from_str::<Hold>(&serde_json::to_string(&hold)?)?, hold);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "why", deny_unknown_fields)]
#[non_exhaustive]
pub enum Hold {
    /// It is to go on by whatever definition the worker has that takes it next. This keeps nobody from
    /// taking it.
    #[error("it goes on by the definition of the day")]
    Adopt,
    /// One process after another went down with it.
    #[error("{claims} processes in a row went down, or were stopped, while they carried it out")]
    Crashed {
        /// How many.
        claims: u32,
    },
    /// What is kept of it contradicts itself.
    #[error("what is kept of it is damaged: {what}")]
    Damaged {
        /// What contradicts what.
        what: String,
    },
    /// The workflow's definition is another one than that of the run.
    #[error("its definition has changed: {}", .differences.join("; "))]
    DefinitionChanged {
        /// What changed, one entry a change.
        differences: Vec<String>,
    },
    /// The saved state does not fit the type of the state any more.
    #[error("its saved state does not fit any more at `{place}`: {what}")]
    StateChanged {
        /// The field.
        place: String,
        /// Why it does not fit.
        what: String,
    },
}

/// That somebody wants a run to be cancelled: kept in [`StoredRun::cancel`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// Who.
    pub by: String,
    /// Why, if they say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, by the clock of the process that they told.
    pub at: Timestamp,
}
