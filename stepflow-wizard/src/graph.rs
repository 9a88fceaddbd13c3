//! A wizard as a picture. Nothing is walked.

use stepflow::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

use crate::definition::{CompiledFlow, CompiledTarget, Guard, StageKind};
use crate::{Definition, Transition};

impl Definition {
    /// The stages of all flows, and what leads where, for diagrams and for other programs.
    ///
    /// ```
    /// use stepflow_wizard::{Blueprint, Definition, Flow, Stage, Transition};
    ///
    /// let stages = vec![
    ///     Stage::new("kind").transition(Transition::to("milk").when("data.get('kind') == 'black'")?).to("done"),
    ///     Stage::new("milk").to("done"),
    ///     Stage::end("done"),
    /// ];
    /// let graph = Definition::new(Blueprint::new(Flow::new("tea", stages)))?.graph();
    /// assert_eq!(graph.nodes.len(), 3);
    /// assert_eq!(graph.edges[0].route_key.as_deref(), Some("data.get('kind') == 'black'"));
    /// assert!(graph.to_mermaid().starts_with("flowchart TD"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn graph(&self) -> WorkflowGraph {
        let mut graph = WorkflowGraph { nodes: Vec::new(), edges: Vec::new() };
        for index in 0..self.flows().count() {
            let flow = self.compiled_at(index);
            draw(self, flow, index, &mut graph);
        }
        graph
    }
}

fn draw(definition: &Definition, flow: &CompiledFlow, index: usize, graph: &mut WorkflowGraph) {
    for (at, stage) in flow.flow.stages.iter().enumerate() {
        let title = if flow.path.is_empty() {
            stage.title().to_owned()
        } else {
            format!("{}: {}", flow.path, stage.title())
        };
        graph.nodes.push(WorkflowGraphNode {
            id: id(index, at),
            label: title,
            kind: if stage.kind == StageKind::End { NodeKind::End } else { NodeKind::Step },
            requires_approval: false,
            description: stage.help.as_ref().map(ToString::to_string),
            retry_budget: None,
        });
        for (transition, target) in stage.transitions.iter().zip(&flow.stages[at].targets) {
            let key = key_of(transition);
            let kind = if key.is_some() { EdgeKind::Route } else { EdgeKind::Next };
            edges(definition, index, at, *target, kind, key, graph);
        }
        if let Some(CompiledTarget::Subflow { flow: called, .. }) = flow.stages[at].call {
            edges(
                definition,
                index,
                at,
                CompiledTarget::Subflow { flow: called, back_to: at },
                EdgeKind::Next,
                None,
                graph,
            );
        }
    }
}

fn edges(
    definition: &Definition,
    flow: usize,
    from: usize,
    target: CompiledTarget,
    kind: EdgeKind,
    key: Option<String>,
    graph: &mut WorkflowGraph,
) {
    let mut edge = |source: String, target: String, kind, route_key| {
        graph.edges.push(WorkflowGraphEdge { source, target, kind, route_key });
    };
    match target {
        CompiledTarget::Stage(to) => edge(id(flow, from), id(flow, to), kind, key),
        CompiledTarget::Subflow { flow: called, back_to } => {
            let inner = definition.compiled_at(called);
            edge(id(flow, from), id(called, inner.start), kind, key);
            let ends = inner.flow.stages.iter().enumerate().filter(|(_, stage)| stage.kind == StageKind::End);
            for (end, _) in ends {
                edge(id(called, end), id(flow, back_to), EdgeKind::Next, None);
            }
        }
    }
}

fn key_of(transition: &Transition) -> Option<String> {
    match (&transition.key, &transition.condition) {
        (Some(key), _) => Some(key.to_string()),
        (None, Guard::Always) => None,
        (None, guard) => Some(guard.to_string()),
    }
}

/// `step_0` in the main flow, as in the graphs of workflows; `flow1_step_0` in others.
fn id(flow: usize, stage: usize) -> String {
    if flow == 0 { format!("step_{stage}") } else { format!("flow{flow}_step_{stage}") }
}
