//! A call on a saved wizard.

use std::pin::Pin;

use super::contain::contained;
use super::{Advanced, Session, Wizards, WizardsError, chance, complete, json};
use crate::store::{Change, Phase, SubmissionId, WizardKey};
use crate::{BoxError, Call, EventKind, Kind, Outcome};

/// What a guard of [`Wizards::advance_if`] answers, later.
pub type GuardFuture<'a> = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send + 'a>>;

impl Wizards {
    /// Carries out a call on the wizard as it was at `revision`, and saves what came of it. Hooks run after that.
    ///
    /// A call with an [id](Call::with_id) that was carried out before changes nothing, and is told as
    /// [`Kind::Repeated`], whatever revision it is for.
    ///
    /// # Errors
    ///
    /// [`Stale`](WizardsError::Stale), with what is saved now, when somebody else changed the wizard;
    /// [`Refused`](WizardsError::Refused) as [`advance`](crate::advance); [`Completing`](WizardsError::Completing)
    /// when it was submitted; otherwise as [`load`](Self::load). What a person answers wrongly is no error: see
    /// [`Outcome::errors`].
    pub async fn advance(
        &self,
        key: &WizardKey,
        revision: u64,
        call: impl Into<Call>,
    ) -> Result<Advanced, WizardsError> {
        self.advance_if(key, revision, call, |_, _| Box::pin(async { Ok(()) })).await
    }

