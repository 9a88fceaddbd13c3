//! Durations as people write them: `"50ms"`, `"2h"`, `"1h 30m"`, `"1.5s"`.

use std::time::Duration;

const UNITS: [(&str, u128); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Why a text is not a duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BadDuration {
    Empty,
    NoNumber { found: String },
    NoUnit { number: String },
    TooFine,
    TooLong,
    UnknownUnit { unit: String },
}

/// Reads numbers with units; they are added up.
pub(crate) fn parse(text: &str) -> Result<Duration, BadDuration> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(BadDuration::Empty);
    }
    let mut nanos: u128 = 0;
    while !rest.is_empty() {
        let (number, after_number) = split(rest, |letter| letter.is_ascii_digit() || letter == '.');
        let (unit, after_unit) = split(after_number.trim_start(), char::is_alphabetic);
        let part = part(number, unit, rest)?;
        nanos = nanos.checked_add(part).ok_or(BadDuration::TooLong)?;
        rest = after_unit.trim_start();
    }
    let seconds = u64::try_from(nanos / 1_000_000_000).map_err(|_| BadDuration::TooLong)?;
    let subsecond = u32::try_from(nanos % 1_000_000_000).map_err(|_| BadDuration::TooLong)?;
    Ok(Duration::new(seconds, subsecond))
}

fn part(number: &str, unit: &str, rest: &str) -> Result<u128, BadDuration> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits_only = !(fraction.contains('.') || number.contains('.') && fraction.is_empty());
    if whole.is_empty() || !digits_only {
        let found = rest.split_whitespace().next().unwrap_or(rest).to_owned();
        return Err(BadDuration::NoNumber { found });
    }
    if unit.is_empty() {
        return Err(BadDuration::NoUnit { number: number.to_owned() });
    }
    let Some(&(_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(BadDuration::UnknownUnit { unit: unit.to_owned() });
    };
    let scale = u32::try_from(fraction.len())
        .ok()
        .and_then(|places| 10_u128.checked_pow(places))
        .ok_or(BadDuration::TooFine)?;
    let whole: u128 = whole.parse().map_err(|_| BadDuration::TooLong)?;
    let fraction: u128 =
        if fraction.is_empty() { 0 } else { fraction.parse().map_err(|_| BadDuration::TooFine)? };
    let parts = fraction.checked_mul(nanos).ok_or(BadDuration::TooFine)?;
    if parts % scale != 0 {
        return Err(BadDuration::TooFine);
    }
    whole.checked_mul(nanos).and_then(|whole| whole.checked_add(parts / scale)).ok_or(BadDuration::TooLong)
}

fn split(text: &str, keep: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|letter| !keep(letter)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::{BadDuration, parse};
    use std::time::Duration;

    #[test]
    fn reads_what_people_write() {
        for (text, expected) in [
            ("0s", Duration::ZERO),
            ("7ns", Duration::from_nanos(7)),
            ("20us", Duration::from_micros(20)),
            ("50ms", Duration::from_millis(50)),
            ("1.5s", Duration::from_millis(1_500)),
            ("0.000000001s", Duration::from_nanos(1)),
            ("2m", Duration::from_secs(120)),
            ("2min", Duration::from_secs(120)),
            ("2h", Duration::from_secs(7_200)),
            ("1h 30m", Duration::from_secs(5_400)),
            ("1h30m", Duration::from_secs(5_400)),
            (" 1 h  30 m ", Duration::from_secs(5_400)),
            ("1d", Duration::from_secs(86_400)),
            ("18446744073709551615s", Duration::from_secs(u64::MAX)),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn says_why_a_text_is_no_duration() {
        let no_number = |found: &str| BadDuration::NoNumber { found: found.to_owned() };
        let unknown = |unit: &str| BadDuration::UnknownUnit { unit: unit.to_owned() };
        for (text, expected) in [
            ("", BadDuration::Empty),
            ("  ", BadDuration::Empty),
            ("soon", no_number("soon")),
            ("-5s", no_number("-5s")),
            (".5s", no_number(".5s")),
            ("5.s", no_number("5.s")),
            ("1.2.3s", no_number("1.2.3s")),
            ("1h, 30m", no_number(",")),
            ("50", BadDuration::NoUnit { number: "50".to_owned() }),
            ("1h 30", BadDuration::NoUnit { number: "30".to_owned() }),
            ("5 parsecs", unknown("parsecs")),
            ("5S", unknown("S")),
            ("0.5ns", BadDuration::TooFine),
            ("1.0000000000000000000000000000000000000000000000001s", BadDuration::TooFine),
            ("18446744073709551616s", BadDuration::TooLong),
            ("99999999999999999999999999999999999999999d", BadDuration::TooLong),
            ("340282366920938463463374607431768211455d", BadDuration::TooLong),
        ] {
            assert_eq!(parse(text), Err(expected), "{text}");
        }
    }
}
