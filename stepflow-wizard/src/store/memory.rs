//! Wizards in memory: for tests, and for those that need not survive their process.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use stepflow::{Clock, SystemClock};

use super::{
    Cap, Change, Created, LinkHash, NewLink, NewWizard, Owner, Phase, Saved, StoreError, StoreFuture,
    StoreLimits, StoredWizard, Summary, WizardId, WizardKey, WizardStore,
};

/// Keeps wizards in memory: by the same rules as a database, and gone with the process.
///
/// ```
/// use stepflow_wizard::store::{MemoryWizards, WizardStore};
///
/// let store: &dyn WizardStore = &MemoryWizards::new();
/// assert!(format!("{store:?}").contains("wizards: 0"));
/// ```
pub struct MemoryWizards {
    rows: Mutex<BTreeMap<WizardId, Row>>,
    clock: Arc<dyn Clock>,
    limits: StoreLimits,
}

impl MemoryWizards {
    /// A store without any wizards, on the system's clock.
    #[must_use]
    pub fn new() -> Self {
        Self { rows: Mutex::default(), clock: Arc::new(SystemClock::new()), limits: StoreLimits::default() }
    }

    /// The same store on another clock, such as one that a test moves by hand.
    ///
    /// ```
    /// use stepflow::SystemClock;
    /// use stepflow_wizard::store::MemoryWizards;
    ///
    /// let store = MemoryWizards::new().clock(SystemClock::new());
    /// # let _ = store;
    /// ```
    #[must_use]
    pub fn clock(self, clock: impl Clock + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    /// The same store with other limits.
    #[must_use]
    pub fn limits(self, limits: StoreLimits) -> Self {
        Self { limits, ..self }
    }

    /// One change or one look, under one lock, at one time.
    fn at_once<T>(&self, work: impl FnOnce(&mut Rows<'_>) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let now = Timestamp::from_microsecond(self.clock.now().as_microsecond())
            .map_err(|error| StoreError::corrupt("the clock of the store shows no time").caused_by(error))?;
        // Every change is checked before it begins, so that no panic leaves half of one behind.
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut Rows { rows, now })
    }
}

impl Default for MemoryWizards {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryWizards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wizards = self.rows.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("MemoryWizards").field("wizards", &wizards).finish_non_exhaustive()
    }
}

impl WizardStore for MemoryWizards {
    fn create<'a>(&'a self, wizard: &'a NewWizard) -> StoreFuture<'a, Created> {
        Box::pin(async move {
            self.limits.check_new(wizard)?;
            self.at_once(|rows| Ok(rows.create(wizard)))
        })
    }

    fn load<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<StoredWizard>> {
        Box::pin(async move {
            self.at_once(|rows| {
                Ok(rows.rows.get(&key.id).filter(|row| row.of(key)).map(|row| row.seen(rows.now)))
            })
        })
    }

