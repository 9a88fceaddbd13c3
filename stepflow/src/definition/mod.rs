//! What a workflow *is*: its steps, in order, and where each may lead.
//!
//! A definition is plain data. `#[workflow]` writes it as a constant, a person can write it by hand
//! (every type has a `BLANK` to update from, which works in constants), and it reads and writes as
//! JSON, so that it can also be loaded at run time.

mod check;
mod outline;
mod saved;
mod step;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

pub use self::check::{DefinitionErrors, DefinitionProblem};
pub use self::outline::{Difference, Fingerprint, Outline, OutlineStep, OutlineTarget};
pub use self::step::{ApprovalDefinition, Effect, MetadataValue, RouteDefinition, StepDefinition, Target};
use crate::graph::WorkflowGraph;
use crate::retry::{RetryPolicy, RetrySettings};

/// A whole workflow: its name and its steps in the order in which they run.
///
/// ```
/// use std::borrow::Cow;
/// use stepflow::{StepDefinition, Target, WorkflowDefinition};
///
/// const GREETING: WorkflowDefinition = WorkflowDefinition {
///     name: Cow::Borrowed("greeting"),
///     steps: Cow::Borrowed(&[
///         StepDefinition { name: Cow::Borrowed("greet"), next: Some(Target::End), ..StepDefinition::BLANK },
///     ]),
///     ..WorkflowDefinition::BLANK
/// };
///
/// // The same data, loaded at run time.
/// let text = serde_json::to_string(&GREETING)?;
/// let loaded: WorkflowDefinition = serde_json::from_str(&text)?;
/// assert_eq!(loaded, GREETING);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowDefinition {
    /// Public name, shown in results, events and diagrams.
    pub name: Cow<'static, str>,
    /// Raised by the author when the meaning of saved runs changes; part of the [`Fingerprint`].
    pub version: u32,
    /// What steps inherit where they do not say otherwise.
    pub retry: RetrySettings,
    /// How often each step may run; `None`: once, and routes lead forward only.
    pub max_visits: Option<u32>,
    /// The steps, in the order in which they run.
    pub steps: Cow<'static, [StepDefinition]>,
}

impl WorkflowDefinition {
    /// No name and no steps: the base for `..WorkflowDefinition::BLANK`, also in constants.
    pub const BLANK: Self = Self {
        name: Cow::Borrowed(""),
        version: 0,
        retry: RetrySettings::INHERIT,
        max_visits: None,
        steps: Cow::Borrowed(&[]),
    };

    /// A definition with this name and these steps, and nothing else said.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
    /// const PARCEL: WorkflowDefinition = WorkflowDefinition::new("parcel", STEPS);
    /// assert_eq!(PARCEL.step_index("label"), Some(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn new(name: &'static str, steps: &'static [StepDefinition]) -> Self {
        Self {
            name: Cow::Borrowed(name),
            version: 0,
            retry: RetrySettings::INHERIT,
            max_visits: None,
            steps: Cow::Borrowed(steps),
        }
    }

    /// Where the step of this public name stands in [`steps`](Self::steps).
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let parcel = WorkflowDefinition::new("parcel", STEPS);
    /// assert_eq!(parcel.step_index("weigh"), Some(0));
    /// assert_eq!(parcel.step_index("wiegh"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn step_index(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    /// The steps and routes as a picture. Nothing is run.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("label")];
    /// let graph = WorkflowDefinition::new("parcel", STEPS).graph();
    /// assert_eq!(graph.edges.len(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn graph(&self) -> WorkflowGraph {
        WorkflowGraph::of(self)
    }

    /// What can change the meaning of a saved run, and nothing else.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// const RENAMED: &[StepDefinition] = &[StepDefinition::new("measure")];
    /// let before = WorkflowDefinition::new("parcel", STEPS).outline();
    /// let after = WorkflowDefinition::new("parcel", RENAMED).outline();
    /// assert_eq!(before.differences(&after)[0].to_string(), "step 1 was `weigh` and is `measure` now");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn outline(&self) -> Outline {
        Outline::of(self)
    }

    /// A short digest of the [`outline`](Self::outline): equal where saved runs mean the same.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let first = WorkflowDefinition::new("parcel", STEPS);
    /// let second = WorkflowDefinition { version: 2, ..first.clone() };
    /// assert_ne!(first.fingerprint(), second.fingerprint());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.outline().fingerprint()
    }

    /// Checks what the macro proves at compile time, for definitions that it did not write.
    ///
    /// A step that nothing leads to is not refused here: a loaded definition may carry one.
    ///
    /// # Errors
    ///
    /// Every problem found, not only the first.
    ///
    /// ```
    /// use stepflow::WorkflowDefinition;
    ///
    /// let empty = WorkflowDefinition::new("empty", &[]);
    /// let errors = empty.check().expect_err("there are no steps");
    /// assert_eq!(errors.to_string(), "workflow `empty` has no steps; add at least one");
    /// ```
    pub fn check(&self) -> Result<(), DefinitionErrors> {
        check::check(self)
    }

    /// How a step's failures are retried: its own settings, part by part over the workflow's.
    ///
    /// ```
    /// use stepflow::{RetrySettings, StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let mut parcel = WorkflowDefinition::new("parcel", STEPS);
    /// parcel.retry = RetrySettings { times: Some(2), ..RetrySettings::INHERIT };
    /// assert_eq!(parcel.retry_policy(&parcel.steps[0]).times, 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn retry_policy(&self, step: &StepDefinition) -> RetryPolicy {
        RetryPolicy::resolve(&self.retry, &step.retry)
    }
}

/// A definition that is either a constant of the program or shared between runs.
///
/// [`Workflow::definition`](crate::Workflow::definition) returns one, so that the engine can keep the
/// definition while a step borrows the workflow.
///
/// ```
/// use std::sync::Arc;
/// use stepflow::{DefinitionRef, StepDefinition, WorkflowDefinition};
///
/// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
/// let loaded = Arc::new(WorkflowDefinition::new("parcel", STEPS));
/// let definition = DefinitionRef::from(loaded);
/// assert_eq!(definition.name, "parcel");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub enum DefinitionRef {
    /// Shared by every run of a definition that was loaded at run time.
    Shared(Arc<WorkflowDefinition>),
    /// Written down in the program.
    Static(&'static WorkflowDefinition),
}

impl Deref for DefinitionRef {
    type Target = WorkflowDefinition;

    fn deref(&self) -> &WorkflowDefinition {
        match self {
            Self::Shared(definition) => definition,
            Self::Static(definition) => definition,
        }
    }
}

impl From<&'static WorkflowDefinition> for DefinitionRef {
    fn from(definition: &'static WorkflowDefinition) -> Self {
        Self::Static(definition)
    }
}

impl From<Arc<WorkflowDefinition>> for DefinitionRef {
    fn from(definition: Arc<WorkflowDefinition>) -> Self {
        Self::Shared(definition)
    }
}
