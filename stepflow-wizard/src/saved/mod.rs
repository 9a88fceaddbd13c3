//! Wizards that are kept between two calls: a definition, a store, and the rules of both together.

mod advance;
mod builder;
mod chance;
mod complete;
mod contain;
mod erase;
mod error;
mod hooks;
mod link;
mod save;
mod session;

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use stepflow::Clock;

pub use self::advance::GuardFuture;
pub use self::builder::{Keeping, Retention, WizardsBuilder};
use self::complete::SubmitHandler;
pub use self::complete::{Receipt, Submission, Submitted};
pub use self::error::WizardsError;
pub use self::hooks::{HookCall, HookError, HookKind, Hooks};
pub use self::link::ResumeLink;
pub use self::session::{Advanced, Session};
use crate::store::{
    Created, NewWizard, Owner, Phase, StoreError, StoredWizard, Summary, WizardKey, WizardStore,
};
use crate::{Definition, Env, Journey, Map, StageView, State, WizardError};

/// Wizards of one definition, kept in a store. Cheap to clone.
///
/// Each call is one request: it reads what is saved, carries out the command, and saves what came of it, if nobody else
/// did in the meantime. Nothing is kept in this process, so that any number of them may share a store.
///
/// ```
/// use serde_json::json;
/// use stepflow_wizard::store::MemoryWizards;
/// use stepflow_wizard::{Blueprint, Command, Definition, Flow, Map, Stage, Wizards, WizardsError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let stages = vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")];
/// let tea = Definition::new(Blueprint::new(Flow::new("tea", stages)))?;
/// let teas = Wizards::new(tea, MemoryWizards::new());
///
/// let owner = "session 7f3a".parse()?;
/// let begun = teas.begin(&owner, Map::new()).await?.session;
/// let moved = teas.advance(begun.key(), begun.revision(), Command::submit([("kind", "green")])).await?;
/// assert_eq!(moved.session.state().stage(), "milk");
///
/// // Another tab still shows the first question.
/// let late = teas.advance(begun.key(), begun.revision(), Command::submit([("kind", "black")])).await;
/// let Err(WizardsError::Stale { saved, .. }) = late else { return Err("it was stale".into()) };
/// assert_eq!(saved.state().stage(), "milk");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Wizards(Arc<Shared>);

struct Shared {
    definition: Definition,
    store: Arc<dyn WizardStore>,
    keeping: Keeping,
    hooks: Hooks,
    submit: Option<SubmitHandler>,
    clock: Arc<dyn Clock>,
    seeds: Option<builder::Seeds>,
}

impl Wizards {
    /// Wizards of this definition in this store, with the defaults of [`Keeping`], without hooks, and with nobody who
    /// takes submissions.
    pub fn new(definition: Definition, store: impl WizardStore) -> Self {
        Self::builder(definition, store).build()
    }

    /// The settings of wizards.
    pub fn builder(definition: Definition, store: impl WizardStore) -> WizardsBuilder {
        WizardsBuilder::new(definition, Arc::new(store))
    }

    /// What they are wizards of.
    #[must_use]
    pub fn definition(&self) -> &Definition {
        &self.0.definition
    }

    /// Where they are kept.
    #[must_use]
    pub fn store(&self) -> &dyn WizardStore {
        &*self.0.store
    }

    /// How they are kept.
    #[must_use]
    pub fn keeping(&self) -> &Keeping {
        &self.0.keeping
    }

    /// Begins a wizard for an owner, with what is known about them. Its id is made here.
    ///
    /// # Errors
    ///
    /// [`TooMany`](WizardsError::TooMany) when a cap is reached; otherwise as [`Definition::begin_with`], and when the
    /// store cannot be used.
    pub async fn begin(&self, owner: &Owner, initial: Map) -> Result<Advanced, WizardsError> {
        let outcome = self.0.definition.begin_with(initial, &self.env()?).map_err(WizardsError::Unusable)?;
        let submission = outcome.state.is_completed().then(chance::submission).transpose()?;
        let mut wizard = NewWizard {
            key: WizardKey { id: chance::wizard()?, owner: owner.clone() },
            wizard: self.0.definition.name().to_owned(),
            state: json(&outcome.state)?,
            submission,
            lifetime: self.0.keeping.lifetime,
            caps: self.0.keeping.caps,
        };
        let saved = loop {
            match self.0.store.create(&wizard).await? {
                Created::Added(saved) => break saved,
                // 128 random bits that were drawn before: whoever can wait for that can wait for another draw.
                Created::Exists => wizard.key.id = chance::wizard()?,
                Created::Full(cap) => return Err(WizardsError::TooMany(cap)),
            }
        };
        let session = Session {
            key: wizard.key,
            revision: saved.revision,
            phase: Phase::Open,
            submission,
            state: outcome.state.clone(),
            expires_at: saved.expires_at,
        };
        let hook_errors = self.notify(&session, &outcome).await;
        Ok(Advanced { session, outcome, hook_errors })
    }

    /// A wizard as it is saved. It is looked at and checked, and nothing changes.
    ///
    /// # Errors
    ///
    /// [`NotFound`](WizardsError::NotFound) where there is none of this id, and where it is somebody else's;
    /// [`Expired`](WizardsError::Expired) when it is over its time; [`Done`](WizardsError::Done) with the receipt when
    /// it was submitted; [`Unusable`](WizardsError::Unusable) when it does not hold together, or fits this definition
    /// no more; and when the store cannot be used.
    pub async fn load(&self, key: &WizardKey) -> Result<Session, WizardsError> {
        let stored = self.stored(key).await?;
        if stored.phase == Phase::Done {
            return Err(WizardsError::Done(Box::new(complete::submitted(stored, false)?)));
        }
        self.session(stored)
    }

