//! A CSV file: a device or a link in each line, or a table of round trips.

use std::collections::{BTreeMap, BTreeSet};

use ::csv::{ReaderBuilder, StringRecord, Trim};
use vn_syntax::{Diagnostic, Span};

use super::InventoryFile;
use super::row::{Cell, Row, What};
use crate::codes;
use crate::spelling;

/// The rows of a file.
pub fn rows(file: &InventoryFile<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Row> {
    if let Some(at) = unclosed(file.text) {
        let message = "this quote is never closed";
        let fault = Diagnostic::error(codes::BAD_INVENTORY, span(file, at, at + 1), message);
        faults.push(fault.help("a quote inside a cell in quotes is written twice: `\"\"`"));
        return Vec::new();
    }
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(file.text);
    let skipped = file.text.len() - text.len();
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let before = faults.len();
    let mut lines = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => lines.push(Line::of(&record, file, skipped)),
            Err(error) => {
                let at = error.position().map_or(0, |place| offset(place.byte()));
                let span = span(file, at + skipped, at + skipped + 1);
                let message = format!("this is no CSV: {error}");
                faults.push(Diagnostic::error(codes::BAD_INVENTORY, span, message));
            }
        }
    }
    let mut lines = lines.into_iter();
    let Some(mut head) = lines.next() else {
        if faults.len() == before {
            let message = format!("`{}` is empty", file.name);
            let fault = Diagnostic::error(codes::BAD_INVENTORY, file.at, message);
            faults.push(fault.help("its first line names the columns: `site,name,hardware,role`"));
        }
        return Vec::new();
    };
    if let Some(fault) = otherwise_parted(&head).or_else(|| lacking(&head)) {
        faults.push(fault);
        return Vec::new();
    }
    doubled(&mut head, faults);
    match head.cells.first() {
        Some((name, _)) if name == "rtt" => once(lines.flat_map(|line| trips(&head, line, faults))),
        _ => lines.filter_map(|line| row(&head, line, faults)).collect(),
    }
}

/// Where a quote opens that is never closed.
fn unclosed(text: &str) -> Option<usize> {
    let mut opened = None;
    let mut begins = true;
    let mut is_comment = false;
    let mut line = true;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if opened.is_some() => (opened, begins) = (None, true),
            b'"' if begins && !is_comment => opened = Some(at),
            _ if opened.is_some() => {}
            b'\n' => (begins, line, is_comment) = (true, true, false),
            b',' => (begins, line) = (true, false),
            b'#' if line => is_comment = true,
            _ => (begins, line) = (false, false),
        }
    }
    opened
}

/// Reports a column that is there twice; the first of the name is the one that is read.
fn doubled(head: &mut Line, faults: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    for (name, span) in head.cells.iter_mut().filter(|(name, _)| !name.is_empty()) {
        let Some(earlier) = first.get(name) else {
            first.insert(name.clone(), *span);
            continue;
        };
        let message = format!("two columns are called `{name}`");
        let fault = Diagnostic::error(codes::BAD_INVENTORY, *span, message);
        faults.push(fault.here("again here").label(*earlier, "first here"));
        name.clear();
    }
}

/// Spreadsheets of some countries write `;` between cells, and some programs tabs.
fn otherwise_parted(head: &Line) -> Option<Diagnostic> {
    let [(columns, span)] = head.cells.as_slice() else {
        return None;
    };
    let (sign, what) = [(';', "`;`"), ('\t', "tabs")]
        .into_iter()
        .find(|(sign, _)| columns.contains(*sign))?;
    let columns = columns.split(sign).count();
    let message = format!("the {columns} columns are parted by {what}");
    let fault = Diagnostic::error(codes::BAD_INVENTORY, *span, message);
    Some(fault.help("write `,` between cells"))
}

/// A column that no row can do without.
fn lacking(head: &Line) -> Option<Diagnostic> {
    let has = |name: &str| head.cells.iter().any(|(column, _)| column == name);
    if has("rtt") && head.cells.first().is_some_and(|(first, _)| first == "rtt") {
        return None;
    }
    if let Some(fault) = corner(head) {
        return Some(fault);
    }
    let needed = if has("from") || has("to") {
        ["from", "to"]
    } else {
        ["site", "name"]
    };
    let name = needed.into_iter().find(|name| !has(name))?;
    let columns = head.cells.iter();
    let near = spelling::nearest(name, columns.clone().map(|(column, _)| column.as_str()));
    let near = columns
        .clone()
        .find(|(column, _)| near == Some(column.as_str()));
    let Some((written, place)) = near else {
        let message = format!("no column is called `{name}`");
        let fault = Diagnostic::error(codes::BAD_INVENTORY, head.span, message);
        return Some(fault.help("the first line names the columns: `site,name,hardware,role`"));
    };
    let message = format!("no column is called `{name}`; is it `{written}`?");
    Some(Diagnostic::error(codes::BAD_INVENTORY, *place, message).guess(*place, name))
}

