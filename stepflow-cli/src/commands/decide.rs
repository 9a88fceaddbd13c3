use serde_json::json;
use stepflow::{ApprovalDecision, GateId, RunId};
use stepflow_store::{Question, RunsError};

use super::Desk;
use crate::args::{DecideArgs, Target};
use crate::failure::Failure;
use crate::report::Report;
use crate::text::{plain, short, word};

pub(super) async fn decide(desk: &Desk, args: DecideArgs, approved: bool) -> Result<Report, Failure> {
    let decision =
        ApprovalDecision { reason: args.reason, ..ApprovalDecision::from(approved).by(args.by.by) };
    let gate = gate(desk, &args.target).await?;
    desk.runs.decide(&gate, decision).await?;
    let done = if approved { "approved" } else { "denied" };
    let (step, run) = (plain(gate.step()), plain(&gate.run().to_string()));
    let text = format!("`{step}` of run `{run}` is {done}");
    Ok(Report::new(text, &json!({ "done": done, "run": gate.run(), "gate": gate })))
}

/// The gate that is meant: the one of that name, or else the one that the run of that name asks now.
async fn gate(desk: &Desk, target: &Target) -> Result<GateId, Failure> {
    let Target { gate, run } = target;
    if let Some(gate) = gate {
        match desk.runs.question(gate.run()).await {
            Err(error) if error.is_unknown_run() && run.is_some() => {}
            _ => return Ok(gate.clone()),
        }
    }
    let Some(run) = run else {
        return Err(Failure::refused("not_asked", "that names neither a gate nor a run".to_owned()));
    };
    match desk.runs.question(run).await {
        Ok(Some(waiting)) => match waiting.question {
            Question::Approval { gate, .. } => Ok(gate),
            _ => Err(Failure::refused("not_asked", unsettled(run, &waiting.step))),
        },
        Ok(None) => Err(nothing_asked(desk, run).await?),
        // That there is no run of the gate says more than that there is none of the gate's name.
        Err(error) if error.is_unknown_run() => match gate {
            Some(gate) => Err(RunsError::UnknownRun { run: gate.run().clone() }.into()),
            None => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}

fn unsettled(run: &RunId, step: &str) -> String {
    let name = run.to_string();
    format!(
        "run `{name}` does not ask for an approval, but whether `{step}` did its work: stepflow settle {} \
         happened|did-not-happen",
        word(&name)
    )
}

/// The run asks nothing now: perhaps somebody was quicker.
async fn nothing_asked(desk: &Desk, run: &RunId) -> Result<Failure, Failure> {
    let details = desk.runs.get(run).await?;
    let decided = details.log.iter().rev().find(|entry| entry.kind == "decided");
    let note = decided.map(|entry| {
        let decided = short(&entry.to_string(), 300);
        format!("; {decided}, {}", desk.now.day_and_ago(entry.at))
    });
    Ok(Failure::Refused {
        kind: "not_asked",
        message: format!("run `{run}` asks nothing: it is {}", details.status),
        note,
        details: Box::new(json!({ "run": run, "status": details.status, "decided": decided })),
    })
}
