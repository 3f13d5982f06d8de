//! `vnc show`.

use serde_json::json;
use vn_syntax::Diagnostic;

use super::run::Run;
use super::{Colours, say};
use crate::cli::Show;
use crate::exit::Exit;
use crate::host::Host;
use crate::show;

/// Shows a program with its effective values and where they come from, without planning it.
pub fn run(args: &Show, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: None,
        colours,
    };
    let checked = match run.traced() {
        Ok(checked) => checked,
        Err(exit) => return exit,
    };
    let Some(composition) = &checked.composition else {
        if !checked.diagnostics.iter().any(Diagnostic::is_error) {
            let path = run.entry();
            let path = path.display();
            let message = format!("`{path}` has no `builder`: there is nothing to show");
            return run.fail(&message, Exit::Wrong);
        }
        run.report(&checked.diagnostics, &checked.sources, &[]);
        return Exit::Wrong;
    };
    let view = show::view(composition, &checked.sources);
    let asked = match show::ask(args.path.as_deref(), &view) {
        Ok(asked) => asked,
        Err(known) => {
            let path = args.path.as_deref().unwrap_or_default();
            let message = format!("nothing is called `{path}`; there is {}", known.join(", "));
            return run.fail(&message, Exit::Usage);
        }
    };
    run.report(
        &checked.diagnostics,
        &checked.sources,
        &[("show", json!(view))],
    );
    if args.program.is_told() {
        say(&show::render(&view, &asked));
    }
    Exit::Fine
}
