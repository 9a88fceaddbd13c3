//! Conditions: what a transition sees, and whether the condition could be evaluated.

use serde_json::{Map, Value, json};
use stepflow_wizard::condition::{Condition, ConditionErrorKind, EvalErrorKind};

use super::rows::{Refused, of_expression};
use super::{Replay, Table};

pub(super) fn expression(table: &Table, row: &Value) -> Replay {
    let data = table.about["data"].as_object().expect("the table has data");
    let source = row["expression"].as_str().expect("a row has a source");
    let before = data.clone();
    let truth = truth(source, data);
    assert_eq!(data, &before, "{source} changed the data");
    let defect = of_expression(row, &truth);
    Replay {
        recorded: json!({ "value": row["value"], "evaluated": row["evaluated"] }),
        ours: json!({ "value": matches!(truth, Ok(true)), "evaluated": truth.is_ok() }),
        defect,
    }
}

fn truth(source: &str, data: &Map<String, Value>) -> Result<bool, Refused> {
    let condition = Condition::parse(source).map_err(|errors| {
        errors.iter().next().map_or(Refused::Otherwise, |error| match error.kind() {
            ConditionErrorKind::Uncalled { .. } => Refused::Uncalled,
            ConditionErrorKind::Method { .. } | ConditionErrorKind::NotInLanguage { .. } => Refused::LeftOut,
            _ => Refused::Otherwise,
        })
    })?;
    condition.test(data).map_err(|error| match error.kind() {
        EvalErrorKind::NotFinite
        | EvalErrorKind::NumberTooLarge
        | EvalErrorKind::TooManySteps
        | EvalErrorKind::TooMuchMemory => Refused::Unbounded,
        _ => Refused::Otherwise,
    })
}
