//! Answers as types: how a type is asked for, and how an answer becomes a value of it.
//!
//! A form has fields, so what is asked for is an object. A type that is none, such as a number or an enum, is
//! asked for as the only field of one, named like the step's parameter.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserializer;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use serde_json::{Value, json};
use serde_path_to_error::Segment;

use crate::error::FieldError;
use crate::{Map, Name};

/// The type of an answer: whatever can be read, and described by a JSON Schema. Nobody implements it by hand.
///
/// ```
/// use schemars::JsonSchema;
/// use serde::Deserialize;
/// use stepflow_wizard::typed::Answer;
///
/// #[derive(Deserialize, JsonSchema)]
/// struct Guest { name: String }
///
/// fn asks<A: Answer>() {}
///
/// asks::<Guest>();
/// asks::<u8>();
/// ```
#[diagnostic::on_unimplemented(
    message = "a step cannot ask for `{Self}`",
    label = "not the type of an answer",
    note = "the type of an answer implements `serde::Deserialize` and `schemars::JsonSchema`; both can be derived"
)]
pub trait Answer: DeserializeOwned + JsonSchema + 'static {}

#[diagnostic::do_not_recommend]
impl<A: DeserializeOwned + JsonSchema + 'static> Answer for A {}

/// The schema of a step that asks for an `A`.
pub(super) fn form<A: Answer>(field: &str) -> Value {
    let mut schema = described::<A>();
    if is_object(&schema) {
        return schema;
    }
    let definitions = schema.as_object_mut().and_then(|schema| schema.remove("$defs"));
    let required: &[&str] = if takes_null(&schema) { &[] } else { &[field] };
    let mut form = json!({ "type": "object", "properties": { field: schema }, "required": required });
    if let Some(definitions) = definitions {
        form["$defs"] = definitions;
    }
    form
}

pub(super) fn read<A: Answer>(answers: &Map, field: &str) -> Result<A, FieldError> {
    if !is_wrapped::<A>() {
        return decode(answers.into_deserializer());
    }
    let value = answers.get(field).unwrap_or(&Value::Null);
    decode(value).map_err(|error| within(field, error))
}

pub(super) fn read_given<A: DeserializeOwned>(given: &Map) -> Result<A, FieldError> {
    decode(given.into_deserializer()).or_else(|error| {
        // A state that is no object is handed on as the only field of one.
        let alone = given.get("value").filter(|_| given.len() == 1);
        alone.map_or(Err(error), decode)
    })
}

/// Whether an answer of this type is the only field of a form. Asked whenever answers are walked, so it is found
/// out once for each type.
pub(super) fn is_wrapped<A: Answer>() -> bool {
    static KNOWN: RwLock<BTreeMap<TypeId, bool>> = RwLock::new(BTreeMap::new());
    let id = TypeId::of::<A>();
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return *known;
    }
    let wrapped = !is_object(&described::<A>());
    KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(id, wrapped);
    wrapped
}

/// An error of a value, as an error of the field that holds the value.
pub(super) fn within(field: &str, error: FieldError) -> FieldError {
    let deeper = error.field.iter().map(ToString::to_string);
    let path = pointer(deeper) + &error.path;
    FieldError { field: Some(Name::from(field)), path, ..error }
}

/// A JSON pointer.
pub(super) fn pointer(segments: impl IntoIterator<Item = String>) -> String {
    segments
        .into_iter()
        .map(|segment| format!("/{}", segment.replace('~', "~0").replace('/', "~1")))
        .collect()
}

fn decode<'de, A: DeserializeOwned, R>(value: R) -> Result<A, FieldError>
where
    R: Deserializer<'de, Error = serde_json::Error>,
{
    let mut track = serde_path_to_error::Track::new();
    let reader = serde_path_to_error::Deserializer::new(value, &mut track);
    A::deserialize(reader).map_err(|error| {
        let path = track.path();
        let mut segments = path.iter().filter_map(|segment| match segment {
            Segment::Map { key } | Segment::Enum { variant: key } => Some(key.clone()),
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Unknown => None,
        });
        let message = error.to_string();
        match segments.next() {
            Some(field) => FieldError::new(field, "invalid", message).at(pointer(segments)),
            None => FieldError::of_stage("invalid", message),
        }
    })
}

fn described<A: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.meta_schema = None);
    settings.into_generator().into_root_schema_for::<A>().to_value()
}

/// Whether all values of a schema are objects.
fn is_object(schema: &Value) -> bool {
    let of_any =
        |key: &str| schema[key].as_array().is_some_and(|some| !some.is_empty() && some.iter().all(is_object));
    schema["type"] == "object" || of_any("oneOf") || of_any("anyOf")
}

fn takes_null(schema: &Value) -> bool {
    let of_any = |key: &str| schema[key].as_array().is_some_and(|some| some.iter().any(takes_null));
    match &schema["type"] {
        Value::String(only) => only == "null",
        Value::Array(some) => some.iter().any(|one| one == "null"),
        _ => schema == &Value::Bool(true) || of_any("oneOf") || of_any("anyOf"),
    }
}
