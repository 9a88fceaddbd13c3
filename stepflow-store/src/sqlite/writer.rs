//! One connection that writes for everybody: whoever comes first commits for all who wait.
//!
//! A commit costs one `fsync`, whatever it holds. A caller that finds nobody writing leads: it commits its
//! own change and those of all who came in the meantime, in one transaction, and then hands the lead to one
//! of those who came since. Alone, a caller commits on its own thread, and nothing is handed over.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::batch::Batch;
use super::blocking::block;
use super::connect::patiently;
use super::error::{Failure, Place, store_error};
use super::job::{Job, Ticket, Turn};
use crate::StoreError;

/// How many changes are committed together: more would make the first wait for the last.
const LARGEST: usize = 256;

#[derive(Clone)]
pub(super) struct Writer(Arc<Shared>);

struct Shared {
    line: Mutex<Line>,
    connection: Mutex<Connection>,
    place: Place,
    patience: Duration,
}

/// Who waits to have something written.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Box<dyn Job>>,
    /// Whether somebody leads.
    led: bool,
    /// Whether the last batch was of several changes: then others are likely to be on their way.
    busy: bool,
}

impl Writer {
    pub(super) fn new(connection: Connection, place: Place, patience: Duration) -> Self {
        let line = Mutex::default();
        Self(Arc::new(Shared { line, connection: Mutex::new(connection), place, patience }))
    }

    /// Makes a change in a transaction that is durable when this is done. The change may be tried again in a
    /// transaction of its own, when that of several failed; it has to look before it writes, so that nothing
    /// was written where it is refused.
    ///
    /// A caller that goes away before its change has begun takes it back; later, it happens all the same.
    pub(super) async fn write<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&mut Batch<'_>) -> Result<T, Failure> + Send + 'static,
    {
        let (ticket, mut turn) = Ticket::new(work);
        let mut lead = {
            let mut line = self.0.line();
            line.waiting.push_back(Box::new(ticket));
            if line.led { None } else { Some(Lead::take(&self.0, &mut line)) }
        };
        loop {
            if let Some(lead) = lead.take() {
                lead.wait_for_company().await;
                block(move || lead.commit()).await.map_err(|error| self.broken(error))?;
            }
            match turn.await {
                Ok(Turn::Done(done)) => return done,
                Ok(Turn::Lead(next, mine)) => (lead, turn) = (Some(mine), next),
                Err(error) => return Err(self.broken(error)),
            }
        }
    }

    /// Reads with the connection that writes, where there is no other.
    pub(super) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        work(&self.0.connection()).map_err(|failure| failure.at(&self.0.place))
    }

    fn broken(&self, error: impl Into<stepflow::BoxError>) -> StoreError {
        let place = &self.0.place;
        StoreError::unavailable(
            format!("writing to {place} was broken off, and may or may not have happened"),
            error,
        )
    }
}

impl Shared {
    // Neither lock guards anything that a panic could leave half done: a transaction that was broken off is
    // rolled back before the next one.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to write. There is one at most; it is passed on when it is dropped, also by a caller that went
/// away before using it.
pub(super) struct Lead {
    /// Not there in a lead that was taken back.
    shared: Option<Arc<Shared>>,
}

impl Lead {
    fn take(shared: &Arc<Shared>, line: &mut Line) -> Self {
        line.led = true;
        Self { shared: Some(Arc::clone(shared)) }
    }

    /// Lets those who were just served come back, if there were several: they can then be served together.
    async fn wait_for_company(&self) {
        let Some(shared) = self.shared.as_ref().filter(|shared| shared.line().busy) else { return };
        let mut waiting = shared.line().waiting.len();
        loop {
            tokio::task::yield_now().await;
            let now = shared.line().waiting.len();
            if now <= waiting {
                return;
            }
            waiting = now;
        }
    }

    /// Writes for all who wait, and passes the lead on.
    fn commit(self) {
        let Some(shared) = &self.shared else { return };
        let batch: Vec<Box<dyn Job>> = {
            let mut line = shared.line();
            let length = line.waiting.len().min(LARGEST);
            line.busy = length > 1;
            line.waiting.drain(..length).filter(|job| !job.is_abandoned()).collect()
        };
        let connection = shared.connection();
        shared.commit(&connection, batch);
    }

    fn pass_on(shared: &Arc<Shared>) {
        let mut line = shared.line();
        line.led = false;
        while let Some(mut next) = line.waiting.pop_front() {
            let lead = Self::take(shared, &mut line);
            match next.lead(lead) {
                // What the new leader waits for is still to be done, and the first that it does.
                Ok(()) => return line.waiting.push_front(next),
                // It went away. Taken back, or the lead would be passed on from here once more.
                Err(mut lead) => lead.shared = None,
            }
            line.led = false;
        }
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            Self::pass_on(&shared);
        }
    }
}

impl Shared {
    fn commit(&self, connection: &Connection, mut batch: Vec<Box<dyn Job>>) {
        let result = match self.transact(connection, &mut batch) {
            // What is wrong with one change is not to be the loss of the others.
            Err(Broken::Changing(_)) if batch.len() > 1 => {
                return batch.into_iter().for_each(|job| self.commit(connection, vec![job]));
            }
            Err(Broken::Changing(error) | Broken::Committing(error)) => Err(error),
            Ok(()) => Ok(()),
        };
        for job in batch {
            job.settle(result.as_ref().err().map(|error| store_error(Arc::clone(error), &self.place)));
        }
    }

    fn transact(&self, connection: &Connection, jobs: &mut [Box<dyn Job>]) -> Result<(), Broken> {
        let begin = || connection.prepare_cached("BEGIN IMMEDIATE")?.execute([]);
        roll_back(connection)
            .and_then(|()| patiently(self.patience, begin))
            .map_err(|error| Broken::Committing(error.into()))?;
        let changed = Batch::new(connection, &self.place)
            .map_err(Arc::new)
            .and_then(|mut batch| jobs.iter_mut().try_for_each(|job| job.apply(&mut batch)))
            .map_err(Broken::Changing);
        let commit = || connection.prepare_cached("COMMIT")?.execute([]);
        let done = changed.and_then(|()| match commit() {
            Ok(_) => Ok(()),
            Err(error) => Err(Broken::Committing(error.into())),
        });
        if done.is_err() {
            // Often enough SQLite has done it already. Where it fails, it is tried again before the next one.
            let _ = roll_back(connection);
        }
        done
    }
}

/// Why a transaction came to nothing.
enum Broken {
    Changing(Arc<rusqlite::Error>),
    Committing(Arc<rusqlite::Error>),
}

fn roll_back(connection: &Connection) -> rusqlite::Result<()> {
    if connection.is_autocommit() { Ok(()) } else { connection.execute_batch("ROLLBACK") }
}
