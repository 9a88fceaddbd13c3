//! What is wrong with a blueprint.

use std::collections::BTreeSet;

use super::{Blueprint, CompiledFlow, CompiledTarget, Flow, Stage, StageKind, Target, Task, Unique};
use crate::Limits;
use crate::error::{DefinitionCode, DefinitionError};
use crate::suggest::closest;

/// How many stages a flow may have: what each of them reaches is kept for each of them.
const MAX_STAGES: usize = 1000;
/// How many flows may be walked within each other at most, whatever the settings say: a saved state has to be read back.
const MAX_FRAMES: usize = 24;
/// How deep an input may be at most, for the same reason.
const MAX_DEPTH: usize = 32;
/// How many stages a call may pass at most.
const MAX_PASSED: usize = 1000;
/// After so many mistakes nothing is suggested any more: to compare all names with all names takes too long.
const SUGGESTED: usize = 100;

/// Gathers everything that is wrong.
#[derive(Default)]
pub(super) struct Checker {
    pub(super) errors: Vec<DefinitionError>,
    tasks: BTreeSet<String>,
}

impl Checker {
    pub(super) fn blueprint(&mut self, blueprint: &Blueprint) {
        self.name(&blueprint.name, "name", "the wizard");
        for (index, task) in blueprint.tasks.iter().enumerate() {
            self.task(task, &format!("global_tasks[{index}]"));
        }
        self.limits(&blueprint.settings.limits);
        let all = all_tasks(blueprint);
        let ids: BTreeSet<&str> = all.iter().map(|(_, task)| &*task.id).collect();
        for (place, task) in &all {
            for id in &task.depends_on {
                if !ids.contains(&**id) {
                    let message = format!("the task `{}` depends on `{id}`, which is not there", task.id);
                    let hint = self.closest(id, ids.iter().copied());
                    self.push(&format!("{place}.depends_on"), DefinitionCode::UnknownTask, message, hint);
                }
            }
        }
    }

    /// Limits that no definition may lift.
    fn limits(&mut self, limits: &Limits) {
        let ceilings = [
            ("auto_advance", limits.auto_advance, MAX_PASSED),
            ("frames", limits.frames, MAX_FRAMES),
            ("input_depth", limits.input_depth, MAX_DEPTH),
        ];
        for (key, limit, most) in ceilings {
            if limit > most {
                let message = format!("the limit is {limit}, and can be {most} at most");
                let place = format!("settings.limits.{key}");
                self.push(&place, DefinitionCode::InvalidValue, message, None);
            }
        }
    }

    pub(super) fn flow(&mut self, flow: &Flow, place: &str) {
        let at = |key: &str| if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
        self.name(&flow.name, &at("name"), "the flow");
        if flow.stages.is_empty() {
            self.push(
                &at("stages"),
                DefinitionCode::Missing,
                "a flow needs at least one stage".to_owned(),
                None,
            );
        }
        if flow.stages.len() > MAX_STAGES {
            let message =
                format!("a flow has {MAX_STAGES} stages at most, this one has {}", flow.stages.len());
            self.push(&at("stages"), DefinitionCode::InvalidValue, message, None);
        }
        for name in flow.subflows.keys() {
            self.name(name, &at(&format!("subflows.{name}")), "a sub-flow");
            if name.contains(['/', '\\']) || name.contains("..") {
                let message =
                    format!("the name of the sub-flow `{name}` must not contain separators or `..`");
                self.push(&at("subflows"), DefinitionCode::InvalidName, message, None);
            }
        }
        let starts: Vec<_> =
            flow.stages.iter().filter(|stage| stage.start).map(|stage| &*stage.name).collect();
        if let [first, second, ..] = starts[..] {
            let message =
                format!("a flow begins at one stage; both `{first}` and `{second}` are marked as the start");
            self.push(&at("stages"), DefinitionCode::SeveralStarts, message, None);
        }
        let mut seen = BTreeSet::new();
        for (index, stage) in flow.stages.iter().enumerate() {
            if !seen.insert(&stage.name) {
                let place = format!("{}.name", super::compile::place_of(place, index));
                self.push(
                    &place,
                    DefinitionCode::Duplicate,
                    format!("there are two stages `{}`", stage.name),
                    None,
                );
            }
        }
    }

    pub(super) fn stage(&mut self, stage: &Stage, flow: &Flow, place: &str) {
        self.name(&stage.name, &format!("{place}.name"), "a stage");
        if stage.kind == StageKind::End && !stage.transitions.is_empty() {
            let message = format!("the stage `{}` ends the flow, so no transition can leave it", stage.name);
            self.push(&format!("{place}.transitions"), DefinitionCode::EndWithTransitions, message, None);
        }
        for (index, task) in stage.tasks.iter().enumerate() {
            self.task(task, &format!("{place}.tasks[{index}]"));
        }
        if let StageKind::Collect(collect) = &stage.kind {
            self.name(&collect.key, &format!("{place}.collection_config.key"), "the field of a collection");
            if collect.max.is_some_and(|max| max < collect.min) {
                let message = "a collection cannot need more items than it may have".to_owned();
                self.push(&format!("{place}.collection_config"), DefinitionCode::InvalidValue, message, None);
            }
            if let Unique::Merge(fields) | Unique::Reject(fields) = &collect.unique
                && let Some(field) = fields.iter().find(|field| field.starts_with('_'))
            {
                self.name(field, &format!("{place}.collection_config"), "a field");
            }
        }
        if let Some(default) = &stage.skip.default {
            default.keys().for_each(|key| self.name(key, &format!("{place}.skip_default"), "a field"));
        }
        for (index, transition) in stage.transitions.iter().enumerate() {
            for derive in &transition.derive {
                self.name(&derive.field, &format!("{place}.transitions[{index}].derive"), "a field");
            }
            if let Target::Subflow(call) = &transition.target {
                for (_, child) in &call.data {
                    self.name(
                        child,
                        &format!("{place}.transitions[{index}].subflow.data_mapping"),
                        "a field",
                    );
                }
                for (_, parent) in &call.results {
                    self.name(
                        parent,
                        &format!("{place}.transitions[{index}].subflow.result_mapping"),
                        "a field",
                    );
                }
            }
        }
        let decides = flow.behaviour.is_some();
        if decides
            && stage.transitions.iter().any(|transition| matches!(transition.target, Target::Subflow(_)))
        {
            let message = format!("`{}`: where code decides, a sub-flow is a stage of its own", stage.name);
            self.push(&format!("{place}.transitions"), DefinitionCode::InvalidValue, message, None);
        }
    }

