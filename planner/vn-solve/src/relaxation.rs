//! What the mixed-integer program knows about a problem: a bound, a plan, a second opinion.

use std::time::Duration;

use vn_problem::{CandidateId, Problem, Rational, Solution, verify};

use crate::{
    control::{Progress, Silent},
    found::{Cutoff, Found},
    leaf,
    meter::Meter,
    mip::{self, Mip, Reading, Relaxed, Tiers},
    model::Model,
    options::Options,
    outcome,
    presence::Presence,
    propagate::propagate,
    site::Pins,
};

/// With more heads than this, stating the program costs more than it tells.
const HEADS: usize = 20_000;

/// Nodes of its branch and bound times the square of columns, as far as one node's work grows.
const WORK: usize = 1 << 32;

/// With fewer nodes than this, branching is not worth the start.
const FEWEST: usize = 12;

/// More nodes than this add nothing to so weak a bound.
const MOST: usize = 512;

/// The program, and what it said so far.
#[derive(Debug)]
pub struct Relaxation<'a> {
    model: &'a Model<'a>,
    stated: Option<Mip<'a>>,
    tiers: Tiers,
    /// Whether it said that some load skips a tier in every plan.
    skips: bool,
    /// Whether it said that there is no plan.
    refuted: bool,
    bound: Option<f64>,
    /// What runs in part in the linear relaxation, sorted.
    liked: Vec<CandidateId>,
    nodes: u64,
}

impl<'a> Relaxation<'a> {
    /// States the program and solves its linear relaxation, if it is small enough.
    pub fn of(model: &'a Model<'a>, root: &Presence, time: Option<Duration>) -> Self {
        let mut relaxation = Self {
            model,
            stated: None,
            tiers: Tiers::First,
            skips: false,
            refuted: false,
            bound: None,
            liked: Vec::new(),
            nodes: 0,
        };
        if heads(model) <= HEADS {
            relaxation.state(root, Tiers::First, time);
            if relaxation.refuted {
                relaxation.skips = true;
                relaxation.refuted = false;
                relaxation.state(root, Tiers::Any, time);
            }
        }
        relaxation
    }

    fn state(&mut self, root: &Presence, tiers: Tiers, time: Option<Duration>) {
        let mip = Mip::of(self.model, root, tiers);
        let (said, values) = mip::relax(&mip, time);
        self.liked = mip.liked(&values);
        self.tiers = tiers;
        self.hear(said);
        self.stated = Some(mip);
    }

    fn hear(&mut self, said: Relaxed) {
        match said {
            Relaxed::Bound(value) => {
                self.bound = Some(self.bound.map_or(value, |best| best.max(value)));
            }
            Relaxed::Infeasible => self.refuted = true,
            Relaxed::Unknown => {}
        }
    }

    /// Tells the first bound to whoever listens.
    pub fn report(&self, meter: &mut Meter<'_>) {
        if let Some(objective) = self.bound.and_then(rounded_down) {
            meter.report(Progress::Bound { objective });
        }
    }

    /// What would run, at least in part, if everything could be split; sorted.
    pub fn liked(&self) -> &[CandidateId] {
        &self.liked
    }

    /// Branches for a better bound and a plan that the cutoff admits, measured and verified exactly.
    pub fn branch(&mut self, cutoff: Cutoff, meter: &mut Meter<'_>) -> Option<Found> {
        let mip = self.stated.as_ref()?;
        let columns = mip.columns().max(1);
        let nodes = (WORK / columns.saturating_mul(columns)).min(MOST);
        if nodes < FEWEST {
            return None;
        }
        let nodes = nodes as u64;
        meter.may_go_on().ok()?;
        let time = meter.time_left();
        let branched = mip::branch(mip, nodes, time, || meter.may_go_on().is_ok());
        let reading = branched.values.map(|values| mip.read(&values));
        self.nodes += branched.nodes;
        self.hear(branched.bound);
        let found = complete(self.model, &reading?, cutoff, meter)?;
        if let Some(objective) = self.model.weights.objective(found.level) {
            meter.report(Progress::Incumbent { objective });
        }
        Some(found)
    }

