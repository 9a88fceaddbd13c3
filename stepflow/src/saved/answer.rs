//! What a saved run waited for a person to say.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::ApprovalDecision;
use crate::definition::StepDefinition;
use crate::error::RecoverError;
use crate::result::Output;
use crate::workflow::{Attempted, StepOutcome};

/// What a saved run waited for a person to say.
///
/// ```
/// use stepflow::{Answer, ApprovalDecision};
///
/// let answer = Answer::Decided(ApprovalDecision::approve().by("noor"));
/// assert_eq!(serde_json::to_value(&answer)?["decided"]["decided_by"], "noor");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Answer {
    /// What was decided at the gate.
    Decided(ApprovalDecision),
    /// Whether the body that was broken off did its work.
    Settled(Settlement),
}

/// Whether a body that was broken off, and must not run twice, did its work.
///
/// ```
/// use stepflow::Settlement;
///
/// // The payment is in the books of the bank, under this number.
/// let settlement = Settlement::happened_with("PAY-1047");
/// assert_eq!(serde_json::to_value(&settlement)?["happened"]["output"], "PAY-1047");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Settlement {
    /// It did not: the attempt is made again, under the same idempotency key.
    DidNotHappen,
    /// It did: the step has succeeded, with the state that it began with.
    Happened {
        /// What it returned.
        #[serde(default)]
        output: Value,
        /// Which of its routes that leads to; needed where the step has routes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        route: Option<String>,
    },
}

impl Settlement {
    /// It did its work, and returned nothing.
    #[must_use]
    pub fn happened() -> Self {
        Self::happened_with(Value::Null)
    }

    /// It did its work, and returned this.
    #[must_use]
    pub fn happened_with(output: impl Into<Value>) -> Self {
        Self::Happened { output: output.into(), route: None }
    }

    /// It did its work, returned this, and goes on by the route of this key.
    ///
    /// ```
    /// use stepflow::Settlement;
    ///
    /// let settlement = Settlement::happened_by("refused", "limit exceeded");
    /// assert_eq!(serde_json::to_value(&settlement)?["happened"]["route"], "refused");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn happened_by(route: impl Into<String>, output: impl Into<Value>) -> Self {
        Self::Happened { output: output.into(), route: Some(route.into()) }
    }

    /// Whether the step can have come to that: a routed step leads somewhere, and another nowhere else.
    ///
    /// # Errors
    ///
    /// When it cannot, with the keys that it has.
    ///
    /// ```
    /// use stepflow::{Settlement, StepDefinition};
    ///
    /// let step = StepDefinition::new("pay");
    /// assert!(Settlement::happened().check(&step).is_ok());
    /// assert!(Settlement::happened_by("refused", ()).check(&step).is_err());
    /// ```
    pub fn check(&self, step: &StepDefinition) -> Result<(), RecoverError> {
        let Self::Happened { route, .. } = self else { return Ok(()) };
        let known = |key: &str| step.routes.iter().any(|route| route.key == key);
        if route.as_deref().map_or_else(|| !step.is_routed(), known) {
            return Ok(());
        }
        Err(RecoverError::NoSuchRoute {
            step: step.name.to_string(),
            route: route.clone(),
            known: step.routes.iter().map(|route| route.key.to_string()).collect(),
        })
    }

    /// What the body came to, if it came to anything.
    pub(crate) fn into_outcome(self, step: &StepDefinition) -> Result<Option<StepOutcome>, RecoverError> {
        self.check(step)?;
        let Self::Happened { output, route } = self else { return Ok(None) };
        let output = Output::new(output);
        Ok(Some(StepOutcome(match route {
            None => Attempted::Succeeded { output },
            Some(route) => Attempted::Routed { output, route: route.into() },
        })))
    }
}
