use serde_json::json;

use super::Desk;
use crate::args::{DeleteArgs, SweepArgs};
use crate::failure::Failure;
use crate::report::Report;
use crate::text::plain;

pub(super) async fn delete(desk: &Desk, args: DeleteArgs) -> Result<Report, Failure> {
    desk.runs.delete(&args.run).await?;
    let text = format!("run `{}` is deleted", plain(&args.run.to_string()));
    Ok(Report::new(text, &json!({ "done": "deleted", "run": args.run })))
}

pub(super) async fn sweep(desk: &Desk, args: SweepArgs) -> Result<Report, Failure> {
    let age = args.older_than.length(&desk.now).map_err(super::runs::unusable)?;
    let count = desk.runs.sweep(age).await?;
    let text = match count {
        1 => "1 run is deleted".to_owned(),
        count => format!("{count} runs are deleted"),
    };
    Ok(Report::new(text, &json!({ "done": "swept", "count": count })))
}
