//! Rows of an inventory, whatever its format.

use vn_syntax::{Diagnostic, Span, parse_expr};

use super::place::moved;
use super::reading::Reading;
use crate::declared::{self, Expr, ExprKind, Field, Path};
use crate::unknown_units;

/// What a row speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A device.
    Device,
    /// A link.
    Link,
    /// A site.
    Site,
}

/// A row.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it speaks of.
    pub what: What,
    /// Its cells, those that are empty left out.
    pub cells: Vec<Cell>,
    /// All of it.
    pub span: Span,
}

/// A cell under its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The column: `memory`, `power.idle`.
    pub name: String,
    /// What is written.
    pub text: String,
    /// Where.
    pub span: Span,
    /// Where the name of its column stands.
    pub head: Span,
}

impl Row {
    /// The cell of a column.
    pub fn cell(&self, name: &str) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.name == name)
    }

    /// Takes a cell out.
    pub fn take(&mut self, name: &str) -> Option<Cell> {
        let at = self.cells.iter().position(|cell| cell.name == name)?;
        Some(self.cells.remove(at))
    }
}

impl Cell {
    /// The cell as the language reads it; columns of names and addresses are text as they are. What
    /// cannot be read stands for itself, so that nobody misses it.
    pub fn field(&self, faults: &mut Reading<'_>) -> Field {
        const TEXTS: [&str; 4] = ["address", "bind", "source", "checked"];
        faults.columns.insert(self.span, self.head);
        let here = |kind| Expr {
            kind,
            span: self.span,
        };
        let value = if TEXTS.contains(&self.name.as_str()) {
            here(ExprKind::Text(self.text.clone()))
        } else {
            self.value(faults).unwrap_or_else(|| here(ExprKind::Broken))
        };
        Field {
            name: self.name.clone(),
            span: self.span,
            value: value.into(),
        }
    }

    /// The value in the cell.
    pub fn value(&self, faults: &mut Reading<'_>) -> Option<Expr> {
        if let Some(meant) = self.foreign() {
            let message = format!("`{}` is `{meant}` here", self.text);
            let fault = Diagnostic::error(crate::codes::BAD_INVENTORY, self.span, message);
            faults.push(fault.guess(self.span, meant));
            return None;
        }
        let (tree, found) = parse_expr(self.span.file, self.text.as_str());
        if let Some(list) = self.bare_list().filter(|_| tree.is_none()) {
            let message = format!("`{}` is no list", self.text);
            let fault = Diagnostic::error(crate::codes::BAD_INVENTORY, self.span, message);
            faults.push(fault.help(format!("write `{list}`, in quotes")));
            return None;
        }
        let mut late = Vec::new();
        let value = tree.map(|tree| {
            unknown_units::check(&tree, faults.measures, &[], &mut late);
            declared::expr(tree.root(), &mut late)
        });
        for fault in found.into_iter().chain(late) {
            faults.push(self.placed(fault));
        }
        let mut value = value?;
        moved(&mut value, self.span.start);
        Some(value)
    }

    /// What spreadsheets and machines write for a word of the language.
    fn foreign(&self) -> Option<&'static str> {
        Some(match (self.name.as_str(), self.text.as_str()) {
            (_, "TRUE" | "True") | ("private" | "forwards", "yes" | "Yes" | "YES") => "true",
            (_, "FALSE" | "False") | ("private" | "forwards", "no" | "No" | "NO") => "false",
            ("arch", "x86-64" | "x64" | "amd64" | "AMD64") => "x86_64",
            ("arch", "arm64" | "ARM64" | "armv8" | "AArch64") => "aarch64",
            _ => return None,
        })
    }

    /// Several names, as the language lists them.
    fn bare_list(&self) -> Option<String> {
        let text = self.text.trim_start_matches('[').trim_end_matches(']');
        let names: Vec<&str> = text.split([',', ';', '|']).map(str::trim).collect();
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_name = |name: &&str| !name.is_empty() && name.chars().all(is_letter);
        (names.len() > 1 && names.iter().all(is_name)).then(|| format!("[{}]", names.join(", ")))
    }

    /// A message about the text alone, moved to its place. Where the file writes the text otherwise,
    /// with quotes doubled say, the whole cell is the place.
    fn placed(&self, mut fault: Diagnostic) -> Diagnostic {
        let length = self.span.end.saturating_sub(self.span.start);
        let is_verbatim = usize::try_from(length) == Ok(self.text.len());
        let moved = |span: Span| Span {
            start: self
                .span
                .start
                .saturating_add(span.start)
                .min(self.span.end),
            end: self.span.start.saturating_add(span.end).min(self.span.end),
            ..span
        };
        for label in &mut fault.labels {
            label.span = if is_verbatim {
                moved(label.span)
            } else {
                self.span
            };
        }
        if is_verbatim {
            for edit in &mut fault.edits {
                edit.span = moved(edit.span);
            }
        } else {
            fault.edits.clear();
        }
        fault
    }

    /// The path in the cell: `home`, `store[17]`, `store[17].till[3]`.
    pub fn path(&self, faults: &mut Reading<'_>) -> Option<Path> {
        if let ExprKind::Path(path) = self.value(faults)?.kind {
            Some(path)
        } else {
            let message = format!("`{}` names no site or device", self.text);
            let code = crate::codes::BAD_INVENTORY;
            faults.push(Diagnostic::error(code, self.span, message));
            None
        }
    }
}
