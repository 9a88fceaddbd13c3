use clap::error::ErrorKind;
use stepflow_store::{RunPage, RunQuery, RunStatus, RunSummary};

use super::Desk;
use crate::args::RunsArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::store::usage;
use crate::table::{cell, colored, table};
use crate::text::{HINT, word};

pub(super) async fn runs(desk: &Desk, args: RunsArgs) -> Result<Report, Failure> {
    let now = &desk.now;
    let moment = |when: Option<_>| when.map(|when: crate::times::When| when.moment(now)).transpose();
    let unchanged = args.unchanged.map(|age| age.before(now)).transpose();
    let query = RunQuery {
        workflow: args.workflow,
        statuses: args.status,
        created_since: moment(args.since).map_err(unusable)?,
        created_before: moment(args.before).map_err(unusable)?,
        unchanged_since: unchanged.map_err(unusable)?,
        after: args.page.after,
        limit: args.page.limit,
    };
    let page = desk.runs.list(&query).await?;
    Ok(Report::new(told(desk, &page), &page))
}

/// A time that the calendar does not have.
#[expect(clippy::needless_pass_by_value, reason = "the signature of a mapping")]
pub(super) fn unusable(error: jiff::Error) -> Failure {
    usage(ErrorKind::ValueValidation, &error.to_string())
}

fn told(desk: &Desk, page: &RunPage) -> String {
    if page.runs.is_empty() {
        return "there are no such runs\n".to_owned();
    }
    let rows = page.runs.iter().map(|run| row(desk, run)).collect();
    let mut text = table(&["RUN", "WORKFLOW", "STATUS", "STEP", "ADDED", "CHANGED"], rows);
    if let Some(next) = &page.next {
        text += &format!("{HINT}more: --after {}{HINT:#}\n", word(&next.to_string()));
    }
    text
}

fn row(desk: &Desk, run: &RunSummary) -> Vec<comfy_table::Cell> {
    let now = &desk.now;
    let status = match (run.status, run.due) {
        (RunStatus::Ready, _) if run.running => "running".to_owned(),
        (RunStatus::Ready, Some(due)) if due > now.at => format!("ready {}", now.ago(due)),
        (status, _) => status.to_string(),
    };
    vec![
        cell(run.run.to_string()),
        cell(&run.workflow),
        colored(status, run.status),
        cell(run.step.as_deref().unwrap_or("-")),
        cell(now.ago(run.created_at)),
        cell(now.ago(run.updated_at)),
    ]
}
