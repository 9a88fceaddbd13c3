#![doc = include_str!("../README.md")]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod approval;
mod cancel;
mod child;
mod context;
mod definition;
mod driver;
pub mod engine;
mod error;
#[cfg(feature = "tokio")]
mod fan_out;
mod graph;
mod hook;
#[cfg(feature = "tokio")]
mod journal;
mod result;
mod resume;
mod retry;
mod run;
mod run_id;
mod saved;
#[cfg(feature = "testing")]
pub mod testing;
mod time;
mod workflow;

pub use jiff::Timestamp;
#[doc = include_str!("docs/step.md")]
pub use stepflow_macros::step;
#[doc = include_str!("docs/workflow.md")]
pub use stepflow_macros::workflow;

pub use self::approval::{ApprovalDecision, ApprovalHandler, ApprovalPause, ApprovalRequest, IntoDecision};
pub use self::cancel::CancelToken;
pub use self::child::{Child, RunChild};
pub use self::context::RunContext;
pub use self::definition::{
    ApprovalDefinition, DefinitionErrors, DefinitionProblem, DefinitionRef, Difference, Effect, Fingerprint,
    MetadataValue, Outline, OutlineStep, OutlineTarget, RouteDefinition, StepDefinition, Target,
    WorkflowDefinition,
};
pub use self::error::{
    ApprovalRequiredError, BoxError, CancelledError, ChildWorkflowError, EngineError, ErrorKind, EventKind,
    HookError, PanicError, RecoverError, ResumeError, ResumeRefusal, RouteResolutionError, SavedError,
    StepError, TimeoutError, VisitLimitError, WorkflowError,
};
#[cfg(feature = "tokio")]
pub use self::fan_out::Children;
pub use self::graph::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};
#[cfg(feature = "svg")]
pub use self::graph::{GRAPH_STYLESHEET, GraphMarks, GraphPicture, MarkState, StepMark};
pub use self::hook::{
    IntoHookOutcome, StepFinishedEvent, StepStartedEvent, WorkflowEvent, WorkflowFinishedEvent, WorkflowHook,
    WorkflowStartedEvent,
};
#[cfg(feature = "tokio")]
pub use self::journal::{Journal, Onward, SaveFuture};
pub use self::result::{
    CheckpointError, ChildResult, Failure, Output, OutputError, RouteDecision, RunRecord, SkipReason,
    StepHandle, StepResult, StepStatus, WorkflowResult, WorkflowStatus, load_state, save_state,
};
pub use self::retry::{Backoff, RetryPolicy, RetrySettings};
pub use self::run::Run;
pub use self::run_id::{RunId, RunIdError};
pub use self::saved::{Answer, GateId, GateIdError, SavedRun, Settlement};
pub use self::time::{Clock, Sleeper, SystemClock, ThreadSleeper};
#[cfg(feature = "tokio")]
pub use self::time::{Timer, TokioTimer};
#[cfg(feature = "tokio")]
pub use self::workflow::{Async, AsyncWorkflow};
pub use self::workflow::{
    Blocking, BlockingWorkflow, Mode, StaticWorkflow, StepFailure, StepOutcome, TextRouted, Workflow,
};