    /// A lower bound of the objective among plans that skip as few tiers as this one, without the
    /// constant part.
    pub fn bound(&self, found: &Found) -> Option<Rational> {
        let speaks = self.tiers == Tiers::Any || found.level.tiers == 0;
        self.bound.filter(|_| speaks).and_then(rounded_down)
    }

    /// Whether a plan is better than the program says that plans can be.
    pub fn contradicts(&self, found: &Found) -> bool {
        let better = self.bound(found).is_some_and(|bound| {
            let objective = self.model.weights.objective(found.level);
            objective.is_some_and(|objective| objective < bound)
        });
        let none = match self.tiers {
            Tiers::First => self.refuted && found.level.tiers == 0,
            Tiers::Any => self.refuted,
        };
        better || none || (self.skips && found.level.tiers == 0)
    }

    /// For the certificate, which adds the bound in the user's units.
    pub fn told(&self) -> outcome::Relaxed {
        outcome::Relaxed {
            columns: self.stated.as_ref().map_or(0, Mip::columns),
            rows: self.stated.as_ref().map_or(0, Mip::rows),
            nodes: self.nodes,
            ..outcome::Relaxed::default()
        }
    }
}

/// A plan that the program found, routed as it says; better routed if that takes few nodes.
fn complete(
    model: &Model<'_>,
    reading: &Reading,
    mut cutoff: Cutoff,
    meter: &mut Meter<'_>,
) -> Option<Found> {
    let mut best = None;
    for pins in [&reading.pins, &Pins::default()] {
        meter.fence();
        let found = leaf::complete(model, &reading.open, pins, cutoff, meter);
        meter.lift();
        let found = found.ok().flatten();
        if let Some(found) = found.filter(|one| verify(model.problem, &one.solution).is_ok()) {
            cutoff = Cutoff::Below(found.level);
            best = Some(found);
        }
    }
    best
}

/// How many columns for heads a program would have.
fn heads(model: &Model<'_>) -> usize {
    let one = |members: &Vec<_>| members.first().map(|&id| &model.links[id]);
    let groups = model.groups.iter();
    let links = groups
        .filter_map(|(_, group)| one(&group.members))
        .flatten();
    links.map(|link| link.choices.len()).sum()
}

/// Less than a float by more than engines err, as a fraction.
#[expect(clippy::cast_possible_truncation)]
fn rounded_down(value: f64) -> Option<Rational> {
    let safe = value - value.abs() * 1e-6 - 1e-7;
    let scaled = (safe * 1e9).floor();
    let fits = scaled.is_finite() && scaled.abs() < 1e30;
    fits.then(|| Rational::new(scaled as i128, 1_000_000_000))
        .flatten()
}

/// What the mixed-integer program alone makes of a problem, for comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct Branched {
    /// Its best plan, not verified.
    pub solution: Option<Solution>,
    /// Its linear relaxation's optimum, without the constant part of the objective.
    pub relaxation: Option<f64>,
    /// What branching proved; equal to the plan's objective if it came to an end.
    pub bound: Option<f64>,
    /// Whether it says that there is no plan.
    pub infeasible: bool,
    /// Whether only plans were looked at that skip no tier.
    pub first_tier: bool,
}

/// Solves a problem by `good_lp` and microlp alone, in floats and within a node limit.
///
/// `None` if the problem is malformed, or refuted before a program is stated.
pub fn branch_and_bound(problem: &Problem, nodes: u64) -> Option<Branched> {
    problem.check().ok()?;
    let model = Model::of(problem)?;
    let mut root = Presence::root(&model).ok()?;
    propagate(&model, &mut root).ok()?;
    let mut silent = Silent;
    let meter = Meter::new(Options::default(), problem.candidates.len(), &mut silent);
    let relaxation = Relaxation::of(&model, &root, meter.time_left());
    let mip = relaxation.stated.as_ref()?;
    let branched = mip::branch(mip, nodes, None, || true);
    let values = branched.values.as_ref();
    Some(Branched {
        solution: values.map(|values| mip.read(values).solution()),
        relaxation: relaxation.bound,
        bound: match branched.bound {
            Relaxed::Bound(value) => Some(value),
            Relaxed::Infeasible | Relaxed::Unknown => None,
        },
        infeasible: relaxation.refuted || branched.bound == Relaxed::Infeasible,
        first_tier: relaxation.tiers == Tiers::First,
    })
}
