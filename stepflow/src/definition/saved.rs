//! A definition as JSON: targets are written as the names of steps, so that a person can read and
//! write them, and what is read has passed the check.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::check::{DefinitionErrors, DefinitionProblem};
use super::step::entries_of;
use super::{ApprovalDefinition, Effect, RouteDefinition, StepDefinition, Target, WorkflowDefinition};
use crate::retry::RetrySettings;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedWorkflow<'a> {
    name: Cow<'a, str>,
    #[serde(default)]
    version: u32,
    #[serde(default, skip_serializing_if = "RetrySettings::is_blank")]
    retry: RetrySettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_visits: Option<u32>,
    steps: Vec<SavedStep<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedStep<'a> {
    name: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "RetrySettings::is_blank")]
    retry: RetrySettings,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    routes: Vec<SavedRoute<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<SavedTarget<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_failure: Option<SavedTarget<'a>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    after: Option<Duration>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    timeout: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approval: Option<SavedApproval<'a>>,
    #[serde(default, skip_serializing_if = "Effect::is_repeatable")]
    effect: Effect,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedRoute<'a> {
    key: Cow<'a, str>,
    target: SavedTarget<'a>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedApproval<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    metadata: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    on_deny: Option<SavedTarget<'a>>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SavedTarget<'a> {
    End,
    Step(Cow<'a, str>),
}

impl Serialize for WorkflowDefinition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let target =
            |target: Target| match target {
                Target::End => SavedTarget::End,
                Target::Step(to) => SavedTarget::Step(self.steps.get(to).map_or_else(
                    || Cow::Owned(format!("step {}", to + 1)),
                    |step| Cow::Borrowed(&*step.name),
                )),
            };
        let step = |step: &'_ StepDefinition| SavedStep {
            name: Cow::Owned(step.name.to_string()),
            description: step.description.as_ref().map(|text| Cow::Owned(text.to_string())),
            retry: step.retry,
            routes: step
                .routes
                .iter()
                .map(|route| SavedRoute {
                    key: Cow::Owned(route.key.to_string()),
                    target: target(route.target),
                })
                .collect(),
            next: step.next.map(target),
            on_failure: step.on_failure.map(target),
            after: step.after,
            timeout: step.timeout,
            approval: step.approval.as_ref().map(|gate| SavedApproval {
                message: gate.message.as_ref().map(|text| Cow::Owned(text.to_string())),
                metadata: gate.metadata_json(),
                on_deny: gate.on_deny.map(target),
            }),
            effect: step.effect,
        };
        let saved = SavedWorkflow {
            name: Cow::Borrowed(&self.name),
            version: self.version,
            retry: self.retry,
            max_visits: self.max_visits,
            steps: self.steps.iter().map(step).collect(),
        };
        saved.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WorkflowDefinition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let saved = SavedWorkflow::deserialize(deserializer)?;
        let definition = resolve(saved).map_err(D::Error::custom)?;
        definition.check().map_err(D::Error::custom)?;
        Ok(definition)
    }
}

fn resolve(saved: SavedWorkflow<'_>) -> Result<WorkflowDefinition, DefinitionErrors> {
    let names: Vec<String> = saved.steps.iter().map(|step| step.name.to_string()).collect();
    let workflow = saved.name.into_owned();
    let index_of = |step: &str, target: SavedTarget<'_>| match target {
        SavedTarget::End => Ok(Target::End),
        SavedTarget::Step(name) => {
            names.iter().position(|known| *known == name).map(Target::Step).ok_or_else(|| {
                let problem =
                    DefinitionProblem::UnknownTarget { step: step.to_owned(), target: format!("`{name}`") };
                DefinitionErrors::new(&workflow, problem)
            })
        }
    };
    let mut steps = Vec::with_capacity(saved.steps.len());
    for step in saved.steps {
        let name = step.name.into_owned();
        let mut routes = Vec::with_capacity(step.routes.len());
        for route in step.routes {
            let target = index_of(&name, route.target)?;
            routes.push(RouteDefinition { key: Cow::Owned(route.key.into_owned()), target });
        }
        let approval = match step.approval {
            None => None,
            Some(gate) => Some(ApprovalDefinition {
                message: gate.message.map(|text| Cow::Owned(text.into_owned())),
                metadata: entries_of(gate.metadata),
                on_deny: gate.on_deny.map(|target| index_of(&name, target)).transpose()?,
            }),
        };
        steps.push(StepDefinition {
            description: step.description.map(|text| Cow::Owned(text.into_owned())),
            retry: step.retry,
            routes: Cow::Owned(routes),
            next: step.next.map(|target| index_of(&name, target)).transpose()?,
            on_failure: step.on_failure.map(|target| index_of(&name, target)).transpose()?,
            after: step.after,
            timeout: step.timeout,
            approval,
            effect: step.effect,
            name: Cow::Owned(name),
        });
    }
    Ok(WorkflowDefinition {
        version: saved.version,
        retry: saved.retry,
        max_visits: saved.max_visits,
        steps: Cow::Owned(steps),
        name: Cow::Owned(workflow),
    })
}
