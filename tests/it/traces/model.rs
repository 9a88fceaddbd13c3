//! What a call should come to: the original's rules in one place, written from its description and
//! knowing nothing of stepflow, with the deliberate differences as switches.
//!
//! With [`Rules::ORIGINAL`] the model has to say what was recorded; that is checked before anything is
//! expected of stepflow. With [`Rules::OURS`] it says what the recording becomes under the differences.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{Value, json};

use super::format::{
    Answer, Answers, Call, ChildCall, DecisionSpec, Entry, ErrorTrace, EventName, EventTrace, HookSpec, Op,
    Outcome, PauseTrace, Raised, RequestTrace, ResultTrace, RouteTrace, Scenario, StepSpec, StepTrace,
    TargetSpec, WorkflowSpec, listed,
};
use super::rows::{Row, Rules};

type Chain = Vec<ErrorTrace>;

/// Foretells every call of a scenario, or says what the scenario leaves open.
pub(crate) fn foretell(scenario: &Scenario, rules: Rules) -> Result<Vec<Outcome>, String> {
    let mut model = Model::new(scenario, rules);
    let outcomes = scenario.calls.iter().map(|call| model.call(call)).collect();
    match model.problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(outcomes),
    }
}

struct Model<'s> {
    scenario: &'s Scenario,
    rules: Rules,
    /// Calls of each body so far, over all calls of the scenario.
    bodies: BTreeMap<(String, String), usize>,
    /// The states' logs. The original shares them between a checkpoint and what is resumed from it.
    logs: Vec<Vec<String>>,
    runs: usize,
    /// The runs that have been seen by anybody, in order.
    seen: Vec<usize>,
    results: Vec<Option<Kept>>,
    events: Vec<EventTrace>,
    requests: Vec<RequestTrace>,
    sleeps: Vec<f64>,
    problems: Vec<String>,
}

/// What runs around a workflow, and is inherited by its children.
#[derive(Clone)]
struct Around {
    hooks: Vec<HookSpec>,
    answers: Option<Rc<RefCell<Answers>>>,
    pausing: bool,
}

/// A run, under way or over.
#[derive(Clone)]
struct Kept {
    key: String,
    run: usize,
    log: usize,
    steps: Vec<Option<StepTrace>>,
    trace: ResultTrace,
}

enum Onward {
    End,
    Fail,
    Pause,
    Step(usize),
}

fn error(kind: &str, message: Option<String>) -> ErrorTrace {
    ErrorTrace { kind: kind.to_owned(), message }
}

fn framework(kind: &str) -> Chain {
    vec![error(&format!("framework:{kind}"), None)]
}

fn user(kind: &str, message: Option<&String>) -> Chain {
    vec![error(&format!("user:{kind}"), message.cloned())]
}

impl<'s> Model<'s> {
    fn new(scenario: &'s Scenario, rules: Rules) -> Self {
        Self {
            scenario,
            rules,
            bodies: BTreeMap::new(),
            logs: Vec::new(),
            runs: 0,
            seen: Vec::new(),
            results: Vec::new(),
            events: Vec::new(),
            requests: Vec::new(),
            sleeps: Vec::new(),
            problems: Vec::new(),
        }
    }

    fn call(&mut self, call: &Call) -> Outcome {
        let options = &call.options;
        let around = Around {
            hooks: options.hooks.clone(),
            answers: options.approval.clone().map(|answers| Rc::new(RefCell::new(answers))),
            // A resumed run pauses unless it is told not to.
            pausing: options.pause_on_approval.unwrap_or(call.op == Op::Resume),
        };
        let (kept, refused) = match call.op {
            Op::Run => {
                let kept = self.fresh(&self.scenario.workflow);
                (Some(self.drive(&self.scenario.workflow, kept, None, &around)), None)
            }
            Op::Resume => self.resume(call, &around),
        };
        let kept = kept.map(|mut kept| {
            kept.trace.state_log = self.logs[kept.log].clone();
            kept
        });
        let mut outcome = Outcome {
            raised: None,
            result: kept.as_ref().map(|kept| kept.trace.clone()),
            events: std::mem::take(&mut self.events),
            approval_requests: std::mem::take(&mut self.requests),
            sleeps: std::mem::take(&mut self.sleeps),
            keeps_started_at: (call.op == Op::Resume).then_some(true),
            refused,
        };
        self.results.push(kept);
        if options.raise_on_failure && outcome.refused.is_none() {
            self.raise(&mut outcome);
        }
        outcome
    }

