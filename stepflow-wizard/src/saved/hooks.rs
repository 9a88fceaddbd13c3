//! Who is told of what happened, after it is saved.

use std::fmt;
use std::sync::Arc;

use super::contain::{BoxFuture, contained};
use super::{Session, Wizards, erase};
use crate::store::WizardId;
use crate::{BoxError, Event, EventKind, HookPolicy, Map, Name, Outcome};

/// Who is told of what happened. They are observers: what is saved stands, whatever they do, and their errors and
/// panics are told in [`Advanced::hook_errors`](super::Advanced::hook_errors). When the process dies between saving
/// and telling, they are not told.
///
/// They run one after the other, in the order in which they were added, global ones and those of a stage alike; which
/// events there are is [`Settings::hooks`](crate::Settings::hooks). Under [`HookPolicy::Compat`] a failing hook keeps
/// the later ones from being told, as in the original.
///
/// ```
/// use stepflow_wizard::{Hooks, HookKind};
///
/// let hooks = Hooks::new()
///     .on_enter(|call| async move {
///         println!("{} is at {}", call.id, call.event.stage);
///         Ok(())
///     })
///     .on_exit_of("payment", |call| async move { call.data.get("card").map_or(Ok(()), |_| Err("it is private".into())) });
/// assert_eq!((hooks.count(HookKind::Enter), hooks.count(HookKind::Exit)), (1, 1));
/// ```
#[derive(Default)]
pub struct Hooks(Vec<Hook>);

struct Hook {
    kind: HookKind,
    stage: Option<Name>,
    call: Box<dyn Fn(HookCall) -> BoxFuture<Result<(), BoxError>> + Send + Sync>,
}

/// What a hook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HookKind {
    /// The wizard is answered to its end.
    Complete,
    /// A stage became the current one.
    Enter,
    /// Another hook failed.
    Error,
    /// A stage was left.
    Exit,
    /// The wizard was started over.
    Restart,
}

/// What a hook is told.
#[derive(Clone)]
#[non_exhaustive]
pub struct HookCall {
    /// Which wizard.
    pub id: WizardId,
    /// What happened.
    pub event: Event,
    /// What is known after the call; fields that are marked as sensitive are not there.
    pub data: Arc<Map>,
    /// For hooks on errors: what the other hook said.
    pub error: Option<Arc<HookError>>,
}

/// Answers may be private: they are not shown.
impl fmt::Debug for HookCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookCall")
            .field("id", &self.id)
            .field("event", &self.event)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A hook failed, or panicked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("a hook failed on stage `{stage}`")]
#[non_exhaustive]
pub struct HookError {
    /// What it was told of.
    pub kind: HookKind,
    /// The stage that it was about.
    pub stage: Name,
    /// What it said.
    #[source]
    pub source: Arc<dyn std::error::Error + Send + Sync>,
}

impl Hooks {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Tells of every stage that becomes the current one.
    #[must_use]
    pub fn on_enter<F, R>(self, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Enter, None, hook)
    }

    /// Tells when this stage becomes the current one.
    #[must_use]
    pub fn on_enter_of<F, R>(self, stage: impl Into<Name>, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Enter, Some(stage.into()), hook)
    }

    /// Tells of every stage that is left.
    #[must_use]
    pub fn on_exit<F, R>(self, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Exit, None, hook)
    }

    /// Tells when this stage is left.
    #[must_use]
    pub fn on_exit_of<F, R>(self, stage: impl Into<Name>, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Exit, Some(stage.into()), hook)
    }

    /// Tells when a wizard is answered to its end. That it is submitted comes later.
    #[must_use]
    pub fn on_complete<F, R>(self, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Complete, None, hook)
    }

    /// Tells when a wizard is started over.
    #[must_use]
    pub fn on_restart<F, R>(self, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Restart, None, hook)
    }

    /// Tells when another hook failed.
    #[must_use]
    pub fn on_error<F, R>(self, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.with(HookKind::Error, None, hook)
    }

    /// How many there are of a kind.
    #[must_use]
    pub fn count(&self, kind: HookKind) -> usize {
        self.0.iter().filter(|hook| hook.kind == kind).count()
    }

    fn with<F, R>(mut self, kind: HookKind, stage: Option<Name>, hook: F) -> Self
    where
        F: Fn(HookCall) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), BoxError>> + Send + 'static,
    {
        self.0.push(Hook { kind, stage, call: Box::new(move |call| Box::pin(hook(call))) });
        self
    }

    fn of(&self, kind: HookKind) -> impl Iterator<Item = &Hook> {
        self.0.iter().filter(move |hook| hook.kind == kind)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|hook| (hook.kind, &hook.stage))).finish()
    }
}

impl Wizards {
    /// Tells everybody of what happened in a call.
    pub(super) async fn notify(&self, session: &Session, outcome: &Outcome) -> Vec<HookError> {
        let hooks = &self.0.hooks;
        if hooks.0.is_empty() || outcome.events.is_empty() {
            return Vec::new();
        }
        let stops = matches!(self.0.definition.settings().hooks, HookPolicy::Compat { .. });
        let data = self.journey(session).map(|journey| journey.data).unwrap_or_default();
        let data = Arc::new(erase::plain(&self.0.definition, data));
        let mut errors = Vec::new();
        for event in &outcome.events {
            let Some(kind) = told_of(&event.kind) else { continue };
            let here = |hook: &&Hook| hook.stage.as_ref().is_none_or(|stage| *stage == event.stage);
            for hook in hooks.of(kind).filter(here) {
                let (id, event, data) = (session.key.id, event.clone(), Arc::clone(&data));
                let call = HookCall { id, event, data, error: None };
                let Err(error) = hook.tell(call.clone()).await else { continue };
                let error = HookError { kind, stage: Arc::clone(&call.event.stage), source: error.into() };
                errors.push(error.clone());
                let call = HookCall { error: Some(Arc::new(error)), ..call };
                for hook in hooks.of(HookKind::Error) {
                    if let Err(error) = hook.tell(call.clone()).await {
                        let stage = Arc::clone(&call.event.stage);
                        errors.push(HookError { kind: HookKind::Error, stage, source: error.into() });
                    }
                }
                if stops {
                    return errors;
                }
            }
        }
        errors
    }
}

impl Hook {
    async fn tell(&self, call: HookCall) -> Result<(), BoxError> {
        contained(|| (self.call)(call)).await
    }
}

fn told_of(event: &EventKind) -> Option<HookKind> {
    match event {
        EventKind::Completed => Some(HookKind::Complete),
        EventKind::Entered(_) => Some(HookKind::Enter),
        EventKind::Exited(_) => Some(HookKind::Exit),
        EventKind::Restarted => Some(HookKind::Restart),
        EventKind::AutoAdvanced
        | EventKind::Cancelled
        | EventKind::Skipped
        | EventKind::SubflowPopped { .. }
        | EventKind::SubflowPushed { .. } => None,
    }
}
