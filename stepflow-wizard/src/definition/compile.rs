//! From a blueprint to what `advance` works on: names become positions, schemas validators.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::check::Checker;
use super::{Blueprint, Flow, Stage, StageKind, SubflowCall, Target};
use crate::Name;
use crate::error::{DefinitionCode, DefinitionError};
use crate::schema::Schema;

/// A flow whose names were resolved.
pub(crate) struct CompiledFlow {
    /// Empty for the main flow.
    pub(crate) path: Name,
    /// Its own stages; flows that it may call stand in the definition's list.
    pub(crate) flow: Flow,
    pub(crate) stages: Vec<CompiledStage>,
    pub(crate) start: usize,
    index: BTreeMap<Name, usize>,
    /// Where in the blueprint it stands, for errors and warnings.
    pub(crate) place: String,
}

pub(crate) struct CompiledStage {
    pub(crate) schema: Option<Schema>,
    /// The transitions in the order in which they are tried.
    pub(crate) order: Vec<usize>,
    /// Where each transition leads, in the order of the definition.
    pub(crate) targets: Vec<CompiledTarget>,
    /// Where the stage's own sub-flow leads, for stages of that kind.
    pub(crate) call: Option<CompiledTarget>,
    /// The least number of questions from here to an end, this one counted; `None` when no end can be reached.
    pub(crate) distance: Option<u32>,
    /// The stages that can be reached from here, this one included.
    pub(crate) reach: Vec<bool>,
    pub(crate) title: Name,
}

/// Where a transition leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompiledTarget {
    /// To the stage at this position.
    Stage(usize),
    /// Into the flow at this position, and back to the stage at that one.
    Subflow { flow: usize, back_to: usize },
}

impl CompiledTarget {
    /// The stage of the same flow that one gets to in the end.
    pub(crate) fn lands(self) -> usize {
        match self {
            Self::Stage(stage) => stage,
            Self::Subflow { back_to, .. } => back_to,
        }
    }
}

impl CompiledFlow {
    pub(crate) fn position(&self, stage: &str) -> Option<usize> {
        self.index.get(stage).copied()
    }

    pub(crate) fn name_of(&self, stage: usize) -> Name {
        Arc::clone(&self.flow.stages[stage].name)
    }
}

/// The flows of a blueprint, the main one first, and whatever is wrong with it.
pub(super) fn compile(blueprint: &Blueprint) -> (Vec<CompiledFlow>, Vec<DefinitionError>) {
    let mut checker = Checker::default();
    let mut found = Vec::new();
    collect(&blueprint.main, &mut Vec::new(), &mut found);
    let paths: BTreeMap<String, usize> =
        found.iter().enumerate().map(|(at, flow)| (flow.path.clone(), at)).collect();
    checker.blueprint(blueprint);
    let mut flows: Vec<CompiledFlow> =
        found.iter().map(|found| compile_flow(found, &paths, &mut checker)).collect();
    if checker.errors.is_empty() {
        checker.cycles(&flows, blueprint.settings.recursion);
        measure(&mut flows);
    }
    (flows, checker.errors)
}

/// A flow on its way, with where it was found.
struct Found<'a> {
    flow: &'a Flow,
    /// `lodging/rooms`.
    path: String,
    /// `subflows.lodging.subflows.rooms`.
    place: String,
}

fn collect<'a>(flow: &'a Flow, names: &mut Vec<&'a str>, found: &mut Vec<Found<'a>>) {
    let place = names.iter().map(|name| format!("subflows.{name}")).collect::<Vec<_>>().join(".");
    found.push(Found { flow, path: names.join("/"), place });
    for (name, subflow) in &flow.subflows {
        names.push(name);
        collect(subflow, names, found);
        names.pop();
    }
}

fn compile_flow(found: &Found<'_>, paths: &BTreeMap<String, usize>, checker: &mut Checker) -> CompiledFlow {
    let flow = found.flow;
    let index: BTreeMap<Name, usize> =
        flow.stages.iter().enumerate().rev().map(|(at, stage)| (Arc::clone(&stage.name), at)).collect();
    checker.flow(flow, &found.place);
    let start = flow.stages.iter().position(|stage| stage.start).unwrap_or(0);
    let stages = flow
        .stages
        .iter()
        .enumerate()
        .map(|(at, stage)| {
            let place = place_of(&found.place, at);
            checker.stage(stage, flow, &place);
            let resolver = Resolver { index: &index, paths, path: &found.path, at };
            compile_stage(stage, &place, &resolver, checker)
        })
        .collect();
    CompiledFlow {
        path: found.path.as_str().into(),
        flow: Flow { subflows: BTreeMap::new(), ..flow.clone() },
        stages,
        start,
        index,
        place: found.place.clone(),
    }
}

/// `subflows.lodging.stages[2]`.
pub(super) fn place_of(flow: &str, stage: usize) -> String {
    if flow.is_empty() { format!("stages[{stage}]") } else { format!("{flow}.stages[{stage}]") }
}

struct Resolver<'a> {
    index: &'a BTreeMap<Name, usize>,
    paths: &'a BTreeMap<String, usize>,
    path: &'a str,
    at: usize,
}

