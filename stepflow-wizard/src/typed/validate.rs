//! The rules that an answer's type brings along: those of `garde` and of `validator`.

use std::marker::PhantomData;

use crate::error::FieldError;

/// What a rule complains about.
pub type Rule<A> = fn(&A) -> Vec<FieldError>;

/// Asks the compiler about a type: an inherent constant, where its bounds hold, hides the one of [`NoRules`].
#[derive(Debug)]
pub struct Rules<A>(PhantomData<A>);

/// A type that brings no rules.
pub trait NoRules {
    /// The type.
    type Answer;
    /// None.
    const GARDE: Rule<Self::Answer> = |_| Vec::new();
    /// None.
    const VALIDATOR: Rule<Self::Answer> = |_| Vec::new();
}

impl<A> NoRules for Rules<A> {
    type Answer = A;
}

#[cfg(feature = "garde")]
impl<A: garde::Validate<Context: Default>> Rules<A> {
    /// Those that `garde` keeps.
    pub const GARDE: Rule<A> = |answer| match answer.validate() {
        Ok(()) => Vec::new(),
        Err(report) => {
            report.iter().map(|(path, error)| at(&path.to_string(), "invalid", error.message())).collect()
        }
    };
}

#[cfg(feature = "validator")]
impl<A: validator::Validate> Rules<A> {
    /// Those that `validator` keeps.
    pub const VALIDATOR: Rule<A> = |answer| match answer.validate() {
        Ok(()) => Vec::new(),
        Err(errors) => {
            let mut found = Vec::new();
            of_validator(&errors, "", &mut found);
            found
        }
    };
}

#[cfg(feature = "validator")]
fn of_validator(errors: &validator::ValidationErrors, path: &str, found: &mut Vec<FieldError>) {
    use validator::ValidationErrorsKind::{Field, List, Struct};
    let mut fields: Vec<_> = errors.errors().iter().collect();
    fields.sort_by_key(|(field, _)| *field);
    for (field, errors) in fields {
        let path = if path.is_empty() { field.to_string() } else { format!("{path}.{field}") };
        match errors {
            Field(errors) => found.extend(errors.iter().map(|error| {
                let message = error.message.as_deref().map_or_else(|| error.to_string(), str::to_owned);
                at(&path, &error.code, &message)
            })),
            List(items) => {
                for (index, errors) in items {
                    of_validator(errors, &format!("{path}[{index}]"), found);
                }
            }
            Struct(errors) => of_validator(errors, &path, found),
        }
    }
}

/// An error at `guests[2].name`.
#[cfg(any(feature = "garde", feature = "validator"))]
fn at(path: &str, code: &str, message: &str) -> FieldError {
    use super::answer::pointer;
    // `__all__` is what `validator` calls a whole object.
    let is_name = |segment: &&str| !segment.is_empty() && *segment != "__all__";
    let mut segments = path.split(['.', '[', ']']).filter(is_name).map(str::to_owned);
    let code = code.to_owned();
    match segments.next() {
        Some(field) => FieldError::new(field, code, message).at(pointer(segments)),
        None => FieldError::of_stage(code, message),
    }
}
