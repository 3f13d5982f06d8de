//! What the mixed-integer program knows about a problem: a bound, a plan, a second opinion.

use vn_problem::{CandidateId, Problem, Rational, Solution, verify};

use crate::{
    control::{Progress, Silent},
    engine::{Engine, Limits, Relaxed, Watch},
    found::{Cutoff, Found},
    highs::Highs,
    leaf,
    meter::Meter,
    mip::{Mip, Reading, Tiers, float},
    model::Model,
    options::{Options, Solver},
    outcome,
    presence::Presence,
    program::Program,
    propagate::propagate,
    site::Pins,
};

/// With more heads than this, stating the program for microlp costs more than it tells.
const HEADS: usize = 20_000;

/// With more heads than this, the program is not stated for HiGHS either.
const HEADS_HIGHS: usize = 200_000;

/// Nodes of microlp's branch and bound times the square of columns, as far as one node's work grows.
const WORK: usize = 1 << 32;

/// With fewer nodes than this, branching is not worth the start.
const FEWEST: usize = 12;

/// More nodes than this add nothing to so weak a bound.
const MOST: usize = 512;

/// Of so many nodes, one is for a plan that HiGHS improves on a moment later.
const PASSING: u64 = 2_000;

/// Iterations of HiGHS's simplex method times columns, for each node that the exact search may take: the
/// same work on every machine, unlike seconds.
const ITERATIONS: u64 = 3_600;

/// The program, and what it said so far.
#[derive(Debug)]
pub struct Relaxation<'a> {
    model: &'a Model<'a>,
    root: &'a Presence,
    stated: Option<(Mip<'a>, Program)>,
    tiers: Tiers,
    /// Whether it said that some load skips a tier in every plan.
    skips: bool,
    /// Whether it said that there is no plan.
    refuted: bool,
    bound: Option<f64>,
    /// What runs in part in the linear relaxation, sorted.
    liked: Vec<CandidateId>,
    nodes: u64,
    solver: Solver,
    /// HiGHS, if it has been asked.
    asked: Option<Highs>,
    /// Whether an engine failed.
    failed: bool,
}

impl<'a> Relaxation<'a> {
    /// States the program and solves its linear relaxation, if it is small enough.
    pub fn of(model: &'a Model<'a>, root: &'a Presence, meter: &mut Meter<'_>) -> Self {
        let mut relaxation = Self {
            model,
            root,
            stated: None,
            tiers: Tiers::First,
            skips: false,
            refuted: false,
            bound: None,
            liked: Vec::new(),
            nodes: 0,
            solver: meter.solver(),
            asked: None,
            failed: false,
        };
        if let Some(engine) = first_engine(meter.solver(), heads(model)) {
            relaxation.state(engine, Tiers::First, meter);
            if relaxation.refuted {
                relaxation.fall_back(engine, meter);
            }
        }
        relaxation
    }

    fn state(&mut self, engine: Engine, tiers: Tiers, meter: &mut Meter<'_>) {
        let mip = Mip::of(self.model, self.root, tiers);
        let program = mip.program();
        let limits = Limits {
            time: meter.time_left(),
            ..Limits::default()
        };
        self.ask(engine);
        let (said, values) = engine.relax(&program, limits, &mut Asking(meter));
        self.liked = mip.liked(&values);
        self.tiers = tiers;
        self.hear(said);
        self.stated = Some((mip, program));
    }

    /// No plan without skipping a tier, it says: looks among all plans.
    fn fall_back(&mut self, engine: Engine, meter: &mut Meter<'_>) {
        self.skips = true;
        self.refuted = false;
        self.bound = None;
        self.state(engine, Tiers::Any, meter);
    }

    fn ask(&mut self, engine: Engine) {
        match engine {
            Engine::Embedded => {}
            Engine::Highs(highs) => self.asked = Some(highs),
        }
    }

