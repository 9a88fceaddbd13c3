//! Two tabs, one question: the person chooses which answer counts.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use stepflow_wizard::Session;

use super::ask::Ask;
use super::look::Look;
use super::{digest, progress};
use crate::Page;
use crate::form::{Posted, humanise, plain};

/// What was typed, and what was saved in the meantime. Nothing is written over before the person has chosen.
pub(super) fn page(ask: &Ask, session: &Session, look: &Look, posted: &Posted) -> Response {
    let words = &ask.app.options.words;
    let view = &look.view;
    let fields = ask.fields(view);
    let secrets: Vec<String> =
        fields.into_iter().filter(|field| field.sensitive).map(|field| field.name).collect();
    let path = ask.mount.path(&format!("/{}", ask.app.address(&view.flow, &view.stage)));
    let body = html! {
        h1 tabindex="-1" data-focus { (words.stale_title) }
        p { (words.stale_text) }
        p { strong { (progress::title(&view.stage, &view.title)) } }
        div.sf-choices {
            section {
                h2 { (words.typed_value) }
                (typed(posted, &secrets))
                form method="post" action=(path) {
                    (ask.token())
                    @for (name, value) in posted.0.iter().filter(|(name, _)| keeps(name, &secrets)) {
                        input type="hidden" name=(name) value=(value);
                    }
                    input type="hidden" name="_run" value=(session.key().id);
                    input type="hidden" name="_rev" value=(session.revision());
                    input type="hidden" name="_seen" value=(digest::of_view(view));
                    button.sf-button type="submit" { (words.keep_typed) }
                }
            }
            section {
                h2 { (words.saved_value) }
                dl {
                    @for (name, value) in view.values.iter().filter(|(name, _)| !is_secret(name, &secrets)) {
                        dt { (humanise(name)) }
                        dd { (plain(value)) }
                    }
                }
                @if view.values.is_empty() { p { (words.not_provided) } }
                a.sf-second href=(path) { (words.keep_saved) }
            }
        }
    };
    ask.respond(&Page::new(words.stale_title.clone(), body).status(StatusCode::CONFLICT))
}

/// What is sent once more. What is secret stays as it is saved.
fn keeps(name: &str, secrets: &[String]) -> bool {
    !matches!(name, "_token" | "_run" | "_rev" | "_seen") && !is_secret(name, secrets)
}

fn is_secret(name: &str, secrets: &[String]) -> bool {
    secrets.iter().any(|secret| {
        name.strip_prefix(&**secret).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn typed(posted: &Posted, secrets: &[String]) -> Markup {
    let shown = |name: &str, value: &str| !name.starts_with('_') && !value.is_empty();
    html! {
        dl {
            @for (name, value) in posted.0.iter().filter(|(name, value)| shown(name, value)) {
                dt { (humanise(&name.replace('/', " "))) }
                dd { @if is_secret(name, secrets) { "••••••" } @else { (value) } }
            }
        }
    }
}
