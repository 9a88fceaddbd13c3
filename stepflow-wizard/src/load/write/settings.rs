//! Settings.

use super::{Keys, Kind, Node, count, parts};
use crate::Limits;
use crate::definition::{FlowSettings, HookPolicy, Settings};
use crate::load::read::{
    ACCEPT, CHANGED, INCOMPLETE, PARITY, SNAPSHOTS, UNKNOWN_FIELDS, WHEN, limits_by_key,
};
use crate::values::{Derivation, DerivationConfig};

pub(super) fn write(settings: &Settings) -> Keys {
    // What a setting is without being said depends on whose behaviour is reproduced.
    let usual = match settings.parity {
        Some(parity) => Settings::in_parity_with(parity),
        None => Settings::default(),
    };
    let mut keys = Keys::default();
    keys.word("parity", &PARITY.map(|(word, parity)| (word, Some(parity))), &settings.parity, &None);
    keys.flag("auto_advance_filled_stages", settings.auto_advance_filled, usual.auto_advance_filled);
    keys.list("per_turn_keys", settings.per_turn.iter().map(|key| Node::text(&**key)));
    keys.map("navigation", parts::navigation(&settings.navigation));
    keys.list("derivations", settings.derivations.iter().map(derivation));
    keys.word("accept", &ACCEPT, &settings.accept, &usual.accept);
    keys.word("unknown_fields", &UNKNOWN_FIELDS, &settings.unknown_fields, &usual.unknown_fields);
    keys.word("on_incomplete", &INCOMPLETE, &settings.incomplete, &usual.incomplete);
    if let Some(filter) = &settings.merge_filter {
        keys.put("merge_filter", Node::text(filter.name()));
    }
    keys.flag("strict_navigation", settings.strict_navigation, usual.strict_navigation);
    keys.flag("strict_conditions", settings.strict_conditions, usual.strict_conditions);
    hooks(&mut keys, settings.hooks, usual.hooks);
    keys.word("snapshots", &SNAPSHOTS, &settings.snapshots, &usual.snapshots);
    keys.word("on_changed_definition", &CHANGED, &settings.changed, &usual.changed);
    keys.flag("keep_subflow_on_back", settings.keep_subflow_on_back, usual.keep_subflow_on_back);
    keys.flag("recursion", settings.recursion, usual.recursion);
    keys.map("limits", limits(&settings.limits));
    keys.extra(&settings.extra);
    keys
}

fn hooks(keys: &mut Keys, hooks: HookPolicy, usual: HookPolicy) {
    if hooks == usual {
        return;
    }
    match hooks {
        HookPolicy::Full => keys.put("hooks", Node::text("full")),
        HookPolicy::Compat { consistent_lifecycle } => {
            keys.put("hooks", Node::text("compat"));
            keys.flag("consistent_navigation_lifecycle", consistent_lifecycle, true);
        }
    }
}

fn limits(limits: &Limits) -> Keys {
    let mut keys = Keys::default();
    let (mut limits, mut usual) = (limits.clone(), Limits::default());
    for ((key, limit), (_, usual)) in limits_by_key(&mut limits).into_iter().zip(limits_by_key(&mut usual)) {
        if limit != usual {
            keys.put(key, count(*limit));
        }
    }
    keys
}

pub(super) fn of_flow(settings: &FlowSettings) -> Keys {
    let mut keys = Keys::default();
    let filled = settings.auto_advance_filled.map(|flag| Node::new(Kind::Bool(flag)));
    keys.put_some("auto_advance_filled_stages", filled);
    keys.map("navigation", parts::navigation(&settings.navigation));
    if let Some(derivations) = &settings.derivations {
        keys.put("derivations", Node::new(Kind::List(derivations.iter().map(derivation).collect())));
    }
    keys
}

fn derivation(rule: &Derivation) -> Node {
    let config = rule.config();
    let usual = DerivationConfig::new("", "");
    let text = |text: &Option<String>| text.as_deref().map(Node::text);
    let mut keys = Keys::default();
    keys.put("source", Node::text(&*config.source));
    keys.put("target", Node::text(&*config.target));
    if config.transform != usual.transform {
        keys.put("transform", Node::text(&*config.transform));
    }
    keys.word("when", &WHEN, &config.when, &usual.when);
    keys.put_some("template", text(&config.template));
    keys.put_some("custom_class", text(&config.custom_class));
    keys.put_some("transform_value", config.transform_value.as_ref().map(Node::from_value));
    let list = |values: &Vec<serde_json::Value>| {
        Node::new(Kind::List(values.iter().map(Node::from_value).collect()))
    };
    keys.put_some("transform_values", config.transform_values.as_ref().map(list));
    keys.put_some("transform_map", config.transform_map.as_ref().map(Node::from_map));
    keys.put_some("transform_default", config.transform_default.as_ref().map(Node::from_value));
    keys.put_some("transform_replacement", text(&config.transform_replacement));
    keys.put_some("expression", text(&config.expression));
    keys.node()
}
