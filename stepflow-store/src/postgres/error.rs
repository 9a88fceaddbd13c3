//! What the server, the driver and the pool complain of, and what it means for the caller. This is the one
//! place where that is decided.

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;

use deadpool_postgres::{HookError, PoolError, TimeoutType};
use tokio::time::error::Elapsed;
use tokio_postgres::error::{DbError, SqlState};

use super::address::Place;
use crate::StoreError;

/// Why a statement has no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused it, or the connection broke.
    Postgres(tokio_postgres::Error),
    /// No connection could be had.
    Pool(PoolError),
    /// Nobody said anything for too long.
    Silence(Elapsed),
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Postgres(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                Self::Postgres(error)
            }
            error => Self::Pool(error),
        }
    }
}

impl Failure {
    /// Whether others got in the way, so that nothing was changed and another try has a chance. A definition
    /// that is swept away while a run of it is added is among that.
    pub(super) fn is_conflict(&self) -> bool {
        self.state().is_some_and(|state| {
            [
                &SqlState::T_R_SERIALIZATION_FAILURE,
                &SqlState::T_R_DEADLOCK_DETECTED,
                &SqlState::FOREIGN_KEY_VIOLATION,
            ]
            .contains(&state)
        })
    }

    /// Whether the statement was prepared for other columns than there are now.
    pub(super) fn is_stale(&self) -> bool {
        self.is(&SqlState::FEATURE_NOT_SUPPORTED, None)
    }

    /// Whether the connection is gone, and another one may do.
    pub(super) fn is_broken(&self) -> bool {
        match self {
            Self::Postgres(error) => match error.code() {
                Some(state) => is_absence(state),
                None => error.is_closed() || is_io(error),
            },
            Self::Pool(_) => false,
            Self::Silence(_) => true,
        }
    }

    /// Whether the server refused the statement, so that nothing of it was carried out.
    pub(super) fn is_refusal(&self) -> bool {
        self.state().is_some_and(|state| !is_absence(state))
    }

    /// Whether an answer may still come.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Silence(_))
    }

    /// Whether this table, index or other thing is what is missing, or stands in the way.
    pub(super) fn is(&self, state: &SqlState, constraint: Option<&str>) -> bool {
        let Self::Postgres(error) = self else { return false };
        error.as_db_error().is_some_and(|refusal| {
            refusal.code() == state && (constraint.is_none() || refusal.constraint() == constraint)
        })
    }

    /// The failure as everybody sees it: what to do about it, and a sentence that names the place.
    pub(super) fn told(self, place: &Place) -> StoreError {
        match self {
            Self::Postgres(error) => match error.as_db_error() {
                Some(refusal) => refused(place, &refusal.clone(), error),
                None => broken(place, error),
            },
            Self::Pool(PoolError::Timeout(TimeoutType::Wait)) => StoreError::unavailable(
                format!(
                    "every connection to {place} is busy: a larger pool, a longer timeout or shorter statements help"
                ),
                "no connection became free in time",
            ),
            Self::Pool(error) => StoreError::unavailable(format!("{place} did not answer in time"), error),
            Self::Silence(error) => StoreError::unavailable(
                format!("{place} stopped answering; whether the last statement was carried out is not known"),
                error,
            ),
        }
    }

    fn state(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) => error.code(),
            Self::Pool(_) | Self::Silence(_) => None,
        }
    }
}

/// One error for many callers.
#[derive(Debug, Clone)]
pub(super) struct Shared(Arc<StoreError>);

impl Shared {
    pub(super) fn new(error: StoreError) -> Self {
        Self(Arc::new(error))
    }

    /// The error for one of them.
    pub(super) fn told(&self) -> StoreError {
        StoreError::unavailable(self.0.to_string(), self.clone())
    }
}

/// The cause, for the text of the error itself is the caller's.
impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().map_or(Ok(()), |cause| write!(f, "{cause}"))
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source().and_then(|cause| cause.source())
    }
}

fn refused(place: &Place, refusal: &DbError, error: tokio_postgres::Error) -> StoreError {
    let state = refusal.code();
    let unavailable = |what: String, error| StoreError::unavailable(what, error);
    let role = place.user.as_ref().map_or_else(|| "this role".to_owned(), |user| format!("role `{user}`"));
    match state.code() {
        "28000" | "28P01" => {
            unavailable(format!("{place} does not let {role} in: {}", refusal.message()), error)
        }
        "3D000" => unavailable(format!("{place} does not exist"), error),
        "53300" => unavailable(format!("{place} has no connection left for one more client"), error),
        "57014" => unavailable(format!("{place} was too busy to carry a statement out in time"), error),
        "53100" => StoreError::full(format!("{place} has no room left on its disk"), error),
        "25006" => StoreError::read_only(format!("{place} takes no changes: it is read-only"), error),
        "42501" => StoreError::read_only(format!("{role} has not the rights it needs on {place}"), error),
        // What cannot be data: a NUL character in a text, or a name that is too long for an index.
        "22021" => StoreError::refused(format!(
            "a text holds a NUL character, or is not Unicode, and {place} cannot keep that"
        ))
        .caused_by(error),
        "54000" => StoreError::refused(format!("a name is too long for {place} to keep")).caused_by(error),
        "42P01" | "42703" | "3F000" => {
            StoreError::corrupt(format!("tables of stepflow are missing or changed on {place}"))
                .caused_by(error)
        }
        code if code.starts_with("XX") => {
            StoreError::corrupt(format!("{place} reports damage: {}", refusal.message())).caused_by(error)
        }
        _ if is_absence(state) => unavailable(format!("{place} is not there: {}", refusal.message()), error),
        _ => unavailable(format!("{place} refused a statement: {}", refusal.message()), error),
    }
}

fn broken(place: &Place, error: tokio_postgres::Error) -> StoreError {
    let what = match () {
        () if is_parameter(&error) => {
            return StoreError::refused(format!("a value cannot be sent to {place}")).caused_by(error);
        }
        () if is_tls(&error) => {
            format!(
                "no TLS with {place}: it has to offer TLS, with a certificate for its name that is trusted here"
            )
        }
        () if is_connect(&error) => format!("{place} cannot be reached"),
        () if error.is_closed() || is_io(&error) => {
            format!(
                "the connection to {place} broke; whether the last statement was carried out is not known"
            )
        }
        () => format!("{place} cannot be spoken to"),
    };
    StoreError::unavailable(what, error)
}

/// Whether the server went away, is about to, or is not there yet.
fn is_absence(state: &SqlState) -> bool {
    state.code().starts_with("08") || ["57P01", "57P02", "57P03", "57P05"].contains(&state.code())
}

// The driver tells its errors apart by their text alone.

fn is_connect(error: &tokio_postgres::Error) -> bool {
    error.to_string().starts_with("error connecting")
}

pub(super) fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().starts_with("error performing TLS")
}

fn is_parameter(error: &tokio_postgres::Error) -> bool {
    error.to_string().starts_with("error serializing")
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}
