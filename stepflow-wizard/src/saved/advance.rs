//! A call on a saved wizard.

use super::{Advanced, Session, Wizards, WizardsError, chance, complete, json};
use crate::store::{Change, Phase, SubmissionId, WizardKey};
use crate::{Call, Command, Kind, Outcome};

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
        let call = call.into();
        let session = self.open(key).await?;
        if session.revision != revision && !remembers(&session, &call) {
            return Err(WizardsError::Stale { expected: revision, saved: Box::new(session) });
        }
        let (session, outcome) = self.carry_out(session, call.clone())?;
        if outcome.kind == Kind::Repeated {
            return Ok(Advanced { session, outcome, hook_errors: Vec::new() });
        }
        let submission = submission(&session, &call, &outcome)?;
        let change = Change {
            state: Some(Some(json(&outcome.state)?)),
            submission: (submission != session.submission).then_some(submission),
            ..Change::default()
        };
        let Some(saved) = self.0.store.save(key, session.revision, &change).await? else {
            return self.overtaken(key, revision, call).await;
        };
        let session =
            Session { revision: saved.revision, submission, expires_at: saved.expires_at, ..session };
        let hook_errors = self.notify(&session, &outcome).await;
        Ok(Advanced { session, outcome, hook_errors })
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
fn submission(
    before: &Session,
    call: &Call,
    outcome: &Outcome,
) -> Result<Option<SubmissionId>, WizardsError> {
    let restarted = matches!(call.command, Command::Restart) && outcome.has_moved();
    let kept = before.submission.filter(|_| !restarted);
    if kept.is_none() && outcome.state.is_completed() {
        return chance::submission().map(Some);
    }
    Ok(kept)
}
