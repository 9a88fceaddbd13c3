//! How a template is compiled and rendered.

/// How a template treats what is missing, and what it may cost.
///
/// ```
/// use serde_json::Map;
/// use stepflow_wizard::template::{Escape, Template, TemplateContext, TemplateOptions};
///
/// let template = Template::parse_with("{{ first }}-{{ last }}", &TemplateOptions::strict())?;
/// let error = template.render(&TemplateContext::new(&Map::new()), Escape::None).unwrap_err();
/// assert!(error.is_undefined());
/// # Ok::<(), stepflow_wizard::template::TemplateError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateOptions {
    /// What becomes of a variable that is missing.
    pub undefined: Undefined,
    /// How many instructions a rendering may take.
    pub fuel: u64,
    /// How long the text may become, in bytes.
    pub length: usize,
}

impl TemplateOptions {
    /// A missing variable is an error; the limits are the usual ones.
    pub fn strict() -> Self {
        Self { undefined: Undefined::Strict, ..Self::default() }
    }
}

impl Default for TemplateOptions {
    /// A missing variable is empty; 50 000 instructions, 256 KiB.
    fn default() -> Self {
        Self { undefined: Undefined::default(), fuel: 50_000, length: 256 * 1024 }
    }
}

/// What becomes of a variable that is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Undefined {
    /// It is printed as nothing; to ask for a part of it is an error.
    #[default]
    Lenient,
    /// It is an error, unless the template gives a default.
    Strict,
}

/// What is done to values before they are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// They are made safe for a web page.
    Html,
    /// Nothing: for terminals, messages and other systems.
    None,
}
