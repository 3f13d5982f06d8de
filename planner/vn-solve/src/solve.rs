//! From a problem to an outcome that has been verified.

use vn_problem::{Conflict, Problem, Rational, Verified, verify};

use crate::{
    control::{Control, Phase, Progress},
    found::{Cutoff, Found},
    level::Level,
    meter::Meter,
    model::Model,
    options::Options,
    outcome::{Certificate, Limit, Outcome, Reason, Status},
    presence::Presence,
    propagate::propagate,
    search::{Goal, Searched, search},
    shortage, ties,
};

/// Who solves.
const ENGINE: &str = concat!(
    "vn-solve ",
    env!("CARGO_PKG_VERSION"),
    " exact branch and bound"
);

/// Finds the best plan of a problem, or proves that there is none.
///
/// Every plan that comes out has passed [`verify`].
pub fn solve(problem: &Problem, options: &Options, control: &mut dyn Control) -> Outcome {
    let mut meter = Meter::new(*options, control);
    if let Err(fault) = problem.check() {
        return undecided(Reason::Malformed(fault), &meter, None);
    }
    let Some(model) = Model::of(problem) else {
        return undecided(Reason::Numbers, &meter, None);
    };
    let root = Presence::root(&model);
    let root = root.and_then(|mut root| propagate(&model, &mut root).map(|()| root));
    let Ok(root) = root else {
        return infeasible(shortage::explain(&model), &meter);
    };
    let Searched { best, unexplored } = search(&model, &root, Goal::Best, Cutoff::Open, &mut meter);
    match (best, unexplored) {
        (None, None) => infeasible(shortage::explain(&model), &meter),
        (None, Some((_, limit))) => undecided(Reason::Limit(limit), &meter, Some(limit)),
        (Some(found), Some((bound, limit))) => {
            let bound = bound.min(found.level);
            judge(&model, &found, bound, Status::Feasible, Some(limit), &meter)
        }
        (Some(mut found), None) => {
            meter.enter(Phase::Ties);
            report_bound(&model, found.level, &mut meter);
            let limit = ties::settle(&model, &root, &mut found, &mut meter).err();
            let status = limit.map_or(Status::Optimal, |_| Status::OptimalButOrder);
            judge(&model, &found, found.level, status, limit, &meter)
        }
    }
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
    bound: Level,
    status: Status,
    limit: Option<Limit>,
    meter: &Meter<'_>,
) -> Outcome {
    match verify(model.problem, &found.solution) {
        Err(violations) => undecided(Reason::Unverified(violations), meter, limit),
        Ok(verified) => {
            let agreed = agrees(model, found.level, &verified);
            let status = if agreed { status } else { Status::Feasible };
            let bound = (agreed && bound.tiers == found.level.tiers)
                .then(|| with_constant(model, bound))
                .flatten();
            let gap = bound.and_then(|bound| verified.levels.objective.checked_sub(bound));
            let certificate = Certificate {
                bound,
                gap,
                ..certificate(status, limit, meter)
            };
            let verified = Box::new(verified);
            Outcome::Solved {
                solution: found.solution.clone(),
                verified,
                certificate,
            }
        }
    }
}

/// Whether search and judge measured the same.
fn agrees(model: &Model<'_>, level: Level, verified: &Verified) -> bool {
    with_constant(model, level) == Some(verified.levels.objective)
        && model.weights.tiers(level) == Some(verified.levels.tiers)
}

/// The objective in the user's units, fixed cost included.
fn with_constant(model: &Model<'_>, level: Level) -> Option<Rational> {
    let objective = &model.problem.objective;
    let fixed = Rational::new(objective.fixed_cost.0.into(), 1_000_000)?;
    let mut sum = model.weights.objective(level)?;
    for term in &objective.terms {
        if term.metric == vn_problem::Metric::Cost {
            sum = sum.checked_add(fixed.checked_mul(Rational::try_from(term.weight).ok()?)?)?;
        }
    }
    Some(sum)
}

fn infeasible(conflict: Conflict, meter: &Meter<'_>) -> Outcome {
    let certificate = certificate(Status::Infeasible, None, meter);
    Outcome::Infeasible {
        conflict,
        certificate,
    }
}

fn undecided(reason: Reason, meter: &Meter<'_>, limit: Option<Limit>) -> Outcome {
    Outcome::Undecided {
        reason,
        certificate: certificate(Status::Unknown, limit, meter),
    }
}

fn certificate(status: Status, limit: Option<Limit>, meter: &Meter<'_>) -> Certificate {
    let reproducible = match limit {
        None | Some(Limit::Nodes) => true,
        Some(Limit::Time | Limit::Cancelled) => false,
    };
    Certificate {
        engine: ENGINE,
        status,
        bound: None,
        gap: None,
        nodes: meter.nodes(),
        limit,
        reproducible,
    }
}
