//! The planning problem of a program by itself: causes become labels that need no source text.

use vn_problem::instance::Instance;
use vn_syntax::{Sources, Span};

use crate::lower::Lowered;

/// A label quotes so many characters of its line at most.
const QUOTED: usize = 80;

/// The instance of a lowered program.
pub fn instance(lowered: Lowered, sources: &Sources) -> Instance {
    let Lowered {
        problem,
        causes,
        choices: _,
        measures: _,
        alone: _,
        each: _,
        rooms: _,
        channels: _,
        resources,
        max_moves,
    } = lowered;
    let mut causes: Vec<String> = causes.iter().map(|span| label(*span, sources)).collect();
    if let Some((cause, most)) = max_moves
        && let Some(label) = causes.get_mut(cause.0 as usize)
    {
        *label = format!("--max-moves {most}");
    }
    Instance {
        problem,
        resources,
        causes,
    }
}

/// `plan.vn:12:3 replicas = 2`.
fn label(span: Span, sources: &Sources) -> String {
    let Some(source) = sources.get(span.file) else {
        return "nowhere".to_owned();
    };
    let (line, column) = source.line_column(span.start);
    let text = source.text.lines().nth((line as usize).saturating_sub(1));
    let text = text.unwrap_or_default().trim();
    let mut quoted: String = text.chars().take(QUOTED).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    let name = &source.name;
    format!("{name}:{line}:{column} {quoted}")
        .trim_end()
        .to_owned()
}
