//! Text to tokens, as far as brackets, strings and the words of a message need it.
//!
//! INVARIANT: a string, a comment or a bracket is one here exactly where it is one in `vn.pest`.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// `\n`.
    Newline,
    /// `// …` without the end of the line.
    Comment,
    /// A string with both quotes.
    String,
    /// A string that the end of the line cuts off.
    OpenString,
    /// `{`, `(` or `[`.
    Open(Bracket),
    /// `}`, `)` or `]`.
    Close(Bracket),
    /// A name or a keyword.
    Word,
    /// A number with what sticks to it.
    Number,
    /// An operator or any other character.
    Symbol,
}

/// The three pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    /// `{}`.
    Brace,
    /// `()`.
    Paren,
    /// `[]`.
    Square,
}

impl Bracket {
    /// What opens it.
    pub(crate) const fn open(self) -> char {
        match self {
            Self::Brace => '{',
            Self::Paren => '(',
            Self::Square => '[',
        }
    }

    /// What closes it.
    pub(crate) const fn close(self) -> char {
        match self {
            Self::Brace => '}',
            Self::Paren => ')',
            Self::Square => ']',
        }
    }
}

/// A token: its kind and its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Token {
    /// Whether it is part of a statement, other than a line's end or a comment.
    pub(crate) fn counts(&self) -> bool {
        !matches!(self.kind, TokenKind::Newline | TokenKind::Comment)
    }
}

/// The tokens of a text from a byte on.
pub(crate) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    /// All tokens from `at`, which must be a boundary of a token.
    pub(crate) fn from(text: &'t str, at: usize) -> Self {
        Self { text, at }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn run(&self, mut at: usize, belongs: impl Fn(u8) -> bool) -> usize {
        while self.byte(at).is_some_and(&belongs) {
            at += 1;
        }
        at
    }

    fn string(&self, start: usize) -> (TokenKind, usize) {
        let mut at = start + 1;
        loop {
            match self.byte(at) {
                None | Some(b'\n') => return (TokenKind::OpenString, at),
                Some(b'"') => return (TokenKind::String, at + 1),
                Some(b'\\') if !matches!(self.byte(at + 1), None | Some(b'\n')) => at += 2,
                Some(_) => at += 1,
            }
        }
    }

    fn symbol(&self, start: usize) -> usize {
        const LONG: [&str; 13] = [
            "<->", "===", "!==", "==", "!=", "<=", ">=", "=<", "=>", "->", "&&", "||", "..",
        ];
        let begins = |byte| matches!(byte, b'<' | b'=' | b'!' | b'>' | b'-' | b'&' | b'|' | b'.');
        if self
            .byte(start)
            .is_some_and(|byte| byte.is_ascii() && !begins(byte))
        {
            return start + 1;
        }
        let rest = self.text.get(start..).unwrap_or_default();
        let long = LONG.iter().find(|s| rest.starts_with(**s)).map(|s| s.len());
        start
            + long
                .or_else(|| rest.chars().next().map(char::len_utf8))
                .unwrap_or(1)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let blank = |b| matches!(b, b' ' | b'\t' | b'\r');
        let start = self.run(self.at, blank);
        let (kind, end) = match self.byte(start)? {
            b'\n' => (TokenKind::Newline, start + 1),
            b'/' if self.byte(start + 1) == Some(b'/') => {
                (TokenKind::Comment, self.run(start, |b| b != b'\n'))
            }
            b'"' => self.string(start),
            b'{' => (TokenKind::Open(Bracket::Brace), start + 1),
            b'(' => (TokenKind::Open(Bracket::Paren), start + 1),
            b'[' => (TokenKind::Open(Bracket::Square), start + 1),
            b'}' => (TokenKind::Close(Bracket::Brace), start + 1),
            b')' => (TokenKind::Close(Bracket::Paren), start + 1),
            b']' => (TokenKind::Close(Bracket::Square), start + 1),
            b if b.is_ascii_digit() => (TokenKind::Number, self.run(start, is_word)),
            b if is_word(b) => (TokenKind::Word, self.run(start, is_word)),
            _ => (TokenKind::Symbol, self.symbol(start)),
        };
        self.at = end;
        Some(Token { kind, start, end })
    }
}
