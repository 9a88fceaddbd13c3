//! Times as people say them.

use std::str::FromStr;
use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRound, Timestamp, Unit};

/// The time of the store, and the reader's time zone.
#[derive(Debug, Clone)]
pub(crate) struct Now {
    pub(crate) at: Timestamp,
    pub(crate) zone: TimeZone,
}

impl Now {
    /// `today 14:03:11`, `yesterday 14:03:11`, `Nov 18 14:03:11` or `2025-11-18 14:03:11`.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        let (now, at) = (self.at.to_zoned(self.zone.clone()), at.to_zoned(self.zone.clone()));
        let form = if at.date() == now.date() {
            "today %H:%M:%S"
        } else if now.date().yesterday().is_ok_and(|yesterday| yesterday == at.date()) {
            "yesterday %H:%M:%S"
        } else if at.year() == now.year() {
            "%b %-d %H:%M:%S"
        } else {
            "%Y-%m-%d %H:%M:%S"
        };
        at.strftime(form).to_string()
    }

    /// `5m 12s ago`, `in 5m 12s` or `now`.
    pub(crate) fn ago(&self, at: Timestamp) -> String {
        let passed = self.at.duration_since(at);
        match (passed.is_negative(), length(passed.unsigned_abs())) {
            _ if passed.abs() < SignedDuration::from_secs(1) => "now".to_owned(),
            (false, length) => format!("{length} ago"),
            (true, length) => format!("in {length}"),
        }
    }

    /// Both.
    pub(crate) fn day_and_ago(&self, at: Timestamp) -> String {
        format!("{} ({})", self.day(at), self.ago(at))
    }
}

/// A length of time in its two largest units: `12ms`, `1s 200ms`, `5m 12s`, `3d 2h`.
pub(crate) fn length(length: Duration) -> String {
    if length < Duration::from_millis(1) {
        return "<1ms".to_owned();
    }
    let smallest = match length.as_secs() {
        0..10 => Unit::Millisecond,
        10..3_600 => Unit::Second,
        3_600..86_400 => Unit::Minute,
        _ => Unit::Hour,
    };
    let round = SpanRound::new().smallest(smallest).largest(Unit::Day).days_are_24_hours();
    let span = Span::try_from(length).and_then(|span| span.round(round));
    span.map_or_else(|_| format!("{length:?}"), |span| format!("{span:#}"))
}

/// A length of time before now: `30d`, `3h 30m`, `2 weeks`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Age(Span);

impl Age {
    pub(crate) fn before(self, now: &Now) -> Result<Timestamp, jiff::Error> {
        Ok(now.at.to_zoned(now.zone.clone()).checked_sub(self.0)?.timestamp())
    }

    pub(crate) fn length(self, now: &Now) -> Result<Duration, jiff::Error> {
        let length = now.at.duration_since(self.before(now)?);
        Ok(Duration::try_from(length).unwrap_or_default())
    }
}

impl FromStr for Age {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = text.parse::<Span>().ok().filter(|span| !span.is_negative());
        span.map(Self).ok_or_else(|| "an age is such as 30d, 3h 30m or 2 weeks".to_owned())
    }
}

/// A moment, or an age.
#[derive(Debug, Clone)]
pub(crate) enum When {
    Age(Age),
    Local(DateTime),
    Moment(Timestamp),
}

impl When {
    pub(crate) fn moment(&self, now: &Now) -> Result<Timestamp, jiff::Error> {
        match self {
            Self::Age(age) => age.before(now),
            Self::Local(local) => Ok(local.to_zoned(now.zone.clone())?.timestamp()),
            Self::Moment(moment) => Ok(*moment),
        }
    }
}

impl FromStr for When {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(moment) = text.parse() {
            return Ok(Self::Moment(moment));
        }
        if let Ok(local) = text.parse() {
            return Ok(Self::Local(local));
        }
        let age = text.parse().map(Self::Age);
        age.map_err(|_| "a time is such as 2026-02-28, 2026-02-28T13:00 or 2d".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::tz::{TimeZone, offset};

    use super::{Age, Now, When, length};

    fn now() -> Now {
        let at = "2026-03-01T12:00:00Z".parse().unwrap();
        Now { at, zone: TimeZone::fixed(offset(1)) }
    }

    #[test]
    fn lengths_have_two_units_at_most() {
        for (millis, expected) in [
            (0, "<1ms"),
            (12, "12ms"),
            (1_200, "1s 200ms"),
            (59_900, "1m"),
            (312_000, "5m 12s"),
            (3_600_000, "1h"),
            (93_784_000, "1d 2h"),
            (40 * 86_400_000, "40d"),
        ] {
            assert_eq!(length(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn days_are_named_as_people_name_them() {
        for (at, day, ago) in [
            ("2026-03-01T11:58:00Z", "today 12:58:00", "2m ago"),
            ("2026-02-28T22:30:00Z", "yesterday 23:30:00", "13h 30m ago"),
            ("2026-02-28T23:30:00Z", "today 00:30:00", "12h 30m ago"),
            ("2026-01-02T12:00:00Z", "Jan 2 13:00:00", "58d ago"),
            ("2025-12-31T12:00:00Z", "2025-12-31 13:00:00", "60d ago"),
            ("2026-03-01T12:00:00.4Z", "today 13:00:00", "now"),
            ("2026-03-01T12:05:00Z", "today 13:05:00", "in 5m"),
        ] {
            let at = at.parse().unwrap();
            assert_eq!((now().day(at).as_str(), now().ago(at).as_str()), (day, ago));
        }
    }

    #[test]
    fn ages_and_moments_are_read() {
        for (text, expected) in [
            ("2d", "2026-02-27T12:00:00Z"),
            ("3h 30m", "2026-03-01T08:30:00Z"),
            ("1 month", "2026-02-01T12:00:00Z"),
            ("2026-02-28", "2026-02-27T23:00:00Z"),
            ("2026-02-28T13:00", "2026-02-28T12:00:00Z"),
            ("2026-02-28T13:00:00Z", "2026-02-28T13:00:00Z"),
        ] {
            let when: When = text.parse().unwrap();
            assert_eq!(when.moment(&now()).unwrap().to_string(), expected, "{text}");
        }
        for text in ["", "yesterday", "-2d", "soon"] {
            assert!(text.parse::<When>().is_err() && text.parse::<Age>().is_err(), "{text}");
        }
        assert_eq!("30d".parse::<Age>().unwrap().length(&now()).unwrap(), Duration::from_secs(30 * 86_400));
    }
}
