//! From fractions to integers: one common denominator for the whole objective.

use vn_problem::{
    Candidate, CandidateId, CloneMode, Metric, NeedLoad, Problem, Rational, Role, Term,
};

use crate::{
    level::Level,
    own,
    rank::{Rank, Ranks},
};

/// The metrics of the language, in the order of every list of weights.
const METRICS: [Metric; 7] = [
    Metric::Latency,
    Metric::Cost,
    Metric::Power,
    Metric::Footprint,
    Metric::QualityLoss,
    Metric::CloneBytes,
    Metric::Movement,
];

/// So many 10⁻¹² are 10⁻⁶.
const PICOS: u64 = 1_000_000;

/// All metrics, the program's own behind those of the language.
pub fn metrics(problem: &Problem) -> impl Iterator<Item = Metric> + use<> {
    let own = u32::try_from(problem.measures.len()).unwrap_or(u32::MAX);
    METRICS.into_iter().chain((0..own).map(Metric::Own))
}

/// What one raw unit of each metric adds to the levels.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Per microsecond · 10⁻⁶ req/s.
    pub latency: Level,
    /// Per 10⁻⁶ of money.
    pub cost: Level,
    /// Per 10⁻¹² of money, for traffic.
    pub traffic: Level,
    /// Per milliwatt.
    pub power: Level,
    /// Per byte claimed.
    pub footprint: Level,
    /// Per step of quality.
    pub quality: Level,
    /// Per byte cloned ahead.
    pub clone_bytes: Level,
    /// Per millionth of a move's cost.
    pub movement: Level,
    /// Per one that a measure of the program's own comes to.
    pub own: Vec<Level>,
    /// What candidates add to such measures, none of it below zero.
    measured: Vec<Level>,
    /// Per move.
    pub moves: Level,
    /// Per tier · 10⁻⁶ req/s.
    pub tier: Level,
    /// All levels are multiplied by this, so that loads split by factors stay whole.
    pub split: i128,
    /// The objective is multiplied by this too.
    scale: i128,
    /// What comes after the objective.
    ranks: Ranks,
}

impl Weights {
    /// The weights of a problem; `None` if its values do not fit.
    pub fn of(problem: &Problem) -> Option<Self> {
        let demand = client_demand(problem)?;
        let split = split(problem);
        let first = Rank::of(problem, &problem.objective.terms, (demand, split))?;
        let ranks = Ranks::of(problem, (demand, split))?;
        let priced = problem.has_priced_traffic();
        let level = |(at, objective): (usize, &i128)| {
            let (then, last) = ranks.weight(at)?;
            Some(Level {
                tiers: 0,
                objective: *objective,
                then,
                last,
            })
        };
        let mut levels = first.weights.iter().enumerate().map(level);
        let mut next = || levels.next().flatten();
        let latency = next()?;
        let cost = next()?;
        let power = next()?;
        let footprint = next()?;
        let quality = next()?;
        let clone_bytes = next()?;
        let movement = next()?;
        let own = levels.collect::<Option<Vec<Level>>>()?;
        let tier = Level {
            tiers: split,
            ..Level::ZERO
        };
        let moves = Level {
            last: i128::from(problem.earlier.is_some()),
            ..Level::ZERO
        };
        let traffic = if priced { cost } else { Level::ZERO };
        let cost = cost * if priced { PICOS } else { 1 };
        let weights = Self {
            latency,
            cost,
            traffic,
            power,
            footprint,
            quality,
            clone_bytes,
            movement,
            measured: measured(problem, &own),
            own,
            moves,
            tier,
            split,
            scale: first.scale,
            ranks,
        };
        weights.fits(problem).then_some(weights)
    }

    /// What an open candidate adds by itself; bytes of a possible truth may not count.
    pub fn standing(&self, problem: &Problem, id: CandidateId, may_hold_truth: bool) -> Level {
        let row = &problem[id];
        let cloned = self.clone_bytes * row.clone_bytes;
        let ahead = row.clone == CloneMode::Eager && !may_hold_truth;
        self.cost * row.cost.0
            + self.power * row.power.0
            + self.footprint * row.footprint
            + self.movement * problem.move_cost(id)
            + self.moves * u64::from(problem.is_move(id))
            + self
                .measured
                .get(id.index())
                .copied()
                .unwrap_or(Level::ZERO)
            + if ahead { cloned } else { Level::ZERO }
    }

