//! A layout in layers, by dagre.

use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use super::place::{Line, Plan, Point};

/// The middles of the nodes, and the lines; `None` where the layout leaves something out.
pub(super) fn place(plan: &Plan) -> Option<(Vec<Point>, Vec<Line>)> {
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for (node, size) in plan.nodes.iter().enumerate() {
        let label = NodeLabel { width: size.width, height: size.height, ..NodeLabel::default() };
        graph.set_node(node.to_string(), Some(label));
    }
    for (edge, (source, target, key)) in plan.edges.iter().enumerate() {
        let (upper, lower) = downward(*source, *target);
        let label = EdgeLabel {
            width: key.map_or(0.0, |key| key.width),
            height: key.map_or(0.0, |key| key.height),
            labelpos: LabelPos::Center,
            // What leads on without a choice stands straight below, if anything does.
            weight: if key.is_none() { 3 } else { 1 },
            ..EdgeLabel::default()
        };
        graph.set_edge(upper, lower, Some(label), Some(&edge.to_string()));
    }
    let options = LayoutOptions {
        nodesep: 34.0,
        edgesep: 18.0,
        ranksep: 34.0,
        // The first of two orders that are as good as each other: the one that follows the steps.
        tie_keep_first: true,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));

    let middle = |node: usize| {
        let label = graph.node(&node.to_string())?;
        Some(Point { x: label.x?, y: label.y? })
    };
    let line = |(edge, (source, target, key)): (usize, &(usize, usize, Option<_>))| {
        let (upper, lower) = downward(*source, *target);
        let label = graph.edge(&upper, &lower, Some(&edge.to_string()))?;
        let mut points: Vec<_> = label.points.iter().map(|point| Point { x: point.x, y: point.y }).collect();
        if target < source {
            points.reverse();
        }
        let at = label.x.zip(label.y).filter(|_| key.is_some()).map(|(x, y)| Point { x, y });
        (points.len() > 1).then_some(Line { points, key: at })
    };
    let nodes = (0..plan.nodes.len()).map(middle).collect::<Option<Vec<_>>>()?;
    let edges = plan.edges.iter().enumerate().map(line).collect::<Option<Vec<_>>>()?;
    Some((nodes, edges))
}

/// Every edge is laid out downward, in the order of the steps, and those that lead back are turned round
/// afterwards: the layout has no cycle to break in a place of its own choice.
fn downward(source: usize, target: usize) -> (String, String) {
    (source.min(target).to_string(), source.max(target).to_string())
}
