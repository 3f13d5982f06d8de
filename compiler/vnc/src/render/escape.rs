//! Text of the user's that must not steer the terminal, nor read otherwise than it is.

use std::borrow::Cow;

pub use vn_syntax::is_bidi_control;

/// The text with control and bidirectional characters written out: `\u{202e}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_steering) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_steering(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Line ends and tabs may stay: they are what lays a source out.
pub fn is_steering(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t' | '\r')) || is_bidi_control(c)
}

/// A source text that is safe to show, and where its bytes have gone.
#[derive(Debug)]
pub struct Shown {
    /// The text, escaped.
    pub text: String,
    /// Byte in the original, and how many bytes more stand before it in `text`, by byte.
    shifts: Vec<(usize, usize)>,
}

impl Shown {
    /// Escapes a source.
    pub fn of(source: &str) -> Self {
        let mut text = String::with_capacity(source.len());
        let mut shifts = Vec::new();
        for (at, c) in source.char_indices() {
            // A lone carriage return would overwrite its line.
            let lone = c == '\r' && !source.get(at + 1..).is_some_and(|s| s.starts_with('\n'));
            if is_steering(c) || lone {
                text.extend(c.escape_unicode());
                let behind = at + c.len_utf8();
                shifts.push((behind, text.len() - behind));
            } else {
                text.push(c);
            }
        }
        Self { text, shifts }
    }

    /// Where a byte of the source stands now.
    pub fn moved(&self, at: usize) -> usize {
        let behind = self.shifts.partition_point(|(from, _)| *from <= at);
        let shift = behind.checked_sub(1).and_then(|last| self.shifts.get(last));
        at + shift.map_or(0, |(_, by)| *by)
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, escape};

    #[test]
    fn what_steers_is_written_out() {
        assert_eq!(escape("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(escape("plain\ttext\n"), "plain\ttext\n");
    }

    #[test]
    fn places_move_with_the_text() {
        let shown = Shown::of("a\u{202e}b\rc\r\nd");
        assert_eq!(shown.text, "a\\u{202e}b\\u{d}c\r\nd");
        let (b, d) = ("a\u{202e}".len(), "a\u{202e}b\rc\r\n".len());
        assert!(shown.text[shown.moved(b)..].starts_with('b'));
        assert!(shown.text[shown.moved(d)..].starts_with('d'));
        assert_eq!(shown.moved(1), 1);
    }
}
