//! A workflow as a picture: nodes and edges, for diagrams and for other programs. Nothing is run.

mod dot;
#[cfg(feature = "svg")]
mod marks;
mod mermaid;
#[cfg(feature = "svg")]
mod svg;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::definition::{Target, WorkflowDefinition};

#[cfg(feature = "svg")]
pub use self::marks::{GraphMarks, MarkState, StepMark};
#[cfg(feature = "svg")]
pub use self::svg::{GRAPH_STYLESHEET, GraphPicture};

/// The steps of a workflow and what leads where (reference items 114 to 128).
///
/// ```
/// use stepflow::workflow;
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { true => ship, false => END })]
///     fn weigh(&mut self) -> bool {
///         true
///     }
///     #[step(approval)]
///     fn ship(&mut self) {}
/// }
///
/// let mermaid = Parcel::graph().to_mermaid();
/// assert_eq!(mermaid, r#"flowchart TD
///     step_0["weigh"]
///     step_1["ship\napproval"]
///     end_0((END))
///     step_0 -->|true| step_1
///     step_0 -->|false| end_0"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowGraph {
    /// The steps, in order, and then the end, if a route leads there.
    pub nodes: Vec<WorkflowGraphNode>,
    /// What leads where, in the order of the steps.
    pub edges: Vec<WorkflowGraphEdge>,
}

/// A step, or the end.
///
/// ```
/// use stepflow::{NodeKind, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     /// Reads the scale.
///     #[step]
///     fn weigh(&mut self) {}
///     #[step(approval)]
///     fn ship(&mut self) {}
/// }
///
/// let graph = Parcel::graph();
/// let [weigh, ship] = &graph.nodes[..] else { return Err("two steps".into()) };
/// assert_eq!((weigh.id.as_str(), weigh.label.as_str(), weigh.kind), ("step_0", "weigh", NodeKind::Step));
/// assert_eq!(weigh.description.as_deref(), Some("Reads the scale."));
/// assert!(ship.requires_approval);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowGraphNode {
    /// `step_0`, `step_1`, … by position, or `end_0`.
    pub id: String,
    /// The step's public name, or `END`.
    pub label: String,
    /// Which of the two.
    pub kind: NodeKind,
    /// Whether a person decides before the step runs.
    pub requires_approval: bool,
    /// What the step does.
    pub description: Option<String>,
    /// The most time that all attempts at the step may take together.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        with = "jiff::fmt::serde::unsigned_duration::friendly::compact::optional"
    )]
    pub retry_budget: Option<Duration>,
}

impl WorkflowGraphNode {
    /// The label and what else a diagram says in the node. Lines are parted by two characters, a backslash
    /// and an `n`: Mermaid and Graphviz break the line there.
    fn lines(&self, mut label: String) -> String {
        if self.requires_approval {
            label.push_str(r"\napproval");
        }
        if let Some(budget) = self.retry_budget {
            label.push_str(&format!(r"\nwithin {budget:?}"));
        }
        label
    }
}

/// What a node stands for.
///
/// ```
/// use stepflow::{NodeKind, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(next = END)]
///     fn weigh(&mut self) {}
/// }
///
/// let kinds: Vec<_> = Parcel::graph().nodes.iter().map(|node| node.kind).collect();
/// assert_eq!(kinds, [NodeKind::Step, NodeKind::End]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NodeKind {
    /// The end of the workflow.
    End,
    /// A step.
    Step,
}

/// One way from a step to another, or to the end.
///
/// ```
/// use stepflow::workflow;
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step(routes = { "small" => ship, "large" => END })]
///     fn weigh(&mut self) -> &'static str {
///         "small"
///     }
///     #[step]
///     fn ship(&mut self) {}
/// }
///
/// let graph = Parcel::graph();
/// let small = &graph.edges[0];
/// assert_eq!((small.source.as_str(), small.target.as_str()), ("step_0", "step_1"));
/// assert_eq!(small.route_key.as_deref(), Some("small"));
/// assert_eq!(serde_json::to_value(small)?["kind"], "route");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkflowGraphEdge {
    /// The id of the node that it leaves.
    pub source: String,
    /// The id of the node that it reaches.
    pub target: String,
    /// Why one goes there.
    pub kind: EdgeKind,
    /// The key of a route.
    pub route_key: Option<String>,
}

