//! Tiny random problems, solved by trying everything that `verify` accepts.

#![allow(
    missing_docs,
    clippy::pedantic,
    clippy::indexing_slicing,
    clippy::unwrap_used
)]

use vn_problem::*;
use vn_solve::{Options, Outcome, Silent, Solver, Status, branch_and_bound, solve};

/// A small generator of numbers, always the same ones.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

const CAUSE: Cause = Cause(0);

fn problem(seed: u64) -> Problem {
    let mut dice = Dice(seed.wrapping_mul(7919).wrapping_add(13));
    let dice = &mut dice;
    dice.below(2);
    let devices = 2 + dice.below(2) as u32;
    let mut problem = Problem {
        resources: 1,
        ..Problem::default()
    };
    for _ in 0..devices {
        problem.devices.push(Device {
            capacity: vec![3 + dice.below(5)],
            max_duty: dice.chance(15).then(|| 300_000 + dice.below(900_000)),
            count: 1,
            cause: CAUSE,
        });
    }
    let services = 2 + dice.below(2) as u32;
    for service in 0..services {
        problem
            .components
            .push(component(dice, Role::Service, vec![]));
        for device in 0..devices {
            for variant in 0..2 {
                let here = if services == 2 { 60 } else { 42 };
                if dice.chance(here) {
                    problem
                        .candidates
                        .push(candidate(dice, service, device, variant));
                }
            }
        }
    }
    let mut on: Vec<DeviceId> = (0..devices)
        .map(DeviceId)
        .filter(|_| dice.chance(60))
        .collect();
    if on.is_empty() {
        on.push(DeviceId(0));
    }
    let client = services;
    problem
        .components
        .push(component(dice, Role::Client, on.clone()));
    for device in on {
        for variant in 0..1 + dice.below(2) as u32 {
            let mut row = candidate(dice, client, device.0, variant);
            row.claim = vec![dice.below(2)];
            row.capacity = None;
            row.clone = CloneMode::Eager;
            row.truth = false;
            problem.candidates.push(row);
        }
    }
    for server in 0..services {
        if dice.chance(75) {
            need(dice, &mut problem, client, server);
        }
        for consumer in 0..server {
            if dice.chance(45) {
                need(dice, &mut problem, consumer, server);
            }
        }
    }
    refills(dice, &mut problem);
    requirements(dice, &mut problem, services, client);
    objective(dice, &mut problem);
    problem
}

fn component(dice: &mut Dice, role: Role, on: Vec<DeviceId>) -> Component {
    let demand = match role {
        Role::Client => Load(dice.below(5) * 1_000_000 + dice.below(2) * 333_333),
        Role::Service => Load(0),
    };
    Component {
        role,
        on,
        demand,
        absent_quality: dice.below(4),
        may_be_absent: false,
        custody: vn_problem::Custody::default(),
        cause: CAUSE,
    }
}

fn candidate(dice: &mut Dice, component: u32, device: u32, variant: u32) -> Candidate {
    Candidate {
        component: ComponentId(component),
        device: DeviceId(device),
        copy: 0,
        variant,
        claim: vec![1 + dice.below(3)],
        footprint: dice.below(3) << 30,
        capacity: dice
            .chance(60)
            .then(|| Load(1_000_000 + dice.below(10) * 1_000_000)),
        connections: None,
        service_time: Micros(dice.below(3) * 1000),
        quality: dice.below(3),
        power: MilliWatts(dice.below(3) * 1000),
        cost: MicroMoney(dice.below(3) * 1_000_000),
        clone_bytes: dice.below(3) << 30,
        clone: if dice.chance(30) {
            CloneMode::Lazy
        } else {
            CloneMode::Eager
        },
        truth: dice.chance(60),
        standby: false,
    }
}

