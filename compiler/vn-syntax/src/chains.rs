//! Expressions that are too long: what reads, evaluates or drops them recurses once per operator.

use crate::{Diagnostic, Node, SyntaxKind, codes};

/// How many operators may lie one inside the other, brackets included.
const MAX_OPERATORS: usize = 256;

/// Empties the expressions that are too long, and reports them; the operators one inside the other.
pub(crate) fn cut(node: &mut Node, found: &mut Vec<Diagnostic>) -> usize {
    let before = found.len();
    let depths = node.children.iter_mut().map(|child| cut(child, found));
    let inner = depths.max().unwrap_or(0);
    if node.kind != SyntaxKind::Expr {
        return inner;
    }
    let room = MAX_OPERATORS.saturating_sub(inner);
    let operators = node.children.iter().filter(|child| is_operator(child.kind));
    if let Some(first) = operators.clone().nth(room) {
        // What was too long inside is gone with it.
        found.truncate(before);
        found.push(too_long(first));
        node.children.clear();
        return 0;
    }
    inner + operators.count()
}

fn is_operator(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::OpNeg
            | SyntaxKind::OpNot
            | SyntaxKind::OpOr
            | SyntaxKind::OpAnd
            | SyntaxKind::OpCmp
            | SyntaxKind::OpIn
            | SyntaxKind::OpHas
            | SyntaxKind::OpRange
            | SyntaxKind::OpAdd
            | SyntaxKind::OpSub
            | SyntaxKind::OpMul
            | SyntaxKind::OpDiv
    )
}

fn too_long(operator: &Node) -> Diagnostic {
    let message = format!("a value of more than {MAX_OPERATORS} operators");
    Diagnostic::error(codes::TOO_DEEP, operator.span, message)
        .here("the first operator too many")
        .help("split it: name a part of it with `param`")
}