    /// The wizards of an owner that are of this definition and not over their time, the one that changed last first.
    /// Up to 1,000 are looked through.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub async fn list(&self, owner: &Owner) -> Result<Vec<Summary>, WizardsError> {
        let mut found = self.0.store.list(owner, 1_000).await?;
        found.retain(|summary| summary.wizard == self.0.definition.name());
        Ok(found)
    }

    /// The wizard of this owner that changed last and is not done, for pages without an id in their URL.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub async fn current(&self, owner: &Owner) -> Result<Option<WizardKey>, WizardsError> {
        let found = self.list(owner).await?.into_iter().find(|summary| summary.phase != Phase::Done);
        Ok(found.map(|summary| WizardKey { id: summary.id, owner: owner.clone() }))
    }

    /// Begins the idle time of a wizard anew: what a button that says "I need more time" does. Answers when it is over
    /// now.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub async fn touch(&self, key: &WizardKey) -> Result<Timestamp, WizardsError> {
        self.stored(key).await?;
        self.0.store.touch(key).await?.ok_or(WizardsError::Expired)
    }

    /// Deletes a wizard with its answers, whatever it is at. One that somebody is completing is left alone while their
    /// lease lasts.
    ///
    /// # Errors
    ///
    /// [`NotFound`](WizardsError::NotFound) where there is none, [`Completing`](WizardsError::Completing) when it is
    /// being completed, and when the store cannot be used.
    pub async fn delete(&self, key: &WizardKey) -> Result<(), WizardsError> {
        loop {
            let stored = self.found(key).await?;
            if stored.leased {
                return Err(WizardsError::Completing);
            }
            if self.0.store.delete(key, stored.revision).await? {
                return Ok(());
            }
        }
    }

    /// Gives the wizards of one owner to another, of whatever definition, and says how many: when a session becomes
    /// that of a person who signs in, or gets another id. Links to them are void then, and caps are not looked at.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub async fn hand_over(&self, from: &Owner, to: &Owner) -> Result<u32, WizardsError> {
        Ok(self.0.store.hand_over(from, to).await?)
    }

    /// Removes wizards that have been over their time for longer than [`Keeping::expired_for`], up to 1,000 of them,
    /// and says how many. Call it now and then, again at once while it answers 1,000.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub async fn sweep(&self) -> Result<u32, WizardsError> {
        Ok(self.0.store.sweep(self.0.keeping.expired_for, 1_000).await?)
    }

    /// The current stage of a wizard, as it is to be shown.
    ///
    /// # Errors
    ///
    /// As [`Definition::view`].
    pub fn view(&self, session: &Session) -> Result<StageView, WizardError> {
        self.0.definition.view(&session.state, &Env::read(&*self.0.clock))
    }

    /// The way that the answers of a wizard lead.
    ///
    /// # Errors
    ///
    /// As [`Definition::journey`].
    pub fn journey(&self, session: &Session) -> Result<Journey, WizardError> {
        self.0.definition.journey(&session.state, &Env::read(&*self.0.clock))
    }

    /// The time, and a seed that nobody can foresee: what [`advance`](crate::advance) is handed by these wizards.
    ///
    /// # Errors
    ///
    /// [`Chance`](WizardsError::Chance) when the system gives no random numbers.
    pub fn env(&self) -> Result<Env, WizardsError> {
        let seed = self.0.seeds.as_ref().map_or_else(chance::seed, |draw| Ok(draw()))?;
        Ok(Env::read(&*self.0.clock).seeded(seed))
    }

    async fn found(&self, key: &WizardKey) -> Result<StoredWizard, WizardsError> {
        let found = self.0.store.load(key).await?;
        found.filter(|stored| stored.wizard == self.0.definition.name()).ok_or(WizardsError::NotFound)
    }

    async fn stored(&self, key: &WizardKey) -> Result<StoredWizard, WizardsError> {
        let stored = self.found(key).await?;
        if stored.expired { Err(WizardsError::Expired) } else { Ok(stored) }
    }

    /// What is saved, checked against the definition.
    fn session(&self, stored: StoredWizard) -> Result<Session, WizardsError> {
        let damaged = || StoreError::corrupt(format!("wizard {} has no state", stored.key.id));
        let text = stored.state.as_ref().ok_or_else(damaged)?;
        let state = State::from_json(text).map_err(|error| WizardsError::Unusable(error.into()))?;
        let state = crate::advance::admit(&self.0.definition, state, &self.env()?)
            .map_err(|refused| WizardsError::Unusable(refused.error))?;
        Ok(Session {
            key: stored.key,
            revision: stored.revision,
            phase: stored.phase,
            submission: stored.submission,
            state,
            expires_at: stored.expires_at,
        })
    }
}

impl fmt::Debug for Wizards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wizards")
            .field("definition", self.0.definition.id())
            .field("store", &self.0.store)
            .field("keeping", &self.0.keeping)
            .field("hooks", &self.0.hooks)
            .field("takes_submissions", &self.0.submit.is_some())
            .finish_non_exhaustive()
    }
}

fn json(state: &State) -> Result<String, WizardsError> {
    let unwritten = |error| StoreError::refused("the state cannot be written as JSON").caused_by(error);
    state.to_json().map_err(|error| unwritten(error).into())
}
