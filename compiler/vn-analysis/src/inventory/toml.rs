//! `[[device]]`, `[[link]]` and `[[site]]` of a TOML file.

use std::ops::Range;

use ::toml::Spanned;
use ::toml::de::{DeTable, DeValue};
use vn_syntax::{Diagnostic, Span};

use super::InventoryFile;
use super::row::{Cell, Row, What};
use crate::codes;
use crate::spelling;

/// The rows of a file.
pub fn rows(file: &InventoryFile<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Row> {
    let mut reader = Reader { file, faults };
    match DeTable::parse(file.text) {
        Ok(table) => reader.root(table.get_ref()),
        Err(error) => {
            let span = reader.span(error.span().unwrap_or(0..0));
            reader.fault(span, error.message().to_lowercase());
            Vec::new()
        }
    }
}

struct Reader<'a, 'f> {
    file: &'a InventoryFile<'a>,
    faults: &'f mut Vec<Diagnostic>,
}

impl Reader<'_, '_> {
    fn root(&mut self, table: &DeTable<'_>) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let what = match name {
                "device" => What::Device,
                "link" => What::Link,
                "site" => What::Site,
                _ => {
                    let hint = spelling::hint(name, ["device", "link", "site"]);
                    let message = format!("an inventory has no `[[{name}]]`{hint}");
                    let span = self.span(key.span());
                    self.fault(span, message);
                    continue;
                }
            };
            match value.get_ref() {
                DeValue::Array(items) => {
                    rows.extend(items.iter().filter_map(|item| self.row(what, item)));
                }
                DeValue::Table(_) => rows.extend(self.row(what, value)),
                _ => {
                    let span = self.span(value.span());
                    self.fault(span, format!("`{name}` must be tables: `[[{name}]]`"));
                }
            }
        }
        rows.sort_by_key(|row| row.span);
        rows
    }

    fn row(&mut self, what: What, value: &Spanned<DeValue<'_>>) -> Option<Row> {
        let span = self.span(value.span());
        let DeValue::Table(table) = value.get_ref() else {
            self.fault(span, "a row must be a table".to_owned());
            return None;
        };
        let mut cells = Vec::new();
        self.cells("", table, &mut cells);
        cells.sort_by_key(|cell| cell.span);
        Some(Row { what, cells, span })
    }

    fn cells(&mut self, prefix: &str, table: &DeTable<'_>, cells: &mut Vec<Cell>) {
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let range = value.span();
            let head = self.span(key.span());
            match value.get_ref() {
                DeValue::Array(items)
                    if items
                        .iter()
                        .any(|item| matches!(item.get_ref(), DeValue::Table(_))) =>
                {
                    let message = format!("`{name}` cannot stand inside another row");
                    let fault = Diagnostic::error(codes::BAD_INVENTORY, head, message);
                    self.faults
                        .push(fault.help(format!("write `[[{name}]]` with `site = \"…\"`")));
                }
                DeValue::Table(inner) => self.cells(&format!("{name}."), inner, cells),
                DeValue::String(text) => {
                    let quotes = self.quotes(&range);
                    let inner = range.start + quotes..range.end.saturating_sub(quotes);
                    cells.push(Cell {
                        name,
                        text: text.to_string(),
                        span: self.span(inner),
                        head,
                    });
                }
                DeValue::Integer(_)
                | DeValue::Float(_)
                | DeValue::Boolean(_)
                | DeValue::Datetime(_)
                | DeValue::Array(_) => {
                    let text = self.file.text.get(range.clone()).unwrap_or_default();
                    cells.push(Cell {
                        name,
                        text: text.to_owned(),
                        span: self.span(range),
                        head,
                    });
                }
            }
        }
    }

    /// How many quotes a text begins with.
    fn quotes(&self, range: &Range<usize>) -> usize {
        let text = self.file.text.get(range.clone()).unwrap_or_default();
        let triple = text.starts_with("\"\"\"") || text.starts_with("'''");
        if triple { 3 } else { 1 }
    }

    fn span(&self, range: Range<usize>) -> Span {
        let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            file: self.file.file,
            start: at(range.start),
            end: at(range.end),
        }
    }

    fn fault(&mut self, span: Span, message: String) {
        self.faults
            .push(Diagnostic::error(codes::BAD_INVENTORY, span, message));
    }
}
