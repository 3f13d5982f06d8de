//! The measures of section 6, exactly.

use std::collections::{BTreeMap, BTreeSet};

use crate::{CandidateId, ComponentId, Load, Metric, NeedId, Rational, Role, placement::Placement};

const GIB: i128 = 1 << 30;

/// A placement with its loads: all that a metric can look at.
#[derive(Clone, Copy, Debug)]
pub struct Measured<'a> {
    /// Who is where.
    pub placement: &'a Placement<'a>,
    /// How much each open candidate is asked.
    pub loads: &'a BTreeMap<CandidateId, Load>,
}

impl Measured<'_> {
    /// The value of a metric, unless it does not fit.
    pub fn metric(&self, metric: Metric) -> Option<Rational> {
        let problem = self.placement.problem;
        match metric {
            Metric::Latency => self.latency(),
            Metric::Cost => {
                let open = self.sum(|id| problem[id].cost.0)?;
                let standing = open.checked_add(problem.objective.fixed_cost.0.into())?;
                let traffic = i128::try_from(self.placement.traffic_cost(self.loads)?).ok()?;
                let standing = Rational::new(standing, 1_000_000)?;
                standing.checked_add(Rational::new(traffic, 1_000_000_000_000)?)
            }
            Metric::Power => Rational::new(self.sum(|id| problem[id].power.0)?, 1000),
            Metric::Footprint => Rational::new(self.sum(|id| problem[id].footprint)?, GIB),
            Metric::QualityLoss => Rational::new(self.quality_loss()?, 1),
            Metric::CloneBytes => Rational::new(self.sum(|id| self.cloned_ahead(id))?, GIB),
            Metric::Movement => Rational::new(self.sum(|id| problem.move_cost(id))?, 1_000_000),
            Metric::Own(at) => {
                let measure = problem.measure(at)?;
                measure.value(measure.amount(|id| self.placement.is_open(id))?)
            }
        }
    }

    /// How many instances did not run before.
    pub fn moves(&self) -> u64 {
        let problem = self.placement.problem;
        self.placement
            .all()
            .filter(|&id| problem.is_move(id))
            .count() as u64
    }

    /// Σ load × tiers skipped.
    pub fn tiers(&self) -> Option<Rational> {
        let problem = self.placement.problem;
        let mut sum: i128 = 0;
        for (need, consumer, server) in self.placement.heads() {
            let row = &problem[need];
            let skipped = match server {
                Some(server) => i128::from(row.route(problem[consumer].device, server)?.tier),
                None => i128::from(row.tiers) + 1,
            };
            let load = problem.load_through(row, problem[consumer].device, self.load(consumer))?;
            sum = sum.checked_add(skipped.checked_mul(i128::from(load.0))?)?;
        }
        Rational::new(sum, 1)
    }

    fn load(&self, id: CandidateId) -> Load {
        self.loads.get(&id).copied().unwrap_or_default()
    }

    fn latency(&self) -> Option<Rational> {
        let mut sum: i128 = 0;
        for (need, consumer, server) in self.placement.served() {
            sum = sum.checked_add(self.wait(need, consumer, server)?)?;
        }
        let demand = self.client_demand()?;
        if demand == 0 {
            Some(Rational::ZERO)
        } else {
            Rational::new(sum, demand.checked_mul(1000)?)
        }
    }

    fn wait(&self, need: NeedId, consumer: CandidateId, server: CandidateId) -> Option<i128> {
        let problem = self.placement.problem;
        let row = &problem[need];
        let time = problem.time(row.route(problem[consumer].device, server)?);
        let load = problem.load_through(row, problem[consumer].device, self.load(consumer))?;
        i128::from(load.0).checked_mul(i128::from(time.0))
    }

    fn client_demand(&self) -> Option<i128> {
        let problem = self.placement.problem;
        let ids = problem.component_ids();
        let clients = ids.filter(|&id| problem[id].role == Role::Client);
        clients
            .map(|id| problem.demand_of(id))
            .try_fold(0, |sum: i128, one| sum.checked_add(one?))
    }

    fn sum(&self, of: impl Fn(CandidateId) -> u64) -> Option<i128> {
        self.placement
            .all()
            .try_fold(0, |sum: i128, id| sum.checked_add(i128::from(of(id))))
    }

    fn cloned_ahead(&self, id: CandidateId) -> u64 {
        let counts = self.placement.eager(id) && !self.placement.holds_truth(id);
        if counts {
            self.placement.problem[id].clone_bytes
        } else {
            0
        }
    }

    fn quality_loss(&self) -> Option<i128> {
        let heads: BTreeSet<CandidateId> = self.placement.served().map(|(_, _, to)| to).collect();
        let ids = self.placement.problem.component_ids();
        ids.map(|component| self.worst(component, &heads))
            .try_fold(0, |sum: i128, worst| sum.checked_add(worst.into()))
    }

    fn worst(&self, component: ComponentId, heads: &BTreeSet<CandidateId>) -> u64 {
        let problem = self.placement.problem;
        let open = self.placement.open(component);
        let quality = |id: &CandidateId| problem[*id].quality;
        let first = open
            .iter()
            .filter(|id| heads.contains(id))
            .map(quality)
            .max();
        first
            .or_else(|| open.iter().map(quality).max())
            .unwrap_or(problem[component].absent_quality)
    }
}
