//! A store could not do what it was asked.

use std::fmt;

use stepflow::{BoxError, RunId};

use super::WorkerId;

/// A store could not do what it was asked, and changed nothing; or, where the connection broke while it was
/// asked, nobody knows: the run's [version](super::StoredRun::version) tells.
///
/// What to do about it is in the predicates; the text is for people.
///
/// ```
/// use stepflow_store::StoreError;
///
/// let cause = std::io::Error::other("connection refused");
/// let error = StoreError::unavailable("the database does not answer", cause);
/// assert!(error.is_unavailable());
/// assert_eq!(error.to_string(), "the database does not answer");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct StoreError {
    kind: Kind,
    what: String,
    source: Option<BoxError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Corrupt,
    Full,
    LeaseLost,
    Newer,
    ReadOnly,
    Refused,
    Unavailable,
}

impl StoreError {
    /// What the store holds is damaged.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self { kind: Kind::Corrupt, what: what.into(), source: None }
    }

    /// There is no room left.
    pub fn full(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Full, what: what.into(), source: Some(source.into()) }
    }

    /// A worker does not hold a run any more.
    #[must_use]
    pub fn lease_lost(worker: &WorkerId, run: Option<&RunId>) -> Self {
        let what = match run {
            Some(run) => format!("worker {worker} does not hold run {run} any more"),
            None => format!("the lease of worker {worker} is over"),
        };
        Self { kind: Kind::LeaseLost, what, source: None }
    }

    /// The store was written by a later version of this library.
    #[must_use]
    pub fn newer(found: u32, known: u32) -> Self {
        let what = format!(
            "the database has schema version {found}, and this program knows version {known}: it was opened \
             by a later release, which has to be used from then on"
        );
        Self { kind: Kind::Newer, what, source: None }
    }

    /// The store may only be read.
    pub fn read_only(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::ReadOnly, what: what.into(), source: Some(source.into()) }
    }

    /// What was asked makes no sense, or is too large.
    pub fn refused(what: impl Into<String>) -> Self {
        Self { kind: Kind::Refused, what: what.into(), source: None }
    }

    /// The store cannot be reached, or is busy.
    pub fn unavailable(what: impl Into<String>, source: impl Into<BoxError>) -> Self {
        Self { kind: Kind::Unavailable, what: what.into(), source: Some(source.into()) }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    #[cfg(all(feature = "wizard", any(feature = "postgres", feature = "sqlite")))]
    pub(crate) fn into_source(self) -> Option<BoxError> {
        self.source
    }

    /// Whether what the store holds is damaged. Asking again does not help.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        self.kind == Kind::Corrupt
    }

    /// Whether there is no room left. Asking again helps once there is.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.kind == Kind::Full
    }

    /// Whether the caller holds the run no more. It has to let go of it.
    #[must_use]
    pub fn is_lease_lost(&self) -> bool {
        self.kind == Kind::LeaseLost
    }

    /// Whether the store was written by a later version of this library.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.kind == Kind::Newer
    }

    /// Whether the store may only be read.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.kind == Kind::ReadOnly
    }

    /// Whether what was asked made no sense or was too large. Asking again does not help.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.kind == Kind::Refused
    }

    /// Whether the store could not be reached, or was busy. Asking again may help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.kind == Kind::Unavailable
    }

    /// Whether the same call may succeed later, without anybody changing the program or the run.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, Kind::Full | Kind::ReadOnly | Kind::Unavailable)
    }
}

impl fmt::Display for super::Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {} held by {} under {}", self.run, self.worker, self.fence)
    }
}
