use serde_json::json;

use super::Desk;
use crate::args::RetryArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::text::plain;

pub(super) async fn retry(desk: &Desk, args: RetryArgs) -> Result<Report, Failure> {
    let RetryArgs { run, by } = args;
    desk.runs.retry(&run, &by.by).await?;
    let text = format!("run `{}` is tried again, from the step that failed", plain(&run.to_string()));
    Ok(Report::new(text, &json!({ "done": "retried", "run": run })))
}
