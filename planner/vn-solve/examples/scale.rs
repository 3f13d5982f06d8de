//! Prints how far the search comes on generated fleets: machines × services, with HiGHS if
//! `VNC_HIGHS_LIB` names it. Arguments: `SECONDS MACHINESxSERVICES…`.

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

use fixture::{Draft, anywhere, variant};
use vn_problem::{DeviceId, Load, Metric, Micros, Problem};
use vn_solve::{Options, Outcome, Silent, Solver, highs, solve};

fn distance(a: DeviceId, b: DeviceId) -> Micros {
    let site = |device: DeviceId| u64::from(device.0) % 4;
    match (a == b, site(a).abs_diff(site(b))) {
        (true, _) => Micros(0),
        (false, 0) => Micros(1000),
        (false, hops) => Micros(9000 * hops + u64::from((a.0 * 7 + b.0 * 7) % 5) * 1000),
    }
}

fn fleet(machines: u32, services: u32, tightness: u64, seed: u64) -> Problem {
    let mut state = seed * 77 + 5;
    let mut dice = move |sides: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let devices: Vec<[u64; 4]> = (0..machines + 12)
        .map(|_| {
            [
                (4000 + dice(8) * 1000) / tightness,
                (8 + dice(3) * 8) * 1024 / tightness,
                900,
                0,
            ]
        })
        .collect();
    let mut draft = Draft::new(&devices, distance);
    let hosts: Vec<u32> = (0..machines).collect();
    let clients: Vec<u32> = (machines..machines + 12).collect();
    let mut ids = Vec::new();
    for _ in 0..services {
        let (cpu, memory) = (400 + dice(4) * 200, 500 + dice(4) * 700);
        ids.push(draft.service(&[
            variant(&hosts, [cpu * 2, memory * 2, 1, 0], 2, 3.0 + dice(3) as f64),
            variant(&hosts, [cpu, memory, 1, 0], 6, 1.0 + dice(2) as f64),
        ]));
    }
    let app = draft.client(&clients, 1.0, &[variant(&clients, [10, 10, 0, 0], 0, 0.0)]);
    for row in &mut draft.problem.candidates {
        if row.component != app {
            row.capacity = Some(Load(if row.variant == 0 {
                20_000_000
            } else {
                9_000_000
            }));
        }
    }
    for pair in ids.windows(2).step_by(2) {
        draft.need(pair[0], pair[1], 60, anywhere);
    }
    for &id in ids.iter().step_by(2) {
        draft.need(app, id, 40, anywhere);
    }
    let failures: Vec<_> = hosts
        .iter()
        .map(|&device| draft.failure(&[device]))
        .collect();
    for (at, &id) in ids.iter().enumerate() {
        draft.count(id, 1, None);
        if at < 2 {
            draft.survive(id, &failures);
        }
    }
    draft.minimize(
        &[(2, Metric::Power), (1, Metric::Latency)],
        Metric::Footprint,
    );
    draft.problem
}

fn main() {
    let found = highs::find(&highs::Places {
        named: std::env::var_os("VNC_HIGHS_LIB").map(Into::into),
        ..highs::Places::default()
    });
    let solver = found.chosen.map_or(Solver::Embedded, Solver::Highs);
    println!("{solver:?}");
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments
        .next()
        .map_or(10, |seconds| seconds.parse().unwrap());
    let size = |text: String| {
        let (machines, services) = text.split_once('x').unwrap();
        (machines.parse().unwrap(), services.parse().unwrap())
    };
    let mut sizes: Vec<(u32, u32)> = arguments.map(size).collect();
    if sizes.is_empty() {
        sizes = vec![(6, 4), (12, 4), (20, 8)];
    }
    for (machines, services) in sizes {
        for (tightness, seed) in [(1, 1), (1, 2), (4, 1), (4, 2)] {
            let problem = fleet(machines, services, tightness, seed);
            let options = Options {
                time: Some(Duration::from_secs(seconds)),
                solver,
                ..Options::default()
            };
            let start = Instant::now();
            let outcome = solve(&problem, &options, &mut Silent);
            let took = start.elapsed();
            let told = match outcome {
                Outcome::Solved {
                    verified,
                    certificate,
                    ..
                } => {
                    let float = |it: vn_problem::Rational| it.num() as f64 / it.den() as f64;
                    let (value, bound) = (
                        float(verified.levels.objective),
                        certificate.bound.map(float),
                    );
                    format!(
                        "{:?} {value:.3} bound {bound:?} {} nodes, {}",
                        certificate.status,
                        certificate.nodes,
                        fixture::told(&certificate.relaxed),
                    )
                }
                Outcome::Infeasible { certificate, .. } => {
                    format!("infeasible, {} nodes", certificate.nodes)
                }
                Outcome::Undecided {
                    reason,
                    certificate,
                } => {
                    format!("undecided {reason:?} {} nodes", certificate.nodes)
                }
            };
            println!("{machines}x{services} t={tightness} seed {seed}: {took:?} {told}");
        }
    }
}
