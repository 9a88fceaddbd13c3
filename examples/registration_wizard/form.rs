//! A form in lines of text, made from the schema of whatever is asked.

use serde_json::Value;
use stepflow_wizard::{Command, Map, StageView};

/// One field of a form.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    schema: &'a Value,
    is_required: bool,
    /// What was said before.
    known: Option<&'a Value>,
}

/// What the person typed: a command, or the text for one field.
pub(crate) enum Typed {
    Command(Command),
    Quit,
    Text(String),
}

impl Typed {
    pub(crate) fn read(line: &str) -> Self {
        match line.trim() {
            ":back" => Self::Command(Command::back()),
            ":restart" => Self::Command(Command::Restart),
            ":skip" => Self::Command(Command::Skip),
            ":quit" => Self::Quit,
            text => Self::Text(text.to_owned()),
        }
    }
}

/// The fields of a stage, the required ones first.
pub(crate) fn fields(view: &StageView) -> Vec<Field<'_>> {
    let Some(schema) = view.schema.as_deref() else { return Vec::new() };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut fields: Vec<Field<'_>> = properties
        .map(|(name, property)| Field {
            name,
            schema: resolved(schema, property),
            is_required: required.contains(&name.as_str()),
            known: view.values.get(name),
        })
        .collect();
    fields.sort_by_key(|field| required.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
    fields
}

impl Field<'_> {
    /// What stands in front of the answer.
    pub(crate) fn question(&self) -> String {
        let choices = self.choices();
        let choices = if choices.is_empty() { String::new() } else { format!(" ({})", choices.join(", ")) };
        let known = match self.known {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => format!(" [{text}]"),
            Some(other) => format!(" [{other}]"),
        };
        let optional = if self.is_required { "" } else { ", or nothing" };
        format!("{}{choices}{known}{optional}: ", self.name)
    }

    /// Puts what was typed into the form. A text that does not fit is the wizard's to refuse.
    pub(crate) fn fill(&self, text: &str, form: &mut Map) {
        if text.is_empty() {
            form.extend(self.known.map(|known| (self.name.to_owned(), known.clone())));
            return;
        }
        let lower = text.to_lowercase();
        let choice = self.choices().into_iter().find(|choice| choice.to_lowercase() == lower);
        let value = match (choice, &self.schema["type"], lower.as_str()) {
            (_, kind, "yes" | "no") if kind == "boolean" => Value::from(lower == "yes"),
            (Some(choice), ..) => Value::from(choice),
            (_, kind, _) if kind == "integer" || kind == "number" => {
                serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
            }
            _ => Value::from(text),
        };
        form.insert(self.name.to_owned(), value);
    }

    fn choices(&self) -> Vec<&str> {
        let one_of = self.schema["oneOf"].as_array().into_iter().flatten();
        let listed = self.schema["enum"].as_array().into_iter().flatten();
        let choices = listed.chain(one_of.map(|one| &one["const"])).filter_map(Value::as_str).collect();
        if self.schema["type"] == "boolean" { vec!["yes", "no"] } else { choices }
    }
}

/// The schema that a reference stands for.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let pointer = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| root.pointer(pointer)).unwrap_or(schema)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn filled(schema: &Value, text: &str) -> Value {
        let field = Field { name: "f", schema, is_required: true, known: None };
        let mut form = Map::new();
        field.fill(text, &mut form);
        Value::Object(form)
    }

    #[test]
    fn what_is_typed_becomes_a_value_of_the_field() {
        for (schema, text, value) in [
            (json!({ "type": "string" }), "12", json!({ "f": "12" })),
            (json!({ "type": "integer" }), "12", json!({ "f": 12 })),
            (json!({ "type": "integer" }), "twelve", json!({ "f": "twelve" })),
            (json!({ "type": "boolean" }), "Yes", json!({ "f": true })),
            (json!({ "enum": ["Free", "Team"] }), "team", json!({ "f": "Team" })),
            (json!({ "enum": ["Free", "Team"] }), "gold", json!({ "f": "gold" })),
            (json!({ "type": "string" }), "", json!({})),
        ] {
            assert_eq!(filled(&schema, text), value, "{text} for {schema}");
        }
    }
}
