//! Names in statements: what they declare, and what their clauses speak of.

use std::collections::BTreeMap;

use vn_syntax::{NodeRef, SyntaxKind as S, SyntaxTree};

use super::Walk;
use super::expressions::Place;
use super::library;
use super::meaning::Meaning;
use crate::modules::Sort;
use crate::occurrence::{Role, Symbol, SymbolKind};
use crate::scopes::Scope;

impl Walk<'_, '_> {
    /// A whole file.
    pub fn file(&mut self, tree: &SyntaxTree) {
        let root = tree.root();
        let mut scope = Scope::of(S::File, root.span(), None);
        scope.names = self.top_level(tree);
        self.scopes.push(scope);
        let place = Place::default();
        root.children()
            .for_each(|item| self.statement(item, &place));
    }

    pub(super) fn top_level(&self, tree: &SyntaxTree) -> Vec<Symbol> {
        let directory = self.directory;
        let mut names: Vec<Symbol> = directory.aliases(tree.file).map(|one| one.symbol).collect();
        names.extend(
            directory
                .seen_by(tree.file)
                .into_iter()
                .map(|one| one.symbol),
        );
        names.extend(directory.everywhere.values().map(|one| one.symbol.clone()));
        names.extend(
            directory
                .devices
                .iter()
                .map(|(_, _, one)| one.symbol.clone()),
        );
        let members = directory.members.values().flat_map(BTreeMap::values);
        names.extend(members.map(|one| one.symbol.clone()));
        if directory.is_entry(tree.file) {
            names.extend(
                directory
                    .components
                    .iter()
                    .map(|one| one.meaning.symbol.clone()),
            );
        }
        names.sort();
        names.dedup();
        names
    }

    /// A statement, wherever it stands.
    pub fn statement(&mut self, node: NodeRef<'_>, place: &Place) {
        match node.kind() {
            S::UseItem => self.import(node),
            S::Param => self.param(node, place),
            S::EnumItem => self.enumeration(node),
            S::UnitItem | S::RateItem => self.named(node, SymbolKind::Unit, place),
            S::Metric => self.named(node, SymbolKind::Metric, place),
            S::Capability => self.named(node, SymbolKind::Capability, place),
            S::Hardware => self.thing(node, SymbolKind::Hardware),
            S::Kind => self.thing(node, SymbolKind::Kind),
            S::Region => self.area(node, SymbolKind::Region),
            S::Site => self.area(node, SymbolKind::Site),
            S::Device | S::Offer => self.device(node, place),
            S::Link => self.link(node, place),
            S::OverrideItem => self.change(node, place),
            S::Builder => self.builder(node),
            S::Node => self.group(node, place),
            S::Service | S::Client => self.component(node, place),
            S::Variant => self.variant(node, place),
            S::Policy => self.policy(node, place),
            S::Test => self.test(node, place),
            S::Field => self.field("", node, place),
            S::Block => self.block("", node, place),
            S::Context => self.context(node, place),
            S::Emit => self.emit(node, place),
            S::BadWord => self.inside(node, place),
            _ => self.clause(node, place),
        }
    }

    /// The statements of a body.
    pub(super) fn inside(&mut self, node: NodeRef<'_>, place: &Place) {
        for body in node.children_of(S::Body) {
            body.children()
                .for_each(|inner| self.statement(inner, place));
        }
    }

    /// The statements of a body that is a scope of its own.
    pub fn body(
        &mut self,
        node: NodeRef<'_>,
        owner: Option<Symbol>,
        names: BTreeMap<String, Meaning>,
        place: &Place,
    ) {
        if let Some(body) = node.child(S::Body) {
            let mut scope = Scope::of(node.kind(), body.span(), owner);
            scope.names = names.values().map(|one| one.symbol.clone()).collect();
            self.scopes.push(scope);
        }
        self.locals.push(names);
        self.inside(node, place);
        self.locals.pop();
    }

    pub(super) fn define(&mut self, node: NodeRef<'_>, kind: SymbolKind, path: String) -> Symbol {
        let symbol = Symbol::new(kind, path);
        if let Some(name) = node.child(S::Name) {
            self.put(name, symbol.clone(), Role::Definition);
        }
        symbol
    }

    pub(super) fn name(node: NodeRef<'_>) -> &str {
        node.child(S::Name).map_or("", NodeRef::text)
    }

