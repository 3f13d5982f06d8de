//! One name for everything that was read.

use sha2::{Digest as _, Sha256};
use vn_syntax::{FileId, Sources};

/// SHA-256 over names and texts of all sources, in the order in which they were read.
///
/// The first is the program; the way to its folder does not count, so that it has the same digest
/// wherever it lies.
pub fn of_sources(sources: &Sources) -> String {
    let mut hash = Sha256::new();
    for (id, source) in sources.iter() {
        let name = if id == FileId(0) {
            file_name(&source.name)
        } else {
            &source.name
        };
        for part in [name.as_bytes(), source.text.as_bytes()] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    hex(&hash.finalize())
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
