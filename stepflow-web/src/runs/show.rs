//! One run.

use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::Value;
use stepflow::GraphPicture;
use stepflow_store::RunDetails;

use super::mask::{ShownPart, masked};
use super::part::part;
use super::view::RunView;
use super::words::{plain, status_word, value};
use super::{Answer, Asked, Desk, Refusal};
use crate::auth::May;
use crate::{Asset, Page};

pub(super) async fn show(State(desk): State<Desk>, asked: Asked) -> Response {
    let outcome = page(&desk, &asked).await;
    asked.answer(&desk, outcome)
}

pub(super) async fn details(desk: &Desk, asked: &Asked) -> Result<RunDetails, Refusal> {
    asked.visitor.allow(May::Look)?;
    Ok(desk.runs().get(&asked.run()?).await?)
}

/// What the picture of a run is called.
pub(super) fn picture(run: &RunView) -> GraphPicture {
    GraphPicture::new(
        run.graph.clone(),
        format!("Run {} of {}", plain(&run.run.to_string()), plain(&run.workflow)),
    )
}

async fn page(desk: &Desk, asked: &Asked) -> Result<Answer, Refusal> {
    let run = details(desk, asked).await?;
    if let Some(visit) = asked.one("visit") {
        let visit = visit.parse().map_err(|_| Refusal::Malformed("A visit is a number.".into()))?;
        return states(desk, asked, &run, visit);
    }
    let view = RunView::of(&run, desk.mask());
    let id = view.run.to_string();
    let live = asked.address("/run/live", &[("id", &id), ("version", &view.version.to_string())]);
    let main = html! {
        h1 tabindex="-1" data-focus { "Run " (plain(&id)) }
        p.sf-hidden role="status" #sf-live-status {}
        @if view.status.is_finished() {
            div #sf-live { (part(&asked.mount, &asked.visitor, &view, &picture(&view))) }
        } @else {
            div #sf-live data-live=(live) { (part(&asked.mount, &asked.visitor, &view, &picture(&view))) }
            script src=(Asset::Live.path(&asked.mount)) defer {}
        }
    };
    let title = format!("Run {}", plain(&id));
    let told = status_word(view.status, view.running);
    Ok(Answer::Page(Page::new(title, main).part(told).wide()))
}

/// The states before and after a visit.
fn states(desk: &Desk, asked: &Asked, run: &RunDetails, visit: u32) -> Result<Answer, Refusal> {
    let Some(found) = run.visits.iter().find(|found| found.sequence == visit) else {
        return Err(Refusal::Malformed("The run has no such visit.".into()));
    };
    let shown = |state: Option<&Value>| -> Markup {
        match state {
            Some(state) => value(&masked(desk.mask(), &run.workflow, ShownPart::State, state.clone())),
            None => html! { p { "It cannot be read." } },
        }
    };
    let title = format!("Visit {visit} to {}", plain(&found.step));
    let main = html! {
        h1 tabindex="-1" data-focus { (title) }
        p { a href=(asked.run_address(&run.run)) { "Back to run " (plain(&run.run.to_string())) } }
        h2 { "State before" }
        (shown(run.state_before(visit)))
        h2 { "State after" }
        (shown(run.state_after(visit)))
    };
    Ok(Answer::Page(Page::new(title, main).wide()))
}
