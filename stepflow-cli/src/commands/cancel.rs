use serde_json::json;
use stepflow_store::Cancellation;

use super::Desk;
use crate::args::CancelArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::text::plain;

pub(super) async fn cancel(desk: &Desk, args: CancelArgs) -> Result<Report, Failure> {
    let CancelArgs { run, by, reason } = args;
    let done = desk.runs.cancel(&run, &by.by, reason.as_deref()).await?;
    let name = plain(&run.to_string());
    let text = match done {
        Cancellation::Cancelled => format!("run `{name}` is cancelled"),
        _ => format!("run `{name}` is being carried out, and stops as soon as its worker hears of it"),
    };
    Ok(Report::new(text, &json!({ "done": done, "run": run })))
}
