//! Why a call on a saved wizard came to nothing.

use super::{Session, Submitted};
use crate::store::{Cap, StoreError};
use crate::{BoxError, Name, WizardError};

/// Why a call on a saved wizard came to nothing. What is saved is as it was, unless the variant says otherwise.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WizardsError {
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    Chance(#[source] BoxError),
    /// It was submitted, and is being taken at this moment; or whoever took it died, and their lease lasts.
    #[error("the wizard was submitted and is being taken; look again in a moment")]
    Completing,
    /// It was submitted, and there is a receipt.
    #[error("the wizard was submitted already, and the receipt is {}", .0.receipt.reference)]
    Done(Box<Submitted>),
    /// It is over its time.
    #[error("the wizard is over its time; its answers are no longer kept")]
    Expired,
    /// Whoever takes submissions failed. The wizard is open again, and can be submitted under the same id.
    #[error("the submission could not be taken")]
    Failed {
        /// The wizard, as it is saved now.
        session: Box<Session>,
        /// What went wrong.
        source: BoxError,
    },
    /// The link was used, is over its time, or never was one.
    #[error("the link is not valid, or not any more")]
    LinkVoid,
    /// There is no such wizard, or it is somebody else's.
    #[error("there is no such wizard")]
    NotFound,
    /// The core refused the call.
    #[error("{error}")]
    Refused {
        /// Why.
        error: WizardError,
        /// The wizard, as it is saved.
        session: Box<Session>,
    },
    /// Somebody else changed the wizard since the caller looked at it.
    #[error("the wizard has changed: revision {expected} was expected, and {} is saved", .saved.revision())]
    Stale {
        /// The revision that the caller had seen.
        expected: u64,
        /// What is saved now.
        saved: Box<Session>,
    },
    /// The store could not do what it was asked.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A cap on the number of wizards is reached.
    #[error("{}", match .0 {
        Cap::PerOwner => "too many wizards are open: finish or delete one first",
        Cap::InTotal => "the store has as many wizards as it may have",
    })]
    TooMany(Cap),
    /// It cannot be submitted: something is missing, or is not valid any more.
    #[error("the wizard cannot be submitted: stage `{open}` needs an answer")]
    Unfinished {
        /// The first stage that needs something.
        open: Name,
        /// The wizard, as it is saved.
        session: Box<Session>,
    },
    /// What is saved cannot be used with this definition.
    #[error("{0}")]
    Unusable(WizardError),
    /// A guard did not agree.
    #[error("the call was not carried out: {source}")]
    Vetoed {
        /// What the guard said: the very error that it returned.
        source: BoxError,
        /// The wizard, as it is saved.
        session: Box<Session>,
    },
}
