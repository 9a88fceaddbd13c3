//! What every answer says to a browser about itself.

use axum::http::header::{self, Entry};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// Nothing but what this service serves; nothing inline; in nobody's frame.
pub(crate) const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What is the same for every answer. A handler may say more, and cannot say less.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Sets what is missing.
///
/// `Referrer-Policy` is `same-origin`, not `no-referrer`: under the latter a browser posts `Origin: null`, which says
/// nothing about where a form came from. A page with a secret in its address sets `no-referrer` by itself.
pub(crate) fn harden(headers: &mut HeaderMap, policy: &HeaderValue) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert_with(|| policy.clone());
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    if !may_be_kept(headers) {
        forbid_keeping(headers);
        vary(headers);
    }
}

/// Whether a cache may keep the answer, because its handler said that it is for everybody.
pub(crate) fn may_be_kept(headers: &HeaderMap) -> bool {
    let control = headers.get(header::CACHE_CONTROL).and_then(|control| control.to_str().ok());
    control.is_some_and(|control| control.split(',').any(|word| word.trim().eq_ignore_ascii_case("public")))
}

/// No cache may keep the answer.
pub(crate) fn forbid_keeping(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, NO_STORE);
}

/// The same address answers with a page or a part of it, and to each visitor with their own.
fn vary(headers: &mut HeaderMap) {
    let said =
        headers.get_all(header::VARY).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
    let said = said.join(", ").to_ascii_lowercase();
    let names = |wanted: &str| said.split(',').any(|name| name.trim() == wanted);
    let missing: &[&'static str] = match (names("hx-request"), names("cookie")) {
        (true, true) => &[],
        (true, false) => &["Cookie"],
        (false, true) => &["HX-Request"],
        (false, false) => &["HX-Request, Cookie"],
    };
    for name in missing {
        match headers.entry(header::VARY) {
            Entry::Occupied(mut said) => said.append(HeaderValue::from_static(name)),
            Entry::Vacant(vacant) => {
                vacant.insert(HeaderValue::from_static(name));
            }
        }
    }
}
