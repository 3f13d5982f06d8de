//! How fast a program is read: whole, at two lengths, and again after an edit of one item.
//!
//! `cargo bench -p vn-benches`

#![allow(missing_docs, reason = "the macros write undocumented functions")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vn_benches::large;
use vn_syntax::{FileId, parse, reparse};

/// Linear growth is the same throughput at both lengths.
fn whole(c: &mut Criterion) {
    let mut group = c.benchmark_group("parse");
    group.sample_size(20);
    for lines in [10_000, 100_000] {
        let text: Arc<str> = large::program(lines).into();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(lines), &text, |b, text| {
            b.iter(|| black_box(parse(FileId(0), Arc::clone(text))));
        });
    }
    group.finish();
}

/// What a keystroke costs: in a small item, and in the builder, which is a third of the file.
fn edited(c: &mut Criterion) {
    let mut group = c.benchmark_group("reparse 10000 lines");
    group.sample_size(20);
    let text = large::program(10_000);
    let (tree, _) = parse(FileId(0), text.as_str());
    let edits = [
        ("a kind", "cpu = 0.2 cores", "cpu = 0.3 cores"),
        ("the builder", "replicas = 1..2", "replicas = 1..3"),
    ];
    for (what, old, new) in edits {
        let edited: Arc<str> = text.replacen(old, new, 1).into();
        group.bench_with_input(BenchmarkId::from_parameter(what), &edited, |b, edited| {
            b.iter(|| black_box(reparse(&tree, Arc::clone(edited))));
        });
    }
    group.finish();
}

criterion_group!(parsing, whole, edited);
criterion_main!(parsing);
