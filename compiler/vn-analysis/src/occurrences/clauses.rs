//! Names in the clauses of a body: components, devices, variants.

use std::collections::BTreeMap;

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::Walk;
use super::expressions::Place;
use super::meaning::Meaning;
use crate::occurrence::{Role, SymbolKind};

impl Walk<'_, '_> {
    /// A clause: each of its parts says by its kind what it speaks of.
    pub fn clause(&mut self, node: NodeRef<'_>, place: &Place) {
        match node.kind() {
            S::Needs => self.needs(node, place),
            S::Select | S::Colocate | S::Separate | S::OneOf | S::Ratio => {
                self.parts(node, place, Self::components);
            }
            S::Pin | S::Forbid => self.placement(node, place),
            S::Variants | S::Prefer => self.parts(node, place, Self::variants),
            S::Currently => self.parts(node, place, Self::devices),
            S::OnEvery => self.parts(node, place, Self::components),
            S::Survive => self.survive(node, place),
            S::Spread => self.parts(node, place, |walk, part, _| walk.domain(part)),
            S::Clone => self.clone_mode(node, place),
            S::Decide => self.body(node, None, BTreeMap::new(), place),
            S::Rule => node.children().for_each(|part| self.action(part, place)),
            _ => self.parts(node, place, Self::value),
        }
    }

    /// The parts of a clause; paths and lists go to `paths`, everything else is the same everywhere.
    fn parts(
        &mut self,
        node: NodeRef<'_>,
        place: &Place,
        paths: fn(&mut Self, NodeRef<'_>, &Place),
    ) {
        for part in node.children() {
            match part.kind() {
                S::Path | S::List => paths(self, part, place),
                S::Selector => self.selector(part, place),
                S::Tier => self.parts(part, place, paths),
                S::Across => part.children().for_each(|domain| self.domain(domain)),
                S::Name => self.put(
                    part,
                    Meaning::builtin(SymbolKind::Word, part.text()).symbol,
                    Role::Reference,
                ),
                _ => self.value(part, place),
            }
        }
    }

    fn action(&mut self, part: NodeRef<'_>, place: &Place) {
        match part.kind() {
            S::Expr => self.value(part, place),
            _ => self.statement(part, place),
        }
    }

    fn needs(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut paths = node.children_of(S::Path);
        let server = paths.next();
        if let Some(server) = server {
            self.components(server, place);
        }
        paths.for_each(|times| self.value(times, place));
        let words: Vec<&str> = server
            .into_iter()
            .flat_map(|server| server.children_of(S::Ident))
            .map(NodeRef::text)
            .collect();
        let owner = self.directory.component(&words, &place.from);
        let of_server = Place {
            owner: owner.map(|server| server.path.clone()),
            ..place.clone()
        };
        for part in node.children() {
            match part.kind() {
                S::Path | S::Body => {}
                S::AtLeast => self.parts(part, &of_server, Self::variants),
                S::NeedPrefer => self.parts(part, place, Self::devices),
                _ => self.value(part, place),
            }
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    fn placement(&mut self, node: NodeRef<'_>, place: &Place) {
        let selects = node.child(S::Selector).is_some();
        let paths = if selects {
            Self::components
        } else {
            Self::value
        };
        self.parts(node, place, paths);
    }

    fn survive(&mut self, node: NodeRef<'_>, place: &Place) {
        for part in node.children() {
            if part.kind() != S::AnyFailure {
                self.value(part, place);
                continue;
            }
            for word in part.children() {
                match word.kind() {
                    S::Name => self.domain(word),
                    S::Path => self.devices(word, place),
                    _ => {}
                }
            }
        }
    }

    fn clone_mode(&mut self, node: NodeRef<'_>, place: &Place) {
        self.parts(node, place, Self::value);
    }

    /// `device`, `site`, `region`, or a label.
    fn domain(&mut self, node: NodeRef<'_>) {
        let word = node.child(S::Ident).unwrap_or(node);
        if matches!(word.kind(), S::Ident | S::Name) {
            let label = self
                .directory
                .known(SymbolKind::Capability, word.text())
                .cloned();
            let meaning = label.unwrap_or_else(|| Meaning::builtin(SymbolKind::Word, word.text()));
            self.refer(word, &meaning);
        }
    }

    fn components(&mut self, node: NodeRef<'_>, place: &Place) {
        for path in paths(node) {
            let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
            self.component_path(&words, place);
        }
    }

    fn devices(&mut self, node: NodeRef<'_>, place: &Place) {
        for path in paths(node) {
            self.indices(path, place);
            let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
            self.fleet_path(&words, place.site.as_deref());
        }
    }

    fn variants(&mut self, node: NodeRef<'_>, place: &Place) {
        let Some(owner) = &place.owner else { return };
        for path in paths(node) {
            if let Some(variant) = self.directory.variant(path.text(), owner) {
                self.refer(path, &variant);
            }
        }
    }

    /// Devices: by name, or by what they have in common.
    pub fn selector(&mut self, node: NodeRef<'_>, place: &Place) {
        let word = node.child(S::SelectorWord).map(NodeRef::text);
        for path in node.children().flat_map(paths) {
            self.indices(path, place);
            let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
            let place = Place {
                values: word
                    .and_then(super::expressions::enum_of_field)
                    .map(str::to_owned),
                owner: None,
                ..place.clone()
            };
            let found = match word {
                None | Some("site" | "class" | "region") => {
                    self.fleet_path(&words, place.site.as_deref())
                }
                Some(_) => false,
            };
            if !found {
                self.value(path, &place);
            }
        }
    }
}

/// The paths in a list, or the only one.
fn paths(node: NodeRef<'_>) -> Vec<NodeRef<'_>> {
    match node.kind() {
        S::Path => vec![node],
        S::List | S::Expr => node.children().flat_map(paths).collect(),
        _ => Vec::new(),
    }
}
