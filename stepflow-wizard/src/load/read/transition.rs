//! Ways on.

use super::Reader;
use super::object::{Object, join};
use super::text::{Gaps, looks_like_template};
use crate::definition::{Derive, DeriveValue, Guard, SubflowCall, Target, Transition};
use crate::error::DefinitionCode;
use crate::load::source::{EXPRESSION, Kind, LITERAL, Node, TEMPLATE};

/// The target of a transition into another flow.
pub(in crate::load) const INTO_SUBFLOW: &str = "_subflow";

impl Reader<'_> {
    /// The transitions of the stage of this name.
    pub(super) fn take_transitions(&mut self, object: &mut Object<'_>, stage: &str) -> Vec<Transition> {
        let items = self.take_list(object, "transitions");
        let transitions = items.into_iter().filter_map(|(path, node)| {
            let mut object = self.object(node, path)?;
            let transition = self.transition(&mut object, stage);
            self.finish(&object, "a transition");
            transition
        });
        transitions.collect()
    }

    fn transition(&mut self, object: &mut Object<'_>, stage: &str) -> Option<Transition> {
        let target = self.target(object, stage);
        let given = object.has("condition");
        let condition = self.take_guard(object, "condition");
        let priority = self.take_integer(object, "priority");
        let key = self.take_text(object, "key");
        let derive = self.take_derive(object);
        let transforms = self.take_functions(object, "transform");
        let metadata = self.take_mapping(object, "metadata");
        // A condition that could not be read must not become one that always holds.
        let condition = condition.unwrap_or(if given { Guard::Never } else { Guard::Always });
        let transition = match target? {
            Target::Stage(name) => Transition::to(name),
            Target::Subflow(call) => Transition::into_subflow(call),
        };
        Some(Transition { key, condition, priority, derive, transforms, metadata, ..transition })
    }

    fn target(&mut self, object: &mut Object<'_>, stage: &str) -> Option<Target> {
        let target = self.take_text(object, "target");
        let call = self.take_call(object, "subflow");
        let (named, called) = (object.has("target"), object.has("subflow"));
        match target {
            None if called => call.map(Target::Subflow),
            None => {
                if !named {
                    self.missing(object, "target", format!("a transition of `{stage}` needs a `target`"));
                }
                None
            }
            Some(target) if &*target == INTO_SUBFLOW => {
                if !called {
                    let message = "a transition into a sub-flow needs `subflow` with a `network`";
                    self.missing(object, "subflow", message);
                }
                call.map(Target::Subflow)
            }
            Some(target) => {
                if called {
                    let message = "a transition leads to a stage or into a sub-flow, and this one names both";
                    let (spot, path) = (object.spot_of("subflow"), object.at("subflow"));
                    self.error(spot, path, DefinitionCode::InvalidValue, message).hint =
                        Some(format!("write `target: {INTO_SUBFLOW}` for the sub-flow"));
                }
                Some(Target::Stage(target))
            }
        }
    }

    /// `subflow` of a transition or of a stage.
    pub(super) fn take_call(&mut self, object: &mut Object<'_>, key: &'static str) -> Option<SubflowCall> {
        let node = object.take(key)?;
        let mut object = self.object(node, object.at(key))?;
        let network = self.take_text(&mut object, "network");
        let return_to = self.take_text(&mut object, "return_stage");
        let data = self.take_pairs(&mut object, "data_mapping");
        let results = self.take_pairs(&mut object, "result_mapping");
        if !object.has("network") {
            self.missing(
                &object,
                "network",
                "a sub-flow needs its `network`: the name under `subflows`, or of a file",
            );
        }
        self.finish(&object, "`subflow`");
        if network.as_deref() == Some("") {
            self.refuse(&object, "network", "the name of a sub-flow must not be empty");
            return None;
        }
        Some(SubflowCall { return_to, data, results, ..SubflowCall::new(network?) })
    }

    fn take_derive(&mut self, object: &mut Object<'_>) -> Vec<Derive> {
        let Some(node) = object.take("derive") else { return Vec::new() };
        let path = object.at("derive");
        let Kind::Map(entries) = &node.kind else {
            self.unfit(node, &path, "a mapping of fields and values");
            return Vec::new();
        };
        let derive = |entry: &crate::load::source::Entry| {
            let value = self.derived(&entry.value, &join(&path, &entry.key))?;
            Some(Derive { field: entry.key.as_str().into(), value })
        };
        entries.iter().filter_map(derive).collect()
    }

    fn derived(&mut self, node: &Node, path: &str) -> Option<DeriveValue> {
        Some(match (node.tag(), &node.kind) {
            (Some((EXPRESSION, inner)), _) => DeriveValue::Expression(self.expression(inner, path)?),
            (Some((LITERAL, inner)), _) => DeriveValue::Literal(self.value(inner, path)),
            (Some((TEMPLATE, inner)), _) => {
                DeriveValue::Template(self.shown_with(inner, path, Gaps::Refused)?)
            }
            (Some((tag, _)), _) => {
                let message = format!("`!{tag}` means nothing here");
                self.error(node.spot, path, DefinitionCode::InvalidValue, message).hint =
                    Some(format!("`!{EXPRESSION}` marks an expression, `!{LITERAL}` a value as it stands"));
                return None;
            }
            (None, Kind::Text(text)) if looks_like_template(text) => {
                DeriveValue::Template(self.shown_with(node, path, Gaps::Refused)?)
            }
            _ => DeriveValue::Literal(self.value(node, path)),
        })
    }

    /// A mapping that is kept as it is.
    pub(super) fn take_mapping(&mut self, object: &mut Object<'_>, key: &'static str) -> crate::Map {
        let Some(node) = object.take(key) else { return crate::Map::new() };
        match self.value(node, &object.at(key)) {
            serde_json::Value::Object(map) => map,
            _ => {
                self.unfit(node, &object.at(key), "a mapping");
                crate::Map::new()
            }
        }
    }
}