    /// A failed result becomes an error with the same chain behind it.
    fn raise(&mut self, outcome: &mut Outcome) {
        let Some(result) = outcome.result.take_if(|result| result.status == "failed") else { return };
        let mut chain = framework("workflow_execution");
        let kind = chain[0].kind.clone();
        chain.extend(result.error_chain);
        outcome.raised = Some(Raised { kind, chain });
        if let Some(last) = self.results.last_mut() {
            *last = None;
        }
    }

    fn resume(&mut self, call: &Call, around: &Around) -> (Option<Kept>, Option<String>) {
        let options = &call.options;
        let from = options.from.and_then(|from| self.results.get(from)).cloned().flatten();
        let (Some(mut kept), Some(decision)) = (from, options.decision.as_ref()) else {
            self.problems.push("a resume from a call that gave no result".to_owned());
            return (None, None);
        };
        let key = options.workflow.as_ref().unwrap_or(&self.scenario.workflow.key);
        let Some(spec) = self.scenario.spec(key) else {
            self.problems.push(format!("a resume on `{key}`, which is no workflow"));
            return (None, None);
        };
        if let Some(refusal) = self.refusal(&kept, spec) {
            return self.refuse(kept, spec, refusal);
        }
        // What is resumed is what was saved, whatever somebody else has done with it since.
        if self.rules.has(Row::CheckpointsAreConsumed) {
            self.logs.push(kept.trace.state_log.clone());
            kept.log = self.logs.len() - 1;
        }
        kept.key.clone_from(key);
        (Some(self.drive(spec, kept, Some(decision.spec()), around)), None)
    }

