//! A whole run as it is kept, put together again.

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{GateId, Position, RunHead};
use crate::definition::WorkflowDefinition;
use crate::error::RecoverError;
use crate::result::{Rare, RouteDecision, RunRecord, SkipReason, StepResult, StepStatus, WorkflowStatus};
use crate::run_id::RunId;
use crate::time::Moment;

/// A whole run as it is kept: its head, and its visits to steps in the order in which they happened. The state is
/// beside it.
///
/// A host writes the head and one visit at every [boundary](crate::engine::Boundary), and reads them all to
/// go on. That what is written does not grow with the run is the point of keeping the visits apart.
///
/// ```
/// use stepflow::{SavedRun, WorkflowStatus};
/// # use stepflow::{StaticWorkflow, workflow};
/// # struct Parcel { state: u32 }
/// # #[workflow(state = u32)] impl Parcel { #[step] fn weigh(&mut self) { self.state += 1; } }
///
/// let saved = SavedRun::begin(Parcel::DEFINITION, "p1".parse()?, "2024-02-29T12:00:00Z".parse()?);
/// let head = saved.head().to_json()?;
/// let read = SavedRun::from_json("p1".parse()?, &head, [])?;
/// let (head, _) = read.cancel(Parcel::DEFINITION, "2024-02-29T12:00:01Z".parse()?)?;
/// assert_eq!(head.status(), Some(WorkflowStatus::Cancelled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SavedRun {
    pub(crate) run_id: RunId,
    pub(crate) head: RunHead,
    pub(crate) visits: Vec<StepResult>,
}

impl SavedRun {
    /// A run of this definition that begins at `at` and has no step behind it.
    #[must_use]
    pub fn begin(definition: &WorkflowDefinition, run_id: RunId, at: Timestamp) -> Self {
        let at = Moment::from(at);
        let position = Position::Enter { step: 0, due: definition.due(0, at) };
        Self { run_id, head: RunHead::begin(position, at), visits: Vec::new() }
    }

    /// Reads a run that was saved, its visits in the order of their sequence. Fields that are not known are
    /// refused: what is read is data, and may come from anywhere.
    ///
    /// # Errors
    ///
    /// When a text is nothing that this library writes.
    pub fn from_json<'a>(
        run_id: RunId,
        head: &str,
        visits: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, RecoverError> {
        let head = RunHead::from_json(head)
            .map_err(|source| RecoverError::Unreadable { what: "head".to_owned(), source })?;
        let mut read = Vec::new();
        for (nth, visit) in visits.into_iter().enumerate() {
            read.push(
                serde_json::from_str(visit).map_err(|source| RecoverError::Unreadable {
                    what: format!("visit {}", nth + 1),
                    source,
                })?,
            );
        }
        Ok(Self { run_id, head, visits: read })
    }

    /// The run's id.
    #[must_use]
    pub fn run_id(&self) -> &RunId {
        &self.run_id
    }

    /// What is saved of it besides its visits.
    #[must_use]
    pub fn head(&self) -> &RunHead {
        &self.head
    }

    /// The question that the run waits for an answer to.
    #[must_use]
    pub fn gate(&self) -> Option<GateId> {
        self.head.gate(&self.run_id)
    }

    /// Its visits, in the order in which they happened.
    #[must_use]
    pub fn visits(&self) -> &[StepResult] {
        &self.visits
    }

    /// The record of the run as far as it goes, as it was in the memory of the process that saved it.
    ///
    /// # Errors
    ///
    /// When the parts contradict each other or the definition, so that something else wrote them.
    pub fn into_record(self, definition: &WorkflowDefinition) -> Result<RunRecord, RecoverError> {
        let Self { run_id, head, visits } = self;
        let damaged = |why: String| RecoverError::Inconsistent { why };
        let mut record = RunRecord {
            workflow_name: definition.name.clone(),
            run_id,
            status: head.status.unwrap_or(WorkflowStatus::Succeeded),
            started_at: head.started_at,
            finished_at: head.finished_at,
            steps: Vec::with_capacity(definition.steps.len()),
            ..RunRecord::BLANK
        };
        for (visit, sequence) in visits.into_iter().zip(1..) {
            if visit.sequence() != Some(sequence) {
                return Err(damaged(format!("visit {sequence} is missing")));
            }
            let step = definition.steps.iter().position(|step| step.name == visit.name);
            let step =
                step.ok_or_else(|| damaged(format!("a visit is to `{}`, which is no step", visit.name)))?;
            if !visit.earlier_visits().is_empty() {
                return Err(damaged(format!("visit {sequence} has visits inside it")));
            }
            record.list(visit, step, definition);
        }
        if let Some(step) = head.position.step() {
            if step >= definition.steps.len() {
                return Err(damaged(format!("it goes on at step {}, and there is none", step + 1)));
            }
            let last = record.path().last().map(|visit| visit.name().to_owned());
            if head.position.is_inside() && last.as_deref() != Some(&*definition.steps[step].name) {
                return Err(damaged("it is inside a step that was not visited last".to_owned()));
            }
        }
        if matches!(head.position, Position::Paused { .. }) != head.pause.is_some()
            && !matches!(head.position, Position::Ending { .. })
        {
            return Err(damaged("its pause and its position do not agree".to_owned()));
        }
        if let Some(status) = head.status {
            record.list_unvisited(definition, status);
        }
        record.rare =
            Rare { pause: head.pause, failure: head.failure, hook_errors: head.hook_errors }.boxed();
        Ok(record)
    }
}

impl RunRecord {
    /// Lists a visit in place of what was listed for its step, as the engine does.
    fn list(&mut self, mut visit: StepResult, step: usize, definition: &WorkflowDefinition) {
        while self.steps.len() <= step {
            let skipped = &definition.steps[self.steps.len()];
            self.steps.push(StepResult {
                name: skipped.name.clone(),
                approval_required: skipped.approval.is_some(),
                ..StepResult::BLANK
            });
        }
        let earlier = std::mem::replace(&mut self.steps[step], StepResult::BLANK).into_earlier();
        visit.name = definition.steps[step].name.clone();
        visit.visit = u32::try_from(earlier.len()).unwrap_or(u32::MAX).saturating_add(1);
        if !earlier.is_empty() {
            visit.rare_mut().earlier = earlier;
        }
        if let Some(route_key) = visit.route_key.clone() {
            let (step_name, next_step) = (visit.name.clone(), visit.next_step.clone());
            self.route_trace.push(RouteDecision { step_name, route_key, next_step });
        }
        self.steps[step] = visit;
    }

    /// Lists the steps that were never visited, in the words of this ending.
    fn list_unvisited(&mut self, definition: &WorkflowDefinition, status: WorkflowStatus) {
        for skipped in definition.steps.iter().skip(self.steps.len()) {
            self.steps.push(StepResult {
                name: skipped.name.clone(),
                approval_required: skipped.approval.is_some(),
                ..StepResult::BLANK
            });
        }
        let reason = SkipReason::of(status);
        for step in self.steps.iter_mut().filter(|step| step.status == StepStatus::Skipped) {
            step.skip_reason = Some(reason);
        }
    }
}

/// A visit without those before it: they are kept by themselves.
pub(crate) struct Unvisited<'a>(pub(crate) &'a StepResult);

impl Serialize for Unvisited<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.written_alone().serialize(serializer)
    }
}
