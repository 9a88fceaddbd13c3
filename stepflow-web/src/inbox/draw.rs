//! How a question looks.

use std::time::Duration;

use maud::{Markup, html};
use serde_json::Value;

use crate::auth::May;
use crate::runs::words::{moment, plain, span, value};
use crate::runs::{Asked, PendingView};

pub(super) fn filter(asked: &Asked) -> Markup {
    html! {
        form.sf-filters method="get" action=(asked.mount.path("/inbox")) role="search" aria-label="Which questions" {
            div.sf-filter {
                label for="filter-workflow" { "Workflow" }
                input type="text" id="filter-workflow" name="workflow" autocomplete="off"
                    value=(asked.one("workflow").unwrap_or_default());
            }
            button.sf-button type="submit" { "Show" }
        }
    }
}

/// What is asked, in a line.
pub(super) fn title(waiting: &PendingView) -> String {
    match waiting.question.asks {
        "settlement" => format!("Did {} do its work?", plain(&waiting.step)),
        _ => match &waiting.question.message {
            Some(message) => plain(message),
            None => format!("May {} go ahead?", plain(&waiting.step)),
        },
    }
}

/// A question in the list.
pub(super) fn entry(asked: &Asked, waiting: &PendingView, number: usize) -> Markup {
    let heading = format!("question-{number}");
    html! {
        article.sf-question-card aria-labelledby=(heading) {
            h2 id=(heading) { (title(waiting)) }
            (question(asked, waiting, number))
        }
    }
}

/// What the question is about, and the form that answers it.
pub(super) fn question(asked: &Asked, waiting: &PendingView, number: usize) -> Markup {
    let age = span(Duration::from_secs(waiting.waiting_seconds));
    html! {
        dl.sf-facts {
            dt { "Run" } dd { a href=(asked.run_address(&waiting.run)) { (plain(&waiting.run.to_string())) } }
            dt { "Workflow" } dd { (plain(&waiting.workflow)) ", step " code { (plain(&waiting.step)) } }
            dt { "Waits" } dd { (age) ", since " (moment(waiting.since)) }
            @for (name, about) in &waiting.question.metadata {
                dt { (plain(name)) } dd { (inline(about)) }
            }
        }
        details id={ "state-" (number) } {
            summary { "State" }
            (value(&waiting.state))
        }
        @if asked.visitor.may(May::Decide) {
            @if waiting.question.asks == "settlement" { (settlement(asked, waiting, number)) }
            @else { (approval(asked, waiting, number)) }
        } @else {
            p { "You may see this, and not decide it." }
        }
    }
}

fn approval(asked: &Asked, waiting: &PendingView, number: usize) -> Markup {
    let reason = format!("reason-{number}");
    html! {
        form method="post" action=(asked.mount.path("/inbox/decide")) {
            (asked.visitor.token_field())
            input type="hidden" name="gate" value=(waiting.question.gate.as_deref().unwrap_or_default());
            div.sf-field {
                label for=(reason) { "Reason (optional)" }
                // A text of several lines: Enter begins a line, and decides nothing.
                textarea id=(reason) name="reason" rows="2" {}
            }
            button.sf-button type="submit" name="decision" value="approve" {
                "Approve" span.sf-hidden { " " (plain(&waiting.run.to_string())) }
            }
            " "
            button.sf-button.sf-button-danger type="submit" name="decision" value="deny" {
                "Deny" span.sf-hidden { " " (plain(&waiting.run.to_string())) }
            }
        }
    }
}

fn settlement(asked: &Asked, waiting: &PendingView, number: usize) -> Markup {
    let id = |name: &str| format!("{name}-{number}");
    html! {
        p {
            "The program went down inside " code { (plain(&waiting.step)) } ", which must not run twice. Find out \
             whether it did its work, and say so."
        }
        form method="post" action=(asked.mount.path("/inbox/settle")) {
            (asked.visitor.token_field())
            input type="hidden" name="run" value=(waiting.run.to_string());
            fieldset.sf-field {
                legend { "Did it do its work?" }
                div {
                    input type="radio" id=(id("yes")) name="happened" value="yes";
                    label for=(id("yes")) { " It did: the run goes on behind the step" }
                }
                div {
                    input type="radio" id=(id("no")) name="happened" value="no";
                    label for=(id("no")) { " It did not: the step is tried again" }
                }
            }
            @if !waiting.question.routes.is_empty() {
                div.sf-field {
                    label for=(id("route")) { "If it did: which route it took" }
                    select id=(id("route")) name="route" {
                        option value="" { "–" }
                        @for route in &waiting.question.routes { option value=(route) { (plain(route)) } }
                    }
                }
            }
            div.sf-field {
                label for=(id("output")) { "If it did: what it returned, as JSON (optional)" }
                textarea id=(id("output")) name="output" rows="2" {}
            }
            button.sf-button type="submit" { "Settle it" }
        }
    }
}

fn inline(about: &Value) -> Markup {
    match about {
        Value::Object(_) | Value::Array(_) => value(about),
        Value::String(text) => html! { (plain(text)) },
        other => html! { (other.to_string()) },
    }
}
