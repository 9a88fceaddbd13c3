//! What a condition may read.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// What a condition may read; everything is borrowed, nothing can be changed.
///
/// A JSON object is the simplest scope: its entries are `data`. [`Facts`] adds the rest, and a host with a
/// state of its own implements the trait on it.
///
/// ```
/// use serde_json::{Map, Value, json};
/// use stepflow_wizard::condition::{Condition, Scope};
///
/// struct Visit { answers: Map<String, Value>, skipped: Vec<String> }
///
/// impl Scope for Visit {
///     fn data(&self) -> &Map<String, Value> {
///         &self.answers
///     }
///     fn skipped(&self, stage: &str) -> bool {
///         self.skipped.iter().any(|skipped| skipped == stage)
///     }
/// }
///
/// let visit = Visit { answers: Map::new(), skipped: vec!["extras".to_owned()] };
/// assert!(Condition::parse("skipped('extras') and not has('extras')")?.test(&visit)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Scope {
    /// The answers: `data`.
    fn data(&self) -> &Map<String, Value>;

    /// The value of the source field, in derivations: `value`.
    fn value(&self) -> Option<&Value> {
        None
    }

    /// What holds for this call only: `turn`. An empty mapping, if there is none.
    fn turn(&self) -> Option<&Map<String, Value>> {
        None
    }

    /// The records collected under a name: `bank(name)`. An unknown bank is empty.
    fn bank(&self, name: &str) -> Cow<'_, [Value]> {
        let _ = name;
        Cow::Borrowed(&[])
    }

    /// How many records there are under a name: `bank(name).count()`. Worth saying where `bank` has to make them.
    fn bank_count(&self, name: &str) -> usize {
        self.bank(name).len()
    }

    /// Whether a stage was skipped: `skipped(stage)`.
    fn skipped(&self, stage: &str) -> bool {
        let _ = stage;
        false
    }

    /// Whether there is an answer that is not null: `has(key)`.
    fn has(&self, key: &str) -> bool {
        self.data().get(key).is_some_and(|value| !value.is_null())
    }
}

impl Scope for Map<String, Value> {
    fn data(&self) -> &Map<String, Value> {
        self
    }
}

/// A scope put together from its parts.
///
/// ```
/// use serde_json::{Map, json};
/// use stepflow_wizard::condition::{Condition, Facts};
///
/// let (data, value) = (Map::new(), json!(4));
/// let facts = Facts { value: Some(&value), ..Facts::of(&data) };
/// assert_eq!(Condition::parse("value * 300")?.evaluate(&facts)?, json!(1200));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The answers.
    pub data: &'a Map<String, Value>,
    /// The value of the source field.
    pub value: Option<&'a Value>,
    /// What holds for this call only.
    pub turn: Option<&'a Map<String, Value>>,
    /// The collected records, by the name of their bank.
    pub banks: Option<&'a BTreeMap<String, Vec<Value>>>,
    /// The stages that were skipped.
    pub skipped: Option<&'a BTreeSet<String>>,
}

impl<'a> Facts<'a> {
    /// Answers, and nothing else.
    pub fn of(data: &'a Map<String, Value>) -> Self {
        Self { data, value: None, turn: None, banks: None, skipped: None }
    }
}

impl Scope for Facts<'_> {
    fn data(&self) -> &Map<String, Value> {
        self.data
    }

    fn value(&self) -> Option<&Value> {
        self.value
    }

    fn turn(&self) -> Option<&Map<String, Value>> {
        self.turn
    }

    fn bank(&self, name: &str) -> Cow<'_, [Value]> {
        Cow::Borrowed(self.banks.and_then(|banks| banks.get(name)).map_or(&[], Vec::as_slice))
    }

    fn skipped(&self, stage: &str) -> bool {
        self.skipped.is_some_and(|skipped| skipped.contains(stage))
    }
}
