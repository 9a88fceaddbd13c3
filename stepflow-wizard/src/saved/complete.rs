//! A wizard is submitted, once.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::contain::{BoxFuture, contained};
use super::{Retention, Session, Wizards, WizardsError, json};
use crate::store::{Change, Phase, Saved, StoreError, StoredWizard, SubmissionId, WizardKey};
use crate::{BoxError, Map, Name, State};

pub(super) type SubmitHandler = Box<dyn Fn(Submission) -> BoxFuture<Result<Receipt, BoxError>> + Send + Sync>;

/// A wizard that was submitted, for whoever takes it.
#[derive(Clone)]
#[non_exhaustive]
pub struct Submission {
    /// Names the submission, however often it is tried. Whoever has taken one of this id does not take it again.
    pub id: SubmissionId,
    /// Which wizard, and whose.
    pub key: WizardKey,
    /// The name of its definition.
    pub wizard: Name,
    /// The answers that count, and what followed from them: [`Journey::data`](crate::Journey::data).
    pub data: Map,
    /// Everything that is known.
    pub state: State,
}

/// Answers may be private: they are not shown.
impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission")
            .field("id", &self.id)
            .field("key", &self.key)
            .field("wizard", &self.wizard)
            .finish_non_exhaustive()
    }
}

/// What a person gets for a submission, and keeps.
///
/// ```
/// use stepflow_wizard::Receipt;
///
/// let receipt = Receipt::new("REF-1047").with("total", 25);
/// assert_eq!(receipt.data["total"], 25);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Receipt {
    /// What the person quotes when they ask.
    pub reference: String,
    /// Whatever else the page that confirms it shows.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub data: Map,
}

impl Receipt {
    /// A receipt of this reference.
    pub fn new(reference: impl Into<String>) -> Self {
        Self { reference: reference.into(), data: Map::new() }
    }

    /// The same, with one more value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.data.insert(name.into(), value.into());
        self
    }
}

/// A submission that was taken.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Submitted {
    /// Names the submission.
    pub submission: SubmissionId,
    /// What the person got for it.
    pub receipt: Receipt,
    /// What is kept of the answers, by the [`Retention`].
    pub state: Option<State>,
    /// When it was taken.
    pub at: Timestamp,
    /// Until when the receipt is kept.
    pub expires_at: Timestamp,
    /// Whether this very call had it taken; otherwise an earlier one did.
    pub now: bool,
}

