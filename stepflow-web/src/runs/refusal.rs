//! What was not done, as a page and as JSON.

use std::borrow::Cow;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use stepflow_store::RunsError;

use super::words::plain;
use super::{Asked, Desk};
use crate::Failure;
use crate::page::Link;
use crate::session::Denied;

#[derive(Debug)]
pub(crate) enum Refusal {
    Denied(Denied),
    /// What was sent makes no sense.
    Malformed(Cow<'static, str>),
    Runs(Box<RunsError>),
    Unknown,
}

impl Refusal {
    pub(crate) fn no_such_run() -> Self {
        Self::Unknown
    }

    pub(crate) fn respond(self, desk: &Desk, asked: &Asked) -> Response {
        let status = self.status();
        let text = self.text();
        let failure = match &self {
            Self::Denied(denied) => return denied.into_response(),
            Self::Malformed(_) => Failure::new(status, "This cannot be understood", text),
            Self::Unknown => {
                let text = "There is no such run, or it was deleted.";
                Failure::new(status, "Run not found", text)
            }
            Self::Runs(error) => {
                log(error);
                Failure::new(status, title(error), text)
            }
        };
        let way_on = match &self {
            Self::Runs(error) => way_on(asked, error),
            _ => None,
        };
        let way_on = way_on.unwrap_or_else(|| Link::new(asked.mount.path("/inbox"), "To the inbox"));
        desk.shell(asked).respond(&asked.mount, asked.htmx, &failure.way_on(way_on).page())
    }

    pub(super) fn respond_json(self) -> Response {
        let status = self.status();
        let body = match &self {
            Self::Denied(denied) => return denied.into_response(),
            Self::Malformed(what) => json!({ "error": "malformed", "message": what }),
            Self::Unknown => json!({ "error": "unknown_run", "message": "there is no such run" }),
            Self::Runs(error) => {
                log(error);
                serde_json::to_value(error).unwrap_or_else(|_| json!({ "error": error.kind() }))
            }
        };
        json_response(status, &body)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::Malformed(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unknown => StatusCode::NOT_FOUND,
            Self::Runs(error) => match &**error {
                RunsError::UnknownRun { .. } => StatusCode::NOT_FOUND,
                RunsError::Nameless => StatusCode::FORBIDDEN,
                RunsError::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
                RunsError::Store(store) if store.is_refused() => StatusCode::UNPROCESSABLE_ENTITY,
                RunsError::Store(store) if store.is_transient() => StatusCode::SERVICE_UNAVAILABLE,
                RunsError::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::CONFLICT,
            },
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Denied(_) | Self::Unknown => String::new(),
            Self::Malformed(what) => plain(what),
            Self::Runs(error) => match error.store_failure() {
                // What a database says is for the log.
                Some(_) => {
                    "The store cannot be used at the moment. Nothing was changed; try again.".to_owned()
                }
                None => plain(&sentence(&**error)),
            },
        }
    }
}

impl From<RunsError> for Refusal {
    fn from(error: RunsError) -> Self {
        Self::Runs(Box::new(error))
    }
}

impl From<stepflow_store::StoreError> for Refusal {
    fn from(error: stepflow_store::StoreError) -> Self {
        Self::Runs(Box::new(error.into()))
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    let kind = [(axum::http::header::CONTENT_TYPE, "application/json")];
    (status, kind, body.to_string()).into_response()
}

fn log(error: &RunsError) {
    if error.store_failure().is_some() {
        tracing::error!(error = %sentence(error), "the store of the runs cannot be used");
    }
}

/// An error as a sentence, with what caused it.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut sentence: String = text.chars().take(1).flat_map(char::to_uppercase).collect();
    sentence.extend(text.chars().skip(1));
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !sentence.contains(&cause_text) {
            sentence = format!("{sentence}: {cause_text}");
        }
        source = cause.source();
    }
    sentence.push('.');
    sentence
}

fn title(error: &RunsError) -> &'static str {
    match error {
        RunsError::AlreadyDecided(_) => "Somebody else was quicker",
        RunsError::AlreadySettled(_) => "This is settled already",
        RunsError::Exists { .. } => "There is such a run already",
        RunsError::Finished { .. } => "The run is over",
        RunsError::NotAsked { .. } => "This is not asked any more",
        RunsError::Store(store) if !store.is_refused() => "The store cannot be used",
        RunsError::UnknownRun { .. } => "Run not found",
        _ => "This cannot be done",
    }
}

/// The page of the run, where there is one.
fn way_on(asked: &Asked, error: &RunsError) -> Option<Link> {
    let run = match error {
        RunsError::AlreadyDecided(decided) => decided.gate.run(),
        RunsError::NotAsked { gate, .. } => gate.run(),
        RunsError::AlreadySettled(settled) => &settled.run,
        RunsError::BrokenOff { run, .. }
        | RunsError::Busy { run }
        | RunsError::Damaged { run, .. }
        | RunsError::Exists { run }
        | RunsError::Finished { run, .. }
        | RunsError::HeldByDefinition { run, .. }
        | RunsError::NotFailed { run, .. }
        | RunsError::NotHeld { run, .. }
        | RunsError::NotUnsettled { run, .. }
        | RunsError::Refused { run, .. }
        | RunsError::Running { run, .. } => run,
        _ => return None,
    };
    Some(Link::new(asked.run_address(run), "See the run"))
}
