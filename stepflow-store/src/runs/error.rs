//! What somebody asked of a run was not done.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use stepflow::{ApprovalDecision, GateId, RecoverError, RunId, Settlement, Timestamp};

use crate::parts::Hold;
use crate::store::{RunStatus, StoreError, WorkerId};

/// What somebody asked of a run was not done, and nothing has changed. It says what is there instead.
///
/// As JSON it is an object with the [kind](Self::kind) under `error`, the text under `message`, and the rest by
/// name.
///
/// ```
/// use stepflow_store::RunsError;
///
/// let error = RunsError::UnknownRun { run: "order-7".parse()? };
/// assert_eq!(error.to_string(), "there is no run `order-7`");
/// assert_eq!(serde_json::to_value(&error)?["error"], "unknown_run");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunsError {
    /// Somebody has decided at this gate.
    #[error(transparent)]
    AlreadyDecided(Box<Decided>),
    /// Somebody has said already what became of the body that was broken off.
    #[error(transparent)]
    AlreadySettled(Box<Settled>),
    /// The run changed again and again while it was looked at.
    #[error("run `{run}` kept changing while somebody looked at it; try once more")]
    Busy {
        /// The run.
        run: RunId,
    },
    /// The step must not run twice, and was broken off.
    #[error(
        "run `{run}` was broken off inside step `{step}`, which must not run twice: a program with the run's own \
         definition has to settle it"
    )]
    BrokenOff {
        /// The run.
        run: RunId,
        /// The step.
        step: String,
    },
    /// What is kept of the run contradicts itself, so something else wrote it.
    #[error("what is kept of run `{run}` is damaged")]
    Damaged {
        /// The run.
        run: RunId,
        /// How.
        source: RecoverError,
    },
    /// There is a run of this id already.
    #[error("there is a run `{run}` already")]
    Exists {
        /// The id.
        run: RunId,
    },
    /// The run is over.
    #[error("run `{run}` is over: it is {status}")]
    Finished {
        /// The run.
        run: RunId,
        /// How it ended.
        status: RunStatus,
    },
    /// The run is held because of its definition, and released by that.
    #[error(
        "run `{run}` waits for a program with its own definition, or for somebody to say that it goes on by today's: {hold}"
    )]
    HeldByDefinition {
        /// The run.
        run: RunId,
        /// Why it is held.
        hold: Hold,
    },
    /// Nobody was named who does this.
    #[error("this is done in somebody's name, and none was given")]
    Nameless,
    /// The gate is not what the run asks.
    #[error("run `{}` does not ask that: {}", .gate.run(), asked(.now.as_ref(), *.status))]
    NotAsked {
        /// The gate.
        gate: GateId,
        /// Where the run is instead.
        status: RunStatus,
        /// What it asks instead, if anything.
        now: Option<GateId>,
    },
    /// The run has not failed.
    #[error("run `{run}` has not failed: it is {status}")]
    NotFailed {
        /// The run.
        run: RunId,
        /// Where it is.
        status: RunStatus,
    },
    /// The run is not over.
    #[error("run `{run}` is not over: it is {status}; cancel it first")]
    NotFinished {
        /// The run.
        run: RunId,
        /// Where it is.
        status: RunStatus,
    },
    /// The run is not held.
    #[error("run `{run}` is not held: it is {status}")]
    NotHeld {
        /// The run.
        run: RunId,
        /// Where it is.
        status: RunStatus,
    },
    /// The run does not wait for somebody to settle what a step did.
    #[error("run `{run}` has nothing to settle: it is {status}")]
    NotUnsettled {
        /// The run.
        run: RunId,
        /// Where it is.
        status: RunStatus,
    },
    /// It makes no sense for this run.
    #[error("run `{run}`: {why}")]
    Refused {
        /// The run.
        run: RunId,
        /// Why not.
        why: RecoverError,
    },
    /// Somebody carries the run out at the moment.
    #[error("run `{run}` is being carried out by {worker}")]
    Running {
        /// The run.
        run: RunId,
        /// Who does.
        worker: WorkerId,
    },
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no run of this id.
    #[error("there is no run `{run}`")]
    UnknownRun {
        /// The id.
        run: RunId,
    },
}

/// What was decided at a gate, by whom and when.
///
/// ```
/// use stepflow::ApprovalDecision;
/// use stepflow_store::Decided;
///
/// let decided = Decided {
///     gate: "order-7/pay/1/1".parse()?,
///     decision: ApprovalDecision::deny().by("noor").because("over the limit"),
///     by: "noor".to_owned(),
///     at: "2024-02-29T12:00:00Z".parse()?,
/// };
/// assert_eq!(
///     decided.to_string(),
///     "noor has denied `pay` of run `order-7` already, on 2024-02-29T12:00:00Z: over the limit"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{by} has {} `{}` of run `{}` already, on {at:.0}{}", verdict(.decision), .gate.step(), .gate.run(), because(.decision))]
pub struct Decided {
    /// The gate.
    pub gate: GateId,
    /// The decision that counts.
    pub decision: ApprovalDecision,
    /// Who made it.
    pub by: String,
    /// When, by the clock of the store.
    pub at: Timestamp,
}

