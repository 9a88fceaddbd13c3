//! Wizards: a person, or another system, is led through steps that need answers.
//!
//! Everything goes through one function, [`advance`]: it takes a [`Definition`], which everybody shares, a [`State`],
//! which is all that is known about one person, and a [`Command`]; it gives an [`Outcome`] with the new state. It does no
//! I/O, reads no clock and needs no runtime.

#[cfg(feature = "macros")]
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod advance;
mod behaviour;
mod command;
pub mod compat;
pub mod condition;
mod definition;
mod env;
mod error;
mod explain;
#[cfg(feature = "extract")]
pub mod extract;
mod graph;
mod journey;
mod limits;
pub mod load;
mod outcome;
mod python;
mod record;
#[cfg(feature = "store")]
mod saved;
mod schema;
mod state;
#[cfg(feature = "store")]
pub mod store;
mod suggest;
mod task;
#[cfg(feature = "template")]
pub mod template;
#[cfg(feature = "testing")]
pub mod testing;
pub mod typed;
pub mod values;
mod view;
mod walk;

use std::sync::Arc;

pub use jiff::Timestamp;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/wizard.md")]
pub use stepflow_macros::wizard;
#[cfg(feature = "macros")]
#[doc = include_str!("docs/wizard_step.md")]
pub use stepflow_macros::wizard_step as step;

pub use self::advance::advance;
pub use self::behaviour::{Behaviour, Fold, Way};
pub use self::command::{Call, Command, Conflict, DropReason, Dropped, Extracted, Input, Provenance, Source};
pub use self::definition::{
    Accept, AnswerModel, Blueprint, Candidate, Capture, ChangedDefinition, Collect, CompletedBy, Confirm,
    Definition, Derive, DeriveValue, Difference, ExtractionPolicy, ExtractionScope, ExtractionSettings,
    Fingerprint, Flow, FlowSettings, Function, FunctionContext, Functions, Guard, HookPolicy, Incomplete,
    MergeFilter, Navigation, NavigationCommand, NavigationWords, Parity, Patch, Recovery, Settings, Skip,
    Snapshots, Stage, StageKind, SubflowCall, Target, Task, Test, Text, Transition, Unique, UnknownFields,
    Verdict,
};
pub use self::env::Env;
pub use self::error::{
    BoxError, Corrupt, DefinitionCode, DefinitionError, DefinitionErrors, FieldError, FieldErrors, Limit,
    Place, Refusal, Refused, Rejection, Warning, WarningCode, WizardError,
};
pub use self::explain::Explanation;
pub use self::journey::{Journey, JourneyStep};
pub use self::limits::Limits;
pub use self::outcome::{
    Cause, Diagnostic, DiagnosticCode, Event, EventKind, Kind, Move, Outcome, RoadmapEntry, StageView,
    Standing,
};
pub use self::record::{RecordQuery, RecordStats, TransitionRecord, Trigger};
#[cfg(feature = "store")]
pub use self::saved::{
    Advanced, GuardFuture, HookCall, HookError, HookKind, Hooks, Keeping, Receipt, ResumeLink, Retention,
    Session, Submission, Submitted, Wizards, WizardsBuilder, WizardsError,
};
pub use self::state::{DefinitionId, Frame, Item, Page, Return, State, Status, Visit, VisitKind};
pub use self::task::{TaskState, TaskStatus};
#[cfg(feature = "macros")]
pub use self::typed::StageHandle;

/// A name: of a stage, a field, a flow. Cheap to clone.
pub type Name = Arc<str>;

/// Fields and their values.
pub type Map = serde_json::Map<String, serde_json::Value>;
