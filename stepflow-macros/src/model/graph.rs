//! The steps as a graph, all of them configured in.

use super::{Destination, Flow};
use crate::dialect::Dialect;

/// Which step leads to which.
pub(crate) struct Graph {
    edges: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of a block; `None` when it is not known where some step leads.
    pub(crate) fn of<D: Dialect>(flow: &Flow<'_, D>) -> Option<Self> {
        let sound = flow.unreadable.is_empty()
            && flow.steps.iter().all(|step| {
                !step.args.lost_target && step.targets().all(|target| target.to != Destination::Unknown)
            });
        if !sound {
            return None;
        }
        let allows_loops = flow.block.args.allows_loops;
        let edges = flow.steps.iter().enumerate().map(|(index, step)| {
            let mut edges: Vec<usize> = step
                .targets()
                .filter_map(|target| match &target.to {
                    Destination::Steps(steps) => Some(steps.as_slice()),
                    _ => None,
                })
                .flatten()
                .copied()
                .collect();
            // A forbidden way back is a mistake of its own: it does not cut off the steps below.
            if step.falls_through() || !allows_loops && edges.iter().any(|&to| to <= index) {
                edges.push(index + 1);
            }
            // Variants of one step under different `#[cfg]`s stand in the same place.
            edges.extend(
                (0..flow.steps.len()).filter(|&other| flow.steps[other].method_name == step.method_name),
            );
            edges
        });
        Some(Self { edges: edges.collect() })
    }

    /// The steps that no path from the first step reaches.
    pub(crate) fn unreachable(&self) -> Vec<usize> {
        let mut reached = vec![false; self.edges.len()];
        let mut open = vec![0];
        while let Some(index) = open.pop() {
            if let Some(seen) = reached.get_mut(index)
                && !*seen
            {
                *seen = true;
                open.extend(&self.edges[index]);
            }
        }
        (0..reached.len()).filter(|&index| !reached[index]).collect()
    }
}
