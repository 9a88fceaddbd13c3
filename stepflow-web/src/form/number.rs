//! Numbers as people write them.

use serde_json::{Number, Value};

/// A number out of what somebody typed: spaces, apostrophes and commas may group its digits. `None` where it is none,
/// or could be read in two ways.
pub(super) fn number(typed: &str) -> Option<Value> {
    let bare: String = typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '_' | '\'' | '’'))
        .collect();
    let bare = bare.replace('\u{2212}', "-");
    let bare = bare.strip_prefix('+').unwrap_or(&bare);
    let text = if groups(bare) { bare.replace(',', "") } else { decimal_comma(bare)? };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let begins = digits.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    if !begins
        || !digits
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | 'e' | 'E' | '-' | '+'))
    {
        return None;
    }
    if let Ok(whole) = text.parse::<i64>() {
        return Some(whole.into());
    }
    if let Ok(whole) = text.parse::<u64>() {
        return Some(whole.into());
    }
    text.parse().ok().and_then(Number::from_f64).map(Value::Number)
}

/// Whether its commas are at the thousands: `1,234,567.5`.
fn groups(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let mut parts = whole.trim_start_matches('-').split(',');
    let first = parts.next().unwrap_or_default().len();
    let mut others = parts.peekable();
    let grouped = others.peek().is_none() || (1..=3).contains(&first);
    grouped && others.all(|part| part.len() == 3) && !text[whole.len()..].contains(',')
}

/// `3,5` is three and a half where nothing else is said.
fn decimal_comma(text: &str) -> Option<String> {
    (text.matches(',').count() == 1 && !text.contains('.')).then(|| text.replace(',', "."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::number;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        let cases = [
            ("7", Some(json!(7))),
            (" 1 234 ", Some(json!(1234))),
            ("1,234", Some(json!(1234))),
            ("1,234,567.5", Some(json!(1_234_567.5))),
            ("1'000", Some(json!(1000))),
            ("3,5", Some(json!(3.5))),
            ("3.50", Some(json!(3.5))),
            ("-4", Some(json!(-4))),
            ("−4", Some(json!(-4))),
            ("+4", Some(json!(4))),
            ("18446744073709551615", Some(json!(18_446_744_073_709_551_615_u64))),
            ("1.2.3", None),
            ("1,2,3", None),
            ("1,23.5", None),
            ("seven", None),
            ("7 apples", None),
            ("NaN", None),
            ("inf", None),
            ("1e999", None),
            ("", None),
            ("-", None),
            (",", None),
        ];
        for (typed, read) in cases {
            assert_eq!(number(typed), read, "{typed}");
        }
    }
}
