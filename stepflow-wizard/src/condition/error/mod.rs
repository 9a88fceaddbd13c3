//! Why a condition was refused, and why one could not be evaluated.

mod eval;
mod parse;
mod span;

pub use self::eval::{EvalError, EvalErrorKind};
pub use self::parse::{ConditionError, ConditionErrorKind, ConditionErrors};
pub use self::span::Span;
