//! How `minijinja` is set up.

use minijinja::value::ValueKind;
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, escape_formatter,
};
use minijinja_contrib::pycompat::unknown_method_callback;

use super::options::{TemplateOptions, Undefined};
use crate::python::text_of;

/// The template's name, where values are printed as they are.
pub(super) const PLAIN: &str = "text";
/// The template's name, where they are made safe for a web page.
pub(super) const HTML: &str = "html";

/// An environment that holds one template, under both names.
pub(super) fn environment(source: &str, options: &TemplateOptions) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|name| match name {
        HTML => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_undefined_behavior(match options.undefined {
        Undefined::Lenient => UndefinedBehavior::Lenient,
        Undefined::Strict => UndefinedBehavior::Strict,
    });
    environment.set_fuel(Some(options.fuel));
    environment.set_recursion_limit(64);
    environment.set_unknown_method_callback(unknown_method_callback);
    let length = options.length;
    environment.set_formatter(move |out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value| {
        // Before it is looked at letter by letter.
        if value.as_str().is_some_and(|text| text.len() > length) {
            return Err(Error::new(ErrorKind::WriteFailure, "the text becomes longer than allowed"));
        }
        print(out, state, value)
    });
    // It would show a template everything that the host knows.
    environment.remove_global("debug");
    // Only while compiling: it makes errors say where they are, and while rendering it would copy the data.
    environment.set_debug(true);
    for name in [PLAIN, HTML] {
        environment.add_template_owned(name, source.to_owned())?;
    }
    environment.set_debug(false);
    Ok(environment)
}

/// Prints values as Jinja does, that is, as Python's `str`.
fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let printed = match value.kind() {
        ValueKind::Bool | ValueKind::None | ValueKind::Number | ValueKind::Seq | ValueKind::Map => {
            serde_json::to_value(value).ok().map(|value| Value::from(text_of(&value)))
        }
        _ => None,
    };
    escape_formatter(out, state, printed.as_ref().unwrap_or(value))
}
