//! Composition to problem: names become dense ids, rationals become integers, lines become causes.

pub mod beyond;
pub mod bonds;
pub mod boot;
pub mod classes;
mod components;
pub mod consumables;
pub mod copies;
pub mod custody;
mod cuts;
pub mod earlier;
pub mod failures;
pub mod fetch;
pub mod measures;
pub mod offers;
pub mod picks;
mod ports;
pub mod requirements;
mod room;
pub mod round;
pub mod routes;
pub mod traffic;

use std::collections::BTreeSet;

use vn_analysis::{Composition, DeviceIx, SlotIx};
use vn_problem::{
    CandidateId, Cause, ComponentId, Device, DeviceId, Metric, Objective, Problem, Requirement,
    Term,
};
use vn_syntax::Span;

use bonds::Options;
use earlier::Replan;
use measures::Measures;

/// A problem, with what is needed to speak of its solution in the user's words again.
#[derive(Clone, Debug)]
pub struct Lowered {
    /// What the planner gets.
    pub problem: Problem,
    /// The line behind each [`Cause`].
    pub causes: Vec<Span>,
    /// Per candidate its slot and its position among the slot's options; those behind them stand for
    /// machines that may be bought, and for roles that devices may take.
    pub choices: Vec<(SlotIx, usize)>,
    /// Per candidate what one instance is, where its device stands for several.
    pub alone: Vec<vn_problem::Candidate>,
    /// Requirements that bind every device by itself.
    pub each: BTreeSet<vn_problem::RequirementId>,
    /// Per candidate the bytes of disk among its claims that it keeps free for writes.
    pub rooms: Vec<u64>,
    /// What the channels are called: `home > cloud`.
    pub channels: Vec<String>,
    /// What the dimensions of a claim are called, in the planner's order.
    pub resources: Vec<String>,
    /// Which metric each measure of the problem is.
    pub measures: Vec<vn_analysis::Metric>,
    /// The cause that stands for `--max-moves`, and how many it allows.
    pub max_moves: Option<(Cause, u64)>,
}

impl Lowered {
    /// The program's own metric that a measure of the problem is.
    pub fn metric(&self, measure: u32) -> Option<u32> {
        let metric = self.measures.get(measure as usize)?;
        if let vn_analysis::Metric::Own(at) = metric {
            Some(*at)
        } else {
            None
        }
    }
}

/// The dimensions of every claim; behind them come the program's own, and ports that several services
/// would publish.
pub const RESOURCES: [&str; 4] = ["cpu", "memory", "disk", "video memory"];

/// Where the disk stands among them.
const DISK: usize = 2;

/// Lowers a composition; `replan` says what ran before and how much of it may change.
pub fn lower(composition: &Composition, replan: &Replan) -> Lowered {
    let mut causes = Causes::default();
    let (mut candidates, choices) = components::candidates(composition);
    let machines = offers::machines(composition, &choices);
    // INVARIANT: `beyond` has refused what cannot be measured.
    let measures = measures::measures(Options {
        composition,
        choices: &choices,
    })
    .unwrap_or_default();
    let (requirements, each, failures) =
        requirements::requirements(composition, (&choices, &measures), &mut causes);
    let mut components = components::components(composition, &mut causes);
    let rooms = hold(composition, &mut candidates, &choices);
    let refills = routes::refills(composition, &candidates, &choices);
    let (bought, standing) = offers::rows(composition, &machines, &mut causes);
    components.extend(bought);
    candidates.extend(standing);
    let picks = picks::picks(composition, &choices);
    let picking = ComponentId(id(components.len()));
    let (picking, picked) = picks::rows(composition, &picks, picking, &mut causes);
    components.extend(picking);
    candidates.extend(picked);
    let mut problem = Problem {
        devices: devices(composition, &mut causes),
        resources: RESOURCES.len(),
        components,
        needs: routes::needs(composition, &choices, &mut causes),
        channels: Vec::new(),
        ways: Vec::new(),
        refills,
        earlier: earlier::earlier(composition, &choices, replan.earlier.as_deref()),
        candidates,
        failures,
        requirements,
        objective: objective(composition, &measures),
        measures: measures.rows,
    };
    earlier::settle(&mut problem, choices.len());
    let channels = traffic::add(composition, &mut problem, &mut causes);
    let own = consumables::add(composition, &choices, &mut problem);
    let contested = ports::contest(composition, &choices, &mut problem);
    for candidate in &mut problem.candidates {
        candidate.claim.resize(problem.resources, 0);
    }
    let alone = problem.candidates.clone();
    classes::add_up(&mut problem);
    classes::count_tiers(&mut problem, composition);
    let names = RESOURCES.iter().map(|name| (*name).to_owned());
    let resources = names
        .chain(own)
        .chain(contested.iter().map(|port| format!("port {port}")))
        .collect();
    copies::in_order(&mut problem);
    let max_moves = replan.max_moves.map(|most| {
        // No line of the program says it: a place in none of its files.
        let cause = causes.of(Span {
            file: vn_syntax::FileId(u32::MAX),
            start: 0,
            end: 0,
        });
        let kind = earlier::at_most(&problem, most);
        problem.requirements.push(Requirement { kind, cause });
        (cause, most)
    });
    Lowered {
        problem,
        causes: causes.spans,
        choices,
        alone,
        each,
        rooms,
        channels,
        resources,
        measures: measures.of,
        max_moves,
    }
}

