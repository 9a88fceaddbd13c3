//! What happened during a call, for those who react to it.

use crate::Name;

/// One thing that happened.
///
/// A driver runs its hooks from these, after the new state is safe. They are observers: what they do cannot
/// change the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// The path of the flow it happened in; empty for the main one.
    pub flow: Name,
    /// The stage it happened on.
    pub stage: Name,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// The stage was passed without stopping.
    AutoAdvanced,
    /// The wizard was ended before its end.
    Cancelled,
    /// The wizard is finished.
    Completed,
    /// The stage became the current one.
    Entered(Cause),
    /// The stage was left.
    Exited(Cause),
    /// The wizard was started over.
    Restarted,
    /// The stage was passed without answering.
    Skipped,
    /// A called flow ended, or was left; the stage is where the caller goes on.
    SubflowPopped {
        /// The flow's name.
        network: Name,
        /// How many flows deep the caller is.
        depth: usize,
    },
    /// A flow was called; the stage is the one that called it.
    SubflowPushed {
        /// The flow's name.
        network: Name,
        /// How many flows deep it is.
        depth: usize,
    },
}

/// Why a stage is left or entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// It was passed without stopping, or follows one that was.
    Auto,
    /// The person went back.
    Back,
    /// The person chose it.
    GoTo,
    /// It was answered.
    Next,
    /// A called flow ended.
    Pop,
    /// A flow was called.
    Push,
    /// The wizard was started over.
    Restart,
    /// It was skipped.
    Skip,
    /// The wizard began.
    Start,
}
