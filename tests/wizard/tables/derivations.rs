//! Derivations: whether a rule is accepted, whether it fires, and what it sets.

use serde_json::{Value, json};
use stepflow_wizard::values::{Derivation, DerivationConfig};

use super::rows::of_derivation;
use super::{Replay, Table};

pub(super) fn derivation(_table: &Table, row: &Value) -> Replay {
    let parts = ["accepted", "derived", "dst", "dst_present"];
    Replay {
        recorded: parts.iter().map(|part| ((*part).to_owned(), row[*part].clone())).collect(),
        ours: ours(row),
        defect: of_derivation(row),
    }
}

fn ours(row: &Value) -> Value {
    let mut config = row["rule"].clone();
    config["source"] = json!("src");
    config["target"] = json!("dst");
    let data = row["data"].as_object().expect("a row has data");
    let rule = serde_json::from_value::<DerivationConfig>(config)
        .ok()
        .and_then(|config| Derivation::new(config, &()).ok());
    // A transform that fails sets nothing, as one that has nothing to give.
    let derived = rule.as_ref().and_then(|rule| rule.derive(data).ok().flatten());
    let after = derived.as_ref().or_else(|| data.get("dst"));
    json!({
        "accepted": rule.is_some(),
        "derived": derived.is_some(),
        "dst": after,
        "dst_present": after.is_some(),
    })
}
