//! Somebody answers.

use axum::extract::State;
use axum::response::Response;
use serde_json::Value;
use stepflow::{ApprovalDecision, GateId, Settlement};

use crate::Fields;
use crate::auth::May;
use crate::runs::{Answer, Asked, Desk, Refusal, named, text};

/// Approves or denies, once and for all, in the name of whoever is signed in. Whoever comes second is told who was
/// first.
pub(crate) async fn decide(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_decide(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

/// Says whether a step that was broken off did its work.
pub(crate) async fn settle(State(desk): State<Desk>, asked: Asked, fields: Fields) -> Response {
    let outcome = do_settle(&desk, &asked, &fields).await;
    asked.answer(&desk, outcome)
}

async fn do_decide(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Decide)?.decided_by();
    let gate = text(fields, "gate").unwrap_or_default();
    let gate: GateId =
        gate.parse().map_err(|_| Refusal::Malformed("The form does not say what it answers.".into()))?;
    let decision = match fields.one("decision") {
        Some("approve") => ApprovalDecision::approve(),
        Some("deny") => ApprovalDecision::deny(),
        _ => return Err(Refusal::Malformed("Choose whether you approve or deny.".into())),
    };
    let decision = ApprovalDecision { reason: text(fields, "reason").map(str::to_owned), ..decision };
    desk.runs().decide(&gate, decision.by(by)).await?;
    Ok(Answer::GoTo(asked.run_address(gate.run())))
}

async fn do_settle(desk: &Desk, asked: &Asked, fields: &Fields) -> Result<Answer, Refusal> {
    let by = asked.visitor.allow(May::Decide)?.decided_by();
    let run = named(fields, "run")?;
    let settlement = match fields.one("happened") {
        Some("yes") => happened(fields)?,
        Some("no") => Settlement::DidNotHappen,
        _ => return Err(Refusal::Malformed("Choose whether the step did its work.".into())),
    };
    desk.runs().settle(&run, settlement, &by).await?;
    Ok(Answer::GoTo(asked.run_address(&run)))
}

fn happened(fields: &Fields) -> Result<Settlement, Refusal> {
    let output = match text(fields, "output") {
        None => Value::Null,
        Some(json) => serde_json::from_str(json).map_err(|error| {
            let what =
                format!("What it returned is no JSON: {error}. A text stands in quotes, as in \"PAY-1\".");
            Refusal::Malformed(what.into())
        })?,
    };
    Ok(match text(fields, "route") {
        None => Settlement::happened_with(output),
        Some(route) => Settlement::happened_by(route, output),
    })
}
