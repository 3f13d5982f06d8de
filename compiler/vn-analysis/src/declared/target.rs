//! `emit`: what is written.

use vn_syntax::{Diagnostic, NodeRef, SyntaxKind as S};

use super::read::name;
use super::{Arg, Name, read_expr};

/// `kubernetes(flavor = "k3s")`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `kubernetes`.
    pub name: Name,
    /// Its options.
    pub args: Vec<Arg>,
}

/// The targets of one `emit`.
pub fn targets(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Target> {
    node.children_of(S::EmitTarget)
        .filter_map(|target| one(target, faults))
        .collect()
}

fn one(node: NodeRef<'_>, faults: &mut Vec<Diagnostic>) -> Option<Target> {
    if let Some(call) = node.child(S::Call) {
        return Some(Target {
            name: name(call.child(S::Path)?),
            args: read_expr::args(call.child(S::Args), faults),
        });
    }
    Some(Target {
        name: name(node.child(S::Name)?),
        args: Vec::new(),
    })
}
