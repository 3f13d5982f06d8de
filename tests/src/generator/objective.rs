//! What to minimise.

use vn_problem::{Factor, Metric, MicroMoney, Objective, Problem, Term};

use super::Random;

const METRICS: [Metric; 6] = [
    Metric::Latency,
    Metric::Cost,
    Metric::Power,
    Metric::Footprint,
    Metric::QualityLoss,
    Metric::CloneBytes,
];

/// Some of the metrics with rational weights, in random order; now and then none.
pub fn row(random: &mut Random, problem: &Problem) -> Objective {
    let metrics = random.some(&METRICS, 40);
    let metrics = random.shuffled(&metrics);
    let terms = metrics
        .into_iter()
        .map(|metric| Term {
            metric,
            weight: weight(random),
        })
        .collect();
    let fixed_cost = MicroMoney(problem.devices.len() as u64 * random.between(0, 3) * 1_500_000);
    let then = random.pick(&[Metric::QualityLoss, Metric::Footprint]);
    Objective {
        terms,
        more: Vec::new(),
        fixed_cost,
        then: Some(then),
    }
}

fn weight(random: &mut Random) -> Factor {
    Factor {
        num: random.between(1, 5),
        den: random.between(1, 4),
    }
}
