//! Imports, parameters and other declarations that nothing names.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::codes;
use crate::declared::{Body, Clause, Name, TypeAtom};

/// The names that a program mentions.
#[derive(Default)]
struct Mentioned<'t> {
    /// First names of paths.
    values: BTreeSet<&'t str>,
    /// All names of paths, fields that are set among them.
    parts: BTreeSet<&'t str>,
    /// Types and units.
    measures: BTreeSet<&'t str>,
}

/// Warns of what is brought in or declared and not used; silent about a file that did not parse.
pub fn check(tree: &SyntaxTree, program: &Body, faults: &mut Vec<Diagnostic>) {
    let mut mentioned = Mentioned::default();
    if !mentioned.collect(tree.root()) {
        return;
    }
    let uses = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Use(used) => Some(&used.names),
        _ => None,
    });
    let imports = uses.flatten().map(|name| ("import", name));
    let params = program.params.iter().map(|it| ("parameter", &it.name));
    let metrics = program.metrics.iter().map(|it| ("metric", &it.name));
    // What could not be brought in has been reported.
    let said: BTreeSet<Span> = faults
        .iter()
        .filter(|fault| fault.is_error())
        .filter_map(|fault| Some(fault.labels.first()?.span))
        .collect();
    for (what, name) in imports
        .chain(params)
        .chain(metrics)
        .filter(|(_, name)| !said.contains(&name.span))
    {
        let inserted = format!("${{{}}}", name.value);
        if !mentioned.values.contains(name.value.as_str()) && !tree.text.contains(&inserted) {
            faults.push(unused(what, name));
        }
    }
    let enums = program.enums.iter().map(|(name, _)| ("enum", name));
    for (what, name) in enums {
        if !mentioned.measures.contains(name.value.as_str()) {
            faults.push(unused(what, name));
        }
    }
    for unit in &program.units {
        let kind = unit.kind.as_ref().and_then(|kind| kind.factors.first());
        let kind = kind.and_then(|(_, atom)| match atom {
            TypeAtom::Named(name, _) if unit.size.is_none() => Some(name.as_str()),
            TypeAtom::Named(..) | TypeAtom::List(_) => None,
        });
        let names = [Some(unit.name.value.as_str()), kind];
        let mut names = names.into_iter().flatten();
        if !names.any(|name| mentioned.measures.contains(name)) {
            faults.push(unused("unit", &unit.name));
        }
    }
    for capability in &program.capabilities {
        if !mentioned.parts.contains(capability.name.value.as_str()) {
            faults.push(unused("capability", &capability.name));
        }
    }
}

fn unused(what: &str, name: &Name) -> Diagnostic {
    let message = format!("{what} `{}` is not used", name.value);
    Diagnostic::warning(codes::UNUSED, name.span, message)
}

impl<'t> Mentioned<'t> {
    /// Collects what a node mentions; false where something did not parse.
    fn collect(&mut self, node: NodeRef<'t>) -> bool {
        if node.kind().name().starts_with("bad_") {
            return false;
        }
        match node.kind() {
            SyntaxKind::Path => {
                self.values
                    .extend(node.children().next().map(NodeRef::text));
                self.parts.extend(node.text().split('.'));
            }
            SyntaxKind::Unit => self.measures.extend(node.text().split('/')),
            SyntaxKind::TypeAtom => {
                self.measures
                    .extend(node.child(SyntaxKind::Name).map(NodeRef::text));
            }
            _ => {}
        }
        let target = usize::from(node.kind() == SyntaxKind::Field);
        self.parts
            .extend(node.children().take(target).map(NodeRef::text));
        // A dimension is not used by the unit that makes it.
        let own = node.kind() == SyntaxKind::UnitItem && node.child(SyntaxKind::Expr).is_none();
        let mut whole = true;
        for child in node.children().skip(target) {
            if !(own && child.kind() == SyntaxKind::TypeExpr) {
                whole &= self.collect(child);
            }
        }
        whole
    }
}
