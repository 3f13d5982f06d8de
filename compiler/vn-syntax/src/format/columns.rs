//! Columns that neighbouring lines share.

use super::WIDTH;
use super::document::{Block, Doc, Entry, Slot, Statement};
use super::print::{push_flat_entry, width};

/// The cells of one line.
pub(super) type Cells = Vec<(Slot, String)>;

/// One text per line, its cells moved to common columns.
///
/// A column reaches from the first line that has it to the last: `* 3` is moved behind the types of
/// the lines between the first and the last count, not behind those of all devices.
pub(super) fn align_cells(lines: &[Cells]) -> Vec<String> {
    let cell = |line: &Cells, slot| {
        line.iter()
            .find(|(s, _)| *s == slot)
            .map(|(_, t)| t.clone())
    };
    let mut texts: Vec<String> = lines
        .iter()
        .map(|line| cell(line, Slot::Head).unwrap_or_default())
        .collect();
    for slot in Slot::ALIGNED {
        let cells: Vec<Option<String>> = lines.iter().map(|line| cell(line, slot)).collect();
        let Some(first) = cells.iter().position(Option::is_some) else {
            continue;
        };
        let last = cells.iter().rposition(Option::is_some).unwrap_or(first);
        let reach = texts.get(first..=last).unwrap_or_default();
        let column = reach.iter().map(|text| width(text)).max().unwrap_or(0);
        for (text, cell) in texts.iter_mut().zip(cells) {
            if let Some(cell) = cell {
                let blanks = column - width(text).min(column) + 1;
                text.push_str(&" ".repeat(blanks));
                text.push_str(&cell);
            }
        }
    }
    texts
}

/// Moves the fields of one-line bodies to common columns, as far as neighbours begin with the same
/// fields.
pub(super) fn align_fields(statements: &[&Statement<'_>], lines: &mut [Cells]) {
    let mut bodies: Vec<Vec<Member<'_>>> = statements.iter().map(|s| members(s)).collect();
    let deepest = bodies.iter().map(Vec::len).max().unwrap_or(0);
    for at in 1..deepest {
        align_field(&mut bodies, at);
    }
    for (line, body) in lines.iter_mut().zip(&bodies) {
        let cell = line.iter_mut().find(|(slot, _)| *slot == Slot::Body);
        if let Some((_, text)) = cell.filter(|_| !body.is_empty()) {
            let all: Vec<&str> = body.iter().map(|member| member.text.as_str()).collect();
            *text = format!("{{ {} }}", all.join(" "));
        }
    }
}

/// A statement of a one-line body, its semicolon included.
struct Member<'t> {
    key: Option<&'t str>,
    text: String,
}

fn members<'t>(statement: &Statement<'t>) -> Vec<Member<'t>> {
    let body = statement.cells.iter().find(|cell| cell.slot == Slot::Body);
    match body.map(|cell| &cell.doc) {
        Some(Doc::Block(block)) if !block.open => on_one_line(block).unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn on_one_line<'t>(block: &Block<'t>) -> Option<Vec<Member<'t>>> {
    let count = block.entries.len();
    let member = |(at, entry): (usize, &Entry<'t>)| {
        let mut text = String::new();
        push_flat_entry(entry, WIDTH, &mut text)?;
        if at + 1 < count {
            text.push(';');
        }
        let key = entry.statement().and_then(|statement| statement.key);
        Some(Member { key, text })
    };
    block.entries.iter().enumerate().map(member).collect()
}

/// Lets the field number `at` start at one column in neighbours that agree on it and all before it.
fn align_field(bodies: &mut [Vec<Member<'_>>], at: usize) {
    let agree = |a: &Vec<Member<'_>>, b: &Vec<Member<'_>>| {
        let keys = |body: &Vec<Member<'_>>| -> Option<Vec<String>> {
            let keys = body.get(..=at)?.iter().map(|m| m.key.map(str::to_owned));
            keys.collect()
        };
        keys(a).is_some_and(|keys_of_a| Some(keys_of_a) == keys(b))
    };
    for group in bodies.chunk_by_mut(agree) {
        let before = |body: &Vec<Member<'_>>| body.get(at - 1).map_or(0, |m| width(&m.text));
        let column = group.iter().map(before).max().unwrap_or(0);
        for body in group.iter_mut().filter(|body| body.len() > at) {
            if let Some(member) = body.get_mut(at - 1) {
                let blanks = column.saturating_sub(width(&member.text));
                member.text.push_str(&" ".repeat(blanks));
            }
        }
    }
}
