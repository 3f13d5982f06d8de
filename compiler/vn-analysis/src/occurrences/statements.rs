//! Names in statements: what they declare, and what their clauses speak of.

use std::collections::BTreeMap;

use vn_syntax::{NodeRef, SyntaxKind as S, SyntaxTree};

use super::Walk;
use super::expressions::{Place, enum_of_field};
use super::library;
use super::meaning::Meaning;
use crate::modules::Sort;
use crate::occurrence::{Role, Symbol, SymbolKind};
use crate::scopes::Scope;

/// Fields whose words are the program's own, or mean something in this field alone.
const WORDS_OF_FIELDS: [&str; 9] = [
    "provides", "speaks", "health", "status", "reach", "deploy", "kind", "gpu.kind", "licence",
];

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

    fn top_level(&self, tree: &SyntaxTree) -> Vec<Symbol> {
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
    fn inside(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn define(&mut self, node: NodeRef<'_>, kind: SymbolKind, path: String) -> Symbol {
        let symbol = Symbol::new(kind, path);
        if let Some(name) = node.child(S::Name) {
            self.put(name, symbol.clone(), Role::Definition);
        }
        symbol
    }

    fn name(node: NodeRef<'_>) -> &str {
        node.child(S::Name).map_or("", NodeRef::text)
    }

    /// `use std.hardware.{a, b as c}`, `use "./catalogue.vn" as cat`.
    fn import(&mut self, node: NodeRef<'_>) {
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

    fn param(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn types(&mut self, node: NodeRef<'_>) {
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

    fn enumeration(&mut self, node: NodeRef<'_>) {
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

    fn named(&mut self, node: NodeRef<'_>, kind: SymbolKind, place: &Place) {
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

    fn thing(&mut self, node: NodeRef<'_>, kind: SymbolKind) {
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
    fn names_of(&self, node: NodeRef<'_>, owner: &str) -> BTreeMap<String, Meaning> {
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

    fn area(&mut self, node: NodeRef<'_>, kind: SymbolKind) {
        let name = Self::name(node).to_owned();
        let symbol = self.define(node, kind, name.clone());
        self.count(node, &Place::default());
        let place = Place {
            site: Some(name),
            ..Place::default()
        };
        self.body(node, Some(symbol), BTreeMap::new(), &place);
    }

    fn count(&mut self, node: NodeRef<'_>, place: &Place) {
        node.children_of(S::Count)
            .for_each(|count| self.value(count, place));
    }

    fn device(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn link(&mut self, node: NodeRef<'_>, place: &Place) {
        for end in node.children_of(S::Path) {
            self.fleet(end, place);
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    fn fleet(&mut self, path: NodeRef<'_>, place: &Place) {
        self.indices(path, place);
        let words: Vec<NodeRef<'_>> = path.children_of(S::Ident).collect();
        self.fleet_path(&words, place.site.as_deref());
    }

    fn change(&mut self, node: NodeRef<'_>, place: &Place) {
        let mut inner = place.clone();
        if let Some(path) = node.child(S::Path) {
            self.fleet(path, place);
            let site = path.children_of(S::Ident).next().map(NodeRef::text);
            inner.site = site.map(str::to_owned);
        }
        self.body(node, None, BTreeMap::new(), &inner);
    }

    fn builder(&mut self, node: NodeRef<'_>) {
        let symbol = self.define(node, SymbolKind::Builder, Self::name(node).to_owned());
        let place = Place {
            owner: Some(Vec::new()),
            ..Place::default()
        };
        self.body(node, Some(symbol), BTreeMap::new(), &place);
    }

    fn group(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn component(&mut self, node: NodeRef<'_>, place: &Place) {
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
    fn arguments(&mut self, node: NodeRef<'_>, params: &BTreeMap<String, Meaning>, place: &Place) {
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

    fn variant(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn policy(&mut self, node: NodeRef<'_>, place: &Place) {
        if node.child(S::Name).is_some() {
            self.define(node, SymbolKind::Policy, Self::name(node).to_owned());
        }
        self.body(node, None, BTreeMap::new(), place);
    }

    fn test(&mut self, node: NodeRef<'_>, place: &Place) {
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
    fn context(&mut self, node: NodeRef<'_>, place: &Place) {
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

    fn field(&mut self, front: &str, node: NodeRef<'_>, place: &Place) {
        let mut parts = node.children();
        let Some(target) = parts.next() else {
            return;
        };
        let name = self.target(front, target, place);
        for value in parts {
            match value.child(S::Body).filter(|_| value.kind() == S::Record) {
                Some(inner) => self.fields(&format!("{name}."), inner, place),
                None => self.set(&name, value, place),
            }
        }
    }

    fn set(&mut self, name: &str, value: NodeRef<'_>, place: &Place) {
        let values = enum_of_field(name).map(str::to_owned);
        let capability = self.directory.known(SymbolKind::Capability, name).is_some();
        let place = Place {
            values,
            owner: None,
            words: WORDS_OF_FIELDS.contains(&name) || capability,
            ..place.clone()
        };
        self.value(value, &place);
    }

    /// The name of a field; a program makes up the names of ports and of variables.
    fn target(&mut self, front: &str, target: NodeRef<'_>, place: &Place) -> String {
        let words: Vec<NodeRef<'_>> = if target.kind() == S::Path {
            target.children_of(S::Ident).collect()
        } else {
            vec![target]
        };
        let mut so_far = front.to_owned();
        for (at, word) in words.iter().enumerate() {
            if at > 0 {
                so_far.push('.');
            }
            so_far.push_str(word.text());
            if so_far.starts_with("ports.") || so_far.starts_with("environment.") {
                let symbol = Symbol::new(SymbolKind::Key, format!("{}/{so_far}", place.whose));
                self.put(*word, symbol, Role::Definition);
            } else {
                self.field_word(*word, &so_far, Role::Write);
            }
        }
        so_far
    }

    fn fields(&mut self, front: &str, body: NodeRef<'_>, place: &Place) {
        for inner in body.children() {
            match inner.kind() {
                S::Field => self.field(front, inner, place),
                S::Block => self.block(front, inner, place),
                _ => self.statement(inner, place),
            }
        }
    }

    fn block(&mut self, front: &str, node: NodeRef<'_>, place: &Place) {
        let Some(name) = node.child(S::Name) else {
            return;
        };
        let name = self.target(front, name, place);
        if let Some(body) = node.child(S::Body) {
            self.fields(&format!("{name}."), body, place);
        }
    }

    fn emit(&mut self, node: NodeRef<'_>, place: &Place) {
        for target in node.children_of(S::EmitTarget) {
            let call = target.child(S::Call);
            let name = target
                .child(S::Name)
                .or_else(|| call.and_then(|call| call.child(S::Path)));
            let Some(name) = name else { continue };
            self.put(
                name,
                Symbol::new(SymbolKind::Target, name.text()),
                Role::Reference,
            );
            let args = call.and_then(|call| call.child(S::Args)).into_iter();
            let args = args
                .flat_map(|args| args.children_of(S::Arg))
                .flat_map(NodeRef::children);
            for arg in args {
                if let Some(key) = arg.child(S::Name) {
                    let path = format!("emit.{}.{}", name.text(), key.text());
                    self.put(key, Symbol::new(SymbolKind::Field, path), Role::Reference);
                }
                arg.children()
                    .filter(|part| part.kind() != S::Name)
                    .for_each(|value| self.value(value, place));
            }
        }
    }
}
