//! The name of one question to a person.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::run_id::{RunId, RunIdError};

/// Names one question to a person: a step of a run, the visit to it, and which asking of the run it is. A
/// click that comes late never answers the next question.
///
/// As text it is `run/step/visit/asking`; a `/`, a `%` or a space in the names is written as `%2F`, `%25` or
/// `%20`.
///
/// ```
/// use stepflow::GateId;
///
/// let gate: GateId = "order-1047/pay/1/1".parse()?;
/// assert_eq!((gate.run().to_string().as_str(), gate.step(), gate.visit(), gate.asking()), ("order-1047", "pay", 1, 1));
/// assert_eq!(gate.to_string(), "order-1047/pay/1/1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GateId {
    run: RunId,
    step: String,
    visit: u32,
    asking: u32,
}

impl GateId {
    pub(crate) fn new(run: RunId, step: impl Into<String>, visit: u32, asking: u32) -> Self {
        Self { run, step: step.into(), visit, asking }
    }

    /// The run that asks.
    #[must_use]
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// The step that is to run.
    #[must_use]
    pub fn step(&self) -> &str {
        &self.step
    }

    /// Which visit to the step it is, counted from 1.
    #[must_use]
    pub fn visit(&self) -> u32 {
        self.visit
    }

    /// Which question of the run it is, counted from 1.
    #[must_use]
    pub fn asking(&self) -> u32 {
        self.asking
    }
}

impl fmt::Display for GateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = self.run.to_string();
        write!(f, "{}/{}/{}/{}", escaped(&run), escaped(&self.step), self.visit, self.asking)
    }
}

/// Why a text does not name a gate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateIdError {
    /// It is not made of four parts, the last two of them numbers.
    #[error("`{text}` names no gate: that is `run/step/visit/asking`, such as `order-1047/pay/1/1`")]
    Form {
        /// The text.
        text: String,
    },
    /// Its first part cannot name a run.
    #[error("`{text}` names no gate, because of its first part")]
    Run {
        /// The text.
        text: String,
        /// Why not.
        source: RunIdError,
    },
}

impl FromStr for GateId {
    type Err = GateIdError;

    fn from_str(text: &str) -> Result<Self, GateIdError> {
        let form = || GateIdError::Form { text: text.to_owned() };
        let parts: Vec<&str> = text.split('/').collect();
        let &[run, step, visit, asking] = parts.as_slice() else { return Err(form()) };
        let number = |text: &str| text.parse::<u32>().map_err(|_| form());
        let run = unescaped(run).parse();
        Ok(Self {
            run: run.map_err(|source| GateIdError::Run { text: text.to_owned(), source })?,
            step: unescaped(step).into_owned(),
            visit: number(visit)?,
            asking: number(asking)?,
        })
    }
}

impl Serialize for GateId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GateId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

fn escaped(name: &str) -> Cow<'_, str> {
    if !name.contains(['/', '%', ' ']) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.replace('%', "%25").replace('/', "%2F").replace(' ', "%20"))
}

fn unescaped(name: &str) -> Cow<'_, str> {
    if !name.contains('%') {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.replace("%20", " ").replace("%2F", "/").replace("%25", "%"))
}
