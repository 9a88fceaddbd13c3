//! A stage: one page of a wizard, with what it asks and where it may lead.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::{ExtractionSettings, Function, Guard, Navigation, SubflowCall, Task, Text, Transition};
use crate::{Map, Name};

/// One stage of a flow.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::{Guard, Stage, Text, Transition};
///
/// let age = Stage {
///     prompt: Text::plain("How old are you?"),
///     ..Stage::new("age")
/// }
/// .schema(json!({ "type": "object", "properties": { "age": { "type": "integer" } }, "required": ["age"] }))
/// .to("done");
/// assert_eq!(age.transitions[0].condition, Guard::Always);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `Stage::new`")]
pub struct Stage {
    /// The name, unique within its flow.
    pub name: Name,
    /// What people see as its title; the name when there is none.
    pub label: Option<Name>,
    /// What the stage asks; a template over the data so far.
    pub prompt: Text,
    /// What is said when the stage is passed without stopping; a template.
    pub message: Option<Text>,
    /// More about the question.
    pub help: Option<Name>,
    /// Answers to choose from with one click; templates.
    pub suggestions: Vec<Text>,
    /// JSON Schema of the answers: an object. Without one, any fields are taken.
    pub schema: Option<Arc<Value>>,
    /// What the stage is for.
    pub kind: StageKind,
    /// When the stage applies; otherwise it is passed over, to the one below it.
    pub when: Guard,
    /// Whether the flow begins here.
    pub start: bool,
    /// Whether people may pass it without answering.
    pub can_skip: bool,
    /// What skipping does to the answers.
    pub skip: Skip,
    /// Whether people may go back from here.
    pub can_go_back: bool,
    /// Whether it is passed without stopping once its answers are there; `None` leaves it to the settings.
    pub auto_advance: Option<bool>,
    /// Whether new answers are shown for confirmation before they count.
    pub confirm: Option<Confirm>,
    /// The ways on.
    pub transitions: Vec<Transition>,
    /// Functions that run before the conditions are tested.
    pub routing: Vec<Function>,
    /// What there is to do here.
    pub tasks: Vec<Task>,
    /// Words that navigate, where they differ from the wizard's.
    pub navigation: Navigation,
    /// Fields that never enter logs, records or drafts.
    pub sensitive: BTreeSet<Name>,
    /// Whether the wizard's derivations run on this stage's answers.
    pub derivation_enabled: bool,
    /// How answers are found in a text.
    pub extraction: ExtractionSettings,
    /// Keys that the core does not read, kept for those who do.
    pub extra: Map,
}

impl Stage {
    /// A stage that asks something, with nothing else set.
    ///
    /// ```
    /// use stepflow_wizard::{Stage, StageKind};
    ///
    /// let stage = Stage::new("account");
    /// assert!(stage.can_go_back && !stage.can_skip);
    /// assert_eq!(stage.kind, StageKind::Question);
    /// ```
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            name: name.into(),
            label: None,
            prompt: Text::default(),
            message: None,
            help: None,
            suggestions: Vec::new(),
            schema: None,
            kind: StageKind::Question,
            when: Guard::Always,
            start: false,
            can_skip: false,
            skip: Skip::default(),
            can_go_back: true,
            auto_advance: None,
            confirm: None,
            transitions: Vec::new(),
            routing: Vec::new(),
            tasks: Vec::new(),
            navigation: Navigation::default(),
            sensitive: BTreeSet::new(),
            derivation_enabled: true,
            extraction: ExtractionSettings::default(),
            extra: Map::new(),
        }
    }

    /// A stage where the flow ends.
    ///
    /// ```
    /// use stepflow_wizard::{Stage, StageKind};
    ///
    /// assert_eq!(Stage::end("done").kind, StageKind::End);
    /// ```
    pub fn end(name: impl Into<Name>) -> Self {
        Self { kind: StageKind::End, ..Self::new(name) }
    }

    /// A stage that asks nothing: its message is said, and the wizard goes on.
    ///
    /// ```
    /// use stepflow_wizard::{Stage, StageKind};
    ///
    /// let hello = Stage::message("hello", "Welcome.").to("done");
    /// assert_eq!((hello.kind, hello.auto_advance), (StageKind::Message, Some(true)));
    /// ```
    pub fn message(name: impl Into<Name>, message: impl Into<Text>) -> Self {
        Self {
            kind: StageKind::Message,
            message: Some(message.into()),
            auto_advance: Some(true),
            ..Self::new(name)
        }
    }

    /// The same with this schema.
    #[must_use]
    pub fn schema(mut self, schema: Value) -> Self {
        self.schema = Some(Arc::new(schema));
        self
    }

    /// The same with this prompt.
    #[must_use]
    pub fn prompt(mut self, prompt: impl Into<Text>) -> Self {
        self.prompt = prompt.into();
        self
    }

    /// The same with one more way on, taken when no earlier one is.
    #[must_use]
    pub fn to(self, target: impl Into<Name>) -> Self {
        self.transition(Transition::to(target))
    }

    /// The same with one more transition.
    ///
    /// ```
    /// use stepflow_wizard::{Guard, Stage, Transition};
    ///
    /// let stage = Stage::new("intent").transition(Transition::to("configure").when("data.get('intent')")?);
    /// assert_eq!(stage.transitions.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn transition(mut self, transition: Transition) -> Self {
        self.transitions.push(transition);
        self
    }

    /// What people see as the title.
    #[must_use]
    pub fn title(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.name)
    }

    /// Whether the stage stops for an answer of its own.
    #[must_use]
    pub fn asks(&self) -> bool {
        matches!(self.kind, StageKind::Question | StageKind::Collect(_) | StageKind::Subflow(_))
    }
}

/// What a stage is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StageKind {
    /// Items are added, changed and removed until the person is done.
    Collect(Collect),
    /// The flow ends here.
    End,
    /// Something is said and nothing is asked.
    Message,
    /// Answers are asked for.
    Question,
    /// Another flow is walked here; its result is the answer.
    Subflow(SubflowCall),
}

/// How a stage collects items. The stage's schema is that of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct Collect {
    /// The field that holds the list of items.
    pub key: Name,
    /// The least number of items.
    pub min: usize,
    /// The greatest number of items; the limits apply in any case.
    pub max: Option<usize>,
    /// What makes two items the same, and what happens then.
    pub unique: Unique,
}

impl Collect {
    /// Any number of items, in this field.
    ///
    /// ```
    /// use stepflow_wizard::Collect;
    ///
    /// let guests = Collect { min: 1, ..Collect::new("guests") };
    /// assert_eq!(&*guests.key, "guests");
    /// ```
    pub fn new(key: impl Into<Name>) -> Self {
        Self { key: key.into(), min: 0, max: None, unique: Unique::default() }
    }
}

/// What happens when an item is added a second time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unique {
    /// It is there twice.
    #[default]
    Allow,
    /// The item that is there already takes over the new values. Empty: all fields are compared.
    Merge(Vec<Name>),
    /// The item that is there already stays as it is. Empty: all fields are compared.
    Reject(Vec<Name>),
}

/// What skipping a stage does to its answers.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct Skip {
    /// Answers that stand in; without them, those of the stage are cleared.
    pub default: Option<Map>,
    /// Whether they also replace answers that were given before.
    pub overwrite: bool,
}

/// When answers are shown for confirmation before they count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal")]
pub struct Confirm {
    /// The first time that there are any.
    pub first: bool,
    /// Every time that they have changed.
    pub changed: bool,
}
