//! A run, as it may be seen: what the pages and the JSON are made of.

use serde::Serialize;
use serde_json::{Map, Value};
use stepflow::{
    ApprovalDecision, ChildResult, GraphMarks, RunId, RunRecord, StepResult, Timestamp, WorkflowGraph,
};
use stepflow_store::{LogEntry, Pending, Question, RunDetails, RunStatus, TimelineEntry, VisitDetails};

use super::mask::{Mask, ShownPart, masked, masked_text};

/// The newest of so many entries are shown.
const MOST_ENTRIES: usize = 500;

#[derive(Debug, Serialize)]
pub(crate) struct RunView {
    pub(crate) run: RunId,
    pub(crate) workflow: String,
    pub(crate) status: RunStatus,
    pub(crate) running: bool,
    pub(crate) step: Option<String>,
    pub(crate) version: u64,
    pub(crate) fingerprint: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) due: Option<Timestamp>,
    pub(crate) attempt: Option<AttemptView>,
    pub(crate) question: Option<QuestionView>,
    pub(crate) hold: Option<String>,
    pub(crate) cancel: Option<WishView>,
    pub(crate) error: Option<String>,
    pub(crate) damage: Option<String>,
    pub(crate) initial_state: Value,
    pub(crate) state: Value,
    pub(crate) timeline: Vec<EntryView>,
    /// How many entries of the timeline are older than those.
    pub(crate) earlier: usize,
    pub(crate) graph: WorkflowGraph,
    pub(crate) marks: GraphMarks,
}

#[derive(Debug, Serialize)]
pub(crate) struct AttemptView {
    pub(crate) step: String,
    pub(crate) failed: u32,
    pub(crate) error: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct WishView {
    pub(crate) by: String,
    pub(crate) reason: Option<String>,
    pub(crate) at: Timestamp,
}

/// What a run asks of a person.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct QuestionView {
    pub(crate) asks: &'static str,
    pub(crate) gate: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) metadata: Map<String, Value>,
    pub(crate) routes: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum EntryView {
    Log { number: u32, at: Timestamp, kind: String, by: Option<String>, text: String },
    Visit(Box<VisitView>),
}

#[derive(Debug, Serialize)]
pub(crate) struct VisitView {
    pub(crate) sequence: u32,
    pub(crate) at: Timestamp,
    pub(crate) step: String,
    pub(crate) visit: u32,
    pub(crate) status: String,
    pub(crate) attempts: u32,
    pub(crate) route: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) decision: Option<DecisionView>,
    pub(crate) milliseconds: Option<u64>,
    pub(crate) children: Vec<ChildView>,
}

#[derive(Debug, Serialize)]
pub(crate) struct DecisionView {
    pub(crate) approved: bool,
    pub(crate) by: Option<String>,
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ChildView {
    pub(crate) attempt: u32,
    pub(crate) workflow: String,
    pub(crate) run: RunId,
    pub(crate) status: String,
    pub(crate) error: Option<String>,
    pub(crate) steps: Vec<ChildStepView>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ChildStepView {
    pub(crate) step: String,
    pub(crate) status: String,
    pub(crate) attempts: u32,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) children: Vec<ChildView>,
}

impl RunView {
    pub(crate) fn of(run: &RunDetails, mask: Option<&Mask>) -> Self {
        let eyes = Eyes { mask, workflow: &run.workflow };
        let graph = run.definition.graph();
        let marks = run.marks(&graph);
        let mut timeline: Vec<_> = run.timeline().into_iter().map(|entry| eyes.entry(entry)).collect();
        let earlier = timeline.len().saturating_sub(MOST_ENTRIES);
        timeline.drain(..earlier);
        let record = run.record.as_ref();
        Self {
            run: run.run.clone(),
            workflow: run.workflow.clone(),
            status: run.status,
            running: run.worker.is_some(),
            step: run.step.clone(),
            version: run.version,
            fingerprint: run.definition.fingerprint().to_string(),
            created_at: run.created_at,
            updated_at: run.updated_at,
            finished_at: run.finished_at,
            due: run.due,
            attempt: run.attempt.as_ref().map(|attempt| AttemptView {
                step: attempt.step.clone(),
                failed: attempt.failed,
                error: attempt.error.clone().map(|error| eyes.text(error)),
            }),
            question: run.question.as_ref().map(|asked| question(mask, &run.workflow, asked)),
            hold: run.hold.as_ref().map(|hold| eyes.text(hold.to_string())),
            cancel: run.cancel.as_ref().map(|wish| WishView {
                by: wish.by.clone(),
                reason: wish.reason.clone().map(|reason| eyes.text(reason)),
                at: wish.at,
            }),
            error: record.ok().and_then(RunRecord::error).map(|error| eyes.text(chain(error))),
            damage: record.err().map(|error| eyes.text(chain(error))),
            initial_state: eyes.value(ShownPart::State, run.initial_state.clone()),
            state: eyes.value(ShownPart::State, run.state.clone()),
            timeline,
            earlier,
            graph,
            marks,
        }
    }

