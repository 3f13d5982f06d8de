//! The codes of what this crate reports, a one-line title each.

/// Something else was expected here.
pub const SYNTAX: &str = "VN0101";
/// A `{`, `(` or `[` is never closed.
pub const UNCLOSED: &str = "VN0102";
/// A string does not end on its line.
pub const UNCLOSED_STRING: &str = "VN0103";
/// A `}`, `)` or `]` closes nothing.
pub const STRAY: &str = "VN0104";
/// Brackets are nested too deeply, or an expression has too many operators.
pub const TOO_DEEP: &str = "VN0105";
/// Two statements share a line.
pub const TWO_ON_A_LINE: &str = "VN0106";
/// An operator of another language.
pub const OPERATOR: &str = "VN0107";
/// The file is too large.
pub const TOO_LARGE: &str = "VN0108";
/// A number has too many digits.
pub const LONG_NUMBER: &str = "VN0109";
/// A character that turns the direction of reading.
pub const BIDI: &str = "VN0110";
/// A word that means nothing here.
pub const UNKNOWN_WORD: &str = "VN0201";

/// Every code of this crate with its title, in order.
pub const SYNTAX_CODES: &[(&str, &str)] = &[
    (SYNTAX, "something else was expected here"),
    (UNCLOSED, "a bracket is never closed"),
    (UNCLOSED_STRING, "a string does not end on its line"),
    (STRAY, "a closing bracket closes nothing"),
    (TOO_DEEP, "brackets or operators are nested too deeply"),
    (TWO_ON_A_LINE, "two statements share a line"),
    (OPERATOR, "an operator of another language"),
    (TOO_LARGE, "the file is too large"),
    (LONG_NUMBER, "a number has too many digits"),
    (BIDI, "a character that hides what the text says"),
    (UNKNOWN_WORD, "a word that means nothing here"),
];
