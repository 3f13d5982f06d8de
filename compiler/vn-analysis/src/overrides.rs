//! `override store[17] { … }`: what some sites or devices have otherwise than their statement says.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Body, Declaration, Fields, Member, Path};
use crate::numbers::{self, Ranges};
use crate::scope::Scope;
use crate::sites::{Declared, Layer, SiteGroup, Statement};
use crate::spelling;

/// An `override` with what it speaks of.
#[derive(Clone, Debug)]
pub struct Override<'a> {
    /// The statement.
    pub declared: &'a Declaration,
    /// The first of the ids of its layers.
    pub id: usize,
    /// The site.
    pub site: String,
    /// Which of the sites; all where none is written.
    pub sites: Option<Ranges>,
    /// The device statement, where it speaks of devices, with their numbers.
    pub device: Option<(String, Option<Ranges>)>,
}

/// Reads every override of a program.
pub fn read<'a>(
    program: &'a Body,
    sites: &[Declared<'a>],
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Override<'a>> {
    let mut overrides = Vec::new();
    let mut id = 0;
    for declared in program.of(Member::Override) {
        match target(declared, sites, scope) {
            Ok((site, ranges, device)) => overrides.push(Override {
                declared,
                id,
                site,
                sites: ranges,
                device,
            }),
            Err(fault) => faults.push(*fault),
        }
        id += 1 + declared.body.inner.len();
    }
    overrides
}

type Target = (String, Option<Ranges>, Option<(String, Option<Ranges>)>);

fn target(
    declared: &Declaration,
    sites: &[Declared<'_>],
    scope: &Scope<'_>,
) -> Result<Target, Box<Diagnostic>> {
    let nothing = || Path {
        segments: Vec::new(),
        span: declared.span,
    };
    let path = declared
        .base
        .as_ref()
        .map_or_else(nothing, |base| base.path.clone());
    let site = |name: &str| sites.iter().any(|known| known.site.name.value == name);
    let mut parts = Vec::new();
    for segment in &path.segments {
        let index = segment.index.as_deref();
        let ranges = index.map(|index| {
            numbers::of_index(index, scope).ok_or_else(|| no_number(index.span, index))
        });
        parts.push((segment.name.clone(), ranges.transpose()?));
    }
    let mut parts = parts.into_iter();
    match (parts.next(), parts.next(), parts.next()) {
        (Some((name, ranges)), device, None) if site(&name) => Ok((name, ranges, device)),
        (Some((name, ranges)), None, None) => match home(&name, sites) {
            Some(site) => Ok((site, None, Some((name, ranges)))),
            None => Err(nobody(&path, sites)),
        },
        _ => Err(nobody(&path, sites)),
    }
}

/// The site that has a device statement of this name.
fn home(name: &str, sites: &[Declared<'_>]) -> Option<String> {
    let has = |body: &Body| is_device(body, name);
    let found = sites.iter().find(|known| has(&known.site.body))?;
    Some(found.site.name.value.clone())
}

fn is_device(body: &Body, name: &str) -> bool {
    let mut inner = body.inner.iter();
    inner.any(|inner| {
        matches!(inner.keyword, Member::Device | Member::Offer) && inner.name.value == name
    })
}

fn no_number(span: Span, index: &crate::declared::Expr) -> Box<Diagnostic> {
    let message = format!("`[{index}]` names no numbers");
    let fault = Diagnostic::error(codes::WRONG_TYPE, span, message);
    Box::new(fault.help("write `[17]` or `[3..7]`"))
}

fn nobody(path: &Path, sites: &[Declared<'_>]) -> Box<Diagnostic> {
    let names = sites.iter().map(|known| known.site.name.value.as_str());
    let devices = sites.iter().flat_map(|known| &known.site.body.inner);
    let devices = devices.filter(|inner| inner.keyword != Member::Link);
    let known = names.chain(devices.map(|device| device.name.value.as_str()));
    let hint = spelling::hint(path.head(), known);
    let message = format!("no site or device `{path}` to override{hint}");
    Box::new(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message))
}

/// Lays an override over a group of sites that it speaks of.
pub fn lay<'a>(over: &Override<'a>, group: &mut SiteGroup<'a>, faults: &mut Vec<Diagnostic>) {
    let body = &over.declared.body;
    if let Some((name, ranges)) = &over.device {
        let layer = Layer {
            id: over.id,
            base: None,
            count: None,
            fields: &body.fields,
            span: over.declared.name.span,
        };
        faults.extend(body.inner.first().map(|inner| misplaced(inner)));
        match statement(group, name) {
            Some(statement) => match ranges {
                Some(ranges) => statement.singled.push((ranges.clone(), layer)),
                None => statement.layers.push(layer),
            },
            None => faults.push(no_device(name, over.declared.name.span, group)),
        }
        return;
    }
    group.fields = std::mem::take(&mut group.fields).overlaid(&body.fields);
    for (at, inner) in body.inner.iter().enumerate() {
        match inner.keyword {
            Member::Link => group.links.push(inner),
            _ => lay_device(inner, over.id + 1 + at, group, faults),
        }
    }
}

fn lay_device<'a>(
    inner: &'a Declaration,
    id: usize,
    group: &mut SiteGroup<'a>,
    faults: &mut Vec<Diagnostic>,
) {
    let name = &inner.name;
    let layer = Layer {
        id,
        base: inner.base.as_ref(),
        count: inner.count.as_ref(),
        fields: &inner.body.fields,
        span: name.span,
    };
    match statement(group, &name.value) {
        Some(statement) => statement.layers.push(layer),
        // With a profile it is a machine that only these sites have.
        None if inner.base.is_some() => group.devices.push(Statement {
            declared: inner,
            layers: Vec::new(),
            singled: Vec::new(),
        }),
        None => faults.push(no_device(&name.value, name.span, group)),
    }
}

