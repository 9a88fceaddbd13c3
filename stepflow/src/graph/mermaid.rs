//! Mermaid text. It knows no backslash escapes; what would end a label or start an entity is written
//! as an entity.

use super::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

pub(super) fn write(graph: &WorkflowGraph) -> String {
    let nodes = graph.nodes.iter().map(node);
    let edges = graph.edges.iter().map(edge);
    std::iter::once("flowchart TD".to_owned()).chain(nodes).chain(edges).collect::<Vec<_>>().join("\n")
}

fn node(node: &WorkflowGraphNode) -> String {
    let (id, label) = (&node.id, node.lines(escaped(&node.label)));
    match node.kind {
        NodeKind::End => format!("    {id}(({label}))"),
        NodeKind::Step => format!(r#"    {id}["{label}"]"#),
    }
}

fn edge(edge: &WorkflowGraphEdge) -> String {
    let (source, target) = (&edge.source, &edge.target);
    match (edge.kind, &edge.route_key) {
        (EdgeKind::Deny, _) => format!("    {source} -.->|denied| {target}"),
        (EdgeKind::Failure, _) => format!("    {source} -.->|failed| {target}"),
        (_, Some(key)) => format!("    {source} -->|{}| {target}", edge_label(key)),
        (_, None) => format!("    {source} --> {target}"),
    }
}

fn edge_label(key: &str) -> String {
    let escaped = escaped(key);
    let plain = escaped == key && !key.contains(['[', ']', '(', ')', '{', '}', '|']);
    if plain { escaped } else { format!(r#""{escaped}""#) }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let rest = &text[at + character.len_utf8()..];
        match character {
            '"' => escaped.push_str("#quot;"),
            '#' if starts_entity(rest) => escaped.push_str("#35;"),
            '&' => escaped.push_str("#amp;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            // A label that begins with a backtick would be read as Markdown.
            '`' if at == 0 => escaped.push_str("#96;"),
            // A backslash and an `n` would break the line.
            '\\' if rest.starts_with('n') => escaped.push_str("#92;"),
            '\n' => escaped.push_str("<br/>"),
            '\r' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether what follows a `#` makes it an entity: `quot;`, `35;`.
fn starts_entity(rest: &str) -> bool {
    let name = rest.trim_start_matches(|character: char| character.is_alphanumeric() || character == '_');
    name.len() < rest.len() && name.starts_with(';')
}
