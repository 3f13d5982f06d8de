//! How good a solution is, level by level.

use std::cmp::Ordering;

use crate::{CandidateId, Rational, Solution, Term, metric::Measured};

/// The levels of section 6; smaller is better, an earlier level decides first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels {
    /// Σ load × tiers skipped, in millionths of a request per second.
    pub tiers: Rational,
    /// The user's expression.
    pub objective: Rational,
    /// The metric after it.
    pub then: Rational,
    /// What is left to decide among equals.
    pub order: DeclaredOrder,
}

/// The last level: what comes first in the program wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredOrder {
    /// The instances.
    pub open: Vec<CandidateId>,
    /// The servers of the heads, in (need, consumer) order.
    pub servers: Vec<Option<CandidateId>>,
    /// The truths.
    pub truths: Vec<CandidateId>,
}

impl DeclaredOrder {
    /// The order of a solution that is sorted as promised.
    pub fn of(solution: &Solution) -> Self {
        Self {
            open: solution.open.clone(),
            servers: solution.heads.iter().map(|head| head.server).collect(),
            truths: solution.truth.iter().map(|&(_, holder)| holder).collect(),
        }
    }
}

impl Ord for DeclaredOrder {
    fn cmp(&self, other: &Self) -> Ordering {
        // Unserved comes last, where the derived order would put `None` first.
        let rank = |server: &Option<CandidateId>| (server.is_none(), *server);
        self.open
            .cmp(&other.open)
            .then_with(|| {
                self.servers
                    .iter()
                    .map(rank)
                    .cmp(other.servers.iter().map(rank))
            })
            .then_with(|| self.truths.cmp(&other.truths))
    }
}

impl PartialOrd for DeclaredOrder {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Measured<'_> {
    /// Each summand of the user's expression with its value (weight included).
    pub fn terms(&self) -> Option<Vec<(Term, Rational)>> {
        let terms = &self.placement.problem.objective.terms;
        terms
            .iter()
            .map(|&term| {
                let weight = Rational::try_from(term.weight).ok()?;
                Some((term, self.metric(term.metric)?.checked_mul(weight)?))
            })
            .collect()
    }

    /// All levels.
    pub fn levels(&self, solution: &Solution, terms: &[(Term, Rational)]) -> Option<Levels> {
        let objective = terms
            .iter()
            .try_fold(Rational::ZERO, |sum, &(_, value)| sum.checked_add(value))?;
        let then = match self.placement.problem.objective.then {
            Some(metric) => self.metric(metric)?,
            None => Rational::ZERO,
        };
        Some(Levels {
            tiers: self.tiers()?,
            objective,
            then,
            order: DeclaredOrder::of(solution),
        })
    }
}