impl Resolver<'_> {
    fn stage(&self, name: &str, place: &str, checker: &mut Checker) -> usize {
        self.index.get(name).copied().unwrap_or_else(|| {
            checker.unknown_stage(name, place, self.index.keys().map(|name| &**name));
            self.at
        })
    }

    /// The flow of this name: among those that the calling flow brings along, then among those of the flows around it.
    fn flow(&self, network: &str, place: &str, checker: &mut Checker) -> usize {
        let mut around = Some(self.path).filter(|_| !network.is_empty());
        while let Some(path) = around {
            let full = if path.is_empty() { network.to_owned() } else { format!("{path}/{network}") };
            if let Some(found) = self.paths.get(&full) {
                return *found;
            }
            around =
                if path.is_empty() { None } else { Some(path.rsplit_once('/').map_or("", |(rest, _)| rest)) };
        }
        let known =
            self.paths.keys().filter_map(|path| path.rsplit('/').next()).filter(|name| !name.is_empty());
        checker.unknown_flow(network, place, known);
        0
    }

    fn call(&self, call: &SubflowCall, place: &str, checker: &mut Checker) -> CompiledTarget {
        let flow = self.flow(&call.network, &format!("{place}.subflow.network"), checker);
        let back_to = match &call.return_to {
            Some(stage) => self.stage(stage, &format!("{place}.subflow.return_stage"), checker),
            None => self.at,
        };
        CompiledTarget::Subflow { flow, back_to }
    }
}

fn compile_stage(
    stage: &Stage,
    place: &str,
    resolver: &Resolver<'_>,
    checker: &mut Checker,
) -> CompiledStage {
    let targets = stage
        .transitions
        .iter()
        .enumerate()
        .map(|(at, transition)| {
            let place = format!("{place}.transitions[{at}]");
            match &transition.target {
                Target::Stage(name) => {
                    CompiledTarget::Stage(resolver.stage(name, &format!("{place}.target"), checker))
                }
                Target::Subflow(call) => resolver.call(call, &place, checker),
            }
        })
        .collect();
    let call = match &stage.kind {
        StageKind::Subflow(call) => Some(resolver.call(call, place, checker)),
        _ => None,
    };
    let schema = stage.schema.as_ref().and_then(|schema| {
        Schema::compile(schema)
            .map_err(|message| {
                checker.errors.push(DefinitionError::new(
                    format!("{place}.schema"),
                    DefinitionCode::InvalidSchema,
                    message,
                ));
            })
            .ok()
    });
    let mut order: Vec<usize> = (0..stage.transitions.len()).collect();
    order.sort_by_key(|at| priority(stage, *at));
    CompiledStage {
        schema,
        order,
        targets,
        call,
        distance: None,
        reach: Vec::new(),
        title: stage.label.clone().unwrap_or_else(|| Arc::clone(&stage.name)),
    }
}

/// Lower goes first; a transition without a priority has its position.
pub(super) fn priority(stage: &Stage, transition: usize) -> i64 {
    stage.transitions[transition].priority.unwrap_or_else(|| i64::try_from(transition).unwrap_or(i64::MAX))
}

/// Fills in how far each stage is from an end, and what can be reached from it.
fn measure(flows: &mut [CompiledFlow]) {
    for flow in flows {
        let ways: Vec<Vec<usize>> = (0..flow.stages.len()).map(|at| ways_from(flow, at)).collect();
        let distances = distances(&flow.flow, &ways);
        for (at, stage) in flow.stages.iter_mut().enumerate() {
            stage.distance = distances[at];
            stage.reach = reach(at, &ways);
        }
    }
}

/// The stages that one may get to from a stage in one step.
pub(super) fn ways_from(flow: &CompiledFlow, at: usize) -> Vec<usize> {
    let stage = &flow.flow.stages[at];
    let open = |(transition, target): (usize, &CompiledTarget)| {
        (stage.transitions[transition].condition != super::Guard::Never).then(|| target.lands())
    };
    let mut ways: Vec<usize> = flow.stages[at].targets.iter().enumerate().filter_map(open).collect();
    // A stage that does not apply is passed over, to the one below it.
    let may_not_apply = flow.flow.behaviour.is_some() || stage.when != super::Guard::Always;
    if may_not_apply
        && stage.kind != StageKind::End
        && at + 1 < flow.flow.stages.len()
        && stage.conditional(flow)
    {
        ways.push(at + 1);
    }
    ways
}

impl Stage {
    /// Whether the stage may be passed over. A behaviour may do so with any stage, but a way that the author did not
    /// list is only counted where the stage says that it has a condition.
    fn conditional(&self, _flow: &CompiledFlow) -> bool {
        self.when != super::Guard::Always
    }
}

/// The least number of questions from each stage to an end.
fn distances(flow: &Flow, ways: &[Vec<usize>]) -> Vec<Option<u32>> {
    let mut distances: Vec<Option<u32>> =
        flow.stages.iter().map(|stage| (stage.kind == StageKind::End).then_some(0)).collect();
    // Shortest ways settle after at most as many rounds as there are stages.
    for _ in 0..flow.stages.len() {
        let mut changed = false;
        for at in (0..flow.stages.len()).rev() {
            if flow.stages[at].kind == StageKind::End {
                continue;
            }
            let own = u32::from(flow.stages[at].asks());
            let best =
                ways[at].iter().filter_map(|to| distances[*to]).min().map(|least| least.saturating_add(own));
            if best.is_some() && (distances[at].is_none() || best < distances[at]) {
                distances[at] = best;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    distances
}

fn reach(from: usize, ways: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; ways.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            open.extend(&ways[at]);
        }
    }
    reached
}
