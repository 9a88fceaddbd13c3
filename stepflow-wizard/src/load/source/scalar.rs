//! What an unquoted word of YAML means.

use serde_json::Number;

use super::Kind;

/// What an unquoted word means by the core schema of YAML 1.2; `None` for a text.
pub(in crate::load) fn resolve(word: &str) -> Option<Result<Kind, &'static str>> {
    Some(Ok(match word {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => return number(word).map(|number| number.map(Kind::Number)),
    }))
}

fn number(word: &str) -> Option<Result<Number, &'static str>> {
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Some(Err("a number that is infinite, or none, cannot be an answer"));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = word.strip_prefix(prefix)
            && !digits.is_empty()
            && digits.chars().all(|digit| digit.is_digit(radix))
        {
            return Some(u64::from_str_radix(digits, radix).map(Number::from).map_err(|_| TOO_LARGE));
        }
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !unsigned.is_empty() && digits(unsigned) {
        let whole = word.strip_prefix('+').unwrap_or(word);
        let number =
            whole.parse::<i64>().map(Number::from).or_else(|_| whole.parse::<u64>().map(Number::from));
        return Some(number.map_err(|_| TOO_LARGE));
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let sound = digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty());
    if !sound || exponent.is_some_and(|exponent| exponent.is_empty() || !digits(exponent)) {
        return None;
    }
    Some(word.parse().ok().and_then(Number::from_f64).ok_or(TOO_LARGE))
}

const TOO_LARGE: &str = "this number is larger than can be held";

/// What an unquoted word means to readers of YAML 1.1, where that is something else.
pub(in crate::load) fn elsewhere(word: &str) -> Option<&'static str> {
    if matches!(word.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off")
        && (word.chars().all(char::is_lowercase)
            || word.chars().all(char::is_uppercase)
            || word[1..].chars().all(char::is_lowercase))
    {
        return Some("true or false");
    }
    let unsigned = word.strip_prefix(['+', '-']).unwrap_or(word);
    let all =
        |allowed: &str| unsigned.chars().all(|letter| letter.is_ascii_digit() || allowed.contains(letter));
    if !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let date = |word: &str| {
        let parts: Vec<_> = word.split('-').map(str::len).collect();
        parts == [4, 2, 2]
    };
    if unsigned.len() > 1
        && unsigned.starts_with('0')
        && unsigned[1..].bytes().all(|digit| digit.is_ascii_digit())
    {
        Some("an octal number")
    } else if unsigned.contains('_') && all("_.") {
        Some("a number")
    } else if unsigned.contains(':') && all(":.") {
        Some("a number of sixtieths")
    } else if all("-") && date(unsigned) {
        Some("a date")
    } else {
        None
    }
}
