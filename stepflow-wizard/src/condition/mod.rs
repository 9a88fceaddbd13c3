//! Conditions: a small, pure expression language in the syntax of Python.
//!
//! A condition is parsed once, when a definition is loaded, and then only evaluated: it cannot change anything,
//! cannot run for long (10 000 steps), and cannot build anything large. What it may read is its [`Scope`]:
//!
//! | name | what it is |
//! |---|---|
//! | `data` | the answers, as a mapping: `data.get('age', 0)`, `data['age']`, `'age' in data` |
//! | `turn` | what holds for this call only |
//! | `value` | in derivations: the value of the source field |
//! | `has('age')` | whether there is an answer that is not null; empty text, 0 and false are answers |
//! | `bank('guests')` | collected records: `.count()`, `.all()`, `.find(name='Ann')` |
//! | `skipped('extras')` | whether that stage was skipped |
//!
//! The rest is Python's: literals (with `true`, `false`, `null` and `none` beside their Python spellings), lists,
//! tuples, sets and mappings, `and or not`, comparisons (chained too), `in`, `is None`, arithmetic,
//! `a if c else b`, `[…]` and `[:]`, comprehensions with one `for`, f-strings, and an optional `return` in
//! front. Functions: `abs all any bool dict enumerate float int isinstance len list lower max min range round set
//! sorted str tuple upper zip`. Methods of text, lists and mappings are those that only read.
//!
//! Truth, equality and arithmetic are Python's: an empty list is false, `1 == True`, `1 == 1.0`, `'1' != 1`, and
//! `and` and `or` give one of their operands back. Comparing what has no order, a missing key and a division by
//! zero are an [`EvalError`]; a transition whose condition fails this way does not fire.
//!
//! ```
//! use serde_json::json;
//! use stepflow_wizard::condition::Condition;
//!
//! let condition = Condition::parse("data.get('guests', 0) > 4 and not data.get('paid')")?;
//! let data = json!({ "guests": 6 });
//! assert!(condition.test(data.as_object().ok_or("no object")?)?);
//!
//! let refused = Condition::parse("data.get('guests') > 4 and payed").unwrap_err();
//! assert!(refused.to_string().contains("`payed`"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod ast;
mod error;
mod eval;
mod function;
mod lexer;
mod lint;
mod parser;
mod print;
mod reads;
mod scope;
mod source;
#[cfg(test)]
mod tests;
mod token;

pub use self::error::{ConditionError, ConditionErrorKind, ConditionErrors, EvalError, EvalErrorKind, Span};
pub use self::eval::EvalLimits;
pub use self::lint::{Lint, LintKind};
pub use self::scope::{Facts, Scope};
pub use self::source::Condition;
