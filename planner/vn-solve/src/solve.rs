//! From a problem to an outcome that has been verified.

use vn_problem::{Conflict, Metric, Problem, Rational, Term, Verified, verify};

use crate::{
    control::{Control, Phase, Progress},
    engine::EMBEDDED,
    found::Found,
    highs::Highs,
    layout::{self, Ground, LaidOut},
    level::Level,
    meter::Meter,
    model::Model,
    neighbourhood::{cutoff, improve, packed, resume},
    options::Options,
    outcome::{Certificate, Limit, Outcome, Reason, Relaxed, Status},
    own,
    presence::Presence,
    propagate::probe,
    relaxation::Relaxation,
    room::with_room,
    search::{Goal, Searched, search},
    shortage,
    shortlist::Offers,
    ties,
};

/// Who searches exactly.
const EXACT: &str = concat!(
    "vn-solve ",
    env!("CARGO_PKG_VERSION"),
    " exact branch and bound"
);

/// Of so many nodes, the exact search takes one before the mixed-integer program branches.
const FIRST: u64 = 100;

/// Of so many nodes, the exact search takes one when HiGHS says that nothing better is left.
const CLOSED: u64 = 10;

/// So often more machines are looked at before all are.
const ROUNDS: usize = 3;

/// Finds the best plan of a problem, or proves that there is none.
///
/// Every plan that comes out has passed [`verify`].
pub fn solve(problem: &Problem, options: &Options, control: &mut dyn Control) -> Outcome {
    if let Err(fault) = problem.check() {
        let meter = Meter::new(*options, problem.candidates.len(), control);
        return undecided(Reason::Malformed(fault), None, None, &meter);
    }
    with_room(problem, || {
        let mut meter = Meter::new(*options, problem.candidates.len(), control);
        solved(problem, &mut meter)
    })
}

fn solved(problem: &Problem, meter: &mut Meter<'_>) -> Outcome {
    if Ground::is_needed(problem)
        && let Some(outcome) = laid_out(problem, meter)
    {
        return outcome;
    }
    let offers = Offers::of(problem);
    let few = offers.and_then(|offers| among_few(problem, &offers, meter));
    few.unwrap_or_else(|| among_all(problem, meter))
}

/// What laying a plan out makes of a problem, however small, for comparisons: a verified plan with its
/// bound, or `None` if it finds no plan.
pub fn lay_out(problem: &Problem, options: &Options, control: &mut dyn Control) -> Option<Outcome> {
    problem.check().ok()?;
    let mut meter = Meter::new(*options, problem.candidates.len(), control);
    laid_out(problem, &mut meter)
}

/// A good plan of a problem that is too large to be searched.
fn laid_out(problem: &Problem, meter: &mut Meter<'_>) -> Option<Outcome> {
    let ground = Ground::of(problem)?;
    let bound = layout::bound(&ground).and_then(|bound| with_constant(problem, bound));
    if let Some(objective) = bound {
        meter.report(Progress::Bound { objective });
    }
    let LaidOut {
        solution,
        verified,
        limit,
    } = layout::lay_out(&ground, meter)?;
    let mut certificate = certificate(Status::Feasible, Some(limit), None, meter);
    certificate.bound = bound;
    certificate.gap = bound.and_then(|bound| verified.levels.objective.checked_sub(bound));
    Some(Outcome::Solved {
        solution,
        verified,
        certificate,
    })
}

/// The best plan among those that buy few machines, where that is the best of all.
fn among_few(problem: &Problem, offers: &Offers<'_>, meter: &mut Meter<'_>) -> Option<Outcome> {
    let mut most = offers.guess()?;
    for _ in 0..ROUNDS {
        let part = offers.part(most)?;
        let outcome = among_all(&part.problem, meter);
        let Outcome::Solved {
            solution,
            certificate,
            ..
        } = outcome
        else {
            most = most.checked_mul(2)?;
            meter.again().ok()?;
            continue;
        };
        let solution = part.back(&solution);
        let verified = Box::new(verify(problem, &solution).ok()?);
        let paid = offers.paid(&verified.levels)?;
        let limit = (paid >= part.beyond).then(|| meter.again());
        let certificate = match limit {
            None => certificate,
            Some(Err(limit)) => certificate.cut(limit),
            Some(Ok(())) => {
                most = paid;
                continue;
            }
        };
        return Some(Outcome::Solved {
            solution,
            verified,
            certificate,
        });
    }
    None
}

