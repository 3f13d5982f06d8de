//! `vnc check`.

use vn_syntax::Diagnostic;

use super::run::Run;
use super::{Colours, say};
use crate::cli::Check;
use crate::exit::Exit;
use crate::host::Host;

/// Checks a program without planning it.
pub fn run(args: &Check, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: None,
        colours,
    };
    let checked = match run.check() {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    run.report(&checked.diagnostics, &checked.sources, &[]);
    if checked.diagnostics.iter().any(Diagnostic::is_error) {
        return Exit::Wrong;
    }
    if !args.program.json {
        say(&format!("{}: fine\n", args.program.file.display()));
    }
    Exit::Fine
}
