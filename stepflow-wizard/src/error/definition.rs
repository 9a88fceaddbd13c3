//! What is wrong, or doubtful, with a wizard's definition.

use std::fmt;

use thiserror::Error;

use crate::Name;

/// Where in a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_structs, reason = "a place is a line and a column")]
pub struct Place {
    /// Counted from one.
    pub line: usize,
    /// Counted from one, in characters.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// What kind of mistake a definition has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DefinitionCode {
    /// Two stages of one flow, two tasks or two sub-flows share a name.
    Duplicate,
    /// A stage of kind `End` has a way on.
    EndWithTransitions,
    /// A name is empty, too long, or begins with an underscore.
    InvalidName,
    /// A schema cannot be used.
    InvalidSchema,
    /// A value is not what the key takes.
    InvalidValue,
    /// Something that must be there is not.
    Missing,
    /// More than one stage is marked as the start.
    SeveralStarts,
    /// A sub-flow leads into itself.
    SubflowCycle,
    /// The text cannot be read: YAML, JSON, a condition or a template.
    Syntax,
    /// A named function was not registered.
    UnknownFunction,
    /// A key that no such object has.
    UnknownKey,
    /// A sub-flow that is not there.
    UnknownSubflow,
    /// A stage that is not there.
    UnknownStage,
    /// A task that is not there.
    UnknownTask,
}

/// One mistake in a definition: where, what, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DefinitionError {
    /// The place in the definition, such as `stages[2].transitions[0].target`.
    pub path: String,
    /// What kind of mistake it is.
    pub code: DefinitionCode,
    /// What is wrong.
    pub message: String,
    /// How to put it right, where that is known.
    pub hint: Option<String>,
    /// The place in the text that the definition was loaded from.
    pub place: Option<Place>,
    /// The file of that text, where a definition consists of several.
    pub file: Option<Name>,
}

impl DefinitionError {
    /// A mistake at a place of the definition.
    pub fn new(path: impl Into<String>, code: DefinitionCode, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), hint: None, place: None, file: None }
    }

    /// The same, with a way out.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with its place in the text.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_told(f, self.file.as_deref(), self.place, &self.path, &self.message, self.hint.as_deref())
    }
}

impl std::error::Error for DefinitionError {}

/// `lodging.yaml, line 3, column 9: stages[0].target: there is no stage `x` (did you mean `y`?)`.
fn write_told(
    f: &mut fmt::Formatter<'_>,
    file: Option<&str>,
    place: Option<Place>,
    path: &str,
    message: &str,
    hint: Option<&str>,
) -> fmt::Result {
    match (file, place) {
        (Some(file), Some(place)) => write!(f, "{file}, {place}: ")?,
        (Some(file), None) => write!(f, "{file}: ")?,
        (None, Some(place)) => write!(f, "{place}: ")?,
        (None, None) => {}
    }
    if !path.is_empty() {
        write!(f, "{path}: ")?;
    }
    f.write_str(message)?;
    match hint {
        Some(hint) => write!(f, " ({hint})"),
        None => Ok(()),
    }
}

/// Everything that is wrong with a definition, found in one go.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the wizard `{wizard}` cannot be used:{}", Lines(.errors))]
#[non_exhaustive]
pub struct DefinitionErrors {
    /// The wizard's name, as far as it is known.
    pub wizard: String,
    /// The mistakes, in the order of the definition. There is at least one.
    pub errors: Vec<DefinitionError>,
}

impl DefinitionErrors {
    /// Mistakes of a wizard.
    #[must_use]
    pub fn new(wizard: impl Into<String>, errors: Vec<DefinitionError>) -> Self {
        Self { wizard: wizard.into(), errors }
    }
}

struct Lines<'a>(&'a [DefinitionError]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

/// What kind of doubt a definition raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WarningCode {
    /// A stage that is no end has no way on.
    DeadEnd,
    /// Nothing says what the button of the last page is called.
    DefaultButton,
    /// Nothing marks the start: the first stage is it.
    ImplicitStart,
    /// Conditions look for a field that nothing sets.
    NobodySets,
    /// No stage ends the flow.
    NoEnd,
    /// A stage asks nothing and says nothing.
    NothingToShow,
    /// `{name}` stands where a template needs `{{ name }}`.
    SingleBraces,
    /// Explicit priorities put transitions in another order than the one they are written in.
    Reordered,
    /// A transition stands after one that is always taken.
    Shadowed,
    /// A style that reads better otherwise.
    Style,
    /// A key that nothing reads.
    UnknownKey,
    /// No way leads to the stage.
    Unreachable,
}

/// Something doubtful in a definition that can be used all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The place in the definition, such as `stages[2]`.
    pub path: String,
    /// What kind of doubt it is.
    pub code: WarningCode,
    /// What is doubtful.
    pub message: String,
    /// How to put it right, where that is known.
    pub hint: Option<String>,
    /// The place in the text that the definition was loaded from.
    pub place: Option<Place>,
    /// The file of that text, where a definition consists of several.
    pub file: Option<Name>,
}

impl Warning {
    /// A doubt about a place of the definition.
    pub fn new(path: impl Into<String>, code: WarningCode, message: impl Into<String>) -> Self {
        Self { path: path.into(), code, message: message.into(), hint: None, place: None, file: None }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_told(f, self.file.as_deref(), self.place, &self.path, &self.message, self.hint.as_deref())
    }
}
