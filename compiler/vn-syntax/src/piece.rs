//! One item's text to its nodes, through the one grammar.

use pest::Parser as _;
use pest::Token;
use pest::iterators::Pairs;
use vn_grammar::{Rule, VnParser};

use crate::item::Parsed;
use crate::memo::Memo;
use crate::nesting::{self, Settled, State};
use crate::node::Node;
use crate::{Diagnostic, FileId, SyntaxKind, chains, codes, recover};

/// Parses the text of one item or value; places count from its start.
pub(crate) fn parse(entry: Rule, file: FileId, text: &str, state: State) -> Parsed {
    let (nodes, mut found) = match nesting::settle(file, text, state) {
        Ok(settled) => parse_settled(entry, file, text, settled),
        Err(found) => (Vec::new(), found),
    };
    found.sort_by_key(|d| d.labels.first().map(|l| l.span));
    drop_echoes(text, &mut found);
    Parsed {
        state,
        nodes,
        found,
        memo: Memo::default(),
    }
}

fn parse_settled(
    entry: Rule,
    file: FileId,
    text: &str,
    mut settled: Settled<'_>,
) -> (Vec<Node>, Vec<Diagnostic>) {
    let mut diagnostics = std::mem::take(&mut settled.diagnostics);
    let (mut nodes, mut found) = match VnParser::parse(entry, &settled.text) {
        Ok(pairs) => {
            let nodes = packed(&settled.text, pairs);
            let mut found = recover::report(file, &settled.text, &nodes);
            (chains::cut(file, nodes, &mut found), found)
        }
        Err(_) => (Vec::new(), vec![recover::whole(entry, file, &settled.text)]),
    };
    if !settled.inserted.is_empty() {
        for node in &mut nodes {
            node.start = settled.original(node.start);
            node.end = settled.original(node.end);
        }
        for diagnostic in &mut found {
            diagnostic.each_span(|span| {
                span.start = settled.original(span.start);
                span.end = settled.original(span.end);
            });
        }
    }
    // A bracket or string that is mended at a guess may leave the rest of its line in pieces.
    if !settled.faulty_lines.is_empty() {
        found.retain(|d| !settled.faulty_lines.contains(&line_start(text, d)));
    }
    diagnostics.append(&mut found);
    (nodes, diagnostics)
}

fn packed(text: &str, pairs: Pairs<'_, Rule>) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(pairs.len());
    let mut open: Vec<usize> = Vec::new();
    for token in pairs.tokens() {
        match token {
            Token::Start { rule: of, pos } => {
                let Some(kind) = SyntaxKind::of(of) else {
                    continue;
                };
                open.push(nodes.len());
                let start = offset(pos.pos());
                nodes.push(Node {
                    kind,
                    start,
                    end: start,
                    until: 0,
                });
            }
            Token::End { rule: of, pos } => {
                let until = offset(nodes.len());
                if SyntaxKind::of(of).is_some()
                    && let Some(node) = open.pop().and_then(|at| nodes.get_mut(at))
                {
                    node.until = until;
                    node.end = end(text, *node, pos.pos());
                }
            }
        }
    }
    nodes.shrink_to_fit();
    nodes
}

/// Where a node ends without the blanks behind it.
fn end(text: &str, node: Node, at: usize) -> u32 {
    let last = at.checked_sub(1).and_then(|last| text.as_bytes().get(last));
    if last.is_some_and(u8::is_ascii_graphic) || node.kind == SyntaxKind::StringText {
        return offset(at);
    }
    let inside = text.get(node.start as usize..at).unwrap_or_default();
    node.start + offset(inside.trim_end().len())
}

/// INVARIANT: no item is longer than 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Behind a fault, the rest of its line is mostly in pieces because of it.
fn drop_echoes(text: &str, found: &mut Vec<Diagnostic>) {
    let mut last: Option<(usize, &str)> = None;
    found.retain(|d| {
        let may_echo = [
            codes::SYNTAX,
            codes::UNCLOSED,
            codes::STRAY,
            codes::TWO_ON_A_LINE,
        ];
        if !may_echo.contains(&d.code) {
            return true;
        }
        let line = line_start(text, d);
        let echo = last.is_some_and(|(of, code)| {
            of == line && !(code == d.code && code == codes::TWO_ON_A_LINE)
        });
        last = Some((line, last.filter(|_| echo).map_or(d.code, |(_, code)| code)));
        !echo
    });
}

fn line_start(text: &str, diagnostic: &Diagnostic) -> usize {
    let at = diagnostic
        .labels
        .first()
        .map_or(0, |l| l.span.start as usize);
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}
