//! Who asks, and whether it may. A stand-in with the final signatures.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use maud::{Markup, html};

/// What stands between the world and a router. Cheap to clone; routers that share one share sessions.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Security {}

impl Security {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The router behind all layers: whatever reaches it has a [`Visitor`].
    pub fn wrap(&self, router: Router) -> Router {
        router.layer(axum::middleware::from_fn(session))
    }
}

const COOKIE: &str = "stepflow-session";

async fn session(mut request: Request, next: Next) -> Response {
    let cookies = request.headers().get_all(header::COOKIE).iter();
    let found = cookies.filter_map(|cookie| cookie.to_str().ok()).flat_map(|cookie| cookie.split("; "));
    let found = found.filter_map(|pair| pair.strip_prefix("stepflow-session=")).map(str::to_owned).next();
    let owner = found.clone().unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
    request.extensions_mut().insert(Visitor { owner: owner.as_str().into() });
    let mut response = next.run(request).await;
    if found.is_none()
        && let Ok(cookie) =
            HeaderValue::from_str(&format!("{COOKIE}={owner}; Path=/; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The person behind a request, as far as is known.
#[derive(Debug, Clone)]
pub struct Visitor {
    owner: Arc<str>,
}

impl Visitor {
    /// Whom wizards belong to: the principal, or the session where nobody signed in. It stays the same when the
    /// session's id changes.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The token that every form carries.
    #[must_use]
    pub fn token_field(&self) -> Markup {
        html! { input type="hidden" name="_token" value=(self.owner); }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self { owner: Arc::from("") }))
    }
}
