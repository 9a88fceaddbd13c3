use clap::error::ErrorKind;
use serde_json::{Value, json};
use stepflow::Settlement;

use super::Desk;
use crate::args::{SettleArgs, What};
use crate::failure::Failure;
use crate::report::Report;
use crate::store::usage;
use crate::text::plain;

pub(super) async fn settle(desk: &Desk, args: SettleArgs) -> Result<Report, Failure> {
    let SettleArgs { run, what, output, route, by } = args;
    let settlement = match (what, output, route) {
        (What::DidNotHappen, None, None) => Settlement::DidNotHappen,
        (What::DidNotHappen, ..) => {
            let what = "what did not happen has neither --output nor --route";
            return Err(usage(ErrorKind::ArgumentConflict, what));
        }
        (What::Happened, output, route) => {
            Settlement::Happened { output: output.unwrap_or(Value::Null), route }
        }
    };
    desk.runs.settle(&run, settlement.clone(), &by.by).await?;
    let name = plain(&run.to_string());
    let text = match what {
        What::DidNotHappen => format!("run `{name}` is settled: the step is tried again"),
        What::Happened => format!("run `{name}` is settled: it goes on behind the step"),
    };
    Ok(Report::new(text, &json!({ "done": "settled", "run": run, "settlement": settlement })))
}