    fn hear(&mut self, said: Relaxed) {
        match said {
            Relaxed::Bound(value) => {
                self.bound = Some(self.bound.map_or(value, |best| best.max(value)));
            }
            Relaxed::Infeasible => self.refuted = true,
            Relaxed::Unknown => {}
            Relaxed::Failed => self.failed = true,
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

    /// Branches for a better bound, and for a plan that is better than the one that is known, measured
    /// and verified exactly.
    pub fn branch(&mut self, known: Option<&Found>, meter: &mut Meter<'_>) -> Option<Found> {
        let engine = match self.solver {
            Solver::Embedded => Engine::Embedded,
            Solver::Highs(highs) | Solver::Auto(highs) => Engine::Highs(highs),
        };
        let found = self.branch_by(engine, known, meter);
        if self.refuted && self.tiers == Tiers::First {
            self.fall_back(engine, meter);
            return self.branch_by(engine, known, meter);
        }
        found
    }

    fn branch_by(
        &mut self,
        engine: Engine,
        known: Option<&Found>,
        meter: &mut Meter<'_>,
    ) -> Option<Found> {
        let (mip, program) = self.stated.as_ref()?;
        let limits = limits(engine, program, meter)?;
        meter.may_go_on().ok()?;
        let mut branching = Branching {
            model: self.model,
            mip,
            cutoff: known.map_or(Cutoff::Open, |found| Cutoff::Below(found.level)),
            best: None,
            meter,
        };
        let start = known.map_or_else(Vec::new, |found| mip.start(&found.solution));
        let branched = engine.branch(program, &start, limits, &mut branching);
        if let Some(values) = branched.values {
            branching.meter.allow(branching.meter.limit());
            branching.complete(&values);
        }
        let best = branching.best;
        self.ask(engine);
        self.nodes += branched.nodes;
        self.hear(branched.bound);
        best
    }

    /// A lower bound of the objective among plans that skip as few tiers as this one, without the
    /// constant part.
    pub fn bound(&self, found: &Found) -> Option<Rational> {
        let speaks = self.tiers == Tiers::Any || found.level.tiers == 0;
        self.bound.filter(|_| speaks).and_then(rounded_down)
    }

    /// Whether HiGHS had a part in what is known.
    pub const fn has_asked_highs(&self) -> bool {
        self.asked.is_some()
    }

    /// Whether no plan can be better than this one by more than floats err.
    pub fn closes(&self, found: &Found) -> bool {
        let speaks = self.tiers == Tiers::Any || found.level.tiers == 0;
        let objective = self.model.weights.objective(found.level).map(float);
        let gap = self.bound.filter(|_| speaks).zip(objective);
        gap.is_some_and(|(bound, objective)| {
            !self.refuted && objective - bound <= objective.abs() * 1e-6 + 1e-7
        })
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
            columns: self.stated.as_ref().map_or(0, |(mip, _)| mip.columns()),
            rows: self.stated.as_ref().map_or(0, |(mip, _)| mip.rows()),
            nodes: self.nodes,
            refuted: self.refuted,
            failed: self.failed,
            highs: self.asked,
            ..outcome::Relaxed::default()
        }
    }
}

/// Which engine solves the linear relaxation of a program with so many heads.
const fn first_engine(solver: Solver, heads: usize) -> Option<Engine> {
    match solver {
        Solver::Embedded | Solver::Auto(_) if heads <= HEADS => Some(Engine::Embedded),
        Solver::Highs(highs) | Solver::Auto(highs) if heads <= HEADS_HIGHS => {
            Some(Engine::Highs(highs))
        }
        Solver::Embedded | Solver::Highs(_) | Solver::Auto(_) => None,
    }
}

/// How far an engine may go; `None` if that would not be worth the start.
fn limits(engine: Engine, program: &Program, meter: &Meter<'_>) -> Option<Limits> {
    let columns = program.columns().len().max(1);
    match engine {
        Engine::Embedded => {
            let nodes = (WORK / columns.saturating_mul(columns)).min(MOST);
            (nodes >= FEWEST).then(|| Limits {
                nodes: nodes as u64,
                iterations: None,
                time: meter.time_left(),
            })
        }
        Engine::Highs(_) => Some(Limits {
            nodes: meter.limit(),
            iterations: Some(meter.limit().saturating_mul(ITERATIONS) / columns as u64),
            // The rest is for the exact search.
            time: meter.time_left().map(|left| left / 8 * 7),
        }),
    }
}

/// Only asks whether to go on.
struct Asking<'m, 'c>(&'m mut Meter<'c>);

impl Watch for Asking<'_, '_> {
    fn plan(&mut self, _: &[f64]) {}

