//! Who asks, and what every answer carries.

use std::convert::Infallible;

use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use stepflow_wizard::store::{Owner, WizardKey};

use super::problem::Problem;
use crate::{Mount, NotProtected, Visitor};

/// The header that brings the session's token, and takes it back.
const TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

/// Who asks.
pub(super) struct Caller {
    pub(super) visitor: Visitor,
    pub(super) mount: Mount,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = NotProtected;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, NotProtected> {
        let visitor = Visitor::from_request_parts(parts, state).await?;
        let mount =
            Mount::from_request_parts(parts, state).await.unwrap_or_else(|never: Infallible| match never {});
        Ok(Self { visitor, mount })
    }
}

/// The names in the path. What cannot be read names nothing.
pub(super) struct At<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(names) = Path::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        Ok(Self(names))
    }
}

impl Caller {
    pub(super) fn owner(&self) -> Result<Owner, Problem> {
        self.visitor.owner().parse().map_err(|error| Problem::internal(&error))
    }

    /// The wizard of this id, if it is the caller's. What cannot be an id is the id of nothing.
    pub(super) fn key(&self, id: &str) -> Result<WizardKey, Problem> {
        let id = id.parse().map_err(|_| Problem::not_found())?;
        Ok(WizardKey { id, owner: self.owner()? })
    }

    /// An answer, with the session's token for callers that keep cookies.
    pub(super) fn answer(&self, status: StatusCode, body: &impl Serialize) -> Response {
        let mut response = (status, Json(body)).into_response();
        if let Ok(token) = HeaderValue::from_str(self.visitor.token()) {
            response.headers_mut().insert(TOKEN, token);
        }
        response
    }
}
