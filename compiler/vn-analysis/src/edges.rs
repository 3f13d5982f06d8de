//! Who needs whom, before anybody looks at devices: names, selection, circles.

use std::collections::BTreeSet;

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use vn_syntax::{Diagnostic, Span};

use crate::blueprint;
use crate::codes;
use crate::declared::{Clause, Member, NeedClause};
use crate::tree::{Component, Tree};

/// A `needs` clause with both its ends.
#[derive(Clone, Copy, Debug)]
pub struct Edge<'a> {
    /// Who needs: a place in [`Tree::components`].
    pub consumer: usize,
    /// What is needed.
    pub server: usize,
    /// Name of the only variant that needs it, if it is not the whole component.
    pub variant: Option<&'a str>,
    /// The clause.
    pub clause: &'a NeedClause,
}

/// Every edge of the tree, in declared order.
pub fn edges<'a>(tree: &Tree<'a>, faults: &mut Vec<Diagnostic>) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for (consumer, component) in tree.components.iter().enumerate() {
        let body = &component.declared.body;
        let own = blueprint::needs(body).map(|clause| (None, clause));
        let inner = body.of(Member::Variant).flat_map(|variant| {
            let name = variant.name.value.as_str();
            blueprint::needs(&variant.body).map(move |clause| (Some(name), clause))
        });
        for (variant, clause) in own.chain(inner) {
            if let Some(server) = server(tree, &component.ancestors, clause, faults) {
                edges.push(Edge {
                    consumer,
                    server,
                    variant,
                    clause,
                });
            }
        }
    }
    edges
}

fn server(
    tree: &Tree<'_>,
    from: &[String],
    clause: &NeedClause,
    faults: &mut Vec<Diagnostic>,
) -> Option<usize> {
    let path = &clause.server;
    let found = match tree.resolve(path, from) {
        Ok(found) => found,
        Err(fault) => {
            faults.push(*fault);
            return None;
        }
    };
    let only = found.first().and_then(|at| tree.components.get(*at));
    let fault = match (found.as_slice(), only) {
        ([at], Some(service)) if !service.is_client() => return Some(*at),
        ([_], Some(client)) => {
            let message = format!("`{path}` is a client; only a service can be needed");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
            fault.label(client.span(), "declared here")
        }
        _ => {
            let message = format!("`{path}` is a node; only a service can be needed");
            Diagnostic::error(codes::UNKNOWN_NAME, path.span, message)
        }
    };
    faults.push(fault);
    None
}

/// The selected components; reports a selection that leaves out what it needs.
pub fn selected(
    tree: &Tree<'_>,
    edges: &[Edge<'_>],
    outside: Option<&[String]>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeSet<usize> {
    let all = || (0..tree.components.len()).collect();
    let Some((mut chosen, span)) = written(tree, outside, faults) else {
        return all();
    };
    let is_client = |at: &usize| tree.components.get(*at).is_some_and(Component::is_client);
    if !chosen.iter().any(is_client) {
        chosen.extend((0..tree.components.len()).filter(is_client));
    }
    let mut reported = BTreeSet::new();
    for edge in edges.iter().filter(|edge| !edge.clause.optional) {
        let out = chosen.contains(&edge.consumer) && !chosen.contains(&edge.server);
        if out && reported.insert(edge.server) {
            faults.extend(left_out(tree, edge, span, outside.is_some()));
        }
    }
    chosen
}

fn left_out(tree: &Tree<'_>, edge: &Edge<'_>, span: Span, outside: bool) -> Option<Diagnostic> {
    let consumer = &tree.components.get(edge.consumer)?.name;
    let server = &tree.components.get(edge.server)?.name;
    let select = if outside { "--select" } else { "select" };
    let message = format!("`{select}` leaves out `{server}`, which `{consumer}` needs");
    let fault = Diagnostic::error(codes::LEFT_OUT, span, message)
        .here(format!("`{server}` is not in it"))
        .label(edge.clause.span, "needed here");
    Some(fault.help(format!(
        "add `{server}` to the selection, or make the need `optional`"
    )))
}

fn written(
    tree: &Tree<'_>,
    outside: Option<&[String]>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(BTreeSet<usize>, Span)> {
    let mut chosen = BTreeSet::new();
    if let Some(names) = outside {
        let span = tree.builder.name.span;
        for name in names {
            let parts: Vec<&str> = name.split('.').map(str::trim).collect();
            match tree.find(&parts, &[]) {
                Ok(found) => chosen.extend(found),
                Err(_) => faults.push(not_selectable(tree, name, span)),
            }
        }
        return Some((chosen, span));
    }
    let (paths, span) = tree
        .builder
        .body
        .clauses
        .iter()
        .find_map(|clause| match clause {
            Clause::Select(paths, span) => Some((paths, *span)),
            _ => None,
        })?;
    for path in paths {
        match tree.resolve(path, &[]) {
            Ok(found) => chosen.extend(found),
            Err(fault) => faults.push(*fault),
        }
    }
    Some((chosen, span))
}

fn not_selectable(tree: &Tree<'_>, name: &str, span: Span) -> Diagnostic {
    let known = tree
        .components
        .iter()
        .map(|component| component.name.as_str());
    let hint = crate::spelling::hint(name, known);
    let message = format!("`--select`: no component `{name}`{hint}");
    Diagnostic::error(codes::UNKNOWN_NAME, span, message)
}

/// Reports needs that go in a circle.
pub fn circles(
    tree: &Tree<'_>,
    edges: &[Edge<'_>],
    chosen: &BTreeSet<usize>,
    faults: &mut Vec<Diagnostic>,
) -> bool {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = tree.components.iter().map(|_| graph.add_node(())).collect();
    for edge in edges {
        let both = chosen.contains(&edge.consumer) && chosen.contains(&edge.server);
        if let (true, Some(from), Some(to)) =
            (both, nodes.get(edge.consumer), nodes.get(edge.server))
        {
            graph.add_edge(*from, *to, ());
        }
    }
    let before = faults.len();
    for group in tarjan_scc(&graph) {
        let members: BTreeSet<usize> = group.iter().map(|node| node.index()).collect();
        faults.extend(circle(tree, edges, &members));
    }
    faults.len() > before
}

/// One way round inside a group whose members all reach each other.
fn circle(tree: &Tree<'_>, edges: &[Edge<'_>], members: &BTreeSet<usize>) -> Option<Diagnostic> {
    let start = *members.first()?;
    let next = |at: usize| {
        edges.iter().find(|e| {
            e.consumer == at && members.contains(&e.server) && {
                members.len() == 1 || e.server != at
            }
        })
    };
    let mut round: Vec<&Edge<'_>> = Vec::new();
    let mut at = start;
    while let Some(edge) = next(at) {
        let closes = round.iter().position(|seen| seen.consumer == edge.server);
        round.push(edge);
        at = edge.server;
        if at == start || closes.is_some() {
            round.drain(..closes.unwrap_or(0));
            break;
        }
    }
    let name = |at: usize| tree.components.get(at).map_or("", |c| c.name.as_str());
    let first = round.first()?;
    let steps: Vec<&str> = round.iter().map(|edge| name(edge.server)).collect();
    let message = format!(
        "needs go in a circle: {} → {}",
        name(first.consumer),
        steps.join(" → ")
    );
    let fault = Diagnostic::error(codes::CIRCLE, first.clause.span, message);
    let labelled = round.iter().skip(1).fold(fault, |fault, edge| {
        fault.label(
            edge.clause.span,
            format!("`{}` needs it here", name(edge.consumer)),
        )
    });
    Some(labelled.help("take out one of these `needs`"))
}
