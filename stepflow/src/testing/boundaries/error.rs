//! A run cannot be broken off somewhere.

use crate::error::{BoxError, ResumeRefusal};
use crate::result::CheckpointError;

/// What [`Boundaries`](super::Boundaries) found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BoundaryError {
    /// The run that was broken off and the one that was not do not agree.
    #[error(
        "a run that is broken off {boundary} goes another way: \
         {at}, `{place}` is {interrupted}, and without the break it is {straight}"
    )]
    Differs {
        /// The last boundary at which the run was broken off.
        boundary: String,
        /// Where they were compared.
        at: String,
        /// The first field that differs.
        place: String,
        /// What it is in the run that was broken off.
        interrupted: String,
        /// What it is in the other.
        straight: String,
    },
    /// The run cannot be saved, or not be read back.
    #[error("a run cannot be broken off {boundary}: {source}")]
    NotSaved {
        /// The boundary.
        boundary: String,
        /// Why not.
        source: CheckpointError,
    },
    /// The run paused and was not taken up again.
    #[error("a run cannot be gone on with {boundary}: {source}")]
    Refused {
        /// The boundary.
        boundary: String,
        /// Why not.
        source: ResumeRefusal,
    },
    /// The script has no answer.
    #[error("a run waits {boundary}: {source}")]
    Unanswered {
        /// The boundary.
        boundary: String,
        /// The script's own words.
        source: BoxError,
    },
}
