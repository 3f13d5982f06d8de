//! Text to tree, through the one grammar.

use std::sync::Arc;

use pest::Parser as _;
use pest::iterators::Pair;
use vn_grammar::{Rule, VnParser};

use crate::{Diagnostic, FileId, Node, Span, SyntaxKind, SyntaxTree};

/// Parses one text; never fails: what does not parse is reported and left out of the tree.
pub fn parse(file: FileId, text: impl Into<Arc<str>>) -> (SyntaxTree, Vec<Diagnostic>) {
    let text = text.into();
    let mut diagnostics = Vec::new();
    let whole = Span { file, start: 0, end: u32::try_from(text.len()).unwrap_or(u32::MAX) };
    let children = match VnParser::parse(Rule::file, &text) {
        Ok(pairs) => pairs
            .flat_map(Pair::into_inner)
            .filter_map(|pair| node(file, pair))
            .collect(),
        Err(error) => {
            diagnostics.push(Diagnostic::error("VN0101", whole, error.to_string()));
            Vec::new()
        }
    };
    let root = Node { kind: SyntaxKind::File, span: whole, children };
    (SyntaxTree { file, text, root }, diagnostics)
}

fn node(file: FileId, pair: Pair<'_, Rule>) -> Option<Node> {
    let kind = SyntaxKind::of(pair.as_rule())?;
    let start = pair.as_span().start();
    let end = start + pair.as_str().trim_end().len();
    let span = Span {
        file,
        start: u32::try_from(start).ok()?,
        end: u32::try_from(end).ok()?,
    };
    let children = pair.into_inner().filter_map(|inner| node(file, inner)).collect();
    Some(Node { kind, span, children })
}
