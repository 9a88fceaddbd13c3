//! Templates for prompts, messages, suggestions and derived values: Jinja's language, by `minijinja`.
//!
//! A template is compiled when a definition is loaded, and rendered with a [`TemplateContext`]: the answers by name
//! and under `data`, and what the wizard says about itself. Reserved names win over answers of the same name. What
//! a person has typed is never compiled, only printed; for web pages it is printed with [`Escape::Html`].
//!
//! Rendering is bounded: by fuel (50 000 instructions) and by the length of what comes out (256 KiB). Values are
//! printed as Jinja prints them (`True`, `None`, `['a', 1]`), and have the methods of Python that only read.
//!
//! ```
//! use serde_json::json;
//! use stepflow_wizard::template::{Escape, Template, TemplateContext};
//!
//! let template = Template::parse("Welcome, {{ name|default('stranger') }}. Stage: {{ stage_name }}.")?;
//! let data = json!({ "name": "<Ada>", "stage_name": "not this one" });
//! let context = TemplateContext::new(data.as_object().ok_or("no object")?).with("stage_name", "welcome");
//! assert_eq!(template.render(&context, Escape::Html)?, "Welcome, &lt;Ada&gt;. Stage: welcome.");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bank;
mod context;
mod environment;
mod error;
mod options;
mod source;
#[cfg(test)]
mod tests;

pub use self::context::TemplateContext;
pub use self::error::{TemplateError, TemplateErrorKind};
pub use self::options::{Escape, TemplateOptions, Undefined};
pub use self::source::Template;
