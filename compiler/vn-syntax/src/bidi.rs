//! Characters that turn the direction of reading: what is shown is then not what is compiled.

use crate::{Diagnostic, FileId, Span, codes};

/// How many are reported one by one.
const REPORTED: usize = 20;

/// Whether a character changes the order in which its neighbours are shown.
pub const fn is_bidi_control(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A warning for each such character.
pub fn warnings(file: FileId, text: &str) -> Vec<Diagnostic> {
    // Most texts have none of their first bytes.
    if text.is_ascii() || !text.bytes().any(|byte| matches!(byte, 0xd8 | 0xe2)) {
        return Vec::new();
    }
    let found = text.char_indices().filter(|(_, c)| is_bidi_control(*c));
    let warning = |(at, c): (usize, char)| {
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let span = Span {
            file,
            start: place(at),
            end: place(at + c.len_utf8()),
        };
        let message = format!(
            "U+{:04X} makes the text read otherwise than it is",
            u32::from(c)
        );
        Diagnostic::warning(codes::BIDI, span, message)
            .here("not to be seen in most editors")
            .help("remove it")
            .fix(span, "")
    };
    found.take(REPORTED).map(warning).collect()
}
