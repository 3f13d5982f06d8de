//! The door: one entry file, the library and the user's choices in, everything known about them out.

use std::sync::Arc;

use vn_syntax::{Diagnostic, Span, SyntaxTree, shares};

use crate::catalogue::Catalogue;
use crate::declared::{self, Body};
use crate::doubt::Doubts;
use crate::fleet::{self, Fleet};
use crate::inventory::{self, InventoryFile};
use crate::library::Library;
use crate::lints::{self, Month};
use crate::measures::Measures;
use crate::model::{self, Model};
use crate::modules::{Link, Linked, Module};
use crate::occurrence::Occurrence;
use crate::scope::Scope as Values;
use crate::scopes::Scope;
use crate::unused::Idle;
use crate::value::Value;
use crate::{
    Composition, blueprint, broken, capabilities, codes, compose, exchange, impossible, links,
    meeting, modules, muster, occurrences, own_units, parameters, paths, policy, statics, tree,
    unknown_units, unused,
};

/// A value that the user gives a parameter from outside.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The parameter.
    pub name: &'a str,
    /// Where it is named: on the command line, in `vn.toml`.
    pub span: Span,
    /// The value, as [`vn_syntax::parse_expr`] reads it.
    pub value: &'a SyntaxTree,
}

/// A component that is selected outside the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its name or path.
    pub name: String,
    /// Where `vn.toml` names it; nothing on the command line.
    pub span: Option<Span>,
}

/// All that an analysis depends on.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The program.
    pub entry: &'a SyntaxTree,
    /// What `use` can reach.
    pub library: &'a [Arc<Library>],
    /// The files that the program imports, directly or not.
    pub modules: &'a [Module<'a>],
    /// Where each `use "…"` of the program and its modules leads.
    pub links: &'a [Link],
    /// `vn.toml` and `--set name=value`, the strongest last.
    pub settings: &'a [Setting<'a>],
    /// The files that [`inventories`](crate::inventories) lists and that could be read.
    pub inventories: &'a [InventoryFile<'a>],
    /// The month in which the program is looked at, for prices that grow old; without it none does.
    pub today: Option<Month>,
    /// `--select a,b.c`, else what `vn.toml` selects; stronger than the program's `select`.
    pub select: Option<&'a [Wanted]>,
    /// Whether occurrences and scopes are wanted: editors ask for them, a check does not.
    pub names: bool,
    /// Whether it is wanted which line set each value of what runs where, and why something does not
    /// run where placements keep it out anyway.
    pub origins: bool,
}

/// What is known about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// What is declared.
    pub model: Model,
    /// What may run where; `None` where there is no builder to speak of. To be planned only if no
    /// diagnostic is an error.
    pub composition: Option<Composition>,
    /// Every name of the program and its modules, in the order of the text, and the definitions in
    /// the library of those that are used; empty where they were not asked for.
    pub occurrences: Vec<Occurrence>,
    /// What can be written where; an outer body stands before the bodies in it. Empty where it was
    /// not asked for.
    pub scopes: Vec<Scope>,
    /// What is wrong, worth a look, or assumed; in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a program; never fails: whatever is wrong is in the diagnostics.
pub fn analyse(input: &Input<'_>) -> Analysis {
    let mut faults = Vec::new();
    let Linked {
        mut program,
        mut catalogue,
        unresolved,
    } = modules::link(input, &mut faults);
    for file in input.inventories {
        catalogue.visible.lend(file.file, file.at.file);
    }
    let enums = parameters::enums(&program, &mut faults);
    let measures = units_of(input, (&program, &catalogue), &mut faults);
    let since = faults.len();
    let reported = inventory::read(&mut program, input.inventories, &measures, &mut faults);
    let inventories = (input.inventories, &reported.columns);
    inventory::fold(inventories, since, &mut faults);
    let outer = Values {
        measures: Some(&measures),
        visible: Some(&catalogue.visible),
        ..Values::default()
    };
    let values = parameters::program(&program, &enums, input.settings, &outer, &mut faults);
    let capabilities = capabilities::declared(&program, &enums, &outer, &mut faults);
    let scope = Values {
        declared: Some(&capabilities),
        visible: Some(&catalogue.visible),
        ..Values::inside(&outer, values)
    };
    blueprint::check_kinds(&catalogue, &scope, &mut faults);
    let policy = policy::policy(&program, &scope, &mut faults);
    let texts: Vec<&SyntaxTree> = std::iter::once(input.entry)
        .chain(input.modules.iter().map(|module| module.tree))
        .chain(input.settings.iter().map(|setting| setting.value))
        .collect();
    let written = std::iter::once(input.entry).chain(input.modules.iter().map(|m| m.tree));
    let doubts = Doubts::unparsed(written);
    let ground = fleet::Ground {
        doubts: &doubts,
        catalogue: &catalogue,
        library: input.library,
        policy: &policy,
        enums: &enums,
        scope: &scope,
        texts: &texts,
    };
    let since = faults.len();
    let (mut fleet, sites) = muster::fleet(&program, &ground, &mut faults);
    inventory::fold(inventories, since, &mut faults);
    let mut currency = fleet.currency.clone();
    let written = (&mut currency, &mut faults);
    let links = links::links(&program, &sites, &fleet, &scope, written);
    fleet.currency = currency;
    let ground = compose::Ground {
        input,
        thorough: input.origins,
        program: &program,
        catalogue: &catalogue,
        enums: &enums,
        scope: &scope,
        policy: &policy,
        fleet: &fleet,
    };
    let tree = tree::tree(&program, &mut faults);
    let (composed, idle) = composed(tree.as_ref(), &links, &ground, doubts, &mut faults);
    let is_cut = faults.iter().any(|fault| fault.code == codes::UNSUPPORTED);
    inventory::silence(reported.is_partial || is_cut, &mut faults);
    lints::prices(&program, input.today, &mut faults);
    unused::report(&idle, &mut faults);
    broken::silence(input, &unresolved, &mut faults);
    lints::silence(broken::is_broken(input.entry), &mut faults);
    let (composition, components) = composed.unzip();
    let (occurrences, scopes) = if input.names {
        occurrences::occurrences(input, &catalogue.visible)
    } else {
        Default::default()
    };
    let model = model(&program, &scope, &fleet, components.unwrap_or_default());
    Analysis {
        model,
        composition,
        occurrences,
        scopes,
        diagnostics: in_order(faults),
    }
}

