//! The controls that a schema asks for.

use serde_json::{Map, Value};

use super::field::{Choice, Control, Field, Input, Line, Style, escape};
use super::text::humanise;

/// How many levels of a schema become controls.
const DEPTH: usize = 8;
/// Up to so many answers are shown all at once.
const RADIOS: usize = 7;
/// From so many characters on, a text gets several lines.
const LINE: u64 = 255;

/// The fields of a form, in the order of its schema.
pub(crate) fn fields(schema: &Value, sensitive: impl Fn(&str) -> bool) -> Vec<Field> {
    let reader = Reader { root: schema };
    let mut fields = reader.group(schema, None, DEPTH);
    for field in &mut fields {
        if sensitive(&field.name) {
            field.sensitive = true;
        }
    }
    // A yes or no that is asked alone is a question, and no box.
    if let [only] = &mut fields[..]
        && only.control == Control::Box
    {
        only.control = yes_or_no();
    }
    fields
}

struct Reader<'a> {
    root: &'a Value,
}

impl<'a> Reader<'a> {
    /// The fields of an object. Those of all of its branches are asked for, and what one of several branches requires
    /// is not required.
    fn group(&self, schema: &'a Value, within: Option<&str>, depth: usize) -> Vec<Field> {
        let mut found = Vec::new();
        self.gather(schema, within, true, depth, &mut found);
        found
    }

