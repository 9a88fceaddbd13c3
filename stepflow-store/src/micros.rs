//! Time, as the databases keep it: whole microseconds.

use std::time::Duration;

use stepflow::Timestamp;

/// The microsecond that a moment lies in.
pub(crate) fn micros(at: Timestamp) -> i64 {
    (at.as_nanosecond().div_euclid(1000) as i64).min(last())
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
    micros.saturating_add(span).min(last())
}

/// The last one that a calendar reads back: the last second has no room for parts of it.
fn last() -> i64 {
    Timestamp::MAX.as_second() * 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_time_is_read_back() {
        for micros in [micros(Timestamp::MAX), due_micros(Timestamp::MAX), later(i64::MAX, 1)] {
            assert!(Timestamp::from_microsecond(micros).is_ok(), "{micros}");
        }
    }
}
