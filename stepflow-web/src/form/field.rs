//! The controls of a form.

use serde_json::Value;

/// One question of a form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its place in the answer; empty for the item of a list, whose place is known when it is shown.
    pub(crate) name: String,
    pub(crate) label: String,
    /// Whether the label is the schema's own, and not made of the name.
    pub(crate) labelled: bool,
    pub(crate) hint: Option<String>,
    pub(crate) required: bool,
    pub(crate) sensitive: bool,
    pub(crate) autocomplete: Option<String>,
    /// Shown where there is no answer yet; it may be cleared, and does not come back.
    pub(crate) suggested: Option<Value>,
    /// The answer where none is given.
    pub(crate) default: Option<Value>,
    pub(crate) control: Control,
}

/// How a question is asked.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Control {
    /// A box to tick.
    Box,
    /// One of several answers.
    Choice { options: Vec<Choice>, style: Style },
    /// Any of several answers.
    Choices(Vec<Choice>),
    /// What every answer holds, and nobody is asked for.
    Constant(Value),
    /// Something that a form cannot take.
    File,
    /// Several questions that belong together.
    Group(Vec<Field>),
    /// A value of any form, as JSON.
    Json,
    /// Any number of answers of the same form.
    List { item: Box<Field>, min: usize, max: usize },
    /// One line.
    Line(Line),
    /// Several lines.
    Text { max: Option<u64> },
}

/// One line of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) input: Input,
    /// Whether runs of space within it are one space.
    pub(crate) collapse: bool,
    pub(crate) max: Option<u64>,
}

/// What a line of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Date,
    DateTime,
    Email,
    Integer,
    Number,
    Password,
    Tel,
    Text,
    Time,
    Url,
}

impl Input {
    /// The type of the control. Numbers are text: browsers forget what is no number before anybody can tell the
    /// person.
    pub(crate) const fn kind(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::DateTime => "datetime-local",
            Self::Email => "email",
            Self::Password => "password",
            Self::Tel => "tel",
            Self::Integer | Self::Number | Self::Text => "text",
            Self::Time => "time",
            Self::Url => "url",
        }
    }

    pub(crate) const fn keyboard(self) -> Option<&'static str> {
        match self {
            Self::Integer => Some("numeric"),
            Self::Number => Some("decimal"),
            _ => None,
        }
    }
}

/// How one of several answers is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Radios,
    Select,
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Choice {
    pub(crate) value: Value,
    pub(crate) label: String,
    pub(crate) hint: Option<String>,
}

impl Field {
    /// Whether it is answered by choosing.
    pub(crate) fn is_chosen(&self) -> bool {
        matches!(self.control, Control::Box | Control::Choice { .. } | Control::Choices(_))
    }

    /// The name of a part of the field: an item, a field of a group.
    pub(crate) fn within(name: &str, part: &str) -> String {
        format!("{name}/{}", escape(part))
    }
}

/// A name as one part of a place.
pub(crate) fn escape(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}
