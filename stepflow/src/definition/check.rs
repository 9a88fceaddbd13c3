//! The rules of a definition that the macro did not write. The macro's own are in its `validate`.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{StepDefinition, Target, WorkflowDefinition};

/// Everything that is wrong with a definition.
///
/// ```
/// use stepflow::{StepDefinition, WorkflowDefinition};
///
/// const TWINS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("weigh")];
/// let errors = WorkflowDefinition::new("parcel", TWINS).check().expect_err("two steps share a name");
/// assert_eq!(errors.problems().len(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefinitionErrors {
    workflow: String,
    problems: Vec<DefinitionProblem>,
}

impl DefinitionErrors {
    /// The problems, in the order of the steps. Never empty.
    ///
    /// ```
    /// use stepflow::{DefinitionProblem, RouteDefinition, StepDefinition, Target, WorkflowDefinition};
    ///
    /// let twice = RouteDefinition::new("ok", Target::End);
    /// let weigh = StepDefinition { routes: vec![twice.clone(), twice].into(), ..StepDefinition::new("weigh") };
    /// let steps = vec![weigh, StepDefinition::new("")].into();
    /// let errors = WorkflowDefinition { steps, ..WorkflowDefinition::new("parcel", &[]) }.check().expect_err("two mistakes");
    /// assert_eq!(errors.problems(), [
    ///     DefinitionProblem::DuplicateRouteKey { step: "weigh".to_owned(), key: "ok".to_owned() },
    ///     DefinitionProblem::EmptyName { position: 2 },
    /// ]);
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[DefinitionProblem] {
        &self.problems
    }

    pub(crate) fn new(workflow: impl Into<String>, problem: DefinitionProblem) -> Self {
        Self { workflow: workflow.into(), problems: vec![problem] }
    }
}

impl fmt::Display for DefinitionErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "workflow `{}` ", self.workflow)?;
        for (nth, problem) in self.problems.iter().enumerate() {
            let joint = if nth == 0 { "" } else { "; also, it " };
            write!(f, "{joint}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for DefinitionErrors {}

/// One thing that is wrong with a definition; reads on from "workflow `name` …".
///
/// ```
/// use stepflow::WorkflowDefinition;
///
/// // The texts are what somebody reads who writes definitions by hand.
/// let text = r#"{"name": "parcel", "steps": [{"name": "weigh", "next": {"step": "shipp"}}]}"#;
/// let error = serde_json::from_str::<WorkflowDefinition>(text).expect_err("`shipp` is a slip");
/// assert_eq!(
///     error.to_string(),
///     "workflow `parcel` leads from step `weigh` to `shipp`, which is no step of it"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DefinitionProblem {
    /// Two routes of a step have one key.
    #[error("has a step `{step}` with two routes of the key `{key}`; give each its own")]
    DuplicateRouteKey {
        /// The step.
        step: String,
        /// The key.
        key: String,
    },
    /// Two steps have one public name.
    #[error("has two steps named `{step}`; rename one")]
    DuplicateStep {
        /// The name.
        step: String,
    },
    /// An approval asks with an empty message.
    #[error("has a step `{step}` whose approval message is empty; write the question or leave it out")]
    EmptyApprovalMessage {
        /// The step.
        step: String,
    },
    /// A step has no name.
    #[error("has no name for its step {position}; give it one")]
    EmptyName {
        /// Which step, counted from 1.
        position: usize,
    },
    /// A route has an empty key.
    #[error("has a step `{step}` with an empty route key; name what leads there")]
    EmptyRouteKey {
        /// The step.
        step: String,
    },
    /// There are no steps.
    #[error("has no steps; add at least one")]
    NoSteps,
    /// Steps may run no times at all.
    #[error("lets each step run 0 times; `max_visits` is at least 1")]
    NoVisits,
    /// A target leads to its own step or to an earlier one, in a workflow without `max_visits`.
    #[error(
        "leads from step `{step}` back to `{target}`; a target must be a later step unless `max_visits` says how often a step may run"
    )]
    NotLater {
        /// The step.
        step: String,
        /// The step it leads to.
        target: String,
    },
    /// A step both chooses its successor and names the only one.
    #[error("has a step `{step}` with both routes and `next`; keep one of them")]
    RoutesAndNext {
        /// The step.
        step: String,
    },
    /// A target is no step of this workflow.
    #[error("leads from step `{step}` to {target}, which is no step of it")]
    UnknownTarget {
        /// The step.
        step: String,
        /// What was named: a step's name in quotes or its position.
        target: String,
    },
}

pub(super) fn check(definition: &WorkflowDefinition) -> Result<(), DefinitionErrors> {
    let mut problems = Vec::new();
    if definition.steps.is_empty() {
        problems.push(DefinitionProblem::NoSteps);
    }
    if definition.max_visits == Some(0) {
        problems.push(DefinitionProblem::NoVisits);
    }
    let mut names = BTreeSet::new();
    for (index, step) in definition.steps.iter().enumerate() {
        if step.name.is_empty() {
            problems.push(DefinitionProblem::EmptyName { position: index + 1 });
        } else if !names.insert(&*step.name) {
            problems.push(DefinitionProblem::DuplicateStep { step: step.name.to_string() });
        }
        check_step(definition, index, step, &mut problems);
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(DefinitionErrors { workflow: definition.name.to_string(), problems })
}

fn check_step(
    definition: &WorkflowDefinition,
    index: usize,
    step: &StepDefinition,
    problems: &mut Vec<DefinitionProblem>,
) {
    let name = || step.name.to_string();
    let mut keys = BTreeSet::new();
    for route in step.routes.iter() {
        if route.key.is_empty() {
            problems.push(DefinitionProblem::EmptyRouteKey { step: name() });
        } else if !keys.insert(&*route.key) {
            problems.push(DefinitionProblem::DuplicateRouteKey { step: name(), key: route.key.to_string() });
        }
    }
    if step.is_routed() && step.next.is_some() {
        problems.push(DefinitionProblem::RoutesAndNext { step: name() });
    }
    let gate = step.approval.as_ref();
    if gate.is_some_and(|gate| gate.message.as_deref() == Some("")) {
        problems.push(DefinitionProblem::EmptyApprovalMessage { step: name() });
    }
    let targets = step.routes.iter().map(|route| route.target);
    let targets = targets.chain(step.next).chain(step.on_failure).chain(gate.and_then(|gate| gate.on_deny));
    for target in targets {
        match target {
            Target::End => {}
            Target::Step(to) if to >= definition.steps.len() => {
                problems.push(DefinitionProblem::UnknownTarget {
                    step: name(),
                    target: format!("step {}", to + 1),
                });
            }
            Target::Step(to) if to <= index && definition.max_visits.is_none() => {
                let target = definition.steps[to].name.to_string();
                problems.push(DefinitionProblem::NotLater { step: name(), target });
            }
            Target::Step(_) => {}
        }
    }
}
