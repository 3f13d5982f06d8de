//! Who needs whom, before anybody looks at devices: names, layers, selection.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::analyse::Wanted;
use crate::blueprint;
use crate::codes;
use crate::declared::{Body, Clause, Member, NeedClause};
use crate::draft::Draft;
use crate::tree::{Component, Tree};

/// A `needs` clause with both its ends.
#[derive(Clone, Debug)]
pub struct Edge<'a> {
    /// Who needs: a place in [`Tree::components`].
    pub consumer: usize,
    /// What is needed.
    pub server: usize,
    /// The only variants that need it, if it is not the whole component.
    pub variants: Option<Vec<u32>>,
    /// The clause.
    pub clause: &'a NeedClause,
}

/// Every edge of the tree, in declared order. Of needs of one service the nearest holds: a
/// variant's before the component's before the kind's.
pub fn edges<'a>(
    tree: &Tree<'a>,
    drafts: &[Draft<'a>],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    for (consumer, draft) in drafts.iter().enumerate() {
        let mut names = Names {
            tree,
            draft,
            known: BTreeMap::new(),
            faults,
        };
        names.check_all();
        let of_variants: Vec<Vec<(usize, &NeedClause)>> = draft
            .blueprint
            .variants
            .iter()
            .map(|variant| names.nearest(&variant.needs))
            .collect();
        let mut clauses: Vec<(usize, &NeedClause)> = Vec::new();
        for (server, clause) in of_variants.iter().flatten() {
            if !clauses.iter().any(|(_, known)| known.span == clause.span) {
                clauses.push((*server, clause));
            }
        }
        edges.extend(clauses.into_iter().map(|(server, clause)| {
            let has = |needs: &Vec<(usize, &NeedClause)>| {
                needs.iter().any(|(_, known)| known.span == clause.span)
            };
            let whole = of_variants.iter().all(has);
            let with = (0..).zip(&of_variants).filter(|(_, needs)| has(needs));
            Edge {
                consumer,
                server,
                variants: (!whole).then(|| with.map(|(at, _)| at).collect()),
                clause,
            }
        }));
    }
    edges
}

/// The names that one component's needs use.
struct Names<'t, 'a> {
    tree: &'t Tree<'a>,
    draft: &'t Draft<'a>,
    known: BTreeMap<Span, Option<usize>>,
    faults: &'t mut Vec<Diagnostic>,
}

