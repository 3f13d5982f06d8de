//! Many files, one program: what the imported files declare is merged, each name with its home.
//!
//! A name means what its own file says. The files keep their spans, so that a lookup knows from the
//! place of a path which file's imports apply; [`Visible`] says what a name of a file stands for.

mod exports;
mod graph;
mod visible;

use std::sync::Arc;

use vn_syntax::{Diagnostic, FileId, NodeRef, Span, SyntaxKind, SyntaxTree};

use crate::catalogue::Catalogue;
use crate::codes;
use crate::declared::{Body, Clause, Declaration, Member, TypeAtom, TypeExpr, Use};
use crate::{Input, compose};

pub use exports::{Sort, everywhere, has_effect};
pub use graph::{Reached, target};
pub use visible::{Home, Unresolved, Visible, Wanted, alias};

/// A file that the program imports, directly or not.
#[derive(Clone, Copy, Debug)]
pub struct Module<'a> {
    /// As shown to the user.
    pub name: &'a str,
    /// The file.
    pub tree: &'a SyntaxTree,
}

/// Where a `use "…"` leads; one that leads nowhere has been reported by whoever reads files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The quoted path.
    pub at: Span,
    /// The file.
    pub to: FileId,
}

/// A `use "…"` of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What stands between the quotes.
    pub path: String,
    /// The quoted path.
    pub span: Span,
}

/// The files that a file imports, in the order of the text.
pub fn imports(tree: &SyntaxTree) -> Vec<Import> {
    let uses = tree.root().children_of(SyntaxKind::UseItem);
    let files = uses.filter_map(|item| item.child(SyntaxKind::String));
    files
        .map(|file| Import {
            path: crate::declared::string(file),
            span: file.span(),
        })
        .collect()
}

/// All files of a program as one.
#[derive(Debug)]
pub struct Linked {
    /// What all of them declare, but for hardware and kinds.
    pub program: Body,
    /// Hardware and kinds, by the names under which [`Visible`] knows them.
    pub catalogue: Catalogue,
    /// What stands for something that could not be brought in.
    pub unresolved: Unresolved,
}

/// Merges the files of a program.
pub fn link(input: &Input<'_>, faults: &mut Vec<Diagnostic>) -> Linked {
    let files = graph::reached(input, faults);
    for file in &files {
        check_file(file, input, faults);
    }
    let (visible, wanted, unresolved) = visible::visible(&files, input, faults);
    let mut catalogue = Catalogue {
        visible,
        ..Catalogue::default()
    };
    catalogue.load(&wanted, input.library, faults);
    let mut program = Body::default();
    for file in files {
        merge(file, &mut program, &mut catalogue);
    }
    Linked {
        program,
        catalogue,
        unresolved,
    }
}

/// A module says what exists and what it is called; what is wanted is said by the program alone.
fn check_file(file: &Reached<'_>, input: &Input<'_>, faults: &mut Vec<Diagnostic>) {
    compose::check_edition(&file.body, faults);
    if file.id == input.entry.file {
        return;
    }
    for item in file.tree.root().children().filter(is_wish) {
        let word = item.kind().name();
        let message = format!("`{word}` stands in a module; only the program itself can have one");
        let span = Span {
            end: item.span().start + u32::try_from(word.len()).unwrap_or_default(),
            ..item.span()
        };
        let mut fault = Diagnostic::error(codes::MISPLACED, span, message);
        if let Some(link) = input.links.iter().find(|link| link.to == file.id) {
            fault = fault.label(link.at, "imported here");
        }
        faults.push(fault.help("move it into the program"));
    }
}

fn is_wish(item: &NodeRef<'_>) -> bool {
    matches!(
        item.kind(),
        SyntaxKind::Builder
            | SyntaxKind::Policy
            | SyntaxKind::Minimize
            | SyntaxKind::Require
            | SyntaxKind::Test
            | SyntaxKind::Emit
    )
}

