//! Where everything stands, in pixels from the upper left corner.

use super::words::{columns, key, lines};
use super::{column, layers};
use crate::graph::{NodeKind, WorkflowGraph, WorkflowGraphNode};

/// Above that a layout in layers takes longer than a reader of the page wants to wait.
const MOST_NODES: usize = 60;
const MOST_EDGES: usize = 120;

const MARGIN: f64 = 16.0;

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Size {
    pub(super) width: f64,
    pub(super) height: f64,
}

/// What has to find its place.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) nodes: Vec<Size>,
    /// From which node to which, and the size of the key.
    pub(super) edges: Vec<(usize, usize, Option<Size>)>,
}

#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) size: Size,
    /// The middle of each node, and its size.
    pub(super) nodes: Vec<(Point, Size)>,
    pub(super) edges: Vec<Line>,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) points: Vec<Point>,
    /// The middle of the key.
    pub(super) key: Option<Point>,
}

pub(super) fn place(graph: &WorkflowGraph, has_room: bool) -> Placed {
    let plan = plan(graph, has_room);
    let small = plan.nodes.len() <= MOST_NODES && plan.edges.len() <= MOST_EDGES;
    let layered = if small { layers::place(&plan) } else { None };
    let (middles, lines) = layered.unwrap_or_else(|| column::place(&plan));
    framed(&plan, middles, lines)
}

fn plan(graph: &WorkflowGraph, has_room: bool) -> Plan {
    let at = |id: &str| graph.nodes.iter().position(|node| node.id == id);
    let edges = graph.edges.iter().map(|edge| {
        let key = key(edge).map(|key| Size { width: columns(&key) * 7.3 + 14.0, height: 18.0 });
        // A graph that was read from somewhere may have edges that lead nowhere.
        let source = at(&edge.source).unwrap_or_default();
        (source, at(&edge.target).unwrap_or(source), key)
    });
    let nodes = graph.nodes.iter().map(|node| size(node, has_room)).collect::<Vec<_>>();
    let edges = if nodes.is_empty() { Vec::new() } else { edges.collect() };
    Plan { nodes, edges }
}

fn size(node: &WorkflowGraphNode, has_room: bool) -> Size {
    let lines = lines(node);
    let widest =
        lines.iter().skip(1).map(|line| columns(line) * 6.7).fold(columns(&lines[0]) * 8.5, f64::max);
    match node.kind {
        NodeKind::End => Size { width: widest + 36.0, height: 36.0 },
        NodeKind::Step => {
            let (least, state) = if has_room { (184.0, 16.0) } else { (72.0, 0.0) };
            let height = 40.0 + 15.0 * (lines.len() - 1) as f64 + state;
            Size { width: (widest + 32.0).max(least), height }
        }
    }
}

/// The same with its upper left corner at zero, and a margin around.
fn framed(plan: &Plan, middles: Vec<Point>, mut lines: Vec<Line>) -> Placed {
    let (mut least, mut most) = (Point { x: 0.0, y: 0.0 }, Point { x: 0.0, y: 0.0 });
    if let Some(first) = middles.first() {
        (least, most) = (*first, *first);
    }
    let mut reach = |middle: Point, size: Size| {
        least.x = least.x.min(middle.x - size.width / 2.0);
        least.y = least.y.min(middle.y - size.height / 2.0);
        most.x = most.x.max(middle.x + size.width / 2.0);
        most.y = most.y.max(middle.y + size.height / 2.0);
    };
    let nothing = Size { width: 0.0, height: 0.0 };
    for (middle, size) in middles.iter().zip(&plan.nodes) {
        reach(*middle, *size);
    }
    for (line, (_, _, key)) in lines.iter().zip(&plan.edges) {
        line.points.iter().for_each(|point| reach(*point, nothing));
        if let (Some(middle), Some(size)) = (line.key, key) {
            reach(middle, *size);
        }
    }
    let moved = |point: Point| Point { x: point.x - least.x + MARGIN, y: point.y - least.y + MARGIN };
    for line in &mut lines {
        line.points.iter_mut().for_each(|point| *point = moved(*point));
        line.key = line.key.map(moved);
    }
    Placed {
        size: Size { width: most.x - least.x + 2.0 * MARGIN, height: most.y - least.y + 2.0 * MARGIN },
        nodes: middles.into_iter().map(moved).zip(plan.nodes.iter().copied()).collect(),
        edges: lines,
    }
}