    fn gather(
        &self,
        schema: &'a Value,
        within: Option<&str>,
        binding: bool,
        depth: usize,
        found: &mut Vec<Field>,
    ) {
        if depth == 0 {
            return;
        }
        if let Some(target) = self.target(schema) {
            self.gather(target, within, binding, depth - 1, found);
        }
        let required = |field: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            binding && names.is_some_and(|names| names.iter().any(|name| name == field))
        };
        for (field, of_field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = within.map_or_else(|| escape(field), |within| Field::within(within, field));
            if !found.iter().any(|known| known.name == place) {
                found.push(self.field(of_field, &place, field, required(field), depth - 1));
            }
        }
        for (keyword, binding) in [("allOf", binding), ("anyOf", false), ("oneOf", false)] {
            for branch in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.gather(branch, within, binding, depth - 1, found);
            }
        }
        for keyword in ["then", "else"] {
            if let Some(branch) = schema.get(keyword) {
                self.gather(branch, within, false, depth - 1, found);
            }
        }
    }

    fn field(&self, schema: &'a Value, place: &str, name: &str, required: bool, depth: usize) -> Field {
        let meant = self.meant(schema);
        let says = |key: &str| {
            let own = schema.get(key).or_else(|| meant.get(key));
            own.and_then(Value::as_str).map(str::to_owned)
        };
        let control = self.control(schema, &meant, name, required, place, depth);
        // The title of a type that others refer to is the type's, and not the field's.
        let title = schema.get("title").and_then(Value::as_str).filter(|title| !title.is_empty());
        let sensitive =
            ["x-sensitive", "writeOnly"].iter().any(|key| meant.get(*key) == Some(&Value::Bool(true)))
                || meant.get("format").and_then(Value::as_str) == Some("password");
        Field {
            name: place.to_owned(),
            label: title.map_or_else(|| humanise(name), str::to_owned),
            labelled: title.is_some(),
            hint: says("description").filter(|hint| !hint.is_empty()),
            required: required && !self.takes_null(schema),
            sensitive,
            autocomplete: says("x-autocomplete").or_else(|| autocomplete(name, &control)),
            suggested: schema.get("x-suggested").or_else(|| meant.get("x-suggested")).cloned(),
            default: schema
                .get("default")
                .or_else(|| meant.get("default"))
                .filter(|value| !value.is_null())
                .cloned(),
            control,
        }
    }

    fn control(
        &self,
        schema: &'a Value,
        meant: &Map<String, Value>,
        name: &str,
        required: bool,
        place: &str,
        depth: usize,
    ) -> Control {
        let nullable = self.takes_null(schema);
        let asked = meant.get("x-control").and_then(Value::as_str).unwrap_or_default();
        if let Some(constant) = meant.get("const") {
            return Control::Constant(constant.clone());
        }
        if let Some(options) = self.options(schema, depth) {
            let few = options.len() <= RADIOS && required && !nullable;
            let radios = asked == "radios" || (asked != "select" && few);
            return Control::Choice { options, style: if radios { Style::Radios } else { Style::Select } };
        }
        let format = meant.get("format").and_then(Value::as_str).unwrap_or_default();
        match type_of(meant) {
            "boolean" if nullable => yes_or_no_select(),
            "boolean" if matches!(asked, "radios" | "select") => yes_or_no(),
            "boolean" => Control::Box,
            "integer" => line(Input::Integer, None),
            "number" => line(Input::Number, None),
            "array" => self.list(meant, schema, name, depth),
            "object" if depth > 0 => {
                let fields = self.group(self.target_of(schema), Some(place), depth);
                if fields.is_empty() { Control::Json } else { Control::Group(fields) }
            }
            "object" | "" => Control::Json,
            _ if is_file(meant, format) => Control::File,
            _ => text(meant, format, asked, name),
        }
    }

    fn list(&self, meant: &Map<String, Value>, schema: &'a Value, name: &str, depth: usize) -> Control {
        let size = |key: &str| {
            meant.get(key).and_then(Value::as_u64).map(|size| usize::try_from(size).unwrap_or(usize::MAX))
        };
        let items = self.target_of(schema).get("items").or_else(|| schema.get("items"));
        let Some(items) = items.filter(|_| depth > 0) else { return Control::Json };
        let several = meant.get("uniqueItems") == Some(&Value::Bool(true));
        let asked = meant.get("x-control").and_then(Value::as_str).unwrap_or_default();
        if let Some(options) = self.options(items, depth)
            && (several || asked != "list")
        {
            return Control::Choices(options);
        }
        let item = self.field(items, "", name, true, depth - 1);
        Control::List {
            item: Box::new(item),
            min: size("minItems").unwrap_or(0),
            max: size("maxItems").unwrap_or(usize::MAX),
        }
    }

    /// The answers to choose from, where there are some and no other.
    fn options(&self, schema: &'a Value, depth: usize) -> Option<Vec<Choice>> {
        if depth == 0 {
            return None;
        }
        if let Some(target) = self.target(schema) {
            return self.options(target, depth - 1);
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            let labels = schema.get("x-labels").and_then(Value::as_object);
            let choice = |value: &Value| {
                let label = labels.and_then(|labels| labels.get(value.as_str().unwrap_or_default()));
                let label = label.and_then(Value::as_str).map(str::to_owned);
                Choice { value: value.clone(), label: label.unwrap_or_else(|| label_of(value)), hint: None }
            };
            return Some(values.iter().filter(|value| !value.is_null()).map(choice).collect());
        }
        if let Some(value) = schema.get("const") {
            let says = |key: &str| schema.get(key).and_then(Value::as_str).map(str::to_owned);
            let label = says("title").unwrap_or_else(|| label_of(value));
            return Some(vec![Choice { value: value.clone(), label, hint: says("description") }]);
        }
        let branches = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array())?;
        let mut options = Vec::new();
        for branch in branches.iter().filter(|branch| !is_null(branch)) {
            options.extend(self.options(branch, depth - 1)?);
        }
        (!options.is_empty()).then_some(options)
    }

    /// The schema that is meant where a field may also be null, or refers to another.
    fn target_of(&self, schema: &'a Value) -> &'a Value {
        let mut schema = schema;
        for _ in 0..DEPTH {
            let next = self.target(schema).or_else(|| {
                let branches = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)?.as_array())?;
                let mut others = branches.iter().filter(|branch| !is_null(branch));
                others.next().filter(|_| others.next().is_none())
            });
            match next {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }

    /// The same with what stands beside a reference.
    fn meant(&self, schema: &'a Value) -> Map<String, Value> {
        let mut meant = self.target_of(schema).as_object().cloned().unwrap_or_default();
        for (key, value) in schema.as_object().into_iter().flatten() {
            if !matches!(key.as_str(), "$ref" | "anyOf" | "oneOf") {
                meant.insert(key.clone(), value.clone());
            }
        }
        meant
    }

    fn target(&self, schema: &Value) -> Option<&'a Value> {
        let pointer = schema.get("$ref")?.as_str()?.strip_prefix('#')?;
        self.root.pointer(pointer)
    }

    fn takes_null(&self, schema: &Value) -> bool {
        let any = |key: &str| {
            schema.get(key).and_then(Value::as_array).is_some_and(|some| some.iter().any(is_null))
        };
        let by_type = |schema: &Value| {
            schema
                .get("type")
                .and_then(Value::as_array)
                .is_some_and(|types| types.iter().any(|one| one == "null"))
        };
        by_type(schema) || any("anyOf") || any("oneOf")
    }
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null") || schema.get("const") == Some(&Value::Null)
}

