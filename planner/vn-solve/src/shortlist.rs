//! Of many machines on offer the first few: whoever buys more pays more than a plan that is known.
//!
//! Machines that are bought in order stand in line. What is behind the last one that is kept cannot be
//! bought without all before it, so that the prices of the line up to there bound every plan that is left
//! out. See `docs/decisions/0039-offers-are-packed-before-they-are-searched.md`.

mod packing;
mod part;

use std::collections::{BTreeMap, BTreeSet};

use vn_problem::{CandidateId, DeviceId, Levels, Problem, Rational, RequirementKind};

use crate::{solve::with_constant, weights::Weights};

pub use part::Part;

/// Machines of which each is bought only if the one before it is.
#[derive(Clone, Debug)]
struct Line {
    /// What is open where they are bought.
    machines: Vec<CandidateId>,
    /// What each adds to the objective.
    prices: Vec<i128>,
    /// So many are bought in any case.
    least: usize,
}

impl Line {
    /// How many can be bought for so much.
    fn within(&self, most: i128) -> usize {
        let sums = self.prices.iter().scan(0_i128, |sum, price| {
            *sum += price;
            Some(*sum)
        });
        sums.take_while(|sum| *sum <= most).count().max(self.least)
    }

    /// What a plan pays at least that buys more than so many; nothing if there are no more.
    fn beyond(&self, kept: usize) -> Option<i128> {
        let prices = self.prices.get(..=kept)?;
        Some(prices.iter().sum())
    }
}

/// All machines that are bought in order.
#[derive(Debug)]
pub struct Offers<'a> {
    problem: &'a Problem,
    weights: Weights,
    lines: Vec<Line>,
}

impl<'a> Offers<'a> {
    /// The offers of a checked problem; `None` where there are none, or what is left out could not be
    /// told from its prices.
    pub fn of(problem: &'a Problem) -> Option<Self> {
        if problem.arrivals().next().is_some() {
            return None;
        }
        let machines = machines(problem);
        let mut behind = BTreeMap::new();
        for row in &problem.requirements {
            if let RequirementKind::Implies {
                when: Some(when),
                any,
            } = &row.kind
                && let (&[next], &[before]) = (when.as_slice(), any.as_slice())
                && machines.contains(&next)
                && machines.contains(&before)
                && next > before
            {
                behind.insert(before, next);
            }
        }
        if behind.is_empty() {
            return None;
        }
        let weights = Weights::of(problem)?;
        let follows: BTreeSet<CandidateId> = behind.values().copied().collect();
        let firsts = machines.iter().filter(|one| !follows.contains(one));
        let line = |&first: &CandidateId| {
            let next = |one: &CandidateId| behind.get(one).copied();
            let machines: Vec<CandidateId> = std::iter::successors(Some(first), next).collect();
            let price = |&id: &CandidateId| weights.standing(problem, id, false).objective;
            Line {
                prices: machines.iter().map(price).collect(),
                least: least(problem, &machines),
                machines,
            }
        };
        let lines = firsts.map(line).collect();
        Some(Self {
            problem,
            weights,
            lines,
        })
    }

    /// What a plan pays at most, as prices are counted; `None` where it skips tiers, which comes first.
    pub fn paid(&self, levels: &Levels) -> Option<i128> {
        let fixed = with_constant(self.problem, Rational::ZERO)?;
        let paid = levels.objective.checked_sub(fixed)?;
        let paid = self.weights.scaled(paid)?;
        (levels.tiers == Rational::ZERO).then_some(paid)
    }

    /// What a plan costs that buys for what must be there alone, unless more binds it.
    pub fn guess(&self) -> Option<i128> {
        packing::cheapest(self.problem, &self.lines)
    }

    /// The problem with those machines alone that can be bought for so much; `None` if these are all.
    pub fn part(&self, most: i128) -> Option<Part> {
        let kept: Vec<usize> = self.lines.iter().map(|line| line.within(most)).collect();
        let lines = self.lines.iter().zip(&kept);
        let beyond = lines.clone().filter_map(|(line, &kept)| line.beyond(kept));
        let beyond = beyond.min()?;
        let behind = lines.flat_map(|(line, &kept)| line.machines.get(kept..).unwrap_or_default());
        let out: BTreeSet<DeviceId> = behind.map(|&id| self.problem[id].device).collect();
        Some(Part::of(self.problem, &out, beyond))
    }
}

/// What stands for machines that may be bought: everything else on the device implies it.
///
/// INVARIANT: no line closes a circle, as each machine is behind the one before.
fn machines(problem: &Problem) -> BTreeSet<CandidateId> {
    let mut others: BTreeMap<DeviceId, usize> = BTreeMap::new();
    for row in &problem.candidates {
        *others.entry(row.device).or_default() += 1;
    }
    let clients: BTreeSet<DeviceId> = problem
        .components
        .iter()
        .flat_map(|row| row.on.iter().copied())
        .collect();
    let alone = |id: CandidateId, when: &[CandidateId]| {
        let device = problem[id].device;
        let here = when.iter().filter(|&&one| problem[one].device == device);
        let here = here.filter(|&&one| one != id).count() + 1;
        others.get(&device) == Some(&here) && problem[device].count == 1
    };
    let rows = problem.requirements.iter();
    let found = rows.filter_map(|row| match &row.kind {
        RequirementKind::Implies {
            when: Some(when),
            any,
        } => match any.as_slice() {
            &[id] if alone(id, when) && !clients.contains(&problem[id].device) => Some(id),
            _ => None,
        },
        _ => None,
    });
    found.collect()
}

/// How many machines of a line are bought whatever runs there.
fn least(problem: &Problem, machines: &[CandidateId]) -> usize {
    let rows = problem.requirements.iter();
    let least = rows.filter_map(|row| match &row.kind {
        RequirementKind::Linear {
            terms,
            at_least,
            unless_none: None,
        } if terms
            .iter()
            .all(|(id, by)| *by == 1 && machines.contains(id)) =>
        {
            usize::try_from(*at_least).ok()
        }
        _ => None,
    });
    least.max().unwrap_or(0)
}
