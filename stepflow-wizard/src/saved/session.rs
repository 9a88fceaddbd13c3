//! What is saved of one wizard, and what a call made of it.

use std::fmt;

use jiff::Timestamp;

use super::HookError;
use crate::store::{Phase, SubmissionId, WizardKey};
use crate::{Outcome, State};

/// One wizard, as it was saved when somebody looked.
#[derive(Clone, PartialEq)]
pub struct Session {
    pub(super) key: WizardKey,
    pub(super) revision: u64,
    pub(super) phase: Phase,
    pub(super) submission: Option<SubmissionId>,
    pub(super) state: State,
    pub(super) expires_at: Timestamp,
}

impl Session {
    /// Its id, and whose it is.
    #[must_use]
    pub fn key(&self) -> &WizardKey {
        &self.key
    }

    /// Counts its changes. A form holds it, so that a form of an older revision is found out.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How far it is on its way to being submitted.
    #[must_use]
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The name of its submission: there from the moment on when all is answered, the same however often it is tried,
    /// and another one after a restart.
    #[must_use]
    pub fn submission(&self) -> Option<SubmissionId> {
        self.submission
    }

    /// Everything that is known.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The same, without the rest.
    #[must_use]
    pub fn into_state(self) -> State {
        self.state
    }

    /// When it is over its time, if nobody changes it again.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

/// Answers may be private: they are not shown.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("key", &self.key)
            .field("revision", &self.revision)
            .field("phase", &self.phase)
            .field("submission", &self.submission)
            .field("stage", &self.state.stage())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// What came of a call, and is saved.
#[derive(Debug)]
#[non_exhaustive]
pub struct Advanced {
    /// The wizard, as it is saved now.
    pub session: Session,
    /// What came of the call.
    pub outcome: Outcome,
    /// What hooks complained of. The call stands all the same.
    pub hook_errors: Vec<HookError>,
}
