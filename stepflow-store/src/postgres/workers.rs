//! Workers: their leases, and the runs that they take.

use std::time::Duration;

use stepflow::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::error::Failure;
use super::presence::{Presence, Slot};
use super::{PostgresStore, rows, time};
use crate::{ClaimRequest, Renewed, StoreError, StoredRun, WorkerId};

const BURY: &str = include_str!("sql/bury.sql");
const CLAIM: &str = include_str!("sql/claim.sql");
const FORGET: &str = include_str!("sql/forget.sql");
const JOIN: &str = include_str!("sql/join.sql");
const LEAVE: &str = include_str!("sql/leave.sql");
const NOW: &str = "SELECT clock_timestamp() AS now";
const RENEW: &str = include_str!("sql/renew.sql");

impl PostgresStore {
    pub(super) async fn join_worker(&self, worker: &WorkerId, lease: Duration) -> Result<(), StoreError> {
        self.limits.name("worker", worker.as_str())?;
        self.pool.rows(FORGET, &[]).await?;
        // A connection of its own, also where a worker of this name has one: that one is alive then.
        let slot = Slot::default();
        let joined = self.on_presence(&slot, JOIN, worker, lease).await;
        if joined.map_err(|failure| failure.told(&self.pool.place))?.is_empty() {
            return Err(StoreError::refused(format!(
                "worker {worker} is known already: every worker has another name"
            )));
        }
        self.presences.insert(worker, slot);
        Ok(())
    }

    /// The database alone knows whether the lease still runs. A worker whose connection broke in the meantime
    /// makes another, takes another lock there and tells of it in the same statement that renews the lease:
    /// it is never alive without a lock. Where somebody has buried it before that, its lease is over.
    pub(super) async fn renew_worker(
        &self,
        worker: &WorkerId,
        lease: Duration,
    ) -> Result<Renewed, StoreError> {
        let slot = self.presences.slot(worker);
        let rows = self.on_presence(&slot, RENEW, worker, lease).await;
        let renewed = self.reading().renewed(&rows.map_err(|failure| failure.told(&self.pool.place))?)?;
        if !renewed.alive {
            self.presences.remove(worker);
        }
        Ok(renewed)
    }

    pub(super) async fn leave_worker(&self, worker: &WorkerId) -> Result<(), StoreError> {
        self.pool.rows(LEAVE, &[&worker.as_str()]).await?;
        self.presences.remove(worker);
        Ok(())
    }

    pub(super) async fn bury_workers(&self) -> Result<u32, StoreError> {
        self.pool.count(BURY, &[]).await
    }

    pub(super) async fn claim_runs(&self, request: &ClaimRequest) -> Result<Vec<StoredRun>, StoreError> {
        let limit = i64::from(request.limit);
        let (head, state) = (length(self.limits.head), length(self.limits.state));
        let parameters: [&(dyn ToSql + Sync); 5] =
            [&request.worker.as_str(), &request.workflows, &limit, &head, &state];
        let found = self.pool.rows(CLAIM, &parameters).await?;
        // One row without a run where there is none to be had, and no row for a worker without a lease.
        match found.as_slice() {
            [] => Err(StoreError::lease_lost(&request.worker, None)),
            [only] if rows::is_empty(only) => Ok(Vec::new()),
            found => Ok(found.iter().filter_map(|row| self.claimed(row)).collect()),
        }
    }

    /// A run that was taken. One that cannot be read is nobody's to carry out, and keeps nobody from the
    /// others.
    fn claimed(&self, row: &Row) -> Option<StoredRun> {
        let run = self.reading().run(row);
        run.inspect_err(|error| tracing::error!(%error, "a run cannot be taken up")).ok()
    }

    pub(super) async fn time(&self) -> Result<Timestamp, StoreError> {
        self.reading().clock(&self.pool.read(NOW, &[]).await?)
    }

    /// Carries a statement of a worker's lease out on the connection that holds the worker's lock: the one
    /// that there is, or if that broke, another. Carrying it out twice does no harm.
    async fn on_presence(
        &self,
        slot: &Slot,
        sql: &str,
        worker: &WorkerId,
        lease: Duration,
    ) -> Result<Vec<Row>, Failure> {
        let sessions = &self.pool.sessions;
        let lease = time::span(lease);
        let mut slot = slot.lock().await;
        if let Some(presence) = slot.as_ref() {
            let parameters: [&(dyn ToSql + Sync); 3] = [&worker.as_str(), &lease, &presence.lock];
            match presence.rows(sessions, sql, &parameters).await {
                Err(failure) if failure.is_broken() => *slot = None,
                answered => return answered,
            }
        }
        let presence = slot.insert(Presence::open(sessions).await?);
        let parameters: [&(dyn ToSql + Sync); 3] = [&worker.as_str(), &lease, &presence.lock];
        presence.rows(sessions, sql, &parameters).await
    }
}

/// A limit as the database compares it.
fn length(limit: usize) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}
