//! The token of the session, which every form carries.

use axum::http::HeaderMap;
use subtle::ConstantTimeEq as _;

use crate::limits::Fields;

/// The field of a form that has it.
pub(crate) const FIELD: &str = "_token";

/// The header that may have it instead.
pub(crate) const HEADER: &str = "x-csrf-token";

/// A form has no token, or that of another session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MissingToken;

/// Whether the token of the session came along, in the header or the form, and in no more than one of each.
pub(crate) fn check(
    expected: &str,
    headers: &HeaderMap,
    fields: Option<&Fields>,
) -> Result<(), MissingToken> {
    let in_header = headers.get_all(HEADER).iter().map(|value| value.to_str().unwrap_or_default());
    let in_form = fields.into_iter().flat_map(|fields| fields.all(FIELD));
    let mut given = in_header.chain(in_form).peekable();
    if given.peek().is_none() {
        return Err(MissingToken);
    }
    // Every one that was given must be right.
    let right =
        given.fold(subtle::Choice::from(1), |right, one| right & one.as_bytes().ct_eq(expected.as_bytes()));
    if right.into() { Ok(()) } else { Err(MissingToken) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;

    use super::{HEADER, check};
    use crate::limits::Fields;

    #[test]
    fn one_right_token_and_no_wrong_one() {
        let cases = [
            (None, None, false),
            (None, Some("_token=right"), true),
            (Some("right"), None, true),
            (Some("right"), Some("_token=right"), true),
            (Some("right"), Some("_token=wrong"), false),
            (Some("wrong"), Some("_token=right"), false),
            (None, Some("_token=wrong&_token=right"), false),
            (None, Some("_token=righ"), false),
            (None, Some("_token="), false),
            (None, Some("token=right"), false),
        ];
        for (header, form, fine) in cases {
            let mut headers = HeaderMap::new();
            if let Some(header) = header {
                headers.insert(HEADER, header.parse().expect("a value"));
            }
            let fields = form.map(Fields::of_text);
            assert_eq!(check("right", &headers, fields.as_ref()).is_ok(), fine, "{header:?} {form:?}");
        }
    }
}
