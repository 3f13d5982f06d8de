//! How fast a program is checked: whole, at two lengths, and again after an edit of one item.
//!
//! `cargo bench -p vn-benches --bench checking`

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "the macros write undocumented functions, and a bench may fail loudly"
)]

use std::cell::RefCell;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use vn_benches::large;
use vnc::host::Host;
use vnc::session::{Request, Session, check};

/// What `vnc` itself allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The retail chain of the reference: 38 002 devices.
const RETAIL: &str = include_str!("../../examples/retail/plan.vn");

/// One text that changes, as in an editor.
struct Editor(RefCell<String>);

impl Host for Editor {
    fn read(&self, path: &Path) -> io::Result<String> {
        if path == Path::new("plan.vn") {
            return Ok(self.0.borrow().clone());
        }
        Err(io::Error::from(io::ErrorKind::NotFound))
    }

    fn resolve(&self, path: &Path) -> io::Result<PathBuf> {
        Ok(path.to_owned())
    }

    fn names(&self, _: &Path) -> Vec<String> {
        Vec::new()
    }
}

fn request() -> Request {
    Request {
        entry: PathBuf::from("plan.vn"),
        ..Request::default()
    }
}

/// Reading, parsing and analysing, the standard library included.
fn whole(c: &mut Criterion) {
    let mut group = c.benchmark_group("check");
    group.sample_size(10);
    let programs = [
        ("retail", RETAIL.to_owned()),
        ("10000", large::program(10_000)),
        ("100000", large::program(100_000)),
    ];
    for (name, text) in programs {
        let host = Editor(RefCell::new(text));
        group.bench_function(BenchmarkId::from_parameter(name), |b| {
            b.iter(|| black_box(check(&host, &request()).unwrap()));
        });
    }
    group.finish();
}

/// What a keystroke costs from text to findings: the edited item is parsed again, and all is analysed.
fn edited(c: &mut Criterion) {
    let mut group = c.benchmark_group("recheck");
    group.sample_size(10);
    let text = large::program(10_000);
    let host = Editor(RefCell::new(text.clone()));
    let mut session = Session::new(&host);
    session.check(&request()).unwrap();
    let edits = [
        ("item", "cpu = 0.2 cores", "cpu = 0.3 cores"),
        ("builder", "replicas = 1..2", "replicas = 1..3"),
    ];
    for (what, old, new) in edits {
        let edited = text.replacen(old, new, 1);
        let mut turn = false;
        group.bench_function(BenchmarkId::from_parameter(what), |b| {
            b.iter(|| {
                turn = !turn;
                host.0
                    .replace(if turn { edited.clone() } else { text.clone() });
                black_box(session.check(&request()).unwrap())
            });
        });
    }
    group.finish();
}

criterion_group!(checking, whole, edited);
criterion_main!(checking);
