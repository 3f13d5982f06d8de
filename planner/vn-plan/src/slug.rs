//! Names that are safe as folders, host names and identifiers.

use std::fmt::Write as _;

/// The form of an id that consists of `[a-z0-9-]` only: `store[17]/till[3]` → `store-17-till-3`.
///
/// Runs of other ASCII characters become one hyphen, other letters their code point (`é` → `ue9`).
/// Readable rather than injective: two ids may get one slug, which whoever needs uniqueness must
/// refuse ([`crate::verify`] for devices, the emitters for instances).
pub fn slug(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for c in id.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !c.is_ascii() {
            // Writing to a string cannot fail.
            let _ = write!(out, "u{:x}", u32::from(c));
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}