/// Answers may be private: they are not shown.
impl fmt::Debug for Submitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submitted")
            .field("submission", &self.submission)
            .field("receipt", &self.receipt.reference)
            .field("at", &self.at)
            .field("expires_at", &self.expires_at)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Wizards {
    /// Submits a wizard that is answered to its end, and gives the receipt. However often it is called for one
    /// submission, and by however many at once, whoever takes submissions gets it once; later calls are told the same
    /// receipt.
    ///
    /// First it is saved that the wizard is being completed, so that its answers stay as they are; then it is taken;
    /// then the receipt is saved, and the answers are forgotten as the [`Retention`] says. When the process dies in
    /// between, or the future is dropped, the next call after the [lease](super::Keeping::lease), or
    /// [`complete_interrupted`](Self::complete_interrupted), has it taken again **under the same id**, by which whoever
    /// takes it must tell that they have it already.
    ///
    /// # Errors
    ///
    /// [`Failed`](WizardsError::Failed) when whoever takes submissions failed or panicked: the wizard is open again
    /// then, and can be submitted under the same id. [`Completing`](WizardsError::Completing) while somebody else is at
    /// it. [`Unfinished`](WizardsError::Unfinished) when something is missing or not valid any more.
    /// [`Stale`](WizardsError::Stale) when the id is another one, because the wizard was restarted. Otherwise as
    /// [`load`](Self::load).
    pub async fn complete(
        &self,
        key: &WizardKey,
        submission: SubmissionId,
    ) -> Result<Submitted, WizardsError> {
        let stored = self.stored(key).await?;
        match stored.phase {
            Phase::Done => return submitted(stored, false),
            Phase::Completing if stored.leased => return Err(WizardsError::Completing),
            Phase::Completing | Phase::Open => {}
        }
        let session = self.session(stored)?;
        let data = match self.finished(&session) {
            Ok(data) => data,
            // It was broken off, and the rules have changed since: the person can go on.
            Err(error) if session.phase == Phase::Completing => {
                return Err(self.unfinished(session, error).await);
            }
            Err(error) => return Err(error),
        };
        if session.submission != Some(submission) {
            return Err(WizardsError::Stale { expected: session.revision, saved: Box::new(session) });
        }
        let begin =
            Change { phase: Some(Phase::Completing), lease: Some(self.0.keeping.lease), ..Change::default() };
        let Some(saved) = self.0.store.save(key, session.revision, &begin).await? else {
            return self.beaten(key, session.revision).await;
        };
        let session = Session { revision: saved.revision, phase: Phase::Completing, ..session };
        match self.take(&session, submission, data).await {
            Ok(receipt) => self.close(session, submission, receipt).await,
            Err(source) => Err(self.failed(session, source).await),
        }
    }

    /// Has submissions taken whose taking was broken off by the end of a process, up to 100 of them: to be called when
    /// a process starts, and now and then. Each comes with what became of it.
    ///
    /// # Errors
    ///
    /// When the store cannot be used.
    pub async fn complete_interrupted(
        &self,
    ) -> Result<Vec<(WizardKey, Result<Submitted, WizardsError>)>, WizardsError> {
        let mut done = Vec::new();
        for key in self.0.store.interrupted(self.0.definition.name(), 100).await? {
            let submission = self.0.store.load(&key).await?.and_then(|stored| stored.submission);
            let Some(submission) = submission else { continue };
            let result = self.complete(&key, submission).await;
            done.push((key, result));
        }
        Ok(done)
    }

    /// The receipt of a wizard that was submitted.
    ///
    /// # Errors
    ///
    /// [`Completing`](WizardsError::Completing) while it is being taken, [`NotFound`](WizardsError::NotFound) when it
    /// was not submitted, and otherwise as [`load`](Self::load).
    pub async fn receipt(&self, key: &WizardKey) -> Result<Submitted, WizardsError> {
        let stored = self.stored(key).await?;
        match stored.phase {
            Phase::Done => submitted(stored, false),
            Phase::Completing => Err(WizardsError::Completing),
            Phase::Open => Err(WizardsError::NotFound),
        }
    }

    /// The result, if the answers lead to an end by today's rules.
    fn finished(&self, session: &Session) -> Result<Map, WizardsError> {
        let journey = self.journey(session).map_err(WizardsError::Unusable)?;
        let at_end = session.state.is_completed() && session.state.depth() == 0;
        if !at_end || !journey.complete || !journey.errors.is_empty() {
            return Err(WizardsError::Unfinished { open: journey.open, session: Box::new(session.clone()) });
        }
        Ok(journey.data)
    }

    async fn take(&self, session: &Session, id: SubmissionId, data: Map) -> Result<Receipt, BoxError> {
        let Some(handler) = &self.0.submit else { return Ok(Receipt::new(id.to_string())) };
        let wizard = Name::from(self.0.definition.name());
        let (key, state) = (session.key.clone(), session.state.clone());
        contained(|| handler(Submission { id, key, wizard, data, state })).await
    }

    /// Saves the receipt. Who took over in the meantime did so under the same id: that it was taken stands.
    async fn close(
        &self,
        session: Session,
        submission: SubmissionId,
        receipt: Receipt,
    ) -> Result<Submitted, WizardsError> {
        let state = match self.0.keeping.retention {
            Retention::Everything => Some(session.state.clone()),
            Retention::Nothing => None,
            Retention::Plain => {
                Some(super::erase::without_sensitive(&self.0.definition, session.state.clone()))
            }
        };
        let unwritten = |error| StoreError::refused("the receipt cannot be written as JSON").caused_by(error);
        let change = Change {
            state: Some(state.as_ref().map(json).transpose()?),
            phase: Some(Phase::Done),
            receipt: Some(serde_json::to_string(&receipt).map_err(unwritten)?),
            keep_for: Some(self.0.keeping.receipts),
            ..Change::default()
        };
        let mut revision = session.revision;
        loop {
            if let Some(Saved { at, expires_at, .. }) =
                self.0.store.save(&session.key, revision, &change).await?
            {
                return Ok(Submitted { submission, receipt, state, at, expires_at, now: true });
            }
            let stored = self.stored(&session.key).await?;
            if stored.phase == Phase::Done {
                return submitted(stored, false);
            }
            if stored.submission != Some(submission) {
                return Err(WizardsError::Stale {
                    expected: revision,
                    saved: Box::new(self.session(stored)?),
                });
            }
            revision = stored.revision;
        }
    }

    /// Whoever takes submissions failed.
    async fn failed(&self, session: Session, source: BoxError) -> WizardsError {
        WizardsError::Failed { session: Box::new(self.reopened(session).await), source }
    }

    async fn unfinished(&self, session: Session, error: WizardsError) -> WizardsError {
        match error {
            WizardsError::Unfinished { open, .. } => {
                WizardsError::Unfinished { open, session: Box::new(self.reopened(session).await) }
            }
            other => other,
        }
    }

    /// Lets the wizard take answers again.
    async fn reopened(&self, session: Session) -> Session {
        let change = Change { phase: Some(Phase::Open), ..Change::default() };
        // Where the store does not answer either, the lease runs out and the next call finds it so.
        let saved = self.0.store.save(&session.key, session.revision, &change).await;
        match saved {
            Ok(Some(Saved { revision, expires_at, .. })) => {
                Session { revision, expires_at, phase: Phase::Open, ..session }
            }
            Ok(None) | Err(_) => session,
        }
    }

    /// Somebody else was faster: what is saved now.
    async fn beaten(&self, key: &WizardKey, expected: u64) -> Result<Submitted, WizardsError> {
        let stored = self.stored(key).await?;
        match stored.phase {
            Phase::Done => submitted(stored, false),
            Phase::Completing => Err(WizardsError::Completing),
            Phase::Open => Err(WizardsError::Stale { expected, saved: Box::new(self.session(stored)?) }),
        }
    }
}

/// What is saved of a submission that was taken.
pub(super) fn submitted(stored: StoredWizard, now: bool) -> Result<Submitted, WizardsError> {
    let id = stored.key.id;
    let damaged = |what: &str| StoreError::corrupt(format!("wizard {id} was submitted, and {what}"));
    let submission = stored.submission.ok_or_else(|| damaged("its submission has no name"))?;
    let receipt = stored.receipt.ok_or_else(|| damaged("there is no receipt"))?;
    let receipt =
        serde_json::from_str(&receipt).map_err(|error| damaged("its receipt is damaged").caused_by(error))?;
    let state = stored.state.as_deref().map(State::from_json).transpose();
    let state = state.map_err(|error| WizardsError::Unusable(error.into()))?;
    Ok(Submitted { submission, receipt, state, at: stored.updated_at, expires_at: stored.expires_at, now })
}
