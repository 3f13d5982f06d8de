//! Fields as other notations write them: `memory: 1 GiB, replicas: 2`.

use vn_grammar::Rule;

use crate::expected;
use crate::slips::{Change, changed};
use crate::token::{Bracket, Token, TokenKind, Tokens};

/// What turns a slice of a body into fields of this language.
pub(crate) struct Habit<'t> {
    /// The name of its first field.
    pub key: &'t str,
    /// Its first `:`.
    pub colon: Token,
    /// Whether commas part its fields.
    pub commas: bool,
    /// What to write; nothing where that would not do either.
    pub changes: Vec<Change>,
}

/// Whether a slice begins with `name:` or `"name":`.
pub(crate) fn habit(slice: &str) -> Option<Habit<'_>> {
    let tokens: Vec<Token> = Tokens::from(slice, 0)
        .filter(|token| token.kind != TokenKind::Comment)
        .collect();
    let (first, colon) = match tokens.as_slice() {
        [first, colon, _, ..] => (*first, *colon),
        _ => return None,
    };
    let key = key(slice, first).filter(|_| text(slice, colon) == ":")?;
    let mut changes = changes(slice, &tokens);
    let commas = changes.iter().any(|(_, instead)| instead == ";");
    if !expected::parses_whole(Rule::body, &format!("{{{}}}", changed(slice, &changes))) {
        changes.clear();
    }
    Some(Habit {
        key,
        colon,
        commas,
        changes,
    })
}

/// Whether a word begins a statement that gives no value.
pub(crate) fn is_statement(word: &str) -> bool {
    const STATEMENTS: [&str; 16] = [
        "select",
        "needs",
        "survive",
        "spread",
        "pin",
        "forbid",
        "prefer",
        "requires",
        "minimize",
        "truth",
        "quorum",
        "clone",
        "fetch",
        "emit",
        "currently",
        "variants",
    ];
    STATEMENTS.contains(&word)
}

fn text(slice: &str, token: Token) -> &str {
    slice.get(token.start..token.end).unwrap_or_default()
}

/// A name, with or without the quotes of JSON.
fn key(slice: &str, token: Token) -> Option<&str> {
    let written = text(slice, token);
    let name = match token.kind {
        TokenKind::Word => written,
        TokenKind::String => written.trim_matches('"'),
        TokenKind::Newline
        | TokenKind::Comment
        | TokenKind::OpenString
        | TokenKind::Open(_)
        | TokenKind::Close(_)
        | TokenKind::Number
        | TokenKind::Symbol => return None,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let fits = name.chars().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit());
    (fits && !name.is_empty()).then_some(name)
}

fn changes(slice: &str, tokens: &[Token]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut open: Vec<Bracket> = Vec::new();
    // Whether a field can begin here.
    let mut begins = true;
    for (at, token) in tokens.iter().enumerate() {
        let next = |by: usize| tokens.get(at + by).copied();
        let in_body = open.last().is_none_or(|last| *last == Bracket::Brace);
        match token.kind {
            TokenKind::Open(bracket) => open.push(bracket),
            TokenKind::Close(_) => _ = open.pop(),
            TokenKind::Symbol if in_body && text(slice, *token) == "," => {
                let last = next(1).is_none_or(|next| {
                    matches!(next.kind, TokenKind::Newline | TokenKind::Close(_))
                });
                let instead = if last { "" } else { ";" };
                changes.push((token.start..token.end, instead.to_owned()));
            }
            TokenKind::Word | TokenKind::String if in_body && begins => {
                let name = key(slice, *token);
                let colon = next(1).filter(|colon| text(slice, *colon) == ":");
                if let (Some(name), Some(colon)) = (name, colon) {
                    let body =
                        next(2).is_some_and(|next| next.kind == TokenKind::Open(Bracket::Brace));
                    let sign = if body || is_statement(name) { "" } else { " =" };
                    changes.push((token.start..colon.end, format!("{name}{sign}")));
                }
            }
            TokenKind::Word
            | TokenKind::String
            | TokenKind::Symbol
            | TokenKind::Newline
            | TokenKind::Comment
            | TokenKind::OpenString
            | TokenKind::Number => {}
        }
        begins = match token.kind {
            TokenKind::Newline | TokenKind::Open(Bracket::Brace) => true,
            TokenKind::Symbol => matches!(text(slice, *token), "," | ";"),
            _ => false,
        };
    }
    changes
}
