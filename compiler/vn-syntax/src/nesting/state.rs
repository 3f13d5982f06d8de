//! What holds of the brackets and strings of a text.

use super::{MAX_DEPTH, is_indented};
use crate::token::{Bracket, Token, TokenKind, Tokens};

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
pub(crate) struct Nesting {
    /// What is open.
    pub open: Vec<Bracket>,
    /// `match` takes a value before its brace, so that a row of them nests without brackets.
    matches: usize,
    faulty: bool,
}

impl Nesting {
    /// Takes the next token; `Sound` while nothing is wrong with it.
    pub(crate) fn take(&mut self, text: &str, Token { kind, start, end }: Token) -> State {
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
