//! Reads a body as far as the limits let it.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::depth::is_deeper_than;
use super::{Fields, RequestLimits};
use crate::Failure;

/// What kind of body a request says it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Form,
    Json,
    /// None is said.
    None,
}

/// A body that keeps the limits.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) bytes: Bytes,
    pub(crate) kind: Kind,
    /// The fields, where it is a form.
    pub(crate) fields: Option<Fields>,
}

/// Why a body is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    BrokenOff,
    LongName,
    LongValue,
    Malformed,
    TooDeep,
    TooLarge,
    TooManyFields,
    TooSlow,
    WrongType,
}

/// The whole body.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limits: &RequestLimits) -> Result<Read, Refused> {
    let kind = kind(headers)?;
    let said =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if said.is_some_and(|said| usize::try_from(said).map_or(true, |said| said > limits.body)) {
        return Err(Refused::TooLarge);
    }
    let collected = tokio::time::timeout(limits.body_time, Limited::new(body, limits.body).collect()).await;
    let bytes = match collected {
        Ok(Ok(whole)) => whole.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Refused::TooLarge),
        Ok(Err(_)) => return Err(Refused::BrokenOff),
        Err(_) => return Err(Refused::TooSlow),
    };
    let fields = match kind {
        Kind::Form => Some(Fields::read(&bytes, limits)?),
        Kind::Json if is_deeper_than(&bytes, limits.depth) => return Err(Refused::TooDeep),
        Kind::None if !bytes.is_empty() => return Err(Refused::WrongType),
        Kind::Json => None,
        Kind::None => Some(Fields::default()),
    };
    Ok(Read { bytes, kind, fields })
}

/// A form or JSON, in UTF-8. Everything else, and files above all, is refused: it is never parsed.
fn kind(headers: &HeaderMap) -> Result<Kind, Refused> {
    let mut given = headers.get_all(header::CONTENT_TYPE).iter();
    let Some(first) = given.next() else { return Ok(Kind::None) };
    if given.next().is_some() || headers.contains_key(header::CONTENT_ENCODING) {
        return Err(Refused::WrongType);
    }
    let text = first.to_str().map_err(|_| Refused::WrongType)?.to_ascii_lowercase();
    let (essence, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let charset = parameters.split(';').filter_map(|one| one.trim().strip_prefix("charset=")).next();
    if charset.is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
        return Err(Refused::WrongType);
    }
    match essence.trim() {
        "application/x-www-form-urlencoded" => Ok(Kind::Form),
        "application/json" => Ok(Kind::Json),
        _ => Err(Refused::WrongType),
    }
}

impl Refused {
    /// As a page.
    pub(crate) fn failure(self) -> Failure {
        const NOTHING: &str = "Nothing was changed.";
        let (status, title, text) = match self {
            Self::BrokenOff => (StatusCode::BAD_REQUEST, "The request broke off", "Send it again."),
            Self::LongName | Self::Malformed => (
                StatusCode::BAD_REQUEST,
                "The request cannot be read",
                "It is not what the form on the page sends. Nothing was changed.",
            ),
            Self::LongValue => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "One answer is too long",
                "Go back and shorten it. Nothing was changed.",
            ),
            Self::TooDeep => (StatusCode::BAD_REQUEST, "The request is nested too deeply", NOTHING),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The request is too large",
                "Go back and send less. Nothing was changed.",
            ),
            Self::TooManyFields => (StatusCode::PAYLOAD_TOO_LARGE, "The form has too many fields", NOTHING),
            Self::TooSlow => (
                StatusCode::REQUEST_TIMEOUT,
                "The request came too slowly",
                "Go back and send it again. Nothing was changed.",
            ),
            Self::WrongType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The request has the wrong type",
                "Forms and JSON in UTF-8 are accepted, and no files. Nothing was changed.",
            ),
        };
        Failure::new(status, title, text)
    }
}
