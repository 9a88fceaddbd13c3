//! What a step's body returned: any type on its way out, JSON after a round trip, typed again on
//! demand.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::OnceLock;

use serde::de::Deserializer;
use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{RunRecord, StepStatus};

/// What a step's body returned. Read it with the step's handle
/// ([`RunRecord::output`]), as its type, or as JSON.
///
/// ```
/// use stepflow::Output;
///
/// let output = Output::new(4.5_f64);
/// assert_eq!(output.downcast_ref::<f64>(), Some(&4.5));
/// assert_eq!(output.to_json()?, serde_json::json!(4.5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Output(Box<dyn Stored>);

impl Output {
    /// Keeps a value. `()` takes no memory.
    ///
    /// ```
    /// use stepflow::Output;
    ///
    /// assert_eq!(Output::new(["small", "red"]).to_json()?, serde_json::json!(["small", "red"]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        Self(Box::new(Live(value)))
    }

    /// The value as JSON.
    ///
    /// # Errors
    ///
    /// When it has none: a map whose keys are no texts, a number beyond 64 bits, or a `Serialize` that
    /// fails.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use stepflow::Output;
    ///
    /// assert_eq!(Output::new(Some(4.5)).to_json()?, 4.5);
    ///
    /// // JSON has texts for keys only.
    /// let by_place = BTreeMap::from([((1, 2), "chair")]);
    /// assert!(Output::new(by_place).to_json().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> Result<Value, serde_json::Error> {
        self.0.to_json()
    }

    /// The value as the type it was returned as; `None` when it is another type or was read back from
    /// JSON and not decoded yet.
    ///
    /// ```
    /// use stepflow::{Output, workflow};
    ///
    /// struct Scale { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Scale {
    ///     #[step]
    ///     fn weigh(&mut self) -> f64 {
    ///         4.5
    ///     }
    /// }
    ///
    /// // For code that does not know the workflow; where it is known, its handle is shorter.
    /// let result = Scale { state: () }.run();
    /// let weight = result.step("weigh").and_then(|step| step.output()?.downcast_ref::<f64>());
    /// assert_eq!(weight, Some(&4.5));
    /// assert_eq!(result.output(Scale::WEIGH).ok(), weight);
    /// ```
    #[must_use]
    pub fn downcast_ref<T: 'static>(&self) -> Option<&T> {
        self.0.value()?.downcast_ref()
    }

    fn saved(&self) -> Option<&Saved> {
        self.0.saved()
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_json() {
            Ok(value) => write!(f, "{value}"),
            Err(error) => write!(f, "<no JSON: {error}>"),
        }
    }
}

impl Serialize for Output {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.to_json().map_err(|error| {
            S::Error::custom(format!(
                "an output of type `{}` cannot be written as JSON: {error}",
                self.0.type_name()
            ))
        })?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Output {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Value::deserialize(deserializer)?;
        Ok(Self(Box::new(Saved { json, decoded: OnceLock::new() })))
    }
}

trait Stored: Send + Sync {
    fn to_json(&self) -> Result<Value, serde_json::Error>;
    fn type_name(&self) -> &'static str;
    fn value(&self) -> Option<&dyn Any>;
    fn saved(&self) -> Option<&Saved>;
}

/// A value as the body returned it.
struct Live<T>(T);

impl<T: Serialize + Send + Sync + 'static> Stored for Live<T> {
    fn to_json(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(&self.0)
    }

    fn type_name(&self) -> &'static str {
        type_name::<T>()
    }

    fn value(&self) -> Option<&dyn Any> {
        Some(&self.0)
    }

    fn saved(&self) -> Option<&Saved> {
        None
    }
}

/// A value as it was read back, and what it was last decoded to.
struct Saved {
    json: Value,
    decoded: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Stored for Saved {
    fn to_json(&self) -> Result<Value, serde_json::Error> {
        Ok(self.json.clone())
    }

    fn type_name(&self) -> &'static str {
        type_name::<Value>()
    }

    fn value(&self) -> Option<&dyn Any> {
        self.decoded.get().map(|value| &**value as &dyn Any)
    }

    fn saved(&self) -> Option<&Saved> {
        Some(self)
    }
}

/// Reads a value back from JSON; `None` where the type cannot be read back.
pub(crate) type Decoder<T> = Option<fn(Value) -> Result<T, serde_json::Error>>;

