//! What a layout is worth, and whether it keeps what holds without failures.

use vn_problem::{CandidateId, RequirementKind, TotalMetric};

use super::{Ground, Layout};
use crate::level::Level;

impl Layout {
    /// Recomputes all loads; what the layout is worth, or `None` if something is overloaded or unserved.
    pub fn weigh(&mut self, ground: &Ground<'_>) -> Option<Level> {
        let ids = self.open.iter().flat_map(|(_, ids)| ids.iter().copied());
        let ids: Vec<CandidateId> = ids.collect();
        for &id in &ids {
            self.load[id] = ground.demand(id);
        }
        let mut sum = ids
            .iter()
            .fold(Level::ZERO, |sum, &id| sum + ground.standing[id]);
        for &component in &ground.order {
            for id in self.open[component].clone() {
                sum += self.pass_on(ground, id)?;
            }
        }
        let is_kept = ids.iter().all(|&id| self.load[id] <= ground.capacity(id))
            && keeps_totals(ground, &ids);
        is_kept.then(|| sum + self.quality(ground))
    }

    /// Loads whom an instance asks; what that costs.
    fn pass_on(&mut self, ground: &Ground<'_>, id: CandidateId) -> Option<Level> {
        let row = &ground.problem[id];
        let mut sum = Level::ZERO;
        for &need in &ground.asks[row.component] {
            let edge = &ground.problem[need];
            if !edge.applies(row.variant) {
                continue;
            }
            let more = ground.load_through(edge, id, self.load[id]);
            sum += match self.heads.get(&(id, need)).copied()? {
                Some(server) => {
                    self.load[server] = self.load[server].checked_add(more)?;
                    ground.way(edge.route(row.device, server)?) * more
                }
                None => ground.unserved(edge) * more,
            };
        }
        Some(sum)
    }

    /// What first entries lose in quality, component by component.
    fn quality(&self, ground: &Ground<'_>) -> Level {
        let weight = ground.weights.quality;
        if weight == Level::ZERO {
            return Level::ZERO;
        }
        let mut asked = vec![false; ground.problem.candidates.len()];
        for server in self.heads.values().flatten() {
            if let Some(one) = asked.get_mut(server.index()) {
                *one = true;
            }
        }
        let steps = |id: &CandidateId| ground.problem[*id].quality;
        let is_asked = |id: &&CandidateId| asked.get(id.index()).copied().unwrap_or_default();
        let worst = self.open.iter().map(|(component, ids)| {
            let first = ids.iter().filter(is_asked).map(steps).max();
            let any = first.or_else(|| ids.iter().map(steps).max());
            any.unwrap_or(ground.problem[component].absent_quality)
        });
        weight * worst.sum::<u64>()
    }
}

/// Whether totals of what is open stay within their bounds.
fn keeps_totals(ground: &Ground<'_>, ids: &[CandidateId]) -> bool {
    ground.problem.requirements.iter().all(|row| {
        let RequirementKind::Total {
            metric,
            at_most,
            fixed,
        } = row.kind
        else {
            return true;
        };
        let one = |&id: &CandidateId| match metric {
            TotalMetric::Cost => u128::from(ground.problem[id].cost.0),
            TotalMetric::Power => u128::from(ground.problem[id].power.0),
        };
        u128::from(fixed) + ids.iter().map(one).sum::<u128>() <= u128::from(at_most)
    })
}
