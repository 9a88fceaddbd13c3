//! The last page: that it is done, and what to quote.

use axum::response::Response;
use maud::html;
use stepflow_wizard::{Submitted, WizardsError};

use super::ask::Ask;
use super::find::Found;
use super::trouble;
use crate::Page;

/// `GET /done`. It can be opened as often as one likes while the receipt is kept.
pub(super) async fn show(ask: Ask) -> Response {
    match ask.find().await {
        Ok(Found::Done(key, submitted)) => ask.remember(key.id, ask.respond(&draw(&ask, &submitted))),
        Ok(Found::Completing(session)) => {
            let submission = session.submission().map(|submission| submission.to_string());
            trouble::working(&ask, submission.as_deref())
        }
        Ok(Found::Expired) => trouble::expired(&ask),
        Ok(Found::None | Found::Open(_)) => ask.to("/"),
        Err(WizardsError::NotFound) => trouble::not_found(&ask),
        Err(error) => trouble::of(&ask, &error),
    }
}

fn draw(ask: &Ask, submitted: &Submitted) -> Page {
    let options = &ask.app.options;
    let words = &options.words;
    let body = html! {
        h1 tabindex="-1" data-focus { (words.done_title) }
        @match &options.done {
            Some(render) => (render(submitted)),
            None => {
                p { (words.done_text) }
                p.sf-reference { (words.reference) ": " strong { (submitted.receipt.reference) } }
            }
        }
        (ask.button(&ask.root.path("/start"), &words.start_another, "sf-second"))
    };
    Page::new(words.done_title.clone(), body)
}
