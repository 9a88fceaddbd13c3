//! What a derivation does with the value of its source.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::custom::CustomTransform;
use super::pattern::{Pattern, Replacement};
use crate::condition::Condition;
#[cfg(feature = "template")]
use crate::template::Template;

pub(super) const NAMES: &[&str] = &[
    "boolean",
    "constant",
    "contains",
    "copy",
    "custom",
    "equals",
    "expression",
    "first",
    "join",
    "last",
    "length",
    "lower_hyphen",
    "lower_underscore",
    "map",
    "not_equals",
    "one_of",
    "regex_extract",
    "regex_match",
    "regex_replace",
    "split",
    "template",
    "title_case",
];

/// One of the 22 things that a derivation can do with the value of its source.
///
/// Where a transform compares or prints, it does so as Python's `str` and `==` would: `5` is the text `5`, `True` the
/// text `True`, and `1 == True`. A transform that has nothing to give is skipped, and sets nothing.
#[derive(Clone)]
#[non_exhaustive]
pub enum Transform {
    /// `boolean`: its truth.
    Boolean,
    /// `constant`: the value of `transform_value`.
    Constant(Value),
    /// `contains`: whether its text holds that of `transform_value`, whatever the letters' size.
    Contains(Value),
    /// `copy`: itself.
    Copy,
    /// `custom`: what a function of the host makes of it; skipped, if that is null.
    Custom {
        /// The function's name.
        name: String,
        /// The function.
        function: Arc<dyn CustomTransform>,
    },
    /// `equals`: whether its text is that of `transform_value`.
    Equals(Value),
    /// `expression`: the value of an expression over `value` and `data`.
    Expression(Condition),
    /// `first`: the first element, letter or key; skipped, if there is none.
    First,
    /// `join`: the elements' texts with the separator (`, `) between them; skipped, if there are none.
    Join(String),
    /// `last`: the last element, letter or key; skipped, if there is none.
    Last,
    /// `length`: how many elements, letters or keys; skipped for anything else.
    Length,
    /// `lower_hyphen`: small letters, with hyphens for spaces and underscores; skipped, if nothing is left.
    LowerHyphen,
    /// `lower_underscore`: small letters, with underscores for spaces and hyphens; skipped, if nothing is left.
    LowerUnderscore,
    /// `map`: the value under its text, or the default; skipped, if there is neither.
    Map {
        /// The values by text.
        entries: Map<String, Value>,
        /// What anything else becomes.
        default: Option<Value>,
    },
    /// `not_equals`: whether its text is another than that of `transform_value`.
    NotEquals(Value),
    /// `one_of`: whether it is among `transform_values`.
    OneOf(Vec<Value>),
    /// `regex_extract`: the pattern's first group; skipped, if the pattern has none or is not found.
    RegexExtract(Pattern),
    /// `regex_match`: whether the pattern is found anywhere in its text.
    RegexMatch(Pattern),
    /// `regex_replace`: its text with every match replaced.
    RegexReplace {
        /// What is looked for.
        pattern: Pattern,
        /// What takes its place.
        replacement: Replacement,
    },
    /// `split`: the parts of its text between separators (`,`), without space around them; skipped, if it is empty.
    Split(String),
    /// `template`: a template over the data, without space around it; skipped, if a variable is missing or nothing is
    /// left.
    #[cfg(feature = "template")]
    Template(Template),
    /// `title_case`: each word beginning large, with spaces for hyphens and underscores; skipped, if nothing is left.
    TitleCase,
}

impl Transform {
    /// The name that it has in definitions.
    ///
    /// ```
    /// assert_eq!(stepflow_wizard::values::Transform::LowerHyphen.name(), "lower_hyphen");
    /// ```
    pub fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Constant(_) => "constant",
            Self::Contains(_) => "contains",
            Self::Copy => "copy",
            Self::Custom { .. } => "custom",
            Self::Equals(_) => "equals",
            Self::Expression(_) => "expression",
            Self::First => "first",
            Self::Join(_) => "join",
            Self::Last => "last",
            Self::Length => "length",
            Self::LowerHyphen => "lower_hyphen",
            Self::LowerUnderscore => "lower_underscore",
            Self::Map { .. } => "map",
            Self::NotEquals(_) => "not_equals",
            Self::OneOf(_) => "one_of",
            Self::RegexExtract(_) => "regex_extract",
            Self::RegexMatch(_) => "regex_match",
            Self::RegexReplace { .. } => "regex_replace",
            Self::Split(_) => "split",
            #[cfg(feature = "template")]
            Self::Template(_) => "template",
            Self::TitleCase => "title_case",
        }
    }
}

impl std::fmt::Debug for Transform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Custom { name, .. } => write!(f, "Transform(custom {name})"),
            other => write!(f, "Transform({})", other.name()),
        }
    }
}
