//! All answers once more, and the one time that they are sent.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use stepflow_wizard::store::{Phase, SubmissionId};
use stepflow_wizard::{Journey, JourneyStep, Session, Standing, State, WizardsError};

use super::ask::Ask;
use super::find::Found;
use super::step::whereto;
use super::{Words, digest, look, progress, trouble};
use crate::form::{Control, Field, Posted, plain};
use crate::{Fields, Page, RotateSession};

/// `GET /check`.
pub(super) async fn show(ask: Ask) -> Response {
    match page(&ask).await {
        Ok(response) => response,
        Err(error) => trouble::of(&ask, &error),
    }
}

async fn page(ask: &Ask) -> Result<Response, WizardsError> {
    let session = match ask.find().await? {
        Found::Done(..) | Found::Completing(_) => return Ok(ask.to("/done")),
        Found::Expired => return Ok(trouble::expired(ask)),
        Found::None => return Ok(ask.to("/")),
        Found::Open(session) => session,
    };
    match complete(ask, &session)? {
        Some((_, journey)) => {
            let failed = ask.query("failed").is_some();
            let page = draw(ask, &session, &journey, failed);
            Ok(ask.remember(session.key().id, ask.respond(&page)))
        }
        None => {
            let env = ask.app.wizards.env()?;
            let place = whereto(&ask.app, session.state(), &env).map_err(WizardsError::Unusable)?;
            Ok(ask.to(&format!("{place}?missing=1")))
        }
    }
}

/// The state at its end, and the way there; `None` where something is missing.
fn complete(ask: &Ask, session: &Session) -> Result<Option<(State, Journey)>, WizardsError> {
    let env = ask.app.wizards.env()?;
    let definition = ask.app.definition();
    let journey = definition.journey(session.state(), &env).map_err(WizardsError::Unusable)?;
    if !journey.complete || session.state().depth() > 0 {
        return Ok(None);
    }
    if session.state().is_completed() {
        return Ok(Some((session.state().clone(), journey)));
    }
    // All is answered, and the person looked at an earlier step again.
    let gone = look::go_to(&ask.app.wizards, session.state().clone(), &journey.open, &env);
    Ok(gone.ok().filter(|outcome| outcome.state.is_completed()).map(|outcome| (outcome.state, journey)))
}

/// `POST /submit`.
pub(super) async fn submit(ask: Ask, fields: Fields) -> Response {
    let posted = Posted::from(&fields);
    match try_submit(&ask, &posted).await {
        Ok(response) => response,
        Err(error) => trouble::of(&ask, &error),
    }
}

async fn try_submit(ask: &Ask, posted: &Posted) -> Result<Response, WizardsError> {
    let mut session = match ask.find_named(posted.one("_run").unwrap_or_default()).await? {
        Found::Done(..) => return Ok(ask.to("/done")),
        Found::Expired => return Ok(trouble::expired(ask)),
        Found::None => return Ok(ask.to("/")),
        Found::Open(session) | Found::Completing(session) => session,
    };
    if session.phase() == Phase::Completing {
        return Ok(send(ask, &session).await);
    }
    let Some((_, journey)) = complete(ask, &session)? else {
        let env = ask.app.wizards.env()?;
        let place = whereto(&ask.app, session.state(), &env).map_err(WizardsError::Unusable)?;
        return Ok(ask.to(&format!("{place}?missing=1")));
    };
    if posted.one("_seen").is_some_and(|seen| seen != digest::of_journey(&journey)) {
        return Ok(changed(ask));
    }
    if !session.state().is_completed() {
        let env = ask.app.wizards.env()?;
        let gone = look::go_to(&ask.app.wizards, session.state().clone(), &journey.open, &env);
        let gone = gone.map_err(|refused| WizardsError::Unusable(refused.error))?;
        *session = ask.app.wizards.save(&session, gone).await?.session;
    }
    Ok(send(ask, &session).await)
}

