//! A person decides at a gate.

use stepflow::{Answer, ApprovalDecision, GateId, RecoverError, SavedRun};

use super::log::LogEntry;
use super::{Decided, Runs, RunsError, named, written};
use crate::store::{Change, NewEvent, RunStatus, StoreError, StoredEvent, StoredRun};

impl Runs {
    /// Answers the question of this gate, once and for all. The run goes on, or is denied, as soon as a worker
    /// takes it up; this returns when the decision is durable.
    ///
    /// The decision has to say who [made](ApprovalDecision::by) it.
    ///
    /// # Errors
    ///
    /// [`AlreadyDecided`](RunsError::AlreadyDecided) when somebody has answered it, with who, what and when;
    /// [`NotAsked`](RunsError::NotAsked), [`Finished`](RunsError::Finished) or
    /// [`UnknownRun`](RunsError::UnknownRun) when the question is not open for another reason. Nothing changes
    /// then.
    ///
    /// ```
    /// use stepflow::{ApprovalDecision, GateId};
    /// use stepflow_store::{MemoryStore, Runner, RunsError};
    ///
    /// # struct Valve { state: bool }
    /// # #[stepflow::workflow(state = bool)] impl Valve { #[step(approval = "Open the valve?")] fn open(&mut self) { self.state = true; } }
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let runner = Runner::builder(MemoryStore::new()).register(|state| Valve { state }).start().await?;
    /// # runner.start("night-shift".parse()?, Valve { state: false }).await?.wait().await?;
    /// let runs = runner.runs();
    /// let gate: GateId = "night-shift/open/1/1".parse()?;
    /// runs.decide(&gate, ApprovalDecision::deny().by("noor").because("the pump is off")).await?;
    ///
    /// // Whoever comes second is told who was first.
    /// match runs.decide(&gate, ApprovalDecision::approve().by("ana")).await {
    ///     Err(RunsError::AlreadyDecided(first)) => assert_eq!((first.by.as_str(), first.decision.approved), ("noor", false)),
    ///     other => return Err(format!("{other:?}").into()),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn decide(&self, gate: &GateId, mut decision: ApprovalDecision) -> Result<(), RunsError> {
        let by = named(decision.decided_by.as_deref().unwrap_or_default())?;
        decision.decided_by = Some(by.clone());
        let data = written(&decision)?;
        let change = Change {
            status: Some(RunStatus::Ready),
            due: Some(None),
            answer: Some(Some(written(&Answer::Decided(decision))?)),
            event: Some(NewEvent {
                kind: "decided".to_owned(),
                by: Some(by),
                gate: Some(gate.to_string()),
                data,
            }),
            ..Change::default()
        };
        let mut tries = self.tries(gate.run());
        loop {
            let run = tries.look().await?;
            let asked = question(&run);
            let open = matches!(&asked, Ok(Some(asked)) if asked == gate);
            // A change that was lost was lost to a decision at this gate, most likely.
            if !open || !tries.is_first() {
                self.refuse_decided(gate).await?;
            }
            if !open {
                let now = asked.map_err(|error| RunsError::recover(&run.id, error))?;
                return Err(not_open(gate, &run, now));
            }
            if tries.amend(&run, &change).await? {
                self.wake();
                return Ok(());
            }
        }
    }

    async fn refuse_decided(&self, gate: &GateId) -> Result<(), RunsError> {
        let events = self.store.events(gate.run()).await?;
        let Some(event) = decision_at(gate, &events) else { return Ok(()) };
        let entry = LogEntry::read(event);
        let decision = entry.decision().ok_or_else(|| {
            StoreError::corrupt(format!("the decision that is kept for gate `{gate}` cannot be read"))
        })?;
        let by = entry.by.or_else(|| decision.decided_by.clone()).unwrap_or_default();
        let decided = Decided { gate: gate.clone(), decision, by, at: entry.at };
        Err(RunsError::AlreadyDecided(Box::new(decided)))
    }
}

/// What the log of a run says was decided at a gate.
pub(crate) fn decision_at<'a>(gate: &GateId, events: &'a [StoredEvent]) -> Option<&'a StoredEvent> {
    let gate = gate.to_string();
    events.iter().find(|event| event.kind == "decided" && event.gate.as_deref() == Some(&gate))
}

fn not_open(gate: &GateId, run: &StoredRun, now: Option<GateId>) -> RunsError {
    if run.status.is_finished() {
        return RunsError::Finished { run: run.id.clone(), status: run.status };
    }
    RunsError::NotAsked { gate: gate.clone(), status: run.status, now }
}

/// The gate that a run waits at, if it waits at one.
fn question(run: &StoredRun) -> Result<Option<GateId>, RecoverError> {
    if run.status == RunStatus::Paused { gate_of(run) } else { Ok(None) }
}

/// The gate that a run has come to.
pub(crate) fn gate_of(run: &StoredRun) -> Result<Option<GateId>, RecoverError> {
    SavedRun::from_json(run.id.clone(), &run.head, []).map(|saved| saved.gate())
}
