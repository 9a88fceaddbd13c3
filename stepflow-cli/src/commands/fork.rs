use serde_json::json;

use super::Desk;
use crate::args::ForkArgs;
use crate::failure::Failure;
use crate::report::Report;
use crate::text::plain;

pub(super) async fn fork(desk: &Desk, args: ForkArgs) -> Result<Report, Failure> {
    let ForkArgs { run, step, new_id, by } = args;
    desk.runs.fork(&run, &step, &new_id, &by.by).await?;
    let text = format!(
        "run `{}` is a copy of run `{}`, and goes on before `{}`",
        plain(&new_id.to_string()),
        plain(&run.to_string()),
        plain(&step)
    );
    Ok(Report::new(text, &json!({ "done": "forked", "run": new_id, "of": run, "step": step })))
}
