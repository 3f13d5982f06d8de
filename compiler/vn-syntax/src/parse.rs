//! Text to tree, through the one grammar.

use std::sync::Arc;

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};
use vn_grammar::{Rule, VnParser};

use crate::nesting::{self, Settled};
use crate::{Diagnostic, FileId, Node, Span, SyntaxKind, SyntaxTree, chains, codes, recover};

/// Larger files are data, and data has `inventory`.
const MAX_BYTES: usize = 4 << 20;

/// More messages than this about one file help nobody.
const MAX_DIAGNOSTICS: usize = 100;

/// Parses one text; never fails: what does not parse is reported, and the rest is in the tree.
pub fn parse(file: FileId, text: impl Into<Arc<str>>) -> (SyntaxTree, Vec<Diagnostic>) {
    let text = text.into();
    let (root, diagnostics) = parse_as(Rule::file, file, &text);
    let root = root.unwrap_or(Node {
        kind: SyntaxKind::File,
        span: whole(file, &text),
        children: Vec::new(),
    });
    (SyntaxTree { file, text, root }, diagnostics)
}

/// Parses one value, as in `--set name=<value>`; the root of the tree is of kind [`SyntaxKind::Expr`].
///
/// There is a tree exactly if there is no error.
pub fn parse_expr(
    file: FileId,
    text: impl Into<Arc<str>>,
) -> (Option<SyntaxTree>, Vec<Diagnostic>) {
    let text = text.into();
    let (root, diagnostics) = parse_as(Rule::only_expr, file, &text);
    let root = root.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    (
        root.map(|root| SyntaxTree { file, text, root }),
        diagnostics,
    )
}

fn parse_as(entry: Rule, file: FileId, text: &str) -> (Option<Node>, Vec<Diagnostic>) {
    if text.len() > MAX_BYTES {
        return (None, vec![too_large(file, text)]);
    }
    match nesting::settle(file, text) {
        Ok(settled) => parse_settled(entry, file, text, settled),
        Err(diagnostics) => (None, limited(diagnostics)),
    }
}

fn parse_settled(
    entry: Rule,
    file: FileId,
    text: &str,
    mut settled: Settled<'_>,
) -> (Option<Node>, Vec<Diagnostic>) {
    let mut diagnostics = std::mem::take(&mut settled.diagnostics);
    let (mut root, mut found) = match VnParser::parse(entry, &settled.text) {
        Ok(pairs) => {
            let mut root = root(entry, file, &settled.text, pairs);
            let found = root.as_ref().map(|r| recover::report(&settled.text, r));
            let mut found = found.unwrap_or_default();
            if let Some(root) = &mut root {
                chains::cut(root, &mut found);
            }
            (root, found)
        }
        Err(_) => (None, vec![recover::whole(entry, file, &settled.text)]),
    };
    if !settled.inserted.is_empty() {
        if let Some(root) = &mut root {
            move_back(root, &settled);
        }
        for diagnostic in &mut found {
            move_labels(diagnostic, &settled);
        }
    }
    // A bracket or string that is mended at a guess may leave the rest of its line in pieces.
    if !settled.faulty_lines.is_empty() {
        found.retain(|d| !settled.faulty_lines.contains(&line_start(text, d)));
    }
    diagnostics.append(&mut found);
    diagnostics.sort_by_key(|d| d.labels.first().map(|l| l.span));
    (root, limited(diagnostics))
}

fn root(entry: Rule, file: FileId, text: &str, pairs: Pairs<'_, Rule>) -> Option<Node> {
    let mut nodes = Vec::new();
    pairs.for_each(|pair| lift(file, pair, &mut nodes));
    let mut root = nodes.into_iter().find(|n| n.kind != SyntaxKind::Comment)?;
    if entry == Rule::file {
        root.span = whole(file, text);
    }
    Some(root)
}

fn whole(file: FileId, text: &str) -> Span {
    Span {
        file,
        start: 0,
        end: offset(text.len()),
    }
}

/// INVARIANT: every offset here is at most [`MAX_BYTES`], or stands for a file that is too large.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Appends the node of a pair, and behind it the comments that the pair swallowed at its end.
fn lift(file: FileId, pair: Pair<'_, Rule>, into: &mut Vec<Node>) {
    let Some(kind) = SyntaxKind::of(pair.as_rule()) else {
        return;
    };
    let start = pair.as_span().start();
    let text = pair.as_str();
    let mut children = Vec::new();
    pair.into_inner()
        .for_each(|inner| lift(file, inner, &mut children));
    let trimmed = |length: usize| text.get(..length).map_or(0, |t| t.trim_end().len());
    let mut length = match kind {
        SyntaxKind::StringText | SyntaxKind::File => text.len(),
        _ => trimmed(text.len()),
    };
    let mut behind = Vec::new();
    while let Some(comment) = children.pop_if(|last| {
        last.kind == SyntaxKind::Comment
            && kind != SyntaxKind::File
            && last.span.end as usize >= start + length
    }) {
        length = trimmed((comment.span.start as usize).saturating_sub(start));
        behind.push(comment);
    }
    let span = Span {
        file,
        start: offset(start),
        end: offset(start + length),
    };
    children.shrink_to_fit();
    into.push(Node {
        kind,
        span,
        children,
    });
    into.extend(behind.into_iter().rev());
}

fn move_back(node: &mut Node, settled: &Settled<'_>) {
    move_span(&mut node.span, settled);
    node.children
        .iter_mut()
        .for_each(|child| move_back(child, settled));
}

fn move_span(span: &mut Span, settled: &Settled<'_>) {
    span.start = settled.original(span.start);
    span.end = settled.original(span.end);
}

fn move_labels(diagnostic: &mut Diagnostic, settled: &Settled<'_>) {
    diagnostic
        .labels
        .iter_mut()
        .for_each(|label| move_span(&mut label.span, settled));
    diagnostic
        .edits
        .iter_mut()
        .for_each(|edit| move_span(&mut edit.span, settled));
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

fn limited(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let more = diagnostics.len().saturating_sub(MAX_DIAGNOSTICS);
    diagnostics.truncate(MAX_DIAGNOSTICS);
    if more > 0
        && let Some(last) = diagnostics.last_mut()
    {
        last.notes.push(format!(
            "{more} further messages about this file are left out"
        ));
    }
    diagnostics
}

fn too_large(file: FileId, text: &str) -> Diagnostic {
    let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
    Diagnostic::error(
        codes::TOO_LARGE,
        Span {
            end: 0,
            ..whole(file, text)
        },
        message,
    )
    .help(
        "move lists of devices to a file read by `inventory`, and the rest to files read by `use`",
    )
}
