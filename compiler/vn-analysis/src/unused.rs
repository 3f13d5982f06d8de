//! Imports and parameters that nothing names.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::codes;
use crate::declared::{Body, Clause};

/// Warns of what is brought in and not used; silent about a file that did not parse.
pub fn check(tree: &SyntaxTree, program: &Body, faults: &mut Vec<Diagnostic>) {
    let mut mentioned = BTreeSet::new();
    if !mentions(tree.root(), &mut mentioned) {
        return;
    }
    let uses = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Use(used) => Some(&used.names),
        _ => None,
    });
    let imports = uses.flatten().map(|name| ("import", name));
    let params = program
        .params
        .iter()
        .map(|param| ("parameter", &param.name));
    // What could not be brought in has been reported.
    let said: BTreeSet<Span> = faults
        .iter()
        .filter(|fault| fault.is_error())
        .filter_map(|fault| Some(fault.labels.first()?.span))
        .collect();
    for (what, name) in imports
        .chain(params)
        .filter(|(_, name)| !said.contains(&name.span))
    {
        let inserted = format!("${{{}}}", name.value);
        if !mentioned.contains(name.value.as_str()) && !tree.text.contains(&inserted) {
            let message = format!("{what} `{}` is not used", name.value);
            faults.push(Diagnostic::warning(codes::UNUSED, name.span, message));
        }
    }
}

/// Collects the first name of every path; false where something did not parse.
fn mentions<'t>(node: NodeRef<'t>, found: &mut BTreeSet<&'t str>) -> bool {
    if node.kind().name().starts_with("bad_") {
        return false;
    }
    if node.kind() == SyntaxKind::Path {
        found.extend(node.children().next().map(NodeRef::text));
    }
    let target = usize::from(node.kind() == SyntaxKind::Field);
    let mut whole = true;
    for child in node.children().skip(target) {
        whole &= mentions(child, found);
    }
    whole
}
