//! What handlers are told about the person behind a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::cookie::Jar;
use crate::Failure;
use crate::auth::{Access, May, Principal};
use crate::csrf;

/// The person behind a request, as far as is known. Every request that went through
/// [`Security::wrap`](crate::Security::wrap) has one, and handlers take it as an extractor.
///
/// ```
/// use axum::Router;
/// use axum::routing::get;
/// use stepflow_web::{Denied, May, Security, Visitor};
///
/// async fn hello(visitor: Visitor) -> Result<String, Denied> {
///     Ok(format!("Hello, {}.", visitor.allow(May::Look)?.name()))
/// }
///
/// let app: Router = Security::new().wrap(Router::new().route("/", get(hello)));
/// ```
#[derive(Debug, Clone)]
pub struct Visitor {
    pub(crate) owner: Arc<str>,
    pub(crate) token: Arc<str>,
    pub(crate) principal: Option<Arc<Principal>>,
    pub(crate) access: Arc<Access>,
    pub(crate) can_sign_in: bool,
    pub(crate) jar: Arc<Jar>,
    /// Set when a handler used something that must hold at the next request.
    pub(crate) used: Arc<AtomicBool>,
}

impl Visitor {
    /// Whom wizards belong to: the principal, or the session where nobody signed in. It stays the same when the
    /// session's id changes, and it is nothing that a browser could use.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.used.store(true, Ordering::Relaxed);
        &self.owner
    }

    /// The token that belongs into every form of this session, in a field named `_token` or in the header
    /// `X-CSRF-Token`.
    #[must_use]
    pub fn token(&self) -> &str {
        self.used.store(true, Ordering::Relaxed);
        &self.token
    }

    /// The token as the hidden field of a form.
    #[must_use]
    pub fn token_field(&self) -> Markup {
        html! { input type="hidden" name=(csrf::FIELD) value=(self.token()); }
    }

    /// A cookie of a router's own, with the attributes of the session's: `Secure`, `HttpOnly`, `SameSite`, the path `/`.
    /// None where the name or the value has anything but letters, digits, `-`, `_`, `.` and `:`, or the value is
    /// longer than 1 KiB.
    ///
    /// It lasts for `max_age`, or as long as the browser runs. It is not sealed: whoever has the browser can change it.
    #[must_use]
    pub fn cookie(&self, name: &str, value: &str, max_age: Option<Duration>) -> Option<HeaderValue> {
        let plain = |text: &str| {
            text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'))
        };
        let fine = !name.is_empty() && plain(name) && plain(value) && value.len() <= 1024;
        fine.then(|| self.jar.dressed(name, value, max_age)).flatten()
    }

    /// Who it is, if that is known.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.principal.as_deref()
    }

    /// Whether the person may do this.
    #[must_use]
    pub fn may(&self, what: May) -> bool {
        self.principal.as_deref().is_some_and(|principal| self.access.allows(principal, what))
    }

    /// The person, if they may do this.
    ///
    /// # Errors
    ///
    /// [`Denied`], which is an answer: a page that says so.
    pub fn allow(&self, what: May) -> Result<&Principal, Denied> {
        match self.principal() {
            Some(principal) if self.access.allows(principal, what) => Ok(principal),
            Some(_) => Err(Denied { what, known: true, can_sign_in: self.can_sign_in }),
            None => Err(Denied { what, known: false, can_sign_in: self.can_sign_in }),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = NotProtected;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or(NotProtected(()))
    }
}

/// Somebody may not do what they asked for. As an answer it is a page of status 403, or the way to sign in where
/// nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", if *known { what.denied() } else { "nobody is signed in" })]
pub struct Denied {
    what: May,
    known: bool,
    can_sign_in: bool,
}

impl Denied {
    /// As a page.
    #[must_use]
    pub fn failure(self) -> Failure {
        if self.known {
            let text = "Ask whoever runs this service for the role. Nothing was changed.";
            return Failure::new(StatusCode::FORBIDDEN, self.what.denied(), text);
        }
        Failure::new(
            StatusCode::UNAUTHORIZED,
            "Sign in first",
            "This page is for people who have signed in. Nothing was changed.",
        )
    }

    pub(crate) const fn wants_sign_in(self) -> bool {
        !self.known && self.can_sign_in
    }
}

impl IntoResponse for Denied {
    /// The guard around the router makes the page of it, in the service's own shell.
    fn into_response(self) -> Response {
        let mut response = self.failure().status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A handler asked for its visitor, and the router has no [`Security`](crate::Security) around it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the router is not protected: wrap it with `Security::wrap`")]
pub struct NotProtected(());

impl IntoResponse for NotProtected {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong.").into_response()
    }
}

/// Put into the extensions of a response: the session goes on under a new id and with a new token. The owner of its
/// wizards stays the same. This is for moments after which an old cookie shall be worth nothing, such as a completion.
///
/// ```
/// use axum::Extension;
/// use axum::response::{IntoResponse, Redirect};
/// use stepflow_web::RotateSession;
///
/// async fn complete() -> impl IntoResponse {
///     (Extension(RotateSession), Redirect::to("/done"))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RotateSession;

/// Put into the extensions of a response: the session is over, and its cookie is taken away.
///
/// ```
/// use axum::Extension;
/// use axum::response::{IntoResponse, Redirect};
/// use stepflow_web::SignOut;
///
/// async fn leave() -> impl IntoResponse {
///     (Extension(SignOut), Redirect::to("/"))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignOut;
