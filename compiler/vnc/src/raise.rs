//! Solution to plan: ids become stable names again, with the facts that each decision rests on.

mod clones;
mod devices;
mod instances;
mod metrics;
mod moves;
mod objective;
mod requirements;
mod routes;
mod traffic;

use std::collections::BTreeMap;

use vn_analysis::{Choice, Composition, Slot};
use vn_plan::{Cut, FORMAT, Plan, Program};
use vn_problem::{CandidateId, ComponentId, Load, Solution, Verified};
use vn_syntax::Sources;

pub use instances::port;

use crate::lower::earlier::Replan;
use crate::lower::failures::Case;
use crate::lower::{Lowered, round};

/// Everything that raising reads.
#[derive(Clone, Copy)]
pub struct Raise<'a> {
    /// The program.
    pub composition: &'a Composition,
    /// The problem made of it.
    pub lowered: &'a Lowered,
    /// The planner's answer.
    pub solution: &'a Solution,
    /// What the planner's judge found.
    pub verified: &'a Verified,
    /// The texts, for the user's own words.
    pub sources: &'a Sources,
    /// What ran before.
    pub replan: &'a Replan,
}

/// The cuts of a case, by the devices' names.
pub fn cut(composition: &Composition, case: &Case) -> Vec<Cut> {
    let id = |device: &vn_analysis::DeviceIx| {
        let row = composition.devices.get(device.0 as usize);
        row.map(|row| row.id.clone())
    };
    let ids = |devices: &[vn_analysis::DeviceIx]| devices.iter().filter_map(id).collect();
    let cut = case.cut.iter().map(|(one, other)| Cut {
        one: ids(one),
        other: ids(other),
    });
    cut.collect()
}

/// Raises a verified solution.
pub fn raise(from: Raise<'_>) -> Plan {
    let mut plan = Plan {
        format: FORMAT.to_owned(),
        digest: String::new(),
        program: program(&from),
        devices: devices::devices(&from),
        instances: instances::instances(&from),
        routes: routes::routes(&from),
        links: traffic::links(&from),
        requirements: requirements::requirements(&from),
        metrics: metrics::metrics(&from),
        objective: objective::objective(&from),
        totals: objective::totals(&from),
        moves: None,
    };
    plan.moves = moves::moves(&from, &plan);
    plan.digest = vn_plan::digest(&plan);
    plan
}

fn program(from: &Raise<'_>) -> Program {
    let composition = from.composition;
    Program {
        name: composition.name.clone(),
        sources: crate::digest::of_sources(from.sources),
        edition: composition.edition,
        parameters: composition.parameters.clone(),
        currency: composition.currency.clone(),
        detect_us: composition
            .detect
            .as_ref()
            .map_or(0, |d| round::budget(d).0),
    }
}

impl<'a> Raise<'a> {
    /// Open candidates in declared order.
    fn open(&self) -> impl Iterator<Item = CandidateId> + 'a {
        self.solution.open.iter().copied()
    }

    fn candidate(&self, id: CandidateId) -> Option<&'a vn_problem::Candidate> {
        self.lowered.problem.candidates.get(id.index())
    }

    /// What one instance of a candidate is.
    fn alone(&self, id: CandidateId) -> Option<&'a vn_problem::Candidate> {
        self.lowered.alone.get(id.index())
    }

    /// How many instances a candidate stands for.
    fn times(&self, id: CandidateId) -> u64 {
        let problem = &self.lowered.problem;
        self.candidate(id).map_or(1, |row| problem.times(row))
    }

    fn slot(&self, component: ComponentId) -> Option<&'a Slot> {
        self.composition.slots.get(component.index())
    }

    fn choice(&self, id: CandidateId) -> Option<(&'a Slot, &'a Choice)> {
        let (slot, option) = self.lowered.choices.get(id.index())?;
        let slot = self.composition.slots.get(slot.0 as usize)?;
        Some((slot, slot.options.get(*option)?))
    }

    fn device_id(&self, device: vn_problem::DeviceId) -> String {
        self.composition
            .devices
            .get(device.index())
            .map(|d| d.id.clone())
            .unwrap_or_default()
    }

    /// `graph@nuc`.
    fn instance_id(&self, id: CandidateId) -> String {
        let device = self
            .candidate(id)
            .map(|c| self.device_id(c.device))
            .unwrap_or_default();
        let named = self
            .choice(id)
            .map(|(slot, choice)| crate::lower::copies::instance_id(slot, &device, choice.copy));
        named.unwrap_or_default()
    }

    /// Whether a need does not order the start.
    fn is_deferred(&self, need: vn_problem::NeedId) -> bool {
        let row = self.composition.needs.get(need.index());
        row.is_some_and(|row| row.deferred)
    }

    fn holds_truth(&self, id: CandidateId) -> bool {
        self.solution.truth.iter().any(|&(_, holder)| holder == id)
    }

    fn loads(&self) -> BTreeMap<CandidateId, Load> {
        self.verified.loads.iter().copied().collect()
    }
}
