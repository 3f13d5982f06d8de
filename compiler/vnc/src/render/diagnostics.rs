//! Diagnostics for people: miette draws one report per file, since it knows one source per report.

use std::fmt;
use std::sync::Arc;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, Severity as Grade, SourceCode};
use vn_syntax::{Diagnostic, FileId, Label, Severity, Sources};

use super::escape::{self, Shown};
use super::sheet::{Sheet, Sheets};

/// All diagnostics, and how many there were.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let handler = handler(colour);
    let mut text = String::new();
    let mut sheets = Sheets::default();
    for diagnostic in diagnostics {
        for report in reports(diagnostic, sources, &mut sheets) {
            // Writing to a string cannot fail.
            let _ = handler.render_report(&mut text, &report);
            text.push('\n');
        }
    }
    text
}

/// `2 errors, 1 warning`; nothing when there is nothing to count.
pub fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity| {
        diagnostics
            .iter()
            .filter(|d| d.severity == severity)
            .count()
    };
    let plural = |n: usize, word: &str| match n {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let counts = [
        plural(of(Severity::Error), "error"),
        plural(of(Severity::Warning), "warning"),
    ];
    counts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn handler(colour: bool) -> GraphicalReportHandler {
    let theme = if colour {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_links(false)
        .with_cause_chain()
}

/// The main report, then one for each further file that labels point into.
fn reports(diagnostic: &Diagnostic, sources: &Sources, sheets: &mut Sheets) -> Vec<Report> {
    let mut files: Vec<FileId> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let mut reports: Vec<Report> = files
        .into_iter()
        .enumerate()
        .map(|(at, file)| report(diagnostic, sheets.of(file, sources), file, at == 0))
        .collect();
    if reports.is_empty() {
        reports.push(Report::bare(diagnostic));
    }
    reports
}

fn report(diagnostic: &Diagnostic, sheet: Option<Arc<Sheet>>, file: FileId, main: bool) -> Report {
    let labels = diagnostic
        .labels
        .iter()
        .filter(|label| label.span.file == file);
    let mut report = if main {
        Report::bare(diagnostic)
    } else {
        Report::related()
    };
    let Some(sheet) = sheet else {
        return report;
    };
    report.labels = labels
        .enumerate()
        .map(|(at, l)| labelled(l, &sheet.shown, main && at == 0))
        .collect();
    report.source = Some(sheet);
    report
}

/// What may stand in a line; names of files and messages hold no line ends worth keeping.
fn escape(text: &str) -> String {
    escape::escape(text).into_owned()
}

fn labelled(label: &Label, shown: &Shown, primary: bool) -> LabeledSpan {
    let start = shown.moved(label.span.start as usize);
    let length = shown.moved(label.span.end as usize).saturating_sub(start);
    let text = (!label.text.is_empty()).then(|| escape(&label.text));
    if primary {
        LabeledSpan::new_primary_with_span(text, (start, length))
    } else {
        LabeledSpan::new_with_span(text, (start, length))
    }
}

/// What miette is given to draw.
#[derive(Debug)]
struct Report {
    message: String,
    code: Option<&'static str>,
    grade: Grade,
    help: Option<String>,
    labels: Vec<LabeledSpan>,
    source: Option<Arc<Sheet>>,
}

impl Report {
    fn bare(diagnostic: &Diagnostic) -> Self {
        let mut help: Vec<String> = diagnostic.notes.iter().map(|note| escape(note)).collect();
        help.extend(diagnostic.help.as_deref().map(escape));
        Self {
            message: escape(&diagnostic.message),
            code: Some(diagnostic.code),
            grade: match diagnostic.severity {
                Severity::Error => Grade::Error,
                Severity::Warning => Grade::Warning,
                Severity::Note => Grade::Advice,
            },
            help: (!help.is_empty()).then(|| help.join("\n")),
            labels: Vec::new(),
            source: None,
        }
    }

    fn related() -> Self {
        Self {
            message: "the other end of it".to_owned(),
            code: None,
            grade: Grade::Advice,
            help: None,
            labels: Vec::new(),
            source: None,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.code
            .map(|code| Box::new(code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<Grade> {
        Some(self.grade)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source
            .as_deref()
            .map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
