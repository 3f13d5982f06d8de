//! How fast the best plan is found and proven.
//!
//! `cargo bench -p vn-benches --bench planning`

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "the macros write undocumented functions, and a bench may fail loudly"
)]

use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use vn_benches::shop;
use vn_solve::{Options, Outcome, Silent, Status, solve};
use vnc::host::Host;
use vnc::session::{Request, check, expanded, problem};

/// What `vnc` itself allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One text.
struct Text(String);

impl Host for Text {
    fn read(&self, path: &Path) -> io::Result<String> {
        self.resolve(path).map(|_| self.0.clone())
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        if path == Path::new("plan.vn") {
            return Ok(path.to_owned());
        }
        Err(io::Error::from(io::ErrorKind::NotFound))
    }

    fn names(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// A dozen services on 500 machines on offer, the order among equals included.
fn offers(c: &mut Criterion) {
    let request = Request {
        entry: PathBuf::from("plan.vn"),
        ..Request::default()
    };
    let checked = check(&Text(shop::program(100)), &request).unwrap();
    let faults = &checked.diagnostics;
    let composition = checked.composition.as_ref();
    let composition = composition.unwrap_or_else(|| panic!("a sound program: {faults:?}"));
    let composition = expanded(composition).unwrap();
    let lowered = problem(&composition);
    let proven = |outcome: &Outcome| match outcome {
        Outcome::Solved { certificate, .. } => certificate.status == Status::Optimal,
        Outcome::Infeasible { .. } | Outcome::Undecided { .. } => false,
    };
    let mut group = c.benchmark_group("plan");
    group.sample_size(20);
    group.bench_function("offers", |b| {
        b.iter(|| {
            let outcome = solve(&lowered.problem, &Options::default(), &mut Silent);
            assert!(proven(&outcome), "proven to be the best");
            black_box(outcome)
        });
    });
    group.finish();
}

criterion_group!(planning, offers);
criterion_main!(planning);