    /// As [`advance`](Self::advance), if the guard agrees: it sees the wizard as it is saved and what is to come of the
    /// call, before anything is saved. It may look things up and take its time; whoever changes the wizard meanwhile is
    /// found out. It is not asked about a call that was carried out before.
    ///
    /// # Errors
    ///
    /// [`Vetoed`](WizardsError::Vetoed) with what the guard said, when it did not agree or panicked; otherwise as
    /// [`advance`](Self::advance).
    ///
    /// ```
    /// use stepflow_wizard::store::MemoryWizards;
    /// use stepflow_wizard::{Blueprint, Command, Definition, Flow, Map, Stage, Wizards, WizardsError};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let tea = Flow::new("tea", vec![Stage::new("kind").to("done"), Stage::end("done")]);
    /// let teas = Wizards::new(Definition::new(Blueprint::new(tea))?, MemoryWizards::new());
    /// let begun = teas.begin(&"session 7f3a".parse()?, Map::new()).await?.session;
    ///
    /// let submit = Command::submit([("kind", "green")]);
    /// let tried = teas
    ///     .advance_if(begun.key(), begun.revision(), submit, |before, outcome| {
    ///         assert_eq!((before.state().stage(), outcome.state.stage()), ("kind", "done"));
    ///         Box::pin(async { Err("we are out of tea".into()) })
    ///     })
    ///     .await;
    /// let Err(WizardsError::Vetoed { source, session }) = tried else { return Err("it was vetoed".into()) };
    /// assert_eq!((source.to_string().as_str(), session.state().stage()), ("we are out of tea", "kind"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn advance_if<G>(
        &self,
        key: &WizardKey,
        revision: u64,
        call: impl Into<Call>,
        guard: G,
    ) -> Result<Advanced, WizardsError>
    where
        G: for<'a> FnOnce(&'a Session, &'a Outcome) -> GuardFuture<'a> + Send,
    {
        let call = call.into();
        let session = self.open(key).await?;
        if session.revision != revision && !remembers(&session, &call) {
            return Err(WizardsError::Stale { expected: revision, saved: Box::new(session) });
        }
        let before = session.clone();
        let (session, outcome) = self.carry_out(session, call.clone())?;
        if outcome.kind == Kind::Repeated {
            return Ok(Advanced { session, outcome, hook_errors: Vec::new() });
        }
        if let Err(source) = contained(|| guard(&before, &outcome)).await {
            return Err(WizardsError::Vetoed { source, session: Box::new(before) });
        }
        match self.keep(session, outcome).await? {
            Some(advanced) => Ok(advanced),
            None => self.overtaken(key, revision, call).await,
        }
    }

    /// As [`advance`](Self::advance), with a text that answers are found in. While the extractor is asked, nobody is
    /// kept out; who changes the wizard meanwhile is found out.
    ///
    /// # Errors
    ///
    /// As [`advance`](Self::advance) and [`advance_text`](crate::extract::advance_text).
    #[cfg(feature = "extract")]
    pub async fn advance_text(
        &self,
        key: &WizardKey,
        revision: u64,
        message: impl Into<crate::extract::Message>,
        extractor: &dyn crate::extract::Extractor,
    ) -> Result<Advanced, WizardsError> {
        let message = message.into();
        let before = self.open(key).await?;
        if before.revision != revision {
            return Err(WizardsError::Stale { expected: revision, saved: Box::new(before) });
        }
        let (definition, env) = (&self.0.definition, self.env()?);
        let read = crate::extract::advance_text(definition, before.state.clone(), message, extractor, &env);
        let outcome = match read.await {
            Ok(outcome) => outcome,
            Err(refused) => {
                return Err(WizardsError::Refused { error: refused.error, session: Box::new(before) });
            }
        };
        let session = Session { state: outcome.state.clone(), ..before };
        match self.keep(session, outcome).await? {
            Some(advanced) => Ok(advanced),
            None => Err(WizardsError::Stale { expected: revision, saved: Box::new(self.open(key).await?) }),
        }
    }

    /// Saves what came of a call, and tells everybody; `None` where somebody else saved first.
    async fn keep(&self, session: Session, outcome: Outcome) -> Result<Option<Advanced>, WizardsError> {
        let submission = submission(&session, &outcome)?;
        let change = Change {
            state: Some(Some(json(&outcome.state)?)),
            submission: (submission != session.submission).then_some(submission),
            ..Change::default()
        };
        let Some(saved) = self.0.store.save(&session.key, session.revision, &change).await? else {
            return Ok(None);
        };
        let session =
            Session { revision: saved.revision, submission, expires_at: saved.expires_at, ..session };
        let hook_errors = self.notify(&session, &outcome).await;
        Ok(Some(Advanced { session, outcome, hook_errors }))
    }

    /// A wizard that takes answers.
    async fn open(&self, key: &WizardKey) -> Result<Session, WizardsError> {
        let stored = self.stored(key).await?;
        match stored.phase {
            Phase::Completing => Err(WizardsError::Completing),
            Phase::Done => Err(WizardsError::Done(Box::new(complete::submitted(stored, false)?))),
            Phase::Open => self.session(stored),
        }
    }

    fn carry_out(&self, session: Session, call: Call) -> Result<(Session, Outcome), WizardsError> {
        let Session { key, revision, phase, submission, state, expires_at } = session;
        let with = |state| Session { key, revision, phase, submission, state, expires_at };
        match crate::advance(&self.0.definition, state, call, &self.env()?) {
            Ok(outcome) => Ok((with(outcome.state.clone()), outcome)),
            Err(refused) => {
                Err(WizardsError::Refused { error: refused.error, session: Box::new(with(refused.state)) })
            }
        }
    }

    /// Somebody else saved first: it may have been the very same call.
    async fn overtaken(&self, key: &WizardKey, expected: u64, call: Call) -> Result<Advanced, WizardsError> {
        let session = self.open(key).await?;
        if !remembers(&session, &call) {
            return Err(WizardsError::Stale { expected, saved: Box::new(session) });
        }
        let (session, outcome) = self.carry_out(session, call)?;
        Ok(Advanced { session, outcome, hook_errors: Vec::new() })
    }
}

fn remembers(session: &Session, call: &Call) -> bool {
    call.id.as_ref().is_some_and(|id| session.state.recent.contains(id))
}

/// The name of the submission after a call: made when all is answered for the first time, or anew after a restart.
fn submission(before: &Session, outcome: &Outcome) -> Result<Option<SubmissionId>, WizardsError> {
    let restarted = outcome.events.iter().any(|event| event.kind == EventKind::Restarted);
    let kept = before.submission.filter(|_| !restarted);
    if kept.is_none() && outcome.state.is_completed() {
        return chance::submission().map(Some);
    }
    Ok(kept)
}
