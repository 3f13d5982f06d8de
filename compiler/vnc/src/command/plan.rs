//! `vnc plan`.

use serde_json::json;

use super::run::Run;
use super::{Colours, say};
use crate::cli::Plan;
use crate::exit::Exit;
use crate::host::Host;
use crate::render::summary;

/// Plans a program and shows the plan.
pub fn run(args: &Plan, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: Some(args.search),
        colours,
    };
    let done = match run.plan() {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let rest = [
        ("plan", json!(done.plan)),
        ("certificate", json!(done.certificate)),
    ];
    run.report(&done.diagnostics, &done.sources, &rest);
    if args.program.is_told() {
        say(&summary::render(
            &done.plan,
            Some(&done.certificate),
            colours.stdout,
        ));
    }
    Exit::Fine
}