    /// What was meant by a name, as long as there are not too many to ask for.
    fn closest<'a>(&self, name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        if self.errors.len() < SUGGESTED { closest(name, known) } else { None }
    }

    pub(super) fn unknown_stage<'a>(
        &mut self,
        name: &str,
        place: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        let hint = self.closest(name, known);
        self.push(place, DefinitionCode::UnknownStage, format!("there is no stage `{name}`"), hint);
    }

    pub(super) fn unknown_flow<'a>(&mut self, name: &str, place: &str, known: impl Iterator<Item = &'a str>) {
        let hint = self.closest(name, known);
        self.push(place, DefinitionCode::UnknownSubflow, format!("there is no sub-flow `{name}`"), hint);
    }

    /// Flows that lead into themselves never end, unless somebody stops answering.
    pub(super) fn cycles(&mut self, flows: &[CompiledFlow], allowed: bool) {
        if allowed {
            return;
        }
        let calls: Vec<Vec<usize>> = flows.iter().map(called_from).collect();
        for (at, flow) in flows.iter().enumerate() {
            let mut seen = vec![false; flows.len()];
            let mut open = calls[at].clone();
            while let Some(next) = open.pop() {
                if next == at {
                    let message = format!("the sub-flow `{}` leads into itself", flow.flow.name);
                    let place = if flow.place.is_empty() { "stages".to_owned() } else { flow.place.clone() };
                    self.errors.push(
                        DefinitionError::new(place, DefinitionCode::SubflowCycle, message)
                            .hint("set `recursion` if that is meant; the limit on frames then ends it"),
                    );
                    return;
                }
                if !std::mem::replace(&mut seen[next], true) {
                    open.extend(&calls[next]);
                }
            }
        }
    }

    fn task(&mut self, task: &Task, place: &str) {
        self.name(&task.id, &format!("{place}.id"), "a task");
        if !self.tasks.insert(task.id.to_string()) {
            let message = format!("there are two tasks `{}`", task.id);
            self.push(&format!("{place}.id"), DefinitionCode::Duplicate, message, None);
        }
    }

    fn name(&mut self, name: &str, place: &str, what: &str) {
        let complaint = if name.trim().is_empty() {
            "must have a name that is not empty"
        } else if name.starts_with('_') {
            "must not have a name that begins with an underscore; such names are reserved"
        } else if name.len() > 200 {
            "must not have a name of more than 200 bytes"
        } else if name.chars().any(char::is_control) {
            "must not have control characters in its name"
        } else {
            return;
        };
        self.push(place, DefinitionCode::InvalidName, format!("{what} {complaint}"), None);
    }

    fn push(&mut self, place: &str, code: DefinitionCode, message: String, meant: Option<&str>) {
        let error = DefinitionError::new(place, code, message);
        self.errors.push(match meant {
            Some(meant) => error.hint(format!("did you mean `{meant}`?")),
            None => error,
        });
    }
}

fn called_from(flow: &CompiledFlow) -> Vec<usize> {
    let targets = flow.stages.iter().flat_map(|stage| stage.targets.iter().chain(&stage.call));
    targets
        .filter_map(|target| match target {
            CompiledTarget::Subflow { flow, .. } => Some(*flow),
            CompiledTarget::Stage(_) => None,
        })
        .collect()
}

fn all_tasks(blueprint: &Blueprint) -> Vec<(String, &Task)> {
    fn of_flow<'a>(flow: &'a Flow, place: &str, tasks: &mut Vec<(String, &'a Task)>) {
        for (at, stage) in flow.stages.iter().enumerate() {
            let (stage_place, numbered) =
                (super::compile::place_of(place, at), stage.tasks.iter().enumerate());
            tasks.extend(numbered.map(|(index, task)| (format!("{stage_place}.tasks[{index}]"), task)));
        }
        for (name, flow) in &flow.subflows {
            let place = if place.is_empty() {
                format!("subflows.{name}")
            } else {
                format!("{place}.subflows.{name}")
            };
            of_flow(flow, &place, tasks);
        }
    }
    let numbered = blueprint.tasks.iter().enumerate();
    let mut tasks: Vec<_> = numbered.map(|(index, task)| (format!("global_tasks[{index}]"), task)).collect();
    of_flow(&blueprint.main, "", &mut tasks);
    tasks
}
