//! Builder tree and fleet to [`Composition`]: the context flows down, components meet devices.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::analyse::Input;
use crate::blueprint;
use crate::bounds;
use crate::budgets::{self, Linked};
use crate::catalogue::Catalogue;
use crate::codes;
use crate::company;
use crate::composition::{Composition, Need, Paths, Slot, SlotIx, Wish, WishKind};
use crate::connection::Network;
use crate::declared::{Body, Clause};
use crate::doubt::{self, Doubts};
use crate::draft::Draft;
use crate::edges::Edge;
use crate::embedding;
use crate::fleet::Fleet;
use crate::impossible;
use crate::lints::{self, Declared};
use crate::meeting::{Met, Trial};
use crate::metrics;
use crate::model;
use crate::names::Names;
use crate::needs;
use crate::objective;
use crate::policy::{self, Policy};
use crate::proofs;
use crate::provision::Provision;
use crate::requirements;
use crate::scope::Scope;
use crate::slots::{self, Made};
use crate::survival;
use crate::targets;
use crate::terms::Terms;
use crate::tiers::Tiers;
use crate::tree::Tree;
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
    /// Whether to look also at what placements exclude, for those who want to know more.
    pub thorough: bool,
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
}

/// The composition, and the components that the model lists.
#[expect(
    clippy::too_many_lines,
    reason = "one step of the pipeline after the other, each told by its name"
)]
pub fn compose(
    tree: &Tree<'_>,
    met: Met<'_>,
    (paths, doubts): (&Paths, &Doubts),
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> (Composition, Vec<model::Component>) {
    let scope = Scope::inside(ground.scope, met.top.values);
    let mut doubts = doubts.clone();
    doubts.add(&met.drafting);
    faults.extend(met.faults);
    faults.extend(met.drafting);
    let (drafts, edges, chosen) = (met.drafts, met.edges, met.chosen);
    let mut currency = met.currency;
    let mut kept: Vec<(usize, &Draft<'_>)> = Vec::new();
    let mut provisions: Vec<Provision> = Vec::new();
    let mut made: Vec<Made> = Vec::new();
    let mut doubtful: Vec<bool> = Vec::new();
    let at = slots::Ground {
        fleet: ground.fleet,
        kinds: &met.kinds,
        origins: ground.input.origins,
        thorough: ground.thorough,
        enums: ground.enums,
        scope: ground.scope,
    };
    let selected = drafts
        .iter()
        .enumerate()
        .filter(|(at, _)| chosen.contains(at));
    for ((component, draft), trial) in selected.zip(met.trials) {
        let since = faults.len();
        let Trial {
            made: mut one,
            provision,
            met_poison,
            faults: found,
        } = trial;
        doubts.add(&found);
        faults.extend(found);
        provisions.push(provision);
        let mut doubt = draft.doubt(&doubts, ground.catalogue);
        doubt.whole |= met_poison || ground.fleet.devices.is_empty();
        let is_doubtful = doubt.is_any();
        doubt::silence(is_doubtful, since, faults);
        let variants = &draft.blueprint.variants;
        let moved = blueprint::moves_nothing(draft.component.declared, variants);
        let moved = moved.filter(|_| !is_doubtful);
        let has_no_port = moved.is_some();
        faults.extend(moved);
        impossible::check(&one, draft, &doubt, &at, faults);
        let since = faults.len();
        lints::exclude(&mut one.slot, &ground.policy.licences, faults);
        doubt::silence(is_doubtful, since, faults);
        worth_a_look(&one.slot, draft, ground.fleet, faults);
        doubtful.push(is_doubtful || has_no_port);
        kept.push((component, draft));
        made.push(one);
    }
    faults.extend(met.uses.lints(&doubts));
    if doubts.is_empty() {
        faults.extend(impossible::no_devices(tree.builder, &made, ground.fleet));
    }
    let mut slots: Vec<Slot> = made.into_iter().map(|made| made.slot).collect();
    let standing = standing_of(&kept);
    let place = |component: usize| standing.get(&component).copied();
    let between: Vec<(usize, usize)> = edges
        .iter()
        .filter_map(|e| place(e.consumer).zip(place(e.server)))
        .collect();
    lints::idle(&ground.fleet.devices, &slots, faults);
    let suspects = Suspects {
        all: ground.fleet.is_doubtful(),
        components: suspects(&kept, &doubtful),
    };
    let since = faults.len();
    embedding::settle(&mut slots, &between, faults);
    suspects.silence(since, faults);
    // Who was meant to need it may hold it.
    let asked = between
        .iter()
        .filter(|(by, _)| doubtful.get(*by) == Some(&true));
    let asked = asked
        .filter_map(|(_, of)| slots.get(*of))
        .map(|slot| slot.span);
    let asked = Suspects {
        all: false,
        components: asked.collect(),
    };
    asked.silence(since, faults);
    let network = Network {
        fleet: ground.fleet,
        paths,
    };
    let linked = (slots.as_slice(), provisions.as_slice());
    let sides = (kept.as_slice(), doubtful.as_slice());
    let needs = linked_needs(&edges, sides, linked, (ground, network), faults);
    let pins: Vec<Vec<Span>> = kept.iter().map(|(_, draft)| draft.allowed.pins()).collect();
    let at = wishes::Ground {
        fleet: ground.fleet,
        paths,
        enums: ground.enums,
        slots: &slots,
        pins: &pins,
        needs: &needs,
        scope: &scope,
    };
    let since = faults.len();
    let mut wishes = if met.round {
        Vec::new()
    } else {
        insisted((tree, ground), sides, &at, faults)
    };
    suspects.silence(since, faults);
    company::spared(&wishes, &slots, &kept, faults);
    let unselected = unselected(tree, &chosen);
    let places: Vec<&str> = ground
        .fleet
        .sites
        .iter()
        .map(|site| site.name.as_str())
        .collect();
    let own = metrics::Ground {
        fleet: ground.fleet,
        slots: &slots,
        scope: ground.scope,
        currency: currency.code(),
        visible: &ground.catalogue.visible,
        entry: ground.input.entry.file,
    };
    let own = metrics::metrics(ground.program, &own, faults);
    // Where a name is unknown, what it should name may be what a test asks about.
    let unclear = faults.iter().any(|fault| fault.code == codes::UNKNOWN_NAME);
    let proofs = proofs::Ground {
        fleet: ground.fleet,
        needs: (!unclear).then_some(needs.as_slice()),
        sites: &places,
        catalogue: ground.catalogue,
        library: ground.input.library,
        own: &own,
        slots: &slots,
        unselected: &unselected,
        scope: ground.scope,
    };
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
    let tests = proofs::tests(ground.program, &proofs, &mut currency, faults);
    let terms = Terms {
        currency: &currency,
        own: &own,
    };
    let composition = Composition {
        name: tree.builder.name.value.clone(),
        edition: EDITION,
        currency: currency.code().to_owned(),
        parameters: shown(&ground.scope.values),
        origins: met.origins,
        preference: met.top.preference,
        sites: ground.fleet.sites.clone(),
        devices: ground.fleet.devices.clone(),
        paths: paths.clone(),
        elsewhere: Vec::new(),
        wishes,
        metrics: own.rows(),
        detect: ground.policy.detect.clone(),
        directory: ground.policy.directory.clone(),
        objective: objective::objective(ground.program, &scope, terms, faults),
        tests,
        emit: targets::targets(ground.program, &places, ground.scope, faults),
        slots,
        needs,
    };
    (composition, met.components)
}

/// What messages about the whole plan may be mistaken of.
struct Suspects {
    /// Everything.
    all: bool,
    /// The components that are in doubt.
    components: Vec<Span>,
}

impl Suspects {
    /// Takes back what speaks of them among the messages behind the first so many.
    fn silence(&self, since: usize, faults: &mut Vec<Diagnostic>) {
        let inside = |span: Span| {
            let of = |whole: &Span| {
                whole.file == span.file && (whole.start..=whole.end).contains(&span.start)
            };
            self.components.iter().any(of)
        };
        let speaks = |fault: &Diagnostic| fault.labels.iter().any(|label| inside(label.span));
        doubt::silence_where(|fault| self.all || speaks(fault), since, faults);
    }
}

fn suspects(kept: &[(usize, &Draft<'_>)], doubtful: &[bool]) -> Vec<Span> {
    let all = kept.iter().zip(doubtful);
    let doubtful = all.filter(|(_, is)| **is);
    doubtful
        .map(|((_, draft), _)| draft.component.declared.span)
        .collect()
}

/// Variants and truths that may be meant, and seldom are.
fn worth_a_look(slot: &Slot, draft: &Draft<'_>, fleet: &Fleet, faults: &mut Vec<Diagnostic>) {
    let declared: Vec<Declared> = draft
        .blueprint
        .variants
        .iter()
        .map(|variant| Declared {
            span: variant.span,
            own: variant.own,
            needy: !variant.needs.is_empty(),
        })
        .collect();
    lints::dominated(slot, &declared, faults);
    lints::availability(slot, &fleet.devices, faults);
    lints::flash(slot, fleet, faults);
}

fn shown(values: &BTreeMap<String, Value>) -> BTreeMap<String, String> {
    values
        .iter()
        .map(|(name, value)| (name.clone(), value.show()))
        .collect()
}

fn unselected(tree: &Tree<'_>, chosen: &BTreeSet<usize>) -> Vec<String> {
    let all = tree.components.iter().enumerate();
    all.filter(|(at, _)| !chosen.contains(at))
        .map(|(_, component)| component.name.clone())
        .collect()
}

/// Where each component stands among those that are kept.
fn standing_of(kept: &[(usize, &Draft<'_>)]) -> BTreeMap<usize, usize> {
    let numbered = kept.iter().enumerate();
    numbered
        .map(|(at, (component, _))| (*component, at))
        .collect()
}

/// The needs whose both ends are selected.
fn linked_needs(
    edges: &[Edge<'_>],
    (kept, doubtful): (&[(usize, &Draft<'_>)], &[bool]),
    (slots, provisions): (&[Slot], &[Provision]),
    (ground, network): (&Ground<'_>, Network<'_>),
    faults: &mut Vec<Diagnostic>,
) -> Vec<Need> {
    let standing = standing_of(kept);
    let find = |component: usize| {
        let at = *standing.get(&component)?;
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
        let ends = [consumer.0, server.0].map(|ix| ix.0 as usize);
        let is_doubtful = ends.iter().any(|at| doubtful.get(*at) == Some(&true));
        let draft = consumer.2;
        let (context, levels) = (draft.scope(ground.scope), &draft.component.levels);
        let scope = Scope::around(&context, &draft.blueprint.values);
        let order = policy::healing(levels, ground.policy);
        let healing = Tiers::of_list(order, ground.fleet, ground.enums, faults);
        let at = needs::Ground {
            network,
            enums: ground.enums,
            scope: &scope,
            healing: &healing,
        };
        let before = faults.len();
        let need = needs::need(edge, from, to, server.3, &at, faults);
        let linked = Linked {
            need: &need,
            clause: edge.clause,
            condition: needs::condition(edge.clause, server.3, &at),
            consumer: consumer.1,
            server: server.1,
            pins: &server.2.allowed,
        };
        if faults.len() == before {
            budgets::check(&linked, &network, faults);
        }
        doubt::silence(is_doubtful, before, faults);
        needs.push(need);
    }
    needs
}

fn insisted(
    (tree, ground): (&Tree<'_>, &Ground<'_>),
    (kept, doubtful): (&[(usize, &Draft<'_>)], &[bool]),
    wanted: &wishes::Ground<'_>,
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
        let scope = draft.scope(ground.scope);
        let at = wishes::Ground {
            scope: &scope,
            ..*wanted
        };
        let since = faults.len();
        let own = wishes::of_slot(ix, draft, &names, &at, faults);
        let is_doubtful = doubtful.get(ix.0 as usize) == Some(&true);
        doubt::silence(is_doubtful, since, faults);
        wishes.extend(own.into_iter().map(|wish| tightened(wish, draft, faults)));
    }
    wishes.extend(company::wishes(ground.program, &names, wanted, faults));
    let bodies = drafts().map(|(ix, draft)| (ix, &draft.component.declared.body));
    let survivals = survival::survivals(bodies, (wanted, &wishes), faults);
    wishes.extend(survivals);
    wishes
}

/// A number of instances within what parents require of it.
fn tightened(wish: Wish, draft: &Draft<'_>, faults: &mut Vec<Diagnostic>) -> Wish {
    let WishKind::Count { slot, min, max } = wish.kind else {
        return wish;
    };
    let (mut min, mut max, mut span) = (min, max, wish.span);
    for ((least, most), line) in &draft.whole.counts {
        let narrower = (min.max(*least), bounds::least(max, *most));
        if narrower.1.is_some_and(|most| most < narrower.0) {
            let name = &draft.component.name;
            let message = format!("no number of instances of `{name}` meets both");
            let fault = Diagnostic::error(codes::CONTRADICTION, *line, message);
            faults.push(fault.here("required here").label(span, "and here"));
            break;
        }
        if narrower != (min, max) {
            (min, max) = narrower;
            span = *line;
        }
    }
    let kind = WishKind::Count { slot, min, max };
    Wish { kind, span }
}

/// Refuses editions that there are not.
pub fn check_edition(program: &Body, faults: &mut Vec<Diagnostic>) {
    for clause in &program.clauses {
        if let Clause::Edition(edition, span) = clause
            && *edition != EDITION
        {
            let message =
                format!("there is no edition {edition}; the only one so far is {EDITION}");
            let fault = Diagnostic::error(codes::EDITION, *span, message);
            faults.push(fault.guess(*span, format!("edition {EDITION}")));
        }
    }
}
