//! The levels after the first objective, packed into two numbers: an earlier one always outweighs all
//! that come after it.

use vn_problem::{Problem, Rational, Term};

use crate::weights::{largest_raws, lcm, metrics, sum_weight};

/// One level, in whole numbers.
#[derive(Clone, Debug)]
pub struct Rank {
    /// What a raw unit of each metric adds.
    pub weights: Vec<i128>,
    /// By how much a value in the user's units is multiplied.
    pub scale: i128,
}

impl Rank {
    /// A sum of terms; `split` is what loads are multiplied by to stay whole.
    pub fn of(problem: &Problem, terms: &[Term], (demand, split): (i128, i128)) -> Option<Self> {
        let priced = problem.has_priced_traffic();
        let per_unit =
            metrics(problem).map(|metric| sum_weight(problem, terms, metric, (demand, priced)));
        let per_unit = per_unit.collect::<Option<Vec<Rational>>>()?;
        let mut scale: i128 = 1;
        for weight in &per_unit {
            scale = lcm(scale, weight.den())?;
        }
        let whole = |weight: &Rational| {
            let scaled = weight.num().checked_mul(scale / weight.den())?;
            scaled.checked_mul(split)
        };
        let weights = per_unit.iter().map(whole).collect::<Option<Vec<i128>>>()?;
        let scale = scale.checked_mul(split)?;
        let rank = Self { weights, scale };
        rank.largest(problem).map(|_| rank)
    }

    /// No plan comes to more.
    fn largest(&self, problem: &Problem) -> Option<i128> {
        let raws = largest_raws(problem)?;
        let parts = self.weights.iter().zip(raws);
        parts
            .map(|(weight, raw)| weight.checked_mul(raw))
            .try_fold(0, |sum: i128, part| sum.checked_add(part?))
    }
}

/// Several levels as the digits of two numbers, the moves last of all.
#[derive(Clone, Debug)]
pub struct Ranks {
    /// Levels in the first number, first to last: each itself, and what one of it weighs.
    front: Vec<(Rank, i128)>,
    /// Those in the second.
    back: Vec<(Rank, i128)>,
}

/// A number holds so much, and stays far from the end of the range.
const ROOM: i128 = 1 << 112;

impl Ranks {
    /// The further levels of the user's expression and the metric after it.
    pub fn of(problem: &Problem, loads: (i128, i128)) -> Option<Self> {
        let (mut front, mut back) = (Vec::new(), Vec::new());
        let mut place = moves(problem)?;
        for terms in problem.objective.later().iter().rev() {
            let rank = Rank::of(problem, terms, loads)?;
            let range = rank.largest(problem)?.checked_add(1)?;
            let fits = place.checked_mul(range).filter(|above| *above <= ROOM);
            if fits.is_none() && front.is_empty() && !back.is_empty() {
                place = 1;
                front.push((rank, place));
            } else if front.is_empty() {
                back.push((rank, place));
            } else {
                front.push((rank, place));
            }
            place = place.checked_mul(range)?;
        }
        front.reverse();
        back.reverse();
        Some(Self { front, back })
    }

    /// What a raw unit of the metric at this position weighs in both.
    pub fn weight(&self, at: usize) -> Option<(i128, i128)> {
        let sum = |digits: &[(Rank, i128)]| {
            let mut weights = digits
                .iter()
                .map(|(rank, place)| rank.weights.get(at)?.checked_mul(*place));
            weights.try_fold(0, |sum: i128, weight| sum.checked_add(weight?))
        };
        Some((sum(&self.front)?, sum(&self.back)?))
    }

    /// The values in the user's units, first to last, and the moves after them.
    pub fn values(&self, (front, back): (i128, i128)) -> Option<Vec<Rational>> {
        let mut values = Vec::with_capacity(self.front.len() + self.back.len() + 1);
        let mut rest = 0;
        for (digits, mut packed) in [(&self.front, front), (&self.back, back)] {
            for (rank, place) in digits {
                values.push(Rational::new(packed.div_euclid(*place), rank.scale)?);
                packed = packed.rem_euclid(*place);
            }
            rest = packed;
        }
        values.push(Rational::new(rest, 1)?);
        Some(values)
    }
}

/// More than the moves of any plan.
fn moves(problem: &Problem) -> Option<i128> {
    if problem.earlier.is_none() {
        return Some(1);
    }
    i128::try_from(problem.candidates.len())
        .ok()?
        .checked_add(1)
}
