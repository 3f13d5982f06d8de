//! Rows to declarations, as if the program had them: equal rows become one statement.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, Span, Spanned};

use super::reading::Reading;
use super::row::{Cell, Row, What};
use crate::codes;
use crate::declared::{
    Base, Body, Declaration, Expr, ExprKind, Fields, Member, Path, Segment, twice,
};
use crate::numbers::{self, Ranges};
use crate::quantity::{Quantity, whole};
use crate::scope::Scope;
use crate::spelling;

/// Adds rows to a program.
pub fn declare(rows: Vec<Row>, program: &mut Body, faults: &mut Reading<'_>) {
    let mut sites = Sites::default();
    for mut row in rows {
        match row.what {
            What::Site => sites.site(row, faults),
            What::Device => sites.device(row, faults),
            What::Link => {
                let site = row.take("site");
                let link = link(row, faults);
                match (site, link) {
                    (Some(site), Some(link)) => {
                        let of = sites.of(&site, false, faults);
                        for at in of {
                            at.links.push(link.clone());
                        }
                    }
                    (None, Some(link)) => program.inner.push(Arc::new(link)),
                    (_, None) => {}
                }
            }
        }
    }
    sites.finish(program, faults);
}

/// Sites by name, in the order of their first rows.
#[derive(Default)]
struct Sites {
    order: Vec<(String, Site)>,
}

struct Site {
    row: Option<Row>,
    span: Span,
    /// Whether a row declares it or puts something in it; a link is of sites that there are.
    exists: bool,
    /// The highest number that each cell names, with its place.
    numbers: Vec<(u32, Span)>,
    /// What is said of all sites of the name, or of the only one.
    all: Content,
    /// What is said of some by number.
    numbered: BTreeMap<u32, Content>,
}

#[derive(Clone, Default)]
struct Content {
    classes: Vec<(String, Vec<Row>)>,
    links: Vec<Declaration>,
}

impl Sites {
    fn named(&mut self, name: &str, span: Span) -> Option<&mut Site> {
        let at = if let Some(at) = self.order.iter().position(|(known, _)| known == name) {
            at
        } else {
            let site = Site {
                row: None,
                span,
                exists: false,
                numbers: Vec::new(),
                all: Content::default(),
                numbered: BTreeMap::new(),
            };
            self.order.push((name.to_owned(), site));
            self.order.len() - 1
        };
        self.order.get_mut(at).map(|(_, site)| site)
    }

    fn site(&mut self, mut row: Row, faults: &mut Reading<'_>) {
        let Some(name) = row.take("name") else {
            faults.push(missing(&row, "name"));
            return;
        };
        if let Some(fault) = no_name(&name) {
            faults.push(fault);
        } else if let Some(site) = self.named(&name.text, name.span) {
            if site.row.is_some() {
                faults.push(twice(&name.text, name.span, site.span));
            } else {
                site.row = Some(row);
                site.span = name.span;
            }
            site.exists = true;
        }
    }

    /// What is said of the sites that a cell names: `home`, `store[17]`, `store[3..7]`.
    fn of(&mut self, cell: &Cell, makes: bool, faults: &mut Reading<'_>) -> Vec<&mut Content> {
        const MOST: u32 = 100_000;
        let Some(path) = cell.path(faults) else {
            return Vec::new();
        };
        let [segment] = path.segments.as_slice() else {
            let message = format!("`{}` names no site", cell.text);
            faults.push(Diagnostic::error(codes::BAD_INVENTORY, cell.span, message));
            return Vec::new();
        };
        let index = segment.index.as_deref();
        let ranges = index.map(|index| numbers::of_index(index, &Scope::default()));
        let Some(site) = self.named(&segment.name, cell.span) else {
            return Vec::new();
        };
        site.exists |= makes;
        let ranges = match ranges {
            None => return vec![&mut site.all],
            Some(ranges) => ranges.unwrap_or_default(),
        };
        let far = ranges
            .iter()
            .any(|(first, last)| *first == 0 || *last > MOST);
        if let Some((first, last)) = ranges.iter().find(|(first, last)| first > last) {
            let message = format!("`{}` ends before it begins", cell.text);
            let fault = Diagnostic::error(codes::BAD_INVENTORY, cell.span, message);
            let turned = format!("{}[{last}..{first}]", segment.name);
            faults.push(match ranges.len() {
                1 => fault.guess(cell.span, turned),
                _ => fault.help("write the lower number first"),
            });
            return Vec::new();
        }
        if ranges.is_empty() || far {
            let message = format!("`{}` names no number from 1 to {MOST}", cell.text);
            faults.push(Diagnostic::error(codes::BAD_INVENTORY, cell.span, message));
            return Vec::new();
        }
        let highest = ranges.iter().map(|(_, last)| *last).max();
        site.numbers
            .extend(highest.map(|number| (number, cell.span)));
        for number in ranges.iter().flat_map(|(first, last)| *first..=*last) {
            site.numbered.entry(number).or_default();
        }
        let named = site.numbered.iter_mut();
        named
            .filter(|(number, _)| numbers::contains(&ranges, **number))
            .map(|(_, content)| content)
            .collect()
    }

