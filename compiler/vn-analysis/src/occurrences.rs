//! One walk over the syntax that says of every name what it stands for.
//!
//! It reads trees and not declarations, so that a name counts also where the statement around it is
//! refused, unselected or half written. What is declared where comes from [`Directory`]; names of
//! other files are found as everywhere, through [`Visible`].

mod clauses;
mod components;
mod directory;
mod expressions;
mod fields;
mod fleet;
mod library;
mod meaning;
mod statements;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{NodeRef, Span};

use crate::Input;
use crate::modules::Visible;
use crate::occurrence::{Occurrence, Role, Symbol};
use crate::scopes::Scope;

use directory::Directory;
use meaning::Meaning;

/// The occurrences and scopes of a program.
pub fn occurrences(input: &Input<'_>, visible: &Visible) -> (Vec<Occurrence>, Vec<Scope>) {
    let directory = Directory::of(input, visible);
    let mut walk = Walk {
        directory: &directory,
        found: BTreeMap::new(),
        elsewhere: BTreeSet::new(),
        scopes: Vec::new(),
        locals: Vec::new(),
    };
    let modules = input.modules.iter().map(|module| module.tree);
    for tree in std::iter::once(input.entry).chain(modules) {
        walk.file(tree);
    }
    walk.done()
}

/// The walk under way.
struct Walk<'a, 'd> {
    directory: &'d Directory<'a>,
    /// INVARIANT: no two spans overlap; the first to claim a word has it.
    found: BTreeMap<Span, (Symbol, Role)>,
    /// Definitions in files that are not walked.
    elsewhere: BTreeSet<Occurrence>,
    scopes: Vec<Scope>,
    /// Names of the bodies around, the innermost last.
    locals: Vec<BTreeMap<String, Meaning>>,
}

impl Walk<'_, '_> {
    fn put(&mut self, node: NodeRef<'_>, symbol: Symbol, role: Role) {
        self.put_at(node.span(), symbol, role);
    }

    fn put_at(&mut self, span: Span, symbol: Symbol, role: Role) {
        self.found.entry(span).or_insert((symbol, role));
    }

    /// A name that refers to something with a definition.
    fn refer(&mut self, node: NodeRef<'_>, meaning: &Meaning) {
        self.refer_at(node.span(), meaning, Role::Reference);
    }

    fn refer_at(&mut self, span: Span, meaning: &Meaning, role: Role) {
        if let Some(defined) = meaning
            .defined
            .filter(|at| !self.directory.is_walked(at.file))
        {
            self.elsewhere.insert(Occurrence {
                span: defined,
                symbol: meaning.symbol.clone(),
                role: Role::Definition,
            });
        }
        self.put_at(span, meaning.symbol.clone(), role);
    }

    /// The nearest meaning of a name in the bodies around.
    fn local(&self, name: &str) -> Option<Meaning> {
        let mut around = self.locals.iter().rev();
        around.find_map(|names| names.get(name)).cloned()
    }

    fn done(self) -> (Vec<Occurrence>, Vec<Scope>) {
        let walked = self.found.into_iter();
        let mut occurrences: Vec<Occurrence> = walked
            .map(|(span, (symbol, role))| Occurrence { span, symbol, role })
            .chain(self.elsewhere)
            .collect();
        occurrences.sort();
        (occurrences, self.scopes)
    }
}
