# What CI does.
ci:
    bash .ci/run

# Plan and write the example.
home-lab:
    cargo run --release -- build examples/home-lab/plan.vn

test:
    cargo test --workspace
