//! What a run did and does, for the picture of its workflow.

use stepflow::{GraphMarks, MarkState, StepMark, StepStatus, WorkflowGraph};

use super::RunDetails;
use crate::store::RunStatus;

impl RunDetails {
    /// What the run did at each step, which ways it went, and how the step stands that it is at; `graph` is that
    /// of the run's [definition](Self::definition).
    ///
    /// ```
    /// use stepflow::{GraphPicture, MarkState};
    /// use stepflow_store::{MemoryStore, Runner};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let run = runner.runs().get(&"night-shift".parse()?).await?;
    /// let graph = run.definition.graph();
    /// let marks = run.marks(&graph);
    /// assert_eq!(marks.steps[0].as_ref().map(|mark| mark.state), Some(MarkState::Waiting));
    /// assert!(GraphPicture::new(graph, "night-shift").to_svg(&marks).contains("waits for approval"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn marks(&self, graph: &WorkflowGraph) -> GraphMarks {
        let mut marks = match &self.record {
            Ok(record) => GraphMarks::of(graph, record),
            Err(_) => GraphMarks::blank(graph),
        };
        if let Some(name) = &self.step
            && let Some(node) = self.definition.step_index(name)
            && let Some(mark) = marks.steps.get_mut(node)
            && let Some(current) = self.current(name)
        {
            *mark = Some(current);
        }
        marks
    }

    /// How the step stands that the run is at, if the run goes on with it.
    fn current(&self, step: &str) -> Option<StepMark> {
        let attempt = self.attempt.as_ref().filter(|attempt| attempt.step == step);
        let failed = attempt.map_or(0, |attempt| attempt.failed);
        let again = || format!("waits for attempt {}", failed.saturating_add(1));
        let (state, note) = match self.status {
            RunStatus::Cancelled | RunStatus::Failed | RunStatus::Succeeded => return None,
            RunStatus::Held => (MarkState::Held, None),
            RunStatus::Paused => (MarkState::Waiting, Some("waits for approval".to_owned())),
            RunStatus::Unsettled => (MarkState::Unsettled, None),
            RunStatus::Ready if self.due.is_some() && failed > 0 => (MarkState::Waiting, Some(again())),
            RunStatus::Ready if self.due.is_some() => {
                (MarkState::Waiting, Some("waits for its time".to_owned()))
            }
            RunStatus::Ready if self.worker.is_some() => (MarkState::Running, None),
            RunStatus::Ready => (MarkState::Waiting, Some("waits for a worker".to_owned())),
        };
        let behind = self.visits.iter().filter(|visit| visit.step == step).map(|visit| visit.visit).max();
        // A visit that is under way is among those that are kept, once an attempt of it has failed or it has asked.
        let asked = self.visits.last().filter(|visit| visit.step == step);
        let asked = asked.is_some_and(|visit| visit.result.status() == StepStatus::Paused);
        let inside = attempt.is_some() || asked;
        let visit = behind.unwrap_or(0) + u32::from(!inside || behind.is_none());
        Some(StepMark { attempts: failed.saturating_add(1), visit, note, ..StepMark::new(state) })
    }
}
