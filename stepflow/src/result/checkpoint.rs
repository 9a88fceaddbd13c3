//! A result as text that can be kept and read back, with the state proven to survive the trip.

mod finite;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Record, RunRecord, WorkflowResult};

impl<S: Serialize + DeserializeOwned> WorkflowResult<S> {
    /// The result as JSON, after proof that its state reads back to the same value.
    ///
    /// # Errors
    ///
    /// [`CheckpointError::StateNotSavable`] names the place in the state that would not survive: a
    /// number that is not finite, a map whose keys are no texts, a field that is written and not read.
    ///
    /// ```
    /// use stepflow::{Run, WorkflowResult, workflow};
    ///
    /// struct Valve { state: u32 }
    ///
    /// #[workflow(state = u32)]
    /// impl Valve {
    ///     #[step(approval)]
    ///     fn open(&mut self) {
    ///         self.state += 1;
    ///     }
    /// }
    ///
    /// let checkpoint = Run::new(Valve { state: 0 }).pause_on_approval().run().to_checkpoint()?;
    ///
    /// // … a week later, in another process:
    /// let paused = WorkflowResult::<u32>::from_checkpoint(&checkpoint)?;
    /// let result = paused.resume(|state| Valve { state }, true)?.run();
    /// assert_eq!(result.state, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_checkpoint(&self) -> Result<String, CheckpointError> {
        prove_savable(&self.state)?;
        serde_json::to_string(self).map_err(|source| CheckpointError::NotWritable { source })
    }

    /// Reads a result that [`to_checkpoint`](Self::to_checkpoint) wrote.
    ///
    /// # Errors
    ///
    /// When the text is no such result, or when the state's type has changed so that it does not write
    /// back to the same JSON: [`CheckpointError::StateChanged`] names the field.
    ///
    /// ```
    /// use stepflow::{CheckpointError, Run, WorkflowResult, workflow};
    ///
    /// struct Valve { state: Option<u32> }
    ///
    /// #[workflow(state = Option<u32>)]
    /// impl Valve {
    ///     #[step(approval)]
    ///     fn open(&mut self) {}
    /// }
    ///
    /// let checkpoint = Run::new(Valve { state: Some(7) }).pause_on_approval().run().to_checkpoint()?;
    /// let paused = WorkflowResult::<Option<u32>>::from_checkpoint(&checkpoint)?;
    /// assert!(paused.is_paused());
    /// assert_eq!(paused.state, Some(7));
    ///
    /// // The state's type has changed since.
    /// let error = WorkflowResult::<bool>::from_checkpoint(&checkpoint).expect_err("7 is no `bool`");
    /// assert!(matches!(error, CheckpointError::StateChanged { .. }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_checkpoint(checkpoint: &str) -> Result<Self, CheckpointError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Saved {
            state: Value,
            record: RunRecord,
        }

        let saved: Saved =
            serde_json::from_str(checkpoint).map_err(|source| CheckpointError::Unreadable { source })?;
        Ok(Self { state: reread(&saved.state)?, record: Record::Owned(saved.record) })
    }
}

/// Why a result cannot be saved, or a saved one not be read.
///
/// ```
/// use stepflow::{CheckpointError, workflow};
///
/// struct Scale { state: Vec<f64> }
///
/// #[workflow(state = Vec<f64>)]
/// impl Scale {
///     #[step]
///     fn weigh(&mut self) {
///         self.state.extend([4.5, f64::NAN]);
///     }
/// }
///
/// let error = Scale { state: vec![] }.run().to_checkpoint().expect_err("JSON has no NaN");
/// match error {
///     CheckpointError::StateNotSavable { place, .. } => assert_eq!(place, "[1]"),
///     other => return Err(other.into()),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// Something besides the state cannot be written: most likely an output.
    #[error("the result cannot be written as JSON")]
    NotWritable {
        /// What cannot be.
        source: serde_json::Error,
    },
    /// The state's type is no longer what it was when the checkpoint was written.
    #[error("the saved state no longer fits its type at `{place}`: {why}")]
    StateChanged {
        /// Where in the state, as a path of fields and positions.
        place: String,
        /// In what way.
        why: String,
    },
    /// The state would not be read back as it is.
    #[error("the state cannot be saved because of `{place}`: {why}")]
    StateNotSavable {
        /// Where in the state, as a path of fields and positions.
        place: String,
        /// In what way.
        why: String,
    },
    /// The text is no saved result.
    #[error("this is no checkpoint of a workflow")]
    Unreadable {
        /// What is wrong with it, with line and column.
        source: serde_json::Error,
    },
}

