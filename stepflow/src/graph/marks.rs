//! What a run did, as a picture of its workflow shows it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge};
use crate::result::{RunRecord, SkipReason, StepResult, StepStatus};

/// What a run did at each step, and which ways it went: beside the graph that it belongs to.
///
/// ```
/// use stepflow::{GraphMarks, MarkState, workflow};
///
/// struct Parcel { state: u32 }
///
/// #[workflow(state = u32)]
/// impl Parcel {
///     #[step(retry = 1, routes = { true => ship, false => END })]
///     fn weigh(&mut self) -> Result<bool, String> {
///         self.state += 1;
///         if self.state < 2 { Err("the scale is off".to_owned()) } else { Ok(true) }
///     }
///     #[step]
///     fn ship(&mut self) {}
/// }
///
/// let result = Parcel { state: 0 }.run().into_result()?;
/// let marks = GraphMarks::of(&Parcel::graph(), result.record());
/// let weigh = marks.steps[0].as_ref().ok_or("it was weighed")?;
/// assert_eq!((weigh.state, weigh.attempts), (MarkState::Done, 2));
/// assert_eq!(weigh.to_string(), "done, 2 attempts");
/// assert_eq!(marks.taken, [true, false]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphMarks {
    /// What became of each step, in the order of the graph's nodes; `None` where the run has not come by.
    pub steps: Vec<Option<StepMark>>,
    /// Whether the run went there, in the order of the graph's edges.
    pub taken: Vec<bool>,
}

/// What became of a step.
///
/// ```
/// use stepflow::{MarkState, StepMark};
///
/// let mark = StepMark { note: Some("waits for approval".to_owned()), ..StepMark::new(MarkState::Waiting) };
/// assert_eq!(mark.to_string(), "waits for approval");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMark {
    /// How it stands.
    pub state: MarkState,
    /// How many attempts were made in the newest visit, or which one is under way.
    pub attempts: u32,
    /// Which visit to the step the newest one is, counted from 1.
    pub visit: u32,
    /// What to say in place of the state's own word.
    pub note: Option<String>,
}

/// How a step stands.
///
/// ```
/// use stepflow::MarkState;
///
/// assert_eq!(MarkState::Unsettled.to_string(), "outcome unknown");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MarkState {
    /// Somebody stopped the run while it was at the step.
    Cancelled,
    /// It was done.
    Done,
    /// It failed, or was denied.
    Failed,
    /// The run could go on with it, and nobody may take the run.
    Held,
    /// It is being carried out.
    Running,
    /// The run is over, and never came by.
    Skipped,
    /// It was broken off, and nobody knows whether it did its work.
    Unsettled,
    /// It waits: for a person, a moment, or somebody to carry it out.
    Waiting,
}

impl GraphMarks {
    /// What this run did; `graph` is that of the run's own definition.
    #[must_use]
    pub fn of(graph: &WorkflowGraph, record: &RunRecord) -> Self {
        let mut marks = Self::blank(graph);
        for (node, mark) in graph.nodes.iter().zip(&mut marks.steps) {
            if node.kind == NodeKind::Step {
                *mark = record.step(&node.label).and_then(reached);
            }
        }
        let path = record.path();
        for (edge, taken) in graph.edges.iter().zip(&mut marks.taken) {
            *taken = path.iter().any(|visit| went(visit, edge, graph));
        }
        marks
    }

    /// No step was reached.
    #[must_use]
    pub fn blank(graph: &WorkflowGraph) -> Self {
        Self { steps: vec![None; graph.nodes.len()], taken: vec![false; graph.edges.len()] }
    }
}

impl StepMark {
    /// A first visit, with no attempts to speak of.
    #[must_use]
    pub fn new(state: MarkState) -> Self {
        Self { state, attempts: 0, visit: 1, note: None }
    }
}

impl MarkState {
    /// The word for it in class names, in JSON and in style sheets.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Held => "held",
            Self::Running => "running",
            Self::Skipped => "skipped",
            Self::Unsettled => "unsettled",
            Self::Waiting => "waiting",
        }
    }
}

impl fmt::Display for MarkState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unsettled => "outcome unknown",
            Self::Waiting => "waits",
            _ => self.as_str(),
        })
    }
}

impl fmt::Display for StepMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.note {
            Some(note) => f.write_str(note)?,
            None => self.state.fmt(f)?,
        }
        match self.state {
            MarkState::Running if self.attempts > 1 => write!(f, ", attempt {}", self.attempts)?,
            MarkState::Done | MarkState::Failed if self.attempts > 1 => {
                write!(f, ", {} attempts", self.attempts)?;
            }
            _ => {}
        }
        if self.visit > 1 { write!(f, ", visit {}", self.visit) } else { Ok(()) }
    }
}

fn reached(step: &StepResult) -> Option<StepMark> {
    let denied = is_denied(step);
    let state = match step.status() {
        StepStatus::Cancelled => MarkState::Cancelled,
        StepStatus::Failed => MarkState::Failed,
        StepStatus::Paused => MarkState::Waiting,
        StepStatus::Succeeded => MarkState::Done,
        // A run that is not over may still come by.
        StepStatus::Skipped => match step.skip_reason() {
            None | Some(SkipReason::WorkflowPaused) => return None,
            Some(_) => MarkState::Skipped,
        },
    };
    let note = match state {
        MarkState::Waiting => Some("waits for approval".to_owned()),
        _ if denied => Some("denied".to_owned()),
        _ => None,
    };
    Some(StepMark { state, attempts: step.attempts(), visit: step.visit().max(1), note })
}

fn is_denied(step: &StepResult) -> bool {
    step.approval_decision().is_some_and(|decision| !decision.approved)
}

fn went(visit: &StepResult, edge: &WorkflowGraphEdge, graph: &WorkflowGraph) -> bool {
    let labelled = |id: &str| graph.nodes.iter().find(|node| node.id == id);
    if labelled(&edge.source).is_none_or(|source| source.label != visit.name()) {
        return false;
    }
    let Some(target) = labelled(&edge.target) else { return false };
    let there = match visit.next_step() {
        None => target.kind == NodeKind::End,
        Some(next) => target.kind == NodeKind::Step && target.label == next,
    };
    match (edge.kind, visit.status()) {
        (EdgeKind::Linear, StepStatus::Succeeded) => visit.next_step().is_none(),
        (EdgeKind::Next, StepStatus::Succeeded) => there,
        (EdgeKind::Route, StepStatus::Succeeded) => visit.route_key() == edge.route_key.as_deref(),
        (EdgeKind::Failure, StepStatus::Failed) => there && !is_denied(visit),
        (EdgeKind::Deny, StepStatus::Failed) => there && is_denied(visit),
        _ => false,
    }
}