/// Why one goes from one node to the next.
///
/// ```
/// use stepflow::{EdgeKind, workflow};
///
/// struct Parcel { state: () }
///
/// #[workflow(state = ())]
/// impl Parcel {
///     #[step]
///     fn weigh(&mut self) {}
///     #[step(next = END, approval(on_deny = keep))]
///     fn ship(&mut self) {}
///     #[step]
///     fn keep(&mut self) {}
/// }
///
/// let kinds: Vec<_> = Parcel::graph().edges.iter().map(|edge| edge.kind).collect();
/// assert_eq!(kinds, [EdgeKind::Linear, EdgeKind::Next, EdgeKind::Deny]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EdgeKind {
    /// The step's approval was denied.
    Deny,
    /// The step has finally failed.
    Failure,
    /// The steps stand below each other.
    Linear,
    /// The step names its one successor.
    Next,
    /// The step's output chose it.
    Route,
}

const END_ID: &str = "end_0";

impl WorkflowGraph {
    pub(crate) fn of(definition: &WorkflowDefinition) -> Self {
        let mut edges = Vec::new();
        for (index, step) in definition.steps.iter().enumerate() {
            let mut edge = |target: Target, kind: EdgeKind, route_key: Option<String>| {
                edges.push(WorkflowGraphEdge {
                    source: step_id(index),
                    target: target_id(target),
                    kind,
                    route_key,
                });
            };
            for route in step.routes.iter() {
                edge(route.target, EdgeKind::Route, Some(route.key.to_string()));
            }
            match step.next {
                Some(target) => edge(target, EdgeKind::Next, None),
                None if !step.is_routed() && index + 1 < definition.steps.len() => {
                    edge(Target::Step(index + 1), EdgeKind::Linear, None);
                }
                None => {}
            }
            if let Some(target) = step.on_failure {
                edge(target, EdgeKind::Failure, None);
            }
            if let Some(target) = step.approval.as_ref().and_then(|gate| gate.on_deny) {
                edge(target, EdgeKind::Deny, None);
            }
        }
        let mut nodes: Vec<_> = definition
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| WorkflowGraphNode {
                id: step_id(index),
                label: step.name.to_string(),
                kind: NodeKind::Step,
                requires_approval: step.approval.is_some(),
                description: step.description.as_ref().map(ToString::to_string),
                retry_budget: definition.retry_policy(step).budget,
            })
            .collect();
        if edges.iter().any(|edge| edge.target == END_ID) {
            nodes.push(WorkflowGraphNode {
                id: END_ID.to_owned(),
                label: "END".to_owned(),
                kind: NodeKind::End,
                requires_approval: false,
                description: None,
                retry_budget: None,
            });
        }
        Self { nodes, edges }
    }

    /// The graph as a Mermaid flowchart, which Markdown viewers draw. Plain names are written as the
    /// original wrote them; names that Mermaid would stumble over are escaped (difference M15).
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh"), StepDefinition::new("ship")];
    /// let mermaid = WorkflowDefinition::new("parcel", STEPS).graph().to_mermaid();
    /// assert_eq!(mermaid.lines().last(), Some("    step_0 --> step_1"));
    /// ```
    #[must_use]
    pub fn to_mermaid(&self) -> String {
        mermaid::write(self)
    }

    /// The graph in the language of Graphviz.
    ///
    /// ```
    /// use stepflow::{StepDefinition, WorkflowDefinition};
    ///
    /// const STEPS: &[StepDefinition] = &[StepDefinition::new("weigh")];
    /// let dot = WorkflowDefinition::new("parcel", STEPS).graph().to_dot();
    /// assert!(dot.starts_with("digraph workflow {"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_dot(&self) -> String {
        dot::write(self)
    }
}

fn step_id(index: usize) -> String {
    format!("step_{index}")
}

fn target_id(target: Target) -> String {
    match target {
        Target::End => END_ID.to_owned(),
        Target::Step(index) => step_id(index),
    }
}
