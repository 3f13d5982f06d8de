//! What is wrong with a single word or sign, in statements that parse.

use crate::token::Tokens;
use crate::{Diagnostic, Span, SyntaxKind, codes, expected, words};

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

/// Reports a number that is too long to be meant, or has an exponent; `text` is all of what `span` is
/// a part of.
pub(crate) fn number(span: Span, text: &str) -> Option<Diagnostic> {
    let written = text.get(span.start as usize..span.end as usize)?;
    if let Some((digits, exponent)) = written.split_once(['e', 'E']) {
        return Some(with_exponent(span, written, (digits, exponent)));
    }
    let long = (span.end - span.start) as usize > MAX_DIGITS;
    long.then(|| {
        let message = format!("a number has at most {MAX_DIGITS} digits");
        Diagnostic::error(codes::LONG_NUMBER, span, message)
            .help("use a larger unit, or fewer digits")
    })
}

fn with_exponent(span: Span, written: &str, parts: (&str, &str)) -> Diagnostic {
    let message = format!("`{written}`: a number has no exponent");
    let fault = Diagnostic::error(codes::SYNTAX, span, message);
    match written_out(parts) {
        Some(plain) => fault.help(format!("write `{plain}`")).fix(span, plain),
        None => fault.help("use a larger or smaller unit"),
    }
}

/// `15e-1` as `1.5`; nothing where nobody could count the zeros.
fn written_out((digits, exponent): (&str, &str)) -> Option<String> {
    const MOST_PLACES: usize = 15;
    let exponent: isize = exponent.parse().ok()?;
    let digits = digits.replace('_', "");
    let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
    let point = isize::try_from(whole.len()).ok()? + exponent;
    let all = format!("{whole}{part}");
    let before = usize::try_from(-point).unwrap_or(0);
    let point = usize::try_from(point).unwrap_or(0);
    if before > MOST_PLACES || point > MOST_PLACES || all.len() > MOST_PLACES {
        return None;
    }
    let (whole, part) = match all.split_at_checked(point) {
        Some((whole, part)) => (whole.to_owned(), "0".repeat(before) + part),
        None => (format!("{all:0<point$}"), String::new()),
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = part.trim_end_matches('0');
    let sign = if part.is_empty() { "" } else { "." };
    Some(format!("{whole}{sign}{part}"))
}

/// Reports a word after `needs SERVICE` that says nothing, or not enough; `text` is all of what `whole`
/// is a part of.
pub(crate) fn modifier(whole: Span, text: &str) -> Diagnostic {
    let rest = text.get(whole.start as usize..).unwrap_or_default();
    let word: &str = rest
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default();
    let length = u32::try_from(word.len()).unwrap_or(0);
    let span = Span {
        end: whole.start + length,
        ..whole
    };
    if let Some(operand) = operand(word) {
        return without_operand((word, span), operand, rest);
    }
    let behind_tier = text.get(..whole.start as usize).is_some_and(|before| {
        let statement = before.rfind("needs").and_then(|at| before.get(at..));
        statement.is_some_and(|statement| statement.contains("prefer"))
    });
    let known: &[&str] = if behind_tier {
        &[words::NEED, &["then"]].concat()
    } else {
        words::NEED
    };
    match words::near(word, known).first() {
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

/// What stands behind a word of `needs` that is nothing alone.
fn operand(word: &str) -> Option<&'static str> {
    match word {
        "within" | "degraded" => Some("a time above zero"),
        "prefer" => Some("devices"),
        "where" => Some("a condition"),
        "at" => Some("`least`"),
        _ => None,
    }
}

fn without_operand((word, span): (&str, Span), operand: &str, rest: &str) -> Diagnostic {
    let next = Tokens::from(rest, word.len()).next();
    let next = next.filter(|token| token.counts() && rest.get(token.start..token.end) != Some(";"));
    let place = next.map_or(span.after(), |token| Span {
        start: span.start + u32::try_from(token.start).unwrap_or(0),
        end: span.start + u32::try_from(token.end).unwrap_or(0),
        ..span
    });
    let found = expected::found(rest, next);
    let message = format!("expected {operand} after `{word}`, found {found}");
    let fault = Diagnostic::error(codes::SYNTAX, place, message);
    match word {
        "within" | "degraded" => fault.help(format!("write `{word} 10 ms`, say")),
        _ => fault,
    }
}

/// Reports a word that is another one misspelt.
pub(crate) fn unknown(span: Span, what: &str, word: &str, meant: &str) -> Diagnostic {
    let message = format!("unknown {what} `{word}`; did you mean `{meant}`?");
    Diagnostic::error(codes::UNKNOWN_WORD, span, message)
        .help(format!("write `{meant}`"))
        .guess(span, meant)
}