/// A step and the type of its output. The macro makes one for every step, named like the step in
/// capital letters: `RefundWorkflow::CHECK_ORDER`.
///
/// ```
/// use stepflow::{StepHandle, workflow};
///
/// struct Scale { state: () }
///
/// #[workflow(state = ())]
/// impl Scale {
///     #[step]
///     fn weigh(&mut self) -> f64 {
///         4.5
///     }
/// }
///
/// const WEIGH: StepHandle<f64> = Scale::WEIGH;
/// assert_eq!((WEIGH.workflow_name(), WEIGH.name()), ("Scale", "weigh"));
/// assert_eq!(Scale { state: () }.run().output(WEIGH)?, &4.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct StepHandle<T> {
    workflow: &'static str,
    step: &'static str,
    decode: Decoder<T>,
}

impl<T> StepHandle<T> {
    pub(crate) const fn new(workflow: &'static str, step: &'static str, decode: Decoder<T>) -> Self {
        Self { workflow, step, decode }
    }

    /// The step's public name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.step
    }

    /// The public name of the workflow that the step belongs to.
    #[must_use]
    pub const fn workflow_name(self) -> &'static str {
        self.workflow
    }
}

impl<T: Send + Sync + 'static> StepHandle<T> {
    pub(super) fn find(self, record: &RunRecord) -> Result<&T, OutputError> {
        if record.workflow_name() != self.workflow {
            let (expected, found) = (self.workflow.to_owned(), record.workflow_name().to_owned());
            return Err(OutputError::OtherWorkflow { expected, found });
        }
        let step = || self.step.to_owned();
        let result = record.step(self.step).ok_or_else(|| OutputError::UnknownStep { step: step() })?;
        let Some(output) = result.output() else {
            return Err(OutputError::NoOutput { step: step(), status: result.status() });
        };
        if let Some(value) = output.downcast_ref() {
            return Ok(value);
        }
        let undecodable = || OutputError::OtherType { step: step(), expected: type_name::<T>() };
        let saved = output.saved().ok_or_else(undecodable)?;
        let decode = self.decode.ok_or_else(undecodable)?;
        let value =
            decode(saved.json.clone()).map_err(|source| OutputError::Undecodable { step: step(), source })?;
        saved.decoded.get_or_init(|| Box::new(value)).downcast_ref().ok_or_else(undecodable)
    }
}

impl<T> Clone for StepHandle<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StepHandle<T> {}

impl<T> fmt::Debug for StepHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StepHandle({}.{}: {})", self.workflow, self.step, type_name::<T>())
    }
}

/// Why a step's output cannot be had.
///
/// ```
/// use stepflow::{OutputError, StepStatus, workflow};
///
/// # struct Parcel { state: () }
/// # #[workflow(state = ())]
/// # impl Parcel {
/// #     #[step]
/// #     fn weigh(&mut self) -> f64 {
/// #         4.5
/// #     }
/// # }
/// struct Ship { state: bool }
///
/// #[workflow(state = bool)]
/// impl Ship {
///     #[step(routes = { true => load, false => END })]
///     fn ready(&mut self) -> bool {
///         self.state
///     }
///     #[step]
///     fn load(&mut self) -> u32 {
///         7
///     }
/// }
///
/// let result = Ship { state: false }.run();
/// let error = result.output(Ship::LOAD).expect_err("nothing was loaded");
/// assert!(matches!(error, OutputError::NoOutput { status: StepStatus::Skipped, .. }));
///
/// let error = result.output(Parcel::WEIGH).expect_err("it is no step of `Ship`");
/// assert_eq!(error.to_string(), "the handle is of workflow `Parcel`, the result of workflow `Ship`");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The step did not get as far as returning anything.
    #[error("step `{step}` has no output; it has {status}")]
    NoOutput {
        /// The step.
        step: String,
        /// How it ended.
        status: StepStatus,
    },
    /// The output is of another type, or was read back from JSON and its type cannot be.
    #[error(
        "the output of step `{step}` is not at hand as a `{expected}`; after a round trip through JSON that takes a `Deserialize`"
    )]
    OtherType {
        /// The step.
        step: String,
        /// The type asked for.
        expected: &'static str,
    },
    /// The handle is of another workflow than the result.
    #[error("the handle is of workflow `{expected}`, the result of workflow `{found}`")]
    OtherWorkflow {
        /// The handle's workflow.
        expected: String,
        /// The result's.
        found: String,
    },
    /// The saved output cannot be read as the step's type.
    #[error("the saved output of step `{step}` cannot be read back")]
    Undecodable {
        /// The step.
        step: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The result has no such step.
    #[error("the result has no step `{step}`; was it saved by another version of the workflow?")]
    UnknownStep {
        /// The step.
        step: String,
    },
}