fn statement<'g, 'a>(group: &'g mut SiteGroup<'a>, name: &str) -> Option<&'g mut Statement<'a>> {
    let mut devices = group.devices.iter_mut();
    devices.find(|statement| statement.declared.name.value == name)
}

fn misplaced(inner: &Declaration) -> Diagnostic {
    let what = inner.keyword.keyword();
    let message = format!("`{what}` means nothing in the override of a device");
    Diagnostic::error(codes::MISPLACED, inner.span, message)
}

fn no_device(name: &str, span: Span, group: &SiteGroup<'_>) -> Diagnostic {
    let site = &group.site.name;
    let known = group.devices.iter();
    let known = known.map(|statement| statement.declared.name.value.as_str());
    let near = spelling::nearest(name, known);
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("`{}` has no device `{name}` to override{hint}", site.value);
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message)
        .label(site.span, format!("`{}` is declared here", site.value));
    match near {
        Some(near) => fault.guess(span, near),
        None => fault.help(format!("name its hardware to add it: `device {name} : …`")),
    }
}

/// Whether an override names numbers behind the last of its sites; `3..` names those that there are.
fn is_beyond<'a>(
    over: &Override<'_>,
    mut sites: impl Iterator<Item = (Declared<'a>, Option<u32>)>,
) -> bool {
    let site = sites.find(|(known, _)| known.site.name.value == over.site);
    let count = site.and_then(|(_, count)| count);
    let last = over.sites.as_ref().and_then(|ranges| ranges.last());
    let last = last.map(|(_, last)| *last).filter(|last| *last < u32::MAX);
    count.zip(last).is_some_and(|(count, last)| last > count)
}

/// Reports overrides of sites whose numbers there are not.
pub fn unmatched<'a>(
    overrides: &[Override<'_>],
    used: &[bool],
    sites: &(impl Iterator<Item = (Declared<'a>, Option<u32>)> + Clone),
    faults: &mut Vec<Diagnostic>,
) {
    let wrong = |over: &Override<'_>, used: bool| !used || is_beyond(over, sites.clone());
    let overrides = overrides.iter().zip(used);
    for (over, _) in overrides.filter(|(over, used)| wrong(over, **used)) {
        let name = &over.declared.name;
        let message = format!("there is no `{}`", name.value);
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
        let site = sites
            .clone()
            .find(|(known, _)| known.site.name.value == over.site);
        faults.push(match site {
            Some((known, count)) => {
                let there = match count {
                    None => "this is one site, without numbers".to_owned(),
                    Some(0) => "there are none of it".to_owned(),
                    Some(count) => format!("its numbers are 1..{count}"),
                };
                fault.label(known.site.name.span, there)
            }
            None => fault,
        });
    }
}

/// What stands for `* 3` among the names of fields.
const COUNT: &str = "*";

/// What each field of each layer came to.
#[derive(Clone, Debug, Default)]
pub struct Effects {
    rows: std::collections::BTreeMap<(usize, String), Effect>,
}

#[derive(Clone, Debug)]
struct Effect {
    span: Span,
    holds: bool,
    changes: bool,
    instead: Option<Span>,
}

impl Effects {
    /// Takes note of the layers of one group of devices, weakest first.
    pub fn note(&mut self, below: &Fields, layers: &[Layer<'_>]) {
        let mut so_far = below.clone();
        for (at, layer) in layers.iter().enumerate() {
            let above = layers.get(at + 1..).unwrap_or_default();
            for field in &layer.fields.0 {
                let old = so_far.get(&field.name).map(|old| old.value.to_string());
                let changes = old.as_deref() != Some(&field.value.to_string());
                let mut later = above
                    .iter()
                    .filter_map(|layer| layer.fields.get(&field.name));
                let instead = later.next_back().map(|field| field.span);
                let key = (layer.id, field.name.clone());
                let row = self.rows.entry(key).or_insert(Effect {
                    span: field.span.to(field.value.span),
                    holds: false,
                    changes: false,
                    instead,
                });
                row.holds |= instead.is_none();
                row.changes |= changes;
            }
            so_far = so_far.overlaid(layer.fields);
        }
    }

    /// Takes note of the counts of one statement's layers, weakest first.
    pub fn note_counts(&mut self, below: u32, layers: &[(Layer<'_>, Span, u32)]) {
        let mut so_far = below;
        for (at, (layer, span, count)) in layers.iter().enumerate() {
            let later = layers.get(at + 1..).unwrap_or_default();
            let instead = later.last().map(|(_, span, _)| *span);
            let key = (layer.id, COUNT.to_owned());
            let row = self.rows.entry(key).or_insert(Effect {
                span: *span,
                holds: false,
                changes: false,
                instead,
            });
            row.holds |= instead.is_none();
            row.changes |= *count != so_far;
            so_far = *count;
        }
    }

    /// Warns of what never holds or changes nothing.
    pub fn report(&self, faults: &mut Vec<Diagnostic>) {
        for ((_, name), row) in &self.rows {
            let what = if name == COUNT {
                "count".to_owned()
            } else {
                format!("`{name}`")
            };
            let article = if name == COUNT { "the " } else { "" };
            let warning = |message| Diagnostic::warning(codes::IDLE_OVERRIDE, row.span, message);
            match (row.holds, row.changes, row.instead) {
                (false, _, Some(instead)) => {
                    let message = format!("no device ever uses this {what}");
                    faults.push(warning(message).label(instead, "a nearer override sets it"));
                }
                (_, false, _) => {
                    faults.push(warning(format!(
                        "this override of {article}{what} changes nothing"
                    )));
                }
                _ => {}
            }
        }
    }
}
