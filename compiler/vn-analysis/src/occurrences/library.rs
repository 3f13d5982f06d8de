//! Hardware and kinds as names: what stands behind a colon.

use vn_syntax::{NodeRef, SyntaxKind as S};

use super::meaning::Meaning;
use crate::occurrence::SymbolKind;

/// A hardware profile or a kind.
#[derive(Clone, Debug)]
pub struct Thing<'a> {
    /// What it is.
    pub meaning: Meaning,
    /// The statement.
    pub node: NodeRef<'a>,
}

impl<'a> Thing<'a> {
    /// Its variants, best first.
    pub fn variants(&self) -> Vec<(String, Meaning, NodeRef<'a>)> {
        variants(self.node, &self.meaning.symbol.path)
    }
}

/// The variants that a statement declares, with their owner in front.
pub fn variants<'a>(node: NodeRef<'a>, owner: &str) -> Vec<(String, Meaning, NodeRef<'a>)> {
    let inner = members(node, S::Variant);
    inner
        .filter_map(|variant| {
            let name = variant.child(S::Name)?;
            let path = format!("{owner}/{}", name.text());
            let meaning = Meaning::declared(SymbolKind::Variant, path, name);
            Some((name.text().to_owned(), meaning, variant))
        })
        .collect()
}

/// The statements of a kind in a body.
pub fn members(node: NodeRef<'_>, kind: S) -> impl Iterator<Item = NodeRef<'_>> {
    let body = node.child(S::Body).into_iter();
    body.flat_map(move |body| body.children_of(kind))
}

/// The name behind a colon.
pub fn base(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let call = node.child(S::Call).and_then(|call| call.child(S::Path));
    call.or_else(|| node.child(S::Path))
}
