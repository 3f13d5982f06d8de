//! A small plan, written by hand: every number in it can be checked on paper.
//!
//! Two machines at home and a server in the cloud serve a desk: `graph` writes on the nuc and has a
//! lazy copy in the cloud, `kv` stands on the nuc and on the pi.

mod devices;
mod instances;
mod requirements;
mod routes;

use std::collections::BTreeMap;

use vn_plan::{FORMAT, Level, Objective, Plan, Program, Term, Totals, digest};

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// A plan that holds.
pub fn small() -> Plan {
    sealed(Plan {
        format: FORMAT.to_owned(),
        digest: String::new(),
        program: Program {
            name: "home_lab".to_owned(),
            sources: "5f".repeat(32),
            edition: 2026,
            parameters: BTreeMap::from([("preference".to_owned(), "low_resource".to_owned())]),
            currency: "EUR".to_owned(),
            detect_us: 10_000_000,
        },
        devices: devices::devices(),
        instances: instances::instances(),
        routes: routes::routes(),
        links: Vec::new(),
        requirements: requirements::requirements(),
        objective: objective(),
        metrics: Vec::new(),
        moves: None,
        totals: Totals {
            traffic_cost_micro_per_month: 0,
            cost_micro_per_month: 3_990_000,
            power_mw: 13_000,
            memory_bytes: 6 * GIB + 150 * MIB,
            clone_bytes: 128 * MIB,
        },
    })
}

/// The plan with its digest as it should be, after an edit.
pub fn sealed(mut plan: Plan) -> Plan {
    plan.digest = digest(&plan);
    plan
}

/// Latency: (2 · 9 + 0.5 · 1.5 + 3 · 0.5) / 2 = 10.125 ms. Footprint: 6 GiB + 150 MiB.
fn objective() -> Objective {
    let term = |metric: &str, weight: &str, value: &str| Term {
        metric: metric.to_owned(),
        weight: weight.to_owned(),
        value: value.to_owned(),
    };
    let level = |name: &str, value: &str| Level {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Objective {
        more: Vec::new(),
        levels: vec![
            level("tiers_skipped", "0"),
            level("objective", "809619/12800"),
            level("footprint", "3147/512"),
        ],
        terms: vec![
            term("power", "3", "13"),
            term("cost", "2", "399/100"),
            term("latency", "1", "81/8"),
            term("footprint", "1", "3147/512"),
        ],
    }
}
