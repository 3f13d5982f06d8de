//! Syntax to the rules of `decide`.

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind as S};

use super::clause::Clause;
use super::expr::ExprKind;
use super::read::{self, name};
use super::read_clause;
use super::read_expr;
use super::rule::{Rule, RuleAction};
use super::{Expr, Member, Name};
use crate::codes;

type Faults = Vec<Diagnostic>;

/// The rules of one `decide`.
pub fn rules(node: NodeRef<'_>, faults: &mut Faults) -> Vec<Rule> {
    let statements = node.child(S::Body).into_iter().flat_map(NodeRef::children);
    statements
        .filter_map(|statement| rule(statement, faults))
        .collect()
}

fn rule(node: NodeRef<'_>, faults: &mut Faults) -> Option<Rule> {
    if node.kind() != S::Rule {
        if !node.kind().is_broken() && !read::is_punctuation(node.kind()) {
            let message = "`decide` holds rules";
            let fault = Diagnostic::error(codes::MISPLACED, node.span(), message);
            faults.push(fault.help("write `when CONDITION => ACTION`, say `when preference == low_resource => prefer light`"));
        }
        return None;
    }
    let when = read_expr::expr(node.child(S::Expr)?, faults);
    let parts = node.children().filter(|part| is_action(part.kind()));
    let actions = parts.skip(1).flat_map(|part| action(part, faults));
    Some(Rule {
        when,
        actions: actions.collect(),
        span: node.span(),
    })
}

/// The condition is the first of these.
fn is_action(kind: S) -> bool {
    !kind.is_keyword()
}

fn action(node: NodeRef<'_>, faults: &mut Faults) -> Vec<RuleAction> {
    match node.kind() {
        S::Prefer => {
            let names: Vec<Name> = node.children_of(S::Path).map(name).collect();
            vec![RuleAction::Prefer(names)]
        }
        S::Forbid if node.child(S::Selector).is_none() => node
            .child(S::Expr)
            .map(|value| forbidden(read_expr::expr(value, faults)))
            .into_iter()
            .collect(),
        S::Forbid => placement(Member::Forbid, node, faults),
        S::Pin => placement(Member::Pin, node, faults),
        S::Require => vec![required(node, faults)],
        S::Field => read::fields(node, faults)
            .into_iter()
            .map(RuleAction::Set)
            .collect(),
        kind if kind.is_broken() => Vec::new(),
        _ => {
            let message = format!("`{}` is nothing that a parent can decide", node.text());
            let fault = Diagnostic::error(codes::MISPLACED, node.span(), message);
            faults
                .push(fault.help("write `prefer`, `forbid`, `pin`, `require` or `field = value`"));
            Vec::new()
        }
    }
}

/// A bare name is a variant, everything else a condition on variants.
fn forbidden(expr: Expr) -> RuleAction {
    match &expr.kind {
        ExprKind::Path(path) => RuleAction::Forbid(Name {
            value: path.to_string(),
            span: path.span,
        }),
        _ => RuleAction::ForbidWhere(expr),
    }
}

fn placement(member: Member, node: NodeRef<'_>, faults: &mut Faults) -> Vec<RuleAction> {
    match read_clause::clause(member, node, faults) {
        Some(Clause::Pin(placement)) => vec![RuleAction::Pin(placement)],
        Some(Clause::Forbid(placement)) => vec![RuleAction::ForbidOn(placement)],
        _ => Vec::new(),
    }
}

fn required(node: NodeRef<'_>, faults: &mut Faults) -> RuleAction {
    match node.child(S::Expr) {
        Some(value) => RuleAction::Require(read_expr::expr(value, faults)),
        None => RuleAction::Recommended(node.span()),
    }
}
