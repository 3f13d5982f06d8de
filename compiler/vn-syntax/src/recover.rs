//! What a tree tells about faults: one message each, on the line of the fault.

use vn_grammar::Rule;

use crate::expected::{self, Miss};
use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::{Diagnostic, FileId, Node, Span, SyntaxKind, codes, forms, operators, words};

/// Reports the faults of a tree over its text.
pub(crate) fn report(file: FileId, text: &str, root: &Node) -> Vec<Diagnostic> {
    let mut walk = Walk { file, text, found: Vec::new() };
    walk.node(root);
    walk.found
}

/// Reports a text that is not even a tree with bad parts in it.
pub(crate) fn whole(entry: Rule, file: FileId, text: &str) -> Diagnostic {
    let walk = Walk { file, text, found: Vec::new() };
    let end = walk.offset(text.len());
    walk.miss(entry, Span { file, start: 0, end }).unwrap_or_else(|| {
        Diagnostic::error(codes::TOO_DEEP, Span { file, start: 0, end: 0 }, "nested too deeply")
    })
}

struct Walk<'t> {
    file: FileId,
    text: &'t str,
    found: Vec<Diagnostic>,
}

fn is_bad(node: &Node) -> bool {
    matches!(node.kind, SyntaxKind::BadItem | SyntaxKind::BadMember | SyntaxKind::BadWord)
}