/// Sends the answers, once. It goes on when the browser is gone: a submission that is broken off half-way would have
/// to wait for its lease.
pub(super) async fn send(ask: &Ask, session: &Session) -> Response {
    let Some(submission) = session.submission() else { return ask.to("/check") };
    let (wizards, key) = (ask.app.wizards.clone(), session.key().clone());
    let sent = tokio::spawn(async move { wizards.complete(&key, submission).await }).await;
    match sent {
        Ok(Ok(_)) => {
            let mut response = ask.to("/done");
            response.extensions_mut().insert(RotateSession);
            ask.remember(session.key().id, response)
        }
        Ok(Err(WizardsError::Failed { session, source })) => {
            tracing::error!(submission = %submission, error = %source, "a submission could not be taken");
            failed(ask, &session)
        }
        Ok(Err(WizardsError::Completing)) => trouble::working(ask, Some(&text(submission))),
        Ok(Err(WizardsError::Unfinished { .. })) => ask.to("/check"),
        Ok(Err(WizardsError::Stale { .. })) => changed(ask),
        Ok(Err(error)) => trouble::of(ask, &error),
        Err(_) => trouble::unavailable(ask),
    }
}

fn text(submission: SubmissionId) -> String {
    submission.to_string()
}

/// The check page again: nothing is lost, and the next try has the same name.
fn failed(ask: &Ask, session: &Session) -> Response {
    match complete(ask, session) {
        Ok(Some((_, journey))) => {
            let page = draw(ask, session, &journey, true).status(StatusCode::SERVICE_UNAVAILABLE);
            ask.respond(&page)
        }
        Ok(None) => ask.to("/check?failed=1"),
        Err(error) => trouble::of(ask, &error),
    }
}

/// The answers are others than those that were shown.
fn changed(ask: &Ask) -> Response {
    let words = &ask.app.options.words;
    let link = crate::Link::new(ask.mount.path("/check"), words.check_title.clone());
    trouble::page(ask, StatusCode::CONFLICT, &words.stale_title, &words.stale_text, Some(link))
}

fn draw(ask: &Ask, session: &Session, journey: &Journey, failed: bool) -> Page {
    let words = &ask.app.options.words;
    let messages = ask.app.wizards.view(session).map(|view| view.messages).unwrap_or_default();
    let action = ask.mount.path("/submit");
    let htmx = ask.app.options.shell.uses_htmx();
    let target = format!("#{}", ask.app.options.shell.container());
    let body = html! {
        @if failed {
            div.sf-errors tabindex="-1" data-focus role="alert" {
                h2 { (words.error_heading) }
                p { (words.failed) }
            }
        }
        @for message in &messages { p.sf-notice { (message) } }
        h1 tabindex="-1" data-focus[!failed] { (words.check_title) }
        dl.sf-answers { @for step in &journey.steps { (rows(ask, step)) } }
        form method="post" action=(action)
            hx-post=[htmx.then_some(&action)] hx-target=[htmx.then_some(&target)]
            hx-swap=[htmx.then_some("outerHTML")] hx-disabled-elt=[htmx.then_some("find button")]
        {
            (ask.token())
            input type="hidden" name="_run" value=(session.key().id);
            input type="hidden" name="_seen" value=(digest::of_journey(journey));
            div.sf-buttons {
                button.sf-button type="submit" { (words.submit) }
                @if ask.app.options.cancel {
                    a.sf-second href=(ask.mount.path("/cancel")) { (words.cancel) }
                }
            }
        }
        (ask.kept_until(Some(session)))
    };
    let page = Page::new(words.check_title.clone(), body);
    if failed { page.with_errors() } else { page }
}

