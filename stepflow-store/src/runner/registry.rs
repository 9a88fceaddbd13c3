//! The workflows that a runner can carry out.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow::{
    Answer, AsyncWorkflow, Blocking, CheckpointError, DefinitionRef, RecoverError, Run, SavedRun,
    WorkflowStatus, load_state,
};

use super::journal::Boundaries;
use super::shared::Shared;
use super::slot::Slot;
use crate::{DefinitionText, StoreError};

/// A run under way, whatever its state is.
pub(super) type Running = Pin<Box<dyn Future<Output = Ended> + Send>>;

/// How a run came out of memory again: over, paused, or left as it was saved (`None`).
pub(super) type Ended = Result<Option<WorkflowStatus>, RecoverError>;

/// The workflows that a runner can carry out, by name.
pub(super) type Registry = BTreeMap<String, Arc<Entry>>;

/// A workflow that a runner can carry out.
pub(super) struct Entry {
    pub(super) definition: DefinitionRef,
    pub(super) text: DefinitionText,
    /// Whether its steps block the thread that they run on.
    pub(super) blocking: bool,
    factory: Box<dyn Factory>,
}

/// A run to go on with.
pub(super) struct Job {
    pub(super) saved: SavedRun,
    pub(super) answer: Option<Answer>,
    pub(super) state: String,
}

/// Why a run cannot be gone on with.
pub(super) enum Unfit {
    /// The factory builds another workflow than it was registered for.
    Definition(DefinitionRef),
    /// The saved state is none of this type.
    State(CheckpointError),
}

impl Entry {
    pub(super) fn new<W, F>(definition: DefinitionRef, factory: F) -> Result<Self, StoreError>
    where
        W: AsyncWorkflow + 'static,
        W::State: Serialize + DeserializeOwned + Send + 'static,
        F: Fn(W::State) -> W + Send + Sync + 'static,
    {
        Ok(Self {
            text: DefinitionText::of(&definition)?,
            definition,
            blocking: std::any::TypeId::of::<W::Mode>() == std::any::TypeId::of::<Blocking>(),
            factory: Box::new(Typed { factory, workflow: PhantomData::<fn() -> W> }),
        })
    }

    /// Whether a saved state is one of this workflow.
    pub(super) fn fits(&self, state: &str) -> Result<(), CheckpointError> {
        self.factory.fits(state)
    }

    /// Builds the workflow around the saved state.
    pub(super) fn build(&self, job: Job, shared: &Arc<Shared>, slot: &Arc<Slot>) -> Result<Running, Unfit> {
        self.factory.build(self, job, shared, slot)
    }
}

trait Factory: Send + Sync {
    fn fits(&self, state: &str) -> Result<(), CheckpointError>;

    fn build(
        &self,
        entry: &Entry,
        job: Job,
        shared: &Arc<Shared>,
        slot: &Arc<Slot>,
    ) -> Result<Running, Unfit>;
}

struct Typed<W, F> {
    factory: F,
    workflow: PhantomData<fn() -> W>,
}

impl<W, F> Factory for Typed<W, F>
where
    W: AsyncWorkflow + 'static,
    W::State: Serialize + DeserializeOwned + Send + 'static,
    F: Fn(W::State) -> W + Send + Sync + 'static,
{
    fn fits(&self, state: &str) -> Result<(), CheckpointError> {
        load_state::<W::State>(state).map(drop)
    }

    fn build(
        &self,
        entry: &Entry,
        job: Job,
        shared: &Arc<Shared>,
        slot: &Arc<Slot>,
    ) -> Result<Running, Unfit> {
        let state = load_state::<W::State>(&job.state).map_err(Unfit::State)?;
        let workflow = (self.factory)(state);
        let built = workflow.definition();
        if !is_same(&built, &entry.definition) {
            return Err(Unfit::Definition(built));
        }
        let mut run = Run::new(workflow).clock(shared.clock.clone()).cancel_on(slot.cancel.clone());
        for hook in shared.hooks.iter() {
            run = run.on_event(move |event| hook(event));
        }
        let journal = Boundaries::new(Arc::clone(shared), Arc::clone(slot), job.state);
        Ok(Box::pin(async move {
            let result = run.run_saved(job.saved, job.answer, journal).await?;
            Ok(result.map(|result| result.status()))
        }))
    }
}

/// Whether two definitions mean the same for saved runs.
pub(super) fn is_same(one: &DefinitionRef, other: &DefinitionRef) -> bool {
    match (one, other) {
        (DefinitionRef::Static(one), DefinitionRef::Static(other)) if std::ptr::eq(*one, *other) => true,
        (DefinitionRef::Shared(one), DefinitionRef::Shared(other)) if Arc::ptr_eq(one, other) => true,
        _ => one.fingerprint() == other.fingerprint(),
    }
}
