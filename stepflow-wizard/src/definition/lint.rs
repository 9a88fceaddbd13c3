//! What is doubtful about a definition.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::compile::{place_of, priority, ways_from};
use super::{Blueprint, CompiledFlow, Guard, Stage, StageKind, Target};
use crate::Name;
use crate::error::{Warning, WarningCode};
use crate::values::Field;

pub(super) fn warnings(blueprint: &Blueprint, flows: &[CompiledFlow]) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let set = fields_set(blueprint, flows);
    for flow in flows {
        of_flow(flow, &mut warnings);
        for (at, stage) in flow.flow.stages.iter().enumerate() {
            let place = place_of(&flow.place, at);
            of_stage(flow, at, stage, &place, &mut warnings);
            if flow.is_flat() {
                of_fields(stage, &place, set.as_ref(), &mut warnings);
            }
        }
    }
    warnings
}

fn of_flow(flow: &CompiledFlow, warnings: &mut Vec<Warning>) {
    let place = if flow.place.is_empty() { "stages".to_owned() } else { format!("{}.stages", flow.place) };
    let stages = &flow.flow.stages;
    if !stages.iter().any(|stage| stage.start) && flow.flow.behaviour.is_none() {
        let message = format!("no stage is marked as the start, so the flow begins at `{}`", stages[0].name);
        warnings.push(Warning::new(&place, WarningCode::ImplicitStart, message));
    }
    if !stages.iter().any(|stage| stage.kind == StageKind::End) {
        warnings.push(Warning::new(
            &place,
            WarningCode::NoEnd,
            "no stage ends the flow, so it is never completed",
        ));
    }
    let reached = &flow.stages[flow.start].reach;
    for (at, stage) in stages.iter().enumerate() {
        if !reached[at] {
            let message = format!("no way leads to `{}`", stage.name);
            warnings.push(Warning::new(place_of(&flow.place, at), WarningCode::Unreachable, message));
        }
    }
}

fn of_stage(flow: &CompiledFlow, at: usize, stage: &Stage, place: &str, warnings: &mut Vec<Warning>) {
    let mut warn = |code, message: String| warnings.push(Warning::new(place, code, message));
    let name = &stage.name;
    if stage.kind != StageKind::End && ways_from(flow, at).is_empty() {
        warn(WarningCode::DeadEnd, format!("no way leads on from `{name}`, and it is no end"));
    }
    let fields = flow.stages[at].schema.iter().flat_map(|schema| &schema.fields);
    for error in fields.filter_map(|(name, schema)| Field::new(name, schema).err()) {
        let why = std::error::Error::source(&error).map(|why| format!(": {why}")).unwrap_or_default();
        warn(WarningCode::UnknownKey, format!("{error}{why}; what is not understood is left out"));
    }
    let silent = stage.schema.is_none() && stage.message.is_none() && stage.prompt.is_empty();
    if silent && matches!(stage.kind, StageKind::Question) {
        warn(WarningCode::NothingToShow, format!("`{name}` has no prompt, no schema and no message"));
    }
    let order = &flow.stages[at].order;
    let explicit = stage.transitions.iter().any(|transition| transition.priority.is_some());
    if explicit && !order.is_sorted() {
        let message = format!(
            "the priorities of `{name}` try its transitions in another order than they are written in"
        );
        warn(WarningCode::Reordered, message);
    }
    let always = order.iter().position(|index| stage.transitions[*index].condition == Guard::Always);
    if let Some(shadowed) = always.and_then(|always| order.get(always + 1))
        && flow.flow.behaviour.is_none()
    {
        let message = format!(
            "transition {shadowed} of `{name}` is never taken: the one before it (priority {}) is always open",
            priority(stage, order[always.unwrap_or(0)])
        );
        warn(WarningCode::Shadowed, message);
    }
    let texts = [Some(&stage.prompt), stage.message.as_ref()];
    for text in texts.into_iter().flatten().chain(&stage.suggestions).filter(|text| !text.is_template()) {
        if let Some(word) = single_braces(text.source()) {
            let message = format!(
                "`{{{word}}}` in a text of `{name}` is shown as it stands; a template writes `{{{{ {word} }}}}`"
            );
            warn(WarningCode::SingleBraces, message);
        }
    }
    for transition in &stage.transitions {
        if let Guard::Expression(condition) = &transition.condition {
            for lint in condition.lints() {
                warn(WarningCode::Style, format!("in the condition `{condition}` of `{name}`: {lint}"));
            }
        }
    }
}

/// Conditions on fields that nothing sets are never met.
fn of_fields(stage: &Stage, place: &str, set: Option<&BTreeSet<Name>>, warnings: &mut Vec<Warning>) {
    let Some(set) = set else { return };
    for (index, transition) in stage.transitions.iter().enumerate() {
        let Guard::Expression(condition) = &transition.condition else { continue };
        for field in condition.fields().iter().filter(|field| !field.starts_with('_')) {
            if !set.contains(field.as_str()) {
                // To compare all names with all names takes too long.
                let meant = (warnings.len() < 100)
                    .then(|| crate::suggest::closest(field, set.iter().map(|name| &**name)))
                    .flatten();
                let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
                let message =
                    format!("the condition `{condition}` looks at `{field}`, which nothing sets{hint}");
                let place = format!("{place}.transitions[{index}].condition");
                warnings.push(Warning::new(place, WarningCode::NobodySets, message));
            }
        }
    }
}

/// All fields that something sets; `None` where anything may be set, because a stage takes any fields, or a function
/// sets what it likes.
fn fields_set(blueprint: &Blueprint, flows: &[CompiledFlow]) -> Option<BTreeSet<Name>> {
    let mut set: BTreeSet<Name> = blueprint.settings.per_turn.clone();
    set.extend(blueprint.settings.derivations.iter().map(|rule| Name::from(rule.target())));
    for flow in flows {
        for (stage, compiled) in flow.flow.stages.iter().zip(&flow.stages) {
            let functions =
                stage.routing.len() + stage.transitions.iter().map(|way| way.transforms.len()).sum::<usize>();
            let free = stage.schema.is_none() && stage.kind == StageKind::Question;
            if functions > 0 || free || compiled.schema.as_ref().is_some_and(|schema| schema.open) {
                return None;
            }
            set.extend(compiled.schema.iter().flat_map(|schema| schema.fields.keys().cloned()));
            set.extend(
                stage.skip.default.iter().flat_map(|map| map.keys().map(|name| Name::from(name.as_str()))),
            );
            if let StageKind::Collect(collect) = &stage.kind {
                set.insert(Arc::clone(&collect.key));
            }
            for transition in &stage.transitions {
                set.extend(transition.derive.iter().map(|derive| Arc::clone(&derive.field)));
                if let Target::Subflow(call) = &transition.target {
                    set.extend(call.data.iter().map(|(_, child)| Arc::clone(child)));
                    set.extend(call.results.iter().map(|(_, parent)| Arc::clone(parent)));
                }
            }
        }
    }
    Some(set)
}

/// A word in single braces, as other template languages have it.
fn single_braces(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let inner = &rest[open + 1..];
        let end =
            inner.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(inner.len());
        if end > 0
            && inner[end..].starts_with('}')
            && !inner.starts_with(|letter: char| letter.is_ascii_digit())
        {
            return Some(&inner[..end]);
        }
        rest = inner;
    }
    None
}
