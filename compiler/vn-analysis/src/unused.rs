//! Imports and parameters that nothing names.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::declared::{self, Name, Use};
use crate::modules::{self, alias, has_effect};
use crate::{Input, codes};

/// Warns of what is brought in and not used; silent about a file that did not parse.
pub fn check(input: &Input<'_>, faults: &mut Vec<Diagnostic>) {
    if faults
        .iter()
        .any(|fault| fault.code == codes::IMPORT_CIRCLE)
    {
        return; // What is used is not known before the circle is open.
    }
    of_file(input.entry, input, faults);
    for module in input.modules {
        of_file(module.tree, input, faults);
    }
}

fn of_file(tree: &SyntaxTree, input: &Input<'_>, faults: &mut Vec<Diagnostic>) {
    let mut mentioned = BTreeSet::new();
    if !mentions(tree.root(), &mut mentioned) {
        return;
    }
    let is_used = |name: &str| {
        mentioned.contains(name)
            || tree.text.contains(&format!("${{{name}}}"))
            || tree.text.contains(&format!("${{{name}."))
    };
    // What is wrong with the statements themselves is told where they are read.
    let body = declared::file(tree, &mut Vec::new());
    let imports = modules::uses(&body).flat_map(|used| imported(used, input));
    let imports = imports.map(|name| ("import", name));
    // What a module offers is for others to use.
    let params = body
        .params
        .iter()
        .filter(|_| tree.file == input.entry.file);
    let params = params.map(|param| ("parameter", param.name.clone()));
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
        if !is_used(&name.value) {
            let message = format!("{what} `{}` is not used", name.value);
            faults.push(Diagnostic::warning(codes::UNUSED, name.span, message));
        }
    }
}

/// The names that an import brings and that something ought to use.
fn imported(used: &Use, input: &Input<'_>) -> Vec<Name> {
    let target = modules::target(input.links, used.module.span);
    let module = input
        .modules
        .iter()
        .find(|module| Some(module.tree.file) == target);
    match (&used.names, module) {
        // Why it leads nowhere has been said.
        (_, None) if used.is_file => Vec::new(),
        (Some(names), None) => names.iter().map(|name| name.visible().clone()).collect(),
        (Some(names), Some(module)) => {
            let everywhere: BTreeSet<&str> = modules::everywhere(module.tree)
                .map(NodeRef::text)
                .collect();
            let used = names.iter().map(|name| name.visible().clone());
            used.filter(|name| !everywhere.contains(name.value.as_str()))
                .collect()
        }
        (None, Some(module)) if has_effect(module.tree) => Vec::new(),
        (None, _) => alias(used).into_iter().collect(),
    }
}

/// Collects the first name of every path; false where something did not parse.
fn mentions<'t>(node: NodeRef<'t>, found: &mut BTreeSet<&'t str>) -> bool {
    if node.kind().name().starts_with("bad_") {
        return false;
    }
    if matches!(node.kind(), SyntaxKind::Path | SyntaxKind::TypeAtom) {
        found.extend(node.children().next().map(NodeRef::text));
    }
    let target = usize::from(node.kind() == SyntaxKind::Field);
    let mut whole = true;
    for child in node.children().skip(target) {
        whole &= mentions(child, found);
    }
    whole
}
