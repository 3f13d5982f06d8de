//! Builder tree and fleet to [`Composition`]: the context flows down, components meet devices.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::analyse::Input;
use crate::blueprint::{self, Blueprint};
use crate::budgets::{self, Linked};
use crate::catalogue::Catalogue;
use crate::circles;
use crate::codes;
use crate::company;
use crate::composition::{Composition, Need, Paths, Preference, Slot, SlotIx, Wish};
use crate::connection::Network;
use crate::custody;
use crate::declared::{Body, Clause, Rule, RuleAction, unsupported};
use crate::edges::{self, Edge};
use crate::embedding;
use crate::eval::eval;
use crate::exchange;
use crate::fleet::Fleet;
use crate::impossible;
use crate::metrics;
use crate::model;
use crate::names::Names;
use crate::needs;
use crate::objective;
use crate::placement::Allowed;
use crate::policy::Policy;
use crate::proofs;
use crate::provision::Provision;
use crate::requirements;
use crate::running;
use crate::scope::Scope;
use crate::slots::{self, Draft, Made};
use crate::spelling;
use crate::survival;
use crate::terms::Terms;
use crate::tiers::Tiers;
use crate::tree::{Component, Tree};
use crate::typed;
use crate::types::Enums;
use crate::value::Value;
use crate::wishes;

/// The only edition so far.
const EDITION: u32 = 2026;

/// What a composition is made from.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The driver's choices.
    pub input: &'a Input<'a>,
    /// The program.
    pub program: &'a Body,
    /// Profiles and kinds.
    pub catalogue: &'a Catalogue,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters.
    pub scope: &'a Scope<'a>,
    /// Policy.
    pub policy: &'a Policy,
    /// Devices.
    pub fleet: &'a Fleet,
    /// Paths between them.
    pub paths: &'a Paths,
}

/// The composition, and the components that the model lists.
pub fn compose(
    tree: &Tree<'_>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> (Composition, Vec<model::Component>) {
    let context = context(tree, ground.scope, faults);
    let preference = preference(tree, &context, ground, faults);
    let scope = Scope::inside(ground.scope, context);
    tree.check_placements(faults);
    let drafts = drafts(tree, ground, &scope, faults);
    let edges = edges::edges(tree, &drafts, faults);
    let chosen = edges::selected(tree, &edges, ground.input.select, faults);
    let round = circles::check(tree, &edges, &chosen, faults);
    check_rules(&drafts, faults);
    let components = listed(tree, &drafts, &chosen);
    let mut currency = ground.fleet.currency.clone();
    currency.set_otherwise(exchange::currency(ground.program, ground.input.entry));
    let at = slots::Ground {
        fleet: ground.fleet,
        enums: ground.enums,
        scope: &scope,
        preference,
    };
    let mut kept: Vec<(usize, &Draft<'_>)> = Vec::new();
    let mut provisions: Vec<Provision> = Vec::new();
    let mut made: Vec<Made> = Vec::new();
    for (component, draft) in drafts
        .iter()
        .enumerate()
        .filter(|(at, _)| chosen.contains(at))
    {
        let mut one = slots::slot(draft, &at, &mut currency, faults);
        let provision = Provision::of(draft, &scope);
        demanded(&mut one.slot, draft, &provision, &at, faults);
        provisions.push(provision);
        impossible::check(&one, draft, ground.fleet, faults);
        kept.push((component, draft));
        made.push(one);
    }
    let mut slots: Vec<Slot> = made.into_iter().map(|made| made.slot).collect();
    let place = |component: usize| kept.iter().position(|(other, _)| *other == component);
    let between: Vec<(usize, usize)> = edges
        .iter()
        .filter_map(|e| place(e.consumer).zip(place(e.server)))
        .collect();
    embedding::settle(&mut slots, &between, ground.fleet, faults);
    let healing = Tiers::of_list(
        ground.policy.order.as_ref(),
        ground.fleet,
        ground.enums,
        faults,
    );
    let network = Network {
        fleet: ground.fleet,
        paths: ground.paths,
    };
    let at = needs::Ground {
        network,
        enums: ground.enums,
        scope: &scope,
        healing: &healing,
    };
    let needs = linked_needs(&edges, &kept, (&slots, &provisions), &at, faults);
    let pins: Vec<Vec<Span>> = kept.iter().map(|(_, draft)| draft.allowed.pins()).collect();
    let at = wishes::Ground {
        fleet: ground.fleet,
        paths: ground.paths,
        enums: ground.enums,
        slots: &slots,
        pins: &pins,
        needs: &needs,
        scope: &scope,
    };
    let mut wishes = if round {
        Vec::new()
    } else {
        insisted((tree, ground.program), &kept, &at, faults)
    };
    let unselected = unselected(tree, &chosen);
    let proofs = proofs::Ground {
        fleet: ground.fleet,
        slots: &slots,
        unselected: &unselected,
        scope: ground.scope,
    };
    let own = metrics::Ground {
        fleet: ground.fleet,
        slots: &slots,
        scope: ground.scope,
        currency: currency.code(),
    };
    let own = metrics::metrics(ground.program, &own, faults);
    let at = requirements::Ground {
        proofs,
        fleet: ground.fleet,
        enums: ground.enums,
        own: &own,
    };
    wishes.extend(requirements::requirements(
        ground.program,
        &at,
        &mut currency,
        faults,
    ));
    let terms = Terms {
        currency: &currency,
        own: &own,
    };
    let composition = Composition {
        name: tree.builder.name.value.clone(),
        edition: EDITION,
        currency: currency.code().to_owned(),
        parameters: shown(&ground.scope.values),
        preference,
        sites: ground.fleet.sites.clone(),
        devices: ground.fleet.devices.clone(),
        paths: ground.paths.clone(),
        wishes,
        metrics: own.rows(),
        detect: ground.policy.detect.clone(),
        objective: objective::objective(ground.program, &scope, terms, faults),
        tests: proofs::tests(ground.program, &proofs, faults),
        emit: proofs::targets(ground.program, faults),
        slots,
        needs,
    };
    (composition, components)
}

fn shown(values: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| (name.clone(), value.show()))
        .collect()
}