    /// The levels after the objective: those of the user's expression, the metric after it, the moves.
    pub fn rest(&self, level: Level) -> Option<Vec<Rational>> {
        self.ranks.values((level.then, level.last))
    }

    /// An objective value in the user's units, without the constant part.
    pub fn objective(&self, level: Level) -> Option<Rational> {
        Rational::new(level.objective, self.scale)
    }

    /// An objective value without the constant part as the level's, rounded up.
    pub fn scaled(&self, objective: Rational) -> Option<i128> {
        let scaled = objective.num().checked_mul(self.scale)?;
        Some(-(-scaled).div_euclid(objective.den()))
    }

    /// A tier value in load times tiers.
    pub fn tiers(&self, level: Level) -> Option<Rational> {
        Rational::new(level.tiers, self.split)
    }

    /// Whether the largest conceivable plan stays far from the end of the range.
    fn fits(&self, problem: &Problem) -> bool {
        self.largest(problem)
            .is_some_and(|sum| sum < i128::MAX / 1024)
    }

    fn largest(&self, problem: &Problem) -> Option<i128> {
        let (_, tiers, _) = largest_flows(problem)?;
        let raws = largest_raws(problem)?;
        let cost = if problem.has_priced_traffic() {
            self.traffic
        } else {
            self.cost
        };
        let levels = [
            self.latency,
            cost,
            self.power,
            self.footprint,
            self.quality,
            self.clone_bytes,
            self.movement,
        ];
        let levels = levels.into_iter().chain(self.own.iter().copied());
        let parts = levels.zip(raws).chain([
            (self.tier, tiers),
            (self.moves, problem.candidates.len().try_into().ok()?),
        ]);
        parts.into_iter().try_fold(0, |total: i128, (weight, raw)| {
            let most = weight.objective.max(weight.then).max(weight.last);
            let most = most.max(weight.tiers);
            total.checked_add(most.checked_mul(raw)?)
        })
    }
}

/// An upper bound of what each metric comes to in any plan, in raw units.
pub fn largest_raws(problem: &Problem) -> Option<Vec<i128>> {
    let sum = |of: &dyn Fn(&Candidate) -> u64| -> Option<i128> {
        let mut rows = problem.candidates.iter().map(|row| i128::from(of(row)));
        rows.try_fold(0, i128::checked_add)
    };
    let (waits, _, bills) = largest_flows(problem)?;
    let mut costs = problem
        .candidate_ids()
        .map(|id| i128::from(problem.move_cost(id)));
    let movement = costs.try_fold(0, i128::checked_add)?;
    let standing = sum(&|row| row.cost.0)?;
    let standing = match bills {
        0 => standing,
        _ => standing.checked_mul(PICOS.into())?,
    };
    let own = problem.measures.iter().map(own::largest);
    let mut raws = vec![
        waits,
        standing.checked_add(bills)?,
        sum(&|row| row.power.0)?,
        sum(&|row| row.footprint)?,
        sum(&|row| row.quality)?.checked_add(absent(problem)?)?,
        sum(&|row| row.clone_bytes)?,
        movement,
    ];
    raws.extend(own.collect::<Option<Vec<i128>>>()?);
    Some(raws)
}

/// What each candidate adds to measures where its weight is above zero.
fn measured(problem: &Problem, own: &[Level]) -> Vec<Level> {
    let mut sums = vec![Level::ZERO; problem.candidates.len()];
    for (measure, level) in problem.measures.iter().zip(own) {
        for (id, weight) in &measure.terms {
            if let (Some(sum), Ok(weight)) = (sums.get_mut(id.index()), u64::try_from(*weight)) {
                *sum += *level * weight;
            }
        }
    }
    sums
}

/// Upper bounds of Σ load · time, Σ load · tier and Σ load · price.
fn largest_flows(problem: &Problem) -> Option<(i128, i128, i128)> {
    let loads = largest_loads(problem)?;
    let (mut waits, mut tiers, mut bills) = (0_i128, 0_i128, 0_i128);
    for (need, load) in problem.needs.iter().zip(loads) {
        let time = need
            .routes
            .iter()
            .map(|route| problem.time(route).0)
            .max()
            .unwrap_or(0);
        let ways = need.routes.iter().filter_map(|route| problem.way(route));
        let price = ways.map(|way| way.price).max().unwrap_or(0);
        // Sums of costs per unit of load are formed as well, before a load is known.
        let load = load.max(1);
        waits = waits.checked_add(load.checked_mul(i128::from(time))?)?;
        bills = bills.checked_add(load.checked_mul(i128::from(price))?)?;
        tiers = tiers.checked_add(load.checked_mul(i128::from(need.tiers) + 1)?)?;
    }
    Some((
        waits.checked_mul(8)?,
        tiers.checked_mul(8)?,
        bills.checked_mul(8)?,
    ))
}

