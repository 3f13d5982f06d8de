//! Names in sites, devices, links and overrides.

use std::collections::BTreeMap;

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::Walk;
use super::expressions::Place;
use crate::occurrence::{Role, SymbolKind};

impl Walk<'_, '_> {
    pub(super) fn area(&mut self, node: NodeRef<'_>, kind: SymbolKind) {
        let name = Self::name(node).to_owned();
        let symbol = self.define(node, kind, name.clone());
        self.count(node, &Place::default());
        let place = Place {
            site: Some(name),
            ..Place::default()
        };
        self.body(node, Some(symbol), BTreeMap::new(), &place);
    }

    pub(super) fn count(&mut self, node: NodeRef<'_>, place: &Place) {
        node.children_of(S::Count)
            .for_each(|count| self.value(count, place));
    }

    pub(super) fn device(&mut self, node: NodeRef<'_>, place: &Place) {
        let name = Self::name(node);
        let site = place.site.as_deref().unwrap_or_default();
        let known = self.directory.device(place.site.as_deref(), name).cloned();
        let here = node.child(S::Name).map(NodeRef::span);
        let symbol = match known.filter(|known| known.defined != here) {
            // Another statement declares it, and this one changes it.
            Some(known) => {
                if let Some(name) = node.child(S::Name) {
                    self.refer_at(name.span(), &known, Role::Write);
                }
                known.symbol
            }
            None => self.define(node, SymbolKind::Device, format!("{site}/{name}")),
        };
        if let Some(base) = node.child(S::Path) {
            self.thing_path(base);
        }
        self.count(node, place);
        self.body(node, Some(symbol), BTreeMap::new(), place);
    }

    pub(super) fn link(&mut self, node: NodeRef<'_>, place: &Place) {
        for end in node.children_of(S::Path) {
            self.fleet(end, place);
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    pub(super) fn fleet(&mut self, path: NodeRef<'_>, place: &Place) {
        self.indices(path, place);
        let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
        self.fleet_path(&words, place.site.as_deref());
    }

    pub(super) fn change(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut inner = place.clone();
        if let Some(path) = node.child(S::Path) {
            self.fleet(path, place);
            let site = path.children_of(S::Ident).next().map(NodeRef::text);
            inner.site = site.map(str::to_owned);
        }
        self.body(node, None, BTreeMap::new(), &inner);
    }
}
