//! What went wrong, as a page of the wizard: what it means for the answers, and a way on.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::html;
use stepflow_wizard::{WizardError, WizardsError};

use super::ask::Ask;
use crate::{Link, Page};

/// A page with a heading, a text and a link.
pub(super) fn page(ask: &Ask, status: StatusCode, title: &str, text: &str, way_on: Option<Link>) -> Response {
    let body = html! {
        h1 tabindex="-1" data-focus { (title) }
        p { (text) }
        @if let Some(link) = way_on { p { a.sf-button href=(link.href) { (link.text) } } }
    };
    ask.respond(&Page::new(title.to_owned(), body).status(status))
}

pub(super) fn not_found(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = Link::new(ask.root.path("/"), words.continue_link.clone());
    page(ask, StatusCode::NOT_FOUND, &words.not_found_title, &words.not_found_text, Some(link))
}

pub(super) fn wrong_method(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = Link::new(ask.root.path("/"), words.continue_link.clone());
    page(ask, StatusCode::METHOD_NOT_ALLOWED, &words.not_found_title, &words.not_found_text, Some(link))
}

/// The form cannot be what one of our pages sent.
pub(super) fn malformed(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = Link::new(ask.mount.path("/"), words.continue_link.clone());
    page(ask, StatusCode::BAD_REQUEST, &words.refused_title, &words.not_found_text, Some(link))
}

pub(super) fn expired(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.expired_title) }
        p { (words.expired_text) }
        (ask.button(&ask.root.path("/start"), &words.restart, "sf-button"))
    };
    ask.respond(&Page::new(words.expired_title.clone(), body).status(StatusCode::GONE))
}

/// A page of a wizard was sent that is finished.
pub(super) fn submitted_already(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = Link::new(ask.mount.path("/done"), words.continue_link.clone());
    page(ask, StatusCode::CONFLICT, &words.submitted_title, &words.submitted_text, Some(link))
}

/// It is being taken at this moment.
pub(super) fn working(ask: &Ask, submission: Option<&str>) -> Response {
    let words = &ask.app.options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.working_title) }
        p { (words.working) }
        @if let Some(submission) = submission {
            form method="post" action=(ask.mount.path("/submit")) {
                (ask.token())
                input type="hidden" name="_submission" value=(submission);
                button.sf-button type="submit" { (words.retry) }
            }
        }
    };
    let mut response =
        ask.respond(&Page::new(words.working_title.clone(), body).status(StatusCode::ACCEPTED));
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    response
}

/// Whatever the wizard or its store said.
pub(super) fn of(ask: &Ask, error: &WizardsError) -> Response {
    let words = &ask.app.options.words;
    let back = || Some(Link::new(ask.mount.path("/"), words.continue_link.clone()));
    match error {
        WizardsError::NotFound => not_found(ask),
        WizardsError::Expired => expired(ask),
        WizardsError::Done(_) => submitted_already(ask),
        WizardsError::Completing => working(ask, None),
        WizardsError::TooMany(_) => {
            page(ask, StatusCode::TOO_MANY_REQUESTS, &words.too_many_title, &words.too_many_text, back())
        }
        WizardsError::Refused { error, .. } => refused(ask, error),
        WizardsError::Unusable(cause) => {
            tracing::error!(error = %cause, "a saved wizard cannot be used");
            unusable(ask)
        }
        WizardsError::Store(cause) if cause.is_refused() => {
            page(ask, StatusCode::PAYLOAD_TOO_LARGE, &words.refused_title, &words.retry, back())
        }
        other => {
            tracing::error!(error = %other, "a wizard cannot be served");
            unavailable(ask)
        }
    }
}

pub(super) fn refused(ask: &Ask, error: &WizardError) -> Response {
    let words = &ask.app.options.words;
    let link = Some(Link::new(ask.mount.path("/"), words.continue_link.clone()));
    let status = match error {
        WizardError::LimitExceeded { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        WizardError::ReservedKey(_) => StatusCode::BAD_REQUEST,
        WizardError::NavigationRefused(_) | WizardError::AlreadyCompleted | WizardError::Cancelled => {
            StatusCode::CONFLICT
        }
        other => {
            tracing::error!(error = %other, "a wizard refused a call");
            return unavailable(ask);
        }
    };
    page(ask, status, &words.refused_title, &words.retry, link)
}

pub(super) fn unavailable(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = Link::new(ask.mount.path("/"), words.retry.clone());
    page(ask, StatusCode::INTERNAL_SERVER_ERROR, &words.loader_title, &words.loader_text, Some(link))
}

fn unusable(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.unusable_title) }
        p { (words.unusable_text) }
        (ask.button(&ask.mount.path("/reset"), &words.restart, "sf-button"))
    };
    ask.respond(&Page::new(words.unusable_title.clone(), body).status(StatusCode::CONFLICT))
}