/// The most that can be asked through each need.
pub fn largest_loads(problem: &Problem) -> Option<Vec<i128>> {
    let mut asked = vec![0_i128; problem.components.len()];
    let mut through = vec![0_i128; problem.needs.len()];
    let order = problem.consumers_first()?;
    // What has a rate of its own may close a circle: it counts before anything is passed on.
    let steps = [false, true].into_iter();
    for (component, passes_on) in steps.flat_map(|on| order.iter().map(move |&one| (one, on))) {
        let row = &problem[component];
        let mut devices: Vec<_> = problem
            .candidates_of(component)
            .map(|(_, c)| c.device)
            .collect();
        devices.dedup();
        let places: i128 = devices
            .iter()
            .map(|&at| i128::from(problem[at].count))
            .sum();
        let own = match row.role {
            Role::Client => i128::from(row.demand.0).checked_mul(places)?,
            Role::Service => *asked.get(component.index())?,
        };
        for (need, load) in problem.needs.iter().zip(&mut through) {
            if need.consumer != component || need.load.passes_on() != passes_on {
                continue;
            }
            *load = match need.load {
                NeedLoad::Rate(rate) => i128::from(rate.0).checked_mul(places)?,
                NeedLoad::Fanout(factor) => {
                    let product = own.checked_mul(i128::from(factor.num))?;
                    let rounded = (product / i128::from(factor.den)).checked_add(places)?;
                    // Where several machines share a load, each may get a part that is rounded up.
                    let several = places > i128::try_from(devices.len()).ok()?;
                    let more = i128::from(factor.num.div_ceil(factor.den)).checked_mul(places)?;
                    rounded.checked_add(if several { more } else { 0 })?
                }
            };
            let server = asked.get_mut(need.server.index())?;
            *server = server.checked_add(*load)?;
        }
    }
    Some(through)
}

fn absent(problem: &Problem) -> Option<i128> {
    let steps = problem
        .components
        .iter()
        .map(|row| i128::from(row.absent_quality));
    steps
        .into_iter()
        .try_fold(0, |sum: i128, one| sum.checked_add(one))
}

fn client_demand(problem: &Problem) -> Option<i128> {
    problem
        .component_ids()
        .filter(|&id| problem[id].role == Role::Client)
        .try_fold(0_i128, |sum, id| sum.checked_add(problem.demand_of(id)?))
}

/// What a raw unit adds to a sum, as a fraction; money is counted in 10⁻¹² where traffic is `priced`.
pub fn sum_weight(
    problem: &Problem,
    terms: &[Term],
    metric: Metric,
    (demand, priced): (i128, bool),
) -> Option<Rational> {
    let unit = match metric {
        Metric::Latency if demand == 0 => return Some(Rational::ZERO),
        Metric::Latency => demand.checked_mul(1000)?,
        Metric::Cost if priced => 1_000_000 * i128::from(PICOS),
        Metric::Cost | Metric::Movement => 1_000_000,
        Metric::Power => 1000,
        Metric::Footprint | Metric::CloneBytes => 1 << 30,
        Metric::QualityLoss => 1,
        Metric::Own(at) => problem.measure(at)?.per.into(),
    };
    let mut sum = Rational::ZERO;
    for term in terms.iter().filter(|term| term.metric == metric) {
        sum = sum.checked_add(Rational::try_from(term.weight).ok()?)?;
    }
    sum.checked_mul(Rational::new(1, unit)?)
}

/// A multiple of the denominators of all factors between services, while it stays small.
fn split(problem: &Problem) -> i128 {
    let mut split: i128 = 1;
    for need in &problem.needs {
        if let NeedLoad::Fanout(factor) = need.load
            && problem[need.consumer].role == Role::Service
            && split.saturating_mul(factor.den.into()) <= 1 << 20
        {
            split *= i128::from(factor.den);
        }
    }
    split
}

/// The least common multiple.
pub fn lcm(a: i128, b: i128) -> Option<i128> {
    (a / gcd(a, b)).checked_mul(b)
}

/// The greatest common divisor.
pub const fn gcd(a: i128, b: i128) -> i128 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    x
}
