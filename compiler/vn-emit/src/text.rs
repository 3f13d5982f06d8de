//! What all emitted texts share.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// First line of every file that can hold a comment, without the comment sign.
pub fn made_by(sources: &str) -> String {
    format!(
        "made by vnc from sources {}; do not edit",
        one_line(sources)
    )
}

/// Longest comment line; HAProxy refuses lines over 2048 bytes.
const LONGEST: usize = 400;

/// A text that can stand in a comment: without control characters, and not too long.
pub fn one_line(text: &str) -> String {
    let clean = |c: char| {
        if c.is_control() || is_line_break(c) {
            ' '
        } else {
            c
        }
    };
    text.chars().map(clean).take(LONGEST).collect()
}

/// Line breaks that are no control characters.
const fn is_line_break(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Milliseconds with up to three decimals, from microseconds.
pub fn millis(micros: u64) -> String {
    let rest = format!("{:03}", micros % 1000);
    match rest.trim_end_matches('0') {
        "" => format!("{} ms", micros / 1000),
        rest => format!("{}.{rest} ms", micros / 1000),
    }
}
