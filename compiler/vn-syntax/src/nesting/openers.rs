//! One pass over a faulty text: which bracket belongs to which, and what to blame.

use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::words;

/// More faults than this are one: the text is no program.
pub(super) const MAX_FAULTS: usize = 100;

/// What is wrong with a bracket or a string, and where it is mended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// Opened at `open`, should have been closed at `at`.
    Unclosed {
        bracket: Bracket,
        open: usize,
        at: usize,
    },
    /// The brace at `close` has a body and a head, but no `{` at `at`.
    Unopened { at: usize, close: usize },
    /// Closes nothing.
    Stray { bracket: Bracket, at: usize },
    /// A string from `open` that should end at `at`.
    String { open: usize, at: usize },
}

/// Finds the faults of a text; with `indented`, the indentation says what belongs together.
pub(super) fn faults(text: &str, indented: bool) -> Vec<Fault> {
    let mut pass = Pass {
        text,
        indented,
        open: Vec::new(),
        lines: Vec::new(),
        line_start: 0,
        last: None,
        faults: Vec::new(),
    };
    pass.run();
    pass.faults
}

struct Opener {
    bracket: Bracket,
    at: usize,
    line: usize,
    /// Whether a `match` in front allows braces inside parentheses.
    after_match: bool,
}

/// A line with something on it.
struct Line {
    indent: usize,
    /// Whether it begins with a word.
    word: bool,
    /// Where what counts on it ends.
    end: usize,
}

