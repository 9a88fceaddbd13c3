//! Time, as it goes to the database and comes back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use stepflow::Timestamp;

use crate::micros;

/// The earliest and the latest moment that a column takes and [`Timestamp`] knows: the years -4712 and 9999.
const EARLIEST: i64 = -210_863_520_000_000_000;

/// A hundred years: no lease and no age is longer.
const LONGEST: i64 = 100 * 366 * 86_400 * 1_000_000;

/// A moment as the driver takes it.
pub(super) fn to_sql(at: Timestamp) -> SystemTime {
    system_time(micros::micros(at))
}

/// A due time as the driver takes it: nothing is done before it is due.
pub(super) fn due_to_sql(due: Timestamp) -> SystemTime {
    system_time(micros::due_micros(due))
}

/// A moment as it is kept; `None` for one that no calendar here has.
pub(super) fn from_sql(at: SystemTime) -> Option<Timestamp> {
    Timestamp::try_from(at).ok()
}

/// A length of time in microseconds.
pub(super) fn span(duration: Duration) -> i64 {
    micros::span(duration).min(LONGEST)
}

fn system_time(micros: i64) -> SystemTime {
    let micros = micros.max(EARLIEST);
    let distance = Duration::from_micros(micros.unsigned_abs());
    if micros < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}
