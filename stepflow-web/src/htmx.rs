//! What htmx says about a request, and what it is told.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The address that the browser shall show for a fragment.
pub(crate) const PUSH_URL: HeaderName = HeaderName::from_static("hx-push-url");

/// What htmx says about a request.
///
/// Handlers take it as an extractor and hand it on to [`Shell::respond`](crate::Shell::respond).
///
/// ```
/// use axum::http::HeaderMap;
/// use stepflow_web::Htmx;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("hx-request", "true".parse()?);
/// assert!(Htmx::from_headers(&headers).wants_fragment());
///
/// // What it asks for to fill its history must be a whole page.
/// headers.insert("hx-history-restore-request", "true".parse()?);
/// assert!(!Htmx::from_headers(&headers).wants_fragment());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Htmx {
    /// The request was made by htmx.
    pub request: bool,
    /// It stands for a plain link or form.
    pub boosted: bool,
    /// The browser went back, and htmx no longer has the page.
    pub restores_history: bool,
}

impl Htmx {
    /// What these headers say.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Self {
        let says = |name: &str| headers.get(name).is_some_and(|value| value == "true");
        Self {
            request: says("hx-request"),
            boosted: says("hx-boosted"),
            restores_history: says("hx-history-restore-request"),
        }
    }

    /// Whether the answer is the part that changes, and not the whole page.
    #[must_use]
    pub const fn wants_fragment(self) -> bool {
        self.request && !self.boosted && !self.restores_history
    }
}

impl<S: Sync> FromRequestParts<S> for Htmx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::from_headers(&parts.headers))
    }
}

/// An address as the value of a header; none where it cannot be one.
pub(crate) fn address(path: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(path).ok()
}