    /// The visits among the timeline, newest last.
    pub(crate) fn visits(&self) -> impl Iterator<Item = &VisitView> {
        self.timeline.iter().filter_map(|entry| match entry {
            EntryView::Visit(visit) => Some(&**visit),
            EntryView::Log { .. } => None,
        })
    }
}

/// A question, as it may be seen.
pub(crate) fn question(mask: Option<&Mask>, workflow: &str, question: &Question) -> QuestionView {
    match question {
        Question::Approval { gate, message, metadata } => {
            let metadata = masked(mask, workflow, ShownPart::Metadata, Value::Object(metadata.clone()));
            let metadata = match metadata {
                Value::Object(metadata) => metadata,
                other => Map::from_iter([("metadata".to_owned(), other)]),
            };
            let (gate, message) = (Some(gate.to_string()), message.clone());
            QuestionView { asks: "approval", gate, message, metadata, routes: Vec::new() }
        }
        Question::Settlement { routes, .. } => QuestionView {
            asks: "settlement",
            gate: None,
            message: None,
            metadata: Map::new(),
            routes: routes.clone(),
        },
        _ => QuestionView {
            asks: "something else",
            gate: None,
            message: None,
            metadata: Map::new(),
            routes: Vec::new(),
        },
    }
}

/// A run that waits for a person, as it may be seen.
#[derive(Debug, Serialize)]
pub(crate) struct PendingView {
    pub(crate) run: RunId,
    pub(crate) workflow: String,
    pub(crate) step: String,
    #[serde(flatten)]
    pub(crate) question: QuestionView,
    pub(crate) since: Timestamp,
    pub(crate) waiting_seconds: u64,
    pub(crate) state: Value,
}

impl PendingView {
    pub(crate) fn of(pending: Pending, mask: Option<&Mask>) -> Self {
        Self {
            question: question(mask, &pending.workflow, &pending.question),
            state: masked(mask, &pending.workflow, ShownPart::State, pending.state),
            run: pending.run,
            workflow: pending.workflow,
            step: pending.step,
            since: pending.since,
            waiting_seconds: pending.waiting.as_secs(),
        }
    }
}

struct Eyes<'a> {
    mask: Option<&'a Mask>,
    workflow: &'a str,
}

impl Eyes<'_> {
    fn value(&self, part: ShownPart, value: Value) -> Value {
        masked(self.mask, self.workflow, part, value)
    }

    fn text(&self, text: String) -> String {
        masked_text(self.mask, self.workflow, text)
    }

    fn entry(&self, entry: TimelineEntry<'_>) -> EntryView {
        match entry {
            TimelineEntry::Log(entry) => self.log(entry),
            TimelineEntry::Visit(visit) => EntryView::Visit(Box::new(self.visit(visit))),
        }
    }

    fn log(&self, entry: &LogEntry) -> EntryView {
        let (number, at) = (entry.number, entry.at);
        let (kind, by) = (entry.kind.clone(), entry.by.clone());
        EntryView::Log { number, at, kind, by, text: self.text(entry.to_string()) }
    }

    fn visit(&self, visit: &VisitDetails) -> VisitView {
        let result = &visit.result;
        VisitView {
            sequence: visit.sequence,
            at: result.started_at().unwrap_or(visit.saved_at),
            step: visit.step.clone(),
            visit: visit.visit,
            status: result.status().to_string(),
            attempts: result.attempts(),
            route: result.route_key().map(str::to_owned),
            next: result.next_step().map(str::to_owned),
            output: self.output(result),
            error: self.error(result),
            decision: result.approval_decision().map(|decision| self.decision(decision)),
            milliseconds: result.duration().and_then(|duration| u64::try_from(duration.as_millis()).ok()),
            children: self.children(result),
        }
    }

    fn decision(&self, decision: &ApprovalDecision) -> DecisionView {
        let reason = decision.reason.clone().map(|reason| self.text(reason));
        DecisionView { approved: decision.approved, by: decision.decided_by.clone(), reason }
    }

    fn output(&self, result: &StepResult) -> Option<Value> {
        let output = result.output()?.to_json().unwrap_or_else(|error| Value::String(error.to_string()));
        (!output.is_null()).then(|| self.value(ShownPart::Output, output))
    }

    fn error(&self, result: &StepResult) -> Option<String> {
        result.error().map(|error| self.text(chain(error)))
    }

    fn children(&self, result: &StepResult) -> Vec<ChildView> {
        result.children().iter().map(|child| self.child(child)).collect()
    }

    fn child(&self, child: &ChildResult) -> ChildView {
        let record = child.record();
        // A child's state is of its own workflow, and so is what it returns.
        let eyes = Eyes { mask: self.mask, workflow: record.workflow_name() };
        let step = |step: &StepResult| ChildStepView {
            step: step.name().to_owned(),
            status: step.status().to_string(),
            attempts: step.attempts(),
            output: eyes.output(step),
            error: eyes.error(step),
            children: eyes.children(step),
        };
        ChildView {
            attempt: child.attempt(),
            workflow: record.workflow_name().to_owned(),
            run: record.run_id().clone(),
            status: record.status().to_string(),
            error: record.error().map(|error| eyes.text(chain(error))),
            steps: record.steps().iter().map(step).collect(),
        }
    }
}

/// An error, and what caused it as far as the text does not have that already.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}
