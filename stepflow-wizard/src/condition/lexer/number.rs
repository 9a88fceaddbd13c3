//! Numbers.

use super::super::token::TokenKind;

const PREFIXES: &[(&str, u32)] = &[("0x", 16), ("0o", 8), ("0b", 2)];

/// Whether the digits are other than decimal.
pub(super) fn has_prefix(text: &str) -> bool {
    let start = text.get(..2).unwrap_or_default().to_ascii_lowercase();
    PREFIXES.iter().any(|(prefix, _)| *prefix == start)
}

/// The number that the digits stand for, if they do.
pub(super) fn read(digits: &str) -> Option<TokenKind<'static>> {
    let bytes = digits.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    if digits.match_indices('_').any(|(at, _)| at == 0 || !digit(at - 1) || !digit(at + 1)) {
        return None;
    }
    let plain = digits.replace('_', "");
    for (prefix, radix) in PREFIXES {
        if let Some(rest) = plain.to_ascii_lowercase().strip_prefix(prefix) {
            let digits = Some(rest).filter(|rest| !rest.starts_with('+') && !rest.starts_with('-'))?;
            return i128::from_str_radix(digits, *radix).ok().map(TokenKind::Int);
        }
    }
    if plain.bytes().all(|byte| byte.is_ascii_digit()) {
        let leading = plain.len() > 1 && plain.starts_with('0') && plain.bytes().any(|byte| byte != b'0');
        return if leading { None } else { plain.parse().ok().map(TokenKind::Int) };
    }
    let float = plain.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    let number: f64 = if float { plain.parse().ok()? } else { return None };
    number.is_finite().then_some(TokenKind::Float(number))
}
