//! A store could not do what it was asked.

use crate::BoxError;

/// A store could not do what it was asked, and changed nothing; or, where the connection broke while it was asked,
/// nobody knows: the wizard's [revision](super::StoredWizard::revision) tells.
///
/// What to do about it is in the predicates; the text is for people.
///
/// ```
/// use stepflow_wizard::store::StoreError;
///
/// let cause = std::io::Error::other("connection refused");
/// let error = StoreError::unavailable("the database does not answer").caused_by(cause);
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
    Refused,
    Unavailable,
}

impl StoreError {
    /// What the store holds is damaged.
    pub fn corrupt(what: impl Into<String>) -> Self {
        Self::new(Kind::Corrupt, what)
    }

    /// What was asked makes no sense, or is too large.
    pub fn refused(what: impl Into<String>) -> Self {
        Self::new(Kind::Refused, what)
    }

    /// The store cannot be reached, is full, or may only be read at the moment.
    pub fn unavailable(what: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, what)
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(self, source: impl Into<BoxError>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Whether what the store holds is damaged. Asking again does not help.
    #[must_use]
    pub fn is_corrupt(&self) -> bool {
        self.kind == Kind::Corrupt
    }

    /// Whether what was asked made no sense or was too large. Asking again does not help.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.kind == Kind::Refused
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        self.kind == Kind::Unavailable
    }

    fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), source: None }
    }
}