    fn refusal(&self, kept: &Kept, spec: &WorkflowSpec) -> Option<&'static str> {
        if kept.trace.status != "paused" {
            return Some("not paused");
        }
        if kept.trace.workflow != spec.name {
            return Some("other workflow");
        }
        let before = self.scenario.spec(&kept.key)?;
        (self.rules.has(Row::DefinitionsAreCompared) && !same_outline(before, spec))
            .then_some("definition changed")
    }

    /// A typed error and the result as it was, instead of a failed result with the same
    /// steps. No hook is told either way.
    fn refuse(
        &mut self,
        mut kept: Kept,
        spec: &WorkflowSpec,
        refusal: &str,
    ) -> (Option<Kept>, Option<String>) {
        if self.rules.has(Row::RefusedResumes) {
            // The state comes back as it went in.
            self.logs.push(kept.trace.state_log.clone());
            kept.log = self.logs.len() - 1;
            return (Some(kept), Some(refusal.to_owned()));
        }
        kept.trace.workflow.clone_from(&spec.name);
        kept.trace.pause = None;
        fail(&mut kept.trace, framework("approval_resume"));
        (Some(kept), None)
    }

    fn fresh(&mut self, spec: &WorkflowSpec) -> Kept {
        self.logs.push(Vec::new());
        self.runs += 1;
        let trace = ResultTrace {
            workflow: spec.name.clone(),
            status: "succeeded".to_owned(),
            error_kind: None,
            error_chain: Vec::new(),
            steps: Vec::new(),
            route_trace: Vec::new(),
            pause: None,
            state_log: Vec::new(),
            hook_errors: Vec::new(),
            attempt: 0,
        };
        let steps = vec![None; spec.steps.len()];
        Kept { key: spec.key.clone(), run: self.runs, log: self.logs.len() - 1, steps, trace }
    }

    /// A run from its start, or from its pause on with a decision, to its end.
    fn drive(
        &mut self,
        spec: &WorkflowSpec,
        mut kept: Kept,
        decision: Option<DecisionSpec>,
        around: &Around,
    ) -> Kept {
        let at = kept.trace.pause.take().map_or(0, |pause| pause.step_index);
        let (run, resumed) = (kept.run, decision.is_some());
        kept.trace.status = "succeeded".to_owned();
        let started = self.tell(spec, run, around, EventName::WorkflowStarted, None, None);
        if let Some(chain) = note(&mut kept.trace, started) {
            fail(&mut kept.trace, chain);
            if !resumed || !self.rules.has(Row::HistoryStays) {
                kept.steps.fill(None);
                kept.trace.route_trace.clear();
            } else if let Some(Some(step)) = kept.steps.get_mut(at) {
                step.approval_decision = decision;
            }
            let listed = self.rules.has(Row::EveryStepListed);
            return self.list(spec, kept, listed);
        }
        let mut decision = decision;
        let mut index = at;
        let onward = loop {
            match self.step(spec, index, decision.take(), &mut kept, around) {
                Onward::Step(next) if next < spec.steps.len() => index = next,
                Onward::Step(_) | Onward::End => break "succeeded",
                Onward::Fail => break "failed",
                Onward::Pause => break "paused",
            }
        };
        kept.trace.status = onward.to_owned();
        let mut kept = self.list(spec, kept, self.rules.has(Row::EveryStepListed) || spec.is_routed());
        if onward == "paused" {
            kept.trace.pause = Some(pause(spec, index, &kept.trace));
        }
        let finished =
            self.tell(spec, run, around, EventName::WorkflowFinished, None, Some((&kept.trace).into()));
        if let Some(chain) = note(&mut kept.trace, finished) {
            let keeps = match onward {
                "failed" => self.rules.has(Row::StepErrorsStay),
                "paused" => self.rules.has(Row::PausesStay),
                _ => false,
            };
            if !keeps {
                kept.trace.pause = None;
                fail(&mut kept.trace, chain);
            }
        }
        kept.trace.state_log = self.logs[kept.log].clone();
        kept
    }

    /// Fills the list of steps.
    fn list(&self, spec: &WorkflowSpec, mut kept: Kept, all: bool) -> Kept {
        let reason = match kept.trace.status.as_str() {
            "failed" => "not reached because workflow failed",
            "paused" => "not reached because workflow paused",
            _ => "not reached because workflow ended",
        };
        for (slot, step) in kept.steps.iter_mut().zip(&spec.steps) {
            match slot {
                Some(step) if step.status == "skipped" && self.rules.has(Row::FreshSkipReasons) => {
                    step.skipped_reason = Some(reason.to_owned());
                }
                None if all => {
                    *slot = Some(StepTrace {
                        status: "skipped".to_owned(),
                        skipped_reason: Some(reason.to_owned()),
                        timed: false,
                        ..blank(step)
                    });
                }
                _ => {}
            }
        }
        kept.trace.steps = kept.steps.iter().flatten().cloned().collect();
        kept.trace.state_log = self.logs[kept.log].clone();
        kept
    }

    fn step(
        &mut self,
        spec: &WorkflowSpec,
        index: usize,
        decision: Option<DecisionSpec>,
        kept: &mut Kept,
        around: &Around,
    ) -> Onward {
        let step = &spec.steps[index];
        let mut trace = blank(step);
        let started = self.tell(spec, kept.run, around, EventName::StepStarted, Some(&step.name), None);
        if let Some(chain) = note(&mut kept.trace, started) {
            if self.rules.has(Row::HistoryStays) {
                trace.approval_decision = decision;
            }
            fail_step(&mut trace, chain.clone());
            fail(&mut kept.trace, chain);
            kept.steps[index] = Some(trace);
            return Onward::Fail;
        }
        let mut onward = match self.gate(spec, step, decision, &mut trace, kept, around) {
            None => self.body(spec, index, &mut trace, kept, around),
            Some(onward) => onward,
        };
        if matches!(onward, Onward::Fail) {
            fail(&mut kept.trace, trace.error_chain.clone());
        }
        let seen = Some((&trace).into());
        let finished = self.tell(spec, kept.run, around, EventName::StepFinished, Some(&step.name), seen);
        if let Some(chain) = note(&mut kept.trace, finished) {
            let keeps = match trace.status.as_str() {
                "failed" => self.rules.has(Row::StepErrorsStay),
                "paused" => self.rules.has(Row::PausesStay),
                _ => false,
            };
            if !keeps {
                fail_step(&mut trace, chain.clone());
                fail(&mut kept.trace, chain);
                onward = Onward::Fail;
            }
        }
        kept.steps[index] = Some(trace);
        onward
    }

    /// Whether the step may run: `None` when it may.
    fn gate(
        &mut self,
        spec: &WorkflowSpec,
        step: &StepSpec,
        decision: Option<DecisionSpec>,
        trace: &mut StepTrace,
        kept: &Kept,
        around: &Around,
    ) -> Option<Onward> {
        if !step.requires_approval {
            return None;
        }
        let decision = match (decision, &around.answers) {
            (Some(decision), _) => decision,
            (None, Some(answers)) => {
                let request = RequestTrace {
                    workflow: spec.name.clone(),
                    step: step.name.clone(),
                    run: self.name(kept.run),
                    message: step.approval_message.clone(),
                    metadata: step.approval_metadata.clone().unwrap_or_default(),
                    state_log: self.logs[kept.log].clone(),
                };
                self.requests.push(request);
                match next_answer(answers, &step.name) {
                    Some(Answer::Bool(approved)) => DecisionSpec::bare(approved),
                    Some(Answer::Decision(decision)) => decision,
                    Some(Answer::Error(error)) => {
                        fail_step(trace, user(&error.err, error.message.as_ref()));
                        return Some(Onward::Fail);
                    }
                    None => {
                        self.problems
                            .push(format!("no answer is scripted for another asking at `{}`", step.name));
                        return Some(Onward::Fail);
                    }
                }
            }
            (None, None) if around.pausing => {
                trace.status = "paused".to_owned();
                return Some(Onward::Pause);
            }
            (None, None) => {
                fail_step(trace, framework("approval_required"));
                return Some(Onward::Fail);
            }
        };
        let approved = decision.approved;
        trace.approval_decision = Some(decision);
        if approved {
            return None;
        }
        fail_step(trace, framework("approval_required"));
        Some(Onward::Fail)
    }

    fn body(
        &mut self,
        spec: &WorkflowSpec,
        index: usize,
        trace: &mut StepTrace,
        kept: &mut Kept,
        around: &Around,
    ) -> Onward {
        let step = &spec.steps[index];
        let (times, kinds) = (step.retries.unwrap_or(spec.retries), spec.retry_kinds(step));
        let delay = step.retry_delay.unwrap_or(spec.retry_delay);
        let output = loop {
            trace.attempts += 1;
            match self.attempt(spec, step, trace, kept, around) {
                Ok(output) => break output,
                Err(chain) => {
                    let named = if kinds.is_empty() {
                        self.rules.has(Row::FilterlessRetries)
                    } else {
                        listed(kinds, &chain[0].kind)
                    };
                    if !named || trace.attempts > times {
                        fail_step(trace, chain);
                        return Onward::Fail;
                    }
                    if delay > 0.0 {
                        self.sleeps.push(delay);
                    }
                }
            }
        };
        trace.output = output;
        let Some(routes) = &step.routes else {
            return Onward::Step(index + 1);
        };
        // Once, and outside the retries, even where they name its error.
        let key = trace.output.as_str().unwrap_or_default();
        let Some((key, target)) = routes.iter().find(|(known, _)| trace.output.is_string() && known == key)
        else {
            fail_step(trace, framework("route_resolution"));
            return Onward::Fail;
        };
        let next_step = match target {
            TargetSpec::End(_) => None,
            TargetSpec::Step(name) => Some(name.clone()),
        };
        trace.route_key = Some(key.clone());
        trace.next_step.clone_from(&next_step);
        kept.trace.route_trace.push(RouteTrace {
            step: step.name.clone(),
            route_key: key.clone(),
            ended: next_step.is_none(),
            next_step: next_step.clone(),
        });
        next_step.map_or(Onward::End, |name| {
            Onward::Step(spec.index(&name).unwrap_or_else(|| {
                self.problems.push(format!("a route to `{name}`, which is no step"));
                usize::MAX
            }))
        })
    }

    fn attempt(
        &mut self,
        spec: &WorkflowSpec,
        step: &StepSpec,
        trace: &mut StepTrace,
        kept: &Kept,
        around: &Around,
    ) -> Result<Value, Chain> {
        let count = self.bodies.entry((spec.key.clone(), step.name.clone())).or_default();
        *count += 1;
        let nth = *count;
        let Entry { ok, err, message, context, children } = self.scenario.entry(&spec.key, &step.name, nth);
        self.logs[kept.log].push(format!("{}#{nth}", step.name));
        for child in &children {
            let ended = self.child(child, trace, around)?;
            self.logs[kept.log].push(format!("{}#{nth}<-{}:{ended}", step.name, child.workflow));
        }
        if let Some(kind) = err {
            let message = message.unwrap_or_else(|| format!("{} hit {kind}", step.name));
            return Err(user(&kind, Some(&message)));
        }
        if context {
            let run = self.name(kept.run);
            return Ok(
                json!({"workflow": spec.name, "step": step.name, "attempt": trace.attempts, "run": run}),
            );
        }
        Ok(ok.unwrap_or(Value::Null))
    }

    fn child(&mut self, child: &ChildCall, trace: &mut StepTrace, around: &Around) -> Result<String, Chain> {
        let Some(spec) = self.scenario.spec(&child.workflow) else {
            self.problems.push(format!("a child `{}`, which is no workflow", child.workflow));
            return Ok(String::new());
        };
        let around = Around {
            hooks: child.hooks.clone().unwrap_or_else(|| around.hooks.clone()),
            answers: match &child.approval {
                Some(answers) => Some(Rc::new(RefCell::new(answers.clone()))),
                None => around.answers.clone(),
            },
            // A child cannot pause its parent.
            pausing: false,
        };
        let fresh = self.fresh(spec);
        let mut ran = self.drive(spec, fresh, None, &around).trace;
        ran.attempt = trace.attempts;
        let (status, chain) = (ran.status.clone(), ran.error_chain.clone());
        trace.children.push(ran);
        if status != "failed" || !child.fail_parent {
            return Ok(status);
        }
        if child.catch {
            return Ok("caught".to_owned());
        }
        let mut failure = framework("child_workflow_execution");
        failure.extend(chain);
        Err(failure)
    }

    /// Tells the hooks; gives the failures with the positions of the hooks.
    fn tell(
        &mut self,
        spec: &WorkflowSpec,
        run: usize,
        around: &Around,
        event: EventName,
        step: Option<&str>,
        seen: Option<Seen>,
    ) -> Vec<(String, Option<String>, usize, Chain)> {
        let mut failures = Vec::new();
        let seen = seen.unwrap_or_default();
        for (position, hook) in around.hooks.iter().enumerate() {
            let run = self.name(run);
            self.events.push(EventTrace {
                hook: hook.label.clone(),
                event,
                workflow: spec.name.clone(),
                step: step.map(str::to_owned),
                run,
                status: seen.status.clone(),
                error_kind: seen.error_kind.clone(),
                attempts: seen.attempts,
                output: seen.output.clone(),
            });
            if hook.fails(event, step) {
                let mut chain = framework("hook_execution");
                chain.extend(user("sink_closed", None));
                failures.push((event.text().to_owned(), step.map(str::to_owned), position, chain));
                if !self.rules.has(Row::EveryHookSees) {
                    break;
                }
            }
        }
        failures
    }

    /// `run-1`, `run-2`, … in the order in which anybody first sees them.
    fn name(&mut self, run: usize) -> String {
        let place = self.seen.iter().position(|seen| *seen == run).unwrap_or_else(|| {
            self.seen.push(run);
            self.seen.len() - 1
        });
        format!("run-{}", place + 1)
    }
}

