//! The condition itself.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ast::Expr;
use super::error::{ConditionErrors, EvalError};
use super::eval::{self, EvalLimits};
use super::lint::{self, Lint};
use super::parser;
use super::reads::Reads;
use super::scope::Scope;

/// A condition, parsed and ready; cheap to clone.
///
/// Two conditions are equal if they mean the same, however they are spelled. Serialised, a condition is its
/// source.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::condition::Condition;
///
/// let condition: Condition = "data.get('plan') in ['pro', 'team']".parse()?;
/// assert!(condition.test(json!({ "plan": "pro" }).as_object().ok_or("no object")?)?);
/// assert_eq!(condition.to_string(), "data.get('plan') in ['pro', 'team']");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition(Arc<Parsed>);

struct Parsed {
    source: String,
    expr: Expr,
    reads: Reads,
}

impl Condition {
    /// Parses a condition.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the source, each with its place and, where there is one, a hint.
    ///
    /// ```
    /// use stepflow_wizard::condition::Condition;
    ///
    /// assert!(Condition::parse("has('name') and data.get('age', 0) >= 18").is_ok());
    /// assert!(Condition::parse("name is provided").is_err());
    /// ```
    pub fn parse(source: &str) -> Result<Self, ConditionErrors> {
        let expr = parser::parse(source)?;
        let reads = Reads::of(&expr);
        Ok(Self(Arc::new(Parsed { source: source.to_owned(), expr, reads })))
    }

    /// Whether the condition holds: the truth of its value.
    ///
    /// # Errors
    ///
    /// [`EvalError`], where the expression has no value with this data.
    ///
    /// ```
    /// use serde_json::json;
    /// use stepflow_wizard::condition::Condition;
    ///
    /// let data = json!({ "guests": [] });
    /// assert!(!Condition::parse("data.get('guests')")?.test(data.as_object().ok_or("no object")?)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn test(&self, scope: &dyn Scope) -> Result<bool, EvalError> {
        self.test_within(scope, EvalLimits::default())
    }

    /// Whether the condition holds, evaluated within other limits than the usual ones.
    ///
    /// # Errors
    ///
    /// As [`test`](Self::test).
    ///
    /// ```
    /// use serde_json::Map;
    /// use stepflow_wizard::condition::{Condition, EvalErrorKind, EvalLimits};
    ///
    /// let condition = Condition::parse("len([x for x in range(100)]) > 5")?;
    /// let narrow = EvalLimits { steps: 50, ..EvalLimits::default() };
    /// let error = condition.test_within(&Map::new(), narrow).unwrap_err();
    /// assert_eq!(error.kind(), &EvalErrorKind::TooManySteps);
    /// # Ok::<(), stepflow_wizard::condition::ConditionErrors>(())
    /// ```
    pub fn test_within(&self, scope: &dyn Scope, limits: EvalLimits) -> Result<bool, EvalError> {
        eval::test(&self.0.expr, &self.0.source, scope, limits)
    }

    /// The value of the expression, for derivations.
    ///
    /// Tuples, sets and series become arrays; the keys of mappings become text.
    ///
    /// # Errors
    ///
    /// [`EvalError`], where the expression has no value with this data, or one that JSON does not have.
    ///
    /// ```
    /// use serde_json::{Map, json};
    /// use stepflow_wizard::condition::{Condition, Facts};
    ///
    /// let expression = Condition::parse("{'easy': 30, 'hard': 120}.get(value, 60)")?;
    /// let (data, value) = (Map::new(), json!("hard"));
    /// let facts = Facts { value: Some(&value), ..Facts::of(&data) };
    /// assert_eq!(expression.evaluate(&facts)?, json!(120));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        self.evaluate_within(scope, EvalLimits::default())
    }

    /// The value of the expression, evaluated within other limits than the usual ones.
    ///
    /// # Errors
    ///
    /// As [`evaluate`](Self::evaluate).
    pub fn evaluate_within(&self, scope: &dyn Scope, limits: EvalLimits) -> Result<Value, EvalError> {
        eval::evaluate(&self.0.expr, &self.0.source, scope, limits)
    }

    /// The source, as it was written.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The condition in one spelling: equal conditions have the same one, so that it can go into a fingerprint.
    ///
    /// ```
    /// use stepflow_wizard::condition::Condition;
    ///
    /// let (one, other) = (Condition::parse("has( \"a\" )")?, Condition::parse("return has('a')  # always")?);
    /// assert_eq!(one.canonical(), other.canonical());
    /// assert_eq!(one, other);
    /// # Ok::<(), stepflow_wizard::condition::ConditionErrors>(())
    /// ```
    pub fn canonical(&self) -> String {
        self.0.expr.to_string()
    }

    /// The keys of `data` that the condition names: by `get`, `[…]`, `in` or `has`.
    ///
    /// Keys that are put together while it is evaluated are not among them.
    ///
    /// ```
    /// use stepflow_wizard::condition::Condition;
    ///
    /// let condition = Condition::parse("has('name') and data.get('age', 0) > 17")?;
    /// assert!(condition.fields().iter().eq(["age", "name"]));
    /// # Ok::<(), stepflow_wizard::condition::ConditionErrors>(())
    /// ```
    pub fn fields(&self) -> &BTreeSet<String> {
        &self.0.reads.fields
    }

    /// The keys of `turn` that the condition names.
    pub fn turn_keys(&self) -> &BTreeSet<String> {
        &self.0.reads.turn
    }

    /// The banks that the condition names.
    pub fn banks(&self) -> &BTreeSet<String> {
        &self.0.reads.banks
    }

    /// The stages that the condition names in `skipped(…)`.
    pub fn skipped_stages(&self) -> &BTreeSet<String> {
        &self.0.reads.skipped
    }

    /// Whether the condition reads `value`, which only derivations have.
    pub fn reads_value(&self) -> bool {
        self.0.reads.value
    }

    /// What is no error, and hardly what was meant, in the order of the source.
    pub fn lints(&self) -> Vec<Lint> {
        lint::lints(&self.0.expr, &self.0.source)
    }

    #[cfg(test)]
    pub(crate) fn expr(&self) -> &Expr {
        &self.0.expr
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.0.source).finish()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.source)
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.0.expr == other.0.expr
    }
}

impl FromStr for Condition {
    type Err = ConditionErrors;

    fn from_str(source: &str) -> Result<Self, Self::Err> {
        Self::parse(source)
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionErrors;

    fn try_from(source: String) -> Result<Self, Self::Error> {
        Self::parse(&source)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.0.source.clone()
    }
}