fn type_of(schema: &Map<String, Value>) -> &str {
    match schema.get("type") {
        Some(Value::String(name)) => name,
        Some(Value::Array(names)) => {
            let mut named = names.iter().filter_map(Value::as_str).filter(|name| *name != "null");
            // Several types: whatever is typed is a text.
            let first = named.next().unwrap_or_default();
            if named.next().is_some() { "string" } else { first }
        }
        _ if schema.contains_key("properties") => "object",
        _ if schema.contains_key("items") => "array",
        _ if schema.contains_key("format") || schema.contains_key("pattern") => "string",
        _ => "",
    }
}

fn is_file(schema: &Map<String, Value>, format: &str) -> bool {
    schema.contains_key("contentEncoding")
        || schema.contains_key("contentMediaType")
        || matches!(format, "binary" | "byte" | "data-url" | "file")
}

fn text(schema: &Map<String, Value>, format: &str, asked: &str, name: &str) -> Control {
    let max = schema.get("maxLength").and_then(Value::as_u64);
    let long = max.is_some_and(|max| max > LINE) || matches!(format, "multiline" | "textarea" | "markdown");
    if asked == "textarea" || (asked.is_empty() && long) {
        return Control::Text { max };
    }
    let input = match (asked, format) {
        ("password", _) | (_, "password") => Input::Password,
        ("tel", _) | (_, "tel" | "phone" | "phone-number") => Input::Tel,
        (_, "email" | "idn-email") => Input::Email,
        (_, "uri" | "url" | "iri") => Input::Url,
        (_, "date") => Input::Date,
        (_, "time") => Input::Time,
        (_, "date-time" | "partial-date-time") => Input::DateTime,
        // Names that mean one thing only, where the schema says nothing.
        ("", "") if matches!(name, "email" | "email_address" | "e_mail" | "emailAddress") => Input::Email,
        ("", "") if matches!(name, "tel" | "phone" | "telephone" | "mobile" | "phone_number") => Input::Tel,
        _ => Input::Text,
    };
    let collapse =
        schema.get("x-whitespace").and_then(Value::as_str) == Some("collapse") || input == Input::Tel;
    Control::Line(Line { input, collapse, max })
}

fn line(input: Input, max: Option<u64>) -> Control {
    Control::Line(Line { input, collapse: false, max })
}

fn yes_or_no() -> Control {
    Control::Choice { options: yes_and_no(), style: Style::Radios }
}

fn yes_or_no_select() -> Control {
    Control::Choice { options: yes_and_no(), style: Style::Select }
}

fn yes_and_no() -> Vec<Choice> {
    let choice =
        |value: bool, label: &str| Choice { value: value.into(), label: label.to_owned(), hint: None };
    vec![choice(true, "Yes"), choice(false, "No")]
}

/// Constants of a program become words; what has a space in it is meant as it stands.
fn label_of(value: &Value) -> String {
    match value {
        Value::String(text) if text.contains(' ') => text.clone(),
        Value::String(text) => humanise(text),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        other => other.to_string(),
    }
}

