//! What a tree tells about faults: one message each, on the line of the fault.

use vn_grammar::Rule;

use crate::fault::{Fault, entry};
use crate::node::{Cursor, Node, Siblings};
use crate::token::{TokenKind, Tokens};
use crate::{Diagnostic, FileId, Span, SyntaxKind, codes, operators};

/// Reports the faults of an item's nodes over its text.
pub(crate) fn report(file: FileId, text: &str, nodes: &[Node]) -> Vec<Diagnostic> {
    let mut walk = Walk {
        file,
        text,
        found: Vec::new(),
    };
    walk.statements(Cursor::tops(nodes), SyntaxKind::File);
    for top in Cursor::tops(nodes) {
        walk.node(top, SyntaxKind::File);
    }
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
    file: FileId,
    text: &'t str,
    found: Vec<Diagnostic>,
}

fn is_bad(node: Cursor<'_>) -> bool {
    matches!(
        node.kind(),
        SyntaxKind::BadItem | SyntaxKind::BadMember | SyntaxKind::BadWord
    )
}

fn bad_modifier(node: Cursor<'_>) -> Option<Cursor<'_>> {
    node.children()
        .find(|c| c.kind() == SyntaxKind::BadModifier)
}

impl Walk<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    fn span(&self, node: Cursor<'_>) -> Span {
        Span::of(self.file, node.range())
    }

    fn node(&mut self, node: Cursor<'_>, parent: SyntaxKind) {
        let span = self.span(node);
        match node.kind() {
            SyntaxKind::Body => self.statements(node.children(), parent),
            SyntaxKind::BadWord => return self.bad_word(node),
            SyntaxKind::BadArm => {
                self.found
                    .push(Fault::new(self.text, span).lacking(Rule::only_arm));
            }
            SyntaxKind::BadColon => self.found.push(self.no_colon(span)),
            SyntaxKind::OpCmp | SyntaxKind::OpAnd | SyntaxKind::OpOr | SyntaxKind::OpNot => {
                self.found
                    .extend(operators::operator(node.kind(), span, self.text));
            }
            SyntaxKind::Number | SyntaxKind::Integer => {
                self.found.extend(operators::number(span, self.text));
            }
            SyntaxKind::Needs => {
                // A first wrong word says enough: those behind it are mostly its operands.
                let bad = bad_modifier(node).map(|bad| self.span(bad));
                self.found
                    .extend(bad.map(|bad| operators::modifier(bad, self.text)));
            }
            _ => {}
        }
        for child in node.children() {
            self.node(child, node.kind());
        }
    }

    /// `at` is where the sign should be, before the name that it belongs to.
    fn no_colon(&self, at: Span) -> Diagnostic {
        let name = Tokens::from(self.text, at.start as usize).next();
        let span = name.map_or(at, |name| Span {
            end: u32::try_from(name.end).unwrap_or(at.end),
            ..at
        });
        let message = format!("`:` is missing before `{}`", self.slice(span));
        Diagnostic::error(codes::SYNTAX, span, message).fix(at, ": ")
    }

    /// What stands in the braces of a wrong head counts only if it looks like statements.
    fn bad_word(&mut self, node: Cursor<'_>) {
        for child in node.children() {
            let first = child.children().find(|c| c.kind() != SyntaxKind::Comment);
            if child.kind() != SyntaxKind::Body || !first.is_some_and(is_bad) {
                self.node(child, node.kind());
            }
        }
    }

    /// Looks at the statements of a file or of a body, together where nothing separates them.
    fn statements(&mut self, all: Siblings<'_>, owner: SyntaxKind) {
        let all: Vec<Cursor<'_>> = all.filter(|c| c.kind() != SyntaxKind::Comment).collect();
        let groups: Vec<&[Cursor<'_>]> = all.chunk_by(|a, b| !self.separated(*a, *b)).collect();
        let mut faulty = false;
        for group in groups {
            // What does not begin with a word is the rest of the statement before.
            let is_rest = group
                .first()
                .is_some_and(|first| !self.begins_with_word(*first));
            if faulty && is_rest {
                continue;
            }
            let before = self.found.len();
            self.group(owner, group);
            faulty = self.found.len() > before;
        }
    }

    fn begins_with_word(&self, node: Cursor<'_>) -> bool {
        let mut tokens = Tokens::from(self.slice(self.span(node)), 0);
        tokens
            .next()
            .is_some_and(|token| token.kind == TokenKind::Word)
    }

    fn separated(&self, a: Cursor<'_>, b: Cursor<'_>) -> bool {
        let between = Span::of(self.file, a.range().end..b.range().start);
        // A lone carriage return is shown as a line's end: what is wrong with it is told elsewhere.
        self.slice(self.span(a)).ends_with('}')
            || self.slice(between).contains('\r')
            || Tokens::from(self.slice(between), 0).any(|t| t.kind != TokenKind::Comment)
    }

    fn group(&mut self, owner: SyntaxKind, group: &[Cursor<'_>]) {
        let [first, rest @ ..] = group else { return };
        let whole = self.span(*first);
        if is_bad(*first) {
            let until = rest.last().map_or(whole, |last| whole.to(self.span(*last)));
            self.found
                .push(Fault::new(self.text, until).statement(owner, first.kind()));
        } else if let Some(bad) = rest.iter().find(|n| is_bad(**n)) {
            if bad_modifier(*first).is_none() {
                let both = Fault::new(self.text, whole.to(self.span(*bad)));
                self.found.push(both.lacking(entry(owner)));
            }
        } else {
            for (a, b) in group.iter().zip(rest) {
                self.found.push(self.two_on_a_line(*a, *b));
            }
        }
    }

    fn two_on_a_line(&self, a: Cursor<'_>, b: Cursor<'_>) -> Diagnostic {
        let end = self.span(a).after();
        let fault = Diagnostic::error(codes::TWO_ON_A_LINE, end, "two statements on one line")
            .here("a `;` is missing here")
            .label(self.span(b), "the second statement")
            .help("add `;`, or begin a new line");
        // A block behind what may have a body may be meant to stand in it.
        if b.kind() == SyntaxKind::Block && may_have_body(a.kind()) {
            fault.guess(end, ";")
        } else {
            fault.fix(end, ";")
        }
    }
}

fn may_have_body(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::Device
            | SyntaxKind::Offer
            | SyntaxKind::Service
            | SyntaxKind::Variant
            | SyntaxKind::Needs
    )
}
