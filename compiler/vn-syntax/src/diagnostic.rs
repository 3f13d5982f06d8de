//! What went wrong, as data: rendering is somebody else's business.

use crate::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program cannot be planned.
    Error,
    /// The program can be planned, and the user should look.
    Warning,
    /// A fact worth knowing (a default that was used).
    Note,
}

/// A place with a word on what it has to do with the message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What about it; may be empty.
    pub text: String,
}

/// A change of the text that an editor can apply.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub text: String,
    /// Whether it keeps or restores the obvious meaning, so that `--fix` may apply it unasked.
    pub safe: bool,
}

/// One finding.
///
/// Style: lower case, no full stop, user text in backticks, the user's nouns; `help` is the smallest
/// edit that works. The first label is the place that the message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `VN0301`, from the `codes` of the crate that found it.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// Places, the main one first, in any files.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Further facts, a line each.
    pub notes: Vec<String>,
    /// Edits that do it.
    pub edits: Vec<Edit>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span, message)
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span, message)
    }

    /// A note at a place.
    pub fn note(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Note, span, message)
    }

    fn new(code: &'static str, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            labels: vec![Label {
                span,
                text: String::new(),
            }],
            help: None,
            notes: Vec::new(),
            edits: Vec::new(),
        }
    }

    /// Says what the main place is about.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn fact(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a safe replacement of `span` by `text`: no other meaning can have been intended.
    #[must_use]
    pub fn fix(self, span: Span, text: impl Into<String>) -> Self {
        self.edit(span, text, true)
    }

    /// Adds a replacement that may not be what was meant, such as the nearest name.
    #[must_use]
    pub fn guess(self, span: Span, text: impl Into<String>) -> Self {
        self.edit(span, text, false)
    }

    fn edit(mut self, span: Span, text: impl Into<String>, safe: bool) -> Self {
        let text = text.into();
        self.edits.push(Edit { span, text, safe });
        self
    }

    /// Visits each place that it names.
    pub fn each_span(&mut self, mut visit: impl FnMut(&mut Span)) {
        self.labels
            .iter_mut()
            .for_each(|label| visit(&mut label.span));
        self.edits.iter_mut().for_each(|edit| visit(&mut edit.span));
    }

    /// Whether planning is impossible with it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
