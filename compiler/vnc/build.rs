//! Lists the pages of `docs/errors` for `codes::page`: a page is in the binary as soon as it exists.

#![allow(
    clippy::expect_used,
    reason = "a build without its pages must not go on"
)]

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    // Not `env!`: where a checkout has moved, this program may still be the one built before.
    let root = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it");
    let folder = Path::new(&root).join("../../docs/errors");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut pages: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("docs/errors can be read")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .filter(|path| path.file_stem().is_some_and(|name| name != "README"))
        .collect();
    pages.sort();
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("pages.rs"), table(&pages)).expect("OUT_DIR can be written");
}

fn table(pages: &[PathBuf]) -> String {
    let row = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let path = path.to_string_lossy();
        format!("({name:?}, include_str!({path:?})),\n")
    };
    format!("&[\n{}]", pages.iter().map(row).collect::<String>())
}
