//! What becomes of a value on its way from a person's words to an answer: all of it pure.
//!
//! - [`Field::normalise`]: the value in the type that the schema asks for, and as one of its choices;
//! - [`Field::ground`] and [`Field::admit`]: whether the person said so, and whether the value may replace one;
//! - [`Field::signal`] and [`recover_booleans`]: yes or no, read from the words themselves;
//! - [`Derivation`]: answers that follow from other answers.
//!
//! The rules are those of the original, except where its word lists misjudge: a negated yes is no yes, and where
//! several choices fit equally, none is guessed.
//!
//! ```
//! use serde_json::json;
//! use stepflow_wizard::values::{ExtractionHints, Field};
//!
//! let plan = Field::new("plan", &json!({ "type": "string", "enum": ["free", "pro"] }))?;
//! let value = plan.normalise(json!("Pro plan"), &ExtractionHints::default());
//! assert_eq!(value.into_value(), json!("pro"));
//! # Ok::<(), stepflow_wizard::values::FieldSchemaError>(())
//! ```

mod choice;
mod derive;
mod field;
mod ground;
mod hints;
mod normalise;
mod signal;
#[cfg(test)]
mod tests;
mod words;

pub use self::choice::{ChoiceMatch, match_choice};
pub use self::derive::{
    CustomTransform, CustomTransforms, Derivation, DerivationConfig, DerivationError, DerivationProblem,
    Pattern, Replacement, Transform, TransformError, When, derive_all,
};
pub use self::field::{Field, FieldKind, FieldSchemaError};
pub use self::ground::{Admission, Grounding, GroundingOptions, GroundingStrategy};
pub use self::hints::{ExtractionHints, FieldHints, GroundingMode};
pub use self::normalise::Normalised;
pub use self::signal::{Signals, recover_booleans};