fn need(dice: &mut Dice, problem: &mut Problem, consumer: u32, server: u32) {
    let tiers = 1 + dice.below(2) as u32;
    let (consumer, server) = (ComponentId(consumer), ComponentId(server));
    let mut routes = Vec::new();
    for from in problem.device_ids() {
        for (to, row) in problem.candidates_of(server) {
            if dice.chance(90) {
                let near = from == row.device;
                routes.push(Route {
                    from,
                    to,
                    rtt: Micros(if near { 0 } else { 1000 * (1 + dice.below(3)) }),
                    tier: dice.below(tiers.into()) as u32,
                    fallback_tier: dice.below(2) as u32,
                    way: None,
                });
            }
        }
    }
    let load = if dice.chance(25) {
        NeedLoad::Rate(Load(dice.below(3) * 500_000))
    } else {
        NeedLoad::Fanout(Factor {
            num: 1 + dice.below(3),
            den: 1 + dice.below(3),
        })
    };
    let within = dice.chance(60).then(|| 1000 * (1 + dice.below(4)));
    problem.needs.push(Need {
        write: false,
        copies: 1,
        payload: 0,
        consumer,
        variants: dice.chance(15).then(|| vec![0]),
        server,
        within: within.map(Micros),
        degraded: within
            .filter(|_| dice.chance(50))
            .map(|most| Micros(most + 1500)),
        load,
        optional: dice.chance(25),
        tiers,
        routes,
        cause: CAUSE,
    });
}

fn refills(dice: &mut Dice, problem: &mut Problem) {
    for to in problem.candidate_ids() {
        for from in problem.candidate_ids() {
            let (a, b) = (&problem[to], &problem[from]);
            if a.component == b.component && a.device != b.device && dice.chance(50) {
                problem.refills.push(Refill { to, from });
            }
        }
    }
}

fn requirements(dice: &mut Dice, problem: &mut Problem, services: u32, client: u32) {
    for device in problem.device_ids() {
        problem.failures.push(Failure {
            down: vec![device],
            cut: Vec::new(),
            kept: Vec::new(),
            cause: CAUSE,
        });
    }
    let failures: Vec<FailureId> = problem.failure_ids().collect();
    let devices: Vec<DeviceId> = problem.device_ids().collect();
    let mut kinds = Vec::new();
    for component in (0..services).map(ComponentId) {
        let max = dice.chance(40).then(|| 1 + dice.below(2));
        kinds.push(RequirementKind::Count {
            component,
            min: dice.below(2),
            max,
        });
        if dice.chance(25) {
            let domain = devices.iter().map(|_| dice.below(2) as u32).collect();
            kinds.push(RequirementKind::Spread {
                component,
                domain,
                m: 1 + dice.below(2),
            });
        }
        if dice.chance(35) {
            kinds.push(RequirementKind::Truth { component });
        }
        if dice.chance(35) {
            let failures = failures
                .iter()
                .copied()
                .filter(|_| dice.chance(60))
                .collect();
            kinds.push(RequirementKind::Survive {
                component,
                failures,
            });
        }
    }
    if dice.chance(40) {
        kinds.push(RequirementKind::Uniform {
            component: ComponentId(client),
            devices,
        });
    }
    if dice.chance(25) {
        let metric = if dice.chance(50) {
            TotalMetric::Cost
        } else {
            TotalMetric::Power
        };
        let at_most = if metric == TotalMetric::Cost {
            6_000_000
        } else {
            6_000
        };
        kinds.push(RequirementKind::Total {
            metric,
            at_most,
            fixed: 1000,
        });
    }
    problem.requirements = kinds
        .into_iter()
        .map(|kind| Requirement { kind, cause: CAUSE })
        .collect();
}

fn objective(dice: &mut Dice, problem: &mut Problem) {
    let all = [
        Metric::Latency,
        Metric::Cost,
        Metric::Power,
        Metric::Footprint,
        Metric::QualityLoss,
        Metric::CloneBytes,
    ];
    for metric in all {
        if dice.chance(45) {
            let weight = Factor {
                num: 1 + dice.below(3),
                den: 1 + dice.below(3),
            };
            problem.objective.terms.push(Term { metric, weight });
        }
    }
    problem.objective.fixed_cost = MicroMoney(dice.below(2) * 500_000);
    let metric = if dice.chance(50) {
        Metric::QualityLoss
    } else {
        Metric::Footprint
    };
    problem.objective.then = Some(metric);
    if dice.chance(30) {
        let rest = problem.objective.terms.len() / 2;
        problem.objective.more = vec![problem.objective.terms.split_off(rest)];
    }
}

