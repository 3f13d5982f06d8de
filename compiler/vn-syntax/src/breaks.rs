//! Characters that are shown as the end of a line and end none: a comment goes on behind them.

use crate::token::{Token, TokenKind, Tokens};
use crate::{Diagnostic, FileId, Span, codes};

/// More of them are another kind of file, and nobody looks at as many edits.
const MOST_EDITS: usize = 10_000;

/// Whether most editors begin a new line behind a character, though the language does not; a carriage
/// return is one only where no newline follows.
const fn is_shown_as_break(c: char) -> bool {
    matches!(c, '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// One message about all of them: an error where one hides what stands behind it.
pub fn report(file: FileId, text: &str) -> Option<Diagnostic> {
    let found = found(text);
    let hiding = found.iter().find(|one| one.hides);
    let first = hiding.or(found.first())?;
    let span = |one: &Break| {
        let place = |at| u32::try_from(at).unwrap_or(u32::MAX);
        let (start, end) = (place(one.at), place(one.at + one.char.len_utf8()));
        Span { file, start, end }
    };
    let name = format!("U+{:04X}", u32::from(first.char));
    let fault = if first.hides {
        let message = format!("{name} is shown as the end of a line, but the comment goes on");
        Diagnostic::error(codes::BIDI, span(first), message).here("what stands behind is not read")
    } else {
        let message = format!("{name} is shown as the end of a line, but ends none");
        Diagnostic::warning(codes::BIDI, span(first), message).here("as good as a blank")
    };
    let mut fault = fault.help("end the line with a newline");
    if found.len() > 1 {
        fault = fault.fact(format!("the file has {} such characters", found.len()));
    }
    if found.len() > MOST_EDITS {
        return Some(fault);
    }
    let edits = found.iter();
    Some(edits.fold(fault, |fault, one| fault.guess(span(one), one.instead)))
}

struct Break {
    at: usize,
    char: char,
    /// Whether a comment goes on behind it with what may be meant as code.
    hides: bool,
    instead: &'static str,
}

fn found(text: &str) -> Vec<Break> {
    // Most texts have none of their first bytes.
    let others = |text: &str| text.bytes().any(|byte| matches!(byte, 0xc2 | 0xe2));
    if !text.as_bytes().contains(&b'\r') && (text.is_ascii() || !others(text)) {
        return Vec::new();
    }
    let mut letters = text.char_indices().peekable();
    let mut tokens = Tokens::from(text, 0);
    let mut around: Option<Token> = None;
    let mut found = Vec::new();
    while let Some((at, char)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = matches!(next, None | Some('\n' | '\r')) && char == '\r';
        if !is_shown_as_break(char) || ends {
            continue;
        }
        while around.is_none_or(|token| token.end <= at) {
            around = tokens.next();
            if around.is_none() {
                break;
            }
        }
        let inside = around.filter(|token| token.start <= at).map(|t| t.kind);
        found.push(Break {
            at,
            char,
            hides: inside == Some(TokenKind::Comment) && is_code(text, at + char.len_utf8()),
            instead: match inside {
                Some(TokenKind::String | TokenKind::OpenString) => "\\n",
                _ => "\n",
            },
        });
    }
    found
}

/// Whether anything but a comment is shown on the line that seems to begin at a place.
fn is_code(text: &str, from: usize) -> bool {
    let rest = text.get(from..).unwrap_or_default();
    let line = rest.split(|c| c == '\n' || is_shown_as_break(c)).next();
    let line = line.unwrap_or_default().trim();
    !line.is_empty() && !line.starts_with("//")
}
