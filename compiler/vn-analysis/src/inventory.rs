//! `inventory "fleet.toml"`: measured devices and links from a file beside the program.
//!
//! A row is a device, a link or a site; its columns are named like the fields of those, and their
//! cells are written as the language writes values: `16 GiB`, `nvme(512 GB)`, `true`. The further
//! columns of a device are `site` (`home`, `store[17]`), `name` (several rows of one name are
//! several devices), `hardware` (a profile) and `count`; of a link `from`, `to` and, inside a site,
//! `site`; of a site `name`, `count` and `region`.
//!
//! TOML has the tables `[[device]]`, `[[link]]` and `[[site]]`. CSV has one line each, under a line
//! with the names of the columns: a line with `from` and `to` is a link, any other a device. A CSV
//! file whose first cell is `rtt` is a table of round trips between the names in its first line and
//! those in its first column.

mod csv;
mod declare;
mod place;
mod reading;
mod row;
mod toml;

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, FileId, NodeRef, Span, Spanned, SyntaxKind, SyntaxTree};

use self::reading::Reading;
use crate::codes;
use crate::declared::Body;
use crate::doubt;
use crate::measures::Measures;
use crate::selector;

/// A file that `inventory` asks for.
#[derive(Clone, Copy, Debug)]
pub struct InventoryFile<'a> {
    /// Where the program names it.
    pub at: Span,
    /// As the program names it.
    pub name: &'a str,
    /// For spans.
    pub file: FileId,
    /// What it says.
    pub text: &'a str,
}

/// The files that a program asks for and that can be read as inventories, each with its place.
pub fn inventories(program: &SyntaxTree) -> Vec<Spanned<String>> {
    let items = program.root();
    let named = |item: NodeRef<'_>| {
        let text = item.child(SyntaxKind::String)?;
        let name = text.text().trim_matches('"').to_owned();
        Some(Spanned {
            value: name,
            span: text.span(),
        })
    };
    items
        .children_of(SyntaxKind::Inventory)
        .filter_map(named)
        .filter(|name| format(&name.value).is_some())
        .collect()
}

/// The place of its column's name, for each cell.
pub type Columns = BTreeMap<Span, Span>;

/// What reading the files came to.
#[derive(Debug)]
pub struct Reported {
    /// Where the names of columns stand.
    pub columns: Columns,
    /// Whether devices or sites may be missing that a file speaks of.
    pub is_partial: bool,
}

/// Adds what the files of a program say to its declarations.
pub fn read(
    program: &mut Body,
    files: &[InventoryFile<'_>],
    measures: &Measures,
    faults: &mut Vec<Diagnostic>,
) -> Reported {
    let since = faults.len();
    let mut is_missing = false;
    let asked: Vec<Spanned<String>> = program
        .of(crate::declared::Member::Inventory)
        .map(|inventory| inventory.name.clone())
        .collect();
    let mut rows = Vec::new();
    for name in &asked {
        let Some(format) = format(&name.value) else {
            let message = format!("`{}` is neither a `.toml` nor a `.csv` file", name.value);
            let fault = Diagnostic::error(codes::BAD_INVENTORY, name.span, message);
            faults.push(if name.value.to_ascii_lowercase().ends_with("tsv") {
                fault.help("save it with `,` between cells, as `.csv`")
            } else {
                fault
            });
            continue;
        };
        // Whoever reads files has said why one is missing.
        let found = files.iter().find(|file| file.at == name.span);
        is_missing |= !files.iter().any(|file| file.name == name.value);
        rows.extend(found.into_iter().flat_map(|file| match format {
            Format::Toml => toml::rows(file, faults),
            Format::Csv => csv::rows(file, faults),
        }));
    }
    let mut reading = Reading {
        measures,
        faults,
        columns: Columns::new(),
    };
    declare::declare(rows, program, &mut reading);
    let columns = reading.columns;
    let mut new = faults.iter().skip(since);
    Reported {
        columns,
        is_partial: is_missing || new.any(Diagnostic::is_error),
    }
}

/// Takes back what may follow from devices that are missing.
pub fn silence(is_partial: bool, faults: &mut Vec<Diagnostic>) {
    if !is_partial {
        return;
    }
    doubt::silence(true, 0, faults);
    let is_name = |fault: &Diagnostic| fault.code == codes::UNKNOWN_NAME;
    faults.retain(|fault| {
        let follows = fault.code == codes::NO_PATH
            || is_name(fault) && fault.message.starts_with(selector::NOBODY);
        !follows
    });
}

/// What is wrong with the name of a column is said where it stands.
fn lifted(mut fault: Diagnostic, columns: &Columns) -> Diagnostic {
    let cell = fault.labels.first().map(|label| label.span);
    let column = cell.and_then(|cell| Some((cell, *columns.get(&cell)?)));
    let Some((cell, head)) = column.filter(|_| fault.code == codes::UNKNOWN_ITEM) else {
        return fault;
    };
    let labels = fault.labels.iter_mut().map(|label| &mut label.span);
    let edits = fault.edits.iter_mut().map(|edit| &mut edit.span);
    for span in labels.chain(edits).filter(|span| **span == cell) {
        *span = head;
    }
    fault
}

/// What is wrong in the same way in many rows is said of the first of them.
pub fn fold(
    (files, columns): (&[InventoryFile<'_>], &Columns),
    since: usize,
    faults: &mut Vec<Diagnostic>,
) {
    if files.is_empty() {
        return;
    }
    let files: BTreeSet<FileId> = files.iter().map(|file| file.file).collect();
    let mut rows: BTreeMap<(FileId, String), (usize, BTreeSet<Span>)> = BTreeMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    for fault in faults.split_off(since) {
        let fault = lifted(fault, columns);
        let place = fault.labels.first().map(|label| label.span);
        let Some(place) = place.filter(|place| files.contains(&place.file)) else {
            kept.push(fault);
            continue;
        };
        let at = kept.len();
        let row = rows.entry((place.file, fault.message.clone()));
        let (first, places) = row.or_insert_with(|| (at, BTreeSet::new()));
        places.insert(place);
        if *first == at {
            kept.push(fault);
        }
    }
    for (first, places) in rows.into_values().filter(|(_, places)| places.len() > 1) {
        if let Some(fault) = kept.get_mut(first) {
            let rows = if places.len() == 2 { "row" } else { "rows" };
            *fault = fault
                .clone()
                .fact(format!("the same in {} more {rows}", places.len() - 1));
        }
    }
    faults.append(&mut kept);
}

#[derive(Clone, Copy, Debug)]
enum Format {
    Toml,
    Csv,
}

fn format(name: &str) -> Option<Format> {
    match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
        "toml" => Some(Format::Toml),
        "csv" => Some(Format::Csv),
        _ => None,
    }
}
