//! Flows: the main one, and those that it may call.

use std::collections::BTreeMap;

use super::Reader;
use super::object::{Object, join};
use crate::Name;
use crate::definition::{AnswerModel, Flow, FlowSettings};
use crate::error::WarningCode;
use crate::load::source::{Kind, Node};

impl Reader<'_> {
    /// The stages of a flow and the flows that it brings along.
    pub(super) fn take_flow(&mut self, object: &mut Object<'_>, name: Name, settings: FlowSettings) -> Flow {
        let description = self.take_text(object, "description");
        if !object.has("stages") {
            self.missing(object, "stages", format!("`{name}` has no `stages`"));
        }
        let model = [("flat", AnswerModel::Flat), ("per_stage", AnswerModel::PerStage)];
        let answers = self.take_word(object, "answers", &model).unwrap_or_default();
        let stages = self.take_stages(object);
        let subflows = self.take_subflows(object);
        Flow { description, answers, subflows, settings, ..Flow::new(name, stages) }
    }

    fn take_subflows(&mut self, object: &mut Object<'_>) -> BTreeMap<Name, Flow> {
        let Some(node) = object.take("subflows") else { return BTreeMap::new() };
        let path = object.at("subflows");
        let Kind::Map(entries) = &node.kind else {
            self.unfit(node, &path, "a mapping of names and flows");
            return BTreeMap::new();
        };
        let flow = |entry: &crate::load::source::Entry| {
            let mut object = self.object(&entry.value, join(&path, &entry.key))?;
            Some((entry.key.as_str().into(), self.subflow(&mut object, &entry.key)))
        };
        entries.iter().filter_map(flow).collect()
    }

    /// A whole wizard, of which the flow is used.
    fn subflow(&mut self, object: &mut Object<'_>, key: &str) -> Flow {
        let name = self.take_text(object, "name").unwrap_or_else(|| key.into());
        // The version of a part says nothing about saved states: that of the whole does.
        self.take_text(object, "version");
        let settings = self.take_flow_settings(object);
        let flow = self.take_flow(object, name, settings);
        let tasks = self.take_tasks(object, "global_tasks");
        if !tasks.is_empty() {
            let message = "tasks of no stage belong to the wizard; those of a sub-flow are left out";
            self.warn(
                object.spot_of("global_tasks"),
                object.at("global_tasks"),
                WarningCode::UnknownKey,
                message,
            );
        }
        self.finish(object, "a sub-flow");
        flow
    }
}

/// The networks that a flow calls and that neither it nor the flows around it bring along, each with the value that
/// names it.
pub(in crate::load) fn networks<'n>(flow: &'n Node, around: &[&'n Node], found: &mut Vec<&'n Node>) {
    let mut scope = around.to_vec();
    scope.extend(flow.entry("subflows"));
    let known = |network: &str| scope.iter().any(|subflows| subflows.entry(network).is_some());
    let stages = flow.entry("stages").map(items).unwrap_or_default();
    for stage in stages {
        let transitions = stage.entry("transitions").map(items).unwrap_or_default();
        let calls = transitions.iter().chain([stage]).filter_map(|caller| caller.entry("subflow"));
        for network in calls.filter_map(|call| call.entry("network")) {
            if matches!(&network.kind, Kind::Text(name) if !name.is_empty() && !known(name)) {
                found.push(network);
            }
        }
    }
    if let Some(Node { kind: Kind::Map(subflows), .. }) = flow.entry("subflows") {
        subflows.iter().for_each(|subflow| networks(&subflow.value, &scope, found));
    }
}

fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::List(items) => items,
        _ => &[],
    }
}
