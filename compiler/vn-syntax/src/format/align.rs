//! Entries to lines: neighbours of one kind share their columns, comments behind them too.

use super::columns::{self, Cells};
use super::document::{Doc, Entry, Statement, What};
use super::print::{Printer, comment_column, flat, lead, width};
use super::{INDENT, WIDTH};

/// The lines of entries at an indentation, blank lines included; one may be several.
pub(super) fn lines(entries: &[Entry<'_>], indent: usize, end: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let count = match first.statement() {
            Some(statement) => run(statement, rest, indent, end, &mut rows),
            None => 0,
        };
        if count == 0 {
            rows.push(alone(first, indent, end));
        }
        rest = rest.get(count.max(1)..).unwrap_or_default();
    }
    with_comments(entries, rows, indent)
}

/// A statement that shares no column with another, or a comment.
fn alone(entry: &Entry<'_>, indent: usize, end: &str) -> String {
    let statement = match &entry.what {
        What::Comment(text) => return (*text).to_owned(),
        What::Statement(statement) => statement,
    };
    let mut printer = Printer::at(indent);
    let cells = &statement.cells;
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            printer.row(&[Doc::Blank], indent, false, 0);
        }
        let mut tail = width(end);
        for next in cells.iter().skip(at + 1) {
            let (taken, ends) = lead(std::slice::from_ref(&next.doc));
            tail = if ends { 0 } else { tail } + taken + 1;
            if ends {
                break;
            }
        }
        printer.row(std::slice::from_ref(&cell.doc), indent, false, tail);
    }
    printer.word(end);
    printer.text
}

/// A statement of a run: its cells on one line, and what comes behind them on several.
struct Line<'a, 't> {
    cells: Cells,
    rest: Option<&'a Doc<'t>>,
    statement: &'a Statement<'t>,
}

/// Writes the statements from the first on that share columns; says how many.
fn run<'a>(
    first: &Statement<'_>,
    entries: &'a [Entry<'_>],
    indent: usize,
    end: &str,
    rows: &mut Vec<String>,
) -> usize {
    let mut run: Vec<Line<'a, '_>> = Vec::new();
    for entry in entries {
        let statement = entry.statement().filter(|s| s.kind == first.kind);
        let goes_on = run
            .last()
            .is_none_or(|last| last.rest.is_none() && !entry.apart);
        let Some(line) = statement
            .filter(|_| goes_on)
            .and_then(|s| line(s, indent, end))
        else {
            break;
        };
        run.push(line);
    }
    if run.first().is_some_and(|line| line.rest.is_some()) {
        return 0;
    }
    for text in aligned(&run, indent) {
        rows.push(text + end);
    }
    run.len()
}

/// A statement as a line that others can be aligned with.
fn line<'a, 't>(statement: &'a Statement<'t>, indent: usize, end: &str) -> Option<Line<'a, 't>> {
    let room = WIDTH.saturating_sub(indent + width(end));
    let cell = |cell: &super::document::Cell<'t>| Some((cell.slot, flat(&cell.doc, room)?));
    let whole = |cells: &Cells| {
        let taken: usize = cells.iter().map(|(_, text)| width(text) + 1).sum();
        taken <= room + 1
    };
    let all: Option<Cells> = statement.cells.iter().map(cell).collect();
    if let Some(cells) = all.filter(whole) {
        return Some(Line {
            cells,
            rest: None,
            statement,
        });
    }
    let (last, before) = statement.cells.split_last()?;
    let cells: Cells = before.iter().map(cell).collect::<Option<_>>()?;
    let taken: usize = cells.iter().map(|(_, text)| width(text) + 1).sum();
    let (more, _) = lead(std::slice::from_ref(&last.doc));
    (!cells.is_empty() && taken + more <= room).then_some(Line {
        cells,
        rest: Some(&last.doc),
        statement,
    })
}

fn aligned(run: &[Line<'_, '_>], indent: usize) -> Vec<String> {
    let mut cells: Vec<Cells> = run.iter().map(|line| line.cells.clone()).collect();
    let statements: Vec<&Statement<'_>> = run.iter().map(|line| line.statement).collect();
    columns::align_fields(&statements, &mut cells);
    let mut texts = columns::align_cells(&cells);
    let last = run.last().and_then(|line| Some((line.rest?, texts.pop()?)));
    if let Some((rest, head)) = last {
        let mut printer = Printer::at(indent);
        printer.word(&head);
        printer.word(" ");
        printer.row(std::slice::from_ref(rest), indent, false, 0);
        texts.push(printer.text);
    }
    texts
}

/// Moves lines in, and puts the comments behind them.
fn with_comments(entries: &[Entry<'_>], rows: Vec<String>, indent: usize) -> Vec<String> {
    let margin = " ".repeat(indent);
    let mut lines = Vec::new();
    let mut columns = comment_columns(entries, &rows, indent).into_iter();
    for (entry, row) in entries.iter().zip(rows) {
        let column = columns.next().flatten();
        if entry.apart {
            lines.push(String::new());
        }
        let mut line = margin.clone() + &row;
        let comment = entry.statement().and_then(|statement| statement.comment);
        if let Some((text, column)) = comment.zip(column) {
            let last = line.rsplit('\n').next().map_or(0, width);
            line.push_str(&" ".repeat(column.saturating_sub(last)));
            line.push_str(text);
        }
        lines.push(line);
    }
    lines
}

/// Where the comment behind each entry starts; neighbours on one line each start at one column.
fn comment_columns(entries: &[Entry<'_>], rows: &[String], indent: usize) -> Vec<Option<usize>> {
    let commented = |entry: &Entry<'_>| entry.statement().is_some_and(|s| s.comment.is_some());
    let all: Vec<(&Entry<'_>, &String)> = entries.iter().zip(rows).collect();
    let neighbours = |a: &(&Entry<'_>, &String), b: &(&Entry<'_>, &String)| {
        let single = !a.1.contains('\n') && !b.1.contains('\n');
        single && !b.0.apart && commented(a.0) && commented(b.0)
    };
    let mut columns = Vec::new();
    for group in all.chunk_by(neighbours) {
        let own = group.iter().map(|(_, row)| own_column(row, indent));
        let column = own
            .max()
            .filter(|_| group.iter().any(|(entry, _)| commented(entry)));
        columns.extend(group.iter().map(|_| column));
    }
    columns
}

fn own_column(row: &str, indent: usize) -> usize {
    if row.contains('\n') {
        behind_last_line(row)
    } else {
        comment_column(indent, indent + width(row))
    }
}

/// A closing bracket alone draws its comment near.
fn behind_last_line(row: &str) -> usize {
    let last = row.rsplit('\n').next().unwrap_or_default();
    let end = width(last);
    if last.trim_start().chars().all(|c| "})],".contains(c)) {
        return end + 1;
    }
    let indent = end - width(last.trim_start());
    comment_column(indent.max(INDENT), end)
}
