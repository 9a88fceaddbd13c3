//! A layout in one column, with lanes to its right: for graphs that are too large for layers.

use super::place::{Line, Plan, Point};

const GAP: f64 = 34.0;
const LANE: f64 = 18.0;

pub(super) fn place(plan: &Plan) -> (Vec<Point>, Vec<Line>) {
    let mut top = 0.0;
    let mut middles = Vec::with_capacity(plan.nodes.len());
    for size in &plan.nodes {
        middles.push(Point { x: 0.0, y: top + size.height / 2.0 });
        top += size.height + GAP;
    }
    let right = plan.nodes.iter().map(|size| size.width / 2.0).fold(0.0, f64::max) + LANE;
    let mut lanes = Vec::new();
    let lines = plan
        .edges
        .iter()
        .map(|(source, target, key)| {
            let (from, to) = (middles[*source], middles[*target]);
            if *target == source + 1 {
                let upper = Point { x: 0.0, y: from.y + plan.nodes[*source].height / 2.0 };
                let lower = Point { x: 0.0, y: to.y - plan.nodes[*target].height / 2.0 };
                let key = key.map(|_| Point { x: 0.0, y: f64::midpoint(upper.y, lower.y) });
                return Line { points: vec![upper, lower], key };
            }
            let x = right + LANE * lane(&mut lanes, *source, *target) as f64;
            // Lines that leave and lines that arrive keep apart.
            let (from_y, to_y) = (from.y + 6.0, to.y - 6.0);
            let points = vec![
                Point { x: plan.nodes[*source].width / 2.0, y: from_y },
                Point { x, y: from_y },
                Point { x, y: to_y },
                Point { x: plan.nodes[*target].width / 2.0, y: to_y },
            ];
            Line { points, key: key.map(|_| Point { x, y: f64::midpoint(from_y, to_y) }) }
        })
        .collect();
    (middles, lines)
}

/// The first lane that is free all the way. A lane is the list of the stretches in it.
fn lane(lanes: &mut Vec<Vec<(usize, usize)>>, source: usize, target: usize) -> usize {
    let stretch = (source.min(target), source.max(target));
    let is_free =
        |lane: &Vec<(usize, usize)>| lane.iter().all(|taken| taken.1 < stretch.0 || stretch.1 < taken.0);
    match lanes.iter().position(is_free) {
        Some(free) => {
            lanes[free].push(stretch);
            free
        }
        None => {
            lanes.push(vec![stretch]);
            lanes.len() - 1
        }
    }
}
