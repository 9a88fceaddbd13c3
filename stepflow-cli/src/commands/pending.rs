use std::fmt::Write;

use stepflow_store::{Pending, PendingPage, PendingQuery, Question, RunStatus};

use super::Desk;
use crate::args::PendingArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::table::{cell, colored, table};
use crate::text::{HINT, plain, word};
use crate::times::length;

pub(super) async fn pending(desk: &Desk, args: PendingArgs) -> Result<Report, Failure> {
    let query = PendingQuery { workflow: args.workflow, after: args.page.after, limit: args.page.limit };
    let page = desk.runs.pending(&query).await?;
    Ok(Report::new(told(&page), &page))
}

fn told(page: &PendingPage) -> String {
    let mut text = if page.waiting.is_empty() {
        "nobody is waited for\n".to_owned()
    } else {
        let rows = page.waiting.iter().map(row).collect();
        table(&["GATE OR RUN", "WORKFLOW", "WAITS", "ASKS", "STATE"], rows)
    };
    for damaged in &page.damaged {
        let (run, why) = (plain(&damaged.run.to_string()), plain(&damaged.why));
        let _ = writeln!(text, "run `{run}` waits, and cannot say for what: {why}");
    }
    if let Some(next) = &page.next {
        let _ = writeln!(text, "{HINT}more: --after {}{HINT:#}", word(&next.to_string()));
    }
    text
}

fn row(waiting: &Pending) -> Vec<comfy_table::Cell> {
    let (name, status, asks) = match &waiting.question {
        Question::Approval { gate, message, metadata } => {
            let message = message.clone().unwrap_or_else(|| format!("May `{}` run?", waiting.step));
            let metadata = metadata.iter().map(|(key, value)| format!(" {key}={value}")).collect::<String>();
            (gate.to_string(), RunStatus::Paused, message + &metadata)
        }
        _ => {
            let asks = format!("Did `{}` do its work? (settle)", waiting.step);
            (waiting.run.to_string(), RunStatus::Unsettled, asks)
        }
    };
    let state = waiting.state.to_string();
    vec![
        cell(name),
        cell(&waiting.workflow),
        cell(length(waiting.waiting)),
        colored(asks, status),
        cell(crate::text::short(&state, 60)),
    ]
}
