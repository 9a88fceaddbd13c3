//! Texts that are shown: plain, or templates over the data.

use std::fmt;
use std::sync::Arc;

use crate::Name;
#[cfg(feature = "template")]
use crate::template::{Template, TemplateError};

/// A text that is shown: plain, or a template over the data.
///
/// ```
/// use stepflow_wizard::Text;
///
/// let text = Text::plain("How many?");
/// assert_eq!(text.source(), "How many?");
/// ```
#[derive(Clone, Default)]
pub struct Text {
    source: Option<Name>,
    #[cfg(feature = "template")]
    template: Option<Arc<Template>>,
}

impl Text {
    /// A text that is shown as it stands.
    #[must_use]
    pub fn plain(text: impl Into<Name>) -> Self {
        Self {
            source: Some(text.into()),
            #[cfg(feature = "template")]
            template: None,
        }
    }

    /// A template, if the text holds `{{`, `{%` or `{#`; a plain text otherwise.
    ///
    /// # Errors
    ///
    /// The template does not parse.
    ///
    /// ```
    /// use stepflow_wizard::Text;
    ///
    /// let text = Text::parse("What will {{ guest }} eat?")?;
    /// assert!(text.is_template());
    /// assert!(!Text::parse("What will you eat?")?.is_template());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "template")]
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let template =
            if Template::is_template(text) { Some(Arc::new(Template::parse(text)?)) } else { None };
        Ok(Self { source: Some(text.into()), template })
    }

    /// As [`parse`](Self::parse), and a template that names something which is absent fails instead of leaving a gap.
    ///
    /// # Errors
    ///
    /// The template does not parse.
    #[cfg(feature = "template")]
    pub fn parse_strict(text: &str) -> Result<Self, TemplateError> {
        if !Template::is_template(text) {
            return Ok(Self::plain(text));
        }
        Template::parse_with(text, &crate::template::TemplateOptions::strict()).map(Self::from)
    }

    /// The text as it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        self.source.as_deref().unwrap_or_default()
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.source().is_empty()
    }

    /// Whether the text depends on the data.
    #[must_use]
    pub fn is_template(&self) -> bool {
        #[cfg(feature = "template")]
        return self.template.is_some();
        #[cfg(not(feature = "template"))]
        return false;
    }

    /// The template, if it is one.
    #[cfg(feature = "template")]
    #[must_use]
    pub fn template(&self) -> Option<&Template> {
        self.template.as_deref()
    }

    pub(crate) fn shared(&self) -> Name {
        self.source.clone().unwrap_or_else(|| Arc::from(""))
    }
}

#[cfg(feature = "template")]
impl From<Template> for Text {
    fn from(template: Template) -> Self {
        Self { source: Some(template.source().into()), template: Some(Arc::new(template)) }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::plain(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::plain(text)
    }
}

/// Two texts are the same when they were written the same and are both templates, or both plain.
impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source() && self.is_template() == other.is_template()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.is_template() { "Template" } else { "Plain" };
        f.debug_tuple(kind).field(&self.source()).finish()
    }
}
