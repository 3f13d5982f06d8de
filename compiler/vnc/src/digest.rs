//! One name for everything that was read.

use sha2::{Digest as _, Sha256};
use vn_syntax::Sources;

/// SHA-256 over names and texts of all sources, in the order of their names.
pub fn of_sources(sources: &Sources) -> String {
    let mut files: Vec<_> = sources.iter().map(|(_, source)| source).collect();
    files.sort_by_key(|source| &source.name);
    let mut hash = Sha256::new();
    for source in files {
        for part in [source.name.as_bytes(), source.text.as_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex(&hash.finalize())
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
