//! The grammar of `.vn`: `vn.pest`, embedded and derived.

/// The grammar itself, as published.
pub const GRAMMAR: &str = include_str!("../vn.pest");

#[allow(
    missing_docs,
    reason = "the derive writes one undocumented variant per rule"
)]
mod derived {
    #[derive(pest_derive::Parser)]
    #[grammar = "../vn.pest"]
    pub struct VnParser;
}

pub use derived::{Rule, VnParser};