/// A state as JSON that is proven to read back to the very same JSON.
///
/// # Errors
///
/// When it does not, with the place and the reason.
///
/// ```
/// use stepflow::{load_state, save_state};
///
/// let json = save_state(&vec![4.5, 0.1])?;
/// assert_eq!(load_state::<Vec<f64>>(&json)?, [4.5, 0.1]);
/// assert!(save_state(&vec![f64::NAN]).is_err());
/// # Ok::<(), stepflow::CheckpointError>(())
/// ```
pub fn save_state<S: Serialize + DeserializeOwned>(state: &S) -> Result<String, CheckpointError> {
    let not_savable = |(place, why)| CheckpointError::StateNotSavable { place, why };
    finite::check(state).map_err(not_savable)?;
    let unwritable = |error: serde_json::Error| not_savable((".".to_owned(), error.to_string()));
    let json = serde_json::to_string(state).map_err(unwritable)?;
    // Most often the text is the same, and nothing has to be compared field by field.
    if serde_json::from_str::<S>(&json)
        .is_ok_and(|read| serde_json::to_string(&read).is_ok_and(|again| again == json))
    {
        return Ok(json);
    }
    prove_savable(state)?;
    // What is nested too deeply can be written, and not be read.
    serde_json::from_str::<S>(&json).map_err(unwritable)?;
    Ok(json)
}

/// A state that was saved as JSON, if it still fits its type: it must write back to the very same JSON.
///
/// # Errors
///
/// When it does not, with the place and the reason.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use stepflow::{CheckpointError, load_state};
///
/// #[derive(Debug, Serialize, Deserialize)]
/// struct Parcel { kilos: f64 }
///
/// let error = load_state::<Parcel>(r#"{"kilos": 4.5, "fragile": true}"#).expect_err("a field is gone");
/// assert!(matches!(error, CheckpointError::StateChanged { place, .. } if place == "fragile"));
/// ```
pub fn load_state<S: Serialize + DeserializeOwned>(json: &str) -> Result<S, CheckpointError> {
    if let Ok(state) = serde_json::from_str::<S>(json)
        && serde_json::to_string(&state).is_ok_and(|again| again == json)
    {
        return Ok(state);
    }
    let saved: Value = serde_json::from_str(json).map_err(|source| CheckpointError::Unreadable { source })?;
    reread(&saved)
}

/// Reads a state and proves that it is the one that was saved.
fn reread<S: Serialize + DeserializeOwned>(saved: &Value) -> Result<S, CheckpointError> {
    let changed = |(place, why)| CheckpointError::StateChanged { place, why };
    let state: S = read(saved).map_err(changed)?;
    let again = serde_json::to_value(&state).map_err(|source| CheckpointError::NotWritable { source })?;
    match difference(saved, &again) {
        Some(found) => Err(changed(found)),
        None => Ok(state),
    }
}

fn prove_savable<S: Serialize + DeserializeOwned>(state: &S) -> Result<(), CheckpointError> {
    let not_savable = |(place, why)| CheckpointError::StateNotSavable { place, why };
    finite::check(state).map_err(not_savable)?;
    let written =
        serde_json::to_value(state).map_err(|error| not_savable((".".to_owned(), error.to_string())))?;
    let again: S = read(&written).map_err(not_savable)?;
    let again =
        serde_json::to_value(&again).map_err(|error| not_savable((".".to_owned(), error.to_string())))?;
    difference(&written, &again).map_or(Ok(()), |found| Err(not_savable(found)))
}

fn read<S: DeserializeOwned>(saved: &Value) -> Result<S, (String, String)> {
    serde_path_to_error::deserialize(saved)
        .map_err(|error| (error.path().to_string(), error.inner().to_string()))
}

/// The first place where `now` is not `then`, and how they differ.
fn difference(then: &Value, now: &Value) -> Option<(String, String)> {
    fn walk(path: &str, then: &Value, now: &Value) -> Option<(String, String)> {
        let inside = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        match (then, now) {
            (Value::Object(then), Value::Object(now)) => {
                let gone = then.keys().find(|key| !now.contains_key(*key));
                let new = now.keys().find(|key| !then.contains_key(*key));
                if let Some(key) = gone {
                    return Some((inside(key), "it is saved, and the type has no such field".to_owned()));
                }
                if let Some(key) = new {
                    return Some((inside(key), "the type has this field, and none is saved".to_owned()));
                }
                then.iter().find_map(|(key, value)| walk(&inside(key), value, &now[key]))
            }
            (Value::Array(then), Value::Array(now)) if then.len() == now.len() => then
                .iter()
                .zip(now)
                .enumerate()
                .find_map(|(at, (then, now))| walk(&format!("{path}[{at}]"), then, now)),
            _ if then == now => None,
            _ => Some((path.to_owned(), format!("{then} is saved, and it would be written as {now}"))),
        }
    }
    let (place, why) = walk("", then, now)?;
    Some((if place.is_empty() { ".".to_owned() } else { place }, why))
}