/// Every solution with a sound structure, offered to `verify`.
fn best(problem: &Problem) -> Option<(Levels, Solution)> {
    let mut best: Option<(Levels, Solution)> = None;
    for open in presences(problem) {
        for truth in truths(problem, &open) {
            let asking: Vec<(NeedId, CandidateId, Vec<Option<CandidateId>>)> =
                asking(problem, &open);
            let mut heads = Vec::new();
            assign(problem, &open, &truth, &asking, &mut heads, &mut best);
        }
    }
    best
}

fn presences(problem: &Problem) -> Vec<Vec<CandidateId>> {
    let ids: Vec<CandidateId> = problem.candidate_ids().collect();
    let sets = (0..1_u32 << ids.len()).map(|bits| -> Vec<CandidateId> {
        ids.iter()
            .copied()
            .filter(|id| bits >> id.0 & 1 == 1)
            .collect()
    });
    let apart = |open: &Vec<CandidateId>| {
        open.windows(2).all(|pair| {
            let (a, b) = (&problem[pair[0]], &problem[pair[1]]);
            (a.component, a.device) != (b.component, b.device)
        })
    };
    let clients: usize = problem.components.iter().map(|row| row.on.len()).sum();
    let complete = |open: &Vec<CandidateId>| {
        let there = open
            .iter()
            .filter(|&&id| problem[problem[id].component].role == Role::Client);
        there.count() == clients
    };
    sets.filter(apart).filter(complete).collect()
}

fn truths(problem: &Problem, open: &[CandidateId]) -> Vec<Vec<(ComponentId, CandidateId)>> {
    let mut ways = vec![vec![]];
    for component in problem.truth_components() {
        let holders = open
            .iter()
            .filter(|&&id| problem[id].component == component && problem[id].truth);
        let holders: Vec<CandidateId> = holders.copied().collect();
        ways = ways
            .iter()
            .flat_map(|way: &Vec<(ComponentId, CandidateId)>| {
                holders
                    .iter()
                    .map(move |&id| [way.clone(), vec![(component, id)]].concat())
            })
            .collect();
    }
    ways
}

fn asking(
    problem: &Problem,
    open: &[CandidateId],
) -> Vec<(NeedId, CandidateId, Vec<Option<CandidateId>>)> {
    let mut asking = Vec::new();
    for need in problem.need_ids() {
        let row = &problem[need];
        for &id in open {
            if problem[id].component == row.consumer && row.applies(problem[id].variant) {
                let routes = row.routes_from(problem[id].device).iter();
                let mut servers: Vec<_> = routes
                    .filter(|route| row.budget(problem.time(route)) == Budget::In)
                    .map(|route| route.to)
                    .filter(|to| open.contains(to))
                    .map(Some)
                    .collect();
                servers.extend(row.optional.then_some(None));
                asking.push((need, id, servers));
            }
        }
    }
    asking
}

fn assign(
    problem: &Problem,
    open: &[CandidateId],
    truth: &[(ComponentId, CandidateId)],
    asking: &[(NeedId, CandidateId, Vec<Option<CandidateId>>)],
    heads: &mut Vec<Head>,
    best: &mut Option<(Levels, Solution)>,
) {
    let Some((need, consumer, servers)) = asking.get(heads.len()) else {
        let solution = Solution {
            open: open.to_vec(),
            heads: heads.clone(),
            truth: truth.to_vec(),
        };
        if let Ok(verified) = verify(problem, &solution)
            && best
                .as_ref()
                .is_none_or(|(levels, _)| verified.levels < *levels)
        {
            *best = Some((verified.levels, solution));
        }
        return;
    };
    for &server in servers {
        heads.push(Head {
            need: *need,
            consumer: *consumer,
            server,
        });
        assign(problem, open, truth, asking, heads, best);
        heads.pop();
    }
}

