//! `test` blocks.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, Span};

use crate::catalogue::Catalogue;
use crate::codes;
use crate::composition::{Need, Slot, SlotIx, SlotRole, Test};
use crate::currency::Currency;
use crate::declared::{Body, Clause, Declaration, Member, Path, twice};
use crate::events::{self, Given};
use crate::expectations;
use crate::fleet::Fleet;
use crate::library::Library;
use crate::metrics::Metrics;
use crate::names::no_variant;
use crate::scope::Scope;
use crate::spelling;

/// What tests speak of.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Names of the sites, as rows of the composition.
    pub sites: &'a [&'a str],
    /// Profiles that can join.
    pub catalogue: &'a Catalogue,
    /// For "import it".
    pub library: &'a [Arc<Library>],
    /// Components.
    pub slots: &'a [Slot],
    /// Who needs whom; none where that is not known.
    pub needs: Option<&'a [Need]>,
    /// Names of components that are not selected.
    pub unselected: &'a [String],
    /// Measures of the program's own.
    pub own: &'a Metrics,
    /// Parameters.
    pub scope: &'a Scope<'a>,
}

/// Reads the tests of a program.
pub fn tests(
    program: &Body,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Test> {
    let mut names: BTreeMap<&str, Span> = BTreeMap::new();
    for declared in program.of(Member::Test) {
        let name = &declared.name;
        match names.get(name.value.as_str()) {
            Some(first) => faults.push(twice(&name.value, name.span, *first)),
            None => _ = names.insert(&name.value, name.span),
        }
    }
    let tests = program.of(Member::Test);
    let tests = tests.map(|declared| test(declared, ground, currency, faults));
    tests.collect()
}

fn test(
    declared: &Declaration,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Test {
    let mut test = Test {
        name: declared.name.value.clone(),
        replan: false,
        given: Vec::new(),
        expect: Vec::new(),
        span: declared.name.span,
    };
    let clauses = &declared.body.clauses;
    for clause in clauses {
        match clause {
            Clause::Given(all) => {
                for given in all.iter().filter_map(|e| events::given(e, ground, faults)) {
                    match given {
                        Given::Event(event) => test.given.push(event),
                        Given::Replan => test.replan = true,
                    }
                }
            }
            Clause::Expect(expr) => {
                let mut reader = expectations::Reader {
                    ground,
                    currency,
                    faults,
                };
                test.expect.extend(reader.expectations(expr));
            }
            _ => {}
        }
    }
    if !clauses
        .iter()
        .any(|clause| matches!(clause, Clause::Expect(_)))
    {
        let message = format!("test \"{}\" expects nothing", test.name);
        let fault = Diagnostic::warning(codes::EMPTY, test.span, message);
        faults.push(fault.help("write `expect served(app) == 100%`, say"));
    }
    test
}

/// The slot of a name, with what stands behind it.
pub fn find<'a>(name: &str, ground: &Ground<'a>) -> Option<(SlotIx, &'a Slot)> {
    let suffix = format!(".{name}");
    let path = |slot: &Slot| format!(".{}.{}", slot.ancestors.join("."), last(&slot.name));
    let all = || (0..).map(SlotIx).zip(ground.slots);
    all().find(|(_, slot)| slot.name == name).or_else(|| {
        let mut fitting = all().filter(|(_, slot)| path(slot).ends_with(&suffix));
        fitting.next().filter(|_| fitting.next().is_none())
    })
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The slot of a name; reports names that nothing has.
pub fn slot(
    path: &Path,
    role: Option<SlotRole>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<SlotIx> {
    let name = path.to_string();
    let message = match find(&name, ground) {
        Some((ix, slot)) if role.is_none_or(|role| role == slot.role) => return Some(ix),
        Some(_) => format!("`{name}` is a service; this speaks of clients"),
        None if ground.unselected.contains(&name) => {
            let message = format!("`{name}` is not selected, so that this is not tested");
            faults.push(Diagnostic::note(codes::LEFT_OUT, path.span, message));
            return None;
        }
        None => {
            let known = ground.slots.iter().map(|slot| slot.name.as_str());
            let near = spelling::nearest(&name, known);
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("no component `{name}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
            faults.push(match near {
                Some(near) => fault.guess(path.span, near),
                None => fault,
            });
            return None;
        }
    };
    faults.push(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message));
    None
}

/// `brain`, or `brain.small`.
pub fn counted(
    path: &Path,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(SlotIx, Option<u32>)> {
    let dotted = path.to_string();
    if let Some((component, variant)) = dotted.rsplit_once('.')
        && find(&dotted, ground).is_none()
        && let Some((ix, slot)) = find(component, ground)
    {
        let at = slot.variants.iter().position(|name| name == variant);
        if at.is_none() {
            faults.push(no_variant(slot, (variant, path)));
        }
        return Some((ix, Some(u32::try_from(at?).ok()?)));
    }
    Some((slot(path, None, ground, faults)?, None))
}