/// The best plan, or why there is none.
fn among_all(problem: &Problem, meter: &mut Meter<'_>) -> Outcome {
    let Some(model) = Model::of(problem) else {
        return undecided(Reason::Numbers, None, None, meter);
    };
    let root = Presence::root(&model);
    let root = root.and_then(|mut root| probe(&model, &mut root).map(|()| root));
    let Ok(root) = root else {
        return infeasible(shortage::explain(&model), None, meter);
    };
    let mut relaxation = Relaxation::of(&model, &root, meter);
    relaxation.report(meter);
    let searched = both(&model, &root, &mut relaxation, meter);
    let relaxation = Some(&relaxation);
    let Searched { best, unexplored } = searched;
    match (best, unexplored) {
        (None, None) => infeasible(shortage::explain(&model), relaxation, meter),
        (None, Some((_, limit))) => undecided(Reason::Limit(limit), Some(limit), relaxation, meter),
        (Some(found), Some((bound, limit))) => {
            let claim = Claim {
                bound: bound.min(found.level),
                status: Status::Feasible,
                limit: Some(limit),
            };
            judge(&model, &found, &claim, relaxation, meter)
        }
        (Some(mut found), None) => {
            meter.enter(Phase::Ties);
            report_bound(&model, found.level, meter);
            let limit = ties::settle(&model, &root, &mut found, meter).err();
            let claim = Claim {
                bound: found.level,
                status: limit.map_or(Status::Optimal, |_| Status::OptimalButOrder),
                limit,
            };
            judge(&model, &found, &claim, relaxation, meter)
        }
    }
}

/// The exact search; where that takes long, the mixed-integer program in between, for a better plan
/// to beat.
fn both(
    model: &Model<'_>,
    root: &Presence,
    relaxation: &mut Relaxation<'_>,
    meter: &mut Meter<'_>,
) -> Searched {
    let start = resume(model, root, meter).or_else(|| packed(model, root, meter));
    meter.allow(meter.nodes() + meter.limit() / FIRST);
    let first = search(model, root, Goal::Best, cutoff(start.as_ref()), meter);
    meter.allow(meter.limit());
    let first = Searched {
        best: first.best.or(start),
        ..first
    };
    let Some((bound, Limit::Nodes)) = first.unexplored else {
        return first;
    };
    let best = improve(model, root, relaxation.liked(), first.best, meter);
    let best = match relaxation.branch(best.as_ref(), meter) {
        Some(better) => improve(model, root, &[], Some(better), meter),
        None => best,
    };
    let closes = |found: &Found| relaxation.has_asked_highs() && relaxation.closes(found);
    if best.as_ref().is_some_and(closes) {
        // Only equals are left to be told apart, or to be proven so.
        meter.allow(meter.nodes() + meter.limit() / CLOSED);
    }
    let second = search(model, root, Goal::Best, cutoff(best.as_ref()), meter);
    Searched {
        best: second.best.or(best),
        unexplored: second
            .unexplored
            .map(|(again, limit)| (again.max(bound), limit)),
    }
}

/// What a search says of its plan.
struct Claim {
    bound: Level,
    status: Status,
    limit: Option<Limit>,
}

fn report_bound(model: &Model<'_>, level: Level, meter: &mut Meter<'_>) {
    if let Some(objective) = model.weights.objective(level) {
        meter.report(Progress::Bound { objective });
    }
}

/// Nothing leaves without having been verified.
fn judge(
    model: &Model<'_>,
    found: &Found,
    claim: &Claim,
    relaxation: Option<&Relaxation<'_>>,
    meter: &Meter<'_>,
) -> Outcome {
    let verified = match verify(model.problem, &found.solution) {
        Ok(verified) => Box::new(verified),
        Err(faults) => {
            return undecided(Reason::Unverified(faults), claim.limit, relaxation, meter);
        }
    };
    let agreed = agrees(model, found.level, &verified);
    let contradicts = relaxation.is_some_and(|one| one.contradicts(found));
    let sound = agreed && !contradicts;
    let closed = relaxation.is_some_and(|one| one.closes(found));
    let status = match claim.status {
        _ if !sound => Status::Feasible,
        Status::Feasible if closed => Status::Closed,
        status => status,
    };
    let below = relaxation.and_then(|one| one.bound(found));
    let below = below.and_then(|bound| with_constant(model.problem, bound));
    let searched = (claim.bound.tiers == found.level.tiers)
        .then(|| objective(model, claim.bound))
        .flatten();
    let bound = searched.max(below).filter(|_| sound);
    let gap = bound.and_then(|bound| verified.levels.objective.checked_sub(bound));
    let mut certificate = certificate(status, claim.limit, relaxation, meter);
    certificate.bound = bound;
    certificate.gap = gap;
    certificate.relaxed.bound = below;
    certificate.relaxed.contradicts = contradicts;
    Outcome::Solved {
        solution: found.solution.clone(),
        verified,
        certificate,
    }
}

