//! Answers out of what a browser sent. What is not as it should be stays as it was typed: the schema judges it, and the
//! person sees it again.

use std::collections::BTreeMap;

use serde_json::Value;
use stepflow_wizard::Map;
use unicode_normalization::UnicodeNormalization as _;

use super::draw::plain;
use super::field::{Control, Field, Input, Line};
use super::number::number;
use crate::Fields;

/// The fields that a browser sent, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Posted(pub(crate) Vec<(String, String)>);

impl From<&Fields> for Posted {
    fn from(fields: &Fields) -> Self {
        Self(fields.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl Posted {
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The rows of a list, by the numbers in the names of their controls.
    pub(crate) fn rows(&self, list: &str) -> Vec<usize> {
        let within = self.0.iter().filter_map(|(name, _)| name.strip_prefix(list)?.strip_prefix('/'));
        let mut rows: Vec<usize> = within.filter_map(|rest| rest.split('/').next()?.parse().ok()).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Numbers the rows of lists anew, without those that are blank, so that they are counted as the answer counts
    /// them.
    pub(crate) fn compact(mut self, fields: &[Field]) -> Self {
        for field in fields {
            self.compact_one(field, "");
        }
        self
    }

    fn compact_one(&mut self, field: &Field, prefix: &str) {
        let name = format!("{prefix}{}", field.name);
        match &field.control {
            Control::Group(parts) => parts.iter().for_each(|part| self.compact_one(part, prefix)),
            Control::List { item, .. } => {
                let rows = self.rows(&name);
                let mut names = BTreeMap::new();
                for row in rows {
                    let place = format!("{name}/{row}");
                    self.compact_one(item, &place);
                    if value(item, &place, self).is_some_and(|value| !is_empty(&value)) {
                        names.insert(place, format!("{name}/{}", names.len()));
                    } else {
                        let inner = format!("{place}/");
                        self.0.retain(|(known, _)| *known != place && !known.starts_with(&inner));
                    }
                }
                for (known, _) in &mut self.0 {
                    let Some(rest) = known.strip_prefix(&name).and_then(|rest| rest.strip_prefix('/')) else {
                        continue;
                    };
                    let row = rest.split('/').next().unwrap_or_default();
                    let place = format!("{name}/{row}");
                    if let Some(new) = names.get(&place) {
                        *known = format!("{new}{}", &known[place.len()..]);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What was decoded.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) values: Map,
    /// Declared fields that were left empty.
    pub(crate) blank: Vec<String>,
}

/// The answer that was sent. Only fields that are declared are looked at.
pub(crate) fn decode(fields: &[Field], posted: &Posted) -> Decoded {
    let mut decoded = Decoded::default();
    for field in fields {
        let name = field.name.replace("~1", "/").replace("~0", "~");
        match value(field, "", posted) {
            Some(value) => _ = decoded.values.insert(name, value),
            None => decoded.blank.push(name),
        }
    }
    decoded
}

/// How many of the names that were sent belong to no control.
pub(crate) fn unknown(fields: &[Field], posted: &Posted) -> usize {
    let known = |name: &str| fields.iter().any(|field| is_part_of(name, &field.name));
    posted.0.iter().filter(|(name, _)| !name.starts_with('_') && !known(name)).count()
}

fn is_part_of(name: &str, field: &str) -> bool {
    name.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn value(field: &Field, prefix: &str, posted: &Posted) -> Option<Value> {
    let name = format!("{prefix}{}", field.name);
    let typed = posted.one(&name);
    match &field.control {
        Control::Box => Some(Value::Bool(typed.is_some_and(|typed| !typed.is_empty() && typed != "false"))),
        Control::Constant(value) => Some(value.clone()),
        Control::File => None,
        Control::Choice { options, .. } => {
            let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
            let chosen = options.iter().find(|option| plain(&option.value) == typed);
            Some(chosen.map_or_else(|| Value::from(typed), |option| option.value.clone()))
        }
        Control::Choices(options) => {
            let typed: Vec<&str> =
                posted.all(&name).map(str::trim).filter(|typed| !typed.is_empty()).collect();
            let known = options.iter().filter(|option| typed.contains(&plain(&option.value).as_str()));
            let mut chosen: Vec<Value> = known.map(|option| option.value.clone()).collect();
            let strange =
                typed.iter().filter(|typed| !options.iter().any(|option| plain(&option.value) == **typed));
            chosen.extend(strange.map(|typed| Value::from(*typed)));
            Some(chosen.into())
        }
        Control::Group(parts) => {
            let mut group = Map::new();
            for part in parts {
                let key = part.name.rsplit('/').next().unwrap_or_default();
                if let Some(value) = value(part, prefix, posted) {
                    group.insert(key.replace("~1", "/").replace("~0", "~"), value);
                }
            }
            let group = Value::Object(group);
            (field.required || !is_empty(&group)).then_some(group)
        }
        Control::List { item, min, .. } => {
            let rows = posted.rows(&name).into_iter();
            let items = rows.filter_map(|row| value(item, &format!("{name}/{row}"), posted));
            let items: Vec<Value> = items.filter(|item| !is_empty(item)).collect();
            (!items.is_empty() || field.required || *min == 0).then(|| items.into())
        }
        Control::Json => {
            let typed = typed.map(str::trim).filter(|typed| !typed.is_empty())?;
            Some(serde_json::from_str(typed).unwrap_or_else(|_| typed.into()))
        }
        Control::Line(line) => one_line(line, typed?),
        Control::Text { .. } => {
            let text: String = typed?.replace("\r\n", "\n").nfc().collect();
            let text = text.trim();
            (!text.is_empty()).then(|| text.into())
        }
    }
}

fn one_line(line: &Line, typed: &str) -> Option<Value> {
    // What is secret is taken as it is: a space may be part of it.
    if line.input == Input::Password {
        return (!typed.is_empty()).then(|| typed.into());
    }
    let text: String = typed.nfc().collect();
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(match line.input {
        Input::Integer | Input::Number => number(text).unwrap_or_else(|| text.into()),
        // What browsers send has neither seconds nor a zone.
        Input::DateTime if text.len() == "2024-05-31T17:30".len() => format!("{text}:00Z").into(),
        Input::Time if text.len() == "17:30".len() => format!("{text}:00Z").into(),
        _ if line.collapse => text.split_whitespace().collect::<Vec<_>>().join(" ").into(),
        _ => text.into(),
    })
}

/// Whether nothing was said in it. A box that is not ticked says nothing here.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::form::fields;

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        Posted(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn answers_are_canonical() {
        let text = json!({ "type": "string" });
        let cases = [
            (text.clone(), "  Ada ", json!("Ada")),
            (text.clone(), "Jose\u{301}", json!("José")),
            (text, "a  b", json!("a  b")),
            (json!({ "type": "string", "x-whitespace": "collapse" }), "a  b", json!("a b")),
            (json!({ "type": "string", "format": "password" }), " x ", json!(" x ")),
            (json!({ "type": "integer" }), "1,234", json!(1234)),
            (json!({ "type": "integer" }), "many", json!("many")),
            (
                json!({ "type": "string", "format": "date-time" }),
                "2024-05-31T17:30",
                json!("2024-05-31T17:30:00Z"),
            ),
            (json!({ "enum": [1, 2] }), "2", json!(2)),
            (json!({ "enum": [1, 2] }), "3", json!("3")),
            (json!({ "type": "string", "maxLength": 900 }), "a\r\nb\r\n", json!("a\nb")),
            (json!({ "type": "object" }), "{\"a\":1}", json!({ "a": 1 })),
        ];
        for (schema, typed, value) in cases {
            let form = json!({ "type": "object", "properties": { "it": schema, "other": {} } });
            let decoded = decode(&fields(&form, |_| false), &posted(&[("it", typed)]));
            assert_eq!(decoded.values["it"], value, "{typed}");
            assert_eq!(decoded.blank, ["other"]);
        }
    }

    #[test]
    fn what_is_left_empty_is_said_to_be() {
        let form = json!({ "type": "object", "properties": {
            "name": { "type": "string" }, "news": { "type": "boolean" },
            "days": { "type": "array", "items": { "enum": ["mon", "tue"] } },
        } });
        let decoded = decode(&fields(&form, |_| false), &posted(&[("name", "  ")]));
        assert_eq!(Value::Object(decoded.values), json!({ "news": false, "days": [] }));
        assert_eq!(decoded.blank, ["name"]);
    }

    #[test]
    fn rows_without_a_word_are_left_out_and_the_others_move_up() {
        let guest = json!({ "type": "object", "properties": { "name": { "type": "string" }, "veg": { "type": "boolean" } } });
        let form = json!({ "type": "object", "properties": { "guests": { "type": "array", "items": guest }, "x": {} } });
        let fields = fields(&form, |_| false);
        let sent = posted(&[
            ("guests/0/name", ""),
            ("guests/2/name", "Ada"),
            ("guests/2/veg", "true"),
            ("guests/10/name", "Bo"),
        ]);
        let compact = sent.compact(&fields);
        assert_eq!(
            compact,
            posted(&[("guests/0/name", "Ada"), ("guests/0/veg", "true"), ("guests/1/name", "Bo")])
        );
        let guests = &decode(&fields, &compact).values["guests"];
        assert_eq!(*guests, json!([{ "name": "Ada", "veg": true }, { "name": "Bo", "veg": false }]));
    }

    #[test]
    fn names_that_nobody_asked_for_are_counted() {
        let form = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": {} } });
        let sent = posted(&[("a", "1"), ("admin", "true"), ("_token", "x"), ("aa", "2")]);
        assert_eq!(unknown(&fields(&form, |_| false), &sent), 2);
    }
}