/// What a hook sees of the step or run that has finished.
#[derive(Default)]
struct Seen {
    status: Option<String>,
    error_kind: Option<String>,
    attempts: Option<u32>,
    output: Value,
}

impl From<&StepTrace> for Seen {
    fn from(step: &StepTrace) -> Self {
        Self {
            status: Some(step.status.clone()),
            error_kind: step.error_kind.clone(),
            attempts: Some(step.attempts),
            output: step.output.clone(),
        }
    }
}

impl From<&ResultTrace> for Seen {
    fn from(result: &ResultTrace) -> Self {
        let (status, error_kind) = (Some(result.status.clone()), result.error_kind.clone());
        Self { status, error_kind, ..Self::default() }
    }
}

/// Keeps the failures of hooks, and gives the chain of the first.
fn note(trace: &mut ResultTrace, failures: Vec<(String, Option<String>, usize, Chain)>) -> Option<Chain> {
    let mut first = None;
    for (event, step, position, chain) in failures {
        first.get_or_insert(chain);
        trace.hook_errors.push((event, step, position));
    }
    first
}

fn fail(trace: &mut ResultTrace, chain: Chain) {
    trace.status = "failed".to_owned();
    trace.error_kind = chain.first().map(|error| error.kind.clone());
    trace.error_chain = chain;
}

