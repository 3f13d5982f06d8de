//! The smallest edits of a text that bring about what a user sets; the rest stays, byte by byte.
//!
//! A setting names a place and a value. The place is found in the tree (`place`); then a value is
//! replaced, a statement inserted in the style of its neighbours (`insert`), or a statement removed
//! with its line and the comment behind it (`remove`).

mod insert;
mod place;
mod remove;

use std::collections::{BTreeMap, BTreeSet};

use vn_analysis::codes;
use vn_syntax::{Diagnostic, Edit, FileId, NodeRef, Span, SyntaxKind, SyntaxTree, parse_expr};

use place::{Gap, Place};

/// What the user wants a place to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// A parameter's name, `select`, or the path of a field (`family_cloud.kv.replicas`).
    pub name: String,
    /// The value as it would be written; nothing to remove the statement.
    pub value: Option<String>,
    /// A source with the text `NAME=VALUE`, for messages to point into.
    pub source: FileId,
}

impl Setting {
    /// Where the name stands in its source.
    fn span(&self) -> Span {
        Span {
            file: self.source,
            start: 0,
            end: u32::try_from(self.name.len()).unwrap_or(u32::MAX),
        }
    }
}

/// The edits that make a program say what is set: in the order of the text, none of them overlapping.
///
/// # Errors
/// A place that is not there, a value that is none, or two settings of one place.
pub fn edits(tree: &SyntaxTree, settings: &[Setting]) -> Result<Vec<Edit>, Vec<Diagnostic>> {
    let mut faults = twice(settings);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut edits = Vec::new();
    let mut gaps: BTreeMap<Gap, Vec<(Around, Vec<String>)>> = BTreeMap::new();
    for setting in settings {
        match one(tree, setting) {
            Ok(Change::Edit(edit)) => edits.push((edit, setting)),
            Ok(Change::Fill(gap, around, text)) => {
                let filled = gaps.entry(gap).or_default();
                let known = |(other, _): &&mut (Around, Vec<String>)| {
                    !around.0.is_empty() && *other == around
                };
                match filled.iter_mut().find(known) {
                    Some((_, inside)) => inside.push(text),
                    None => filled.push((around, vec![text])),
                }
            }
            Ok(Change::Nothing) => {}
            Err(found) => faults.extend(found),
        }
    }
    for (gap, filled) in gaps {
        let statement = |((open, close), inside): &(Around, Vec<String>)| {
            format!("{open}{}{close}", inside.join("; "))
        };
        let statements: Vec<String> = filled.iter().map(statement).collect();
        let edit = insert::edit(tree, gap, &statements);
        edits.extend(settings.first().map(|setting| (edit, setting)));
    }
    edits.sort_by(|(a, _), (b, _)| a.cmp(b));
    faults.extend(overlaps(&edits));
    if faults.is_empty() {
        Ok(edits.into_iter().map(|(edit, _)| edit).collect())
    } else {
        Err(faults)
    }
}

