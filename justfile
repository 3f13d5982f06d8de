# What CI does.
ci:
    bash .ci/run

# Plan and write the example.
home-lab:
    cargo run --release -- build examples/home-lab/plan.vn

# Measure, and write docs/benchmarks.md.
bench:
    cargo build --release -p vnc
    cargo bench -p vn-benches
    cargo run --release -p vn-benches --bin benchmarks-page

test:
    cargo test --workspace
