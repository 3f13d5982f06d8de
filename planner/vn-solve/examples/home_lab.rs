//! Prints how long the home lab takes, feasible and not.

#![allow(
    missing_docs,
    dead_code,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used
)]
#![allow(clippy::print_stdout)]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::time::{Duration, Instant};

use fixture::{NUC, PI_DNS, PI_HUB, TOWER, VPS, high_performance, home_lab};
use vn_problem::{Metric, Problem, RequirementKind};
use vn_solve::{Control, Options, Outcome, Phase, Progress, solve};

fn main() {
    let all = [PI_DNS, PI_HUB, NUC, TOWER, VPS];
    run("low resource", &home_lab(&all).problem);
    let mut fast = home_lab(&all);
    fast.minimize(&high_performance(), Metric::QualityLoss);
    run("high performance", &fast.problem);
    run("only the pis", &home_lab(&[PI_DNS, PI_HUB]).problem);
    run("no tower", &home_lab(&[PI_DNS, PI_HUB, NUC, VPS]).problem);
    let mut no_cloud = home_lab(&[PI_DNS, PI_HUB, NUC, TOWER]);
    run("no cloud, spread as it was", &no_cloud.problem);
    no_cloud
        .problem
        .requirements
        .retain(|row| !matches!(row.kind, RequirementKind::Spread { .. }));
    run("no cloud, no spread", &no_cloud.problem);
    let mut small = home_lab(&[PI_DNS, PI_HUB, VPS]);
    small
        .problem
        .requirements
        .retain(|row| !matches!(row.kind, RequirementKind::Spread { .. }));
    run("pis and vps, no spread", &small.problem);
    for device in [1, 2, 3] {
        small.problem.devices[device].capacity[1] /= 2;
    }
    let mut half = home_lab(&all);
    for device in [1, 2, 3, 10] {
        half.problem.devices[device].capacity[1] /= 3;
    }
    run("a third of the memory", &half.problem);
}

/// Remembers when the relaxation was solved, when the search ended and the ties began.
struct Listener {
    started: Instant,
    relaxed: Option<Duration>,
    searched: u64,
}

impl Control for Listener {
    fn report(&mut self, progress: Progress) {
        if let Progress::Bound { .. } = progress {
            let took = self.started.elapsed();
            self.relaxed.get_or_insert(took);
        }
        if let Progress::Nodes {
            phase: Phase::Search,
            nodes,
        } = progress
        {
            self.searched = nodes;
        } else if let Progress::Nodes {
            phase: Phase::Ties,
            nodes,
        } = progress
            && self.searched < u64::MAX / 2
        {
            self.searched = u64::MAX / 2 + nodes;
        }
    }
}

fn run(name: &str, problem: &Problem) {
    let start = Instant::now();
    let mut listener = Listener {
        started: start,
        relaxed: None,
        searched: 0,
    };
    let outcome = solve(problem, &Options::default(), &mut listener);
    let searched = listener.searched.saturating_sub(u64::MAX / 2);
    let took = start.elapsed();
    let relaxed = listener.relaxed;
    match outcome {
        Outcome::Solved {
            solution,
            verified,
            certificate,
        } => {
            let objective = verified.levels.objective;
            let value = objective.num() as f64 / objective.den() as f64;
            println!(
                "{name}: {took:?} (relaxation after {relaxed:?}), {:?} {} nodes ({searched} before ties), {}, objective {value:.4}, tiers {:?}, open {:?}",
                certificate.status,
                certificate.nodes,
                fixture::told(&certificate.relaxed),
                verified.levels.tiers,
                solution
                    .open
                    .iter()
                    .map(|id| (
                        problem[*id].component.0,
                        problem[*id].device.0,
                        problem[*id].variant
                    ))
                    .collect::<Vec<_>>()
            );
        }
        Outcome::Infeasible {
            conflict,
            certificate,
        } => {
            println!(
                "{name}: {took:?} infeasible, {} nodes, {:?}",
                certificate.nodes,
                conflict.shortages.iter().take(3).collect::<Vec<_>>()
            );
        }
        Outcome::Undecided {
            reason,
            certificate,
        } => {
            println!(
                "{name}: {took:?} undecided: {reason:?}, {} nodes",
                certificate.nodes
            );
        }
    }
}