    fn device(&mut self, mut row: Row, faults: &mut Reading<'_>) {
        let (site, name) = (row.take("site"), row.take("name"));
        let (Some(site), Some(name)) = (&site, &name) else {
            let column = if site.is_none() { "site" } else { "name" };
            faults.push(missing(&row, column));
            return;
        };
        if let Some(fault) = no_name(name) {
            faults.push(fault);
            return;
        }
        row.span = name.span;
        for content in self.of(site, true, faults) {
            let known = content
                .classes
                .iter_mut()
                .find(|(known, _)| *known == name.text);
            match known {
                Some((_, rows)) => rows.push(row.clone()),
                None => content.classes.push((name.text.clone(), vec![row.clone()])),
            }
        }
    }

    fn finish(self, program: &mut Body, faults: &mut Reading<'_>) {
        let here: Vec<String> = self
            .order
            .iter()
            .filter(|(_, site)| site.exists)
            .map(|(name, _)| name.clone())
            .collect();
        let declared: Vec<String> = crate::sites::declared(program)
            .iter()
            .map(|known| known.site.name.value.clone())
            .collect();
        for (name, site) in self.order {
            if !site.exists && !declared.contains(&name) {
                faults.push(no_site(&name, site.span, here.iter().chain(&declared)));
                continue;
            }
            let mut overrides = Vec::new();
            let inner = site.all.declarations(&name, None, &mut overrides, faults);
            let mut inner = shared(inner);
            for (ranges, content) in alike(site.numbered.clone()) {
                let place = site.place(&ranges);
                let path = path(&name, Some(&ranges), place);
                let nested = content.declarations(&name, Some(&ranges), &mut overrides, faults);
                let mut declared = declaration(Member::Override, path.to_string(), place);
                declared.base = Some(plain(path));
                declared.body.inner = shared(nested);
                overrides.insert(0, declared);
            }
            if let Some(known) = known(program, &name) {
                known.body.inner.append(&mut inner);
                if site.row.is_some() {
                    faults.push(twice(&name, site.span, known.name.span));
                }
            } else {
                let mut declared = declaration(Member::Site, name, site.span);
                declared.body.inner = inner;
                declared.count = site.count(faults);
                let mut facts = site.row.map(|row| row.cells).unwrap_or_default();
                facts.retain(|cell| cell.name != "count");
                declared.body.fields = fields(&facts, faults);
                program.inner.push(Arc::new(declared));
            }
            program.inner.extend(shared(overrides));
        }
    }
}

impl Site {
    /// Where a cell names the last of some numbers.
    fn place(&self, ranges: &Ranges) -> Span {
        let last = ranges.last().map(|(_, last)| *last);
        let mut named = self.numbers.iter();
        let named = named.find(|(number, _)| Some(*number) == last);
        named.map_or(self.span, |(_, place)| *place)
    }

    /// The count that the file gives, else the highest number that it names.
    fn count(&self, faults: &mut Reading<'_>) -> Option<Expr> {
        let written = self.row.as_ref().and_then(|row| row.cell("count"));
        if let Some(cell) = written {
            return cell.value(faults);
        }
        let last = self.numbered.keys().next_back();
        last.map(|last| number(*last, self.span))
    }
}

/// Sites of a name that hold the same, each content once.
fn alike(numbered: BTreeMap<u32, Content>) -> Vec<(Ranges, Content)> {
    let mut groups: BTreeMap<String, (Ranges, Content)> = BTreeMap::new();
    for (number, content) in numbered {
        let (ranges, _) = groups
            .entry(content.key())
            .or_insert_with(|| (Vec::new(), content));
        ranges.push((number, number));
    }
    let mut groups: Vec<(Ranges, Content)> = groups
        .into_values()
        .map(|(ranges, content)| (numbers::joined(ranges), content))
        .collect();
    groups.sort_by(|a, b| a.0.cmp(&b.0));
    groups
}

