//! What the tests share: an independent reading of `docs/model.md`, problems to read it on, and
//! the real programs and machines that emitted files are tried on.

pub mod brute_force;
pub mod chains;
pub mod dump;
pub mod fixtures;
pub mod generator;
pub mod grammar_page;
pub mod lab;
pub mod large;
pub mod mutants;
pub mod permuted;
pub mod perturb;
pub mod programs;
pub mod regional;
pub mod sentences;
pub mod shrink;
