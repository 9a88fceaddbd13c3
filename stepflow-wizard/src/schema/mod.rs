//! What a stage's JSON Schema says about its answers.

#[cfg(not(feature = "schema"))]
mod basic;
mod fields;
#[cfg(feature = "schema")]
mod full;
mod wording;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

#[cfg(not(feature = "schema"))]
use self::basic::Validator;
pub(crate) use self::fields::is_blank;
#[cfg(feature = "schema")]
use self::full::Validator;
use crate::error::FieldError;
use crate::{Map, Name};

/// A schema, ready to judge answers.
pub(crate) struct Schema {
    /// The fields it declares, with their own schemas.
    pub(crate) fields: BTreeMap<Name, Value>,
    /// The fields that must have a value, in the order of the schema.
    pub(crate) required: Vec<Name>,
    /// Whether other fields are welcome (`additionalProperties`).
    pub(crate) open: bool,
    /// Fields whose values must not be shown (`x-sensitive`, `writeOnly`).
    pub(crate) sensitive: BTreeSet<Name>,
    /// Values for fields that have none.
    pub(crate) defaults: Vec<(Name, Value)>,
    validator: Validator,
}

/// What is wrong with answers.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    /// Required fields without a value.
    pub(crate) missing: BTreeSet<Name>,
    /// Values that are not as they should be.
    pub(crate) errors: Vec<FieldError>,
}

impl Problems {
    pub(crate) fn none(&self) -> bool {
        self.missing.is_empty() && self.errors.is_empty()
    }
}

impl Schema {
    /// Reads a schema, or says what is wrong with it.
    pub(crate) fn compile(schema: &Arc<Value>) -> Result<Self, String> {
        if !schema.is_object() {
            return Err("a schema is an object".to_owned());
        }
        let declared = fields::declared(schema);
        if let Some(name) = declared.properties.keys().find(|name| name.starts_with('_')) {
            return Err(format!("the field `{name}` begins with an underscore; such names are reserved"));
        }
        let sensitive =
            |(name, field): (&Name, &Value)| fields::is_sensitive(field).then(|| Arc::clone(name));
        let default = |(name, field): (&Name, &Value)| {
            field.get("default").map(|default| (Arc::clone(name), default.clone()))
        };
        Ok(Self {
            sensitive: declared.properties.iter().filter_map(sensitive).collect(),
            defaults: declared.properties.iter().filter_map(default).collect(),
            fields: declared.properties,
            required: declared.required,
            open: declared.open,
            validator: Validator::new(schema)?,
        })
    }

    /// What is wrong with these answers. Judging a whole that is not complete would blame the person for what
    /// they have not said yet: while something is missing, only single values are judged.
    pub(crate) fn judge(&self, values: &mut Map) -> Problems {
        let lacks = |name: &&Name| values.get(&***name).is_none_or(is_blank);
        let missing: BTreeSet<Name> = self.required.iter().filter(lacks).cloned().collect();
        let mut whole = Value::Object(std::mem::take(values));
        let mut errors = self.validator.errors(&whole);
        if let Value::Object(taken) = &mut whole {
            *values = std::mem::take(taken);
        }
        if !missing.is_empty() {
            errors.retain(|error| error.field.as_ref().is_some_and(|field| !missing.contains(field)));
        }
        Problems { missing, errors }
    }

    /// Whether nothing is wrong with these answers.
    pub(crate) fn accepts(&self, values: &mut Map) -> bool {
        self.judge(values).none()
    }
}
