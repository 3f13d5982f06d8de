//! Needs that go in a circle: of starts, which `deferred` breaks, and of load, which a `rate` breaks.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use vn_syntax::{Diagnostic, Edit, Span};

use crate::codes;
use crate::declared::NeedClause;
use crate::edges::Edge;
use crate::tree::Tree;

/// What goes round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Round {
    Start,
    Load,
}

impl Round {
    /// Whether an edge is part of it.
    fn has(self, clause: &NeedClause) -> bool {
        match self {
            Self::Start => !clause.deferred,
            Self::Load => clause.body.fields.get("rate").is_none(),
        }
    }
}

/// Reports needs that go in a circle among the selected; whether there are any.
pub fn check(
    tree: &Tree<'_>,
    edges: &[Edge<'_>],
    chosen: &BTreeSet<usize>,
    faults: &mut Vec<Diagnostic>,
) -> bool {
    let both = |edge: &&Edge<'_>| chosen.contains(&edge.consumer) && chosen.contains(&edge.server);
    let edges: Vec<&Edge<'_>> = edges.iter().filter(both).collect();
    let before = faults.len();
    let own = edges.iter().filter(|edge| edge.consumer == edge.server);
    faults.extend(own.map(|edge| itself(tree, edge)));
    let others: Vec<&Edge<'_>> = edges
        .into_iter()
        .filter(|edge| edge.consumer != edge.server)
        .collect();
    let starts = rounds(tree, &others, Round::Start);
    if starts.is_empty() {
        faults.extend(rounds(tree, &others, Round::Load));
    }
    faults.extend(starts);
    faults.len() > before
}

fn itself(tree: &Tree<'_>, edge: &Edge<'_>) -> Diagnostic {
    let message = format!("`{}` needs itself", name(tree, edge.consumer));
    let fault = Diagnostic::error(codes::CIRCLE, edge.clause.span, message);
    fault.help("take this `needs` out")
}

fn name<'t>(tree: &'t Tree<'_>, at: usize) -> &'t str {
    tree.components.get(at).map_or("", |c| c.name.as_str())
}

fn rounds(tree: &Tree<'_>, edges: &[&Edge<'_>], round: Round) -> Vec<Diagnostic> {
    let edges: Vec<&Edge<'_>> = edges
        .iter()
        .copied()
        .filter(|edge| round.has(edge.clause))
        .collect();
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = tree.components.iter().map(|_| graph.add_node(())).collect();
    for edge in &edges {
        if let (Some(from), Some(to)) = (nodes.get(edge.consumer), nodes.get(edge.server)) {
            graph.add_edge(*from, *to, ());
        }
    }
    let groups = tarjan_scc(&graph)
        .into_iter()
        .filter(|group| group.len() > 1);
    groups
        .filter_map(|group| {
            let members: BTreeSet<usize> = group.iter().map(|node| node.index()).collect();
            let circle = circle(&edges, &members);
            said(tree, &circle, round)
        })
        .collect()
}

/// One way round inside a group whose members all reach each other.
fn circle<'e, 'a>(edges: &[&'e Edge<'a>], members: &BTreeSet<usize>) -> Vec<&'e Edge<'a>> {
    let mut round: Vec<&Edge<'_>> = Vec::new();
    let Some(start) = members.first().copied() else {
        return round;
    };
    let mut at = start;
    let next = |at: usize| {
        let mut inside = edges.iter().copied();
        inside.find(|e| e.consumer == at && members.contains(&e.server))
    };
    while let Some(edge) = next(at) {
        round.push(edge);
        at = edge.server;
        if let Some(closes) = round.iter().position(|seen| seen.consumer == at) {
            round.drain(..closes);
            break;
        }
    }
    round
}

fn said(tree: &Tree<'_>, circle: &[&Edge<'_>], round: Round) -> Option<Diagnostic> {
    let (first, last) = (circle.first()?, circle.last()?);
    let steps: Vec<&str> = circle.iter().map(|edge| name(tree, edge.server)).collect();
    let way = format!("{} → {}", name(tree, first.consumer), steps.join(" → "));
    let message = match round {
        Round::Start => {
            format!("start-up goes in a circle: {way}; mark one `needs` deferred")
        }
        Round::Load => format!("load goes in a circle without end: {way}"),
    };
    let fault = Diagnostic::error(codes::CIRCLE, first.clause.span, message);
    let mut fault = circle.iter().skip(1).fold(fault, |fault, edge| {
        let here = format!("`{}` needs it here", name(tree, edge.consumer));
        fault.label(edge.clause.span, here)
    });
    let (consumer, server) = (name(tree, last.consumer), name(tree, last.server));
    match round {
        Round::Load => Some(fault.help(format!(
            "give one of them a rate of its own: `needs {server} {{ rate = … }}`"
        ))),
        Round::Start => {
            fault.edits.push(Edit {
                span: behind(last.clause),
                text: " deferred".to_owned(),
                safe: false,
            });
            Some(fault.help(format!(
                "write `needs {server} deferred` in `{consumer}`: it starts without waiting"
            )))
        }
    }
}

/// The place for a word of a need: behind what is needed.
fn behind(clause: &NeedClause) -> Span {
    let end = clause
        .copies
        .as_ref()
        .map_or(clause.server.span, |copies| copies.span);
    Span {
        start: end.end,
        ..end
    }
}
