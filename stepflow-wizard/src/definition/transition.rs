//! Ways from one stage to the next.

use serde_json::Value;

use super::{Function, Test, Text};
use crate::condition::{Condition, ConditionErrors};
use crate::{Map, Name};

/// One way on from a stage.
///
/// ```
/// use stepflow_wizard::{Target, Transition};
///
/// let transition = Transition::to("paid").when("data.get('total', 0) > 100")?;
/// assert_eq!(transition.target, Target::Stage("paid".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `Transition::to`")]
pub struct Transition {
    /// Where it leads.
    pub target: Target,
    /// The key of the route that a typed step takes it by; shown in graphs and records.
    pub key: Option<Name>,
    /// When it is taken.
    pub condition: Guard,
    /// Lower goes first; the position when there is none.
    pub priority: Option<i64>,
    /// Values it sets, where the field is absent, before its condition is tested.
    pub derive: Vec<Derive>,
    /// Functions that run when it is taken.
    pub transforms: Vec<Function>,
    /// Whatever the author wants to say about it.
    pub metadata: Map,
}

impl Transition {
    /// A way that is always open.
    pub fn to(target: impl Into<Name>) -> Self {
        Self::new(Target::Stage(target.into()))
    }

    /// A way into another flow, always open.
    ///
    /// ```
    /// use stepflow_wizard::{SubflowCall, Target, Transition};
    ///
    /// let transition = Transition::into_subflow(SubflowCall::new("lodging").returning_to("summary"));
    /// assert!(matches!(transition.target, Target::Subflow(_)));
    /// ```
    #[must_use]
    pub fn into_subflow(call: SubflowCall) -> Self {
        Self::new(Target::Subflow(call))
    }

    fn new(target: Target) -> Self {
        Self {
            target,
            key: None,
            condition: Guard::Always,
            priority: None,
            derive: Vec::new(),
            transforms: Vec::new(),
            metadata: Map::new(),
        }
    }

    /// The same, taken only when an expression holds.
    ///
    /// # Errors
    ///
    /// The expression does not parse.
    pub fn when(mut self, condition: &str) -> Result<Self, ConditionErrors> {
        self.condition = Guard::Expression(Condition::parse(condition)?);
        Ok(self)
    }

    /// The same, taken only when a function of the data says so.
    ///
    /// ```
    /// use stepflow_wizard::{Test, Transition};
    ///
    /// let transition = Transition::to("adult").if_so(Test::new("is_adult", |context| {
    ///     context.data.get("age").and_then(|age| age.as_u64()).is_some_and(|age| age >= 18)
    /// }));
    /// assert_eq!(transition.condition.to_string(), "is_adult()");
    /// ```
    #[must_use]
    pub fn if_so(mut self, test: Test) -> Self {
        self.condition = Guard::Function(test);
        self
    }

    /// The same with this priority: lower goes first.
    #[must_use]
    pub fn priority(mut self, priority: i64) -> Self {
        self.priority = Some(priority);
        self
    }

    /// The same, named by the key of a typed route.
    #[must_use]
    pub fn key(mut self, key: impl Into<Name>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// The same with a function that runs when it is taken.
    #[must_use]
    pub fn transform(mut self, function: Function) -> Self {
        self.transforms.push(function);
        self
    }

    /// The same with a value that it sets where the field is absent.
    #[must_use]
    pub fn derive(mut self, field: impl Into<Name>, value: impl Into<DeriveValue>) -> Self {
        self.derive.push(Derive { field: field.into(), value: value.into() });
        self
    }
}

/// Where a transition leads.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is nowhere else to go")]
pub enum Target {
    /// To a stage of the same flow.
    Stage(Name),
    /// Into another flow, and back.
    Subflow(SubflowCall),
}

/// A flow that is walked in the middle of another one.
///
/// ```
/// use stepflow_wizard::SubflowCall;
///
/// let call = SubflowCall::new("lodging").pass("city", "place").take("nights", "bed_nights").returning_to("summary");
/// assert_eq!(call.return_to.as_deref(), Some("summary"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `SubflowCall::new`")]
pub struct SubflowCall {
    /// The flow's name, looked up in the calling flow and then in those around it.
    pub network: Name,
    /// Where the caller goes on; the calling stage itself when there is none.
    pub return_to: Option<Name>,
    /// Fields handed in: the caller's name, the called flow's name.
    pub data: Vec<(Name, Name)>,
    /// Fields handed back: the called flow's name, the caller's name.
    pub results: Vec<(Name, Name)>,
}

impl SubflowCall {
    /// A call that hands nothing in and nothing back.
    pub fn new(network: impl Into<Name>) -> Self {
        Self { network: network.into(), return_to: None, data: Vec::new(), results: Vec::new() }
    }

    /// The same, handing in a field of the caller under a name of the called flow.
    #[must_use]
    pub fn pass(mut self, parent: impl Into<Name>, child: impl Into<Name>) -> Self {
        self.data.push((parent.into(), child.into()));
        self
    }

    /// The same, taking back a field of the called flow under a name of the caller.
    #[must_use]
    pub fn take(mut self, child: impl Into<Name>, parent: impl Into<Name>) -> Self {
        self.results.push((child.into(), parent.into()));
        self
    }

    /// The same, going on at this stage of the caller.
    #[must_use]
    pub fn returning_to(mut self, stage: impl Into<Name>) -> Self {
        self.return_to = Some(stage.into());
        self
    }
}

/// When a transition is taken.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Guard {
    /// Whenever it is its turn.
    Always,
    /// When an expression holds.
    Expression(Condition),
    /// When a function says so.
    Function(Test),
    /// At no time.
    Never,
}

impl From<bool> for Guard {
    fn from(open: bool) -> Self {
        if open { Self::Always } else { Self::Never }
    }
}

impl std::fmt::Display for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Always => f.write_str("true"),
            Self::Never => f.write_str("false"),
            Self::Expression(condition) => condition.fmt(f),
            Self::Function(test) => write!(f, "{}()", test.name()),
        }
    }
}

/// A value that a transition sets where a field is absent.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "a field and its value")]
pub struct Derive {
    /// The field.
    pub field: Name,
    /// What it is set to.
    pub value: DeriveValue,
}

/// What a transition sets a field to.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum DeriveValue {
    /// What an expression over the data gives.
    Expression(Condition),
    /// Always the same.
    Literal(Value),
    /// A text made of the data; nothing is set when the text names a field that is absent, or comes out blank.
    Template(Text),
}

impl From<Value> for DeriveValue {
    fn from(value: Value) -> Self {
        Self::Literal(value)
    }
}

impl From<Text> for DeriveValue {
    fn from(text: Text) -> Self {
        Self::Template(text)
    }
}
