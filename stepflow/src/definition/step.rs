//! One step of a definition: its gate, its routes and what they lead to.

use std::borrow::Cow;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::retry::RetrySettings;

/// One step: its public name, and what is said about it.
///
/// ```
/// use std::borrow::Cow;
/// use stepflow::{RetrySettings, StepDefinition};
///
/// const WEIGH: StepDefinition = StepDefinition {
///     name: Cow::Borrowed("weigh"),
///     retry: RetrySettings { times: Some(2), ..RetrySettings::INHERIT },
///     ..StepDefinition::BLANK
/// };
/// assert_eq!(WEIGH.retry.times, Some(2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StepDefinition {
    /// Public name, unique in its workflow.
    pub name: Cow<'static, str>,
    /// What the step does, in a sentence; shown on diagrams.
    pub description: Option<Cow<'static, str>>,
    /// Retries; parts left out come from the workflow.
    pub retry: RetrySettings,
    /// Where the step's output leads, by key and in order. Empty: the step is not routed.
    pub routes: Cow<'static, [RouteDefinition]>,
    /// The one place to go after this step, instead of the step below it.
    pub next: Option<Target>,
    /// Where to go when the step has finally failed. `None`: the run fails.
    pub on_failure: Option<Target>,
    /// How long to wait before the step starts.
    pub after: Option<Duration>,
    /// How long one attempt may take; kept by the async driver only.
    pub timeout: Option<Duration>,
    /// A person decides before the body runs.
    pub approval: Option<ApprovalDefinition>,
    /// What becomes of a durable run that was broken off inside the body.
    pub effect: Effect,
}

impl StepDefinition {
    /// No name and nothing said: the base for `..StepDefinition::BLANK`, also in constants.
    pub const BLANK: Self = Self {
        name: Cow::Borrowed(""),
        description: None,
        retry: RetrySettings::INHERIT,
        routes: Cow::Borrowed(&[]),
        next: None,
        on_failure: None,
        after: None,
        timeout: None,
        approval: None,
        effect: Effect::Repeatable,
    };

    /// A step of which nothing but the name is said.
    ///
    /// ```
    /// use stepflow::StepDefinition;
    ///
    /// const WEIGH: StepDefinition = StepDefinition::new("weigh");
    /// assert!(!WEIGH.is_routed());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            description: None,
            retry: RetrySettings::INHERIT,
            routes: Cow::Borrowed(&[]),
            next: None,
            on_failure: None,
            after: None,
            timeout: None,
            approval: None,
            effect: Effect::Repeatable,
        }
    }

    /// Whether the step's output chooses what comes next.
    ///
    /// ```
    /// use stepflow::{StaticWorkflow, workflow};
    ///
    /// struct Parcel { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Parcel {
    ///     #[step(routes = { true => ship, false => END })]
    ///     fn weigh(&mut self) -> bool {
    ///         true
    ///     }
    ///     #[step]
    ///     fn ship(&mut self) {}
    /// }
    ///
    /// let routed: Vec<_> = Parcel::DEFINITION.steps.iter().map(|step| step.is_routed()).collect();
    /// assert_eq!(routed, [true, false]);
    /// ```
    #[must_use]
    pub fn is_routed(&self) -> bool {
        !self.routes.is_empty()
    }
}

/// Whether a step's body may run again when a crash broke it off.
///
/// Nobody knows then how far it came: whether the money left, whether the letter was sent. It matters to
/// durable runs only; in memory a crash ends the run, and both mean the same. Retries after an error or a
/// time-out are not affected: they follow what the step says about retries.
///
/// ```
/// use stepflow::{Effect, StaticWorkflow, workflow};
///
/// struct Payment { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Payment {
///     #[step]
///     fn check(&mut self) {}
///
///     #[step(effect = once)]
///     fn pay(&mut self) {
///         self.state += 1;
///     }
/// }
///
/// let effects: Vec<_> = Payment::DEFINITION.steps.iter().map(|step| step.effect).collect();
/// assert_eq!(effects, [Effect::Repeatable, Effect::Once]);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// The body is not run again: the step waits as "outcome unknown" until a person settles it.
    Once,
    /// The body runs again, under the same idempotency key.
    #[default]
    Repeatable,
}

impl Effect {
    pub(super) fn is_repeatable(&self) -> bool {
        *self == Self::Repeatable
    }
}

/// One key of a routed step and the place it leads to.
///
/// ```
/// use stepflow::{RouteDefinition, Target};
///
/// const STOP: RouteDefinition = RouteDefinition::new("halt", Target::End);
/// assert_eq!(STOP.key, "halt");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RouteDefinition {
    /// What the step's output is called on this route.
    pub key: Cow<'static, str>,
    /// Where the route leads.
    pub target: Target,
}

impl RouteDefinition {
    /// A route with this key and target.
    ///
    /// ```
    /// use stepflow::{RouteDefinition, Target};
    ///
    /// assert_eq!(RouteDefinition::new("ok", Target::Step(1)).target, Target::Step(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(key: &'static str, target: Target) -> Self {
        Self { key: Cow::Borrowed(key), target }
    }
}