fn fail_step(trace: &mut StepTrace, chain: Chain) {
    trace.status = "failed".to_owned();
    trace.error_kind = chain.first().map(|error| error.kind.clone());
    trace.error_chain = chain;
}

fn blank(step: &StepSpec) -> StepTrace {
    StepTrace {
        name: step.name.clone(),
        status: "succeeded".to_owned(),
        attempts: 0,
        output: Value::Null,
        error_kind: None,
        error_chain: Vec::new(),
        route_key: None,
        next_step: None,
        skipped_reason: None,
        approval_required: step.requires_approval,
        approval_decision: None,
        timed: true,
        children: Vec::new(),
    }
}

fn pause(spec: &WorkflowSpec, index: usize, trace: &ResultTrace) -> PauseTrace {
    let step = &spec.steps[index];
    PauseTrace {
        workflow: spec.name.clone(),
        step: step.name.clone(),
        step_index: index,
        message: step.approval_message.clone(),
        metadata: step.approval_metadata.clone().unwrap_or_default(),
        request_workflow: spec.name.clone(),
        request_step: step.name.clone(),
        steps: trace.steps.iter().map(|step| (step.name.clone(), step.status.clone())).collect(),
    }
}

fn next_answer(answers: &RefCell<Answers>, step: &str) -> Option<Answer> {
    let mut answers = answers.borrow_mut();
    let queue = answers.get_mut(step)?;
    (!queue.is_empty()).then(|| queue.remove(0))
}

/// Whether a saved run means the same on both: names, order, routes and gates.
fn same_outline(before: &WorkflowSpec, now: &WorkflowSpec) -> bool {
    before.steps.len() == now.steps.len()
        && before.steps.iter().zip(&now.steps).all(|(before, now)| {
            before.name == now.name
                && before.routes == now.routes
                && before.requires_approval == now.requires_approval
        })
}
