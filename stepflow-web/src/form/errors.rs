//! Errors at their controls, and all of them together at the top of the page.

use maud::{Markup, html};
use stepflow_wizard::FieldError;

use super::draw::id;
use super::field::{Control, Field};

/// Errors, each with the control that it is shown at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Errors(Vec<Placed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    /// The name of the control; `None` for the whole page.
    name: Option<String>,
    message: String,
}

impl Errors {
    /// Each error goes to its control, or to the nearest one around it.
    pub(crate) fn new(errors: &[FieldError], fields: &[Field]) -> Self {
        let place = |error: &FieldError| {
            let field = super::field::escape(error.field.as_deref()?);
            let mut name = format!("{field}{}", error.path);
            while !exists(fields, "", &name) {
                name.truncate(name.rfind('/')?);
            }
            Some(name)
        };
        Self(
            errors
                .iter()
                .map(|error| Placed { name: place(error), message: error.message.clone() })
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn at(&self, name: &str) -> Vec<&str> {
        self.0
            .iter()
            .filter(|placed| placed.name.as_deref() == Some(name))
            .map(|placed| &*placed.message)
            .collect()
    }
}

/// All errors, each with a link to its control.
pub(crate) fn summary(errors: &Errors, fields: &[Field], prefix: &str, heading: &str) -> Markup {
    let first = fields.first().map(|field| field.name.clone());
    html! {
        div.sf-errors tabindex="-1" data-focus role="alert" aria-labelledby={ (prefix) "-errors" } {
            h2 id={ (prefix) "-errors" } { (heading) }
            ul {
                @for placed in &errors.0 {
                    @let name = placed.name.as_ref().or(first.as_ref());
                    li {
                        @match name.and_then(|name| control(fields, "", name)) {
                            Some(name) => a href={ "#" (id(prefix, &name)) } { (placed.message) },
                            None => (placed.message),
                        }
                    }
                }
            }
        }
    }
}

fn exists(fields: &[Field], prefix: &str, name: &str) -> bool {
    find(fields, prefix, name).is_some()
}

/// The field of a name, with the row that it stands in.
fn find<'a>(fields: &'a [Field], prefix: &str, name: &str) -> Option<(&'a Field, String)> {
    for field in fields {
        let own = format!("{prefix}{}", field.name);
        if own == name {
            return Some((field, prefix.to_owned()));
        }
        let Some(rest) = name.strip_prefix(&own).filter(|rest| rest.starts_with('/')) else { continue };
        match &field.control {
            Control::Group(parts) => return find(parts, prefix, name),
            Control::List { item, .. } => {
                let row = rest[1..].split('/').next().unwrap_or_default();
                row.parse::<usize>().ok()?;
                let place = format!("{own}/{row}");
                if place == name {
                    return Some((item, place));
                }
                let Control::Group(parts) = &item.control else { return None };
                return find(parts, &place, name);
            }
            _ => return None,
        }
    }
    None
}

/// The first control of a field that can take the focus.
fn control(fields: &[Field], prefix: &str, name: &str) -> Option<String> {
    let (field, place) = find(fields, prefix, name)?;
    first(field, &place)
}

fn first(field: &Field, prefix: &str) -> Option<String> {
    let own = format!("{prefix}{}", field.name);
    match &field.control {
        Control::Group(parts) => parts.iter().find_map(|part| first(part, prefix)),
        Control::List { item, .. } => first(item, &format!("{own}/0")),
        Control::Constant(_) | Control::File => None,
        _ => Some(own),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::form::fields;

    #[test]
    fn errors_stand_at_their_controls_and_link_to_them() {
        let guest = json!({ "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } } });
        let form = json!({ "type": "object", "properties": {
            "email": { "type": "string" }, "guests": { "type": "array", "items": guest },
        } });
        let fields = fields(&form, |_| false);
        let errors = [
            FieldError::new("email", "format", "No."),
            FieldError::new("guests", "type", "A number.").at("/1/age"),
            FieldError::new("guests", "minItems", "More."),
            FieldError::new("guests", "x", "Deeper.").at("/0/name/0"),
            FieldError::of_stage("x", "All of it."),
            FieldError::new("absent", "x", "Nowhere."),
        ];
        let errors = Errors::new(&errors, &fields);
        assert_eq!(errors.at("guests/1/age"), ["A number."]);
        assert_eq!(errors.at("guests/0/name"), ["Deeper."]);
        assert_eq!(errors.at("guests"), ["More."]);
        let summary = summary(&errors, &fields, "f", "There is a problem").into_string();
        let links: Vec<&str> =
            summary.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(
            links,
            ["#f-email", "#f-guests-1-age", "#f-guests-0-name", "#f-guests-0-name", "#f-email", "#f-email"]
        );
    }
}
