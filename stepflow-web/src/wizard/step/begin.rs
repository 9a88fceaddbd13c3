//! The ways in.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use stepflow_wizard::{Map, Session, State, WizardsError};

use super::whereto;
use crate::Page;
use crate::wizard::ask::Ask;
use crate::wizard::find::Found;
use crate::wizard::trouble;

/// `GET /`: to where the person is.
pub(in crate::wizard) async fn enter(ask: Ask) -> Response {
    let found = match ask.find().await {
        Ok(found) => found,
        Err(error) => return trouble::of(&ask, &error),
    };
    match found {
        Found::Completing(_) | Found::Done(..) => ask.to("/done"),
        Found::Expired => trouble::expired(&ask),
        Found::None | Found::Open(_) => {
            let place = ask.state(&found).and_then(|state| {
                whereto(&ask.app, &state, &ask.app.wizards.env()?).map_err(WizardsError::Unusable)
            });
            match place {
                Ok(place) => ask.to(&place),
                Err(error) => trouble::of(&ask, &error),
            }
        }
    }
}

/// `GET /start`, as the original has it.
pub(in crate::wizard) async fn to_root(ask: Ask) -> Response {
    ask.to_root("/")
}

/// `POST /start`: goes on, or begins another wizard where the last one is finished.
pub(in crate::wizard) async fn start(ask: Ask) -> Response {
    let found = if ask.app.options.named { Ok(Found::None) } else { ask.find().await };
    match found {
        Ok(Found::Open(_)) => ask.to_root("/"),
        Ok(Found::Completing(_)) => ask.to_root("/done"),
        Ok(Found::None | Found::Expired | Found::Done(..)) => match ask.begin().await {
            Ok(session) if ask.app.options.named => ask.to_root(&format!("/w/{}", session.key().id)),
            Ok(session) => {
                let response = ask.to_root("/");
                ask.remember(session.key().id, response)
            }
            Err(error) => trouble::of(&ask, &error),
        },
        Err(error) => trouble::of(&ask, &error),
    }
}

/// `GET /` where every wizard has an address of its own.
pub(in crate::wizard) async fn list(ask: Ask) -> Response {
    let words = &ask.app.options.words;
    let found = match ask.owner() {
        Some(owner) => ask.app.wizards.list(&owner).await,
        None => Ok(Vec::new()),
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => return trouble::of(&ask, &error),
    };
    let service = ask.app.options.shell.service().to_owned();
    let body = html! {
        h1 tabindex="-1" data-focus { (service) }
        (ask.button(&ask.root.path("/start"), &words.begin, "sf-button"))
        @if !found.is_empty() {
            h2 { (words.yours) }
            ul {
                @for one in &found {
                    li {
                        a href=(ask.root.path(&format!("/w/{}", one.id))) {
                            (words.continue_link) ": " (one.created_at.strftime("%Y-%m-%d %H:%M"))
                        }
                    }
                }
            }
        }
    };
    ask.respond(&Page::new(service, body).status(StatusCode::OK))
}

impl Ask {
    /// The state that a page shows: what is saved, or a beginning that is saved with the first answer.
    pub(in crate::wizard) fn state(&self, found: &Found) -> Result<State, WizardsError> {
        if let Found::Open(session) = found {
            return Ok(session.state().clone());
        }
        let begun = self.app.definition().begin_with(self.initial(), &self.app.wizards.env()?);
        begun.map(|outcome| outcome.state).map_err(WizardsError::Unusable)
    }

    pub(in crate::wizard) async fn begin(&self) -> Result<Session, WizardsError> {
        let owner = self.owner().ok_or(WizardsError::NotFound)?;
        self.app.sweep();
        Ok(self.app.wizards.begin(&owner, self.initial()).await?.session)
    }

    fn initial(&self) -> Map {
        self.app.options.initial.as_ref().map(|initial| initial(&self.request)).unwrap_or_default()
    }
}
