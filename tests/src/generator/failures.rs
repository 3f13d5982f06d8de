//! What may be lost, and what can be refilled in time.

use std::collections::BTreeSet;

use vn_problem::{CandidateId, CloneMode, Failure, Problem, Refill};

use super::devices::Map;
use super::{NOWHERE, Random, Theme};

/// Up to three failures: a device, now and then a site or a pair; or any one device that holds no
/// client.
pub fn rows(random: &mut Random, problem: &Problem, map: &Map, theme: Theme) -> Vec<Failure> {
    let alone = |device| Failure {
        down: vec![device],
        cut: Vec::new(),
        kept: Vec::new(),
        cause: NOWHERE,
    };
    let clients = problem
        .components
        .iter()
        .flat_map(|component| &component.on);
    let clients: BTreeSet<_> = clients.collect();
    let others = map
        .devices()
        .into_iter()
        .filter(|device| !clients.contains(device));
    match theme {
        Theme::Anything => (0..random.between(1, 3))
            .map(|_| row(random, map))
            .collect(),
        Theme::Failover | Theme::Standby => others.map(alone).collect(),
    }
}

fn row(random: &mut Random, map: &Map) -> Failure {
    let devices = map.devices();
    let mut down = match random.below(10) {
        0 => map.of_site(random.pick(&map.site)),
        1 => random.shuffled(&devices)[..2].to_vec(),
        _ => vec![random.pick(&devices)],
    };
    down.sort_unstable();
    Failure {
        down,
        cut: Vec::new(),
        kept: Vec::new(),
        cause: NOWHERE,
    }
}

/// Some lazy candidates can be filled from some others of their component elsewhere.
pub fn refills(random: &mut Random, problem: &Problem) -> Vec<Refill> {
    let mut refills = Vec::new();
    for (to, lazy) in (0..).map(CandidateId).zip(&problem.candidates) {
        for (from, other) in (0..).map(CandidateId).zip(&problem.candidates) {
            let elsewhere = lazy.component == other.component && lazy.device != other.device;
            if lazy.clone == CloneMode::Lazy && elsewhere && random.percent(70) {
                refills.push(Refill { to, from });
            }
        }
    }
    refills
}
