//! What the user insists on.

use std::collections::BTreeSet;

use vn_problem::{
    Candidate, ComponentId, DeviceId, FailureId, Problem, Requirement, RequirementKind, Role,
    TotalMetric,
};

use super::devices::Map;
use super::{NOWHERE, Random, Theme};

/// All requirements, component by component, totals last.
pub fn rows(random: &mut Random, problem: &Problem, map: &Map, theme: Theme) -> Vec<Requirement> {
    let mut kinds = Vec::new();
    for (id, component) in (0..).map(ComponentId).zip(&problem.components) {
        match component.role {
            Role::Service => kinds.extend(of_service(random, problem, map, id, theme)),
            Role::Client => kinds.extend(uniform(random, id, &component.on)),
        }
    }
    kinds.extend(survive(random, problem, theme));
    kinds.extend(total(random, problem, theme));
    kinds
        .into_iter()
        .map(|kind| Requirement {
            kind,
            cause: NOWHERE,
        })
        .collect()
}

fn of_service(
    random: &mut Random,
    problem: &Problem,
    map: &Map,
    component: ComponentId,
    theme: Theme,
) -> Vec<RequirementKind> {
    let (often_spread, often_truth) = match theme {
        Theme::Anything => (60, 30),
        Theme::Failover => (65, 15),
        Theme::Standby => (0, 10),
    };
    let spreads = random.percent(often_spread);
    let counts = match theme {
        Theme::Anything if !spreads => ANYTHING,
        Theme::Anything | Theme::Failover => SEVERAL,
        Theme::Standby => ALL,
    };
    let mut kinds = vec![count(random, problem, component, counts)];
    if spreads {
        kinds.push(spread(random, problem, map, component));
    }
    let may = problem
        .candidates
        .iter()
        .any(|c| c.component == component && c.truth);
    kinds.extend(
        (may && random.percent(often_truth)).then_some(RequirementKind::Truth { component }),
    );
    kinds
}

/// Seldom more than there are devices for.
fn count(
    random: &mut Random,
    problem: &Problem,
    component: ComponentId,
    counts: &[(u64, Option<u64>)],
) -> RequirementKind {
    let of = problem
        .candidates
        .iter()
        .filter(|c| c.component == component);
    let devices: BTreeSet<_> = of.map(|c| c.device).collect();
    let most = if random.percent(97) {
        devices.len() as u64
    } else {
        3
    };
    let (min, max) = random.pick(counts);
    let max = max.map(|max| most.max(1).min(max));
    RequirementKind::Count {
        component,
        min: most.min(min),
        max,
    }
}

const ANYTHING: &[(u64, Option<u64>)] = &[
    (1, None),
    (1, None),
    (1, None),
    (1, None),
    (0, None),
    (1, Some(1)),
    (1, Some(2)),
    (2, Some(2)),
    (2, None),
];

const SEVERAL: &[(u64, Option<u64>)] = &[
    (1, None),
    (2, None),
    (2, Some(2)),
    (3, None),
    (3, Some(3)),
    (2, Some(3)),
];

const ALL: &[(u64, Option<u64>)] = &[(u64::MAX, None)];

/// Domains are the sites, or labels that know nothing of sites.
fn spread(
    random: &mut Random,
    problem: &Problem,
    map: &Map,
    component: ComponentId,
) -> RequirementKind {
    let domain: Vec<u32> = if random.percent(60) {
        map.site.clone()
    } else {
        map.site.iter().map(|_| random.pick(&[0, 1, 2])).collect()
    };
    let candidates = problem
        .candidates
        .iter()
        .filter(|c| c.component == component);
    let domains: BTreeSet<_> = candidates.map(|c| domain[c.device.index()]).collect();
    RequirementKind::Spread {
        component,
        m: domains.len().max(1) as u64,
        domain,
    }
}

fn uniform(
    random: &mut Random,
    component: ComponentId,
    on: &[DeviceId],
) -> Option<RequirementKind> {
    let class = on.len() > 1 && random.percent(80);
    class.then(|| RequirementKind::Uniform {
        component,
        devices: on.to_vec(),
    })
}

/// The wish of one or two services, and what follows from it for those they need.
fn survive(random: &mut Random, problem: &Problem, theme: Theme) -> Vec<RequirementKind> {
    let services: Vec<_> = (0..)
        .map(ComponentId)
        .zip(&problem.components)
        .filter(|(_, component)| component.role == Role::Service)
        .map(|(id, _)| id)
        .collect();
    let failures: Vec<_> = (0..).map(FailureId).take(problem.failures.len()).collect();
    let mut kinds = Vec::new();
    let often = match theme {
        Theme::Anything => random.pick(&[0, 0, 50]),
        Theme::Failover => 80,
        Theme::Standby => 100,
    };
    for service in random.some(&services, often) {
        let failures = random.some(&failures, often.max(70));
        for component in relied_on(problem, service) {
            let kind = RequirementKind::Survive {
                component,
                failures: failures.clone(),
            };
            if !failures.is_empty() && !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }
    kinds
}

/// The service itself and, transitively, what it needs and not optionally.
fn relied_on(problem: &Problem, service: ComponentId) -> Vec<ComponentId> {
    let mut relied = vec![service];
    let mut next = 0;
    while let Some(&consumer) = relied.get(next) {
        for need in problem
            .needs
            .iter()
            .filter(|need| need.consumer == consumer)
        {
            if !need.optional && !relied.contains(&need.server) {
                relied.push(need.server);
            }
        }
        next += 1;
    }
    relied
}

/// A bound near what one average instance of each service would make.
fn total(random: &mut Random, problem: &Problem, theme: Theme) -> Option<RequirementKind> {
    let metric = random.pick(&[TotalMetric::Cost, TotalMetric::Power]);
    let fixed = random.between(0, 3) * 1_000;
    let percent = random.between(60, 200);
    let average: u64 = (0..)
        .map(ComponentId)
        .take(problem.components.len())
        .map(|component| average(problem, component, metric))
        .sum();
    let at_most = fixed + average * percent / 100;
    let often = match theme {
        Theme::Anything => 35,
        Theme::Failover | Theme::Standby => 10,
    };
    random.percent(often).then_some(RequirementKind::Total {
        metric,
        at_most,
        fixed,
    })
}

fn average(problem: &Problem, component: ComponentId, metric: TotalMetric) -> u64 {
    let part = |candidate: &Candidate| match metric {
        TotalMetric::Cost => candidate.cost.0,
        TotalMetric::Power => candidate.power.0,
    };
    let of = problem
        .candidates
        .iter()
        .filter(|c| c.component == component);
    let parts: Vec<u64> = of.map(part).collect();
    parts.iter().sum::<u64>() / parts.len().max(1) as u64
}
