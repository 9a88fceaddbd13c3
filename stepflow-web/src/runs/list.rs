//! The list of runs.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use stepflow_store::{RunPage, RunStatus, RunSummary};

use super::query::FIELDS;
use super::words::{moment, plain, status, status_word};
use super::{Answer, Asked, Desk, Refusal};
use crate::Page;
use crate::auth::May;

pub(super) async fn list(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = page(&desk, &asked).await;
    asked.answer(&desk, outcome)
}

/// The runs that the address asks for.
pub(super) async fn found(desk: &Desk, asked: &Asked) -> Result<RunPage, Refusal> {
    asked.visitor.allow(May::Look)?;
    let now = desk.runs().store().now().await?;
    Ok(desk.runs().list(&asked.run_query(now)?).await?)
}

async fn page(desk: &Desk, asked: &Asked) -> Result<Answer, Refusal> {
    let found = found(desk, asked).await?;
    let main = html! {
        h1 tabindex="-1" data-focus { "Runs" }
        (filters(asked))
        @if found.runs.is_empty() {
            p { "No runs." }
        } @else {
            (table(asked, &found.runs))
        }
        @if let Some(next) = &found.next {
            @let next = next.to_string();
            p { a.sf-next rel="next" href=(asked.address("/runs", &next_fields(asked, &next))) { "Older runs" } }
        }
    };
    Ok(Answer::Page(Page::new("Runs", main).wide()))
}

fn table(asked: &Asked, runs: &[RunSummary]) -> Markup {
    html! {
        div.sf-scroll tabindex="0" role="region" aria-label="Runs" {
            table.sf-table {
                caption.sf-hidden { "Runs, newest first" }
                thead { tr {
                    th scope="col" { "Run" }
                    th scope="col" { "Workflow" }
                    th scope="col" { "Status" }
                    th scope="col" { "Step" }
                    th scope="col" { "Added" }
                    th scope="col" { "Changed" }
                } }
                tbody {
                    @for run in runs {
                        tr {
                            th scope="row" { a href=(asked.run_address(&run.run)) { (plain(&run.run.to_string())) } }
                            td { (plain(&run.workflow)) }
                            td { (status(run.status, run.running)) }
                            td { @if let Some(step) = &run.step { (plain(step)) } }
                            td { (moment(run.created_at)) }
                            td { (moment(run.updated_at)) }
                        }
                    }
                }
            }
        }
    }
}

fn filters(asked: &Asked) -> Markup {
    let text = |name: &str, label: &str, hint: &str| {
        let id = format!("filter-{name}");
        let hint_id = format!("{id}-hint");
        html! {
            div.sf-filter {
                label for=(id) { (label) }
                span.sf-hint id=(hint_id) { (hint) }
                input type="text" id=(id) name=(name) value=(asked.one(name).unwrap_or_default())
                    aria-describedby=(hint_id) autocomplete="off";
            }
        }
    };
    html! {
        form.sf-filters method="get" action=(asked.mount.path("/runs")) role="search" aria-label="Which runs" {
            (text("workflow", "Workflow", "its name"))
            fieldset.sf-filter {
                legend { "Status" }
                @for one in RunStatus::ALL {
                    @let id = format!("filter-status-{one}");
                    span.sf-choice {
                        input type="checkbox" id=(id) name="status" value=(one)
                            checked[asked.all("status").any(|asked| asked == one.as_str())];
                        label for=(id) { (status_word(one, false)) }
                    }
                }
            }
            (text("since", "Added since", "2024-02-29, or 2d"))
            (text("before", "Added before", "2024-02-29, or 2d"))
            (text("unchanged", "Unchanged for", "3h, or 2d"))
            button.sf-button type="submit" { "Show" }
        }
    }
}

/// The filters, and where the next page begins.
fn next_fields<'a>(asked: &'a Asked, next: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = Vec::new();
    for name in FIELDS.into_iter().chain(["limit"]) {
        fields.extend(asked.all(name).map(|value| (name, value)));
    }
    fields.push(("after", next));
    fields
}
