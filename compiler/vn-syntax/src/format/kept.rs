//! The last guard: nothing but blanks, line ends and separators may have changed.
//!
//! It stops what the layout cannot know: `a - // why`, then `node` and on a third line `or b` is a
//! value, and `node or b` on the second line would be a statement.

use crate::token::{TokenKind, Tokens};
use crate::{Diagnostic, FileId, parse};

/// Whether a text has no syntax error.
pub(super) fn is_sound(text: &str) -> bool {
    !parse(FileId(0), text).1.iter().any(Diagnostic::is_error)
}

/// Whether two texts consist of the same words, signs and comments in the same order.
pub(super) fn same_words(before: &str, after: &str) -> bool {
    // `3GiB` is one word and `3 GiB` two: what counts is the letters.
    letters(before).eq(letters(after)) && comments(before).eq(comments(after))
}

fn letters(text: &str) -> impl Iterator<Item = u8> {
    words(text).flat_map(str::bytes)
}

/// Everything but comments, which may change places with a comma.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let counts = |token: &crate::token::Token| token.counts();
    let word = |token: crate::token::Token| text.get(token.start..token.end);
    Tokens::from(text, 0)
        .filter(counts)
        .filter_map(word)
        .filter(|word| !matches!(*word, "," | ";"))
}

fn comments(text: &str) -> impl Iterator<Item = &str> {
    let comment = |token: &crate::token::Token| token.kind == TokenKind::Comment;
    Tokens::from(text, 0)
        .filter(comment)
        .filter_map(|token| text.get(token.start..token.end))
        .map(str::trim_end)
}
