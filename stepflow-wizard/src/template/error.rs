//! What is wrong with a template, or with rendering it.

use std::fmt;

use minijinja::ErrorKind;

/// A template that cannot be compiled, or could not be rendered.
///
/// ```
/// use stepflow_wizard::template::{Template, TemplateErrorKind};
///
/// let error = Template::parse("Hello,\n{{ name").unwrap_err();
/// assert_eq!((error.kind(), error.line()), (TemplateErrorKind::Syntax, Some(2)));
/// ```
#[derive(Debug)]
pub struct TemplateError {
    kind: TemplateErrorKind,
    line: Option<usize>,
    column: Option<usize>,
    source: Option<minijinja::Error>,
}

/// What kind of trouble a template is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateErrorKind {
    /// It takes more instructions than allowed.
    Fuel,
    /// Something cannot be done with these values.
    Operation,
    /// What comes out is longer than allowed.
    OutputTooLong,
    /// The source is longer than 64 KiB.
    SourceTooLong,
    /// The source is not right.
    Syntax,
    /// A variable is missing, or something was asked of one.
    Undefined,
}

impl TemplateError {
    pub(super) fn too_long() -> Self {
        Self { kind: TemplateErrorKind::SourceTooLong, line: None, column: None, source: None }
    }

    /// `template` tells the column of errors that come with a place.
    pub(super) fn new(source: minijinja::Error, template: &str) -> Self {
        let kind = match source.kind() {
            ErrorKind::OutOfFuel => TemplateErrorKind::Fuel,
            ErrorKind::WriteFailure => TemplateErrorKind::OutputTooLong,
            ErrorKind::SyntaxError | ErrorKind::BadEscape => TemplateErrorKind::Syntax,
            // Filters and tests are looked up before anything is rendered.
            ErrorKind::UnknownFilter | ErrorKind::UnknownTest => TemplateErrorKind::Syntax,
            ErrorKind::UndefinedError => TemplateErrorKind::Undefined,
            _ => TemplateErrorKind::Operation,
        };
        let column = source.range().and_then(|range| {
            let before = template.get(..range.start)?;
            let line = before.rsplit('\n').next().unwrap_or_default();
            Some(line.chars().count() + 1)
        });
        Self { kind, line: source.line(), column, source: Some(source) }
    }

    /// What kind of trouble it is.
    pub fn kind(&self) -> TemplateErrorKind {
        self.kind
    }

    /// The line, from 1, if it is known.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The column, from 1, in letters, if it is known: it is for what is found when a template is compiled.
    pub fn column(&self) -> Option<usize> {
        self.column
    }

    /// Whether a variable is missing.
    pub fn is_undefined(&self) -> bool {
        self.kind == TemplateErrorKind::Undefined
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            (None, _) => {}
        }
        f.write_str(match self.kind {
            TemplateErrorKind::Fuel => "the template takes more instructions than allowed",
            TemplateErrorKind::Operation => "the template asks for something that these values do not allow",
            TemplateErrorKind::OutputTooLong => "the text becomes longer than allowed",
            TemplateErrorKind::SourceTooLong => "the template is longer than 64 KiB",
            TemplateErrorKind::Syntax => "the template is not right",
            TemplateErrorKind::Undefined => "a variable of the template is missing",
        })?;
        match self.source.as_ref().and_then(minijinja::Error::detail) {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for TemplateError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
