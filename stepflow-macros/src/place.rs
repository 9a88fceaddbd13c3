//! What a message is about.

use std::fmt;

/// The workflow or the step that a message names.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    Workflow(String),
    Step(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workflow(name) => write!(f, "workflow `{name}`"),
            Self::Step(name) => write!(f, "step `{name}`"),
        }
    }
}
