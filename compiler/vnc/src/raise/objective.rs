//! What the plan is worth, and its sums.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero as _;
use vn_plan::{Level, Objective, Term, Totals};
use vn_problem::{Metric, Rational};

use super::Raise;

/// Levels and terms as exact fractions.
pub fn objective(from: &Raise<'_>) -> Objective {
    let levels = &from.verified.levels;
    let mut rows = vec![
        level("tiers_skipped", levels.tiers),
        level("objective", levels.objective),
    ];
    let more = levels.more.iter().zip(2..);
    rows.extend(more.map(|(value, nth)| level(&format!("objective_{nth}"), *value)));
    if let Some(then) = from.lowered.problem.objective.then {
        rows.push(level(&name(from, then), levels.then));
    }
    if from.lowered.problem.earlier.is_some() {
        rows.push(Level {
            name: "moves".to_owned(),
            value: levels.moves.to_string(),
        });
    }
    Objective {
        levels: rows,
        terms: from
            .verified
            .terms
            .iter()
            .map(|row| term(from, row))
            .collect(),
        more: from
            .verified
            .more
            .iter()
            .map(|sum| sum.iter().map(|row| term(from, row)).collect())
            .collect(),
    }
}

fn level(name: &str, value: Rational) -> Level {
    Level {
        name: name.to_owned(),
        value: exact(value).to_string(),
    }
}

fn term(from: &Raise<'_>, (term, weighted): &(vn_problem::Term, Rational)) -> Term {
    let weight = BigRational::new(term.weight.num.into(), term.weight.den.max(1).into());
    let weighted = exact(*weighted);
    let value = if weight.is_zero() {
        weighted
    } else {
        weighted / &weight
    };
    Term {
        metric: name(from, term.metric),
        weight: weight.to_string(),
        value: value.to_string(),
    }
}

fn exact(value: Rational) -> BigRational {
    BigRational::new(BigInt::from(value.num()), BigInt::from(value.den()))
}

/// The metric as the language spells it.
fn name(from: &Raise<'_>, metric: Metric) -> String {
    let name = match metric {
        Metric::Latency => "latency",
        Metric::Cost => "cost",
        Metric::Power => "power",
        Metric::Footprint => "footprint",
        Metric::QualityLoss => "quality_loss",
        Metric::CloneBytes => "clone_bytes",
        Metric::Movement => "movement",
        Metric::Own(at) => from.lowered.metric(at).map_or("imbalance", |at| {
            let own = from.composition.metrics.get(at as usize);
            own.map_or("", |own| &own.name)
        }),
    };
    name.to_owned()
}

/// Sums over all instances, and what the fleet costs.
pub fn totals(from: &Raise<'_>) -> Totals {
    let spent = from.verified.traffic_cost.div_ceil(1_000_000);
    let spent = u64::try_from(spent).unwrap_or(u64::MAX);
    let fixed = from.lowered.problem.objective.fixed_cost.0;
    let mut totals = Totals {
        cost_micro_per_month: fixed.saturating_add(spent),
        traffic_cost_micro_per_month: spent,
        ..Totals::default()
    };
    for id in from.open() {
        let Some(candidate) = from.candidate(id) else {
            continue;
        };
        totals.cost_micro_per_month = totals.cost_micro_per_month.saturating_add(candidate.cost.0);
        totals.power_mw = totals.power_mw.saturating_add(candidate.power.0);
        totals.memory_bytes = totals.memory_bytes.saturating_add(candidate.footprint);
        let eager = candidate.clone == vn_problem::CloneMode::Eager;
        if eager && !from.holds_truth(id) {
            totals.clone_bytes = totals.clone_bytes.saturating_add(candidate.clone_bytes);
        }
    }
    totals
}
