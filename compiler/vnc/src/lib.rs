//! The door: sources in, files out; one pipeline behind every subcommand.
//!
//! Texts come in through a [`host::Host`]; [`session`] takes them to a verified plan; [`output`] is
//! the only place that writes files. Nothing here decides what is planned or what a target looks like.

mod advice;
mod against;
mod allowance;
pub mod cli;
pub mod codes;
mod command;
pub mod conflict;
mod digest;
pub mod emission;
pub mod engines;
pub mod exit;
pub mod expectation;
mod figure;
pub mod host;
pub mod instance;
mod loading;
mod loosening;
pub mod lower;
mod manifest;
pub mod mending;
pub mod output;
pub mod project;
pub mod raise;
pub mod render;
pub mod repeats;
pub mod rewrite;
pub mod session;
mod show;
pub mod source;
mod trees;

pub use command::{failure, run};
