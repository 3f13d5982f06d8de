//! What a tree tells about faults: one message each, on the line of the fault.

use vn_grammar::Rule;

use crate::fault::{Fault, entry};
use crate::token::{TokenKind, Tokens};
use crate::{Diagnostic, FileId, Node, Span, SyntaxKind, codes, operators};

/// Reports the faults of a tree over its text.
pub(crate) fn report(text: &str, root: &Node) -> Vec<Diagnostic> {
    let mut walk = Walk {
        text,
        found: Vec::new(),
    };
    walk.node(root, root.kind);
    walk.found
}

/// Reports a text that is not even a tree with bad parts in it.
pub(crate) fn whole(wanted: Rule, file: FileId, text: &str) -> Diagnostic {
    let span = Span {
        file,
        start: 0,
        end: u32::try_from(text.len()).unwrap_or(u32::MAX),
    };
    // Every closed text has a tree: where it has none, the stack was too small.
    Fault::new(text, span).miss(wanted).unwrap_or_else(|| {
        Diagnostic::error(
            codes::TOO_DEEP,
            Span { end: 0, ..span },
            "nested too deeply",
        )
    })
}

struct Walk<'t> {
    text: &'t str,
    found: Vec<Diagnostic>,
}

fn is_bad(node: &Node) -> bool {
    matches!(
        node.kind,
        SyntaxKind::BadItem | SyntaxKind::BadMember | SyntaxKind::BadWord
    )
}

fn bad_modifier(node: &Node) -> Option<&Node> {
    node.children
        .iter()
        .find(|c| c.kind == SyntaxKind::BadModifier)
}

impl Walk<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    fn node(&mut self, node: &Node, parent: SyntaxKind) {
        match node.kind {
            SyntaxKind::File | SyntaxKind::Body => self.statements(node, parent),
            SyntaxKind::BadWord => return self.bad_word(node),
            SyntaxKind::BadArm => {
                self.found
                    .push(Fault::new(self.text, node.span).lacking(Rule::only_arm));
            }
            SyntaxKind::OpCmp | SyntaxKind::OpAnd | SyntaxKind::OpOr | SyntaxKind::OpNot => {
                self.found
                    .extend(operators::operator(node, self.slice(node.span)));
            }
            SyntaxKind::Number | SyntaxKind::Integer => self.found.extend(operators::number(node)),
            SyntaxKind::Needs => {
                // A first wrong word says enough: those behind it are mostly its operands.
                let bad = bad_modifier(node);
                self.found
                    .extend(bad.map(|b| operators::modifier(b, self.slice(b.span))));
            }
            _ => {}
        }
        for child in &node.children {
            self.node(child, node.kind);
        }
    }

    /// What stands in the braces of a wrong head counts only if it looks like statements.
    fn bad_word(&mut self, node: &Node) {
        for child in &node.children {
            let first = child
                .children
                .iter()
                .find(|c| c.kind != SyntaxKind::Comment);
            if child.kind != SyntaxKind::Body || !first.is_some_and(is_bad) {
                self.node(child, node.kind);
            }
        }
    }

    /// Looks at the statements of a body, together where nothing separates them.
    fn statements(&mut self, body: &Node, owner: SyntaxKind) {
        let all: Vec<&Node> = body
            .children
            .iter()
            .filter(|c| c.kind != SyntaxKind::Comment)
            .collect();
        let groups: Vec<_> = all.chunk_by(|a, b| !self.separated(a, b)).collect();
        for group in groups {
            self.group(
                if body.kind == SyntaxKind::File {
                    body.kind
                } else {
                    owner
                },
                group,
            );
        }
    }

    fn separated(&self, a: &Node, b: &Node) -> bool {
        let between = Span {
            start: a.span.end,
            end: b.span.start,
            ..a.span
        };
        self.slice(a.span).ends_with('}')
            || Tokens::from(self.slice(between), 0).any(|t| t.kind != TokenKind::Comment)
    }

    fn group(&mut self, owner: SyntaxKind, group: &[&Node]) {
        let [first, rest @ ..] = group else { return };
        if is_bad(first) {
            let until = rest
                .last()
                .map_or(first.span, |last| first.span.to(last.span));
            self.found
                .push(Fault::new(self.text, until).statement(owner, first.kind));
        } else if let Some(bad) = rest.iter().find(|n| is_bad(n)) {
            if bad_modifier(first).is_none() {
                let both = Fault::new(self.text, first.span.to(bad.span));
                self.found.push(both.lacking(entry(owner)));
            }
        } else {
            for (a, b) in group.iter().zip(rest) {
                self.found.push(two_on_a_line(a.span, b.span));
            }
        }
    }
}

fn two_on_a_line(a: Span, b: Span) -> Diagnostic {
    Diagnostic::error(
        codes::TWO_ON_A_LINE,
        a.after(),
        "two statements on one line",
    )
    .here("a `;` is missing here")
    .label(b, "the second statement")
    .help("add `;`, or begin a new line")
    .fix(a.after(), ";")
}
