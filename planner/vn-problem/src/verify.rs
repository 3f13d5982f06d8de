//! The judge: everything that `docs/model.md` asks of a solution, without a solver.

use crate::{
    CandidateId, Levels, Load, Problem, Rational, Solution, Term, Violation, capacity, connections,
    metric::Measured, placement::Placement, requirement, structure, survival,
};

/// A solution that breaks no rule, and how good it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How good it is.
    pub levels: Levels,
    /// The summands of the objective, weights included.
    pub terms: Vec<(Term, Rational)>,
    /// The load of every open candidate, sorted.
    pub loads: Vec<(CandidateId, Load)>,
    /// What is claimed, per device and resource.
    pub usage: Vec<Vec<u64>>,
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
    clean(|faults| {
        capacity::check_resources(&placement, &usage, faults);
        capacity::check_throughput(&placement, &loads, None, faults);
        connections::check(&placement, None, |_| true, faults);
        capacity::check_duty(&placement, &loads, faults);
        requirement::check_requirements(&placement, faults);
        survival::check_moved_loads(&placement, faults);
    })?;
    let measured = Measured {
        placement: &placement,
        loads: &loads,
    };
    let terms = measured.terms().ok_or_else(|| vec![Violation::Overflow])?;
    let levels = measured
        .levels(solution, &terms)
        .ok_or_else(|| vec![Violation::Overflow])?;
    Ok(Verified {
        levels,
        terms,
        loads: loads.into_iter().collect(),
        usage: narrow(usage),
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
    let one = |total| u64::try_from(total).unwrap_or(u64::MAX);
    usage
        .into_iter()
        .map(|totals| totals.into_iter().map(one).collect())
        .collect()
}
