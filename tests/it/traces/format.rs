//! The recorded traces as they are written. Anything that this file does not name is refused, so that a
//! replay never passes by overlooking a part of a scenario.

use std::collections::BTreeMap;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) format: u32,
    #[serde(default, rename = "reference")]
    _reference: Value,
    #[serde(default, rename = "conventions")]
    _conventions: Value,
    #[serde(default)]
    pub(crate) workflows: BTreeMap<String, Value>,
    #[serde(default)]
    pub(crate) scenarios: Vec<Value>,
    #[serde(default)]
    pub(crate) definition_errors: Vec<DefinitionRefusal>,
    #[serde(default)]
    pub(crate) call_errors: Vec<CallRefusal>,
}

/// A workflow as it stands alone in the file, with its recorded picture.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pictured {
    pub(crate) graph: Picture,
    key: String,
    type_name: String,
    name: String,
    explicit_name: bool,
    retries: u32,
    retry_on: Vec<String>,
    retry_delay: f64,
    steps: Vec<StepSpec>,
}

impl Pictured {
    pub(crate) fn split(self) -> (WorkflowSpec, Picture) {
        let Self { graph, key, type_name, name, explicit_name, retries, retry_on, retry_delay, steps } = self;
        let spec =
            WorkflowSpec { key, type_name, name, explicit_name, retries, retry_on, retry_delay, steps };
        (spec, graph)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Picture {
    pub(crate) nodes: Value,
    pub(crate) edges: Value,
    pub(crate) mermaid: String,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowSpec {
    pub(crate) key: String,
    pub(crate) type_name: String,
    pub(crate) name: String,
    pub(crate) explicit_name: bool,
    pub(crate) retries: u32,
    pub(crate) retry_on: Vec<String>,
    pub(crate) retry_delay: f64,
    pub(crate) steps: Vec<StepSpec>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepSpec {
    pub(crate) method: String,
    pub(crate) name: String,
    pub(crate) explicit_name: bool,
    #[serde(rename = "takes_context")]
    _takes_context: bool,
    pub(crate) description: Option<String>,
    pub(crate) retries: Option<u32>,
    pub(crate) retry_on: Option<Vec<String>>,
    pub(crate) retry_delay: Option<f64>,
    pub(crate) routes: Option<Vec<(String, TargetSpec)>>,
    pub(crate) requires_approval: bool,
    pub(crate) approval_message: Option<String>,
    pub(crate) approval_metadata: Option<Map<String, Value>>,
}

#[derive(Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum TargetSpec {
    End(EndSpec),
    Step(String),
}

#[derive(Clone, PartialEq)]
pub(crate) struct EndSpec;

impl<'de> Deserialize<'de> for EndSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            end: bool,
        }
        let written = Written::deserialize(deserializer)?;
        if written.end { Ok(Self) } else { Err(D::Error::custom("a target that is not the end")) }
    }
}

impl WorkflowSpec {
    /// The kinds of error that a step retries.
    pub(crate) fn retry_kinds<'a>(&'a self, step: &'a StepSpec) -> &'a [String] {
        step.retry_on.as_ref().unwrap_or(&self.retry_on)
    }

    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.name == name)
    }

    pub(crate) fn is_routed(&self) -> bool {
        self.steps.iter().any(|step| step.routes.is_some())
    }

    /// Names that are said to be defaults are the defaults.
    pub(crate) fn check_names(&self) -> Result<(), String> {
        if !self.explicit_name && self.name != self.type_name {
            return Err(format!(
                "workflow `{}` has no name of its own, and another than its type",
                self.name
            ));
        }
        match self.steps.iter().find(|step| !step.explicit_name && step.name != step.method) {
            Some(step) => {
                Err(format!("step `{}` has no name of its own, and another than its method", step.name))
            }
            None => Ok(()),
        }
    }
}