/// The builder's `context`: keys with values, visible in every condition below.
fn context(
    tree: &Tree<'_>,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> BTreeMap<String, Value> {
    let fields = &tree.builder.body.context;
    let params = scope.values.keys().map(String::as_str);
    let known: Vec<&str> = std::iter::once("preference").chain(params).collect();
    typed::only(fields, &known, "context", faults);
    let values = fields
        .0
        .iter()
        .map(|f| (f.name.clone(), eval(&f.value, scope, faults)));
    values.collect()
}

/// `preference` of the context, else the parameter of that name.
fn preference(
    tree: &Tree<'_>,
    context: &BTreeMap<String, Value>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Preference {
    let value = context
        .get("preference")
        .or_else(|| ground.scope.values.get("preference"));
    match value.and_then(Value::word) {
        Some("low_resource") | None => Preference::LowResource,
        Some("high_performance") => Preference::HighPerformance,
        Some("custom") => Preference::Custom,
        Some(other) => {
            let known = ground.enums.get("Preference").cloned().unwrap_or_default();
            let hint = spelling::hint(other, known.iter().map(String::as_str));
            let message = format!("no preference `{other}`{hint}");
            let field = tree.builder.body.context.get("preference");
            let span = field.map_or(tree.builder.name.span, |field| field.value.span);
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, span, message));
            Preference::LowResource
        }
    }
}

fn drafts<'a>(
    tree: &'a Tree<'a>,
    ground: &Ground<'a>,
    scope: &'a Scope<'a>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Draft<'a>> {
    let at = blueprint::Ground {
        catalogue: ground.catalogue,
        library: ground.input.library,
        enums: ground.enums,
        scope,
    };
    let draft = |(index, component): (usize, &'a Component<'a>)| {
        let placements = tree.placements_of(index);
        let (fleet, enums) = (ground.fleet, ground.enums);
        let allowed = Allowed::of(&component.name, &placements, fleet, enums, faults);
        let blueprint = blueprint::blueprint(component, &at, faults);
        Draft {
            component,
            blueprint,
            allowed,
        }
    };
    tree.components.iter().enumerate().map(draft).collect()
}

