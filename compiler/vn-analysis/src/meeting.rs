//! The part of a composition in which every component stands for itself: what flows down to it, who
//! it needs, where it fits.

use std::collections::BTreeSet;

use vn_syntax::{Diagnostic, shares};

use crate::blueprint;
use crate::circles;
use crate::compose::Ground;
use crate::composition::{Provenance, Slot};
use crate::context::{self, Context};
use crate::currency::Currency;
use crate::custody;
use crate::draft::{self, Draft};
use crate::edges::{self, Edge};
use crate::exchange;
use crate::model;
use crate::origins;
use crate::policy;
use crate::provision::Provision;
use crate::running;
use crate::scope::Scope;
use crate::slots::{self, Made};
use crate::tree::{Component, Tree};
use crate::uses::Uses;
use crate::vocabulary;

/// Components that have met the devices.
#[derive(Debug)]
pub struct Met<'a> {
    /// The origin of every parameter.
    pub origins: Vec<Provenance>,
    /// The builder's context.
    pub top: Context,
    /// What the model lists.
    pub components: Vec<model::Component>,
    /// All components.
    pub drafts: Vec<Draft<'a>>,
    /// Who needs whom.
    pub edges: Vec<Edge<'a>>,
    /// Whether they need each other in a circle.
    pub round: bool,
    /// Which are selected.
    pub chosen: BTreeSet<usize>,
    /// For every class the first that is like it.
    pub kinds: Vec<usize>,
    /// The selected ones, in declared order.
    pub trials: Vec<Trial>,
    /// Which rules were of use.
    pub uses: Uses,
    /// The currency of what components cost, or of what devices do.
    pub currency: Currency,
    /// What is wrong with what the components say.
    pub drafting: Vec<Diagnostic>,
    /// What else is wrong before anything meets a device.
    pub faults: Vec<Diagnostic>,
}

/// What came of it for one component.
#[derive(Debug)]
pub struct Trial {
    /// Its slot.
    pub made: Made,
    /// What its variants provide.
    pub provision: Provision,
    /// Whether it names a parameter that was reported wrong.
    pub met_poison: bool,
    /// What is wrong.
    pub faults: Vec<Diagnostic>,
}

/// Lets the components of a tree meet the devices.
pub fn meet<'a>(tree: &'a Tree<'a>, ground: &Ground<'a>) -> Met<'a> {
    let mut faults = Vec::new();
    let origins = origins::origins(
        &ground.program.params,
        ground.input.settings,
        &ground.scope.values,
    );
    let at = context::Ground {
        params: &ground.program.params,
        scope: ground.scope,
        origins: &origins,
        enums: ground.enums,
    };
    let top = draft::contexts(tree, &at, &mut faults);
    tree.check_placements(&mut faults);
    vocabulary::check_demands(tree, &mut faults);
    policy::check_nested(tree, &mut faults);
    let (mut uses, mut drafting) = (Uses::default(), Vec::new());
    let drafts = draft::drafts(tree, ground, &at, &mut uses, &mut drafting);
    let edges = edges::edges(tree, &drafts, &mut faults);
    let chosen = edges::selected(tree, &edges, ground.input.select, &mut faults);
    let round = circles::check(tree, &edges, &chosen, &mut faults);
    vocabulary::check(&drafts, &mut faults);
    let mut currency = ground.fleet.currency.clone();
    currency.set_otherwise(exchange::currency(ground.program, ground.input.entry));
    let kinds = ground.fleet.kinds();
    let wanted: Vec<&Draft<'_>> = chosen.iter().filter_map(|at| drafts.get(*at)).collect();
    let trials = trials(&wanted, &kinds, ground, (&mut currency, &mut uses));
    Met {
        components: listed(tree, &drafts, &chosen),
        origins,
        top,
        edges,
        round,
        chosen,
        kinds,
        trials,
        uses,
        currency,
        drafts,
        drafting,
        faults,
    }
}

/// What comes of some components one after the other.
struct Share {
    trials: Vec<Trial>,
    uses: Uses,
    before: Currency,
    after: Currency,
}

fn trials(
    drafts: &[&Draft<'_>],
    kinds: &[usize],
    ground: &Ground<'_>,
    (currency, uses): (&mut Currency, &mut Uses),
) -> Vec<Trial> {
    let first = currency.clone();
    let done = shares::work(
        drafts,
        |draft| draft.component.effort(),
        |share| {
            let tried = tried(share, kinds, ground, first.clone());
            (share.len(), tried)
        },
    );
    let (mut trials, mut rest) = (Vec::new(), drafts);
    for (many, mut share) in done {
        let (own, others) = rest.split_at(many);
        if share.before != *currency && share.before != share.after {
            // Another share met a price before it: what it said of currencies may not hold.
            share = tried(own, kinds, ground, currency.clone());
        }
        if share.before != share.after {
            *currency = share.after;
        }
        trials.extend(share.trials);
        uses.add(share.uses);
        rest = others;
    }
    trials
}

fn tried(drafts: &[&Draft<'_>], kinds: &[usize], ground: &Ground<'_>, currency: Currency) -> Share {
    let program = ground.scope.beside();
    let (mut after, mut uses) = (currency.clone(), Uses::default());
    let trial = |draft: &&Draft<'_>| {
        let scope = draft.scope(&program);
        let at = slots::Ground {
            fleet: ground.fleet,
            kinds,
            origins: ground.input.origins,
            thorough: ground.thorough,
            enums: ground.enums,
            scope: &scope,
        };
        program.forget_poison();
        let mut faults = Vec::new();
        let mut made = slots::slot(draft, &at, &mut after, &mut uses, &mut faults);
        let provision = Provision::of(draft, &scope);
        demanded(&mut made.slot, draft, &provision, &at, &mut faults);
        blueprint::anchored(draft.component.declared, 0, &mut faults);
        let met_poison = draft.met_poison || program.has_met_poison();
        Trial {
            made,
            provision,
            met_poison,
            faults,
        }
    };
    let trials = drafts.iter().map(trial).collect();
    Share {
        trials,
        uses,
        before: currency,
        after,
    }
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
        scope: &Scope::around(ground.scope, &draft.blueprint.values),
        provision,
    };
    let fields = draft.fields();
    let said = (&fields, draft.clauses());
    custody::fill(slot, said, &at, faults);
    running::fill(slot, said, &at, faults);
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
