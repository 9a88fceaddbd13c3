use serde_json::json;

use super::Desk;
use crate::args::ReleaseArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::text::plain;

pub(super) async fn release(desk: &Desk, args: ReleaseArgs) -> Result<Report, Failure> {
    let ReleaseArgs { run, adopt, by } = args;
    let name = plain(&run.to_string());
    let (done, text) = if adopt {
        desk.runs.adopt(&run, &by.by).await?;
        ("adopted", format!("run `{name}` goes on by the definition of the day"))
    } else {
        desk.runs.release(&run, &by.by).await?;
        ("released", format!("run `{name}` is held no longer"))
    };
    Ok(Report::new(text, &json!({ "done": done, "run": run })))
}