    /// `use std.hardware.{a, b as c}`, `use "./catalogue.vn" as cat`.
    pub(super) fn import(&mut self, node: NodeRef<'_>) {
        let file = node.span().file;
        if let Some(text) = node
            .child(S::String)
            .and_then(|text| text.child(S::StringText))
        {
            let module = self.directory.imported_file(node);
            let path = module.map_or(text.text(), |module| self.directory.module(module));
            let path = path.to_owned();
            self.put(
                text,
                Symbol::new(SymbolKind::Module, path),
                Role::Definition,
            );
        }
        let parts = node
            .child(S::UsePath)
            .into_iter()
            .flat_map(|path| path.children_of(S::Name));
        let mut module = String::new();
        for part in parts {
            let of = self.directory.of_module(&module, part.text());
            if !module.is_empty() {
                module.push('.');
            }
            module.push_str(part.text());
            let of = of.filter(|_| !self.directory.is_module(&module));
            let meaning =
                of.unwrap_or_else(|| Meaning::builtin(SymbolKind::Module, module.as_str()));
            self.refer(part, &meaning);
        }
        if let Some(alias) = node.child(S::Name) {
            let path = self.directory.path(file, alias.text());
            self.put(
                alias,
                Symbol::new(SymbolKind::Alias, path),
                Role::Definition,
            );
        }
        let names = node
            .child(S::UsePath)
            .and_then(|path| path.child(S::UseNames));
        let mut renames = false;
        let names = names.or_else(|| node.child(S::UseNames)).into_iter();
        for name in names.flat_map(NodeRef::children) {
            if name.kind() == S::Name && renames {
                let path = self.directory.path(file, name.text());
                self.put(name, Symbol::new(SymbolKind::Alias, path), Role::Definition);
            } else if name.kind() == S::Name {
                let meaning = match self.directory.imported_file(node) {
                    Some(module) => self.directory.of_file(module, name.text()),
                    None => self.directory.of_module(&module, name.text()),
                };
                if let Some(meaning) = meaning {
                    self.refer(name, &meaning);
                }
            }
            renames = name.kind() == S::KwAs;
        }
    }

    pub(super) fn param(&mut self, node: NodeRef<'_>, place: &Place) {
        let own = self
            .local(Self::name(node))
            .filter(|own| Some(own.defined) == node.child(S::Name).map(|n| Some(n.span())));
        let path = own.map_or_else(
            || self.directory.path(node.span().file, Self::name(node)),
            |own| own.symbol.path,
        );
        self.define(node, SymbolKind::Param, path);
        self.types(node);
        let place = Place {
            values: self.directory.values(node),
            ..place.clone()
        };
        node.children_of(S::Expr)
            .for_each(|value| self.value(value, &place));
    }

    pub(super) fn types(&mut self, node: NodeRef<'_>) {
        for written in node
            .children()
            .filter(|part| matches!(part.kind(), S::TypeExpr | S::TypeAtom))
        {
            let words: Vec<NodeRef<'_>> = written.children_of(S::Name).collect();
            if let Some(first) = words.first() {
                let name: Vec<&str> = words.iter().map(|word| word.text()).collect();
                let own = self
                    .directory
                    .named(first.span().file, Sort::Type, &name.join("."));
                match own {
                    Some((meaning, _)) => self.qualified(&words, &meaning),
                    None => self.refer(*first, &Meaning::builtin(SymbolKind::Type, first.text())),
                }
            }
            self.types(written);
            let bounds = written
                .children()
                .filter(|part| !matches!(part.kind(), S::Name | S::TypeAtom | S::TypeExpr));
            bounds.for_each(|bound| self.value(bound, &Place::default()));
        }
    }

    pub(super) fn enumeration(&mut self, node: NodeRef<'_>) {
        let path = self.directory.path(node.span().file, Self::name(node));
        self.define(node, SymbolKind::Type, path.clone());
        for member in node.children_of(S::Name).skip(1) {
            let member_path = format!("{path}.{}", member.text());
            self.put(
                member,
                Symbol::new(SymbolKind::Member, member_path),
                Role::Definition,
            );
        }
    }

    pub(super) fn named(&mut self, node: NodeRef<'_>, kind: SymbolKind, place: &Place) {
        let name = Self::name(node);
        let path = match kind {
            SymbolKind::Metric => self.directory.path(node.span().file, name),
            _ => name.to_owned(),
        };
        // A rate speaks of a currency that the language has.
        if node.kind() == S::RateItem && self.directory.known(kind, name).is_none() {
            if let Some(currency) = node.child(S::Name) {
                self.refer(currency, &Meaning::builtin(kind, name));
            }
        } else {
            self.define(node, kind, path);
        }
        self.types(node);
        node.children_of(S::Expr)
            .for_each(|value| self.value(value, place));
    }

    pub(super) fn thing(&mut self, node: NodeRef<'_>, kind: SymbolKind) {
        let path = self.directory.path(node.span().file, Self::name(node));
        let symbol = self.define(node, kind, path.clone());
        if let Some(base) = node.child(S::Path) {
            self.thing_path(base);
        }
        let names = self.names_of(node, &path);
        let place = Place {
            whose: path.clone(),
            owner: Some(vec![path]),
            ..Place::default()
        };
        self.body(node, Some(symbol), names, &place);
    }

    /// Parameters and sizes that the statements of a kind or variant can name.
    pub(super) fn names_of(&self, node: NodeRef<'_>, owner: &str) -> BTreeMap<String, Meaning> {
        let mut names = BTreeMap::new();
        for field in library::members(node, S::Field) {
            if let Some(target) = field
                .child(S::Path)
                .filter(|target| target.text() == "dataset")
            {
                names.insert(
                    target.text().to_owned(),
                    Meaning::builtin(SymbolKind::Field, target.text()),
                );
            }
        }
        for param in library::members(node, S::Param) {
            if let Some(name) = param.child(S::Name) {
                let path = format!("{owner}/{}", name.text());
                let meaning = Meaning::declared(SymbolKind::Param, path, name);
                names.insert(
                    name.text().to_owned(),
                    meaning.valued(self.directory.values(param)),
                );
            }
        }
        names
    }
}