/// What a browser may fill in by itself, where the field's name says what it is for.
fn autocomplete(name: &str, control: &Control) -> Option<String> {
    let Control::Line(line) = control else {
        let address = matches!(control, Control::Text { .. }) && name.contains("address");
        return address.then(|| "street-address".to_owned());
    };
    let bare: String =
        name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let token = match (line.input, bare.as_str()) {
        (Input::Email, _) => "email",
        (Input::Tel, _) => "tel",
        (Input::Password, "newpassword") => "new-password",
        (Input::Password, _) => "current-password",
        (_, "name" | "fullname" | "yourname") => "name",
        (_, "firstname" | "givenname" | "forename") => "given-name",
        (_, "lastname" | "familyname" | "surname") => "family-name",
        (_, "username" | "login") => "username",
        (_, "organization" | "organisation" | "company") => "organization",
        (_, "jobtitle") => "organization-title",
        (_, "streetaddress" | "street") => "address-line1",
        (_, "city" | "town") => "address-level2",
        (_, "postcode" | "postalcode" | "zip" | "zipcode") => "postal-code",
        (_, "country") => "country-name",
        (_, "birthday" | "birthdate" | "dateofbirth" | "bday" | "dob") => "bday",
        (_, "url" | "website" | "homepage") => "url",
        _ => return None,
    };
    Some(token.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn only(schema: &Value) -> Field {
        let form =
            json!({ "type": "object", "properties": { "it": schema, "other": {} }, "required": ["it"] });
        fields(&form, |_| false).remove(0)
    }

    #[test]
    fn each_kind_of_schema_has_its_control() {
        let line = |input| Control::Line(Line { input, collapse: false, max: None });
        let cases = [
            (json!({ "type": "string" }), line(Input::Text)),
            (json!({ "type": "string", "format": "email" }), line(Input::Email)),
            (json!({ "type": "string", "format": "date" }), line(Input::Date)),
            (json!({ "type": "string", "format": "password" }), line(Input::Password)),
            (json!({ "type": ["string", "null"], "format": "uri" }), line(Input::Url)),
            (json!({ "type": "integer" }), line(Input::Integer)),
            (json!({ "type": "number" }), line(Input::Number)),
            (json!({ "type": "string", "maxLength": 2000 }), Control::Text { max: Some(2000) }),
            (json!({ "type": "string", "x-control": "textarea" }), Control::Text { max: None }),
            (json!({ "type": "boolean" }), Control::Box),
            (json!({ "type": "string", "contentEncoding": "base64" }), Control::File),
            (json!({ "type": "object" }), Control::Json),
            (json!({ "const": 4 }), Control::Constant(json!(4))),
        ];
        for (schema, control) in cases {
            assert_eq!(only(&schema).control, control, "{schema}");
        }
    }

    #[test]
    fn few_answers_are_radios_and_many_are_a_select() {
        let style = |schema: Value| match only(&schema).control {
            Control::Choice { options, style } => (options.len(), style),
            other => panic!("{other:?}"),
        };
        assert_eq!(style(json!({ "enum": ["a", "b"] })), (2, Style::Radios));
        assert_eq!(style(json!({ "enum": [1, 2, 3, 4, 5, 6, 7, 8] })), (8, Style::Select));
        assert_eq!(
            style(json!({ "enum": ["a", "b", null], "type": ["string", "null"] })),
            (2, Style::Select)
        );
        let documented =
            json!({ "oneOf": [{ "const": "a", "description": "The first." }, { "enum": ["b", "c"] }] });
        assert_eq!(style(documented), (3, Style::Radios));
    }

    #[test]
    fn references_are_followed_and_what_stands_beside_them_counts() {
        let form = json!({
            "type": "object",
            "$defs": { "Plan": { "title": "Plan", "description": "A plan.", "type": "string", "enum": ["Free", "Team"] } },
            "properties": {
                "plan": { "$ref": "#/$defs/Plan", "description": "Your plan." },
                "later": { "anyOf": [{ "$ref": "#/$defs/Plan" }, { "type": "null" }] },
            },
            "required": ["plan"],
        });
        let found = fields(&form, |_| false);
        assert_eq!(found[0].hint.as_deref(), Some("Your plan."));
        assert_eq!((found[0].label.as_str(), found[0].required), ("Plan", true));
        assert_eq!((found[1].label.as_str(), found[1].required), ("Later", false));
        assert!(
            matches!(&found[1].control, Control::Choice { options, style: Style::Select } if options.len() == 2)
        );
    }

    #[test]
    fn lists_and_groups_have_places() {
        let guest =
            json!({ "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] });
        let Control::List { item, min: 1, .. } =
            only(&json!({ "type": "array", "items": guest, "minItems": 1 })).control
        else {
            panic!("a list")
        };
        let Control::Group(parts) = item.control else { panic!("a group") };
        assert_eq!(parts[0].name, "/name");
        let Control::Group(parts) = only(&guest).control else { panic!("a group") };
        assert_eq!(parts[0].name, "it/name");
        let several = only(&json!({ "type": "array", "items": { "enum": ["a", "b"] }, "uniqueItems": true }));
        assert!(matches!(several.control, Control::Choices(options) if options.len() == 2));
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let form = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        assert_eq!(fields(&form, |_| false).len(), 1);
        let circle = json!({ "$ref": "#" });
        assert!(fields(&circle, |_| false).is_empty());
    }
}
