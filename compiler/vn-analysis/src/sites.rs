//! Sites as declared with overrides laid over them: groups of sites that nothing tells apart, each
//! with its device statements.

use std::collections::BTreeMap;

use num_traits::ToPrimitive as _;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::Numbers;
use crate::declared::{Base, Body, Declaration, Expr, Fields, Member, twice};
use crate::eval::eval;
use crate::mentions::Mentions;
use crate::numbers::{self, Ranges};
use crate::operators::unknown_name;
use crate::overrides::{self, Override};
use crate::scope::Scope;
use crate::show;
use crate::value::Value;

/// A `site` statement with the region around it.
#[derive(Clone, Copy, Debug)]
pub struct Declared<'a> {
    /// The statement.
    pub site: &'a Declaration,
    /// `region eu { site … }`.
    pub region: Option<&'a Declaration>,
}

/// Sites that nothing tells apart.
#[derive(Clone, Debug)]
pub struct SiteGroup<'a> {
    /// The statement.
    pub site: &'a Declaration,
    /// The region around it.
    pub region: Option<&'a Declaration>,
    /// Which of them.
    pub numbers: Numbers,
    /// Fields of the site, overrides laid over.
    pub fields: Fields,
    /// What stands in them.
    pub devices: Vec<Statement<'a>>,
    /// Links of overrides, which only these sites have.
    pub links: Vec<&'a Declaration>,
}

/// A `device` or `offer` statement with what overrides it.
#[derive(Clone, Debug)]
pub struct Statement<'a> {
    /// The statement.
    pub declared: &'a Declaration,
    /// Statements laid over it, weakest first.
    pub layers: Vec<Layer<'a>>,
    /// Fields of some of its devices only, weakest first.
    pub singled: Vec<(Ranges, Layer<'a>)>,
}

/// Something laid over a statement.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// Its place among all layers of the program.
    pub id: usize,
    /// Another profile.
    pub base: Option<&'a Base>,
    /// Another count.
    pub count: Option<&'a Expr>,
    /// Other fields.
    pub fields: &'a Fields,
    /// Where it stands.
    pub span: Span,
}

impl<'a> Statement<'a> {
    /// The profile in force.
    pub fn base(&self) -> Option<&'a Base> {
        let over = self.layers.iter().rev().find_map(|layer| layer.base);
        over.or(self.declared.base.as_ref())
    }

    /// The count in force.
    pub fn count(&self) -> Option<&'a Expr> {
        let over = self.layers.iter().rev().find_map(|layer| layer.count);
        over.or(self.declared.count.as_ref())
    }
}

/// Every site of a program, in the order of the text.
pub fn declared(program: &Body) -> Vec<Declared<'_>> {
    let mut sites = Vec::new();
    for inner in &program.inner {
        match inner.keyword {
            Member::Site => sites.push(Declared {
                site: inner,
                region: None,
            }),
            Member::Region => sites.extend(inner.body.of(Member::Site).map(|site| Declared {
                site,
                region: Some(inner),
            })),
            _ => {}
        }
    }
    sites
}

