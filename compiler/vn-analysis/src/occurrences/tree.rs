//! Names in the builder tree, in policies and tests.

use std::collections::BTreeMap;

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::Walk;
use super::expressions::Place;
use super::library;
use super::meaning::Meaning;
use crate::modules::Sort;
use crate::occurrence::{Role, Symbol, SymbolKind};

impl Walk<'_, '_> {
    pub(super) fn builder(&mut self, node: NodeRef<'_>) {
        let symbol = self.define(node, SymbolKind::Builder, Self::name(node).to_owned());
        let place = Place {
            owner: Some(Vec::new()),
            ..Place::default()
        };
        self.body(node, Some(symbol), BTreeMap::new(), &place);
    }

    pub(super) fn group(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut path = place.from.clone();
        path.push(Self::name(node).to_owned());
        let symbol = self.define(node, SymbolKind::Node, path.join("."));
        let place = Place {
            from: path.clone(),
            owner: Some(path),
            ..place.clone()
        };
        self.body(node, Some(symbol), BTreeMap::new(), &place);
    }

    pub(super) fn component(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut path = place.from.clone();
        path.push(Self::name(node).to_owned());
        let symbol = self.define(node, SymbolKind::Component, path.join("."));
        let mut names = BTreeMap::new();
        if let Some(base) = library::base(node) {
            self.thing_path(base);
            if let Some(kind) = self
                .directory
                .thing(base.span().file, &super::expressions::dotted(base))
            {
                let owner = kind.meaning.symbol.path.clone();
                names = self.names_of(kind.node, &owner);
                self.arguments(node, &names, place);
            }
        }
        if let Some(on) = node.child(S::Selector) {
            self.selector(on, place);
        }
        let place = Place {
            whose: path.join("."),
            owner: Some(path.clone()),
            ..place.clone()
        };
        let at = self.scopes.len();
        self.body(node, Some(symbol), names, &place);
        let here = self
            .directory
            .components
            .iter()
            .filter(|one| one.path == path);
        let variants = here.flat_map(|one| self.directory.variants(one));
        let variants: Vec<Symbol> = variants.map(|(_, variant, _)| variant.symbol).collect();
        if let Some(scope) = self.scopes.get_mut(at) {
            scope.names.extend(variants);
        }
    }

    /// The arguments behind a colon: named ones name parameters.
    pub(super) fn arguments(
        &mut self,
        node: NodeRef<'_>,
        params: &BTreeMap<String, Meaning>,
        place: &Place,
    ) {
        let args = node
            .child(S::Call)
            .and_then(|call| call.child(S::Args))
            .into_iter();
        for arg in args
            .flat_map(|args| args.children_of(S::Arg))
            .flat_map(NodeRef::children)
        {
            if arg.kind() != S::NamedArg {
                self.value(arg, place);
                continue;
            }
            let name = arg.child(S::Name);
            let param = name.and_then(|name| params.get(name.text()));
            if let (Some(name), Some(param)) = (name, param) {
                self.refer(name, param);
            }
            let place = Place {
                values: param.and_then(|param| param.values.clone()),
                ..place.clone()
            };
            arg.children()
                .filter(|part| part.kind() != S::Name)
                .for_each(|value| self.value(value, &place));
        }
    }

    pub(super) fn variant(&mut self, node: NodeRef<'_>, place: &Place) {
        let owner = place.owner.clone().unwrap_or_default();
        let component = self
            .directory
            .components
            .iter()
            .find(|one| one.path == owner && !one.is_group());
        let path = format!("{}/{}", owner.join("."), Self::name(node));
        let here = node.child(S::Name).map(NodeRef::span);
        let of_kind = component.and_then(|one| self.directory.kind_of(one.node));
        let of_kind = of_kind.map(|kind| kind.variants()).unwrap_or_default();
        let of_name = |name: &str| of_kind.iter().find(|(of, ..)| of == name).cloned();
        let base = library::base(node);
        let behind = match base {
            Some(base) => of_name(base.text()),
            None => of_name(Self::name(node)).filter(|(_, known, _)| known.defined != here),
        };
        let symbol = match (&behind, base, node.child(S::Name)) {
            (Some((_, known, _)), None, Some(name)) => {
                self.refer_at(name.span(), known, Role::Write);
                known.symbol.clone()
            }
            _ => self.define(node, SymbolKind::Variant, path.clone()),
        };
        let mut names = self.names_of(node, &symbol.path);
        if let Some((_, known, declared)) = &behind {
            if let Some(base) = base {
                self.refer(base, known);
            }
            let params = self.names_of(*declared, &known.symbol.path);
            self.arguments(node, &params, place);
            names.extend(params);
        }
        let place = Place {
            whose: symbol.path.clone(),
            ..place.clone()
        };
        self.body(node, Some(symbol), names, &place);
    }

    pub(super) fn policy(&mut self, node: NodeRef<'_>, place: &Place) {
        if node.child(S::Name).is_some() {
            self.define(node, SymbolKind::Policy, Self::name(node).to_owned());
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    pub(super) fn test(&mut self, node: NodeRef<'_>, place: &Place) {
        let title = node
            .child(S::String)
            .and_then(|text| text.child(S::StringText));
        if let Some(title) = title {
            self.put(
                title,
                Symbol::new(SymbolKind::Test, title.text()),
                Role::Definition,
            );
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    /// A key of the context is a parameter, or a word of the language.
    pub(super) fn context(&mut self, node: NodeRef<'_>, place: &Place) {
        for field in library::members(node, S::Field) {
            let mut parts = field.children();
            let key = parts.next();
            let named = key.and_then(|key| {
                self.directory
                    .named(key.span().file, Sort::Value, key.text())
            });
            let meaning = named.map(|(param, _)| param);
            let values = meaning.as_ref().and_then(|one| one.values.clone());
            if let Some(key) = key {
                let meaning =
                    meaning.unwrap_or_else(|| Meaning::builtin(SymbolKind::Context, key.text()));
                self.refer_at(key.span(), &meaning, Role::Write);
            }
            let place = Place {
                values: values.or_else(|| Some("Preference".to_owned())),
                ..place.clone()
            };
            parts.for_each(|value| self.value(value, &place));
        }
    }
}
