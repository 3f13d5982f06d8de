//! The judge: everything that `docs/model.md` asks of a solution, without a solver.

use crate::{
    CandidateId, Levels, Load, Problem, Rational, Solution, Term, Violation, capacity, connections,
    metric::Measured, placement::Placement, requirement, structure, survival, traffic,
};

/// A solution that breaks no rule, and how good it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How good it is.
    pub levels: Levels,
    /// The summands of the objective, weights included.
    pub terms: Vec<(Term, Rational)>,
    /// Those of its further levels.
    pub more: Vec<Vec<(Term, Rational)>>,
    /// The load of every open candidate, sorted.
    pub loads: Vec<(CandidateId, Load)>,
    /// What is claimed, per device and resource.
    pub usage: Vec<Vec<u64>>,
    /// What goes over each channel, in 10⁻⁶ bytes per second.
    pub traffic: Vec<u64>,
    /// What traffic costs, in 10⁻¹² of the currency per month.
    pub traffic_cost: u128,
}

/// Checks a solution and measures it.
///
/// # Errors
///
/// All violations found. Those of the structure hide the others, which would make no sense.
pub fn verify(problem: &Problem, solution: &Solution) -> Result<Verified, Vec<Violation>> {
    problem
        .check()
        .map_err(|fault| vec![Violation::Malformed(fault)])?;
    if !structure::canonical(problem, solution) {
        return Err(vec![Violation::NotCanonical]);
    }
    let placement = Placement::new(problem, solution);
    clean(|faults| {
        structure::check_devices(&placement, faults);
        structure::check_heads(&placement, faults);
        structure::check_truths(&placement, solution, faults);
        structure::check_sources(&placement, faults);
    })?;
    let loads = placement
        .normal_loads()
        .ok_or_else(|| vec![Violation::Overflow])?;
    let usage = capacity::usage(&placement);
    let carried = placement.normal_traffic(&loads);
    let carried = carried.ok_or_else(|| vec![Violation::Overflow])?;
    let spent = placement.traffic_cost(&loads);
    let spent = spent.ok_or_else(|| vec![Violation::Overflow])?;
    clean(|faults| {
        capacity::check_resources(&placement, &usage, faults);
        capacity::check_throughput(&placement, &loads, None, faults);
        connections::check(&placement, None, |_| true, faults);
        capacity::check_duty(&placement, &loads, faults);
        traffic::check_normal(&placement, &carried, faults);
        requirement::check_requirements(&placement, spent, faults);
        survival::check_moved_loads(&placement, faults);
    })?;
    let measured = Measured {
        placement: &placement,
        loads: &loads,
    };
    let mut sums = measured.sums().ok_or_else(|| vec![Violation::Overflow])?;
    let levels = measured
        .levels(solution, &sums)
        .ok_or_else(|| vec![Violation::Overflow])?;
    let more = sums.split_off(sums.len().min(1));
    Ok(Verified {
        levels,
        terms: sums.pop().unwrap_or_default(),
        more,
        loads: loads.into_iter().collect(),
        usage: narrow(usage),
        traffic: carried.into_iter().map(fit).collect(),
        traffic_cost: spent,
    })
}

fn clean(check: impl FnOnce(&mut Vec<Violation>)) -> Result<(), Vec<Violation>> {
    let mut faults = Vec::new();
    check(&mut faults);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// INVARIANT: what fits its capacity fits 64 bits.
fn narrow(usage: Vec<Vec<u128>>) -> Vec<Vec<u64>> {
    usage
        .into_iter()
        .map(|totals| totals.into_iter().map(fit).collect())
        .collect()
}

fn fit(total: u128) -> u64 {
    u64::try_from(total).unwrap_or(u64::MAX)
}