/// The groups of all sites, and how many sites each statement makes.
pub fn groups<'a>(
    program: &'a Body,
    mentions: &Mentions,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<(Declared<'a>, Numbers, Vec<SiteGroup<'a>>)> {
    let sites = declared(program);
    let overrides = overrides::read(program, &sites, scope, faults);
    let mut used = vec![false; overrides.len()];
    let mut counts = Vec::new();
    let mut result = Vec::new();
    for declared in sites {
        let count = count(declared.site.count.as_ref(), scope, faults);
        let here: Vec<(usize, &Override<'a>)> = overrides
            .iter()
            .enumerate()
            .filter(|(_, over)| over.site == declared.site.name.value)
            .collect();
        let unread = count.is_none() && declared.site.count.is_some();
        for (at, _) in here.iter().filter(|_| unread) {
            // How many there are was reported; whether this is one of them is not known.
            if let Some(used) = used.get_mut(*at) {
                *used = true;
            }
        }
        let groups = of_site(declared, count, &here, mentions, &mut used, faults);
        let all = count.map_or(Numbers::Plain, |count| Numbers::Some(numbers::up_to(count)));
        result.push((declared, all, groups));
        counts.push((declared, count));
    }
    overrides::unmatched(&overrides, &used, &counts.into_iter(), faults);
    result
}

fn of_site<'a>(
    declared: Declared<'a>,
    count: Option<u32>,
    here: &[(usize, &Override<'a>)],
    mentions: &Mentions,
    used: &mut [bool],
    faults: &mut Vec<Diagnostic>,
) -> Vec<SiteGroup<'a>> {
    let name = &declared.site.name.value;
    let Some(count) = count else {
        return vec![group(declared, Numbers::Plain, here, used, faults)];
    };
    let named = mentions.of_sites(name).into_iter();
    let cut = here.iter().filter_map(|(_, over)| over.sites.clone());
    let cuts = numbers::distinct(named.chain(cut));
    numbers::groups(count, &cuts)
        .into_iter()
        .map(|(ranges, _)| group(declared, Numbers::Some(ranges), here, used, faults))
        .collect()
}

fn group<'a>(
    declared: Declared<'a>,
    numbers: Numbers,
    here: &[(usize, &Override<'a>)],
    used: &mut [bool],
    faults: &mut Vec<Diagnostic>,
) -> SiteGroup<'a> {
    let body = &declared.site.body;
    let mut group = SiteGroup {
        site: declared.site,
        region: declared.region,
        fields: body.fields.clone(),
        devices: statements(body, faults),
        links: Vec::new(),
        numbers,
    };
    for (at, over) in here {
        if group.numbers.are_in(over.sites.as_ref()) {
            if let Some(used) = used.get_mut(*at) {
                *used = true;
            }
            overrides::lay(over, &mut group, faults);
        }
    }
    group
}

fn statements<'a>(body: &'a Body, faults: &mut Vec<Diagnostic>) -> Vec<Statement<'a>> {
    let mut first: BTreeMap<&str, Span> = BTreeMap::new();
    let mut statements = Vec::new();
    for declared in &body.inner {
        if !matches!(declared.keyword, Member::Device | Member::Offer) {
            continue;
        }
        let name = &declared.name;
        if let Some(first) = first.insert(&name.value, name.span) {
            faults.push(twice(&name.value, name.span, first));
            continue;
        }
        statements.push(Statement {
            declared,
            layers: Vec::new(),
            singled: Vec::new(),
        });
    }
    statements
}

/// The message for a count that is out of its range: what it came to, and from which parameters.
fn beyond(written: &Expr, came_to: &str, most: u32, scope: &Scope<'_>) -> Diagnostic {
    let text = written.to_string();
    let count = if text == came_to {
        text
    } else {
        format!("`{text}`, which is {came_to},")
    };
    let message = format!("a count of {count} is outside 0..{most}");
    let fault = Diagnostic::error(codes::OUT_OF_RANGE, written.span, message);
    let named = written.paths().into_iter().filter_map(|path| {
        let place = scope.giver(&path.dotted())?;
        Some((place, format!("`{path}` is given here")))
    });
    named.fold(fault, |fault, (place, text)| fault.label(place, text))
}

/// What a count comes to; none where none is written or it was reported.
pub fn count(
    written: Option<&Expr>,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<u32> {
    const MOST: u32 = 100_000;
    let written = written?;
    match eval(written, scope, faults) {
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => {
            let count = q.value.to_u32().filter(|count| *count <= MOST);
            if count.is_none() {
                faults.push(beyond(written, &show::quantity(&q), MOST, scope));
            }
            count
        }
        Value::Poison => None,
        // It may be a parameter, misspelt.
        Value::Word(word) => {
            faults.push(unknown_name(&word, written.span, scope));
            None
        }
        other => {
            let message = format!(
                "a count needs a whole number; `{written}` is {}",
                other.kind()
            );
            faults.push(Diagnostic::error(codes::WRONG_TYPE, written.span, message));
            None
        }
    }
}