/// The first cell of a table of round trips that says more than `rtt`.
fn corner(head: &Line) -> Option<Diagnostic> {
    let (written, place) = head.cells.first()?;
    let rest = written.to_ascii_lowercase();
    let rest = rest.strip_prefix("rtt")?;
    if rest.starts_with(|letter: char| letter.is_ascii_alphanumeric() || letter == '_') {
        return None;
    }
    let message = format!("a table of round trips begins with `rtt`, not with `{written}`");
    let fault = Diagnostic::error(codes::BAD_INVENTORY, *place, message);
    let fault = fault.guess(*place, "rtt");
    Some(if rest.is_empty() {
        fault
    } else {
        fault.help("each cell says its unit: `12 ms`")
    })
}

/// A line with more cells than there are columns.
fn surplus(head: &Line, line: &Line) -> Option<Diagnostic> {
    let (cells, columns) = (line.cells.len(), head.cells.len());
    let message = format!("{cells} cells under {columns} columns");
    let fault = Diagnostic::error(codes::BAD_INVENTORY, line.span, message);
    let is_quote = |(text, _): &&(String, Span)| text.starts_with('"');
    let help = match line.cells.iter().find(is_quote) {
        Some(_) => "a quote opens a cell only right behind the `,`: remove the blank before it",
        None => "a cell with a `,` in it stands in quotes",
    };
    (cells > columns).then(|| fault.help(help))
}

/// The cells of a line, each with its place.
struct Line {
    cells: Vec<(String, Span)>,
    span: Span,
}

impl Line {
    fn of(record: &StringRecord, file: &InventoryFile<'_>, skipped: usize) -> Self {
        let start = record.position().map_or(0, |place| offset(place.byte())) + skipped;
        // Behind a line that ends in two characters, the second one counts to the next.
        let line = file.text.get(start..).unwrap_or_default();
        let start = start + line.len() - line.trim_start_matches(['\r', '\n']).len();
        let mut at = start;
        let mut cells = Vec::new();
        for cell in record {
            let rest = file.text.get(at..).unwrap_or_default();
            // A cell with quotes in it is not found as it is read; the line stands for it then.
            let found = rest.find(cell).map_or(at, |found| at + found);
            // A quote behind a blank is no quote to the format, and one to whoever wrote it.
            let quoted = cell
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            let (text, quote) = quoted.map_or((cell, 0), |text| (text, 1));
            let start = found + quote;
            cells.push((text.to_owned(), span(file, start, start + text.len())));
            at = if cell.is_empty() {
                at + 1
            } else {
                found + cell.len()
            };
        }
        Self {
            cells,
            span: span(file, start, at.max(start + 1)),
        }
    }
}

fn row(head: &Line, line: Line, faults: &mut Vec<Diagnostic>) -> Option<Row> {
    if let Some(fault) = surplus(head, &line) {
        faults.push(fault);
        return None;
    }
    let cells = head.cells.iter().zip(line.cells);
    let filled = cells.filter(|((name, _), (text, _))| !name.is_empty() && !text.is_empty());
    let cells: Vec<Cell> = filled
        .map(|((name, head), (text, span))| Cell {
            name: name.clone(),
            text,
            span,
            head: *head,
        })
        .collect();
    let has = |name: &str| cells.iter().any(|cell| cell.name == name);
    let what = if has("from") || has("to") {
        What::Link
    } else {
        What::Device
    };
    (!cells.is_empty()).then_some(Row {
        what,
        cells,
        span: line.span,
    })
}

/// A way that is given in both directions, with the same time, is one link.
fn once(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut seen = BTreeSet::new();
    rows.filter(|row| {
        let text = |name: &str| row.cell(name).map(|cell| cell.text.clone());
        let (from, to) = (text("from"), text("to"));
        seen.insert((from.clone().min(to.clone()), from.max(to), text("rtt")))
    })
    .collect()
}

/// The links of a line of round trips.
fn trips(head: &Line, line: Line, faults: &mut Vec<Diagnostic>) -> Vec<Row> {
    if let Some(fault) = surplus(head, &line) {
        faults.push(fault);
        return Vec::new();
    }
    let mut cells = line.cells.into_iter();
    let Some((from, at)) = cells.next() else {
        return Vec::new();
    };
    let columns = head.cells.iter().skip(1);
    let mut rows = Vec::new();
    for ((to, there), (text, span)) in columns.zip(cells) {
        if text.is_empty() || *to == from {
            continue;
        }
        let cell = |name: &str, text: &str, span| Cell {
            name: name.to_owned(),
            text: text.to_owned(),
            span,
            head: span,
        };
        rows.push(Row {
            what: What::Link,
            cells: vec![
                cell("from", &from, at),
                cell("to", to, *there),
                cell("rtt", &text, span),
            ],
            span,
        });
    }
    rows
}

fn offset(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}

fn span(file: &InventoryFile<'_>, start: usize, end: usize) -> Span {
    let most = file.text.len();
    let at = |offset: usize| u32::try_from(offset.min(most)).unwrap_or(u32::MAX);
    Span {
        file: file.file,
        start: at(start),
        end: at(end),
    }
}
