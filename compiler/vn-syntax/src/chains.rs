//! Expressions that are too long: what reads, evaluates or drops them recurses once per operator.

use std::ops::Range;

use crate::node::{Cursor, Node};
use crate::{Diagnostic, FileId, Span, SyntaxKind, codes};

/// How many operators may lie one inside the other, brackets included.
const MAX_OPERATORS: usize = 256;

/// The nodes with those expressions emptied that are too long, which are reported.
pub(crate) fn cut(file: FileId, nodes: Vec<Node>, found: &mut Vec<Diagnostic>) -> Vec<Node> {
    // Fewer nodes than operators allowed need no look.
    if nodes.len() <= MAX_OPERATORS {
        return nodes;
    }
    let mut cutter = Cutter {
        file,
        found,
        gone: Vec::new(),
    };
    let mut next = 0;
    while let Some(node) = Cursor::at(&nodes, next) {
        next += 1;
        if node.kind() == SyntaxKind::Expr {
            let inside = node.children().indices();
            next = inside.end;
            // As above: what has too few parts needs no look.
            if inside.len() > MAX_OPERATORS {
                cutter.operators(node);
            }
        }
    }
    match cutter.gone.as_slice() {
        [] => nodes,
        gone => without(&nodes, gone),
    }
}

struct Cutter<'f> {
    file: FileId,
    found: &'f mut Vec<Diagnostic>,
    /// Ranges of nodes, in order, none inside another.
    gone: Vec<Range<u32>>,
}

impl Cutter<'_> {
    /// The operators one inside the other.
    fn operators(&mut self, node: Cursor<'_>) -> usize {
        let before = (self.found.len(), self.gone.len());
        let inner = node
            .children()
            .map(|child| self.operators(child))
            .max()
            .unwrap_or(0);
        if node.kind() != SyntaxKind::Expr {
            return inner;
        }
        let room = MAX_OPERATORS.saturating_sub(inner);
        let mut operators = node.children().filter(|child| is_operator(child.kind()));
        let count = operators.clone().count();
        let Some(first) = operators.nth(room) else {
            return inner + count;
        };
        // What was too long inside is gone with it.
        self.found.truncate(before.0);
        self.gone.truncate(before.1);
        self.found.push(too_long(self.file, first));
        self.gone.push(node.children().indices());
        0
    }
}

fn without(nodes: &[Node], gone: &[Range<u32>]) -> Vec<Node> {
    let before = |at: u32| -> u32 {
        gone.iter()
            .take_while(|range| range.start < at)
            .map(|range| range.end - range.start)
            .sum()
    };
    let kept = (0..)
        .zip(nodes)
        .filter(|(at, _)| !gone.iter().any(|range| range.contains(at)));
    let moved = kept.map(|(_, node)| Node {
        until: node.until - before(node.until),
        ..*node
    });
    moved.collect()
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

fn too_long(file: FileId, operator: Cursor<'_>) -> Diagnostic {
    let message = format!("a value of more than {MAX_OPERATORS} operators");
    Diagnostic::error(codes::TOO_DEEP, Span::of(file, operator.range()), message)
        .here("the first operator too many")
        .help("split it: name a part of it with `param`")
}
