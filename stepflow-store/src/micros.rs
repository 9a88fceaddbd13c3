//! Time, as the databases keep it: whole microseconds.

use std::time::Duration;

use stepflow::Timestamp;

/// The microsecond that a moment lies in.
pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_nanosecond().div_euclid(1000) as i64
}

/// The first microsecond that is not before a moment: nothing is done before it is due.
pub(crate) fn due_micros(due: Timestamp) -> i64 {
    let micros = micros(due);
    if due.as_nanosecond().rem_euclid(1000) == 0 { micros } else { later(micros, 1) }
}

/// A length of time; what no clock reaches is the longest that one does.
pub(crate) fn span(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

/// The moment so long after another one.
pub(crate) fn later(micros: i64, span: i64) -> i64 {
    micros.saturating_add(span).min(self::micros(Timestamp::MAX))
}
