//! Validation by the whole of JSON Schema.

use std::sync::Arc;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use serde_json::{Value, json};

use super::wording;
use crate::error::FieldError;

pub(super) struct Validator(jsonschema::Validator);

impl Validator {
    pub(super) fn new(schema: &Arc<Value>) -> Result<Self, String> {
        jsonschema::options()
            .should_validate_formats(true)
            .build(schema)
            .map(Self)
            .map_err(|error| format!("the schema cannot be used: {error}"))
    }

    pub(super) fn errors(&self, values: &Value) -> Vec<FieldError> {
        if self.0.is_valid(values) {
            return Vec::new();
        }
        let mut errors: Vec<FieldError> = self.0.iter_errors(values).map(|error| said(&error)).collect();
        errors.dedup();
        errors
    }
}

fn said(error: &jsonschema::ValidationError<'_>) -> FieldError {
    let path = error.instance_path().as_str();
    let keyword = error.kind().keyword();
    let (field, rest) = split(path);
    let (field, code, expected) = match error.kind() {
        ValidationErrorKind::Required { property } if field.is_none() => {
            (property.as_str().map(str::to_owned), "required", Value::Null)
        }
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected }
            if field.is_none() =>
        {
            (unexpected.first().cloned(), "unknown", Value::Null)
        }
        kind => (field, keyword, expected(kind)),
    };
    FieldError {
        field: field.map(Into::into),
        path: rest,
        code: code.to_owned().into(),
        message: wording::say(code, &expected),
    }
}

/// A JSON pointer as a field and the way below it.
fn split(pointer: &str) -> (Option<String>, String) {
    let Some(path) = pointer.strip_prefix('/') else { return (None, String::new()) };
    let (field, rest) = path.find('/').map_or((path, ""), |at| path.split_at(at));
    (Some(field.replace("~1", "/").replace("~0", "~")), rest.to_owned())
}

fn expected(kind: &ValidationErrorKind) -> Value {
    match kind {
        ValidationErrorKind::Constant { expected_value } => expected_value.as_ref().clone(),
        ValidationErrorKind::Enum { options } => options.as_ref().clone(),
        ValidationErrorKind::ExclusiveMaximum { limit }
        | ValidationErrorKind::ExclusiveMinimum { limit }
        | ValidationErrorKind::Maximum { limit }
        | ValidationErrorKind::Minimum { limit } => limit.clone(),
        ValidationErrorKind::MaxItems { limit }
        | ValidationErrorKind::MaxLength { limit }
        | ValidationErrorKind::MinItems { limit }
        | ValidationErrorKind::MinLength { limit } => json!(limit),
        ValidationErrorKind::MultipleOf { multiple_of } => json!(multiple_of),
        ValidationErrorKind::Format { format } => json!(format),
        ValidationErrorKind::Type { kind: TypeKind::Single(one) } => json!(one.to_string()),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(several) } => {
            Value::Array(several.iter().map(|one| json!(one.to_string())).collect())
        }
        _ => Value::Null,
    }
}