fn known<'p>(program: &'p mut Body, name: &str) -> Option<&'p mut Declaration> {
    let is = |inner: &Declaration| inner.keyword == Member::Site && inner.name.value == name;
    let at = program.inner.iter().position(|inner| {
        is(inner) || (inner.keyword == Member::Region && inner.body.of(Member::Site).any(is))
    })?;
    let found = Arc::make_mut(program.inner.get_mut(at)?);
    if found.keyword == Member::Region {
        let found = found.body.inner.iter_mut().find(|inner| is(inner));
        return found.map(Arc::make_mut);
    }
    Some(found)
}

fn shared(declared: Vec<Declaration>) -> Vec<Arc<Declaration>> {
    declared.into_iter().map(Arc::new).collect()
}

impl Content {
    /// What tells it apart from another.
    fn key(&self) -> String {
        let rows = |rows: &[Row]| rows.iter().map(facts).collect::<Vec<_>>().join("\n");
        let classes = self.classes.iter();
        let classes: Vec<String> = classes
            .map(|(name, of)| format!("{name}\t{}", rows(of)))
            .collect();
        let links: Vec<String> = self
            .links
            .iter()
            .map(|link| format!("{:?}", link.span))
            .collect();
        format!("{}\n{}", classes.join("\n"), links.join("\n"))
    }

    fn declarations(
        &self,
        site: &str,
        sites: Option<&Ranges>,
        overrides: &mut Vec<Declaration>,
        faults: &mut Reading<'_>,
    ) -> Vec<Declaration> {
        let mut found = Vec::new();
        for (name, rows) in &self.classes {
            let whole = (site, sites, name.as_str());
            found.extend(class(whole, rows, overrides, faults));
        }
        found.extend(self.links.iter().cloned());
        found
    }
}

/// The facts of a row, in one line.
fn facts(row: &Row) -> String {
    let mut cells: Vec<String> = row
        .cells
        .iter()
        .map(|cell| format!("{}={}", cell.name, cell.text))
        .collect();
    cells.sort();
    cells.join("\t")
}

/// The statement of all rows of one name; where they differ, what they share, and an override each.
fn class(
    (site, sites, name): (&str, Option<&Ranges>, &str),
    rows: &[Row],
    overrides: &mut Vec<Declaration>,
    faults: &mut Reading<'_>,
) -> Option<Declaration> {
    let first = rows.first()?;
    let mut declared = declaration(Member::Device, name.to_owned(), first.span);
    declared.base = first
        .cell("hardware")
        .and_then(|cell| Some(plain(cell.path(faults)?)));
    let hardware = |row: &Row| row.cell("hardware").map(|cell| cell.text.clone());
    if let Some(other) = rows.iter().find(|row| hardware(row) != hardware(first)) {
        let message = format!("devices called `{name}` are of different hardware");
        let fault = Diagnostic::error(codes::BAD_INVENTORY, other.span, message)
            .label(first.span, "first here");
        faults.push(fault.help("give them a name for each kind of hardware"));
        return None;
    }
    let own = |row: &Row| -> Vec<Cell> {
        let cells = row.cells.iter();
        cells
            .filter(|cell| !matches!(cell.name.as_str(), "hardware" | "count"))
            .cloned()
            .collect()
    };
    let same = |a: &Cell, b: &Cell| a.name == b.name && a.text == b.text;
    let shared: Vec<Cell> = own(first)
        .into_iter()
        .filter(|cell| {
            rows.iter()
                .all(|row| own(row).iter().any(|other| same(cell, other)))
        })
        .collect();
    declared.body.fields = fields(&shared, faults);
    let mut groups: BTreeMap<String, (Ranges, Vec<Cell>)> = BTreeMap::new();
    let mut total = 0_u32;
    for row in rows {
        let count = count(row, faults)?;
        let mut differing = own(row);
        differing.retain(|cell| !shared.iter().any(|other| same(cell, other)));
        let key = differing
            .iter()
            .map(|cell| format!("{}={}", cell.name, cell.text))
            .collect::<Vec<_>>()
            .join("\t");
        if count > 0 {
            let (ranges, _) = groups.entry(key).or_insert_with(|| (Vec::new(), differing));
            ranges.push((total.saturating_add(1), total.saturating_add(count)));
        }
        total = total.saturating_add(count);
    }
    let alone = rows.len() == 1 && first.cell("count").is_none();
    declared.count = (!alone).then(|| number(total, first.span));
    for (ranges, differing) in groups.into_values().filter(|(_, cells)| !cells.is_empty()) {
        let mut path = path(site, sites, first.span);
        path.segments
            .extend(self::path(name, Some(&numbers::joined(ranges)), first.span).segments);
        let mut over = declaration(Member::Override, path.to_string(), first.span);
        over.base = Some(plain(path));
        over.body.fields = fields(&differing, faults);
        overrides.push(over);
    }
    Some(declared)
}

