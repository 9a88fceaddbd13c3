//! Graphviz text.

use super::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

pub(super) fn write(graph: &WorkflowGraph) -> String {
    let nodes = graph.nodes.iter().map(node);
    let edges = graph.edges.iter().map(edge);
    let lines: String = nodes.chain(edges).map(|line| format!("    {line};\n")).collect();
    format!("digraph workflow {{\n{lines}}}\n")
}

fn node(node: &WorkflowGraphNode) -> String {
    let (id, label) = (&node.id, node.lines(escaped(&node.label)));
    match node.kind {
        NodeKind::End => format!(r#"{id} [label="{label}", shape=doublecircle]"#),
        NodeKind::Step if node.requires_approval => {
            format!(r#"{id} [label="{label}", shape=octagon]"#)
        }
        NodeKind::Step => format!(r#"{id} [label="{label}", shape=box]"#),
    }
}

fn edge(edge: &WorkflowGraphEdge) -> String {
    let ends = format!("{} -> {}", edge.source, edge.target);
    match (edge.kind, &edge.route_key) {
        (EdgeKind::Deny, _) => format!(r#"{ends} [label="denied", style=dashed]"#),
        (EdgeKind::Failure, _) => format!(r#"{ends} [label="failed", style=dashed, color=red]"#),
        (_, Some(key)) => format!(r#"{ends} [label="{}"]"#, escaped(key)),
        (_, None) => ends,
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n").replace('\r', "")
}