/// Whether search and judge measured the same.
fn agrees(model: &Model<'_>, level: Level, verified: &Verified) -> bool {
    let levels = &verified.levels;
    let then = model.problem.objective.then.map(|_| levels.then);
    let moves = Rational::new(levels.moves.into(), 1);
    let rest: Vec<Rational> = levels
        .more
        .iter()
        .copied()
        .chain(then)
        .chain(moves)
        .collect();
    objective(model, level) == Some(levels.objective)
        && rest_with_constant(model, level) == Some(rest)
        && model.weights.tiers(level) == Some(verified.levels.tiers)
}

/// The objective of a level in the user's units, fixed cost included.
fn objective(model: &Model<'_>, level: Level) -> Option<Rational> {
    with_constant(model.problem, model.weights.objective(level)?)
}

/// The levels after the objective, fixed cost included.
fn rest_with_constant(model: &Model<'_>, level: Level) -> Option<Vec<Rational>> {
    let objective = &model.problem.objective;
    let later = objective.later();
    let mut sums = later.iter();
    let values = model.weights.rest(level)?.into_iter();
    let one = |value| match sums.next() {
        Some(terms) => with_fixed(model.problem, terms, value),
        None => Some(value),
    };
    values.map(one).collect()
}

/// The objective with the part that no decision changes.
pub fn with_constant(problem: &Problem, sum: Rational) -> Option<Rational> {
    with_fixed(problem, &problem.objective.terms, sum)
}

/// A sum of terms with the part that no decision changes.
fn with_fixed(problem: &Problem, terms: &[Term], mut sum: Rational) -> Option<Rational> {
    let objective = &problem.objective;
    let fixed = Rational::new(objective.fixed_cost.0.into(), 1_000_000)?;
    for term in terms {
        let fixed = match term.metric {
            Metric::Cost => fixed,
            Metric::Own(at) => {
                let measure = problem.measure(at)?;
                measure.value(i128::from(measure.fixed) - own::shift(measure))?
            }
            Metric::Latency
            | Metric::Power
            | Metric::Footprint
            | Metric::QualityLoss
            | Metric::CloneBytes
            | Metric::Movement => continue,
        };
        sum = sum.checked_add(fixed.checked_mul(Rational::try_from(term.weight).ok()?)?)?;
    }
    Some(sum)
}

fn infeasible(
    conflict: Conflict,
    relaxation: Option<&Relaxation<'_>>,
    meter: &Meter<'_>,
) -> Outcome {
    Outcome::Infeasible {
        conflict,
        certificate: certificate(Status::Infeasible, None, relaxation, meter),
    }
}

fn undecided(
    reason: Reason,
    limit: Option<Limit>,
    relaxation: Option<&Relaxation<'_>>,
    meter: &Meter<'_>,
) -> Outcome {
    Outcome::Undecided {
        reason,
        certificate: certificate(Status::Unknown, limit, relaxation, meter),
    }
}

fn certificate(
    status: Status,
    limit: Option<Limit>,
    relaxation: Option<&Relaxation<'_>>,
    meter: &Meter<'_>,
) -> Certificate {
    let reproducible = match limit {
        None | Some(Limit::Nodes) => true,
        Some(Limit::Time | Limit::Cancelled) => false,
    };
    let relaxed = relaxation.map_or_else(Relaxed::default, Relaxation::told);
    let with = relaxed.highs.map(Highs::name);
    let with = with.unwrap_or_else(|| EMBEDDED.to_owned());
    Certificate {
        engine: format!("{EXACT} with {with}"),
        status,
        bound: None,
        gap: None,
        nodes: meter.nodes(),
        relaxed,
        limit,
        reproducible,
    }
}
