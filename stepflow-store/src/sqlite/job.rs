//! One change that waits to be written, and its answer.

use std::sync::Arc;

use tokio::sync::oneshot;

use super::batch::Batch;
use super::error::Failure;
use super::writer::Lead;
use crate::StoreError;

/// A change in line, whatever it answers.
pub(super) trait Job: Send {
    /// Makes the change, or notes that it is refused.
    ///
    /// # Errors
    ///
    /// When the database failed: the transaction is to be rolled back.
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<(), Arc<rusqlite::Error>>;

    /// Answers, after the commit or with the reason why there was none.
    fn settle(self: Box<Self>, failure: Option<StoreError>);

    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    /// Makes whoever waits for the answer the leader, or gives the lead back when nobody does.
    ///
    /// # Errors
    ///
    /// The lead.
    fn lead(&mut self, lead: Lead) -> Result<(), Lead>;
}

/// What a caller that waits is told.
pub(super) enum Turn<T> {
    /// Its change was made, or was not.
    Done(Result<T, StoreError>),
    /// It leads from now on, and is told the rest here. In this order: when both are dropped unread, the lead
    /// must find that nobody listens any more, or it would be passed to the same caller for ever.
    Lead(oneshot::Receiver<Self>, Lead),
}

/// A change, and who waits for it.
pub(super) struct Ticket<T, W> {
    work: W,
    done: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Turn<T>>,
}

impl<T, W> Ticket<T, W> {
    pub(super) fn new(work: W) -> (Self, oneshot::Receiver<Turn<T>>) {
        let (caller, turn) = oneshot::channel();
        (Self { work, done: None, caller }, turn)
    }
}

impl<T, W> Job for Ticket<T, W>
where
    T: Send,
    W: FnMut(&mut Batch<'_>) -> Result<T, Failure> + Send,
{
    fn apply(&mut self, batch: &mut Batch<'_>) -> Result<(), Arc<rusqlite::Error>> {
        // What an earlier attempt took hold of, such as a lock, is let go of first.
        self.done = None;
        self.done = Some(match (self.work)(batch) {
            Ok(answer) => Ok(answer),
            Err(Failure::Refused(error)) => Err(error),
            Err(Failure::Database(error)) => return Err(error),
        });
        Ok(())
    }

    fn settle(self: Box<Self>, failure: Option<StoreError>) {
        let Self { done, caller, .. } = *self;
        // A refusal stands, whatever became of the others' changes.
        let answer = match (done, failure) {
            (Some(Err(refused)), _) => Err(refused),
            (_, Some(failure)) => Err(failure),
            (Some(Ok(answer)), None) => Ok(answer),
            (None, None) => return,
        };
        // Nobody may be waiting any more; what is durable stays so.
        let _ = caller.send(Turn::Done(answer));
    }

    fn is_abandoned(&self) -> bool {
        self.caller.is_closed()
    }

    fn lead(&mut self, lead: Lead) -> Result<(), Lead> {
        let (caller, turn) = oneshot::channel();
        let before = std::mem::replace(&mut self.caller, caller);
        match before.send(Turn::Lead(turn, lead)) {
            Ok(()) | Err(Turn::Done(_)) => Ok(()),
            Err(Turn::Lead(_, lead)) => Err(lead),
        }
    }
}
