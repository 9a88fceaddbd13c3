//! What goes wrong while a condition is evaluated.

use std::fmt;

use super::Span;

/// A condition could not be evaluated with this data.
///
/// ```
/// use serde_json::Map;
/// use stepflow_wizard::condition::{Condition, EvalErrorKind};
///
/// let condition = Condition::parse("10 / data.get('parts', 0) > 2")?;
/// let error = condition.test(&Map::new()).unwrap_err();
/// assert_eq!(error.kind(), &EvalErrorKind::DivisionByZero);
/// assert_eq!(error.to_string(), "column 1: a division by zero");
/// # Ok::<(), stepflow_wizard::condition::ConditionErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EvalError {
    pub(crate) kind: EvalErrorKind,
    pub(crate) span: Span,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl EvalError {
    /// What went wrong.
    pub fn kind(&self) -> &EvalErrorKind {
        &self.kind
    }

    /// The part of the source that could not be evaluated, in bytes.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column, from 1, in letters.
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.kind)
    }
}

impl std::error::Error for EvalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.kind)
    }
}

/// What can go wrong while a condition is evaluated.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EvalErrorKind {
    /// An operator between two values that it does not work on, such as `'a' > 3`.
    #[error("`{operator}` does not work between {left} and {right}")]
    Operands {
        /// The operator.
        operator: &'static str,
        /// What stands on its left.
        left: &'static str,
        /// What stands on its right.
        right: &'static str,
    },
    /// An operator before a value that it does not work on.
    #[error("`{operator}` does not work on {kind}")]
    Operand {
        /// The operator.
        operator: &'static str,
        /// What it was given.
        kind: &'static str,
    },
    /// A function that cannot do anything with its argument, such as `len(5)`.
    #[error("`{function}` does not work on {kind}")]
    Argument {
        /// The function or method.
        function: &'static str,
        /// What it was given.
        kind: &'static str,
    },
    /// A method on a value that does not have it.
    #[error("{kind} has no method `{method}`")]
    NoMethod {
        /// The method.
        method: &'static str,
        /// What it was called on.
        kind: &'static str,
    },
    /// A part of a value asked for by a dot, which is not how answers are read.
    #[error("answers are read as `{root}.get('{name}')`, not as `{root}.{name}`")]
    NoAttribute {
        /// What stands before the dot.
        root: &'static str,
        /// What stands after it.
        name: String,
    },
    /// Text that is not what it was to be turned into, such as `int('x')`.
    #[error("`{text}` is not {wanted}")]
    Conversion {
        /// The beginning of the text.
        text: String,
        /// What it was to be.
        wanted: &'static str,
    },
    /// A key that is not there, asked for by `[…]`.
    #[error("there is no key `{key}`")]
    MissingKey {
        /// The key.
        key: String,
    },
    /// A position that is not there.
    #[error("there is no position {index} among {length}")]
    OutOfRange {
        /// The position asked for.
        index: i128,
        /// How many there are.
        length: usize,
    },
    /// A position that is no whole number.
    #[error("a position is a whole number, not {kind}")]
    Index {
        /// What was given.
        kind: &'static str,
    },
    /// A slice or range that never moves.
    #[error("the step is zero")]
    ZeroStep,
    /// `[…]` on a value that has no parts.
    #[error("{kind} has no parts that can be picked")]
    NotIndexable {
        /// What it is.
        kind: &'static str,
    },
    /// A value that one cannot go through.
    #[error("one cannot go through {kind}")]
    NotIterable {
        /// What it is.
        kind: &'static str,
    },
    /// Pairs were wanted, or more of them than there are.
    #[error("{wanted} parts were wanted, and there are {found}")]
    Unpack {
        /// How many names wait for a part.
        wanted: usize,
        /// How many parts there are.
        found: usize,
    },
    /// A value that cannot be a key.
    #[error("{kind} cannot be a key or a member of a set")]
    NotAKey {
        /// What it is.
        kind: &'static str,
    },
    /// The smallest or largest of nothing.
    #[error("`{function}` was given nothing to choose from")]
    NothingToChoose {
        /// `min` or `max`.
        function: &'static str,
    },
    /// A division by zero.
    #[error("a division by zero")]
    DivisionByZero,
    /// A number beyond what is held.
    #[error("the number is too large")]
    NumberTooLarge,
    /// No number: infinite, or the result of an undefined operation.
    #[error("the number is not finite")]
    NotFinite,
    /// `value` outside a derivation.
    #[error("`value` is known in derivations only")]
    NoValue,
    /// A result that cannot be kept as an answer.
    #[error("{kind} cannot be kept as a result")]
    NoResult {
        /// What it is.
        kind: &'static str,
    },
    /// More steps than allowed.
    #[error("the condition takes more steps than allowed")]
    TooManySteps,
    /// More memory than allowed.
    #[error("the condition takes more memory than allowed")]
    TooMuchMemory,
    /// Values nested too deep to be compared.
    #[error("the values are nested too deep")]
    TooDeep,
}

impl EvalErrorKind {
    pub(crate) fn operands(operator: &'static str, left: &'static str, right: &'static str) -> Self {
        Self::Operands { operator, left, right }
    }

    pub(crate) fn argument(function: &'static str, kind: &'static str) -> Self {
        Self::Argument { function, kind }
    }
}
