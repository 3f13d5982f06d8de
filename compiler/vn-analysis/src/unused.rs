//! Imports and declarations that nothing names.

use std::collections::{BTreeSet, HashSet};

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::broken;
use crate::declared::{self, Body, Name, TypeAtom, Use};
use crate::modules::{self, alias, has_effect};
use crate::{Input, codes};

/// The names that a program mentions.
#[derive(Default)]
struct Mentioned<'t> {
    /// First names of paths.
    values: HashSet<&'t str>,
    /// All names of paths, fields that are set among them; only where somebody asks for them.
    parts: Option<HashSet<&'t str>>,
    /// Types and units.
    measures: HashSet<&'t str>,
}

/// Whether a node mentions something, or says of something in it that it is not mentioned.
fn is_mentioning(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Path
            | SyntaxKind::Unit
            | SyntaxKind::TypeAtom
            | SyntaxKind::Field
            | SyntaxKind::UnitItem
    )
}

/// What is brought in or declared and named nowhere: what it is, and its name.
pub type Idle = (&'static str, Name);

/// What is brought in or declared and named nowhere; nothing of a file that did not parse.
pub fn idle(input: &Input<'_>) -> Vec<Idle> {
    let modules = input.modules.iter().map(|module| module.tree);
    let files = std::iter::once(input.entry).chain(modules);
    files.flat_map(|tree| of_file(tree, input)).collect()
}

/// Warns of it, but for what could not be brought in, which has been reported.
pub fn report(idle: &[Idle], faults: &mut Vec<Diagnostic>) {
    let circle = |fault: &Diagnostic| fault.code == codes::IMPORT_CIRCLE;
    if faults.iter().any(circle) {
        return; // What is used is not known before the circle is open.
    }
    let said: BTreeSet<Span> = faults
        .iter()
        .filter(|fault| fault.is_error())
        .filter_map(|fault| Some(fault.labels.first()?.span))
        .collect();
    // What a misspelt name was probably meant to be is not idle.
    let edits = faults.iter().flat_map(|fault| &fault.edits);
    let meant: BTreeSet<String> = edits.map(|edit| edit.text.clone()).collect();
    let idle = idle.iter().filter(|(_, name)| {
        let parts = || {
            meant
                .iter()
                .flat_map(|text| text.split(['/', '*', '^', ' ', '.']))
        };
        !said.contains(&name.span) && !parts().any(|part| part == name.value)
    });
    faults.extend(idle.map(|(what, name)| unused(what, name)));
}

fn of_file(tree: &SyntaxTree, input: &Input<'_>) -> Vec<Idle> {
    if broken::is_broken(tree) {
        return Vec::new();
    }
    // What is wrong with the statements themselves is told where they are read.
    let body = declared::heads(tree);
    let mentioned = Mentioned::of(tree, !body.capabilities.is_empty());
    let mut idle: Vec<Idle> = modules::uses(&body)
        .flat_map(|used| imported(used, input))
        .map(|name| ("import", name))
        .filter(|(_, name)| !mentioned.value(name, tree))
        .filter(|(_, name)| !mentioned.measures.contains(name.value.as_str()))
        .filter(|(_, name)| !is_beside(&name.value, input))
        .collect();
    // What a module offers is for others to use.
    if tree.file == input.entry.file {
        let declared = declarations(&body, &mentioned, tree).into_iter();
        idle.extend(declared.filter(|(_, name)| !is_beside(&name.value, input)));
    }
    idle
}

/// Whether a cell of an inventory or a value from outside may name it.
fn is_beside(name: &str, input: &Input<'_>) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let words = |text: &'_ str| text.split(|c| !is_part(c)).any(|word| word == name);
    let values = input.settings.iter().map(|setting| &setting.value.text);
    let files = input.inventories.iter();
    files.clone().any(|file| words(file.text)) || values.clone().any(|text| words(text))
}

/// The declarations of a program that nothing in it names.
fn declarations(program: &Body, mentioned: &Mentioned<'_>, tree: &SyntaxTree) -> Vec<Idle> {
    let measured = |name: &str| mentioned.measures.contains(name);
    let mut idle: Vec<(&'static str, &Name)> = Vec::new();
    let params = program.params.iter().map(|it| ("parameter", &it.name));
    let metrics = program.metrics.iter().map(|it| ("metric", &it.name));
    let values = params.chain(metrics);
    idle.extend(values.filter(|(_, name)| !mentioned.value(name, tree)));
    let enums = program.enums.iter().map(|(name, _)| ("enum", name));
    idle.extend(enums.filter(|(_, name)| !measured(&name.value)));
    for unit in &program.units {
        let kind = unit.kind.as_ref().and_then(|kind| kind.factors.first());
        let kind = kind.and_then(|(_, atom)| match atom {
            TypeAtom::Named(name, _) if unit.size.is_none() => Some(name.as_str()),
            TypeAtom::Named(..) | TypeAtom::List(_) => None,
        });
        let names = [Some(unit.name.value.as_str()), kind];
        if !names.into_iter().flatten().any(measured) {
            idle.push(("unit", &unit.name));
        }
    }
    let capabilities = program.capabilities.iter();
    let capabilities = capabilities.map(|it| ("capability", &it.name));
    let parts = mentioned.parts.iter();
    let named = |name: &str| parts.clone().any(|parts| parts.contains(name));
    idle.extend(capabilities.filter(|(_, name)| !named(&name.value)));
    idle.into_iter()
        .map(|(what, name)| (what, name.clone()))
        .collect()
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

fn unused(what: &str, name: &Name) -> Diagnostic {
    let message = format!("{what} `{}` is not used", name.value);
    Diagnostic::warning(codes::UNUSED, name.span, message)
}

impl<'t> Mentioned<'t> {
    /// Whether a name is used as a value, or inserted into a text.
    fn value(&self, name: &Name, tree: &SyntaxTree) -> bool {
        self.values.contains(name.value.as_str())
            || tree.text.contains(&format!("${{{}}}", name.value))
            || tree.text.contains(&format!("${{{}.", name.value))
    }

    /// All that a file mentions.
    fn of(tree: &'t SyntaxTree, with_parts: bool) -> Self {
        let mut mentioned = Self {
            parts: with_parts.then(HashSet::new),
            ..Self::default()
        };
        // What a field sets is named, and not used.
        let mut target = None;
        // A dimension is not used by the unit that makes it.
        let mut made = 0;
        for node in tree.nodes() {
            let kind = node.kind();
            if !is_mentioning(kind) {
                continue;
            }
            let span = node.span();
            if span.start < made || target == Some((kind, span)) {
                continue;
            }
            match kind {
                SyntaxKind::Path => {
                    let first = node.children().next().map(NodeRef::text);
                    mentioned.values.extend(first);
                    if let Some(parts) = &mut mentioned.parts {
                        parts.extend(node.text().split('.'));
                    }
                }
                SyntaxKind::Unit => mentioned.measures.extend(node.text().split('/')),
                SyntaxKind::TypeAtom => {
                    let name = node.child(SyntaxKind::Name).map(NodeRef::text);
                    mentioned.measures.extend(name);
                }
                SyntaxKind::Field => {
                    let name = node.children().next();
                    if let Some(parts) = &mut mentioned.parts {
                        parts.extend(name.map(NodeRef::text));
                    }
                    target = name.map(|name| (name.kind(), name.span()));
                }
                SyntaxKind::UnitItem if node.child(SyntaxKind::Expr).is_none() => {
                    let kind = node.child(SyntaxKind::TypeExpr);
                    made = kind.map_or(made, |kind| kind.span().end);
                }
                _ => {}
            }
        }
        mentioned
    }
}