/// Whether an error of this kind is one that a list of kinds names: itself, or a family it is in.
pub(crate) fn listed(kinds: &[String], kind: &str) -> bool {
    kinds.iter().any(|listed| {
        if listed.contains(':') {
            return listed == kind;
        }
        kind.strip_prefix("user:").is_some_and(|kind| {
            kind.strip_prefix(listed.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Scenario {
    pub(crate) name: String,
    #[serde(rename = "covers")]
    _covers: Vec<String>,
    #[serde(rename = "rust")]
    _rust: Carries,
    #[serde(rename = "note")]
    _note: Option<String>,
    pub(crate) workflow: WorkflowSpec,
    pub(crate) children: BTreeMap<String, WorkflowSpec>,
    pub(crate) scripts: BTreeMap<String, BTreeMap<String, Vec<Entry>>>,
    pub(crate) mermaid: String,
    pub(crate) calls: Vec<Call>,
}

/// What the recording says about a typed language.
#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Carries {
    CompileTime,
    NotApplicable,
    Runtime,
}

impl Scenario {
    pub(crate) fn spec(&self, key: &str) -> Option<&WorkflowSpec> {
        if key == self.workflow.key { Some(&self.workflow) } else { self.children.get(key) }
    }

    /// What the nth call of a step's body does, counted from 1; nothing scripted is an `ok` of null.
    pub(crate) fn entry(&self, key: &str, step: &str, nth: usize) -> Entry {
        let script = self.scripts.get(key).and_then(|steps| steps.get(step));
        script.and_then(|entries| entries.get(nth - 1)).cloned().unwrap_or_default()
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        for spec in std::iter::once(&self.workflow).chain(self.children.values()) {
            spec.check_names()?;
        }
        for (key, steps) in &self.scripts {
            let spec = self.spec(key).ok_or_else(|| format!("a script for `{key}`, which is no workflow"))?;
            for (step, entries) in steps {
                spec.index(step).ok_or_else(|| format!("a script for `{key}.{step}`, which is no step"))?;
                entries.iter().try_for_each(Entry::check)?;
            }
        }
        self.calls.iter().try_for_each(Call::check)
    }

    /// Every message that the scenario itself chose; the others are wordings of the recording.
    pub(crate) fn chosen_messages(&self) -> Vec<&str> {
        let entries = self.scripts.values().flat_map(BTreeMap::values).flatten();
        let own = entries.clone().filter_map(|entry| entry.message.as_deref());
        let children = entries.flat_map(|entry| &entry.children).filter_map(|child| child.approval.as_ref());
        let calls = self.calls.iter().filter_map(|call| call.options.approval.as_ref());
        let answers = children.chain(calls).flat_map(BTreeMap::values).flatten();
        let handlers = answers.filter_map(|answer| match answer {
            Answer::Error(error) => error.message.as_deref(),
            _ => None,
        });
        own.chain(handlers).collect()
    }
}

/// One call of a step's body.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    #[serde(default, deserialize_with = "present")]
    pub(crate) ok: Option<Value>,
    pub(crate) err: Option<String>,
    pub(crate) message: Option<String>,
    #[serde(default)]
    pub(crate) context: bool,
    #[serde(default)]
    pub(crate) children: Vec<ChildCall>,
}

impl Entry {
    fn check(&self) -> Result<(), String> {
        let ends = [self.ok.is_some(), self.err.is_some() || self.context];
        match ends.into_iter().filter(|end| *end).count() {
            0 | 1 if self.message.is_none() || self.err.is_some() => Ok(()),
            0 | 1 => Err("a script entry with the message of no error".to_owned()),
            _ => Err("a script entry that ends in two ways".to_owned()),
        }
    }
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChildCall {
    pub(crate) workflow: String,
    #[serde(default = "yes")]
    pub(crate) fail_parent: bool,
    #[serde(default)]
    pub(crate) catch: bool,
    pub(crate) approval: Option<Answers>,
    pub(crate) hooks: Option<Vec<HookSpec>>,
}

fn yes() -> bool {
    true
}

/// What an approval handler answers, by step and in order.
pub(crate) type Answers = BTreeMap<String, Vec<Answer>>;

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Bool(bool),
    Decision(DecisionSpec),
    Error(ErrorSpec),
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DecisionSpec {
    pub(crate) approved: bool,
    #[serde(default)]
    pub(crate) reason: Option<String>,
    #[serde(default)]
    pub(crate) metadata: Map<String, Value>,
}

impl DecisionSpec {
    pub(crate) fn bare(approved: bool) -> Self {
        Self { approved, reason: None, metadata: Map::new() }
    }
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorSpec {
    pub(crate) err: String,
    pub(crate) message: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HookSpec {
    pub(crate) label: String,
    pub(crate) fail_on: Option<FailOn>,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FailOn {
    pub(crate) event: EventName,
    pub(crate) step: Option<String>,
}

impl HookSpec {
    pub(crate) fn fails(&self, event: EventName, step: Option<&str>) -> bool {
        self.fail_on.as_ref().is_some_and(|fail_on| {
            fail_on.event == event && fail_on.step.as_deref().is_none_or(|wanted| step == Some(wanted))
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EventName {
    StepFinished,
    StepStarted,
    WorkflowFinished,
    WorkflowStarted,
}

impl EventName {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::StepFinished => "step_finished",
            Self::StepStarted => "step_started",
            Self::WorkflowFinished => "workflow_finished",
            Self::WorkflowStarted => "workflow_started",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Call {
    pub(crate) op: Op,
    pub(crate) options: Options,
    pub(crate) expected: Outcome,
}

impl Call {
    fn check(&self) -> Result<(), String> {
        let Options { from, decision, workflow, .. } = &self.options;
        match self.op {
            Op::Resume if from.is_none() || decision.is_none() => {
                Err("a resume without a checkpoint or a decision".to_owned())
            }
            Op::Run if from.is_some() || decision.is_some() || workflow.is_some() => {
                Err("a run with the options of a resume".to_owned())
            }
            _ => Ok(()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Op {
    Resume,
    Run,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    pub(crate) from: Option<usize>,
    pub(crate) decision: Option<ResumeDecision>,
    pub(crate) workflow: Option<String>,
    #[serde(default)]
    pub(crate) hooks: Vec<HookSpec>,
    pub(crate) approval: Option<Answers>,
    pub(crate) pause_on_approval: Option<bool>,
    #[serde(default)]
    pub(crate) raise_on_failure: bool,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(crate) enum ResumeDecision {
    Bool(bool),
    Full(DecisionSpec),
}

impl ResumeDecision {
    pub(crate) fn spec(&self) -> DecisionSpec {
        match self {
            Self::Bool(approved) => DecisionSpec::bare(*approved),
            Self::Full(decision) => decision.clone(),
        }
    }
}

/// What one call came to. Recorded, foretold by the model, and observed: all three are this type.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    pub(crate) raised: Option<Raised>,
    pub(crate) result: Option<ResultTrace>,
    pub(crate) events: Vec<EventTrace>,
    pub(crate) approval_requests: Vec<RequestTrace>,
    pub(crate) sleeps: Vec<f64>,
    /// Only a resume says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) keeps_started_at: Option<bool>,
    /// Why a resume was refused. The recording has a failed result instead.
    #[serde(skip_deserializing)]
    pub(crate) refused: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Raised {
    pub(crate) kind: String,
    pub(crate) chain: Vec<ErrorTrace>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ErrorTrace {
    pub(crate) kind: String,
    pub(crate) message: Option<String>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResultTrace {
    pub(crate) workflow: String,
    pub(crate) status: String,
    pub(crate) error_kind: Option<String>,
    pub(crate) error_chain: Vec<ErrorTrace>,
    pub(crate) steps: Vec<StepTrace>,
    pub(crate) route_trace: Vec<RouteTrace>,
    pub(crate) pause: Option<PauseTrace>,
    pub(crate) state_log: Vec<String>,
    /// Event, step and position of every hook that failed; the recording knows only one.
    #[serde(skip_deserializing)]
    pub(crate) hook_errors: Vec<(String, Option<String>, usize)>,
    /// In which attempt of the parent's step a child ran; 0 for a run that is no child.
    #[serde(skip_deserializing)]
    pub(crate) attempt: u32,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepTrace {
    pub(crate) name: String,
    pub(crate) status: String,
    pub(crate) attempts: u32,
    pub(crate) output: Value,
    pub(crate) error_kind: Option<String>,
    pub(crate) error_chain: Vec<ErrorTrace>,
    pub(crate) route_key: Option<String>,
    pub(crate) next_step: Option<String>,
    pub(crate) skipped_reason: Option<String>,
    pub(crate) approval_required: bool,
    pub(crate) approval_decision: Option<DecisionSpec>,
    pub(crate) timed: bool,
    pub(crate) children: Vec<ResultTrace>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RouteTrace {
    pub(crate) step: String,
    pub(crate) route_key: String,
    pub(crate) next_step: Option<String>,
    pub(crate) ended: bool,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PauseTrace {
    pub(crate) workflow: String,
    pub(crate) step: String,
    pub(crate) step_index: usize,
    pub(crate) message: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) request_workflow: String,
    pub(crate) request_step: String,
    pub(crate) steps: Vec<(String, String)>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EventTrace {
    pub(crate) hook: String,
    pub(crate) event: EventName,
    pub(crate) workflow: String,
    pub(crate) step: Option<String>,
    pub(crate) run: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error_kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attempts: Option<u32>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) output: Value,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RequestTrace {
    pub(crate) workflow: String,
    pub(crate) step: String,
    pub(crate) run: String,
    pub(crate) message: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) state_log: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefinitionRefusal {
    pub(crate) name: String,
    #[serde(rename = "what")]
    _what: String,
    pub(crate) rust: Carries,
    pub(crate) run: Option<Refusal>,
    #[serde(rename = "steps_run_before_error")]
    _steps_run_before_error: Vec<String>,
    #[serde(rename = "graph")]
    _graph: Option<Refusal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallRefusal {
    pub(crate) name: String,
    #[serde(rename = "raises")]
    _raises: Refusal,
    pub(crate) rust: Carries,
    #[serde(rename = "what")]
    _what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    #[serde(rename = "kind")]
    _kind: String,
    pub(crate) message: String,
}