/// Where a route, `next`, `on_failure` or `on_deny` leads. Written as the step's name in JSON.
///
/// ```
/// use std::borrow::Cow;
/// use stepflow::{StepDefinition, Target, WorkflowDefinition};
///
/// const PARCEL: WorkflowDefinition = WorkflowDefinition {
///     name: Cow::Borrowed("parcel"),
///     steps: Cow::Borrowed(const { &[
///         StepDefinition { name: Cow::Borrowed("weigh"), next: Some(Target::Step(1)), ..StepDefinition::BLANK },
///         StepDefinition { name: Cow::Borrowed("label"), next: Some(Target::End), ..StepDefinition::BLANK },
///     ] }),
///     ..WorkflowDefinition::BLANK
/// };
/// let json = serde_json::to_value(&PARCEL)?;
/// assert_eq!(json["steps"][0]["next"]["step"], "label");
/// assert_eq!(json["steps"][1]["next"], "end");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The workflow ends, successfully.
    End,
    /// The step at this position, counted from 0.
    Step(usize),
}

/// What a person is asked before a step's body runs.
///
/// ```
/// use std::borrow::Cow;
/// use stepflow::ApprovalDefinition;
///
/// const GATE: ApprovalDefinition =
///     ApprovalDefinition { message: Some(Cow::Borrowed("Open the valve?")), ..ApprovalDefinition::BLANK };
/// assert!(GATE.on_deny.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ApprovalDefinition {
    /// The question, if it has words of its own.
    pub message: Option<Cow<'static, str>>,
    /// What the person, or the page that asks them, should know besides.
    pub metadata: Cow<'static, [(Cow<'static, str>, MetadataValue)]>,
    /// Where to go when the answer is no. `None`: the run fails.
    pub on_deny: Option<Target>,
}

impl ApprovalDefinition {
    /// A gate without words: the base for `..ApprovalDefinition::BLANK`, also in constants.
    pub const BLANK: Self = Self { message: None, metadata: Cow::Borrowed(&[]), on_deny: None };

    /// The metadata as a JSON object.
    ///
    /// ```
    /// use stepflow::{StaticWorkflow, workflow};
    ///
    /// struct Valve { state: () }
    ///
    /// #[workflow(state = ())]
    /// impl Valve {
    ///     #[step(approval(message = "Open the valve?", metadata = { team: "night", limits: [1, 2.5] }))]
    ///     fn open(&mut self) {}
    /// }
    ///
    /// let gate = Valve::DEFINITION.steps[0].approval.as_ref().ok_or("the step has a gate")?;
    /// assert_eq!(gate.metadata_json()["limits"], serde_json::json!([1, 2.5]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn metadata_json(&self) -> Map<String, Value> {
        object(&self.metadata)
    }
}

/// A JSON value that a constant can hold.
///
/// ```
/// use std::borrow::Cow;
/// use serde_json::{Value, json};
/// use stepflow::MetadataValue;
///
/// const LIMITS: MetadataValue = MetadataValue::Map(Cow::Borrowed(const { &[
///     (Cow::Borrowed("team"), MetadataValue::Text(Cow::Borrowed("night"))),
///     (Cow::Borrowed("most"), MetadataValue::Integer(100)),
/// ] }));
/// assert_eq!(Value::from(&LIMITS), json!({ "team": "night", "most": 100 }));
/// assert_eq!(MetadataValue::from(json!([true, null])), MetadataValue::List(vec![MetadataValue::Bool(true), MetadataValue::Null].into()));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum MetadataValue {
    /// `true` or `false`.
    Bool(bool),
    /// A number with a fraction; must be finite to be written as JSON, else it is written as null.
    Float(f64),
    /// A whole number.
    Integer(i64),
    /// Values in a row.
    List(Cow<'static, [Self]>),
    /// Values by name.
    Map(Cow<'static, [(Cow<'static, str>, Self)]>),
    /// Nothing.
    Null,
    /// Text.
    Text(Cow<'static, str>),
}

impl From<&MetadataValue> for Value {
    fn from(value: &MetadataValue) -> Self {
        match value {
            MetadataValue::Bool(value) => Self::from(*value),
            MetadataValue::Float(value) => Self::from(*value),
            MetadataValue::Integer(value) => Self::from(*value),
            MetadataValue::List(values) => values.iter().map(Self::from).collect(),
            MetadataValue::Map(entries) => Self::Object(object(entries)),
            MetadataValue::Null => Self::Null,
            MetadataValue::Text(text) => Self::from(&**text),
        }
    }
}

impl From<Value> for MetadataValue {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => {
                number.as_i64().map_or_else(|| number.as_f64().map_or(Self::Null, Self::Float), Self::Integer)
            }
            Value::String(text) => Self::Text(Cow::Owned(text)),
            Value::Array(values) => Self::List(values.into_iter().map(Self::from).collect()),
            Value::Object(entries) => Self::Map(entries_of(entries)),
        }
    }
}

/// The constant form of a JSON object.
pub(super) fn entries_of(object: Map<String, Value>) -> Cow<'static, [(Cow<'static, str>, MetadataValue)]> {
    object.into_iter().map(|(key, value)| (Cow::Owned(key), value.into())).collect()
}

fn object(entries: &[(Cow<'static, str>, MetadataValue)]) -> Map<String, Value> {
    entries.iter().map(|(key, value)| (key.clone().into_owned(), value.into())).collect()
}
