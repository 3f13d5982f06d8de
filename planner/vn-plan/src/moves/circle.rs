//! Why no step can be made: who waits for whom, in a circle.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef as _;

use super::replay::{Need, Running, Stage};
use super::{Action, Wait, Waited};

/// A shortest circle among the steps that are left; nothing where there is none.
pub fn circle(
    stage: &Stage<'_>,
    rest: &[(Action, &str)],
    running: &Running,
    at_last: &BTreeSet<Need>,
) -> Vec<Wait> {
    let mut graph: DiGraph<usize, Waited> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..rest.len()).map(|at| graph.add_node(at)).collect();
    for (&step, &node) in rest.iter().zip(&nodes) {
        let waits = waits(stage, step, rest, running, at_last);
        for (other, until) in waits {
            if let Some(to) = nodes.get(other) {
                graph.add_edge(node, *to, until);
            }
        }
    }
    let knots = tarjan_scc(&graph);
    let inside = |from: &NodeIndex| knots.iter().find(|knot| knot.contains(from));
    let circles = nodes
        .iter()
        .filter_map(|from| shortest(&graph, *from, inside(from)?));
    let Some(edges) = circles.min_by_key(Vec::len) else {
        return Vec::new();
    };
    let wait = |(from, until): (usize, Waited)| {
        let (action, id) = rest.get(from)?;
        Some(Wait {
            action: *action,
            instance: (*id).to_owned(),
            until,
        })
    };
    edges.into_iter().filter_map(wait).collect()
}

/// The shortest way from a node back to itself, by breadth; not over the node itself alone.
fn shortest(
    graph: &DiGraph<usize, Waited>,
    from: NodeIndex,
    knot: &[NodeIndex],
) -> Option<Vec<(usize, Waited)>> {
    let mut ways: Vec<(NodeIndex, Vec<(usize, Waited)>)> = vec![(from, Vec::new())];
    let mut seen: BTreeSet<NodeIndex> = BTreeSet::new();
    while !ways.is_empty() {
        let mut next = Vec::new();
        for (at, way) in ways {
            let mut edges: Vec<_> = graph.edges(at).filter(|edge| edge.target() != at).collect();
            edges.sort_by_key(petgraph::visit::EdgeRef::target);
            for edge in edges
                .into_iter()
                .filter(|edge| knot.contains(&edge.target()))
            {
                let mut longer = way.clone();
                longer.push((at.index(), edge.weight().clone()));
                if edge.target() == from {
                    return Some(longer);
                }
                if seen.insert(edge.target()) {
                    next.push((edge.target(), longer));
                }
            }
        }
        ways = next;
    }
    None
}

/// What a step waits for, by the position of the other step.
fn waits(
    stage: &Stage<'_>,
    step: (Action, &str),
    rest: &[(Action, &str)],
    running: &Running,
    at_last: &BTreeSet<Need>,
) -> Vec<(usize, Waited)> {
    let next = stage.after(running, step);
    let mut found = Vec::new();
    if let Some(lack) = stage.starts(step).and_then(|at| stage.lack(&next, at)) {
        let device = stage.starts(step).and_then(|at| stage.runs.get(at));
        for (at, other) in rest.iter().enumerate() {
            if stage
                .stops(*other)
                .is_some_and(|run| lack.holders.contains(&run))
            {
                let until = Waited::Room {
                    device: device.map(|run| run.device.to_owned()).unwrap_or_default(),
                    resource: lack.resource.clone(),
                    lacking: lack.by,
                    instance: other.1.to_owned(),
                };
                found.push((at, until));
            }
        }
    }
    for need in stage.gaps(running, step, at_last) {
        let Some((gap, asks)) = stage.gap(need).zip(stage.asks(need)) else {
            continue;
        };
        for (at, other) in rest.iter().enumerate() {
            if stage
                .starts(*other)
                .is_some_and(|run| asks.entries.contains(&run))
            {
                let until = Waited::Server {
                    consumer: gap.consumer.clone(),
                    service: gap.service.clone(),
                    instance: other.1.to_owned(),
                };
                found.push((at, until));
            }
        }
    }
    found
}
