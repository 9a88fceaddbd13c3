//! What can go wrong, and how it is said.

mod definition;
mod field;
mod wizard;

pub use self::definition::{DefinitionCode, DefinitionError, DefinitionErrors, Place, Warning, WarningCode};
pub use self::field::{FieldError, FieldErrors, Rejection};
pub use self::wizard::{BoxError, Corrupt, Limit, Refusal, Refused, WizardError};
