//! What an answer leaves out and the definition knows: defaults, and values made of other values.

use serde_json::Value;

use crate::Definition;
use crate::Map;
use crate::definition::{CompiledFlow, Derivation, DeriveWhen};

/// Fills in the schema's defaults, and then what the derivations make of the data. Derived values of fields that the
/// stage does not have come back.
pub(crate) fn fill(
    definition: &Definition,
    flow: &CompiledFlow,
    at: usize,
    values: &mut Map,
    known: Option<&Map>,
    turn: &Map,
) -> Map {
    let stage = &flow.flow.stages[at];
    let schema = flow.stages[at].schema.as_ref();
    for (name, default) in schema.iter().flat_map(|schema| &schema.defaults) {
        if values.get(&**name).is_none_or(Value::is_null) {
            values.insert(name.to_string(), default.clone());
        }
    }
    let rules = flow.flow.settings.derivations.as_ref().unwrap_or(&definition.settings().derivations);
    if rules.is_empty() || !stage.derivation_enabled {
        return Map::new();
    }
    let mut data = known.cloned().unwrap_or_default();
    for map in [turn, values] {
        data.extend(map.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let mut elsewhere = Map::new();
    for rule in rules {
        let Some(value) = derive(rule, &data) else { continue };
        data.insert(rule.target.to_string(), value.clone());
        let own = schema.is_none_or(|schema| schema.fields.contains_key(&rule.target));
        let map = if own { &mut *values } else { &mut elsewhere };
        map.insert(rule.target.to_string(), value);
    }
    elsewhere
}

/// What a rule makes of the data, if it is its turn.
fn derive(rule: &Derivation, data: &Map) -> Option<Value> {
    let source = data.get(&*rule.source).filter(|source| !source.is_null())?;
    let target = data.get(&*rule.target);
    let wanted = match rule.when {
        DeriveWhen::Always => true,
        DeriveWhen::TargetMissing => target.is_none_or(Value::is_null),
        DeriveWhen::TargetEmpty => target.is_none_or(is_empty),
    };
    if !wanted {
        return None;
    }
    rule.transform.apply(source, data).ok().flatten()
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}
