//! `vnc build`.

use std::path::PathBuf;

use serde_json::json;

use super::run::{Done, Run};
use super::{Colours, complain, say};
use crate::cli::Build;
use crate::exit::Exit;
use crate::host::Host;
use crate::output::{self, Files, Refusal};
use crate::render::summary;

/// Plans a program and writes its files.
pub fn run(args: &Build, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run { host, program: &args.program, search: Some(args.search), colours };
    let done = match run.plan() {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let files = match files(&run, &done) {
        Ok(files) => files,
        Err(exit) => return exit,
    };
    let folder = args.out.clone().unwrap_or_else(|| beside(&args.program.file));
    if args.check { check(&run, &done, &folder, &files) } else { write(&run, &done, &folder, &files, args) }
}

/// `out` beside the program.
fn beside(program: &std::path::Path) -> PathBuf {
    program.parent().unwrap_or_else(|| std::path::Path::new("")).join("out")
}