/// The answers of one step, each with a link to change it.
fn rows(ask: &Ask, step: &JourneyStep) -> Markup {
    let words = &ask.app.options.words;
    let definition = ask.app.definition();
    let Some(stage) = definition.stage("", &step.stage).filter(|stage| stage.asks()) else { return html! {} };
    if step.standing == Standing::NotApplicable {
        return html! {};
    }
    let sensitive =
        |name: &str| stage.sensitive.contains(name) || step.sensitive.iter().any(|known| **known == *name);
    let fields =
        stage.schema.as_ref().map(|schema| crate::form::fields(schema, sensitive)).unwrap_or_default();
    let title = progress::title(&step.stage, &step.title);
    let link = ask.mount.path(&format!("/{}?return=check", ask.app.address("", &step.stage)));
    let row = |label: &str, value: Markup| {
        html! {
            div.sf-answer {
                dt { (label) }
                dd { (value) }
                dd.sf-change { a href=(link) { (words.change) span.sf-hidden { " " (label) } } }
            }
        }
    };
    if let stepflow_wizard::StageKind::Collect(collect) = &stage.kind {
        let items = step.answers.get(&*collect.key).cloned().unwrap_or(Value::Null);
        return row(&title, items_of(&items, &fields, words));
    }
    let only = fields.len() == 1;
    html! {
        @for field in fields.iter().filter(|field| !matches!(field.control, Control::Constant(_) | Control::File)) {
            @let label = if only && !field.labelled { &title } else { &field.label };
            (row(label, answer(field, step.answers.get(&field.name), words)))
        }
        @if fields.is_empty() && !step.answers.is_empty() {
            (row(&title, html! { @for (name, value) in &step.answers { (name) ": " (plain(value)) br; } }))
        }
    }
}

fn items_of(items: &Value, fields: &[Field], words: &Words) -> Markup {
    let items = items.as_array().cloned().unwrap_or_default();
    html! {
        @if items.is_empty() { (words.not_provided) } @else {
            ol { @for item in &items { li { (group(fields, item, words)) } } }
        }
    }
}

/// An answer as a person reads it.
fn answer(field: &Field, value: Option<&Value>, words: &Words) -> Markup {
    let Some(value) = value.filter(|value| !value.is_null()) else { return html! { (words.not_provided) } };
    if field.sensitive {
        return html! { "••••••" };
    }
    match (&field.control, value) {
        (Control::Choice { options, .. } | Control::Choices(options), value) => {
            let chosen = match value {
                Value::Array(values) => values.clone(),
                one => vec![one.clone()],
            };
            let label = |value: &Value| match value {
                Value::Bool(true) => words.yes.to_string(),
                Value::Bool(false) => words.no.to_string(),
                other => {
                    let option = options.iter().find(|option| option.value == *other);
                    option.map_or_else(|| plain(other), |option| option.label.clone())
                }
            };
            let labels: Vec<String> = chosen.iter().map(label).collect();
            html! { @if labels.is_empty() { (words.not_provided) } @else { (labels.join(", ")) } }
        }
        (_, Value::Bool(yes)) => html! { @if *yes { (words.yes) } @else { (words.no) } },
        (Control::Group(parts), value) => group(parts, value, words),
        (Control::List { item, .. }, Value::Array(values)) => html! {
            @if values.is_empty() { (words.not_provided) } @else {
                ol { @for value in values { li { (answer(item, Some(value), words)) } } }
            }
        },
        (Control::Text { .. }, Value::String(text)) => html! {
            @for (at, line) in text.lines().enumerate() { @if at > 0 { br; } (line) }
        },
        (_, value) => {
            let text = plain(value);
            html! { @if text.is_empty() { (words.not_provided) } @else { (text) } }
        }
    }
}

fn group(parts: &[Field], value: &Value, words: &Words) -> Markup {
    let key =
        |part: &Field| part.name.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at > 0 { br; }
            (part.label) ": " (answer(part, value.get(key(part)), words))
        }
    }
}

/// Whether an answer that must not be shown was given on the way.
pub(super) fn holds_secrets(journey: &Journey) -> bool {
    journey.steps.iter().any(|step| !step.sensitive.is_empty())
}
