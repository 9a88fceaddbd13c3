//! What is written in a picture, and how wide that is.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::graph::{EdgeKind, GraphMarks, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

const WIDEST_NAME: usize = 34;
const WIDEST_KEY: usize = 24;
const WIDEST_STATE: usize = 26;

/// How many columns of a fixed-width font the text takes.
pub(super) fn columns(text: &str) -> f64 {
    text.width() as f64
}

/// The name of a node, and what else is known of it before anything runs.
pub(super) fn lines(node: &WorkflowGraphNode) -> Vec<String> {
    let mut lines = vec![shortened(&node.label, WIDEST_NAME)];
    let mut more = Vec::new();
    if node.requires_approval {
        more.push("approval".to_owned());
    }
    if let Some(budget) = node.retry_budget {
        more.push(format!("within {budget:?}"));
    }
    if !more.is_empty() {
        lines.push(more.join(", "));
    }
    lines
}

/// What is written at an edge.
pub(super) fn key(edge: &WorkflowGraphEdge) -> Option<String> {
    match (edge.kind, &edge.route_key) {
        (EdgeKind::Deny, _) => Some("denied".to_owned()),
        (EdgeKind::Failure, _) => Some("failed".to_owned()),
        (_, Some(key)) => Some(shortened(key, WIDEST_KEY)),
        (_, None) => None,
    }
}

pub(super) fn state(marks: &GraphMarks, node: usize) -> Option<String> {
    let mark = marks.steps.get(node)?.as_ref()?;
    Some(shortened(&mark.to_string(), WIDEST_STATE))
}

/// The picture in words.
pub(super) fn description(graph: &WorkflowGraph, marks: Option<&GraphMarks>) -> String {
    let steps = graph.nodes.iter().enumerate().filter(|(_, node)| node.kind == NodeKind::Step);
    let sentences: Vec<_> = steps.map(|(index, node)| sentence(graph, marks, index, node)).collect();
    sentences.join(" ")
}

fn sentence(
    graph: &WorkflowGraph,
    marks: Option<&GraphMarks>,
    index: usize,
    node: &WorkflowGraphNode,
) -> String {
    let mark = marks.and_then(|marks| marks.steps.get(index)?.as_ref());
    let mut facts = Vec::new();
    match (marks, mark) {
        (Some(_), Some(mark)) => facts.push(mark.to_string()),
        (Some(_), None) => facts.push("not reached".to_owned()),
        (None, _) => {}
    }
    if node.requires_approval {
        facts.push("asks for approval".to_owned());
    }
    for edge in graph.edges.iter().filter(|edge| edge.source == node.id) {
        let target = graph.nodes.iter().find(|node| node.id == edge.target);
        let target = target.map_or("", |target| target.label.as_str());
        facts.push(match (key(edge), edge.kind) {
            (Some(_), EdgeKind::Deny) => format!("if denied, leads to {target}"),
            (Some(_), EdgeKind::Failure) => format!("if failed, leads to {target}"),
            (Some(key), _) => format!("{key} leads to {target}"),
            (None, _) => format!("leads to {target}"),
        });
    }
    if facts.is_empty() {
        format!("{}.", node.label)
    } else {
        format!("{}: {}.", node.label, facts.join("; "))
    }
}

fn shortened(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut columns = 1;
    for character in text.chars() {
        columns += character.width().unwrap_or(0);
        if columns > widest {
            break;
        }
        short.push(character);
    }
    short.push('…');
    short
}

/// As text between tags, and inside quotes. What XML cannot hold at all is replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            '\0'..='\x1f' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            // What turns the direction of writing round makes one name look like another.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                escaped.push('\u{fffd}')
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
