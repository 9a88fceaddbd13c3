//! The same as JSON.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stepflow::{ApprovalDecision, GateId, RunId, Settlement};

use super::refusal::json_response;
use super::show::picture;
use super::view::{PendingView, RunView};
use super::{Asked, Desk, Refusal, list, show};
use crate::auth::May;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/api/pending", get(pending))
        .route("/api/runs", get(runs))
        .route("/api/run", get(run))
        .route("/api/run/graph", get(graph))
        .route("/api/decide", post(decide))
        .route("/api/settle", post(settle))
        .route("/api/run/cancel", post(cancel))
        .route("/api/run/fork", post(fork))
        .route("/api/run/release", post(release))
        .route("/api/run/retry", post(retry))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decide {
    gate: GateText,
    approved: bool,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(transparent)]
struct GateText(String);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settle {
    run: RunId,
    settlement: Settlement,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {
    run: RunId,
    reason: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fork {
    run: RunId,
    step: String,
    new_id: RunId,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Release {
    run: RunId,
    #[serde(default)]
    adopt: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Retry {
    run: RunId,
}

async fn pending(State(desk): State<Desk>, asked: Asked) -> Response {
    answer(
        async {
            asked.visitor.allow(May::Look)?;
            let page = desk.runs().pending(&asked.pending_query()?).await?;
            let waiting: Vec<_> =
                page.waiting.into_iter().map(|waiting| PendingView::of(waiting, desk.mask())).collect();
            let next = page.next.map(|next| next.to_string());
            written(&json!({ "waiting": waiting, "damaged": page.damaged, "next": next }))
        }
        .await,
    )
}

async fn runs(State(desk): State<Desk>, asked: Asked) -> Response {
    answer(match list::found(&desk, &asked).await {
        Ok(page) => written(&page),
        Err(refusal) => Err(refusal),
    })
}

async fn run(State(desk): State<Desk>, asked: Asked) -> Response {
    answer(match show::details(&desk, &asked).await {
        Ok(details) => written(&RunView::of(&details, desk.mask())),
        Err(refusal) => Err(refusal),
    })
}

async fn graph(State(desk): State<Desk>, asked: Asked) -> Response {
    answer(match show::details(&desk, &asked).await {
        Ok(details) => {
            let run = RunView::of(&details, desk.mask());
            let svg = picture(&run).to_svg(&run.marks);
            written(&json!({ "version": run.version, "graph": run.graph, "marks": run.marks, "svg": svg }))
        }
        Err(refusal) => Err(refusal),
    })
}

async fn decide(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Decide)?.decided_by();
            let said: Decide = read(&body)?;
            let gate: GateId = said.gate.0.parse().map_err(malformed)?;
            let decision = ApprovalDecision { reason: reason(said.reason), ..said.approved.into() }.by(by);
            desk.runs().decide(&gate, decision.clone()).await?;
            written(&json!({ "gate": gate, "decision": decision }))
        }
        .await,
    )
}

async fn settle(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Decide)?.decided_by();
            let said: Settle = read(&body)?;
            desk.runs().settle(&said.run, said.settlement, &by).await?;
            written(&json!({ "run": said.run, "by": by }))
        }
        .await,
    )
}

async fn cancel(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Operate)?.decided_by();
            let said: Cancel = read(&body)?;
            let cancellation = desk.runs().cancel(&said.run, &by, reason(said.reason).as_deref()).await?;
            written(&json!({ "run": said.run, "cancellation": cancellation }))
        }
        .await,
    )
}

async fn fork(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Operate)?.decided_by();
            let said: Fork = read(&body)?;
            desk.runs().fork(&said.run, &said.step, &said.new_id, &by).await?;
            written(&json!({ "run": said.new_id }))
        }
        .await,
    )
}

async fn release(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Operate)?.decided_by();
            let said: Release = read(&body)?;
            if said.adopt {
                desk.runs().adopt(&said.run, &by).await?;
            } else {
                desk.runs().release(&said.run, &by).await?;
            }
            written(&json!({ "run": said.run }))
        }
        .await,
    )
}

async fn retry(State(desk): State<Desk>, asked: Asked, body: Bytes) -> Response {
    answer(
        async {
            let by = asked.visitor.allow(May::Operate)?.decided_by();
            let said: Retry = read(&body)?;
            desk.runs().retry(&said.run, &by).await?;
            written(&json!({ "run": said.run }))
        }
        .await,
    )
}

fn answer(outcome: Result<Value, Refusal>) -> Response {
    match outcome {
        Ok(body) => json_response(StatusCode::OK, &body),
        Err(refusal) => refusal.respond_json(),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(malformed)
}

fn written(body: &impl Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(body).map_err(malformed)
}

fn malformed(error: impl std::fmt::Display) -> Refusal {
    Refusal::Malformed(error.to_string().into())
}

fn reason(reason: Option<String>) -> Option<String> {
    reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty())
}
