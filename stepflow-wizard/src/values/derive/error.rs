//! What is wrong with a derivation, and what goes wrong while it derives.

use stepflow::BoxError;

use crate::condition::{ConditionErrors, EvalError};

/// A derivation that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DerivationError {
    /// `source` or `target` is empty.
    #[error("a derivation needs a `source` and a `target`")]
    NoField,
    /// A transform that does not exist.
    #[error("there is no transform `{name}`{}", meant(suggestion.as_deref()))]
    UnknownTransform {
        /// The name.
        name: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// A custom transform that the host has not registered.
    #[error("no custom transform `{name}` is registered{}", meant(suggestion.as_deref()))]
    UnknownCustom {
        /// The name.
        name: String,
        /// What was probably meant.
        suggestion: Option<String>,
    },
    /// A key that the transform cannot do without.
    #[error("the transform `{transform}` needs `{key}`")]
    Missing {
        /// The transform.
        transform: String,
        /// The key.
        key: &'static str,
    },
    /// An expression that cannot be parsed.
    #[error("the expression is not right")]
    Expression(#[from] ConditionErrors),
    /// A pattern that is none, or too large.
    #[error("`{pattern}` is no pattern that can be used")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        source: regex::Error,
    },
    /// A pattern longer than 1 KiB.
    #[error("the pattern has {length} bytes, more than the {allowed} allowed")]
    PatternTooLong {
        /// How long it is.
        length: usize,
        /// How long it may be.
        allowed: usize,
    },
    /// A replacement that names a group which the pattern does not have.
    #[error("the replacement uses `{group}`, which is no group of the pattern")]
    Group {
        /// The group.
        group: String,
    },
    /// A template that cannot be parsed.
    #[cfg(feature = "template")]
    #[error("the template is not right")]
    Template(#[from] crate::template::TemplateError),
    /// A template where templates are switched off.
    #[error("derivations by template need the feature `template`")]
    NoTemplates,
}

/// A transform that failed; its derivation is skipped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
    /// The expression has no value with these answers.
    #[error("the expression has no value")]
    Expression(#[from] EvalError),
    /// The template cannot be rendered with these answers.
    #[cfg(feature = "template")]
    #[error("the template could not be rendered")]
    Template(#[from] crate::template::TemplateError),
    /// The host's function failed.
    #[error("the custom transform `{name}` failed")]
    Custom {
        /// Its name.
        name: String,
        /// What it says.
        source: BoxError,
    },
}

/// A derivation that failed, and why.
#[derive(Debug, thiserror::Error)]
#[error("`{target}` was not derived from `{from}`")]
pub struct DerivationProblem {
    /// The field it is derived from.
    pub from: String,
    /// The field that it would have set.
    pub target: String,
    /// Why it was not.
    #[source]
    pub error: TransformError,
}

fn meant(suggestion: Option<&str>) -> String {
    suggestion.map(|suggestion| format!("; did you mean `{suggestion}`?")).unwrap_or_default()
}
