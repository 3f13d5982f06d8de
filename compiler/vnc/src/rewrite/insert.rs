//! New statements, in the style of those around them.

use vn_syntax::{Edit, NodeRef, Span, SyntaxKind, SyntaxTree};

use super::place::Gap;

/// By how much what is inside is moved in where nothing shows it.
const INDENT: &str = "  ";

/// What inserts statements.
pub(super) fn edit(tree: &SyntaxTree, gap: Gap, statements: &[String]) -> Edit {
    let together = statements.join("; ");
    match gap {
        Gap::Behind(span) => at(span.after(), together),
        Gap::NoBody(span) => at(span.after(), format!(" {{ {together} }}")),
        Gap::Item(below) => item(tree, below, statements),
        Gap::Body(span) => match body(tree.root(), span) {
            Some(body) => inside(tree, body, statements),
            None => at(span.after(), together),
        },
    }
}

fn at(span: Span, text: String) -> Edit {
    let safe = false;
    Edit { span, text, safe }
}

/// Items below another that ends its line, else at the end of the file.
fn item(tree: &SyntaxTree, below: Option<Span>, statements: &[String]) -> Edit {
    let rest = |span: Span| {
        let rest = tree.text.get(span.end as usize..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default()
    };
    let ends = |line: &str| {
        let tail = line.trim_matches([' ', '\t', '\r', ';']);
        tail.is_empty() || tail.starts_with("//")
    };
    if let Some(span) = below.filter(|span| ends(rest(*span))) {
        return lines(tree, span.end, rest(span), "", statements);
    }
    let end = u32::try_from(tree.text.len()).unwrap_or(u32::MAX);
    let span = Span {
        file: tree.file,
        start: end,
        end,
    };
    let newline = if tree.text.contains("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let gap = if tree.text.is_empty() || tree.text.ends_with('\n') {
        ""
    } else {
        newline
    };
    let text = statements.join(newline);
    at(span, format!("{gap}{text}{newline}"))
}

/// The body at a place.
fn body(node: NodeRef<'_>, span: Span) -> Option<NodeRef<'_>> {
    if node.kind() == SyntaxKind::Body && node.span() == span {
        return Some(node);
    }
    let around =
        |child: &NodeRef<'_>| child.span().start <= span.start && span.end <= child.span().end;
    node.children()
        .find(around)
        .and_then(|child| body(child, span))
}

fn inside(tree: &SyntaxTree, body: NodeRef<'_>, statements: &[String]) -> Edit {
    let text = body.text();
    let last = body.children().last();
    let comments = body.comments().next().is_some();
    match (anchor(body, statements), last) {
        (None, None) if !text.contains('\n') => {
            let span = Span {
                start: body.span().start + 1,
                end: body.span().end.saturating_sub(1),
                ..body.span()
            };
            at(span, format!(" {} ", statements.join("; ")))
        }
        (_, Some(last)) if !text.contains('\n') && !comments => {
            at(last.span().after(), format!("; {}", statements.join("; ")))
        }
        (Some(anchor), _) => behind(tree, body, anchor, statements),
        (None, _) => first(tree, body, statements),
    }
}

/// The statement that new ones are put behind: the last of the same sort.
fn anchor<'t>(body: NodeRef<'t>, statements: &[String]) -> Option<NodeRef<'t>> {
    let selects = statements.iter().any(|s| s.starts_with("select "));
    let same = |kind: SyntaxKind| {
        let settled = matches!(kind, SyntaxKind::Context | SyntaxKind::Select);
        settled || (!selects && kind == SyntaxKind::Field)
    };
    body.children().filter(|child| same(child.kind())).last()
}

/// On lines of their own behind a statement, or behind it on its line where that goes on.
fn behind(
    tree: &SyntaxTree,
    body: NodeRef<'_>,
    anchor: NodeRef<'_>,
    statements: &[String],
) -> Edit {
    let end = anchor.span().end;
    let rest = tree
        .text
        .get(end as usize..body.span().end as usize)
        .unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let tail = line.trim_matches([' ', '\t', '\r', ';']);
    if !rest.contains('\n') || !(tail.is_empty() || tail.starts_with("//")) {
        return at(
            anchor.span().after(),
            format!("; {}", statements.join("; ")),
        );
    }
    let indent = indentation(tree, anchor.span().start);
    lines(tree, end, line, indent, statements)
}

/// On lines of their own at the beginning of a body.
fn first(tree: &SyntaxTree, body: NodeRef<'_>, statements: &[String]) -> Edit {
    let open = body.span().start;
    let rest = body.text();
    let line = rest.split('\n').next().unwrap_or_default();
    let tail = line.trim_start_matches('{').trim();
    if !(tail.is_empty() || tail.starts_with("//")) {
        // The first statement stands on the line of the bracket.
        let span = Span {
            start: open + 1,
            end: open + 1,
            ..body.span()
        };
        return at(span, format!(" {};", statements.join("; ")));
    }
    let outer = indentation(tree, open);
    let step = if outer.ends_with('\t') { "\t" } else { INDENT };
    let own = format!("{outer}{step}");
    let below = body.children().chain(body.comments());
    let below = below
        .map(|next| next.span().start)
        .filter(|at| *at as usize >= open as usize + line.len());
    let indent = below.min().map_or(own.as_str(), |at| indentation(tree, at));
    lines(tree, open, line, indent, statements)
}

/// Behind the line that goes on with `line` at `from`.
fn lines(tree: &SyntaxTree, from: u32, line: &str, indent: &str, statements: &[String]) -> Edit {
    let end_of_line = if line.ends_with('\r') { "\r\n" } else { "\n" };
    let length = u32::try_from(line.trim_end_matches('\r').len()).unwrap_or(0);
    let span = Span {
        file: tree.file,
        start: from + length,
        end: from + length,
    };
    let text = statements
        .iter()
        .map(|s| format!("{end_of_line}{indent}{s}"));
    at(span, text.collect())
}

/// The blanks at the start of the line of a place.
fn indentation(tree: &SyntaxTree, at: u32) -> &str {
    let before = tree.text.get(..at as usize).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    line.get(..blanks).unwrap_or_default()
}
