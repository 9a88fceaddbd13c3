//! To stop, and to come back later: in the same browser, or by a link.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};
use stepflow_wizard::{Session, WizardsError};

use super::ask::Ask;
use super::find::Found;
use super::step::moment;
use super::{check, trouble};
use crate::Fields;
use crate::Page;
use crate::form::{Posted, plain};

/// `GET /saved`: until when the answers are kept, and how to come back.
pub(super) async fn saved(ask: Ask) -> Response {
    let session = match open(&ask).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    let words = &ask.app.options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.saved_title) }
        p { (words.saved_text) " " (moment(session.expires_at())) "." }
        @if may_link(&ask, &session) { (ask.button(&ask.mount.path("/saved"), &words.link, "sf-second")) }
        p { a.sf-button href=(ask.mount.path("/")) { (words.continue_link) } }
    };
    ask.respond(&Page::new(words.saved_title.clone(), body))
}

/// `POST /saved`: makes a link. It is shown on the answer itself, and nowhere else: its secret belongs into no address
/// of ours.
pub(super) async fn link(ask: Ask) -> Response {
    let session = match open(&ask).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    if !may_link(&ask, &session) {
        return trouble::not_found(&ask);
    }
    let link = match ask.app.wizards.link(session.key()).await {
        Ok(link) => link,
        Err(error) => return trouble::of(&ask, &error),
    };
    let words = &ask.app.options.words;
    let path = ask.root.path(&format!("/resume/{}", link.token));
    let body = html! {
        h1 tabindex="-1" data-focus { (words.link_title) }
        p { (words.link_text) " " (moment(link.expires_at)) "." }
        p.sf-reference { a href=(path) rel="noreferrer" { (words.resume_title) } }
        p { code { (path) } }
    };
    ask.respond(&Page::new(words.link_title.clone(), body).at(ask.mount.path("/saved")))
}

/// A link is for everybody who has it: answers that must not be shown need a second fact that was given already.
fn may_link(ask: &Ask, session: &Session) -> bool {
    ask.app.options.save && (fact(ask, session).is_some() || !holds_secrets(ask, session))
}

fn holds_secrets(ask: &Ask, session: &Session) -> bool {
    ask.app.wizards.journey(session).map_or(true, |journey| check::holds_secrets(&journey))
}

async fn open(ask: &Ask) -> Result<Box<Session>, Box<Response>> {
    match ask.find().await {
        Ok(Found::Open(session)) => Ok(session),
        Ok(Found::None) => Err(Box::new(ask.to("/"))),
        Ok(Found::Done(..) | Found::Completing(_)) => Err(Box::new(ask.to("/done"))),
        Ok(Found::Expired) => Err(Box::new(trouble::expired(ask))),
        Err(error) => Err(Box::new(trouble::of(ask, &error))),
    }
}

/// `POST /extend`: keeps the answers longer.
pub(super) async fn extend(ask: Ask) -> Response {
    let session = match open(&ask).await {
        Ok(session) => session,
        Err(response) => return *response,
    };
    match ask.app.wizards.touch(session.key()).await {
        Ok(_) => ask.to("/"),
        Err(error) => trouble::of(&ask, &error),
    }
}

/// `GET /resume/{token}`: the link is not used up by looking, for programs that look at links before people do.
pub(super) async fn resume_page(ask: Ask) -> Response {
    match ask.app.wizards.linked(ask.param("token")).await {
        Ok(session) => private(ask.respond(&question(&ask, &session, None))),
        Err(error) => private(refused(&ask, &error)),
    }
}

