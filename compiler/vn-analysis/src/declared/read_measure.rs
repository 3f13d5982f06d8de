//! Syntax to units, rates, metrics and capabilities; nothing where the syntax has complained.

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind as S, SyntaxTree};

use super::measure::{CapabilityItem, MetricItem, RateItem, UnitItem};
use super::read::{name, type_expr};
use super::{Expr, read_expr};

/// `unit rack : Shelves = 12 shelf`.
pub fn unit(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<UnitItem> {
    Some(UnitItem {
        name: name(node.child(S::Name)?),
        kind: node
            .child(S::TypeExpr)
            .map(|kind| type_expr(kind, &mut *faults)),
        size: value(node, faults),
        span: node.span(),
    })
}

/// `rate EUR = 1.08 USD`.
pub fn rate(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<RateItem> {
    Some(RateItem {
        name: name(node.child(S::Name)?),
        worth: value(node, faults)?,
    })
}

/// `metric carbon = sum(device, …)`.
pub fn metric(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<MetricItem> {
    Some(MetricItem {
        name: name(node.child(S::Name)?),
        value: value(node, faults)?,
    })
}

/// `capability cameras : Count consumable`.
pub fn capability(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<CapabilityItem> {
    Some(CapabilityItem {
        name: name(node.child(S::Name)?),
        kind: type_expr(node.child(S::TypeExpr)?, faults),
        consumable: node.child(S::KwConsumable).is_some(),
    })
}

/// The units of a module; what is wrong with it is told where it is read.
pub fn units(tree: &SyntaxTree) -> Vec<UnitItem> {
    let items = tree.root().children_of(S::UnitItem);
    items
        .filter_map(|item| unit(item, &mut Vec::new()))
        .collect()
}

fn value(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Expr> {
    Some(read_expr::expr(node.child(S::Expr)?, faults))
}
