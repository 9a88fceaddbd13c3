//! What an answer leaves out and the definition knows: defaults, and values made of other values.

use std::sync::Arc;

use serde_json::Value;

use crate::definition::CompiledFlow;
use crate::{Definition, Map, Name};

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
    defaults(flow, at, values);
    derive(definition, flow, at, values, known, turn).0
}

/// Fills in the schema's defaults, and says for which fields.
pub(crate) fn defaults(flow: &CompiledFlow, at: usize, values: &mut Map) -> Vec<Name> {
    let mut filled = Vec::new();
    for (name, default) in flow.stages[at].schema.iter().flat_map(|schema| &schema.defaults) {
        if values.get(&**name).is_none_or(Value::is_null) {
            values.insert(name.to_string(), default.clone());
            filled.push(Arc::clone(name));
        }
    }
    filled
}

/// Fills in what the derivations make of the data. Derived values of fields that the stage does not have come back, and
/// the names of all fields that were derived.
pub(crate) fn derive(
    definition: &Definition,
    flow: &CompiledFlow,
    at: usize,
    values: &mut Map,
    known: Option<&Map>,
    turn: &Map,
) -> (Map, Vec<Name>) {
    let stage = &flow.flow.stages[at];
    let schema = flow.stages[at].schema.as_ref();
    let rules = flow.flow.settings.derivations.as_ref().unwrap_or_else(|| &definition.settings().derivations);
    if rules.is_empty() || !stage.derivation_enabled {
        return (Map::new(), Vec::new());
    }
    let mut data = known.cloned().unwrap_or_default();
    for map in [turn, values] {
        data.extend(map.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    let (mut elsewhere, mut derived) = (Map::new(), Vec::new());
    for rule in rules {
        let Ok(Some(value)) = rule.derive(&data) else { continue };
        data.insert(rule.target().to_owned(), value.clone());
        let own = schema.is_none_or(|schema| schema.fields.contains_key(rule.target()));
        let map = if own { &mut *values } else { &mut elsewhere };
        map.insert(rule.target().to_owned(), value);
        derived.push(rule.target().into());
    }
    (elsewhere, derived)
}
