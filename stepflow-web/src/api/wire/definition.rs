//! A wizard's definition, as it is described.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use stepflow_wizard::{Definition, Flow, Stage};

use super::wizard::KindBody;

/// The wizards that are served.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Wizards")]
pub(in crate::api) struct Names {
    /// Their names.
    pub(in crate::api) wizards: Vec<String>,
}

/// What a wizard is: the same for everybody who walks it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Definition")]
pub(in crate::api) struct DefinitionBody {
    /// Its name.
    name: String,
    /// The version its author gave it.
    version: String,
    /// A digest of whatever can change the meaning of a saved wizard.
    fingerprint: String,
    /// The name of the stage where it begins.
    start: String,
    /// Its flows, the main one first.
    flows: Vec<FlowBody>,
    /// What leads where.
    graph: Graph,
}

/// The stages of a flow.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Flow")]
struct FlowBody {
    /// Its path; empty for the main one.
    path: String,
    /// Its stages.
    stages: Vec<StageBody>,
}

/// One stage.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Stage")]
struct StageBody {
    /// Its name, unique within its flow.
    name: String,
    /// What people see as its title.
    title: String,
    /// What it asks, as it was written: it may be a template. A wizard's current stage has the text itself.
    prompt: String,
    /// More about the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    /// What it is for.
    kind: KindBody,
    /// JSON Schema of the answers, or of one item where the stage collects.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Value>,
    /// Whether it can be passed without answering.
    can_skip: bool,
    /// Whether people may go back from it.
    can_go_back: bool,
}

/// What leads where: nodes and edges, and the same as a diagram.
#[derive(Debug, Serialize, JsonSchema)]
struct Graph {
    /// The stages of all flows.
    nodes: Vec<Node>,
    /// What leads where.
    edges: Vec<Edge>,
    /// The diagram, in the language of Mermaid.
    mermaid: String,
}

/// A stage in the graph.
#[derive(Debug, Serialize, JsonSchema)]
struct Node {
    /// Its name in the graph.
    id: String,
    /// The stage's title.
    label: String,
    /// Whether a flow ends here.
    end: bool,
}

/// One thing leads to another.
#[derive(Debug, Serialize, JsonSchema)]
struct Edge {
    /// From this node.
    source: String,
    /// To that one.
    target: String,
    /// When: the key of a route, or a condition; always, when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    when: Option<String>,
}

impl DefinitionBody {
    pub(in crate::api) fn of(definition: &Definition) -> Self {
        Self {
            name: definition.name().to_owned(),
            version: definition.version().to_owned(),
            fingerprint: definition.fingerprint().to_string(),
            start: definition.start_stage().to_owned(),
            flows: definition.flows().map(|(path, flow)| FlowBody::of(path, flow)).collect(),
            graph: Graph::of(definition),
        }
    }
}

impl FlowBody {
    fn of(path: &str, flow: &Flow) -> Self {
        Self { path: path.to_owned(), stages: flow.stages.iter().map(StageBody::of).collect() }
    }
}

impl StageBody {
    fn of(stage: &Stage) -> Self {
        Self {
            name: stage.name.to_string(),
            title: stage.title().to_owned(),
            prompt: stage.prompt.source().to_owned(),
            help: stage.help.as_ref().map(ToString::to_string),
            kind: (&stage.kind).into(),
            schema: stage.schema.as_deref().cloned(),
            can_skip: stage.can_skip,
            can_go_back: stage.can_go_back,
        }
    }
}

impl Graph {
    fn of(definition: &Definition) -> Self {
        let graph = definition.graph();
        let mermaid = graph.to_mermaid();
        let node = |node: stepflow::WorkflowGraphNode| Node {
            id: node.id,
            label: node.label,
            end: node.kind == stepflow::NodeKind::End,
        };
        let edge = |edge: stepflow::WorkflowGraphEdge| Edge {
            source: edge.source,
            target: edge.target,
            when: edge.route_key,
        };
        Self {
            nodes: graph.nodes.into_iter().map(node).collect(),
            edges: graph.edges.into_iter().map(edge).collect(),
            mermaid,
        }
    }
}
