//! The ways out: to end a wizard, and to begin it anew. Both ask first where something was answered.

use axum::response::Response;
use maud::html;
use stepflow_wizard::{Cause, Command, Map, Name, Session, WizardsError, advance};

use super::ask::Ask;
use super::find::Found;
use super::{StepCall, trouble};
use crate::Fields;
use crate::form::Posted;
use crate::{Link, Page};

/// `GET /cancel`: the question.
pub(super) async fn ask_cancel(ask: Ask) -> Response {
    let words = &ask.app.options.words;
    question(&ask, "/cancel", &words.cancel_title, &words.cancel_text, &words.cancel_yes).await
}

/// `GET /reset`: the question.
pub(super) async fn ask_restart(ask: Ask) -> Response {
    let words = &ask.app.options.words;
    question(&ask, "/reset", &words.restart_title, &words.restart_text, &words.restart_yes).await
}

async fn question(ask: &Ask, path: &str, title: &str, text: &str, yes: &str) -> Response {
    match ask.find().await {
        Ok(Found::Open(_) | Found::None) => ask.respond(&question_page(ask, path, title, text, yes)),
        Ok(Found::Done(..) | Found::Completing(_)) => ask.to("/done"),
        Ok(Found::Expired) => trouble::expired(ask),
        Err(error) => trouble::of(ask, &error),
    }
}

fn question_page(ask: &Ask, path: &str, title: &str, text: &str, yes: &str) -> Page {
    let words = &ask.app.options.words;
    let action = ask.mount.path(path);
    let body = html! {
        h1 tabindex="-1" data-focus { (title) }
        p { (text) }
        form method="post" action=(action) {
            (ask.token())
            input type="hidden" name="_confirmed" value="yes";
            div.sf-buttons {
                button.sf-danger type="submit" { (yes) }
                a.sf-second href=(ask.mount.path("/")) { (words.cancel_no) }
            }
        }
    };
    Page::new(title.to_owned(), body)
}

/// `POST /cancel`: deletes the answers.
pub(super) async fn cancel(ask: Ask, fields: Fields) -> Response {
    match ask.find().await {
        Ok(Found::Open(session)) => {
            if asks_first(&session, &fields) {
                let words = &ask.app.options.words;
                let (title, text) = (&words.cancel_title, &words.cancel_text);
                return ask.respond(&question_page(&ask, "/cancel", title, text, &words.cancel_yes));
            }
            match end(&ask, &session).await {
                Ok(()) => ask.forget(ask.to_root("/cancelled")),
                Err(error) => trouble::of(&ask, &error),
            }
        }
        Ok(Found::None | Found::Expired) => ask.to_root("/cancelled"),
        Ok(Found::Done(..) | Found::Completing(_)) => trouble::submitted_already(&ask),
        Err(error) => trouble::of(&ask, &error),
    }
}

async fn end(ask: &Ask, session: &Session) -> Result<(), WizardsError> {
    if let Some(hook) = &ask.app.options.on_cancel {
        let data = ask.app.wizards.journey(session).map(|journey| journey.data).unwrap_or_default();
        hook(StepCall {
            stage: Name::from(session.state().stage()),
            values: Map::new(),
            data,
            cause: Cause::GoTo,
            visitor: ask.visitor.clone(),
            request: std::sync::Arc::clone(&ask.request),
        })
        .await;
    }
    ask.app.wizards.delete(session.key()).await
}

/// `POST /reset`: begins anew.
pub(super) async fn restart(ask: Ask, fields: Fields) -> Response {
    match try_restart(&ask, &fields).await {
        Ok(response) => response,
        Err(error) => trouble::of(&ask, &error),
    }
}

async fn try_restart(ask: &Ask, fields: &Fields) -> Result<Response, WizardsError> {
    match ask.find().await {
        Ok(Found::Open(session)) => {
            if asks_first(&session, fields) {
                let words = &ask.app.options.words;
                let (title, text) = (&words.restart_title, &words.restart_text);
                let page = question_page(ask, "/reset", title, text, &words.restart_yes);
                return Ok(ask.respond(&page));
            }
            let env = ask.app.wizards.env()?;
            let outcome = advance(ask.app.definition(), session.state().clone(), Command::Restart, &env);
            let outcome = outcome.map_err(|refused| WizardsError::Unusable(refused.error))?;
            ask.app.wizards.save(&session, outcome).await?;
            Ok(ask.to("/"))
        }
        Ok(Found::None | Found::Expired) => Ok(ask.to("/")),
        Ok(Found::Done(..) | Found::Completing(_)) => Ok(trouble::submitted_already(ask)),
        // What cannot be read any more is begun anew.
        Err(WizardsError::Unusable(_)) => {
            drop_unusable(ask).await?;
            Ok(ask.forget(ask.to_root("/")))
        }
        Err(error) => Err(error),
    }
}

async fn drop_unusable(ask: &Ask) -> Result<(), WizardsError> {
    let Some(owner) = ask.owner() else { return Ok(()) };
    for summary in ask.app.wizards.list(&owner).await? {
        let key = stepflow_wizard::store::WizardKey { id: summary.id, owner: owner.clone() };
        if let Err(WizardsError::Unusable(_)) = ask.app.wizards.load(&key).await {
            ask.app.wizards.delete(&key).await?;
        }
    }
    Ok(())
}

/// Whether the person is asked first: where something was answered, and no page has asked yet.
fn asks_first(session: &Session, fields: &Fields) -> bool {
    let posted = Posted::from(fields);
    posted.one("_confirmed") != Some("yes") && session.state().rev() > 0
}

/// `GET /cancelled`.
pub(super) async fn cancelled(ask: Ask) -> Response {
    let words = &ask.app.options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.cancelled_title) }
        p { (words.cancelled_text) }
        @let link = Link::new(ask.root.path("/"), words.restart.clone());
        p { a.sf-button href=(link.href) { (link.text) } }
    };
    ask.respond(&Page::new(words.cancelled_title.clone(), body))
}