    fn save<'a>(
        &'a self,
        key: &'a WizardKey,
        revision: u64,
        change: &'a Change,
    ) -> StoreFuture<'a, Option<Saved>> {
        Box::pin(async move {
            self.limits.check_change(change)?;
            self.at_once(|rows| {
                let now = rows.now;
                Ok(rows
                    .living(key)
                    .filter(|row| row.kept.revision == revision)
                    .map(|row| row.change(change, now)))
            })
        })
    }

    fn touch<'a>(&'a self, key: &'a WizardKey) -> StoreFuture<'a, Option<Timestamp>> {
        Box::pin(async move {
            self.at_once(|rows| {
                let now = rows.now;
                Ok(rows.living(key).map(|row| row.rest_anew(now)))
            })
        })
    }

    fn delete<'a>(&'a self, key: &'a WizardKey, revision: u64) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            self.at_once(|rows| {
                let found =
                    rows.rows.get(&key.id).is_some_and(|row| row.of(key) && row.kept.revision == revision);
                Ok(found && rows.rows.remove(&key.id).is_some())
            })
        })
    }

    fn list<'a>(&'a self, owner: &'a Owner, limit: u32) -> StoreFuture<'a, Vec<Summary>> {
        Box::pin(async move {
            self.at_once(|rows| {
                let now = rows.now;
                let mut found: Vec<_> = rows
                    .rows
                    .values()
                    .filter(|row| row.kept.key.owner == *owner && !row.expired(now))
                    .collect();
                found.sort_by_key(|row| (Reverse(row.kept.updated_at), row.kept.key.id));
                Ok(found.into_iter().take(limit as usize).map(Row::summary).collect())
            })
        })
    }

    fn interrupted<'a>(&'a self, wizard: &'a str, limit: u32) -> StoreFuture<'a, Vec<WizardKey>> {
        Box::pin(async move {
            self.at_once(|rows| {
                let now = rows.now;
                let over = |row: &&Row| row.kept.phase == Phase::Completing && !row.leased(now);
                let mut found: Vec<_> =
                    rows.rows.values().filter(|row| row.kept.wizard == wizard).filter(over).collect();
                found.sort_by_key(|row| (row.lease_until, row.kept.key.id));
                Ok(found.into_iter().take(limit as usize).map(|row| row.kept.key.clone()).collect())
            })
        })
    }

    fn hand_over<'a>(&'a self, from: &'a Owner, to: &'a Owner) -> StoreFuture<'a, u32> {
        Box::pin(async move {
            self.at_once(|rows| {
                let mut count = 0;
                for row in rows.rows.values_mut().filter(|row| row.kept.key.owner == *from) {
                    row.kept.key.owner = to.clone();
                    row.link = None;
                    count += 1;
                }
                Ok(count)
            })
        })
    }

    fn link<'a>(&'a self, key: &'a WizardKey, link: &'a NewLink) -> StoreFuture<'a, Option<Timestamp>> {
        Box::pin(async move {
            self.at_once(|rows| {
                let until = later(rows.now, link.lifetime);
                let Some(row) = rows.living(key).filter(|row| row.kept.phase == Phase::Open) else {
                    return Ok(None);
                };
                row.link = Some((link.hash, until));
                Ok(Some(until))
            })
        })
    }

    fn linked<'a>(&'a self, hash: &'a LinkHash) -> StoreFuture<'a, Option<StoredWizard>> {
        Box::pin(async move {
            self.at_once(|rows| {
                let now = rows.now;
                Ok(rows.behind(hash).map(|row| row.seen(now)))
            })
        })
    }

    fn redeem<'a>(&'a self, hash: &'a LinkHash, to: &'a Owner) -> StoreFuture<'a, Option<WizardKey>> {
        Box::pin(async move {
            self.at_once(|rows| {
                Ok(rows.behind(hash).map(|row| {
                    row.link = None;
                    row.kept.key.owner = to.clone();
                    row.kept.key.clone()
                }))
            })
        })
    }

    fn sweep(&self, grace: Duration, limit: u32) -> StoreFuture<'_, u32> {
        Box::pin(async move { self.at_once(|rows| Ok(rows.sweep(grace, limit))) })
    }

    fn now(&self) -> StoreFuture<'_, Timestamp> {
        Box::pin(async move { self.at_once(|rows| Ok(rows.now)) })
    }
}

/// All wizards, at one time.
struct Rows<'a> {
    rows: MutexGuard<'a, BTreeMap<WizardId, Row>>,
    now: Timestamp,
}

impl Rows<'_> {
    fn create(&mut self, wizard: &NewWizard) -> Created {
        let (now, caps) = (self.now, wizard.caps);
        if self.rows.contains_key(&wizard.key.id) {
            return Created::Exists;
        }
        let theirs = |row: &&Row| row.kept.key.owner == wizard.key.owner;
        let counts = |row: &&Row| row.kept.phase != Phase::Done && !row.expired(now);
        if self.rows.values().filter(theirs).filter(counts).count() >= caps.per_owner as usize {
            return Created::Full(Cap::PerOwner);
        }
        if self.rows.len() >= caps.in_total as usize {
            self.sweep(Duration::ZERO, u32::MAX);
        }
        if self.rows.len() >= caps.in_total as usize {
            return Created::Full(Cap::InTotal);
        }
        let row = Row::new(wizard, now);
        let saved = row.saved(now);
        self.rows.insert(wizard.key.id, row);
        Created::Added(saved)
    }

    /// A wizard of this owner that is not over its time.
    fn living(&mut self, key: &WizardKey) -> Option<&mut Row> {
        let now = self.now;
        self.rows.get_mut(&key.id).filter(|row| row.of(key) && !row.expired(now))
    }

    fn behind(&mut self, hash: &LinkHash) -> Option<&mut Row> {
        let now = self.now;
        let leads = |row: &&mut Row| row.link.is_some_and(|(link, until)| link == *hash && until > now);
        self.rows.values_mut().find(leads).filter(|row| !row.expired(now))
    }

    fn sweep(&mut self, grace: Duration, limit: u32) -> u32 {
        let now = self.now;
        let over = |row: &Row| row.expired(now) && later(row.kept.expires_at, grace) <= now;
        let gone: Vec<_> = self.rows.iter().filter(|(_, row)| over(row)).map(|(id, _)| *id).collect();
        let gone: Vec<_> = gone.into_iter().take(limit as usize).collect();
        gone.iter().for_each(|id| drop(self.rows.remove(id)));
        u32::try_from(gone.len()).unwrap_or(u32::MAX)
    }
}

