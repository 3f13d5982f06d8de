//! What is wrong with a single word or sign, in statements that parse.

use crate::{Diagnostic, Span, SyntaxKind, codes, words};

/// More digits than any quantity of a fleet has; exact arithmetic on them would cost and mean nothing.
const MAX_DIGITS: usize = 40;

/// Reports an operator of another language; `text` is all of what `span` is a part of.
pub(crate) fn operator(kind: SyntaxKind, span: Span, text: &str) -> Option<Diagnostic> {
    let (before, rest) = text.split_at_checked(span.start as usize)?;
    let (written, behind) = rest.split_at_checked((span.end - span.start) as usize)?;
    let right = match (kind, written) {
        (SyntaxKind::OpCmp, "=<" | "≤") => "<=",
        (SyntaxKind::OpCmp, "=>" | "≥") => ">=",
        (SyntaxKind::OpCmp, "=" | "===") => "==",
        (SyntaxKind::OpCmp, "<>" | "!==" | "≠") => "!=",
        (SyntaxKind::OpAnd, "&&") => "and",
        (SyntaxKind::OpOr, "||") => "or",
        (SyntaxKind::OpNot, "!") => "not",
        _ => return None,
    };
    let message = match written {
        "=" => "`=` gives a value; to compare, write `==`".to_owned(),
        "=>" => "`=>` leads to a result; to compare, write `>=`".to_owned(),
        _ => format!("`{written}` is written `{right}` here"),
    };
    Some(
        Diagnostic::error(codes::OPERATOR, span, message)
            .help(format!("write `{right}`"))
            .fix(span, apart(before, right, behind)),
    )
}

/// A word with the blanks that keep it from what stands around it; a sign needs none.
fn apart(before: &str, right: &str, behind: &str) -> String {
    let is_word = right.starts_with(|c: char| c.is_ascii_alphabetic());
    let touches = |c: char| !c.is_whitespace();
    // In front of `not` stands a word, a bracket or a sign, which may be in want of its own blanks.
    let left = if right == "not" {
        before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    } else {
        before.ends_with(touches)
    };
    let blank = |needed: bool| if is_word && needed { " " } else { "" };
    format!(
        "{}{right}{}",
        blank(left),
        blank(behind.starts_with(touches))
    )
}

/// Reports a number that is too long to be meant.
pub(crate) fn number(span: Span) -> Option<Diagnostic> {
    let long = (span.end - span.start) as usize > MAX_DIGITS;
    long.then(|| {
        let message = format!("a number has at most {MAX_DIGITS} digits");
        Diagnostic::error(codes::LONG_NUMBER, span, message)
            .help("use a larger unit, or fewer digits")
    })
}

/// Reports a word after `needs SERVICE` that says nothing.
pub(crate) fn modifier(whole: Span, text: &str) -> Diagnostic {
    let word: &str = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    let length = u32::try_from(word.len()).unwrap_or(0);
    let span = Span {
        end: whole.start + length,
        ..whole
    };
    match words::near(word, words::NEED).first() {
        Some(meant) => unknown(span, "word", word, meant),
        None => Diagnostic::error(
            codes::UNKNOWN_WORD,
            span,
            format!("unknown word `{word}` in `needs`"),
        )
        .help(
            "after the service stand `within`, `prefer`, `where`, `write`, `optional` and others",
        ),
    }
}

/// Reports a word that is another one misspelt.
pub(crate) fn unknown(span: Span, what: &str, word: &str, meant: &str) -> Diagnostic {
    let message = format!("unknown {what} `{word}`; did you mean `{meant}`?");
    Diagnostic::error(codes::UNKNOWN_WORD, span, message)
        .help(format!("write `{meant}`"))
        .guess(span, meant)
}
