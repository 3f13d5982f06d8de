//! Writes a large instance of `docs/model.md` to standard output, for `vnc solve` and any other planner.
//!
//! `regional-instance SITES DEVICES ALIKE SERVICES TIGHTNESS survive|- SEED`: so many rows of sites, of so
//! many devices each, each standing for so many alike sites.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool of the project's own, which may fail loudly"
)]

use vn_benches::regional::{Region, regional};
use vn_problem::instance::Instance;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| -> usize { words.get(at).unwrap().parse().unwrap() };
    let region = Region {
        sites: number(0),
        devices: number(1),
        alike: number(2) as u64,
        services: number(3),
        tightness: number(4) as u64,
        survives: words.get(5).is_some_and(|word| word == "survive"),
        seed: number(6) as u64,
    };
    let instance = Instance {
        problem: regional(region),
        resources: vec!["cpu in millicores".to_owned(), "memory in MiB".to_owned()],
        causes: vec!["a generated fleet".to_owned()],
    };
    print!("{}", instance.to_json());
}