struct Row {
    kept: StoredWizard,
    idle: Duration,
    deadline: Timestamp,
    lease_until: Option<Timestamp>,
    link: Option<(LinkHash, Timestamp)>,
}

impl Row {
    fn new(wizard: &NewWizard, now: Timestamp) -> Self {
        let kept = StoredWizard {
            key: wizard.key.clone(),
            wizard: wizard.wizard.clone(),
            revision: 1,
            phase: Phase::Open,
            leased: false,
            submission: wizard.submission,
            state: Some(wizard.state.clone()),
            receipt: None,
            created_at: now,
            updated_at: now,
            expires_at: now,
            expired: false,
        };
        let deadline = later(now, wizard.lifetime.absolute);
        let mut row = Self { kept, idle: wizard.lifetime.idle, deadline, lease_until: None, link: None };
        row.rest_anew(now);
        row
    }

    fn of(&self, key: &WizardKey) -> bool {
        self.kept.key.owner == key.owner
    }

    fn expired(&self, now: Timestamp) -> bool {
        self.kept.phase != Phase::Completing && self.kept.expires_at <= now
    }

    fn leased(&self, now: Timestamp) -> bool {
        self.kept.phase == Phase::Completing && self.lease_until.is_some_and(|until| until > now)
    }

    fn seen(&self, now: Timestamp) -> StoredWizard {
        StoredWizard { expired: self.expired(now), leased: self.leased(now), ..self.kept.clone() }
    }

    fn summary(&self) -> Summary {
        let StoredWizard { key, wizard, revision, phase, created_at, updated_at, expires_at, .. } =
            &self.kept;
        Summary {
            id: key.id,
            wizard: wizard.clone(),
            revision: *revision,
            phase: *phase,
            created_at: *created_at,
            updated_at: *updated_at,
            expires_at: *expires_at,
        }
    }

    fn change(&mut self, change: &Change, now: Timestamp) -> Saved {
        let kept = &mut self.kept;
        kept.revision += 1;
        kept.updated_at = now;
        if let Some(state) = &change.state {
            kept.state.clone_from(state);
        }
        if let Some(submission) = change.submission {
            kept.submission = submission;
        }
        if let Some(phase) = change.phase {
            kept.phase = phase;
        }
        if let Some(receipt) = &change.receipt {
            kept.receipt = Some(receipt.clone());
        }
        if kept.phase != Phase::Open {
            self.link = None;
        }
        self.lease_until = change.lease.map(|lease| later(now, lease));
        if let Some(keep_for) = change.keep_for {
            self.idle = keep_for;
            self.deadline = later(now, keep_for);
        }
        self.rest_anew(now);
        self.saved(now)
    }

    fn rest_anew(&mut self, now: Timestamp) -> Timestamp {
        self.kept.expires_at = later(now, self.idle).min(self.deadline);
        self.kept.expires_at
    }

    fn saved(&self, now: Timestamp) -> Saved {
        Saved { revision: self.kept.revision, at: now, expires_at: self.kept.expires_at }
    }
}

/// The moment so long after another one; what no clock reaches is the last that one does.
fn later(from: Timestamp, by: Duration) -> Timestamp {
    let micros = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
    Timestamp::from_microsecond(from.as_microsecond().saturating_add(micros)).unwrap_or(Timestamp::MAX)
}