/// INVARIANT: files come after those that they import, as if they were written one behind the other.
fn merge(file: Reached<'_>, program: &mut Body, catalogue: &mut Catalogue) {
    let Reached { id, is_entry, .. } = file;
    let mut body = file.body;
    rename_types(&mut body, id, &catalogue.visible);
    let canonical = |sort, name: &mut String| *name = catalogue.visible.declared(id, sort, name);
    for param in &mut body.params {
        canonical(Sort::Value, &mut param.name.value);
    }
    for (name, _) in &mut body.enums {
        canonical(Sort::Type, &mut name.value);
    }
    for metric in &mut body.metrics {
        canonical(Sort::Measure, &mut metric.name.value);
    }
    let (named, rest): (Vec<_>, Vec<_>) = body.inner.into_iter().partition(|inner| is_named(inner));
    for declaration in named {
        let key = catalogue
            .visible
            .declared(id, Sort::Thing, &declaration.name.value);
        catalogue.declare(key, declaration);
    }
    program.params.extend(body.params);
    program.enums.extend(body.enums);
    // What things are measured in is common to all files.
    program.units.extend(body.units);
    program.rates.extend(body.rates);
    program.metrics.extend(body.metrics);
    program.capabilities.extend(body.capabilities);
    let kept = rest.into_iter().filter(|inner| {
        is_entry
            || !matches!(
                inner.keyword,
                Member::Builder | Member::Policy | Member::Test
            )
    });
    program.inner.extend(kept);
    let clauses = body.clauses.into_iter();
    program
        .clauses
        .extend(clauses.filter(|clause| is_entry || is_fact(clause)));
}

fn is_named(declaration: &Declaration) -> bool {
    matches!(declaration.keyword, Member::Hardware | Member::Kind)
}

/// Uses have been followed, and the wishes of a module have been refused.
fn is_fact(clause: &Clause) -> bool {
    !matches!(
        clause,
        Clause::Use(_)
            | Clause::Edition(..)
            | Clause::Minimize(..)
            | Clause::Require(_)
            | Clause::Emit(_)
            | Clause::Select(..)
    )
}

/// Types are looked up without their place, so that they carry the name that all files agree on.
fn rename_types(body: &mut Body, file: FileId, visible: &Visible) {
    for param in &mut body.params {
        rename_type(&mut param.kind, file, visible);
    }
    for inner in &mut body.inner {
        if has_renamed(&inner.body, file, visible) {
            rename_types(&mut Arc::make_mut(inner).body, file, visible);
        }
    }
}

/// Whether anything in it goes by another name than it is written with; mostly nothing does.
fn has_renamed(body: &Body, file: FileId, visible: &Visible) -> bool {
    let mut params = body.params.iter();
    let mut inner = body.inner.iter();
    params.any(|param| is_renamed(&param.kind, file, visible))
        || inner.any(|inner| has_renamed(&inner.body, file, visible))
}

fn is_renamed(written: &TypeExpr, file: FileId, visible: &Visible) -> bool {
    written.factors.iter().any(|(_, atom)| match atom {
        TypeAtom::Named(name, _) => {
            let canonical = visible.renamed(file, Sort::Type, name);
            canonical.is_some_and(|canonical| canonical != name)
        }
        TypeAtom::List(inner) => is_renamed(inner, file, visible),
    })
}

fn rename_type(written: &mut TypeExpr, file: FileId, visible: &Visible) {
    for (_, atom) in &mut written.factors {
        match atom {
            TypeAtom::Named(name, _) => {
                if let Some(canonical) = visible.renamed(file, Sort::Type, name) {
                    canonical.clone_into(name);
                }
            }
            TypeAtom::List(inner) => rename_type(inner, file, visible),
        }
    }
}

/// The `use` statements of a file.
pub fn uses(body: &Body) -> impl Iterator<Item = &Use> {
    body.clauses.iter().filter_map(|clause| match clause {
        Clause::Use(used) => Some(used),
        _ => None,
    })
}
