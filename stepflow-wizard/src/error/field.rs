//! What is wrong with an answer: said to the person who gave it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Name;

/// One thing that is wrong with an answer.
///
/// ```
/// use stepflow_wizard::FieldError;
///
/// let error = FieldError::new("age", "minimum", "Must be 18 or more.");
/// assert_eq!(error.to_string(), "age: Must be 18 or more.");
/// assert_eq!(FieldError::of_stage("taken", "This name is taken.").to_string(), "This name is taken.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// The field; `None` when the whole stage is meant.
    pub field: Option<Name>,
    /// Where in the field's value, as a JSON pointer; empty for the value itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// What kind of mistake it is, for programs and for catalogues of messages: a keyword of JSON Schema
    /// (`required`, `type`, `enum`, `minimum`), `unknown`, or a word of the wizard's own.
    pub code: Cow<'static, str>,
    /// What to do about it, for a person.
    pub message: String,
}

impl FieldError {
    /// A mistake in one field.
    ///
    /// ```
    /// use stepflow_wizard::FieldError;
    ///
    /// let error = FieldError::new("email", "taken", "There is an account with this address.");
    /// assert_eq!(error.field.as_deref(), Some("email"));
    /// ```
    pub fn new(
        field: impl Into<Name>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self { field: Some(field.into()), path: String::new(), code: code.into(), message: message.into() }
    }

    /// A mistake that no single field can be blamed for.
    ///
    /// ```
    /// use stepflow_wizard::FieldError;
    ///
    /// assert_eq!(FieldError::of_stage("period", "The end is before the beginning.").field, None);
    /// ```
    pub fn of_stage(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { field: None, path: String::new(), code: code.into(), message: message.into() }
    }

    /// The same mistake, deeper in the field's value.
    ///
    /// ```
    /// use stepflow_wizard::FieldError;
    ///
    /// let error = FieldError::new("guests", "type", "Must be a text.").at("/2/name");
    /// assert_eq!(error.to_string(), "guests/2/name: Must be a text.");
    /// ```
    #[must_use]
    pub fn at(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{field}{}: {}", self.path, self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for FieldError {}

/// Several things that are wrong with an answer. A step method may return it as its error.
///
/// ```
/// use stepflow_wizard::{FieldError, FieldErrors};
///
/// let mut errors = FieldErrors::default();
/// errors.push(FieldError::new("from", "required", "Say when it begins."));
/// assert!(errors.into_result().is_err());
/// assert!(FieldErrors::default().into_result().is_ok());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Adds one.
    pub fn push(&mut self, error: FieldError) {
        self.0.push(error);
    }

    /// `Ok` when there are none.
    ///
    /// # Errors
    ///
    /// The errors themselves.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for FieldErrors {}

impl From<FieldError> for FieldErrors {
    fn from(error: FieldError) -> Self {
        Self(vec![error])
    }
}

impl FromIterator<FieldError> for FieldErrors {
    fn from_iter<I: IntoIterator<Item = FieldError>>(errors: I) -> Self {
        Self(errors.into_iter().collect())
    }
}

/// Why a step does not take an answer.
///
/// A step method's error type converts into it: [`FieldError`], [`FieldErrors`], a text, or any error
/// through [`Rejection::error`].
///
/// ```
/// use stepflow_wizard::{FieldError, Rejection};
///
/// let rejection = Rejection::from("Choose another day.");
/// assert_eq!(rejection.errors()[0].field, None);
///
/// let rejection: Rejection = FieldError::new("day", "closed", "We are closed that day.").into();
/// assert_eq!(rejection.to_string(), "day: We are closed that day.");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection(FieldErrors);

impl Rejection {
    /// Any error, shown to the person as a mistake of the whole stage.
    ///
    /// ```
    /// use stepflow_wizard::Rejection;
    ///
    /// let Err(error) = "x".parse::<u8>() else { return };
    /// assert_eq!(Rejection::error(error).to_string(), "invalid digit found in string");
    /// ```
    pub fn error(error: impl std::error::Error) -> Self {
        Self::from(error.to_string())
    }

    /// What is wrong.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.0
    }

    /// What is wrong, by value.
    #[must_use]
    pub fn into_errors(self) -> Vec<FieldError> {
        self.0.0
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Rejection {}

impl From<FieldError> for Rejection {
    fn from(error: FieldError) -> Self {
        Self(error.into())
    }
}

impl From<FieldErrors> for Rejection {
    fn from(errors: FieldErrors) -> Self {
        Self(errors)
    }
}

impl From<String> for Rejection {
    fn from(message: String) -> Self {
        FieldError::of_stage("rejected", message).into()
    }
}

impl From<&str> for Rejection {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}
