//! Names of fields, what they are set to, and the options of `emit`.

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::Walk;
use super::expressions::{Place, enum_of_field};
use crate::occurrence::{Role, Symbol, SymbolKind};

/// Fields whose words are the program's own, or mean something in this field alone.
const WORDS_OF_FIELDS: [&str; 9] = [
    "provides", "speaks", "health", "status", "reach", "deploy", "kind", "gpu.kind", "licence",
];

impl Walk<'_, '_> {
    pub(super) fn field(&mut self, front: &str, node: NodeRef<'_>, place: &Place) {
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

    pub(super) fn set(&mut self, name: &str, value: NodeRef<'_>, place: &Place) {
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
    pub(super) fn target(&mut self, front: &str, target: NodeRef<'_>, place: &Place) -> String {
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

    pub(super) fn fields(&mut self, front: &str, body: NodeRef<'_>, place: &Place) {
        for inner in body.children() {
            match inner.kind() {
                S::Field => self.field(front, inner, place),
                S::Block => self.block(front, inner, place),
                _ => self.statement(inner, place),
            }
        }
    }

    pub(super) fn block(&mut self, front: &str, node: NodeRef<'_>, place: &Place) {
        let Some(name) = node.child(S::Name) else {
            return;
        };
        let name = self.target(front, name, place);
        if let Some(body) = node.child(S::Body) {
            self.fields(&format!("{name}."), body, place);
        }
    }

    pub(super) fn emit(&mut self, node: NodeRef<'_>, place: &Place) {
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