impl Walk<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn offset(&self, at: usize) -> u32 {
        u32::try_from(at.min(self.text.len())).unwrap_or(u32::MAX)
    }

    fn node(&mut self, node: &Node) {
        match node.kind {
            SyntaxKind::File | SyntaxKind::Body => self.statements(node),
            SyntaxKind::BadWord => return self.bad_word(node),
            SyntaxKind::BadArm => self.push_miss(Rule::only_arm, node.span),
            SyntaxKind::OpCmp | SyntaxKind::OpAnd | SyntaxKind::OpOr | SyntaxKind::OpNot => {
                self.found.extend(operators::operator(node, self.slice(node.span)));
            }
            SyntaxKind::Number | SyntaxKind::Integer => self.found.extend(operators::number(node)),
            SyntaxKind::Needs => self.modifier(node),
            _ => {}
        }
        node.children.iter().for_each(|child| self.node(child));
    }

    /// What stands in the braces of a wrong head counts only if it looks like statements.
    fn bad_word(&mut self, node: &Node) {
        for child in &node.children {
            let first = child.children.iter().find(|c| c.kind != SyntaxKind::Comment);
            if child.kind != SyntaxKind::Body || !first.is_some_and(is_bad) {
                self.node(child);
            }
        }
    }

    /// A first wrong word says enough: those behind it are mostly its operands.
    fn modifier(&mut self, needs: &Node) {
        if let Some(bad) = needs.children.iter().find(|c| c.kind == SyntaxKind::BadModifier) {
            self.found.push(operators::modifier(bad, self.slice(bad.span)));
        }
    }

    /// Looks at the statements of a body, together where nothing separates them.
    fn statements(&mut self, parent: &Node) {
        let all: Vec<&Node> =
            parent.children.iter().filter(|c| c.kind != SyntaxKind::Comment).collect();
        let groups: Vec<_> = all.chunk_by(|a, b| !self.separated(a, b)).collect();
        groups.into_iter().for_each(|group| self.group(parent.kind, group));
    }

    fn separated(&self, a: &Node, b: &Node) -> bool {
        let between = Span { start: a.span.end, end: b.span.start, ..a.span };
        self.slice(a.span).ends_with('}')
            || Tokens::from(self.slice(between), 0).any(|t| t.kind != TokenKind::Comment)
    }

    fn group(&mut self, parent: SyntaxKind, group: &[&Node]) {
        let [first, rest @ ..] = group else { return };
        let entry = if parent == SyntaxKind::File { Rule::only_item } else { Rule::only_member };
        if is_bad(first) {
            let until = rest.last().map_or(first.span, |last| first.span.to(last.span));
            let diagnostic = self.bad(parent, entry, first, until);
            self.found.push(diagnostic);
        } else if let Some(bad) = rest.iter().find(|n| is_bad(n)) {
            let has_modifier = first.children.iter().any(|c| c.kind == SyntaxKind::BadModifier);
            if !has_modifier {
                self.push_miss(entry, first.span.to(bad.span));
            }
        } else {
            for pair in group.windows(2) {
                if let [a, b] = pair {
                    self.found.push(two_on_a_line(a.span, b.span));
                }
            }
        }
    }

    fn push_miss(&mut self, entry: Rule, span: Span) {
        let diagnostic = self.miss(entry, span).unwrap_or_else(|| self.unexpected(span));
        self.found.push(diagnostic);
    }

    /// A statement that failed from its first word on.
    fn bad(&self, parent: SyntaxKind, entry: Rule, node: &Node, span: Span) -> Diagnostic {
        let slice = self.slice(span);
        let Some(first) = Tokens::from(slice, 0).find(Token::counts) else {
            return self.unexpected(span);
        };
        let word = slice.get(first.start..first.end).unwrap_or_default();
        let place = self.part(span, first);
        if first.kind != TokenKind::Word {
            return self.not_a_statement(parent, slice, first, place);
        }
        if !words::is_statement(word)
            && let Some(meant) = self.misspelt(parent, entry, slice, first)
        {
            let what = if parent == SyntaxKind::File { "item" } else { "statement" };
            return operators::unknown(place, what, word, meant);
        }
        if parent == SyntaxKind::File && words::is_statement(word) && !words::is_item(word) {
            return Diagnostic::error(codes::SYNTAX, place, format!("`{word}` cannot stand outside a body"))
                .help(forms::home(word));
        }
        if parent != SyntaxKind::File && matches!(word, "use" | "edition") {
            return Diagnostic::error(codes::SYNTAX, place, format!("`{word}` cannot stand inside a body"))
                .help("move it to the start of the file");
        }
        if node.kind == SyntaxKind::BadWord && !words::is_statement(word) {
            let message = format!("unknown word `{word}`");
            return Diagnostic::error(codes::UNKNOWN_WORD, place, message)
                .here("a statement begins with a keyword or is `name = value`");
        }
        self.miss(entry, span).unwrap_or_else(|| self.unexpected(span))
    }

    fn part(&self, span: Span, token: Token) -> Span {
        let start = span.start as usize;
        Span { start: self.offset(start + token.start), end: self.offset(start + token.end), ..span }
    }

    /// The keyword that a first word was meant to be: one that makes the statement right, if any.
    fn misspelt(
        &self,
        parent: SyntaxKind,
        entry: Rule,
        slice: &str,
        first: Token,
    ) -> Option<&'static str> {
        let word = slice.get(first.start..first.end)?;
        let rest = slice.get(first.end..)?;
        let near = words::near(word, &words::candidates(parent));
        let right = near.iter().find(|meant| expected::parses(entry, &format!("{meant}{rest}")));
        // `foo = ` and `foo.` are fields: their names are nobody's keywords.
        let next = Tokens::from(rest, 0).find(Token::counts);
        let field = next.is_some_and(|t| {
            t.kind == TokenKind::Symbol && matches!(rest.get(t.start..t.end), Some("=" | "."))
        });
        right.or_else(|| near.first().filter(|_| !field)).copied()
    }

    fn not_a_statement(
        &self,
        parent: SyntaxKind,
        slice: &str,
        first: Token,
        place: Span,
    ) -> Diagnostic {
        let what = if parent == SyntaxKind::File { "an item" } else { "a statement" };
        let found = expected::found(slice, Some(first));
        let message = format!("expected {what}, found {found}");
        let diagnostic = Diagnostic::error(codes::SYNTAX, place, message);
        match first.kind {
            TokenKind::Symbol if slice.starts_with('#') => {
                diagnostic.help("a comment begins with `//`")
            }
            TokenKind::Symbol if slice.starts_with("/*") => {
                diagnostic.help("a comment begins with `//` and ends with its line")
            }
            TokenKind::Open(Bracket::Brace) => diagnostic.help("say what the body belongs to"),
            _ => diagnostic.help("a statement begins with a word"),
        }
    }

    /// What a slice lacks.
    fn miss(&self, entry: Rule, span: Span) -> Option<Diagnostic> {
        let slice = self.slice(span);
        let miss = expected::miss(entry, slice)?;
        let place = self.place(span, &miss);
        if let Some(diagnostic) = self.misspelt_inside(slice, &miss, place) {
            return Some(diagnostic);
        }
        let found = expected::found(slice, miss.found);
        let message = match expected::listed(&miss.expected) {
            Some(expected) => format!("expected {expected}, found {found}"),
            None if miss.found.is_none() => "the statement is not complete".to_owned(),
            None => format!("unexpected {found}"),
        };
        let diagnostic = Diagnostic::error(codes::SYNTAX, place, message);
        let first = Tokens::from(slice, 0).find(Token::counts)?;
        let form = forms::form(slice.get(first.start..first.end)?);
        Some(match form {
            Some(form) => diagnostic.help(format!("write it as `{form}`")),
            None => diagnostic,
        })
    }

    /// The unexpected token, or the end of the one before it where a line ends too early.
    fn place(&self, span: Span, miss: &Miss) -> Span {
        let base = span.start as usize;
        let same_line = |token: &Token| {
            let between = self.text.get(base + miss.before..base + token.start);
            between.is_some_and(|b| !b.contains('\n'))
        };
        match miss.found.filter(|t| same_line(t) || miss.before == 0) {
            Some(token) => self.part(span, token),
            None => {
                let at = self.offset(base + miss.before);
                Span { start: at, end: at, ..span }
            }
        }
    }

    fn misspelt_inside(&self, slice: &str, miss: &Miss, place: Span) -> Option<Diagnostic> {
        let token = miss.found.filter(|t| t.kind == TokenKind::Word)?;
        let word = slice.get(token.start..token.end)?;
        let words: Vec<&str> = miss
            .expected
            .iter()
            .filter_map(|e| e.strip_prefix('`')?.strip_suffix('`'))
            .filter(|e| e.chars().all(|c| c.is_ascii_lowercase()))
            .collect();
        let meant = words::near(word, &words).first().copied()?;
        (self.file == place.file).then(|| operators::unknown(place, "word", word, meant))
    }

    fn unexpected(&self, span: Span) -> Diagnostic {
        let slice = self.slice(span);
        let first = Tokens::from(slice, 0).find(Token::counts);
        let place = first.map_or(span, |token| self.part(span, token));
        let found = expected::found(slice, first);
        Diagnostic::error(codes::SYNTAX, place, format!("unexpected {found}"))
    }
}

fn two_on_a_line(a: Span, b: Span) -> Diagnostic {
    Diagnostic::error(codes::TWO_ON_A_LINE, a.after(), "two statements on one line")
        .here("a `;` is missing here")
        .label(b, "the second statement")
        .help("add `;`, or begin a new line")
        .fix(a.after(), ";")
}
