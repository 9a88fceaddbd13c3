use std::fmt::Write;

use serde::Serialize;
use serde_json::Value;
use stepflow::{RunRecord, StepResult, StepStatus, Timestamp};
use stepflow_store::{Hold, LogEntry, Question, RunDetails, RunStatus, TimelineEntry, VisitDetails};

use super::Desk;
use crate::args::ShowArgs;
use crate::failure::Failure;
use crate::report::{Report, pretty};
use crate::table::{cell, colored_lines, table};
use crate::text::{BOLD, DIM, HINT, lines, plain, short, word};
use crate::times::{Now, length};

pub(super) async fn show(desk: &Desk, args: ShowArgs) -> Result<Report, Failure> {
    let details = desk.runs.get(&args.run).await?;
    let Some(sequence) = args.visit else { return Ok(Report::new(told(&details, &desk.now), &details)) };
    let visit = details.visits.iter().find(|visit| visit.sequence == sequence).ok_or_else(|| {
        let count = details.visits.len();
        let message = format!("run `{}` has {count} visits, and none of the number {sequence}", args.run);
        Failure::refused("no_such_visit", message)
    })?;
    let visit = OneVisit { visit, state_before: details.state_before(sequence) };
    Ok(Report::new(lines(&pretty(&visit)), &visit))
}

#[derive(Serialize)]
struct OneVisit<'a> {
    #[serde(flatten)]
    visit: &'a VisitDetails,
    state_before: Option<&'a Value>,
}

fn told(details: &RunDetails, now: &Now) -> String {
    let mut text = facts(details, now);
    let timeline = details.timeline();
    let rows = timeline.iter().map(|entry| match entry {
        TimelineEntry::Log(entry) => logged(entry, now),
        TimelineEntry::Visit(visit) => visited(visit, details, now),
    });
    let _ = write!(text, "\n{}", table(&["WHEN", "VISIT", "STEP", "WHAT"], rows.collect()));
    let _ = write!(text, "\n{BOLD}STATE{BOLD:#}\n{}\n", lines(&pretty(&details.state)));
    text
}

/// What is to be said of the run as a whole, a line each.
fn facts(details: &RunDetails, now: &Now) -> String {
    let run = details.run.to_string();
    let mut facts = vec![("run", plain(&run))];
    let version = details.definition.version;
    let definition = format!("version {version}, {}", details.definition.fingerprint());
    facts.push(("workflow", format!("{} {DIM}({definition}){DIM:#}", plain(&details.workflow))));
    facts.push(("status", status(details, now)));
    facts.extend(why(details, now).into_iter().map(|why| ("", why)));
    if let Some(question) = &details.question {
        facts.extend(asked(question, &run, details.step.as_deref().unwrap_or_default()));
    }
    facts.extend(
        ways_out(details, &run)
            .into_iter()
            .map(|way| ("", format!("{HINT}stepflow {way} --by NAME{HINT:#}"))),
    );
    facts.push(("added", now.day_and_ago(details.created_at)));
    match details.finished_at {
        Some(at) => facts.push(("finished", now.day_and_ago(at))),
        None => facts.push(("changed", now.day_and_ago(details.updated_at))),
    }
    let mut text = String::new();
    for (name, fact) in facts {
        let _ = writeln!(text, "{BOLD}{name:<10}{BOLD:#}{fact}");
    }
    text
}

fn status(details: &RunDetails, now: &Now) -> String {
    let step = details.step.as_deref().map(|step| format!(" at `{}`", plain(step))).unwrap_or_default();
    match (&details.worker, details.due) {
        (Some(worker), _) if details.status == RunStatus::Ready => {
            format!("running{step}, by {}", plain(worker.as_str()))
        }
        (None, Some(due)) if details.status == RunStatus::Ready && due > now.at => {
            format!("ready{step}, {}", now.day_and_ago(due))
        }
        _ => format!("{}{step}", details.status),
    }
}

/// Why the run is where it is, and what is known to be coming.
fn why(details: &RunDetails, now: &Now) -> Vec<String> {
    let mut why = Vec::new();
    match &details.record {
        Ok(record) => why.extend(failure(record)),
        Err(error) => why.push(format!("damaged: {}", plain(&error.to_string()))),
    }
    match &details.hold {
        Some(Hold::DefinitionChanged { differences }) => {
            why.push("its definition has changed:".to_owned());
            why.extend(differences.iter().map(|difference| format!("  {}", plain(difference))));
        }
        Some(hold) => why.push(plain(&hold.to_string())),
        None => {}
    }
    if let Some(attempt) = &details.attempt
        && let Some(error) = &attempt.error
    {
        why.push(format!("attempt {} failed: {}", attempt.failed, plain(error)));
    }
    if let Some(wish) = &details.cancel {
        let reason = wish.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        why.push(plain(&format!("{} wants it to be cancelled ({}){reason}", wish.by, now.ago(wish.at))));
    }
    if details.answer.is_some() {
        why.push("it has been answered, and goes on as soon as a worker takes it".to_owned());
    }
    why
}

