//! Statements out of the text: with their lines, or with one separator where they share a line.

use vn_syntax::{Edit, NodeRef, Span, SyntaxTree};

/// What removes a statement of a body.
pub(super) fn statement(tree: &SyntaxTree, body: NodeRef<'_>, statement: NodeRef<'_>) -> Edit {
    let span = statement.span();
    let (start, end) = lines(tree, span).unwrap_or_else(|| shared(tree, body, span));
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Edit {
        span: Span {
            start: offset(start),
            end: offset(end),
            ..span
        },
        text: String::new(),
        safe: false,
    }
}

/// The lines of a statement that has them for itself, with the comment behind it.
fn lines(tree: &SyntaxTree, span: Span) -> Option<(usize, usize)> {
    let before = tree.text.get(..span.start as usize)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let behind = tree.text.get(span.end as usize..)?;
    let length = behind.find('\n').map_or(behind.len(), |at| at + 1);
    let rest = behind
        .get(..length)?
        .trim_start_matches([' ', '\t', ';'])
        .trim_end();
    let alone =
        before.get(start..)?.trim().is_empty() && (rest.is_empty() || rest.starts_with("//"));
    alone.then_some((start, span.end as usize + length))
}

/// Up to the next statement; for the last one, from the end of the one before it.
fn shared(tree: &SyntaxTree, body: NodeRef<'_>, span: Span) -> (usize, usize) {
    let text = |from: u32, to: u32| {
        tree.text
            .get(from as usize..to as usize)
            .unwrap_or_default()
    };
    let next = body.children().find(|other| other.span().start >= span.end);
    let before = body
        .children()
        .take_while(|other| other.span().end <= span.start)
        .last();
    let on_line = |gap: &str| !gap.contains('\n') && !gap.contains("//");
    let (start, end) = match (before, next) {
        (_, Some(next)) if on_line(text(span.end, next.span().start)) => {
            (span.start, next.span().start)
        }
        (Some(before), _) if on_line(text(before.span().end, span.start)) => {
            (before.span().end, span.end)
        }
        (None, None) => (body.span().start + 1, body.span().end.saturating_sub(1)),
        _ => (span.start, span.end),
    };
    (start as usize, end as usize)
}
