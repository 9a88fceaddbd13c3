//! A wizard, as a store keeps it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use jiff::Timestamp;

use super::{LinkHash, StoreError, SubmissionId, WizardId, WizardKey};

/// How far a wizard is on its way to being submitted.
///
/// ```
/// use stepflow_wizard::store::Phase;
///
/// assert_eq!(Phase::Completing.as_str(), "completing");
/// assert_eq!("done".parse::<Phase>()?, Phase::Done);
/// # Ok::<(), stepflow_wizard::store::StoreError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// It takes answers.
    Open,
    /// It was submitted, and somebody is taking it. Its answers stay as they are.
    Completing,
    /// It was taken, and there is a receipt.
    Done,
}

impl Phase {
    /// Every phase, in their order.
    pub const ALL: [Self; 3] = [Self::Open, Self::Completing, Self::Done];

    /// The word that a store keeps.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completing => "completing",
            Self::Done => "done",
        }
    }
}

impl FromStr for Phase {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|phase| phase.as_str() == text)
            .ok_or_else(|| StoreError::corrupt(format!("`{text}` is no phase of a wizard")))
    }
}

/// How long a wizard is kept.
///
/// ```
/// use std::time::Duration;
/// use stepflow_wizard::store::Lifetime;
///
/// assert_eq!(Lifetime::default().idle, Duration::from_secs(24 * 60 * 60));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Lifetime {
    /// How long after the last change or touch. By default 24 hours.
    pub idle: Duration,
    /// How long after it began, whatever happens. By default 7 days.
    pub absolute: Duration,
}

impl Default for Lifetime {
    fn default() -> Self {
        const HOUR: u64 = 60 * 60;
        Self { idle: Duration::from_secs(24 * HOUR), absolute: Duration::from_secs(7 * 24 * HOUR) }
    }
}

/// How many wizards there may be.
///
/// ```
/// use stepflow_wizard::store::Caps;
///
/// let strict = Caps { per_owner: 3, ..Caps::default() };
/// assert_eq!(strict.in_total, 100_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Caps {
    /// That one owner has: those that are not done and not over their time. By default 20.
    pub per_owner: u32,
    /// In the store altogether. By default 100,000. Callers that add at the same moment may exceed it by their number.
    pub in_total: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self { per_owner: 20, in_total: 100_000 }
    }
}

/// Which cap was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there are the two of `Caps`")]
pub enum Cap {
    /// [`Caps::in_total`].
    InTotal,
    /// [`Caps::per_owner`].
    PerOwner,
}

/// A wizard to be added. It begins [open](Phase::Open), at revision 1.
#[derive(Clone)]
#[expect(clippy::exhaustive_structs, reason = "stores read it, tests write it")]
pub struct NewWizard {
    /// Its id, and whose it is.
    pub key: WizardKey,
    /// The name of its definition.
    pub wizard: String,
    /// Its state, as JSON.
    pub state: String,
    /// The name of its submission, where it is complete from the start.
    pub submission: Option<SubmissionId>,
    /// How long it is kept.
    pub lifetime: Lifetime,
    /// How many there may be.
    pub caps: Caps,
}

/// Whether a wizard was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "every store and every caller knows them all")]
pub enum Created {
    /// It was.
    Added(Saved),
    /// There is one of this id already.
    Exists,
    /// There are too many.
    Full(Cap),
}

/// What a change led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores write it")]
pub struct Saved {
    /// The revision that the wizard has now.
    pub revision: u64,
    /// When it was changed.
    pub at: Timestamp,
    /// When it is over its time, if nobody changes it again.
    pub expires_at: Timestamp,
}

/// What changes in a wizard. What is `None` stays.
#[derive(Clone, Default)]
#[expect(clippy::exhaustive_structs, reason = "written as a literal over `default`")]
pub struct Change {
    /// Its state, as JSON; `Some(None)` forgets it.
    pub state: Option<Option<String>>,
    /// The name of its submission.
    pub submission: Option<Option<SubmissionId>>,
    /// How far it is. A link to a wizard that is not open any more is void.
    pub phase: Option<Phase>,
    /// For how long nobody else may complete it. Any other change ends the lease.
    pub lease: Option<Duration>,
    /// The receipt, as JSON.
    pub receipt: Option<String>,
    /// How long it is kept from now on, whatever its [`Lifetime`] was.
    pub keep_for: Option<Duration>,
}

/// A wizard, as it is kept.
#[derive(Clone, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "stores write it")]
pub struct StoredWizard {
    /// Its id, and whose it is.
    pub key: WizardKey,
    /// The name of its definition.
    pub wizard: String,
    /// Counts its changes, from 1.
    pub revision: u64,
    /// How far it is on its way to being submitted.
    pub phase: Phase,
    /// Whether somebody completes it, and their lease lasts.
    pub leased: bool,
    /// The name of its submission.
    pub submission: Option<SubmissionId>,
    /// Its state, as JSON; `None` once it was forgotten.
    pub state: Option<String>,
    /// The receipt, as JSON.
    pub receipt: Option<String>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is over its time, if nobody changes it again.
    pub expires_at: Timestamp,
    /// Whether it is over its time.
    pub expired: bool,
}

/// A wizard in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores write it")]
pub struct Summary {
    /// Its id.
    pub id: WizardId,
    /// The name of its definition.
    pub wizard: String,
    /// Counts its changes, from 1.
    pub revision: u64,
    /// How far it is on its way to being submitted.
    pub phase: Phase,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it is over its time, if nobody changes it again.
    pub expires_at: Timestamp,
}

/// A link to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores read it")]
pub struct NewLink {
    /// The digest of its secret.
    pub hash: LinkHash,
    /// How long it can be used.
    pub lifetime: Duration,
}

// Answers may be private: none of these shows them.

impl fmt::Debug for NewWizard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWizard")
            .field("key", &self.key)
            .field("wizard", &self.wizard)
            .field("lifetime", &self.lifetime)
            .field("caps", &self.caps)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.as_ref().map(|state| if state.is_some() { "written" } else { "forgotten" });
        f.debug_struct("Change")
            .field("state", &state)
            .field("submission", &self.submission)
            .field("phase", &self.phase)
            .field("lease", &self.lease)
            .field("keep_for", &self.keep_for)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StoredWizard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredWizard")
            .field("key", &self.key)
            .field("wizard", &self.wizard)
            .field("revision", &self.revision)
            .field("phase", &self.phase)
            .field("leased", &self.leased)
            .field("submission", &self.submission)
            .field("created_at", &self.created_at)
            .field("updated_at", &self.updated_at)
            .field("expires_at", &self.expires_at)
            .field("expired", &self.expired)
            .finish_non_exhaustive()
    }
}