/// The text after the edits that [`edits`] gave for it.
pub fn edited(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// How a block begins and ends; nothing where none is needed.
type Around = (String, &'static str);

/// What a setting comes to.
enum Change {
    /// A text in the place of another.
    Edit(Edit),
    /// A new statement, in the block that it needs around it.
    Fill(Gap, Around, String),
    /// It says so already.
    Nothing,
}

fn one(tree: &SyntaxTree, setting: &Setting) -> Result<Change, Vec<Diagnostic>> {
    let value = setting
        .value
        .as_deref()
        .map(|value| checked(setting, value));
    let value = value.transpose()?;
    let place = place::find(tree, setting).map_err(|fault| vec![*fault])?;
    match (place, value) {
        (Place::Written { value: span, .. }, Some(value)) => Ok(replaced(tree, span, value)),
        (Place::Missing { gap, around, head }, Some(value)) => {
            Ok(Change::Fill(gap, around, format!("{head}{value}")))
        }
        (
            Place::Written {
                whole: Some(whole), ..
            },
            None,
        ) => Ok(Change::Edit(whole)),
        (Place::Written { whole: None, value }, None) => Err(vec![needed(setting, value)]),
        (Place::Missing { .. }, None) => Err(vec![absent(setting)]),
    }
}

/// Whether a file declares a parameter.
#[must_use]
pub fn declares(tree: &SyntaxTree, param: &str) -> bool {
    let mut params = tree.root().children_of(SyntaxKind::Param);
    params.any(|item| place::name_of(item) == Some(param))
}

/// The value as it will be written: without a comment at its end, which would swallow what follows.
fn checked(setting: &Setting, value: &str) -> Result<String, Vec<Diagnostic>> {
    // Behind as many blanks as its name takes, so that messages point into `NAME=VALUE`.
    let blanks = " ".repeat(setting.name.len());
    let is_names = setting.name == "select" && !value.trim_start().starts_with('[');
    let text = if is_names {
        format!("{blanks}[{value}]")
    } else {
        format!("{blanks} {value}")
    };
    let (parsed, found) = parse_expr(setting.source, text);
    let parsed = parsed.ok_or(found)?;
    let root = parsed.root();
    match root.child(SyntaxKind::List).filter(|_| is_names) {
        Some(list) => {
            let names: Vec<&str> = list.children().map(NodeRef::text).collect();
            Ok(format!("[{}]", names.join(", ")))
        }
        None => Ok(root.text().to_owned()),
    }
}

fn replaced(tree: &SyntaxTree, span: Span, value: String) -> Change {
    let now = tree.text.get(span.start as usize..span.end as usize);
    let same = |now: &str| now == value || (!now.contains("//") && letters(now) == letters(&value));
    if now.is_some_and(same) {
        return Change::Nothing;
    }
    Change::Edit(Edit {
        span,
        text: value,
        safe: false,
    })
}

/// A value without the blanks that mean nothing.
fn letters(value: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keep = |c: &char| {
        in_string ^= *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        in_string || !c.is_whitespace()
    };
    value.chars().filter(keep).collect()
}

fn twice(settings: &[Setting]) -> Vec<Diagnostic> {
    let mut seen = BTreeSet::new();
    let again = settings.iter().filter(|s| !seen.insert(s.name.as_str()));
    let fault = |setting: &Setting| {
        let message = format!("`{}` is set twice", setting.name);
        Diagnostic::error(codes::DECLARED_TWICE, setting.span(), message)
    };
    again.map(fault).collect()
}

fn overlaps(edits: &[(Edit, &Setting)]) -> Vec<Diagnostic> {
    let mut faults = Vec::new();
    for pair in edits.windows(2) {
        let [(first, _), (second, setting)] = pair else {
            continue;
        };
        if first.span.end > second.span.start {
            let message = format!(
                "`{}` and another setting change the same text",
                setting.name
            );
            let fault = Diagnostic::error(codes::DECLARED_TWICE, setting.span(), message);
            faults.push(fault.help("set one after the other"));
        }
    }
    faults
}

fn needed(setting: &Setting, value: Span) -> Diagnostic {
    let message = format!("`{}` cannot be removed here", setting.name);
    Diagnostic::error(codes::MISSING_VALUE, setting.span(), message)
        .label(value, "this value has no statement of its own")
        .help("set it to another value")
}

fn absent(setting: &Setting) -> Diagnostic {
    let name = &setting.name;
    let last = name.rsplit('.').next().unwrap_or_default();
    if vn_syntax::is_statement(last) {
        let message = format!("`{name}`: `{last}` begins a statement, and is no field");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message);
        return fault.help("`vnc set` gives fields their values; change statements in the text");
    }
    let message = format!("`{name}` is not set, so that there is nothing to remove");
    Diagnostic::error(codes::UNKNOWN_NAME, setting.span(), message)
}