fn compare(seeds: std::ops::Range<u64>) -> (usize, usize) {
    let (mut solved, mut refuted) = (0, 0);
    for seed in seeds {
        let problem = problem(seed);
        if problem.candidates.len() > 13 {
            continue;
        }
        assert_eq!(problem.check(), Ok(()), "seed {seed}");
        let expected = best(&problem);
        match (solve(&problem, &Options::default(), &mut Silent), expected) {
            (
                Outcome::Solved {
                    solution,
                    verified,
                    certificate,
                    ..
                },
                Some((levels, plan)),
            ) => {
                assert_eq!(certificate.status, Status::Optimal, "seed {seed}");
                assert_eq!(verified.levels, levels, "seed {seed}");
                assert_eq!(solution, plan, "seed {seed}");
                solved += 1;
            }
            (Outcome::Infeasible { .. }, None) => refuted += 1,
            (outcome, expected) => panic!("seed {seed}: {outcome:?} but {expected:?}"),
        }
    }
    (solved, refuted)
}

#[test]
fn agrees_with_trying_everything() {
    let (solved, refuted) = compare(0..250);
    assert!(
        solved > 40 && refuted > 15,
        "{solved} solved, {refuted} refuted"
    );
}

#[test]
#[ignore = "takes minutes"]
fn agrees_with_trying_everything_at_length() {
    compare(1000..5000);
}

fn float(value: Rational) -> f64 {
    value.num() as f64 / value.den() as f64
}

/// The part of the objective that no decision changes.
fn constant(problem: &Problem) -> f64 {
    let cost = problem.objective.terms.iter();
    let weights = cost.filter(|term| term.metric == Metric::Cost);
    let weight: f64 = weights
        .map(|term| term.weight.num as f64 / term.weight.den as f64)
        .sum();
    weight * problem.objective.fixed_cost.0 as f64 / 1e6
}

/// Both engines side by side: the program's bounds hold, and its plans are as good as the best ones.
#[test]
fn the_mixed_integer_program_agrees() {
    let (mut bounds, mut plans, mut skipping) = (0, 0, 0);
    for seed in 0..900 {
        let problem = problem(seed);
        let Some(program) = branch_and_bound(&problem, Solver::Embedded, 2000) else {
            continue;
        };
        let solution = program.solution.as_ref();
        let plan = solution.and_then(|solution| verify(&problem, solution).ok());
        let Outcome::Solved {
            verified,
            certificate,
            ..
        } = solve(&problem, &Options::default(), &mut Silent)
        else {
            assert!(plan.is_none(), "seed {seed}: a plan for the infeasible");
            continue;
        };
        assert_eq!(certificate.status, Status::Optimal, "seed {seed}");
        assert!(!certificate.relaxed.contradicts, "seed {seed}");
        assert!(!program.infeasible, "seed {seed}: refuted what has a plan");
        let best = float(verified.levels.objective) - constant(&problem);
        let close = 1e-5 * (1.0 + best.abs());
        if program.first_tier && verified.levels.tiers > Rational::ZERO {
            // It found fractions of heads that skip nothing; plans do not.
            continue;
        }
        let bound = program.relaxation.unwrap();
        assert!(bound <= best + close, "seed {seed}: {bound} above {best}");
        bounds += 1;
        let Some(plan) = plan else { continue };
        let found = float(plan.levels.objective) - constant(&problem);
        let proven = program.bound.unwrap();
        assert!(proven <= best + close, "seed {seed}: {proven} above {best}");
        if program.first_tier {
            assert_eq!(plan.levels.tiers, Rational::ZERO, "seed {seed}");
            assert!(
                (found - best).abs() <= close,
                "seed {seed}: {found} not {best}"
            );
            plans += 1;
        } else {
            assert!(found <= best + close, "seed {seed}: {found} above {best}");
            skipping += 1;
        }
    }
    assert!(
        bounds > 200 && plans > 150,
        "{bounds} bounds, {plans} plans, {skipping} that skip tiers"
    );
}
