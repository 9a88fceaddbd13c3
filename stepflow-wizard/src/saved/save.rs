//! A caller's own outcome is saved.

use super::{Advanced, Session, Wizards, WizardsError, chance, json};
use crate::store::{Change, Phase};
use crate::{EventKind, Kind, Outcome};

impl Wizards {
    /// Saves what the caller made of a wizard with [`advance`](crate::advance), in one command or several after each
    /// other, and tells the hooks: for callers who look at an outcome before it counts.
    ///
    /// The outcome must have come of `session.state()`. Where it did not move, because the
    /// [same call](Kind::Repeated) was carried out before, nothing is saved.
    ///
    /// # Errors
    ///
    /// [`Stale`](WizardsError::Stale), with what is saved now, when somebody else changed the wizard since `session` was
    /// loaded; otherwise as [`load`](Self::load).
    ///
    /// ```
    /// use stepflow_wizard::store::MemoryWizards;
    /// use stepflow_wizard::{Blueprint, Command, Definition, Flow, Map, Stage, Wizards, advance};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let stages = vec![Stage::new("kind").to("milk"), Stage::new("milk").to("done"), Stage::end("done")];
    /// let tea = Definition::new(Blueprint::new(Flow::new("tea", stages)))?;
    /// let teas = Wizards::new(tea, MemoryWizards::new());
    /// let begun = teas.begin(&"session 7f3a".parse()?, Map::new()).await?.session;
    ///
    /// let outcome = advance(teas.definition(), begun.state().clone(), Command::submit([("kind", "green")]), &teas.env()?)?;
    /// if outcome.state.stage() == "milk" {
    ///     let saved = teas.save(&begun, outcome).await?;
    ///     assert_eq!(teas.load(begun.key()).await?, saved.session);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn save(&self, session: &Session, outcome: Outcome) -> Result<Advanced, WizardsError> {
        if outcome.kind == Kind::Repeated {
            return Ok(Advanced { session: session.clone(), outcome, hook_errors: Vec::new() });
        }
        let restarted = outcome.events.iter().any(|event| event.kind == EventKind::Restarted);
        let kept = session.submission.filter(|_| !restarted);
        let submission = match kept {
            None if outcome.state.is_completed() => Some(chance::submission()?),
            kept => kept,
        };
        let change = Change {
            state: Some(Some(json(&outcome.state)?)),
            submission: (submission != session.submission).then_some(submission),
            ..Change::default()
        };
        // What is being completed keeps its answers.
        let saved = match session.phase {
            Phase::Open => self.0.store.save(&session.key, session.revision, &change).await?,
            Phase::Completing | Phase::Done => return Err(WizardsError::Completing),
        };
        let Some(saved) = saved else {
            let saved = Box::new(self.load(&session.key).await?);
            return Err(WizardsError::Stale { expected: session.revision, saved });
        };
        let session = Session {
            key: session.key.clone(),
            revision: saved.revision,
            phase: Phase::Open,
            submission,
            state: outcome.state.clone(),
            expires_at: saved.expires_at,
        };
        let hook_errors = self.notify(&session, &outcome).await;
        Ok(Advanced { session, outcome, hook_errors })
    }
}