    fn bound(&mut self, _: f64) {}

    fn goes_on(&mut self) -> bool {
        self.0.may_go_on().is_ok()
    }
}

/// An engine at work: its plans are completed as they come.
struct Branching<'b, 'c> {
    model: &'b Model<'b>,
    mip: &'b Mip<'b>,
    cutoff: Cutoff,
    best: Option<Found>,
    meter: &'b mut Meter<'c>,
}

impl Watch for Branching<'_, '_> {
    fn plan(&mut self, values: &[f64]) {
        let few = self.meter.nodes() + self.meter.limit() / PASSING;
        self.meter.allow(few);
        self.complete(values);
        self.meter.allow(self.meter.limit());
    }

    fn bound(&mut self, objective: f64) {
        if let Some(objective) = rounded_down(objective) {
            self.meter.report(Progress::Bound { objective });
        }
    }

    fn goes_on(&mut self) -> bool {
        self.meter.may_go_on().is_ok()
    }
}

impl Branching<'_, '_> {
    /// Routes, measures and verifies a plan, and keeps it if it is better.
    fn complete(&mut self, values: &[f64]) {
        let reading = self.mip.read(values);
        let Some(found) = complete(self.model, &reading, self.cutoff, self.meter) else {
            return;
        };
        self.cutoff = Cutoff::Below(found.level);
        if let Some(objective) = self.model.weights.objective(found.level) {
            self.meter.report(Progress::Incumbent { objective });
        }
        self.best = Some(found);
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
    /// Whether it failed, and says nothing.
    pub failed: bool,
    /// Whether only plans were looked at that skip no tier.
    pub first_tier: bool,
}

/// Solves a problem by an engine alone, in floats and within a node limit.
///
/// `None` if the problem is malformed, or refuted before a program is stated.
pub fn branch_and_bound(problem: &Problem, solver: Solver, nodes: u64) -> Option<Branched> {
    problem.check().ok()?;
    let model = Model::of(problem)?;
    let mut root = Presence::root(&model).ok()?;
    propagate(&model, &mut root).ok()?;
    let mut silent = Silent;
    let options = Options {
        solver,
        ..Options::default()
    };
    let mut meter = Meter::new(options, problem.candidates.len(), &mut silent);
    let relaxation = Relaxation::of(&model, &root, &mut meter);
    let (mip, program) = relaxation.stated.as_ref()?;
    let limits = Limits {
        nodes,
        ..Limits::default()
    };
    let engine = first_engine(solver, 0)?;
    let branched = engine.branch(program, &[], limits, &mut Asking(&mut meter));
    let values = branched.values.as_ref();
    Some(Branched {
        solution: values.map(|values| mip.read(values).solution()),
        relaxation: relaxation.bound,
        bound: match branched.bound {
            Relaxed::Bound(value) => Some(value),
            Relaxed::Infeasible | Relaxed::Unknown | Relaxed::Failed => None,
        },
        infeasible: relaxation.refuted || branched.bound == Relaxed::Infeasible,
        failed: relaxation.failed || branched.bound == Relaxed::Failed,
        first_tier: relaxation.tiers == Tiers::First,
    })
}