struct Pass<'t> {
    text: &'t str,
    indented: bool,
    open: Vec<Opener>,
    lines: Vec<Line>,
    line_start: usize,
    last: Option<Token>,
    faults: Vec<Fault>,
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut tokens = Tokens::from(self.text, 0);
        let mut fresh = true;
        while let Some(token) = tokens.next() {
            if token.kind == TokenKind::Newline {
                self.line_start = token.end;
                fresh = true;
            }
            if !token.counts() {
                continue;
            }
            if fresh {
                self.begin_line(token);
            }
            let end = self.take(token, fresh);
            if end != token.end {
                tokens = Tokens::from(self.text, end);
            }
            fresh = false;
            self.last = Some(Token { end, ..token });
            if let Some(line) = self.lines.last_mut() {
                line.end = end;
            }
            if self.faults.len() > MAX_FAULTS {
                return;
            }
        }
        while !self.open.is_empty() {
            self.close_top();
        }
    }

    /// Books a token; says where it ends.
    fn take(&mut self, token: Token, first: bool) -> usize {
        match token.kind {
            TokenKind::Open(bracket) => self.opening(bracket, token.start),
            TokenKind::Close(Bracket::Brace) => self.closing_brace(token.start, first),
            TokenKind::Close(bracket) => self.closing_inner(bracket, token.start),
            TokenKind::OpenString => return self.open_string(token),
            TokenKind::Word if self.slice(token) == "match" => {
                if let Some(top) = self.open.last_mut() {
                    top.after_match = true;
                }
            }
            TokenKind::Symbol if self.slice(token) == ";" => self.close_inner(),
            TokenKind::Symbol
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::Word
            | TokenKind::Number => {}
        }
        token.end
    }

    fn slice(&self, token: Token) -> &str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn line(&self) -> usize {
        self.lines.len()
    }

    fn indent_of(&self, line: usize) -> usize {
        line.checked_sub(1)
            .and_then(|at| self.lines.get(at))
            .map_or(0, |l| l.indent)
    }

    fn mend_at(&self) -> usize {
        self.last.map_or(0, |t| t.end)
    }

    fn close_top(&mut self) {
        let at = self.mend_at();
        if let Some(Opener {
            bracket, at: open, ..
        }) = self.open.pop()
        {
            self.faults.push(Fault::Unclosed { bracket, open, at });
        }
    }

    fn top_is_inner(&self) -> bool {
        self.open
            .last()
            .is_some_and(|o| o.bracket != Bracket::Brace)
    }

    fn close_inner(&mut self) {
        while self.top_is_inner() {
            self.close_top();
        }
    }

    fn begin_line(&mut self, first: Token) {
        let indent = first.start - self.line_start;
        if self.top_is_inner() && self.is_new_statement(first) {
            self.close_inner();
        }
        if !self.goes_on(first) {
            self.close_dedented(indent, first);
        }
        self.lines.push(Line {
            indent,
            word: first.kind == TokenKind::Word,
            end: first.end,
        });
    }

    /// Whether a line cannot be the next part of a bracketed list.
    fn is_new_statement(&self, first: Token) -> bool {
        let after_operand = self.last.is_some_and(|t| words::ends_operand(self.text, t));
        let operand = match first.kind {
            TokenKind::Word => !words::is_operator(self.slice(first)),
            TokenKind::Number | TokenKind::String | TokenKind::Open(_) => true,
            TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::OpenString
            | TokenKind::Close(_)
            | TokenKind::Symbol => false,
        };
        let starts = words::is_statement(self.slice(first))
            && Tokens::from(self.text, first.end).next().is_some_and(|t| {
                matches!(
                    t.kind,
                    TokenKind::Word
                        | TokenKind::Number
                        | TokenKind::String
                        | TokenKind::Open(Bracket::Brace | Bracket::Square)
                )
            });
        starts || after_operand && operand
    }

    fn goes_on(&self, first: Token) -> bool {
        match first.kind {
            TokenKind::Close(_) | TokenKind::Symbol => true,
            TokenKind::Word => words::is_operator(self.slice(first)),
            TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::OpenString
            | TokenKind::Open(_)
            | TokenKind::Number => false,
        }
    }

    /// A line no deeper than the head of an open body ends that body.
    fn close_dedented(&mut self, indent: usize, first: Token) {
        if self.indented {
            while self
                .open
                .last()
                .is_some_and(|o| o.bracket == Bracket::Brace && indent <= self.indent_of(o.line))
            {
                self.close_top();
            }
        } else if indent == 0 && words::opens_file_part(self.slice(first)) {
            while !self.open.is_empty() {
                self.close_top();
            }
        }
    }

    fn opening(&mut self, bracket: Bracket, at: usize) {
        if bracket == Bracket::Brace && !self.open.iter().any(|o| o.after_match) {
            self.close_inner();
        }
        let line = self.line();
        if let Some(top) = self.open.last_mut() {
            top.after_match = false;
        }
        self.open.push(Opener {
            bracket,
            at,
            line,
            after_match: false,
        });
    }

    fn closing_inner(&mut self, bracket: Bracket, at: usize) {
        let inner = self
            .open
            .iter()
            .rev()
            .take_while(|o| o.bracket != Bracket::Brace);
        let Some(above) = inner.map(|o| o.bracket).position(|b| b == bracket) else {
            self.faults.push(Fault::Stray { bracket, at });
            return;
        };
        for _ in 0..above {
            self.close_top();
        }
        self.open.pop();
    }

    fn closing_brace(&mut self, at: usize, first: bool) {
        self.close_inner();
        if self.indented && first {
            self.close_deeper();
        }
        let Some(top) = self.open.last() else {
            self.without_partner(at, first);
            return;
        };
        let deeper = self.indent_of(self.line()) > self.indent_of(top.line);
        let elsewhere = top.line != self.line();
        if self.indented && elsewhere && (deeper || !first) {
            self.without_partner(at, first);
        } else {
            self.open.pop();
        }
    }

    /// A brace at the start of a line closes the body whose head has its indentation.
    fn close_deeper(&mut self) {
        let indent = self.indent_of(self.line());
        let Some(partner) = self
            .open
            .iter()
            .rposition(|o| self.indent_of(o.line) == indent)
        else {
            return;
        };
        while self.open.len() > partner + 1 {
            self.close_top();
        }
    }

    fn without_partner(&mut self, at: usize, first: bool) {
        let fault = match self.head_without_brace() {
            Some(head) if first && self.indented => Fault::Unopened {
                at: head,
                close: at,
            },
            Some(_) | None => Fault::Stray {
                bracket: Bracket::Brace,
                at,
            },
        };
        self.faults.push(fault);
    }

    /// The end of the line that has this line's indentation and deeper ones behind it.
    fn head_without_brace(&self) -> Option<usize> {
        let indent = self.indent_of(self.line());
        let outer = self.open.last().map_or(0, |o| o.line);
        let before = self.lines.get(outer..self.line().saturating_sub(1))?;
        let head = before.iter().rposition(|line| line.indent <= indent)?;
        let line = before
            .get(head)
            .filter(|line| line.word && line.indent == indent)?;
        (head + 1 < before.len()).then_some(line.end)
    }

    /// Ends a string where the bracket around it, or its line, most likely ends.
    fn open_string(&mut self, token: Token) -> usize {
        let line = self.line();
        let around = self
            .open
            .last()
            .filter(|o| o.line == line)
            .map(|o| o.bracket);
        let inside = self
            .text
            .get(token.start + 1..token.end)
            .unwrap_or_default();
        let code = inside.split("  //").next().unwrap_or_default();
        let ends: &[char] = match around {
            Some(Bracket::Brace) => &[';', '}'],
            Some(Bracket::Paren) => &[')', ','],
            Some(Bracket::Square) => &[']', ','],
            None => &['{'],
        };
        let cut = code.find(ends).unwrap_or(code.len());
        let kept = code
            .get(..cut)
            .unwrap_or_default()
            .trim_end()
            .trim_end_matches('\\');
        let at = token.start + 1 + kept.len();
        self.faults.push(Fault::String {
            open: token.start,
            at,
        });
        at
    }
}
