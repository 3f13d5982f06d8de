//! The builder tree as names: nodes, services, clients and their variants.

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::directory::Directory;
use super::library::{self, Thing};
use super::meaning::Meaning;
use crate::occurrence::SymbolKind;

/// A node, service or client.
#[derive(Clone, Debug)]
pub struct Component<'a> {
    /// Its name behind those of the nodes around it.
    pub path: Vec<String>,
    /// What it is.
    pub meaning: Meaning,
    /// The statement.
    pub node: NodeRef<'a>,
}

impl Component<'_> {
    /// Whether it is a node, and no service or client.
    pub fn is_group(&self) -> bool {
        self.meaning.symbol.kind == SymbolKind::Node
    }
}

/// Everything in the builders of a file, in the order of the text.
pub fn of_file(root: NodeRef<'_>) -> Vec<Component<'_>> {
    let mut found = Vec::new();
    for builder in root.children_of(S::Builder) {
        descend(builder, &[], &mut found);
    }
    found
}

fn descend<'a>(node: NodeRef<'a>, around: &[String], found: &mut Vec<Component<'a>>) {
    let inner = node.child(S::Body).into_iter().flat_map(NodeRef::children);
    for inner in inner {
        let kind = match inner.kind() {
            S::Node => SymbolKind::Node,
            S::Service | S::Client => SymbolKind::Component,
            _ => continue,
        };
        let Some(name) = inner.child(S::Name) else {
            continue;
        };
        let mut path = around.to_vec();
        path.push(name.text().to_owned());
        let meaning = Meaning::declared(kind, path.join("."), name);
        found.push(Component {
            path: path.clone(),
            meaning,
            node: inner,
        });
        if kind == SymbolKind::Node {
            descend(inner, &path, found);
        }
    }
}

impl<'a> Directory<'a> {
    /// What a dotted name means, seen from a node: services and clients before nodes, near before far.
    pub fn component(&self, wanted: &[&str], from: &[String]) -> Option<&Component<'a>> {
        let ends = |path: &[String]| {
            let skipped = path.len().checked_sub(wanted.len());
            skipped.is_some_and(|skipped| path.iter().skip(skipped).eq(wanted.iter()))
        };
        let shared = |path: &[String]| path.iter().zip(from).take_while(|(a, b)| a == b).count();
        let fitting = self.components.iter().filter(|one| ends(&one.path));
        // Of equals the first one: `max_by_key` would take the last.
        fitting
            .rev()
            .max_by_key(|one| (!one.is_group(), shared(&one.path)))
    }

    /// The kind behind the colon of a component.
    pub fn kind_of(&self, component: NodeRef<'a>) -> Option<Thing<'a>> {
        let base = library::base(component)?;
        self.thing(base.span().file, base.text())
    }

    /// The variants of a component: its own, then those of its kind.
    pub fn variants(&self, component: &Component<'a>) -> Vec<(String, Meaning, NodeRef<'a>)> {
        let owner = &component.meaning.symbol.path;
        let of_kind = self.kind_of(component.node).map(|kind| kind.variants());
        let of_kind = of_kind.unwrap_or_default();
        let own = library::variants(component.node, owner);
        let own = own.into_iter().filter(|(name, _, node)| {
            let patches = of_kind.iter().any(|(of, ..)| of == name);
            library::base(*node).is_some() || !patches
        });
        own.chain(of_kind.iter().cloned()).collect()
    }

    /// The variant of a component, or the first of that name in anything below a node.
    pub fn variant(&self, name: &str, owner: &[String]) -> Option<Meaning> {
        let inside = self
            .components
            .iter()
            .filter(|one| one.path.starts_with(owner));
        let mut variants = inside.flat_map(|one| self.variants(one));
        variants
            .find(|(of, ..)| of == name)
            .map(|(_, meaning, _)| meaning)
    }
}
