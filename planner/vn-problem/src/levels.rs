//! How good a solution is, level by level.

use std::cmp::Ordering;

use crate::{CandidateId, Rational, Solution, Term, metric::Measured};

/// The levels of section 6; smaller is better, an earlier level decides first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Levels {
    /// Σ load × tiers skipped, in millionths of a request per second.
    pub tiers: Rational,
    /// The user's expression, or its first level.
    pub objective: Rational,
    /// Its other levels.
    pub more: Vec<Rational>,
    /// The metric after it.
    pub then: Rational,
    /// How many instances did not run before.
    pub moves: u64,
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
    /// Each summand of each level of the user's expression with its value (weight included).
    pub fn sums(&self) -> Option<Vec<Vec<(Term, Rational)>>> {
        let value = |&term: &Term| {
            let weight = Rational::try_from(term.weight).ok()?;
            Some((term, self.metric(term.metric)?.checked_mul(weight)?))
        };
        let sums = self.placement.problem.objective.sums();
        sums.map(|terms| terms.iter().map(value).collect())
            .collect()
    }

    /// All levels.
    pub fn levels(&self, solution: &Solution, sums: &[Vec<(Term, Rational)>]) -> Option<Levels> {
        let sum = |terms: &Vec<(Term, Rational)>| {
            let mut terms = terms.iter();
            terms.try_fold(Rational::ZERO, |sum, &(_, value)| sum.checked_add(value))
        };
        let (first, more) = sums.split_first()?;
        let then = match self.placement.problem.objective.then {
            Some(metric) => self.metric(metric)?,
            None => Rational::ZERO,
        };
        Some(Levels {
            tiers: self.tiers()?,
            objective: sum(first)?,
            more: more.iter().map(sum).collect::<Option<_>>()?,
            then,
            moves: self.moves(),
            order: DeclaredOrder::of(solution),
        })
    }
}