/// `POST /resume/{token}`: uses the link up, and goes on.
pub(super) async fn resume(ask: Ask, fields: Fields) -> Response {
    let posted = Posted::from(&fields);
    let token = ask.param("token").to_owned();
    let session = match ask.app.wizards.linked(&token).await {
        Ok(session) => session,
        Err(error) => return private(refused(&ask, &error)),
    };
    if !knows(&ask, &session, &posted) {
        if ask.app.guesses.is_last(&token) {
            // Whoever guesses for ever finds it: a new link, which nobody gets, takes the place of this one.
            if let Err(error) = ask.app.wizards.link(session.key()).await {
                return private(refused(&ask, &error));
            }
            return private(refused(&ask, &WizardsError::LinkVoid));
        }
        let words = &ask.app.options.words;
        let page = question(&ask, &session, Some(&words.second_fact_wrong)).with_errors();
        return private(ask.respond(&page.status(StatusCode::UNPROCESSABLE_ENTITY)));
    }
    let Some(owner) = ask.owner() else { return trouble::not_found(&ask) };
    match ask.app.wizards.resume(&token, &owner).await {
        Ok(session) => {
            let id = session.key().id;
            let place = if ask.app.options.named { format!("/w/{id}") } else { "/".to_owned() };
            ask.remember(id, ask.to_root(&place))
        }
        Err(error) => private(refused(&ask, &error)),
    }
}

fn question(ask: &Ask, session: &Session, wrong: Option<&str>) -> Page {
    let words = &ask.app.options.words;
    let needs_fact = fact(ask, session).is_some();
    let action = ask.root.path(&format!("/resume/{}", ask.param("token")));
    let id = format!("{}-fact", ask.app.prefix);
    let body = html! {
        @if let Some(wrong) = wrong {
            div.sf-errors tabindex="-1" data-focus role="alert" {
                h2 { (words.error_heading) }
                ul { li { a href={ "#" (id) } { (wrong) } } }
            }
        }
        h1 tabindex="-1" data-focus[wrong.is_none()] { (words.resume_title) }
        p { (words.resume_text) }
        form method="post" action=(action) novalidate {
            (ask.token())
            @if needs_fact { (fact_field(ask, &id, wrong)) }
            button.sf-button type="submit" { (words.continue_link) }
        }
    };
    Page::new(words.resume_title.clone(), body)
}

fn fact_field(ask: &Ask, id: &str, wrong: Option<&str>) -> Markup {
    let words = &ask.app.options.words;
    let name = ask.app.options.second_fact.as_deref().unwrap_or_default();
    html! {
        div.sf-field {
            label for=(id) { (words.second_fact) " " (crate::form::humanise(name)) }
            @if let Some(wrong) = wrong { p.sf-error id={ (id) "-error" } { (wrong) } }
            input id=(id) name="fact" type="text" aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[wrong.map(|_| format!("{id}-error"))];
        }
    }
}

/// The second fact, where one is asked for and was given.
fn fact(ask: &Ask, session: &Session) -> Option<String> {
    let name = ask.app.options.second_fact.as_deref()?;
    let journey = ask.app.wizards.journey(session).ok()?;
    let answers = journey.steps.iter().find_map(|step| step.answers.get(name).cloned());
    answers.map(|value| plain(&value))
}

fn knows(ask: &Ask, session: &Session, posted: &Posted) -> bool {
    let same = |one: &str, two: &str| one.trim().to_lowercase() == two.trim().to_lowercase();
    match fact(ask, session) {
        Some(fact) => posted.one("fact").is_some_and(|given| same(given, &fact)),
        None => !holds_secrets(ask, session),
    }
}

fn refused(ask: &Ask, error: &WizardsError) -> Response {
    let words = &ask.app.options.words;
    match error {
        WizardsError::LinkVoid | WizardsError::NotFound => {
            let link = crate::Link::new(ask.root.path("/"), words.continue_link.clone());
            let (title, text) = (&words.link_void_title, &words.link_void_text);
            trouble::page(ask, StatusCode::NOT_FOUND, title, text, Some(link))
        }
        other => trouble::of(ask, other),
    }
}

/// The address of the page is a secret. It links to nothing but this service; without any referrer, browsers would not
/// say where its form comes from, and the guard would refuse it.
fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
