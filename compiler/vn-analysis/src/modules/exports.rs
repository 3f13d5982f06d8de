//! What a file declares, read off its statements.

use vn_syntax::{NodeRef, SyntaxKind, SyntaxTree};

/// What a name is the name of; things of different sorts may share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// What stands behind a colon: hardware, kinds.
    Thing,
    /// Parameters.
    Value,
    /// Enums.
    Type,
    /// Metrics.
    Measure,
}

/// Names that other files reach through an import.
pub fn named(tree: &SyntaxTree) -> impl Iterator<Item = (Sort, NodeRef<'_>)> {
    tree.root()
        .children()
        .filter_map(|item| Some((sort(item.kind())?, item.child(SyntaxKind::Name)?)))
}

fn sort(kind: SyntaxKind) -> Option<Sort> {
    match kind {
        SyntaxKind::Hardware | SyntaxKind::Kind => Some(Sort::Thing),
        SyntaxKind::Param => Some(Sort::Value),
        SyntaxKind::EnumItem => Some(Sort::Type),
        SyntaxKind::Metric => Some(Sort::Measure),
        _ => None,
    }
}

/// Names that hold in the whole program as soon as their file belongs to it.
pub fn everywhere(tree: &SyntaxTree) -> impl Iterator<Item = NodeRef<'_>> {
    let items = tree.root().children().filter(|item| {
        matches!(
            item.kind(),
            SyntaxKind::UnitItem | SyntaxKind::RateItem | SyntaxKind::Capability
        )
    });
    items.filter_map(|item| item.child(SyntaxKind::Name))
}

/// Whether importing a file changes a program that names nothing of it.
pub fn has_effect(tree: &SyntaxTree) -> bool {
    tree.root().children().any(|item| {
        matches!(
            item.kind(),
            SyntaxKind::UnitItem
                | SyntaxKind::RateItem
                | SyntaxKind::Capability
                | SyntaxKind::Region
                | SyntaxKind::Site
                | SyntaxKind::Link
                | SyntaxKind::OverrideItem
                | SyntaxKind::Inventory
        )
    })
}

/// What stands behind an alias in the paths of a file: `x` of `cat.x`.
pub fn behind<'t>(node: NodeRef<'t>, alias: &str, found: &mut Vec<NodeRef<'t>>) {
    if matches!(node.kind(), SyntaxKind::Path | SyntaxKind::TypeAtom) {
        let mut parts = node.children();
        if let (Some(head), Some(member)) = (parts.next(), parts.next())
            && head.text() == alias
            && matches!(member.kind(), SyntaxKind::Ident | SyntaxKind::Name)
        {
            found.push(member);
        }
    }
    node.children()
        .for_each(|child| behind(child, alias, found));
}
