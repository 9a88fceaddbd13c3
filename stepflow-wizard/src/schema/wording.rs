//! What to do about a value, in words.

use serde_json::Value;

/// What to do about a value that breaks a keyword of its schema.
pub(super) fn say(keyword: &str, expected: &Value) -> String {
    match keyword {
        "required" => "This is required.".to_owned(),
        "type" => format!("Must be {}.", type_name(expected)),
        "enum" => format!("Must be one of: {}.", list(expected)),
        "const" => format!("Must be {}.", plain(expected)),
        "minimum" => format!("Must be {} or more.", plain(expected)),
        "maximum" => format!("Must be {} or less.", plain(expected)),
        "exclusiveMinimum" => format!("Must be more than {}.", plain(expected)),
        "exclusiveMaximum" => format!("Must be less than {}.", plain(expected)),
        "multipleOf" => format!("Must be a multiple of {}.", plain(expected)),
        "minLength" if expected == 1 => "Must not be empty.".to_owned(),
        "minLength" => format!("Must have {} characters or more.", plain(expected)),
        "maxLength" => format!("Must have {} characters or less.", plain(expected)),
        "minItems" => format!("Needs {} or more entries.", plain(expected)),
        "maxItems" => format!("Must have {} entries or less.", plain(expected)),
        "uniqueItems" => "Must not have the same entry twice.".to_owned(),
        "format" => format!("Must be {}.", format_name(expected)),
        "pattern" => "Does not have the form that is asked for.".to_owned(),
        "additionalProperties" | "unevaluatedProperties" | "unknown" => "Is not asked for here.".to_owned(),
        "anyOf" | "oneOf" => "Fits none of the forms that are allowed.".to_owned(),
        _ => "Is not as it should be.".to_owned(),
    }
}

fn type_name(expected: &Value) -> String {
    match expected {
        Value::String(name) => match name.as_str() {
            "string" => "a text",
            "integer" => "a whole number",
            "number" => "a number",
            "boolean" => "yes or no",
            "array" => "a list",
            "object" => "a group of fields",
            "null" => "empty",
            _ => "of another type",
        }
        .to_owned(),
        Value::Array(names) => names.iter().map(type_name).collect::<Vec<_>>().join(" or "),
        _ => "of another type".to_owned(),
    }
}

fn format_name(expected: &Value) -> &'static str {
    match expected.as_str().unwrap_or_default() {
        "email" | "idn-email" => "an email address, like name@example.com",
        "uri" | "url" | "iri" => "a web address, like https://example.com",
        "date" => "a date, like 2024-05-31",
        "time" => "a time, like 17:30:00Z",
        "date-time" => "a date with a time, like 2024-05-31T17:30:00Z",
        "uuid" => "a UUID",
        "ipv4" | "ipv6" => "an IP address",
        "hostname" | "idn-hostname" => "the name of a host",
        _ => "in another form",
    }
}

fn list(expected: &Value) -> String {
    match expected {
        Value::Array(options) => options.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            // A bound written as 1.0 is read as 1.
            Some(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}