/// Reports rules that name a variant which nothing below them has.
fn check_rules(drafts: &[Draft<'_>], faults: &mut Vec<Diagnostic>) {
    let mut known: BTreeMap<Span, (&Rule, Vec<&Blueprint<'_>>)> = BTreeMap::new();
    for draft in drafts {
        for (rule, _) in &draft.component.rules {
            let entry = known
                .entry(rule.when.span)
                .or_insert_with(|| (rule, Vec::new()));
            entry.1.push(&draft.blueprint);
        }
    }
    for (rule, blueprints) in known.into_values() {
        let variants: Vec<_> = blueprints
            .iter()
            .flat_map(|blueprint| blueprint.variants.clone())
            .collect();
        for action in &rule.actions {
            let (RuleAction::Prefer(name) | RuleAction::Forbid(name)) = action;
            if variants.iter().all(|variant| variant.name != name.value) {
                faults.push(blueprint::no_variant(name, &variants));
            }
        }
    }
}

fn listed(
    tree: &Tree<'_>,
    drafts: &[Draft<'_>],
    chosen: &BTreeSet<usize>,
) -> Vec<model::Component> {
    let entry =
        |(at, (component, draft)): (usize, (&Component<'_>, &Draft<'_>))| model::Component {
            path: component.path(),
            kind: draft.blueprint.kind.clone(),
            variants: draft
                .blueprint
                .variants
                .iter()
                .map(|v| v.name.clone())
                .collect(),
            selected: chosen.contains(&at),
            span: component.span(),
        };
    tree.components
        .iter()
        .zip(drafts)
        .enumerate()
        .map(entry)
        .collect()
}

fn unselected(tree: &Tree<'_>, chosen: &BTreeSet<usize>) -> Vec<String> {
    let all = tree.components.iter().enumerate();
    all.filter(|(at, _)| !chosen.contains(at))
        .map(|(_, component)| component.name.clone())
        .collect()
}

/// What a service says of its instances, beyond where they may be.
fn demanded(
    slot: &mut Slot,
    draft: &Draft<'_>,
    provision: &Provision,
    ground: &slots::Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) {
    let at = custody::Ground {
        fleet: ground.fleet,
        enums: ground.enums,
        scope: &Scope::inside(ground.scope, draft.blueprint.values.clone()),
        provision,
    };
    let body = &draft.component.declared.body;
    custody::fill(slot, body, &at, faults);
    running::fill(slot, body, &at, faults);
}

/// The needs whose both ends are selected.
fn linked_needs(
    edges: &[Edge<'_>],
    kept: &[(usize, &Draft<'_>)],
    (slots, provisions): (&[Slot], &[Provision]),
    ground: &needs::Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Need> {
    let find = |component: usize| {
        let at = kept.iter().position(|(other, _)| *other == component)?;
        Some((
            SlotIx(u32::try_from(at).ok()?),
            slots.get(at)?,
            kept.get(at)?.1,
            provisions.get(at)?,
        ))
    };
    let mut needs = Vec::new();
    for edge in edges {
        let (Some(consumer), Some(server)) = (find(edge.consumer), find(edge.server)) else {
            continue;
        };
        let (from, to) = ((consumer.0, consumer.1), (server.0, server.1));
        let before = faults.len();
        let need = needs::need(edge, from, to, server.3, ground, faults);
        let linked = Linked {
            need: &need,
            clause: edge.clause,
            condition: needs::condition(edge.clause, server.3, ground),
            consumer: consumer.1,
            server: server.1,
            pins: &server.2.allowed,
        };
        if faults.len() == before {
            budgets::check(&linked, &ground.network, faults);
        }
        needs.push(need);
    }
    needs
}

fn insisted(
    (tree, program): (&Tree<'_>, &Body),
    kept: &[(usize, &Draft<'_>)],
    ground: &wishes::Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let drafts = || (0..).map(SlotIx).zip(kept.iter().map(|(_, draft)| *draft));
    let components: Vec<usize> = kept.iter().map(|(component, _)| *component).collect();
    let names = Names {
        tree,
        kept: &components,
    };
    let mut wishes = Vec::new();
    for (ix, draft) in drafts() {
        wishes.extend(wishes::of_slot(ix, draft, &names, ground, faults));
    }
    wishes.extend(company::wishes(program, &names, ground, faults));
    let bodies = drafts().map(|(ix, draft)| (ix, &draft.component.declared.body));
    wishes.extend(survival::survivals(bodies, ground, faults));
    wishes
}

/// Refuses editions of the future.
pub fn check_edition(program: &Body, faults: &mut Vec<Diagnostic>) {
    for clause in &program.clauses {
        if let Clause::Edition(edition, span) = clause
            && *edition != EDITION
        {
            faults.push(unsupported(*span, &format!("edition {edition}")));
        }
    }
}
