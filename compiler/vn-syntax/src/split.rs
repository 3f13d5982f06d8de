//! A text cut into its items, before any of them is parsed.
//!
//! INVARIANT: every cut stands where the grammar ends a statement of the file, so that the items
//! parsed one by one are the file parsed whole. An item whose brackets or strings are not closed ends
//! where the next one begins by its first word and its indentation.

mod again;

use crate::nesting::{Nesting, State, is_indented};
use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::words;

pub(crate) use again::split_again;

/// A part of a text: an item with the blanks and comments before it, or the comments at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What holds of its brackets and strings.
    pub state: State,
}

/// Cuts a text into its items.
pub(crate) fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    cut(text, start, &mut pieces, |_| false);
    pieces
}

/// The first two words of each item of a sound text: what it is, mostly, and its name.
pub fn heads(text: &str) -> impl Iterator<Item = (&str, &str)> {
    split(text).into_iter().filter_map(move |piece| {
        let words = Tokens::from(text, piece.start).filter(Token::counts);
        let mut words = words.map(|token| text.get(token.start..token.end));
        Some((words.next()??, words.next()??))
    })
}

/// Cuts a text from a place on, up to its end or where `stop` holds; whether all pieces are sound.
fn cut(
    text: &str,
    mut start: usize,
    pieces: &mut Vec<Piece>,
    mut stop: impl FnMut(usize) -> bool,
) -> bool {
    let mut cutter = Cutter {
        text,
        indented: None,
        broken: false,
    };
    while start < text.len() && !stop(start) {
        let piece = cutter.piece(start);
        start = piece.end;
        pieces.push(piece);
    }
    !cutter.broken
}

struct Cutter<'t> {
    text: &'t str,
    /// Whether the text is indented; looked at only where it is broken.
    indented: Option<bool>,
    /// Whether an item before was not closed: then no text from here on is worth reading to its end.
    broken: bool,
}

impl<'t> Cutter<'t> {
    fn piece(&mut self, start: usize) -> Piece {
        let mut nesting = Nesting::default();
        let mut first: Option<Token> = None;
        let mut last: Option<Token> = None;
        for token in Tokens::from(self.text, start) {
            if token.kind == TokenKind::Newline {
                let (Some(first), Some(last)) = (first, last) else {
                    continue;
                };
                if nesting.open.is_empty() && self.ends(first, last, token.end) {
                    return Piece {
                        start,
                        end: token.end,
                        state: State::Sound,
                    };
                }
                if self.broken && !nesting.open.is_empty() && self.next_begins(first, token.end) {
                    return self.broken(start, first, State::Faulty { indented: false });
                }
            }
            if !token.counts() {
                continue;
            }
            first.get_or_insert(token);
            last = Some(token);
            match nesting.take(self.text, token) {
                State::Sound => {}
                state @ (State::TooDeep(_) | State::Faulty { .. }) => {
                    return self.broken(start, first.unwrap_or(token), state);
                }
            }
        }
        match first {
            Some(first) if !nesting.open.is_empty() => {
                self.broken(start, first, State::Faulty { indented: false })
            }
            Some(_) | None => Piece {
                start,
                end: self.text.len(),
                state: State::Sound,
            },
        }
    }

    fn word(&self, token: Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or_default()
    }

    fn column(&self, token: Token) -> usize {
        let before = self.text.get(..token.start).unwrap_or_default();
        before.len() - before.rfind('\n').map_or(0, |newline| newline + 1)
    }

    /// Whether an item from `first` to `last` ends with the line that ends at `newline`.
    fn ends(&self, first: Token, last: Token, newline: usize) -> bool {
        let mut rest = Tokens::from(self.text, newline);
        let Some(next) = rest.find(Token::counts) else {
            // Comments at the end are an item of their own: an edit of theirs is none of its.
            return self
                .text
                .get(newline..)
                .is_some_and(|rest| !rest.trim().is_empty());
        };
        let goes_on = match next.kind {
            TokenKind::Close(_) => true,
            TokenKind::Word => {
                matches!(self.word(next), "and" | "or" | "then" | "else" | "prefer")
            }
            TokenKind::Symbol => matches!(self.word(next), "&&" | "||"),
            TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::OpenString
            | TokenKind::Open(_)
            | TokenKind::Number => false,
        };
        !goes_on
            && self.column(next) <= self.column(first)
            && (words::ends_operand(self.text, last) || self.is_plain(next))
    }

    /// Whether a token is the first of what is plainly a statement.
    fn is_plain(&self, token: Token) -> bool {
        words::begins_statement(self.word(token))
            && Tokens::from(self.text, token.end)
                .next()
                .is_some_and(|next| {
                    matches!(
                        next.kind,
                        TokenKind::Word
                            | TokenKind::Number
                            | TokenKind::String
                            | TokenKind::Open(Bracket::Brace | Bracket::Square)
                    )
                })
    }

    fn indented(&mut self) -> bool {
        let text = self.text;
        *self.indented.get_or_insert_with(|| is_indented(text))
    }

    /// Whether the next line begins an item no deeper than `first`.
    fn next_begins(&mut self, first: Token, newline: usize) -> bool {
        let Some(next) = Tokens::from(self.text, newline).next() else {
            return false;
        };
        let word = self.word(next);
        let item = if self.indented() {
            words::is_item(word)
        } else {
            words::opens_file_part(word)
        };
        item && self.column(next) <= self.column(first) && self.is_plain(next)
    }

    /// The piece from `start` up to the next line that begins an item.
    fn broken(&mut self, start: usize, first: Token, state: State) -> Piece {
        self.broken = true;
        let indented = self.indented();
        let state = match state {
            State::Faulty { .. } => State::Faulty { indented },
            State::Sound | State::TooDeep(_) => state,
        };
        let line_end = |at: usize| {
            let rest = self.text.get(at..).unwrap_or_default();
            rest.find('\n').map(|newline| at + newline + 1)
        };
        let mut end = line_end(first.start);
        let mut line = end;
        while let Some(at) = line {
            if self.next_begins(first, at) {
                return Piece {
                    start,
                    end: end.unwrap_or(at),
                    state,
                };
            }
            line = line_end(at);
            if Tokens::from(self.text, at)
                .next()
                .is_some_and(|token| token.counts())
            {
                end = line;
            }
        }
        Piece {
            start,
            end: self.text.len(),
            state,
        }
    }
}
