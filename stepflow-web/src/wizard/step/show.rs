//! `GET /{step}`.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use stepflow_wizard::{BoxError, Cause, Map, Name, Session, WizardsError};

use super::draw::Drawn;
use super::whereto;
use crate::Link;
use crate::wizard::ask::Ask;
use crate::wizard::find::Found;
use crate::wizard::look::{self, Look};
use crate::wizard::{Stay, StepCall, trouble};

pub(in crate::wizard) async fn show(ask: Ask) -> Response {
    let Some((flow, stage)) = ask.app.at(ask.param("step")) else { return trouble::not_found(&ask) };
    let (flow, stage) = (Arc::clone(flow), Arc::clone(&stage.name));
    match page(&ask, &flow, &stage).await {
        Ok(response) => response,
        Err(error) => trouble::of(&ask, &error),
    }
}

async fn page(ask: &Ask, flow: &Name, stage: &Name) -> Result<Response, WizardsError> {
    let found = ask.find().await?;
    match &found {
        Found::Done(..) | Found::Completing(_) => return Ok(ask.to("/done")),
        Found::Expired => return Ok(trouble::expired(ask)),
        Found::None | Found::Open(_) => {}
    }
    let env = ask.app.wizards.env()?;
    let state = ask.state(&found)?;
    let look =
        look::at(&ask.app.wizards, state.clone(), flow, stage, &env).map_err(WizardsError::Unusable)?;
    let Some(look) = look else {
        let place = whereto(&ask.app, &state, &env).map_err(WizardsError::Unusable)?;
        return Ok(ask.to(&place));
    };
    let session = if let Found::Open(session) = &found { Some(&**session) } else { None };
    let again = look.journey.open == *stage && !look.journey.errors.is_empty();
    let mut notices: Vec<String> = look.view.messages.clone();
    let words = &ask.app.options.words;
    if ask.query("missing").is_some() {
        notices.push(words.incomplete.to_string());
    }
    if ask.query("confirm").is_some() {
        notices.push(words.confirm.to_string());
    }
    if again {
        notices.push(words.check_again.to_string());
    }
    let item = ask.query("item").and_then(|id| look.view.items.iter().find(|item| *item.id == *id));
    let loaded = match ask.load(&look).await {
        Ok(loaded) => loaded,
        Err(error) => return Ok(ask.not_loaded(&look, &error)),
    };
    let instead = ask.entered_again(&look).await;
    let problems = if again { look.journey.errors.clone() } else { Vec::new() };
    let drawn = Drawn {
        view: &look.view,
        data: &look.journey.data,
        loaded: &loaded,
        posted: None,
        problems: &problems,
        run: session.map(|session| (session.key().id.to_string(), session.revision())),
        edits: ask.edits(),
        item,
        notices,
        instead,
        note: Some(ask.kept_until(session)),
    };
    let mut page = ask.draw(&drawn);
    // Nothing was sent that could be wrong: it is an answer of before that is.
    page.status = StatusCode::OK;
    let response = ask.respond(&page);
    Ok(match session {
        Some(session) => ask.remember(session.key().id, response),
        None => response,
    })
}

impl Ask {
    /// What a function of the program is told.
    pub(super) fn call(&self, stage: &Name, values: Map, data: Map, cause: Cause) -> StepCall {
        StepCall {
            stage: Arc::clone(stage),
            values,
            data,
            cause,
            visitor: self.visitor.clone(),
            request: Arc::clone(&self.request),
        }
    }

    /// What the step's loader fetches.
    pub(super) async fn load(&self, look: &Look) -> Result<Value, BoxError> {
        let Some(load) = &self.app.step(&look.view.flow, &look.view.stage).load else {
            return Ok(Value::Null);
        };
        load(self.call(&look.view.stage, Map::new(), look.journey.data.clone(), Cause::GoTo)).await
    }

    pub(super) fn not_loaded(&self, look: &Look, error: &BoxError) -> Response {
        tracing::warn!(stage = %look.view.stage, %error, "a loader failed");
        let words = &self.app.options.words;
        let path = self.mount.path(&format!("/{}", self.app.address(&look.view.flow, &look.view.stage)));
        let link = Link::new(path, words.retry.clone());
        trouble::page(
            self,
            StatusCode::SERVICE_UNAVAILABLE,
            &words.loader_title,
            &words.loader_text,
            Some(link),
        )
    }

    /// Runs the hook of a step that wants to hear of every look at its page.
    async fn entered_again(&self, look: &Look) -> Option<Markup> {
        let step = self.app.step(&look.view.flow, &look.view.stage);
        let hook = step.on_enter.as_ref().filter(|_| step.refresh_on_enter)?;
        let call = self.call(&look.view.stage, Map::new(), look.journey.data.clone(), Cause::Start);
        match hook(call).await {
            Ok(()) => None,
            Err(Stay::Page(page)) => Some(page),
            Err(Stay::Errors(errors)) => Some(html! { p.sf-notice { (errors.to_string()) } }),
            Err(Stay::Failed(error)) => {
                tracing::warn!(stage = %look.view.stage, %error, "a hook failed");
                None
            }
        }
    }

    /// Until when the answers are kept, with a button for more time where that is short.
    pub(in crate::wizard) fn kept_until(&self, session: Option<&Session>) -> Markup {
        const SHORT: u64 = 20 * 60 * 60;
        let words = &self.app.options.words;
        let idle = self.app.wizards.keeping().lifetime.idle;
        let until = match session {
            Some(session) => Some(session.expires_at()),
            None => self.app.wizards.env().ok().and_then(|env| env.now.checked_add(idle).ok()),
        };
        html! {
            @if let Some(until) = until {
                div.sf-kept {
                    p { (words.answers_kept) " " (moment(until)) "." }
                    @if session.is_some() && idle.as_secs() < SHORT {
                        (self.button(&self.mount.path("/extend"), &words.more_time, "sf-small"))
                    }
                }
            }
        }
    }
}

/// A moment as text, for people and for machines.
pub(in crate::wizard) fn moment(at: stepflow_wizard::Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (at.strftime("%Y-%m-%d %H:%M UTC")) } }
}
