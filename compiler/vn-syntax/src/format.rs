//! One canonical form of a program: only blanks, line ends and separators differ from what was written.
//!
//! The tree is read once more with its signs and comments (`concrete`), turned into a layout that
//! says where lines may end (`document`, `statement`, `expression`, `block`), and printed:
//! what fits on a line stays on it, lines of one kind share their columns (`align`, `columns`).
//!
//! INVARIANT: the layout depends on words, signs and comments, on which brackets were opened over
//! several lines, and on blank lines; it keeps these, so that formatting twice changes nothing more.

mod align;
mod block;
mod columns;
mod concrete;
mod document;
mod expression;
mod kept;
mod line_ends;
mod print;
mod statement;

use crate::SyntaxTree;

/// The width that lines keep to where they can.
const WIDTH: usize = 120;

/// How far behind the start of its line a trailing comment stands, where the line is short enough.
const COMMENT_COLUMN: usize = 49;

/// The blanks before a trailing comment behind a longer line.
const COMMENT_GAP: usize = 3;

/// By how much what is inside is moved in.
const INDENT: usize = 2;

/// The canonical text of a program; nothing for one with syntax errors, so that nothing can be lost.
///
/// Lines end as most lines of the text do.
pub fn format(tree: &SyntaxTree) -> Option<String> {
    let piece = concrete::file(tree)?;
    let mut text = print::file(&block::file(piece));
    if tree.text.starts_with('\u{FEFF}') {
        text.insert(0, '\u{FEFF}');
    }
    let kept = kept::same_words(&tree.text, &text) && kept::is_sound(&text);
    kept.then(|| line_ends::restored(&tree.text, text))
}
