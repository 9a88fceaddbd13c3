//! A saved run could not be gone on with.

use crate::definition::Difference;
use crate::result::WorkflowStatus;

/// A saved run could not be gone on with. Nothing ran.
///
/// ```
/// use stepflow::{RecoverError, SavedRun};
///
/// let error = SavedRun::from_json("p1".parse()?, "{}", []).expect_err("this is no head");
/// assert!(matches!(error, RecoverError::Unreadable { .. }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// The workflow's definition is not the one that the run was saved with.
    #[error("the definition of the workflow has changed since the run was saved{}", listed(.differences))]
    DefinitionChanged {
        /// What changed, one entry a change.
        differences: Vec<Difference>,
    },
    /// The run is over.
    #[error("the run is over: it is {status}")]
    Finished {
        /// How it ended.
        status: WorkflowStatus,
    },
    /// What was saved contradicts itself, so something else wrote it.
    #[error("what was saved of the run is damaged: {why}")]
    Inconsistent {
        /// What contradicts what.
        why: String,
    },
    /// The step cannot have come to what a person says that it did.
    #[error("step `{step}` {}", led(.route.as_deref(), .known))]
    NoSuchRoute {
        /// The step.
        step: String,
        /// The route that it is said to have taken.
        route: Option<String>,
        /// The routes that it has.
        known: Vec<String>,
    },
    /// The definition has no step of this name.
    #[error("the run is at step `{step}`, and the workflow has no step of this name any more")]
    NoSuchStep {
        /// The name.
        step: String,
    },
    /// The run has not failed.
    #[error("the run has not failed: it {}", match .status {
        None => "is under way".to_owned(),
        Some(status) => format!("is {status}"),
    })]
    NotFailed {
        /// How it ended, if it did.
        status: Option<WorkflowStatus>,
    },
    /// The run never came to the step.
    #[error("the run never came to step `{step}`")]
    NotVisited {
        /// The step.
        step: String,
    },
    /// Every step has run.
    #[error("there is no step to retry: every step of the run has run")]
    NothingToRetry,
    /// The factory built another workflow than the one that was saved.
    #[error("it is a run of `{saved}`, and the workflow to go on with is `{built}`")]
    OtherWorkflow {
        /// The workflow that was saved.
        saved: String,
        /// The one that was built.
        built: String,
    },
    /// A person has to say something first.
    #[error("the run waits for a person: {what}")]
    Unanswered {
        /// What they have to say.
        what: &'static str,
    },
    /// A text is nothing that this library writes.
    #[error("the {what} of the saved run cannot be read")]
    Unreadable {
        /// Which part of the run.
        what: String,
        /// Why not.
        source: serde_json::Error,
    },
}

fn led(route: Option<&str>, known: &[String]) -> String {
    match (route, known) {
        (None, known) => format!("has routes, so say which it took: {}", known.join(", ")),
        (Some(route), []) => format!("has no routes, and so none of the name `{route}`"),
        (Some(route), known) => format!("has no route `{route}`, only {}", known.join(", ")),
    }
}

fn listed(differences: &[Difference]) -> String {
    let listed: Vec<String> = differences.iter().map(ToString::to_string).collect();
    if listed.is_empty() { String::new() } else { format!(": {}", listed.join("; ")) }
}
