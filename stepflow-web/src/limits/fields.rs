//! The fields of a posted form.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode;

use super::RequestLimits;
use super::body::Refused;

/// The fields of a posted form, in the order they came, without the session's token once it was checked. The guard reads them, so they
/// keep the limits, and handlers take them as an extractor.
///
/// ```
/// use stepflow_web::Fields;
///
/// async fn answer(fields: Fields) -> String {
///     fields.one("name").unwrap_or("nobody").to_owned()
/// }
/// # fn main() {}
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Arc<[(String, String)]>);

impl Fields {
    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The last value of a field: the one that a browser's later control gave.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(found, _)| found != name).cloned().collect())
    }

    /// The fields of an address, under the same limits.
    pub(crate) fn of_query(query: Option<&str>, limits: &RequestLimits) -> Result<Self, Refused> {
        Self::read(query.unwrap_or_default().as_bytes(), limits)
    }

    /// Reads a form, and stops at the first limit that it breaks.
    pub(super) fn read(body: &[u8], limits: &RequestLimits) -> Result<Self, Refused> {
        if body.is_empty() {
            return Ok(Self::default());
        }
        // Counted before anything is unpacked.
        let separators = body.iter().filter(|byte| **byte == b'&').count();
        if separators >= limits.fields {
            return Err(Refused::TooManyFields);
        }
        let mut fields = Vec::with_capacity(separators + 1);
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = unpacked(halves.next().unwrap_or_default(), limits.name, Refused::LongName)?;
            let value = unpacked(halves.next().unwrap_or_default(), limits.value, Refused::LongValue)?;
            if name.bytes().filter(|byte| *byte == b'[').count() > limits.depth {
                return Err(Refused::TooDeep);
            }
            fields.push((name, value));
        }
        Ok(Self(fields.into()))
    }

    #[cfg(test)]
    pub(crate) fn of_text(text: &str) -> Self {
        Self::read(text.as_bytes(), &RequestLimits::default()).expect("a form within the limits")
    }
}

/// One half of a pair as it was typed. Unlike browsers' own parsers it refuses what no browser writes.
fn unpacked(half: &[u8], at_most: usize, too_long: Refused) -> Result<String, Refused> {
    // Three characters stand for one byte at most.
    if half.len() > at_most.saturating_mul(3) {
        return Err(too_long);
    }
    let is_whole =
        |at: usize| half.get(at + 1..at + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    if half.iter().enumerate().any(|(at, byte)| *byte == b'%' && !is_whole(at)) {
        return Err(Refused::Malformed);
    }
    let spaced: Vec<u8> = half.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    if bytes.len() > at_most {
        return Err(too_long);
    }
    let text = String::from_utf8(bytes).map_err(|_| Refused::Malformed)?;
    if text.contains('\0') { Err(Refused::Malformed) } else { Ok(text) }
}

impl<S: Sync> FromRequestParts<S> for Fields {
    type Rejection = NoForm;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NoForm(()))
    }
}

/// A handler asked for the fields of a form, and the request has none.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the request has no form; send one as application/x-www-form-urlencoded")]
pub struct NoForm(());

impl IntoResponse for NoForm {
    fn into_response(self) -> Response {
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, self.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::{Fields, Refused, RequestLimits};

    #[test]
    fn a_form_is_read_as_browsers_write_it() {
        let fields = Fields::of_text("name=Ada+L%2e&tag=a&tag=b&empty=&bare&name=Zo%C3%AB&&a%5B%5D=1");
        let read: Vec<_> = fields.iter().collect();
        let expected = [
            ("name", "Ada L."),
            ("tag", "a"),
            ("tag", "b"),
            ("empty", ""),
            ("bare", ""),
            ("name", "Zoë"),
            ("a[]", "1"),
        ];
        assert_eq!(read, expected);
        assert_eq!(fields.one("name"), Some("Zoë"));
        assert_eq!(fields.all("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(fields.without("tag").iter().count(), 5);
    }

    #[test]
    fn what_breaks_a_limit_or_no_browser_writes_is_refused() {
        let limits = RequestLimits { fields: 3, name: 4, value: 6, depth: 1, ..RequestLimits::default() };
        let cases = [
            ("a=1&b=2&c=3", None),
            ("a=1&b=2&c=3&d=4", Some(Refused::TooManyFields)),
            ("&&&", Some(Refused::TooManyFields)),
            ("abcd=1", None),
            ("abcde=1", Some(Refused::LongName)),
            ("%61%62%63%64=1", None),
            ("a=123456", None),
            ("a=1234567", Some(Refused::LongValue)),
            ("a=%31%32%33%34%35%36", None),
            ("a=%C3%AB%C3%AB%C3%AB%C3%AB", Some(Refused::LongValue)),
            ("a[]=1", None),
            ("[[]=1", Some(Refused::TooDeep)),
            ("a=%", Some(Refused::Malformed)),
            ("a=%2", Some(Refused::Malformed)),
            ("a=%zz", Some(Refused::Malformed)),
            ("a=%ff", Some(Refused::Malformed)),
            ("a=%00", Some(Refused::Malformed)),
            ("a=b=c", None),
        ];
        for (form, refused) in cases {
            assert_eq!(Fields::read(form.as_bytes(), &limits).err(), refused, "{form}");
        }
    }
}
