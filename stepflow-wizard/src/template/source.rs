//! The template itself.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::sync::Arc;

use minijinja::Environment;

use super::context::TemplateContext;
use super::environment::{HTML, PLAIN, environment};
use super::error::TemplateError;
use super::options::{Escape, TemplateOptions};

/// How long a source may be, in bytes.
const MAX_LENGTH: usize = 64 * 1024;

/// A template, compiled and ready; cheap to clone.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::template::{Escape, Template, TemplateContext};
///
/// let template = Template::parse("{% for guest in guests %}{{ loop.index }}. {{ guest }} {% endfor %}")?;
/// let data = json!({ "guests": ["Ada", "Bob"] });
/// let context = TemplateContext::new(data.as_object().ok_or("no object")?);
/// assert_eq!(template.render(&context, Escape::None)?, "1. Ada 2. Bob ");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Template(Arc<Compiled>);

struct Compiled {
    source: String,
    options: TemplateOptions,
    environment: Environment<'static>,
    /// Everything in the source that might be the name of a variable.
    words: BTreeSet<String>,
}

impl Template {
    /// Compiles a template in which a missing variable is empty.
    ///
    /// # Errors
    ///
    /// [`TemplateError`], if the source is not right or too long.
    pub fn parse(source: &str) -> Result<Self, TemplateError> {
        Self::parse_with(source, &TemplateOptions::default())
    }

    /// Compiles a template.
    ///
    /// # Errors
    ///
    /// [`TemplateError`], if the source is not right or too long.
    pub fn parse_with(source: &str, options: &TemplateOptions) -> Result<Self, TemplateError> {
        if source.len() > MAX_LENGTH {
            return Err(TemplateError::too_long());
        }
        let environment = environment(source, options).map_err(|error| TemplateError::new(error, source))?;
        let words = source.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        Ok(Self(Arc::new(Compiled {
            source: source.to_owned(),
            options: options.clone(),
            environment,
            words: words.filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        })))
    }

    /// Whether a text has anything that a template would act on: `{{`, `{%` or `{#`.
    ///
    /// ```
    /// use stepflow_wizard::template::Template;
    ///
    /// assert!(Template::is_template("Hello {{ name }}"));
    /// assert!(!Template::is_template("Hello {name}"));
    /// ```
    pub fn is_template(text: &str) -> bool {
        ["{{", "{%", "{#"].iter().any(|opening| text.contains(opening))
    }

    /// Renders the template.
    ///
    /// # Errors
    ///
    /// [`TemplateError`], if a variable is missing where that is an error, if something cannot be done with these
    /// values, or if a limit is reached.
    pub fn render(&self, context: &TemplateContext<'_>, escape: Escape) -> Result<String, TemplateError> {
        let fail = |error| TemplateError::new(error, &self.0.source);
        let name = match escape {
            Escape::Html => HTML,
            Escape::None => PLAIN,
        };
        let template = self.0.environment.get_template(name).map_err(fail)?;
        let mut out = Limited { bytes: Vec::new(), left: self.0.options.length };
        template.render_captured_to(context.values(&self.0.words), &mut out).map_err(fail)?;
        Ok(String::from_utf8_lossy(&out.bytes).into_owned())
    }

    /// The source, as it was written.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// Whether the source has this word in it, as a variable or otherwise.
    pub(crate) fn names(&self, word: &str) -> bool {
        self.0.words.contains(word)
    }

    /// The variables that the template reads and does not set itself.
    ///
    /// ```
    /// use stepflow_wizard::template::Template;
    ///
    /// let template = Template::parse("{% set greeting = 'Hello' %}{{ greeting }}, {{ name }}")?;
    /// assert!(template.variables().iter().eq(["name"]));
    /// # Ok::<(), stepflow_wizard::template::TemplateError>(())
    /// ```
    pub fn variables(&self) -> BTreeSet<String> {
        let Ok(template) = self.0.environment.get_template(PLAIN) else { return BTreeSet::new() };
        let global = |name: &String| self.0.environment.globals().any(|(global, _)| global == name);
        template.undeclared_variables(false).into_iter().filter(|name| !global(name)).collect()
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.0.source).finish()
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.0.source == other.0.source && self.0.options == other.0.options
    }
}

/// Takes so many bytes and no more.
struct Limited {
    bytes: Vec<u8>,
    left: usize,
}

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or_else(|| {
            io::Error::new(io::ErrorKind::FileTooLarge, "the text becomes longer than allowed")
        })?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
