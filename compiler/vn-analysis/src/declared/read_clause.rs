//! Syntax to clauses.

use vn_syntax::{Diagnostic, NodeRef, Spanned, SyntaxKind as S};

use super::body::Name;
use super::clause::{Clause, Imported, Require, Selector, Use};
use super::expr::{Expr, ExprKind, Path};
use super::place::{Member, no_name};
use super::read::name;
use super::{read_demand, read_expr, read_rule, target};
use crate::codes;

type Faults = Vec<Diagnostic>;

/// A clause; nothing where it is incomplete (the syntax has said so) or refused.
pub fn clause(member: Member, node: NodeRef<'_>, faults: &mut Faults) -> Option<Clause> {
    let span = node.span();
    match member {
        Member::Edition => {
            let written = node.child(S::Integer)?.text();
            let edition = written.parse().ok();
            if edition.is_none() {
                let message = format!("there is no edition {written}");
                faults.push(Diagnostic::error(crate::codes::EDITION, span, message));
            }
            Some(Clause::Edition(edition?, span))
        }
        Member::Use => use_item(node, faults).map(Clause::Use),
        Member::Variants => Some(Clause::Variants(names(node.child(S::List)?, faults))),
        Member::Select => Some(Clause::Select(paths(node.child(S::List)?, faults), span)),
        Member::Decide => Some(Clause::Decide(read_rule::rules(node, faults))),
        Member::Needs
        | Member::Survive
        | Member::Clone
        | Member::Fetch
        | Member::Truth
        | Member::Standby
        | Member::Quorum
        | Member::Buffer
        | Member::Spread
        | Member::OnEvery
        | Member::Colocate
        | Member::Separate
        | Member::OneOf
        | Member::Ratio
        | Member::Currently
        | Member::Pin
        | Member::Forbid => read_demand::clause(member, node, faults),
        Member::Requires => first_value(node, faults).map(Clause::Requires),
        Member::Require => Some(require(node, faults)),
        Member::Minimize => Some(Clause::Minimize(minimize(node, faults), span)),
        Member::Emit => Some(Clause::Emit(target::targets(node, faults))),
        Member::Given => Some(Clause::Given(values(node, faults))),
        Member::Expect => first_value(node, faults).map(Clause::Expect),
        Member::File
        | Member::Param
        | Member::Enum
        | Member::Unit
        | Member::Rate
        | Member::Metric
        | Member::Capability
        | Member::Hardware
        | Member::Kind
        | Member::Region
        | Member::Site
        | Member::Device
        | Member::Offer
        | Member::Link
        | Member::Override
        | Member::Inventory
        | Member::Builder
        | Member::Node
        | Member::Service
        | Member::Client
        | Member::Variant
        | Member::Policy
        | Member::Test
        | Member::Field
        | Member::Block
        | Member::Context => None,
    }
}

/// Devices.
pub fn selector(node: NodeRef<'_>, faults: &mut Faults) -> Selector {
    let word = node
        .child(S::SelectorWord)
        .map(|word| word.text().to_owned());
    let targets = match (node.child(S::List), node.child(S::Path)) {
        (Some(list), _) => paths(list, faults),
        (None, Some(path)) => vec![read_expr::path(path, faults)],
        (None, None) => Vec::new(),
    };
    Selector {
        word,
        targets,
        span: node.span(),
    }
}

fn values(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Expr> {
    node.children_of(S::Expr)
        .map(|value| read_expr::expr(value, faults))
        .collect()
}

pub(super) fn first_value(node: NodeRef<'_>, faults: &mut Faults) -> Option<Expr> {
    Some(read_expr::expr(node.child(S::Expr)?, faults))
}

pub(super) fn paths(list: NodeRef<'_>, faults: &mut Faults) -> Vec<Path> {
    let items = read_expr::children(list, faults);
    items
        .into_iter()
        .filter_map(|item| as_path(item, faults))
        .collect()
}

fn as_path(item: Expr, faults: &mut Faults) -> Option<Path> {
    match item.kind {
        ExprKind::Path(path) => Some(path),
        ExprKind::Broken => None,
        _ => {
            faults.push(no_name(item.span, &item.to_string()));
            None
        }
    }
}

fn names(list: NodeRef<'_>, faults: &mut Faults) -> Vec<Name> {
    let name = |path: Path| Spanned {
        value: path.to_string(),
        span: path.span,
    };
    paths(list, faults).into_iter().map(name).collect()
}

/// `use …`.
pub fn use_item(node: NodeRef<'_>, faults: &mut Faults) -> Option<Use> {
    let alias = node.child(S::Name).map(name);
    if let Some(file) = node.child(S::String) {
        let module = Spanned {
            value: read_expr::string(file),
            span: file.span(),
        };
        let names = node.child(S::UseNames).map(imported);
        return Some(checked(module, true, names, alias, faults));
    }
    let path = node.child(S::UsePath)?;
    let parts: Vec<_> = path.children_of(S::Name).collect();
    let module = parts
        .iter()
        .map(|part| part.text())
        .collect::<Vec<_>>()
        .join(".");
    let module = Spanned {
        value: module,
        span: parts.first()?.span().to(parts.last()?.span()),
    };
    let names = path.child(S::UseNames).map(imported);
    Some(checked(module, false, names, alias, faults))
}

fn checked(
    module: Name,
    is_file: bool,
    names: Option<Vec<Imported>>,
    alias: Option<Name>,
    faults: &mut Faults,
) -> Use {
    if let (Some(alias), Some(_)) = (&alias, &names) {
        let message = "`as` names a whole module, and the braces pick names from it";
        let fault = Diagnostic::error(codes::MISPLACED, alias.span, message);
        faults.push(
            fault.help("write `as` behind a name inside the braces, or leave one of them out"),
        );
    }
    Use {
        module,
        is_file,
        names,
        alias,
    }
}

/// The names in braces, each with its `as`.
fn imported(node: NodeRef<'_>) -> Vec<Imported> {
    let mut names: Vec<Imported> = Vec::new();
    let mut renames = false;
    for part in node.children() {
        match (part.kind(), names.last_mut()) {
            (S::Name, Some(last)) if renames => last.alias = Some(name(part)),
            (S::Name, _) => names.push(Imported {
                name: name(part),
                alias: None,
            }),
            _ => {}
        }
        renames = part.kind() == S::KwAs;
    }
    names
}

fn require(node: NodeRef<'_>, faults: &mut Faults) -> Clause {
    let span = node.span();
    let Some(condition) = first_value(node, faults) else {
        return Clause::Recommended(span);
    };
    Clause::Require(Require {
        condition,
        message: node.child(S::String).map(read_expr::string),
        span,
    })
}

fn minimize(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Expr> {
    let levels = node.child(S::Lexicographic);
    match levels.and_then(|levels| levels.child(S::List)) {
        Some(list) => read_expr::children(list, faults),
        None => first_value(node, faults).into_iter().collect(),
    }
}
