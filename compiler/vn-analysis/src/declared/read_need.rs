//! Syntax to `needs`.

use vn_syntax::{Diagnostic, NodeRef, Span, SyntaxKind as S};

use super::demand::NeedClause;
use super::expr::Expr;
use super::place::{Member, no_name};
use super::read::{self, twice};
use super::{read_clause, read_expr};

type Faults = Vec<Diagnostic>;

/// A `needs` clause.
pub fn need(node: NodeRef<'_>, faults: &mut Faults) -> Option<NeedClause> {
    let mut parts = node.children().filter(|part| !part.kind().is_keyword());
    let server = read_expr::path(parts.next()?, faults);
    let mut need = NeedClause {
        server,
        copies: None,
        at_least: None,
        within: None,
        degraded: None,
        tiers: Vec::new(),
        condition: None,
        write: false,
        balanced: false,
        deferred: false,
        optional: false,
        insecure: false,
        body: super::Body::default(),
        span: node.span(),
    };
    let mut seen: Vec<(S, Span)> = Vec::new();
    for part in parts {
        match seen.iter().find(|(kind, _)| *kind == part.kind()) {
            Some((_, first)) if part.kind() != S::BadModifier => {
                let word = part.text().split_whitespace().next().unwrap_or_default();
                faults.push(twice(word, part.span(), *first));
            }
            _ => seen.push((part.kind(), part.span())),
        }
        modifier(&mut need, part, faults);
    }
    Some(need)
}

fn modifier(need: &mut NeedClause, node: NodeRef<'_>, faults: &mut Faults) {
    match node.kind() {
        S::Integer | S::Path => need.copies = Some(read_expr::expr(node, faults)),
        S::AtLeast => {
            need.at_least = node
                .child(S::Path)
                .map(|path| read_expr::path(path, faults));
        }
        S::Within => need.within = bound(node, faults),
        S::Degraded => need.degraded = bound(node, faults),
        S::NeedPrefer => {
            let tiers = node
                .children_of(S::Tier)
                .filter_map(|tier| tier.child(S::Selector));
            need.tiers = tiers
                .map(|tier| read_clause::selector(tier, faults))
                .collect();
        }
        S::NeedWhere => need.condition = read_clause::first_value(node, faults),
        S::Write => need.write = true,
        S::Balanced => need.balanced = true,
        S::Deferred => need.deferred = true,
        S::Optional => need.optional = true,
        S::Insecure => need.insecure = true,
        S::Body => need.body = read::body(Member::Needs, node, faults),
        S::BadModifier => {}
        _ => faults.push(no_name(node.span(), node.text())),
    }
}

/// The value behind `within`, `for` or `buffer`.
pub fn bound(node: NodeRef<'_>, faults: &mut Faults) -> Option<Expr> {
    let value = node.child(S::NeedBound)?.children().next()?;
    Some(read_expr::expr(value, faults))
}
