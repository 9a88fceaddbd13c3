//! Whatever leads where: everything is in the picture, once, and nothing covers anything.

use proptest::prelude::*;
use stepflow::{EdgeKind, NodeKind, WorkflowGraph, WorkflowGraphEdge, WorkflowGraphNode};

use super::reading::{Seen, read};

fn node(index: usize, name: &str, requires_approval: bool) -> WorkflowGraphNode {
    WorkflowGraphNode {
        id: format!("step_{index}"),
        label: format!("{name}{index}"),
        kind: NodeKind::Step,
        requires_approval,
        description: None,
        retry_budget: None,
    }
}

fn graph(nodes: usize, edges: &[(usize, usize, u8)]) -> WorkflowGraph {
    let names = ["a", "check_order", "wait_for_the_customer"];
    let edges = edges.iter().map(|(source, target, kind)| {
        let (kind, route_key) = match kind % 5 {
            0 => (EdgeKind::Deny, None),
            1 => (EdgeKind::Failure, None),
            2 => (EdgeKind::Linear, None),
            3 => (EdgeKind::Route, Some("approved_by_two".to_owned())),
            _ => (EdgeKind::Route, Some("no".to_owned())),
        };
        let (source, target) = (format!("step_{}", source % nodes), format!("step_{}", target % nodes));
        WorkflowGraphEdge { source, target, kind, route_key }
    });
    WorkflowGraph {
        nodes: (0..nodes).map(|index| node(index, names[index % 3], index % 4 == 1)).collect(),
        edges: edges.collect(),
    }
}

fn check(graph: &WorkflowGraph) -> Seen {
    let svg = graph.to_svg();
    assert_eq!(svg, graph.to_svg(), "the same every time");
    assert!(!svg.contains("NaN") && !svg.contains("inf\""));
    let seen = read(&svg);
    let labels: Vec<_> = seen.nodes.iter().map(|node| node.lines[0].clone()).collect();
    assert_eq!(labels, graph.nodes.iter().map(|node| node.label.clone()).collect::<Vec<_>>());
    assert_eq!(seen.lines, graph.edges.len());
    let keyed = graph.edges.iter().filter(|edge| edge.kind != EdgeKind::Linear).count();
    assert_eq!(seen.keys.len(), keyed);
    for (index, one) in seen.nodes.iter().enumerate() {
        assert!(one.left >= 0.0 && one.top >= 0.0 && one.right <= seen.width && one.bottom <= seen.height);
        for other in &seen.nodes[index + 1..] {
            let apart = one.right <= other.left
                || other.right <= one.left
                || one.bottom <= other.top
                || other.bottom <= one.top;
            assert!(apart, "{:?} and {:?} cover each other", one.lines, other.lines);
        }
    }
    for key in &seen.keys {
        assert!((0.0..=seen.width).contains(&key.x) && (0.0..=seen.height).contains(&key.y), "{}", key.text);
    }
    seen
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn everything_is_there(
        nodes in 1_usize..14,
        edges in prop::collection::vec((0_usize..14, 0_usize..14, any::<u8>()), 0..24),
    ) {
        check(&graph(nodes, &edges));
    }
}

#[test]
fn a_large_graph_stands_in_one_column() {
    let edges: Vec<_> = (0..499).flat_map(|at| [(at, at + 1, 2), (at, 499, 1), (at, at / 2, 3)]).collect();
    let seen = check(&graph(500, &edges));
    let middle = |node: &super::reading::Node| f64::midpoint(node.left, node.right);
    assert!(seen.nodes.windows(2).all(|pair| (middle(&pair[0]) - middle(&pair[1])).abs() < 0.2));
}
