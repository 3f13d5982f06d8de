//! Rows of an inventory, whatever its format.

use vn_syntax::{Diagnostic, Span, parse_expr};

use super::place::moved;
use crate::declared::{self, Expr, ExprKind, Field, Path};
use crate::measures::Measures;
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
    /// The cell as the language reads it; columns of names and addresses are text as they are.
    pub fn field(&self, faults: &mut Vec<Diagnostic>) -> Option<Field> {
        const TEXTS: [&str; 4] = ["address", "bind", "source", "checked"];
        let value = if TEXTS.contains(&self.name.as_str()) {
            Expr {
                kind: ExprKind::Text(self.text.clone()),
                span: self.span,
            }
        } else {
            self.value(faults)?
        };
        Some(Field {
            name: self.name.clone(),
            span: self.span,
            value: value.into(),
        })
    }

    /// The value in the cell.
    pub fn value(&self, faults: &mut Vec<Diagnostic>) -> Option<Expr> {
        let (tree, found) = parse_expr(self.span.file, self.text.as_str());
        let mut late = Vec::new();
        let value = tree.map(|tree| {
            unknown_units::check(&tree, &Measures::default(), &[], &mut late);
            declared::expr(tree.root(), &mut late)
        });
        for mut fault in found.into_iter().chain(late) {
            for label in &mut fault.labels {
                label.span = self.span;
            }
            fault.edits.clear();
            faults.push(fault);
        }
        let mut value = value?;
        moved(&mut value, self.span.start);
        Some(value)
    }

    /// The path in the cell: `home`, `store[17]`, `store[17].till[3]`.
    pub fn path(&self, faults: &mut Vec<Diagnostic>) -> Option<Path> {
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
