//! The picture of a workflow by the original's rules, and by ours where names are awkward.

use serde_json::{Value, json};

use super::format::{TargetSpec, WorkflowSpec};
use super::rows::{Row, Rules};

pub(crate) struct Drawn {
    pub(crate) nodes: Value,
    pub(crate) edges: Value,
    pub(crate) mermaid: String,
}

pub(crate) fn draw(spec: &WorkflowSpec, rules: Rules) -> Drawn {
    let mut edges: Vec<(usize, Option<usize>, Option<&str>)> = Vec::new();
    for (index, step) in spec.steps.iter().enumerate() {
        match &step.routes {
            Some(routes) => {
                for (key, target) in routes {
                    let to = match target {
                        TargetSpec::End(_) => None,
                        TargetSpec::Step(name) => spec.index(name),
                    };
                    edges.push((index, to, Some(key)));
                }
            }
            None if index + 1 < spec.steps.len() => edges.push((index, Some(index + 1), None)),
            None => {}
        }
    }
    let ends = edges.iter().any(|(_, to, _)| to.is_none());
    let id = |to: Option<usize>| to.map_or_else(|| "end_0".to_owned(), |to| format!("step_{to}"));

    let mut nodes: Vec<Value> = Vec::new();
    let mut lines = vec!["flowchart TD".to_owned()];
    for (index, step) in spec.steps.iter().enumerate() {
        nodes.push(json!({
            "id": id(Some(index)), "label": step.name, "kind": "step",
            "requires_approval": step.requires_approval, "description": step.description,
        }));
        let gate = if step.requires_approval { r"\napproval" } else { "" };
        lines.push(format!("    step_{index}[\"{}{gate}\"]", label(&step.name, rules)));
    }
    if ends {
        nodes.push(json!({
            "id": "end_0", "label": "END", "kind": "end", "requires_approval": false, "description": null,
        }));
        lines.push("    end_0((END))".to_owned());
    }
    for (from, to, key) in &edges {
        let arrow = key.map_or_else(|| "-->".to_owned(), |key| format!("-->|{}|", edge_label(key, rules)));
        lines.push(format!("    step_{from} {arrow} {}", id(*to)));
    }
    let edges = edges.iter().map(|(from, to, key)| {
        let kind = if key.is_some() { "route" } else { "linear" };
        json!({"source": id(Some(*from)), "target": id(*to), "kind": kind, "route_key": key})
    });
    Drawn { nodes: nodes.into(), edges: edges.collect(), mermaid: lines.join("\n") }
}

/// Mermaid knows no backslash escapes, so what would end a label, break its line or start an entity
/// is written as an entity. Plain names stay as they are.
fn label(text: &str, rules: Rules) -> String {
    if !rules.has(Row::ValidMermaid) {
        return text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
    }
    let entities = entity_starts(text);
    let mut written = String::new();
    for (at, character) in text.char_indices() {
        match character {
            '"' => written.push_str("#quot;"),
            '#' if entities.contains(&at) => written.push_str("#35;"),
            '&' => written.push_str("#amp;"),
            '<' => written.push_str("#lt;"),
            '>' => written.push_str("#gt;"),
            '`' if at == 0 => written.push_str("#96;"),
            '\\' if text[at + 1..].starts_with('n') => written.push_str("#92;"),
            '\n' => written.push_str("<br/>"),
            '\r' => {}
            plain => written.push(plain),
        }
    }
    written
}

fn entity_starts(text: &str) -> Vec<usize> {
    let starts = text.match_indices('#').filter(|(at, _)| {
        text[at + 1..].split_once(';').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|character| character.is_alphanumeric() || character == '_')
        })
    });
    starts.map(|(at, _)| at).collect()
}

fn edge_label(key: &str, rules: Rules) -> String {
    let written = label(key, rules);
    if !rules.has(Row::ValidMermaid) {
        return written.replace('|', r"\|");
    }
    if written == key && !key.contains(['[', ']', '(', ')', '{', '}', '|']) {
        return written;
    }
    format!("\"{written}\"")
}