/// What somebody said of a body that was broken off.
///
/// ```
/// use stepflow::Settlement;
/// use stepflow_store::Settled;
///
/// let settled = Settled {
///     run: "order-7".parse()?,
///     step: "pay".to_owned(),
///     settlement: Settlement::DidNotHappen,
///     by: "noor".to_owned(),
///     at: "2024-02-29T12:00:00Z".parse()?,
/// };
/// assert_eq!(
///     settled.to_string(),
///     "noor has settled `pay` of run `order-7` already, on 2024-02-29T12:00:00Z: it did not happen"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[error("{by} has settled `{step}` of run `{run}` already, on {at:.0}: it {}", happened(.settlement))]
pub struct Settled {
    /// The run.
    pub run: RunId,
    /// The step that was broken off.
    pub step: String,
    /// What they said.
    pub settlement: Settlement,
    /// Who.
    pub by: String,
    /// When, by the clock of the store.
    pub at: Timestamp,
}

impl RunsError {
    /// Which error it is, in a word for programs: `already_decided`, `unknown_run` and so on.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AlreadyDecided(_) => "already_decided",
            Self::AlreadySettled(_) => "already_settled",
            Self::BrokenOff { .. } => "broken_off",
            Self::Busy { .. } => "busy",
            Self::Damaged { .. } => "damaged",
            Self::Exists { .. } => "exists",
            Self::Finished { .. } => "finished",
            Self::HeldByDefinition { .. } => "held_by_definition",
            Self::Nameless => "nameless",
            Self::NotAsked { .. } => "not_asked",
            Self::NotFailed { .. } => "not_failed",
            Self::NotFinished { .. } => "not_finished",
            Self::NotHeld { .. } => "not_held",
            Self::NotUnsettled { .. } => "not_unsettled",
            Self::Refused { .. } => "refused",
            Self::Running { .. } => "running",
            Self::Store(_) => "store",
            Self::UnknownRun { .. } => "unknown_run",
        }
    }

    /// Whether there is no such run.
    #[must_use]
    pub fn is_unknown_run(&self) -> bool {
        matches!(self, Self::UnknownRun { .. })
    }

    /// The store's own error, where the store could not be used at all. That it refused something as too large
    /// is none of these: then it works.
    #[must_use]
    pub fn store_failure(&self) -> Option<&StoreError> {
        match self {
            Self::Store(error) if !error.is_refused() => Some(error),
            _ => None,
        }
    }

    /// A refusal of the core's, or the news that the run is damaged.
    pub(super) fn recover(run: &RunId, source: RecoverError) -> Self {
        let run = run.clone();
        match source {
            RecoverError::Inconsistent { .. } | RecoverError::Unreadable { .. } => {
                Self::Damaged { run, source }
            }
            why => Self::Refused { run, why },
        }
    }

    fn details(&self) -> Value {
        match self {
            Self::AlreadyDecided(decided) => json!(decided),
            Self::AlreadySettled(settled) => json!(settled),
            Self::BrokenOff { run, step } => json!({ "run": run, "step": step }),
            Self::Finished { run, status }
            | Self::NotFailed { run, status }
            | Self::NotFinished { run, status }
            | Self::NotHeld { run, status }
            | Self::NotUnsettled { run, status } => json!({ "run": run, "status": status }),
            Self::HeldByDefinition { run, hold } => json!({ "run": run, "hold": hold }),
            Self::Nameless => json!({}),
            Self::NotAsked { gate, status, now } => json!({ "gate": gate, "status": status, "now": now }),
            Self::Running { run, worker } => json!({ "run": run, "worker": worker }),
            Self::Store(error) => json!({ "transient": error.is_transient() }),
            Self::Busy { run }
            | Self::Damaged { run, .. }
            | Self::Exists { run }
            | Self::Refused { run, .. }
            | Self::UnknownRun { run } => json!({ "run": run }),
        }
    }
}

impl Serialize for RunsError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", self.kind())?;
        map.serialize_entry("message", &sentence(self))?;
        if let Value::Object(details) = self.details() {
            for (name, detail) in &details {
                map.serialize_entry(name, detail)?;
            }
        }
        map.end()
    }
}

/// The text of an error and of what caused it, as far as the text does not have that already.
fn sentence(error: &dyn std::error::Error) -> String {
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

fn asked(now: Option<&GateId>, status: RunStatus) -> String {
    match now {
        Some(now) => format!("it asks `{now}` now"),
        None => format!("it is {status}"),
    }
}

pub(super) fn verdict(decision: &ApprovalDecision) -> &'static str {
    if decision.approved { "approved" } else { "denied" }
}

pub(super) fn because(decision: &ApprovalDecision) -> String {
    decision.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}

pub(super) fn happened(settlement: &Settlement) -> String {
    match settlement {
        Settlement::DidNotHappen => "did not happen".to_owned(),
        Settlement::Happened { route: Some(route), .. } => format!("did happen, and led to `{route}`"),
        _ => "did happen".to_owned(),
    }
}
