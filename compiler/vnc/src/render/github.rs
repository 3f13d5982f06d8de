//! Diagnostics as workflow commands, which GitHub shows beside the lines of a change.

use vn_syntax::{Diagnostic, Severity, Sources};

use super::escape::escape;
use super::place::place;
use crate::codes;

/// A line per diagnostic.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let lines = diagnostics.iter().map(|found| line(found, sources));
    lines.collect()
}

/// What no place in the text is to blame for.
pub fn failure(message: &str) -> String {
    format!("::error title=vnc::{}\n", data(message))
}

fn line(found: &Diagnostic, sources: &Sources) -> String {
    let command = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let title = codes::title(found.code).map_or(found.code.to_owned(), |title| {
        format!("{}: {title}", found.code)
    });
    let at = found.labels.first().map(|label| place(label.span, sources));
    let mut properties = String::new();
    if let Some(at) = at {
        let file = property(at.file);
        let (from, to) = (at.from, at.to);
        properties = format!("file={file},line={},endLine={},", from.line, to.line);
        // Columns are only understood within one line.
        if from.line == to.line {
            let (col, end) = (from.column, to.column);
            properties.push_str(&format!("col={col},endColumn={end},"));
        }
    }
    let message = data(&message(found, sources));
    let title = property(&title);
    format!("::{command} {properties}title={title}::{message}\n")
}

/// The sentence, then the other places, the notes and the help, a line each.
fn message(found: &Diagnostic, sources: &Sources) -> String {
    let mut lines = vec![found.message.clone()];
    for label in found.labels.iter().skip(1) {
        let at = place(label.span, sources);
        lines.push(format!("{}:{}: {}", at.file, at.from.line, label.text));
    }
    lines.extend(found.notes.iter().map(|note| format!("note: {note}")));
    lines.extend(found.help.iter().map(|help| format!("help: {help}")));
    lines.join("\n")
}

fn data(text: &str) -> String {
    escape(text)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use vn_syntax::{Diagnostic, Sources, Span};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let mut sources = Sources::default();
        let file = sources.add("a,b:c%.vn", "x = 1\ny");
        let span = |start, end| Span { file, start, end };
        let found = Diagnostic::error("VN0301", span(4, 5), "50% of\r\nit")
            .label(span(6, 7), "and here")
            .help("less");
        assert_eq!(
            super::render(&[found], &sources),
            "::error file=a%2Cb%3Ac%25.vn,line=1,endLine=1,col=5,endColumn=6,\
             title=VN0301%3A a unit that does not exist::50%25 of%0D%0Ait%0A\
             a,b:c%25.vn:2: and here%0Ahelp: less\n"
        );
    }
}
