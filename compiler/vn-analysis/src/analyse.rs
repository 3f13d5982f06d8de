//! The door: one entry file, the library and the user's choices in, everything known about them out.

use vn_syntax::{Diagnostic, Span, SyntaxTree};

use crate::declared::{self, Body};
use crate::fleet::{self, Fleet};
use crate::inventory::{self, InventoryFile};
use crate::measures::Measures;
use crate::model::{self, Model};
use crate::scope::Scope;
use crate::value::Value;
use crate::{
    Composition, blueprint, broken, capabilities, catalogue, compose, exchange, links, muster,
    own_units, parameters, paths, policy, statics, tree, unknown_units, unused,
};

/// One file of the library, under the name that `use` gives it.
#[derive(Clone, Copy, Debug)]
pub struct Library<'a> {
    /// `std.hardware`, `std.services`; several files may share a name.
    pub name: &'a str,
    /// The file.
    pub tree: &'a SyntaxTree,
}

/// All that an analysis depends on.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The program.
    pub entry: &'a SyntaxTree,
    /// What `use` can reach.
    pub library: &'a [Library<'a>],
    /// `--set name=value`, each parsed from the text `metric name = value` in a file of its own
    /// (named `--set name`, say), so that a message can point into the command line.
    pub overrides: &'a [&'a SyntaxTree],
    /// The files that [`inventories`](crate::inventories) lists and that could be read.
    pub inventories: &'a [InventoryFile<'a>],
    /// `--select a,b.c`; stronger than the program's `select`.
    pub select: Option<&'a [String]>,
}

/// What is known about a program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Analysis {
    /// What is declared.
    pub model: Model,
    /// What may run where; `None` where there is no builder to speak of. To be planned only if no
    /// diagnostic is an error.
    pub composition: Option<Composition>,
    /// What is wrong, worth a look, or assumed; in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a program; never fails: whatever is wrong is in the diagnostics.
pub fn analyse(input: &Input<'_>) -> Analysis {
    let mut faults = Vec::new();
    let mut program = declared::file(input.entry, &mut faults);
    inventory::read(&mut program, input.inventories, &mut faults);
    compose::check_edition(&program, &mut faults);
    let catalogue = catalogue::catalogue(&program, input.library, &mut faults);
    let enums = parameters::enums(&program, &mut faults);
    let measures = units_of(input, &program, &mut faults);
    let outer = Scope {
        measures: Some(&measures),
        ..Scope::default()
    };
    let values = parameters::program(&program, &enums, input.overrides, &outer, &mut faults);
    let capabilities = capabilities::declared(&program, &enums, &outer, &mut faults);
    let scope = Scope {
        declared: Some(&capabilities),
        ..Scope::inside(&outer, values)
    };
    blueprint::check_kinds(&catalogue, &scope, &mut faults);
    let policy = policy::policy(&program, &scope, &mut faults);
    let texts: Vec<&SyntaxTree> = std::iter::once(input.entry)
        .chain(input.overrides.iter().copied())
        .collect();
    let ground = fleet::Ground {
        catalogue: &catalogue,
        library: input.library,
        policy: &policy,
        enums: &enums,
        scope: &scope,
        texts: &texts,
    };
    let (mut fleet, sites) = muster::fleet(&program, &ground, &mut faults);
    let mut currency = fleet.currency.clone();
    let written = (&mut currency, &mut faults);
    let links = links::links(&program, &sites, &fleet, &scope, written);
    fleet.currency = currency;
    let paths = paths::paths(&fleet, &links, &mut faults);
    let ground = compose::Ground {
        input,
        program: &program,
        catalogue: &catalogue,
        enums: &enums,
        scope: &scope,
        policy: &policy,
        fleet: &fleet,
        paths: &paths,
    };
    let tree = tree::tree(&program, &mut faults);
    let composed = tree.map(|tree| compose::compose(&tree, &ground, &mut faults));
    let ground = statics::Ground {
        catalogue: &catalogue,
        enums: &enums,
        scope: &scope,
        fleet: &fleet,
    };
    statics::check(&program, &ground, &mut faults);
    unused::check(input.entry, &program, &mut faults);
    broken::silence(input.entry, &mut faults);
    let (composition, components) = composed.unzip();
    let model = model(&program, &scope, &fleet, components.unwrap_or_default());
    Analysis {
        model,
        composition,
        diagnostics: in_order(faults),
    }
}

/// The units of the language and those that the program and its modules declare.
fn units_of(input: &Input<'_>, program: &Body, faults: &mut Vec<Diagnostic>) -> Measures {
    let library = input.library.iter().map(|file| file.tree);
    let mut items = program.units.clone();
    items.extend(library.clone().flat_map(declared::units));
    let mut measures = Measures::default();
    own_units::declare(&items, &mut measures, faults);
    exchange::declare(program, input.entry, &mut measures, faults);
    let values: Vec<&str> = program
        .params
        .iter()
        .map(|p| p.name.value.as_str())
        .collect();
    let trees = std::iter::once(input.entry).chain(library);
    for tree in trees.chain(input.overrides.iter().copied()) {
        unknown_units::check(tree.root(), &measures, &values, faults);
    }
    measures
}

fn model(
    program: &Body,
    scope: &Scope<'_>,
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
    faults
}
