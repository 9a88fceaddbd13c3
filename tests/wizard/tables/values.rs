//! Values: normalised, matched with choices, grounded, and read from the words of a message.

use serde_json::{Value, json};
use stepflow_wizard::values::{ExtractionHints, Field, GroundingOptions, Signals, match_choice};

use super::rows::{of_grounding, of_match, of_normalised, of_signal};
use super::{Replay, Table};

pub(super) fn boolean_signal(table: &Table, row: &Value) -> Replay {
    let message = row["message"].as_str().expect("a row has a message");
    Replay {
        recorded: row["signal"].clone(),
        ours: Signals::default().read(message).into(),
        defect: of_signal(&table.about, row),
    }
}

pub(super) fn enum_match(_table: &Table, row: &Value) -> Replay {
    let choices = row["enum"].as_array().expect("a row has choices");
    let value = row["value"].as_str().expect("a row has a value");
    let threshold = row["threshold"].as_f64().expect("a row has a threshold");
    Replay {
        recorded: row["match"].clone(),
        ours: match_choice(value, choices, threshold).choice().into(),
        defect: of_match(&row["enum"], &row["value"], &row["match"], threshold),
    }
}

pub(super) fn normalise(_table: &Table, row: &Value) -> Replay {
    let name = row["field"].as_str().expect("a row has a field");
    let field = Field::new(name, &row["property"]).expect("the property is readable");
    let hints = ExtractionHints::default();
    let threshold = field.hints().normalize_threshold.unwrap_or(hints.normalize_threshold);
    let matched = match field.hints().normalize {
        Some(false) => None,
        _ => of_match(&row["property"]["enum"], &row["value"], &row["result"], threshold),
    };
    Replay {
        // A call that crashed has no result, which is another thing than none.
        recorded: if row["raises"].is_null() {
            row["result"].clone()
        } else {
            json!({ "raises": row["raises"] })
        },
        ours: field.normalise(row["value"].clone(), &hints).into_value(),
        defect: matched.or_else(|| of_normalised(row)),
    }
}

pub(super) fn grounding(_table: &Table, row: &Value) -> Replay {
    let name = row["field"].as_str().expect("a row has a field");
    let message = row["message"].as_str().expect("a row has a message");
    let field = Field::new(name, &row["property"]).expect("the property is readable");
    let admission = field.admit(&row["new"], row.get("existing"), message, &GroundingOptions::default());
    Replay {
        recorded: row["action"].clone(),
        ours: json!(if admission.accepted { "accept" } else { "reject" }),
        defect: of_grounding(row),
    }
}
