//! A text cut into its items, before any of them is parsed.
//!
//! INVARIANT: every cut stands where the grammar ends a statement of the file, so that the items
//! parsed one by one are the file parsed whole. An item whose brackets or strings are not closed ends
//! where the next one begins by its first word and its indentation.

use crate::nesting::{MAX_DEPTH, is_indented};
use crate::token::{Bracket, Token, TokenKind, Tokens};
use crate::words;

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

/// The brackets and strings of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// All are closed.
    Sound,
    /// Some are not; with the indentation to mend them by, if the text has one.
    Faulty { indented: bool },
    /// The bracket at this offset is nested too deeply.
    TooDeep(usize),
}

impl State {
    /// The same with offsets from `start` on.
    pub(crate) fn from(self, start: usize) -> Self {
        match self {
            Self::TooDeep(at) => Self::TooDeep(at.saturating_sub(start)),
            Self::Sound | Self::Faulty { .. } => self,
        }
    }
}

/// Cuts a text into its items.
pub(crate) fn split(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let start = if text.starts_with('\u{FEFF}') { 3 } else { 0 };
    cut(text, start, &mut pieces, |_| false);
    pieces
}

/// As [`split`], for a text that was another one with these pieces before: looks only at what changed.
pub(crate) fn split_again(text: &str, old: &str, pieces: &[Piece]) -> Vec<Piece> {
    let same = same_start(text.as_bytes(), old.as_bytes());
    let room = text.len().min(old.len()) - same;
    let changed = text.len() - same_end(text.as_bytes(), old.as_bytes()).min(room);
    // Where an item is not closed, what a cut looks at has no end.
    if pieces.iter().any(|piece| piece.state != State::Sound) {
        return split(text);
    }
    // A cut looks at the first line of the next item, too.
    let front = pieces
        .partition_point(|piece| piece.end <= same)
        .saturating_sub(1);
    let mut found = pieces.get(..front).unwrap_or_default().to_vec();
    let Some(first) = pieces.get(front).filter(|_| same >= 3) else {
        return split(text);
    };
    let mut tail = pieces.len();
    let sound = cut(text, first.start, &mut found, |at| {
        let was = (at >= changed).then(|| at + old.len() - text.len());
        let known = was.and_then(|was| pieces.binary_search_by_key(&was, |piece| piece.start).ok());
        tail = known.unwrap_or(tail);
        known.is_some()
    });
    if !sound {
        return split(text);
    }
    let moved = |at: usize| at + text.len() - old.len();
    found.extend(pieces.iter().skip(tail).map(|piece| Piece {
        start: moved(piece.start),
        end: moved(piece.end),
        ..*piece
    }));
    found
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

fn same_start(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let blocks = a
        .chunks(BLOCK)
        .zip(b.chunks(BLOCK))
        .take_while(|(a, b)| a == b)
        .count();
    let at = (blocks * BLOCK).min(a.len()).min(b.len());
    let rest = a.iter().zip(b).skip(at).take_while(|(a, b)| a == b);
    at + rest.count()
}

fn same_end(a: &[u8], b: &[u8]) -> usize {
    const BLOCK: usize = 256;
    let blocks = a
        .rchunks(BLOCK)
        .zip(b.rchunks(BLOCK))
        .take_while(|(a, b)| a == b)
        .count();
    let at = (blocks * BLOCK).min(a.len()).min(b.len());
    let rest = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .skip(at)
        .take_while(|(a, b)| a == b);
    at + rest.count()
}

/// What holds of the brackets and strings of a text that is one item.
pub(crate) fn state(text: &str) -> State {
    let mut nesting = Nesting::default();
    for token in Tokens::from(text, 0) {
        match nesting.take(text, token) {
            State::Sound => {}
            State::TooDeep(at) => return State::TooDeep(at),
            State::Faulty { .. } => nesting.faulty = true,
        }
    }
    if nesting.faulty || !nesting.open.is_empty() {
        State::Faulty {
            indented: is_indented(text),
        }
    } else {
        State::Sound
    }
}

/// The brackets that are open at a place.
#[derive(Default)]
struct Nesting {
    open: Vec<Bracket>,
    /// `match` takes a value before its brace, so that a row of them nests without brackets.
    matches: usize,
    faulty: bool,
}

impl Nesting {
    fn take(&mut self, text: &str, Token { kind, start, end }: Token) -> State {
        let faulty = State::Faulty { indented: false };
        match kind {
            TokenKind::Open(bracket) => {
                if bracket == Bracket::Brace {
                    self.matches = 0;
                }
                self.open.push(bracket);
            }
            TokenKind::Close(bracket) => {
                if self.open.pop() != Some(bracket) {
                    return faulty;
                }
            }
            TokenKind::OpenString => return faulty,
            TokenKind::Word if end - start == 5 && text.get(start..end) == Some("match") => {
                self.matches += 1;
            }
            TokenKind::Symbol if text.as_bytes().get(start) == Some(&b';') => self.matches = 0,
            TokenKind::Symbol
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::String
            | TokenKind::Word
            | TokenKind::Number => return State::Sound,
        }
        if self.open.len() + self.matches > MAX_DEPTH {
            return State::TooDeep(start);
        }
        State::Sound
    }
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
        let tokens = Tokens::from(self.text, start);
        let mut nesting = Nesting::default();
        let mut first: Option<Token> = None;
        let mut last: Option<Token> = None;
        for token in tokens {
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
