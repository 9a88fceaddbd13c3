//! F-strings.

use super::super::error::ConditionErrorKind;
use super::super::token::FormatPiece;
use super::escape::unescape;

/// What stands between the quotes, of which the first byte is number `base` of the whole condition.
pub(super) fn pieces(body: &str, base: usize) -> Result<Vec<FormatPiece<'_>>, ConditionErrorKind> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut from = 0;
    while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("{{") || rest.starts_with("}}") {
            push_text(&mut pieces, body, from, at + 1)?;
            at += 2;
            from = at;
        } else if rest.starts_with('{') {
            push_text(&mut pieces, body, from, at)?;
            let value = value_in(rest).ok_or_else(|| ConditionErrorKind::Expected {
                expected: "`}`".to_owned(),
                found: "the end of the text".to_owned(),
            })?;
            let start = base + at + 1;
            at += value.len() + 2;
            from = at;
            let (source, quoted) = conversion(value).ok_or_else(|| ConditionErrorKind::NotInLanguage {
                what: "formats such as `:>8`".to_owned(),
            })?;
            pieces.push(FormatPiece::Value { source, start, quoted });
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    push_text(&mut pieces, body, from, body.len())?;
    Ok(pieces)
}

fn push_text(
    pieces: &mut Vec<FormatPiece<'_>>,
    body: &str,
    from: usize,
    to: usize,
) -> Result<(), ConditionErrorKind> {
    let more = unescape(body.get(from..to).unwrap_or_default())
        .map_err(|(_, escape)| ConditionErrorKind::Escape { escape: escape.to_owned() })?;
    match pieces.last_mut() {
        Some(FormatPiece::Text(text)) => text.push_str(&more),
        _ if more.is_empty() => {}
        _ => pieces.push(FormatPiece::Text(more)),
    }
    Ok(())
}

/// The source of the value that begins an f-string's rest, up to its closing brace.
fn value_in(rest: &str) -> Option<&str> {
    let mut open = 0_usize;
    let mut quote = None;
    for (at, letter) in rest.char_indices() {
        match (quote, letter) {
            (Some(mark), letter) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '{' | '[' | '(') => open += 1,
            (None, '}' | ']' | ')') => {
                open = open.checked_sub(1)?;
                if open == 0 {
                    return rest.get(1..at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The value without `!s` or `!r`, and whether it is to stand in quotes; none for formats.
fn conversion(value: &str) -> Option<(&str, bool)> {
    let mut open = 0_i32;
    let mut quote = None;
    for letter in value.chars() {
        match (quote, letter) {
            (Some(mark), letter) if letter == mark => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '{' | '[' | '(') => open += 1,
            (None, '}' | ']' | ')') => open -= 1,
            (None, ':') if open == 0 => return None,
            _ => {}
        }
    }
    match value.strip_suffix("!s") {
        Some(source) => Some((source, false)),
        None => Some(value.strip_suffix("!r").map_or((value, false), |source| (source, true))),
    }
}