impl<'a> Names<'_, 'a> {
    /// Reports names that nothing has, also in variants that are left out.
    fn check_all(&mut self) {
        let body: &'a Body = &self.draft.component.declared.body;
        let inner = body.of(Member::Variant).map(|variant| &variant.body);
        for clause in std::iter::once(body)
            .chain(inner)
            .flat_map(blueprint::needs)
        {
            self.server(clause);
        }
    }

    fn server(&mut self, clause: &NeedClause) -> Option<usize> {
        if let Some(known) = self.known.get(&clause.server.span) {
            return *known;
        }
        let component = self.draft.component;
        let before = self.faults.len();
        let found = server(self.tree, &component.ancestors, clause, self.faults);
        let foreign = clause.span.file != component.span().file;
        for fault in self.faults.iter_mut().skip(before).filter(|_| foreign) {
            let name = &component.name;
            *fault = fault
                .clone()
                .label(component.span(), format!("`{name}` has it from its kind"));
        }
        self.known.insert(clause.server.span, found);
        found
    }

    /// Of the layers of one variant, the nearest need of each service.
    fn nearest(&mut self, layers: &[(usize, &'a NeedClause)]) -> Vec<(usize, &'a NeedClause)> {
        let mut kept: Vec<(usize, usize, &'a NeedClause)> = Vec::new();
        for (layer, clause) in layers {
            let Some(server) = self.server(clause) else {
                continue;
            };
            let same = |(_, other, known): &&mut (usize, usize, &NeedClause)| {
                *other == server && known.write == clause.write
            };
            match kept.iter_mut().find(same) {
                None => kept.push((*layer, server, clause)),
                Some((known, _, first)) if known == layer => {
                    let fault = self.twice(first, clause);
                    self.faults.push(fault);
                }
                Some(farther) => *farther = (*layer, server, clause),
            }
        }
        kept.into_iter()
            .map(|(_, server, clause)| (server, clause))
            .collect()
    }

    fn twice(&self, first: &NeedClause, second: &NeedClause) -> Diagnostic {
        let name = &self.draft.component.name;
        let message = format!("`{name}` needs `{}` twice", second.server);
        let fault = Diagnostic::error(codes::DECLARED_TWICE, second.span, message)
            .here("again here")
            .label(first.span, "first here");
        fault.help("keep one of them; only reads and `write` may stand side by side")
    }
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
    outside: Option<&[Wanted]>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeSet<usize> {
    let all = || (0..tree.components.len()).collect();
    let before = faults.len();
    let Some((mut chosen, span)) = written(tree, outside, faults) else {
        return all();
    };
    let is_client = |at: &usize| tree.components.get(*at).is_some_and(Component::is_client);
    if !chosen.iter().any(is_client) {
        chosen.extend((0..tree.components.len()).filter(is_client));
    }
    let missing = missing(edges, &chosen);
    // A name that nothing has may stand for one that is missing.
    if !missing.is_empty() && faults.len() == before {
        faults.push(left_out(tree, &missing, span, outside));
    }
    chosen
}

/// The edges whose servers a selection leaves out, to the end: what those need is missing too.
fn missing<'e, 'a>(edges: &'e [Edge<'a>], chosen: &BTreeSet<usize>) -> Vec<&'e Edge<'a>> {
    let mut complete = chosen.clone();
    let mut missing = Vec::new();
    while let Some(edge) = edges.iter().find(|edge| {
        let needed = complete.contains(&edge.consumer) && !edge.clause.optional;
        needed && !complete.contains(&edge.server)
    }) {
        complete.insert(edge.server);
        missing.push(edge);
    }
    missing
}

/// All holes at once.
fn left_out(
    tree: &Tree<'_>,
    missing: &[&Edge<'_>],
    span: Span,
    outside: Option<&[Wanted]>,
) -> Diagnostic {
    const SHOWN: usize = 4;
    let name = |at: usize| tree.components.get(at).map_or("", |c| c.name.as_str());
    let holes = missing.iter().take(SHOWN).map(|edge| {
        format!(
            "`{}`, which `{}` needs",
            name(edge.server),
            name(edge.consumer)
        )
    });
    let holes: Vec<String> = holes.collect();
    let more = match missing.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let select = if outside.is_some_and(|wanted| place_of(wanted).is_none()) {
        "--select"
    } else {
        "select"
    };
    let message = format!("`{select}` leaves out {}{more}", holes.join("; "));
    let servers: Vec<&str> = missing.iter().map(|edge| name(edge.server)).collect();
    let quoted: Vec<String> = servers.iter().map(|name| format!("`{name}`")).collect();
    let is = if servers.len() == 1 { "is" } else { "are" };
    let fault = Diagnostic::error(codes::LEFT_OUT, span, message)
        .here(format!("{} {is} not in it", quoted.join(", ")));
    let fault = missing.iter().take(SHOWN).fold(fault, |fault, edge| {
        fault.label(
            edge.clause.span,
            format!("`{}` is needed here", name(edge.server)),
        )
    });
    let Some(outside) = outside else {
        let what = if servers.len() == 1 {
            "the need"
        } else {
            "the needs"
        };
        return fault.help(format!(
            "add {} to the selection, or make {what} `optional`",
            quoted.join(", ")
        ));
    };
    let given = outside.iter().map(|wanted| wanted.name.as_str());
    let all: Vec<&str> = given.chain(servers).collect();
    if place_of(outside).is_some() {
        return fault.help(format!("write `select = [\"{}\"]`", all.join("\", \"")));
    }
    fault.help(format!("write `--select {}`", all.join(",")))
}

fn written(
    tree: &Tree<'_>,
    outside: Option<&[Wanted]>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(BTreeSet<usize>, Span)> {
    let mut chosen = BTreeSet::new();
    if let Some(wanted) = outside {
        for one in wanted {
            let parts: Vec<&str> = one.name.split('.').map(str::trim).collect();
            match tree.find(&parts, &[]) {
                Ok(found) => chosen.extend(found),
                Err(_) => faults.push(not_selectable(tree, one)),
            }
        }
        return Some((chosen, place_of(wanted).unwrap_or(tree.builder.name.span)));
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
    if paths.is_empty() {
        let fault = Diagnostic::error(codes::MISSING_VALUE, span, "`select` names nothing");
        faults.push(fault.help("leave it out to select everything"));
    }
    for path in paths {
        match tree.resolve(path, &[]) {
            Ok(found) => chosen.extend(found),
            Err(fault) => faults.push(*fault),
        }
    }
    Some((chosen, span))
}

/// From the first name in `vn.toml` to the last; nothing where the command line names them.
fn place_of(wanted: &[Wanted]) -> Option<Span> {
    let first = wanted.first()?.span?;
    let last = wanted.last()?.span?;
    Some(Span {
        end: last.end,
        ..first
    })
}

fn not_selectable(tree: &Tree<'_>, wanted: &Wanted) -> Diagnostic {
    let name = &wanted.name;
    let known = tree
        .components
        .iter()
        .map(|component| component.name.as_str());
    let near = crate::spelling::nearest(name, known.clone());
    let hint = crate::spelling::hint(name, known);
    let Some(span) = wanted.span else {
        let message = format!("`--select`: no component `{name}`{hint}");
        return Diagnostic::error(codes::UNKNOWN_NAME, tree.builder.name.span, message);
    };
    let message = format!("`select`: no component `{name}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    match near {
        Some(near) => fault.guess(span, format!("\"{near}\"")),
        None => fault,
    }
}