/// Who cannot bear all that is written does not hold the truth, and who may buffer keeps room for it.
fn hold(
    composition: &Composition,
    candidates: &mut [vn_problem::Candidate],
    choices: &[(SlotIx, usize)],
) -> Vec<u64> {
    let mut rooms = Vec::with_capacity(choices.len());
    for (row, (slot, option)) in candidates.iter_mut().zip(choices) {
        let options = composition.slots.get(slot.0 as usize);
        let choice = options.and_then(|slot| slot.options.get(*option));
        let Some(choice) = choice else { continue };
        row.truth &= custody::bears(composition, *slot, choice);
        let room = room::room(composition, *slot, choice);
        if let Some(disk) = row.claim.get_mut(DISK) {
            *disk = disk.saturating_add(room);
        }
        rooms.push(room);
    }
    rooms
}

/// The table from causes to spans, as it grows.
#[derive(Default)]
struct Causes {
    spans: Vec<Span>,
}

impl Causes {
    fn of(&mut self, span: Span) -> Cause {
        self.spans.push(span);
        Cause(id(self.spans.len() - 1))
    }
}

fn devices(composition: &Composition, causes: &mut Causes) -> Vec<Device> {
    let one = |device: &vn_analysis::Device| Device {
        capacity: components::capacity(&device.claimable),
        max_duty: device.max_duty.as_ref().map(round::share),
        count: device.count(),
        cause: causes.of(device.span),
    };
    composition.devices.iter().map(one).collect()
}

fn objective(composition: &Composition, measures: &Measures) -> Objective {
    // INVARIANT: `beyond` has refused what the planner does not measure.
    let term = |(weight, measure): &(_, _)| {
        Some(Term {
            metric: metric(*measure, measures)?,
            weight: round::factor(weight),
        })
    };
    let sum = |terms: &Vec<(_, _)>| terms.iter().filter_map(term).collect::<Vec<Term>>();
    let mut levels = composition.objective.levels.iter().map(sum);
    let then = match composition.preference {
        vn_analysis::Preference::HighPerformance => Metric::QualityLoss,
        vn_analysis::Preference::LowResource | vn_analysis::Preference::Custom => Metric::Footprint,
    };
    Objective {
        terms: levels.next().unwrap_or_default(),
        more: levels.collect(),
        fixed_cost: vn_problem::MicroMoney(fixed_cost(composition)),
        then: Some(then),
    }
}

/// What the planner calls a measure.
pub fn metric(measure: vn_analysis::Metric, measures: &Measures) -> Option<Metric> {
    match measure {
        vn_analysis::Metric::Latency => Some(Metric::Latency),
        vn_analysis::Metric::Cost => Some(Metric::Cost),
        vn_analysis::Metric::Power => Some(Metric::Power),
        vn_analysis::Metric::Footprint => Some(Metric::Footprint),
        vn_analysis::Metric::QualityLoss => Some(Metric::QualityLoss),
        vn_analysis::Metric::CloneBytes => Some(Metric::CloneBytes),
        vn_analysis::Metric::Movement => Some(Metric::Movement),
        vn_analysis::Metric::Imbalance | vn_analysis::Metric::Own(_) => {
            measures.position(measure).map(Metric::Own)
        }
    }
}

/// What all owned devices cost per month, used or not.
pub fn fixed_cost(composition: &Composition) -> u64 {
    let owned = composition.devices.iter().filter(|d| d.offer.is_none());
    let costs = owned.map(|d| round::money(&d.cost_per_month).0.saturating_mul(d.count()));
    costs.fold(0, u64::saturating_add)
}

fn id(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn component(slot: SlotIx) -> ComponentId {
    ComponentId(slot.0)
}

fn device(device: DeviceIx) -> DeviceId {
    DeviceId(device.0)
}

/// The candidate of a slot's option.
fn candidate(choices: &[(SlotIx, usize)], slot: SlotIx, option: usize) -> Option<CandidateId> {
    choices
        .binary_search(&(slot, option))
        .ok()
        .map(|at| CandidateId(id(at)))
}