/// What can be done about it.
fn ways_out(details: &RunDetails, run: &str) -> Option<String> {
    let run = word(run);
    match (details.status, &details.hold) {
        (RunStatus::Failed, _) => Some(format!("retry {run}")),
        (RunStatus::Held, Some(Hold::DefinitionChanged { .. })) => Some(format!("release {run} --adopt")),
        (RunStatus::Held, _) => Some(format!("release {run}")),
        _ => None,
    }
}

fn failure(record: &RunRecord) -> Option<String> {
    let error = record.error()?;
    let step = match record.failure() {
        Some(stepflow::Failure::Step { step_name }) => format!("`{step_name}` failed: "),
        _ => String::new(),
    };
    Some(plain(&format!("{step}{}", chain(error))))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn asked(question: &Question, run: &str, step: &str) -> Vec<(&'static str, String)> {
    match question {
        Question::Approval { gate, message, metadata } => {
            let gate = word(&gate.to_string());
            let message = message.as_ref().map_or_else(|| format!("May `{step}` run?"), String::clone);
            let mut asked = vec![("asks", plain(&message))];
            asked.extend(metadata.iter().map(|(key, value)| ("", plain(&format!("{key}: {value}")))));
            asked.push(("", format!("{HINT}stepflow approve {gate} --by NAME{HINT:#}")));
            asked.push(("", format!("{HINT}stepflow deny {gate} --by NAME --reason TEXT{HINT:#}")));
            asked
        }
        Question::Settlement { routes, .. } => {
            let run = word(run);
            let routes = routes.iter().map(|route| word(route)).collect::<Vec<_>>().join("|");
            let route = if routes.is_empty() { String::new() } else { format!(" --route {routes}") };
            vec![
                ("asks", plain(&format!("Did `{step}` do its work before it was broken off?"))),
                ("", format!("{HINT}stepflow settle {run} happened{route} --by NAME{HINT:#}")),
                ("", format!("{HINT}stepflow settle {run} did-not-happen --by NAME{HINT:#}")),
            ]
        }
        _ => Vec::new(),
    }
}

fn logged(entry: &LogEntry, now: &Now) -> Vec<comfy_table::Cell> {
    vec![cell(now.day(entry.at)), cell(""), cell(""), cell(entry.to_string())]
}

fn visited(visit: &VisitDetails, details: &RunDetails, now: &Now) -> Vec<comfy_table::Cell> {
    let result = &visit.result;
    let at: Timestamp = result.started_at().unwrap_or(visit.saved_at);
    let running = details.attempt.is_some()
        && details.visits.last().is_some_and(|last| last.sequence == visit.sequence);
    let (status, what) = match details.status {
        RunStatus::Unsettled if running => (RunStatus::Unsettled, "broken off".to_owned()),
        _ if running => (RunStatus::Ready, "under way".to_owned()),
        _ => (like(result.status()), outcome(result)),
    };
    let step = if visit.visit > 1 { format!("{} ({})", visit.step, visit.visit) } else { visit.step.clone() };
    vec![cell(now.day(at)), cell(visit.sequence.to_string()), cell(step), colored_lines(&what, status)]
}

fn outcome(result: &StepResult) -> String {
    let mut what = result.status().to_string();
    if let Some(duration) = result.duration().filter(|_| result.status() != StepStatus::Paused) {
        what += &format!(" in {}", length(duration));
    }
    if result.attempts() > 1 {
        what += &format!(", at attempt {}", result.attempts());
    }
    if let Some(error) = result.error() {
        what += &format!(": {}", chain(error));
    } else if let Some(output) =
        result.output().and_then(|output| output.to_json().ok()).filter(|it| !it.is_null())
    {
        what += &format!(": {}", short(&output.to_string(), 80));
    }
    match (result.route_key(), result.next_step()) {
        (Some(key), next) => what += &format!(" → {} ({key})", next.unwrap_or("END")),
        (None, Some(next)) => what += &format!(" → {next}"),
        (None, None) => {}
    }
    for child in result.children() {
        what += &format!("\nchild {} {}", child.workflow_name(), child.status());
    }
    what
}

fn like(status: StepStatus) -> RunStatus {
    match status {
        StepStatus::Failed => RunStatus::Failed,
        StepStatus::Paused => RunStatus::Paused,
        StepStatus::Succeeded => RunStatus::Succeeded,
        _ => RunStatus::Cancelled,
    }
}
