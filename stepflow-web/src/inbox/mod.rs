//! The inbox: who is asked what, and how they answer.

mod answer;
mod draw;

use axum::extract::State;
use axum::response::Response;
use maud::html;

pub(crate) use self::answer::{decide, settle};
use crate::Page;
use crate::auth::May;
use crate::runs::words::plain;
use crate::runs::{Answer, Asked, Desk, PendingView, Refusal};

/// The root leads to the inbox.
pub(crate) async fn home(State(desk): State<Desk>, asked: Asked) -> Response {
    asked.answer(&desk, Ok(Answer::GoTo(asked.mount.path("/inbox"))))
}

pub(crate) async fn list(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = list_page(&desk, &asked).await;
    asked.answer(&desk, outcome)
}

/// One question by itself.
pub(crate) async fn one(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = one_page(&desk, &asked).await;
    asked.answer(&desk, outcome)
}

async fn list_page(desk: &Desk, asked: &Asked) -> Result<Answer, Refusal> {
    asked.visitor.allow(May::Look)?;
    let found = desk.runs().pending(&asked.pending_query()?).await?;
    let waiting: Vec<_> =
        found.waiting.into_iter().map(|waiting| PendingView::of(waiting, desk.mask())).collect();
    let main = html! {
        h1 tabindex="-1" data-focus { "Inbox" }
        (draw::filter(asked))
        @if waiting.is_empty() {
            p { "Nobody waits for an answer." }
        }
        @for (number, waiting) in waiting.iter().enumerate() {
            (draw::entry(asked, waiting, number))
        }
        @if !found.damaged.is_empty() {
            h2 { "Runs that cannot be read" }
            ul {
                @for damaged in &found.damaged {
                    li {
                        a href=(asked.run_address(&damaged.run)) { (plain(&damaged.run.to_string())) } ": "
                        (plain(&damaged.why))
                    }
                }
            }
        }
        @if let Some(next) = &found.next {
            @let next = next.to_string();
            @let fields = asked.one("workflow").map(|name| ("workflow", name)).into_iter();
            @let fields = fields.chain([("after", next.as_str())]).collect::<Vec<_>>();
            p { a.sf-next rel="next" href=(asked.address("/inbox", &fields)) { "Older questions" } }
        }
    };
    Ok(Answer::Page(Page::new("Inbox", main).wide()))
}

async fn one_page(desk: &Desk, asked: &Asked) -> Result<Answer, Refusal> {
    asked.visitor.allow(May::Look)?;
    let run = asked.run()?;
    let Some(pending) = desk.runs().question(&run).await? else {
        // It was answered, or is over: the run's page says by whom and when.
        return Ok(Answer::GoTo(asked.run_address(&run)));
    };
    let waiting = PendingView::of(pending, desk.mask());
    let main = html! {
        h1 tabindex="-1" data-focus { (draw::title(&waiting)) }
        (draw::question(asked, &waiting, 0))
    };
    Ok(Answer::Page(Page::new(draw::title(&waiting), main).wide()))
}
