//! Why a request was refused, as a problem document.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use stepflow_wizard::store::Cap;
use stepflow_wizard::{Session, WizardError, Wizards, WizardsError};

use super::wire::{FieldProblem, ProblemBody, WizardBody};

/// Why a request was refused.
#[derive(Debug)]
pub(super) struct Problem {
    body: Box<ProblemBody>,
    status: StatusCode,
    /// In how many seconds it may go better.
    retry_after: Option<u32>,
}

pub(super) type Answer = Result<Response, Problem>;

impl Problem {
    /// A problem of this kind, by a word of our own.
    pub(super) fn new(status: StatusCode, kind: &str, title: &str) -> Self {
        let body = ProblemBody {
            kind: Some(format!("urn:stepflow:problem:{kind}")),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: None,
            errors: Vec::new(),
            wizard: None,
            open: None,
            receipt: None,
            token: None,
        };
        Self { body: Box::new(body), status, retry_after: None }
    }

    /// There is none, or it is somebody else's: both look the same.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "There is nothing here, or it is not yours")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This cannot be done here")
    }

    /// What went wrong is told to whoever runs the service, and to nobody else.
    pub(super) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a request to the API could not be answered");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong here, not with the request",
        )
    }

    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.body.detail = Some(detail.into());
        self
    }

    pub(super) fn errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.body.errors = errors;
        self
    }

    pub(super) fn at(self, pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let problem = FieldProblem {
            pointer: pointer.into(),
            field: None,
            code: code.to_owned(),
            detail: detail.into(),
        };
        self.errors(vec![problem])
    }

    pub(super) fn wizard(mut self, wizard: WizardBody) -> Self {
        self.body.wizard = Some(Box::new(wizard));
        self
    }

    pub(super) fn token(mut self, token: Option<String>) -> Self {
        self.body.token = token;
        self
    }

    pub(super) fn open(mut self, stage: &str) -> Self {
        self.body.open = Some(stage.to_owned());
        self
    }

    fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    fn session(self, wizards: &Wizards, session: &Session) -> Self {
        match WizardBody::of(wizards, session) {
            Ok(wizard) => self.wizard(wizard),
            // What is wrong with showing it is not what was asked.
            Err(_) => self,
        }
    }

    /// What is wrong with an answer.
    pub(super) fn invalid(errors: Vec<FieldProblem>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-answer", "The answer was not taken")
            .errors(errors)
    }

    /// Why a call on saved wizards came to nothing.
    pub(super) fn of(wizards: &Wizards, error: WizardsError) -> Self {
        match error {
            WizardsError::NotFound | WizardsError::LinkVoid => Self::not_found(),
            WizardsError::Expired => Self::expired(),
            WizardsError::Completing => Self::new(
                StatusCode::CONFLICT,
                "completing",
                "The wizard was submitted and is being taken; look again in a moment",
            )
            .retry_after(1),
            WizardsError::Done(submitted) => {
                let mut problem =
                    Self::new(StatusCode::CONFLICT, "already-submitted", "The wizard was submitted already");
                problem.body.receipt = Some(Box::new((&*submitted).into()));
                problem
            }
            WizardsError::Failed { session, source } => {
                let error: &(dyn std::error::Error + 'static) = &*source;
                tracing::error!(error, wizard = %session.key().id, "a submission could not be taken");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "submission-failed",
                    "The submission could not be taken; nothing is lost, and it can be sent again",
                )
                .retry_after(5)
                .session(wizards, &session)
            }
            WizardsError::Refused { error, session } => Self::refused(&error).session(wizards, &session),
            WizardsError::Stale { expected, saved } => {
                Self::new(StatusCode::CONFLICT, "stale", "The wizard has changed since you looked at it")
                    .detail(format!(
                        "Revision {expected} was named, and {} is saved. Nothing was changed.",
                        saved.revision()
                    ))
                    .session(wizards, &saved)
            }
            WizardsError::TooMany(Cap::PerOwner) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-wizards",
                "Too many wizards are open: finish or delete one first",
            ),
            WizardsError::TooMany(Cap::InTotal) => {
                tracing::error!("the store has as many wizards as it may have");
                Self::unavailable()
            }
            WizardsError::Unfinished { open, session } => Self::unfinished(&open).session(wizards, &session),
            WizardsError::Unusable(error) => Self::unusable(&error),
            WizardsError::Store(error) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(error, "the store of wizards does not answer as it should");
                Self::unavailable()
            }
            error => Self::internal(&error),
        }
    }

    /// Why the core refused a call.
    pub(super) fn refused(error: &WizardError) -> Self {
        let conflict = |kind, title| Self::new(StatusCode::CONFLICT, kind, title).detail(sentence(error));
        let unknown = |pointer: &str, code| {
            Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "invalid-command",
                "The command cannot be carried out",
            )
            .at(pointer, code, sentence(error))
        };
        match error {
            WizardError::AlreadyCompleted => {
                conflict("all-answered", "Everything is answered; go back, restart, or submit it")
            }
            WizardError::Cancelled => {
                conflict("cancelled", "The wizard was cancelled; only a restart is possible")
            }
            WizardError::NavigationRefused(_) => conflict("not-open", "That way is not open"),
            WizardError::StaleRevision { .. } => {
                conflict("stale", "The wizard has changed since you looked at it")
            }
            WizardError::LimitExceeded { .. } => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "limit-exceeded", "That is more than is allowed")
                    .detail(sentence(error))
            }
            WizardError::ReservedKey(_) => unknown("/command/values", "reserved"),
            WizardError::NotACollection(_) => unknown("/command/type", "not_a_collection"),
            WizardError::NoSuchItem { .. } => unknown("/command/id", "unknown"),
            WizardError::StageNotFound(_) => unknown("/command/stage", "unknown"),
            WizardError::Task { .. } => unknown("/command/task", "unknown"),
            WizardError::DefinitionChanged(_) | WizardError::Corrupt(_) => Self::unusable(error),
            _ => {
                tracing::error!(
                    error = error as &(dyn std::error::Error + 'static),
                    "a wizard could not go on"
                );
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "Something went wrong here, not with the request",
                )
            }
        }
    }

    pub(super) fn expired() -> Self {
        Self::new(StatusCode::GONE, "expired", "The wizard is over its time; its answers are no longer kept")
    }

    pub(super) fn unfinished(open: &str) -> Self {
        Self::new(StatusCode::CONFLICT, "unfinished", "Something is missing, or is not valid any more")
            .open(open)
    }

    /// What is saved does not fit what is served now.
    pub(super) fn unusable(error: &WizardError) -> Self {
        tracing::warn!(error = error as &(dyn std::error::Error + 'static), "a saved wizard cannot be used");
        Self::new(
            StatusCode::CONFLICT,
            "unusable",
            "What is saved cannot be used any more, because the wizard has changed; begin another one",
        )
    }

    fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not now: try again in a moment")
            .retry_after(5)
    }
}

/// An error as a sentence of its own.
fn sentence(error: &WizardError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return text };
    format!("{}{}.", first.to_uppercase(), letters.as_str())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(&self.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