/// What may run where, and what nothing names; the types of all expressions are checked meanwhile.
fn composed<'a>(
    tree: Option<&'a tree::Tree<'a>>,
    links: &[links::Link],
    ground: &compose::Ground<'a>,
    mut doubts: Doubts,
    faults: &mut Vec<Diagnostic>,
) -> (Option<(Composition, Vec<model::Component>)>, Vec<Idle>) {
    let beside = ground.scope.beside();
    let typed = statics::Ground {
        catalogue: ground.catalogue,
        enums: ground.enums,
        scope: &beside,
        fleet: ground.fleet,
    };
    let (met, (paths, mistyped, idle)) = shares::both(
        ground.input.entry.text.len(),
        || tree.map(|tree| meeting::meet(tree, ground)),
        || {
            let mut faults = Vec::new();
            let paths = paths::paths(ground.fleet, links, &mut faults);
            let mistyped = statics::check(ground.program, &typed);
            ((paths, faults), mistyped, unused::idle(ground.input))
        },
    );
    let (paths, found) = paths;
    faults.extend(found);
    doubts.add(faults);
    doubts.add(&mistyped);
    let Some((tree, met)) = tree.zip(met) else {
        faults.extend(mistyped);
        return (None, idle);
    };
    let before = faults.len();
    let known = (&paths, &doubts);
    let mut composed = compose::compose(tree, met, known, ground, faults);
    let new = faults.get(before..).unwrap_or_default();
    if !ground.thorough && new.iter().any(impossible::tells_of_rejections) {
        // Now somebody wants to know.
        faults.truncate(before);
        let ground = compose::Ground {
            thorough: true,
            ..*ground
        };
        composed = compose::compose(tree, meeting::meet(tree, &ground), known, &ground, faults);
    }
    faults.extend(mistyped);
    (Some(composed), idle)
}

/// The units of the language and those that the program and its modules declare.
fn units_of(
    input: &Input<'_>,
    (program, catalogue): (&Body, &Catalogue),
    faults: &mut Vec<Diagnostic>,
) -> Measures {
    let library = input.library.iter();
    let mut items = program.units.clone();
    let with_units = library.clone().filter(|file| file.has_units());
    items.extend(with_units.flat_map(|file| declared::units(file.tree())));
    let mut measures = Measures::default();
    own_units::declare(&items, &mut measures, faults);
    exchange::declare(program, input.entry, &mut measures, faults);
    let values: Vec<&str> = program
        .params
        .iter()
        .map(|p| p.name.value.as_str())
        .collect();
    let trees = std::iter::once(input.entry)
        .chain(input.modules.iter().map(|module| module.tree))
        .chain(
            library
                .filter(|file| catalogue.uses(file.file))
                .map(|file| file.tree()),
        );
    for tree in trees.chain(input.settings.iter().map(|setting| setting.value)) {
        unknown_units::check(tree, &measures, &values, faults);
    }
    measures
}

fn model(
    program: &Body,
    scope: &Values<'_>,
    fleet: &Fleet,
    components: Vec<model::Component>,
) -> Model {
    let shown = |name: &str| scope.values.get(name).map_or_else(String::new, Value::show);
    let parameter = |param: &declared::Param| model::Parameter {
        name: param.name.value.clone(),
        value: shown(&param.name.value),
        span: param.name.span,
    };
    let site = |(name, span): &(String, Span)| model::Site {
        name: name.clone(),
        span: *span,
    };
    Model {
        parameters: program.params.iter().map(parameter).collect(),
        sites: fleet.declared.iter().map(site).collect(),
        classes: fleet
            .classes
            .iter()
            .map(|class| class.device.clone())
            .collect(),
        components,
    }
}

/// In the order of the text; what is evaluated for each device is reported once.
fn in_order(mut faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let place = |fault: &Diagnostic| fault.labels.first().map(|label| label.span);
    faults.sort_by_key(|fault| (place(fault), fault.code));
    faults.dedup_by_key(|fault| (place(fault), fault.code));
    // What is of the wrong type is in no range either.
    let shadowed = |fault: &Diagnostic, before: &Diagnostic| {
        (before.code, fault.code) == (codes::WRONG_TYPE, codes::OUT_OF_RANGE)
            && place(fault) == place(before)
    };
    faults.dedup_by(|fault, before| shadowed(fault, before));
    faults
}
