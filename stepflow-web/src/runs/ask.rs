//! What is asked, and how it is answered.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use stepflow::RunId;

use super::{Desk, Refusal};
use crate::{Htmx, Mount, Page, Visitor};

/// A request, as the handlers here see it.
pub(crate) struct Asked {
    pub(crate) mount: Mount,
    pub(crate) htmx: Htmx,
    pub(crate) visitor: Visitor,
    query: Vec<(String, String)>,
}

pub(crate) enum Answer {
    GoTo(String),
    Page(Page),
}

impl Asked {
    /// A field of the address; empty ones were left out.
    pub(crate) fn one(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The run that the address names.
    pub(crate) fn run(&self) -> Result<RunId, Refusal> {
        self.one("id").unwrap_or_default().parse().map_err(|_| Refusal::no_such_run())
    }

    /// The same address with these fields.
    pub(crate) fn address(&self, path: &str, fields: &[(&str, &str)]) -> String {
        address(&self.mount, path, fields)
    }

    pub(crate) fn run_address(&self, run: &RunId) -> String {
        run_address(&self.mount, run)
    }

    pub(crate) fn answer(&self, desk: &Desk, outcome: Result<Answer, Refusal>) -> Response {
        match outcome {
            Ok(Answer::Page(page)) => desk.shell(self).respond(&self.mount, self.htmx, &page),
            Ok(Answer::GoTo(address)) => Redirect::to(&address).into_response(),
            Err(refusal) => refusal.respond(desk, self),
        }
    }
}

pub(crate) fn run_address(mount: &Mount, run: &RunId) -> String {
    address(mount, "/run", &[("id", &run.to_string())])
}

pub(crate) fn address(mount: &Mount, path: &str, fields: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    if query.is_empty() { mount.path(path) } else { format!("{}?{query}", mount.path(path)) }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let query = parts.uri.query().unwrap_or_default();
        let query = form_urlencoded::parse(query.as_bytes()).take(64);
        let query = query.map(|(name, value)| (name.into_owned(), value.trim().to_owned()));
        let query = query.filter(|(_, value)| !value.is_empty()).collect();
        let Ok(mount) = Mount::from_request_parts(parts, state).await;
        let Ok(htmx) = Htmx::from_request_parts(parts, state).await;
        let visitor = Visitor::from_request_parts(parts, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self { mount, htmx, visitor, query })
    }
}