fn count(row: &Row, faults: &mut Reading<'_>) -> Option<u32> {
    let Some(cell) = row.cell("count") else {
        return Some(1);
    };
    let count = cell
        .text
        .replace('_', "")
        .parse()
        .ok()
        .filter(|count| *count <= 100_000);
    if count.is_none() {
        let message = format!("`{}` is no count from 0 to 100_000", cell.text);
        faults.push(Diagnostic::error(codes::BAD_INVENTORY, cell.span, message));
    }
    count
}

fn fields(cells: &[Cell], faults: &mut Reading<'_>) -> Fields {
    Fields(cells.iter().map(|cell| cell.field(faults)).collect())
}

fn link(mut row: Row, faults: &mut Reading<'_>) -> Option<Declaration> {
    let (from, to) = (row.take("from"), row.take("to"));
    let mut declared = declaration(Member::Link, String::new(), row.span);
    if from.is_some() || to.is_some() {
        let (Some(from), Some(to)) = (&from, &to) else {
            let column = if from.is_none() { "from" } else { "to" };
            faults.push(missing(&row, column));
            return None;
        };
        declared.ends = Some((from.path(faults)?, to.path(faults)?));
    }
    declared.body.fields = fields(&row.cells, faults);
    Some(declared)
}

/// The message for a link inside a site that nothing declares.
fn no_site<'a>(name: &str, span: Span, known: impl Iterator<Item = &'a String>) -> Diagnostic {
    let near = spelling::nearest(name, known.map(String::as_str));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no site `{name}` has a device{hint}");
    let fault = Diagnostic::error(codes::BAD_INVENTORY, span, message);
    match near {
        Some(near) => fault.guess(span, near),
        None => fault,
    }
}

/// The message for a cell that should hold a name and does not.
fn no_name(cell: &Cell) -> Option<Diagnostic> {
    let mut letters = cell.text.chars();
    let begins = letters
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if begins && letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return None;
    }
    let message = format!("`{}` is no name", cell.text);
    let fault = Diagnostic::error(codes::BAD_INVENTORY, cell.span, message);
    Some(fault.help("a name has letters, digits and `_`, and begins with a letter"))
}

fn missing(row: &Row, column: &str) -> Diagnostic {
    let columns = row.cells.iter().map(|cell| cell.name.as_str());
    let near = spelling::nearest(column, columns);
    let hint = near.map_or_else(String::new, |near| format!("; is it in `{near}`?"));
    let message = format!("this row has no `{column}`{hint}");
    Diagnostic::error(codes::BAD_INVENTORY, row.span, message)
}

fn declaration(keyword: Member, name: String, span: Span) -> Declaration {
    Declaration {
        keyword,
        name: Spanned { value: name, span },
        base: None,
        count: None,
        on: None,
        ends: None,
        body: Body::default(),
        span,
    }
}

fn plain(path: Path) -> Base {
    Base {
        path,
        args: Vec::new(),
    }
}

/// `store[3..7]`.
fn path(name: &str, numbers: Option<&Ranges>, span: Span) -> Path {
    let range = |(first, last): &(u32, u32)| {
        let (low, high) = (number(*first, span), number(*last, span));
        let kind = if first == last {
            return low;
        } else {
            ExprKind::Range(Box::new(low), Some(Box::new(high)))
        };
        Expr { kind, span }
    };
    let index = numbers.map(|ranges| match ranges.as_slice() {
        [only] => range(only),
        several => Expr {
            kind: ExprKind::List(several.iter().map(range).collect()),
            span,
        },
    });
    Path {
        segments: vec![Segment {
            name: name.to_owned(),
            index: index.map(Box::new),
        }],
        span,
    }
}

fn number(value: u32, span: Span) -> Expr {
    Expr {
        kind: ExprKind::Quantity(Quantity::pure(whole(i64::from(value))), value.to_string()),
        span,
    }
}
