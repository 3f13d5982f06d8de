//! `vnc plan`.

use std::path::Path;

use serde_json::json;

use super::run::{Ready, Run};
use super::{Colours, say};
use crate::cli::Plan;
use crate::exit::Exit;
use crate::host::Host;
use crate::instance::instance;
use crate::output;
use crate::render::summary;
use crate::session;

/// Plans a program and shows the plan, or writes what there is to plan.
pub fn run(args: &Plan, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: Some(args.search),
        replanning: Some(&args.replanning),
        colours,
    };
    let done = match &args.instance {
        Some(file) => write(&run, file),
        None => plan(&run),
    };
    done.map_or_else(|exit| exit, |()| Exit::Fine)
}

fn plan(run: &Run<'_>) -> Result<(), Exit> {
    let done = run.plan()?;
    let rest = [
        ("plan", json!(done.plan)),
        ("certificate", json!(done.certificate)),
    ];
    run.report(&done.diagnostics, &done.sources, &rest);
    if run.program.is_told() {
        say(&summary::render(
            &done.plan,
            Some(&done.certificate),
            run.colours.stdout,
        ));
    }
    Ok(())
}

/// Writes the planning problem and searches nothing.
fn write(run: &Run<'_>, file: &Path) -> Result<(), Exit> {
    let piped = file == Path::new("-");
    if piped && run.program.format().is_document() {
        let message = "standard output cannot be the instance and a document of messages at once; \
                       name a file instead of `-`";
        return Err(run.fail(message, Exit::Usage));
    }
    if file.extension().is_some_and(|extension| extension == "vn") {
        let message = format!(
            "`{}` is a program, and would be overwritten: `--instance` wants the file to write",
            file.display()
        );
        return Err(run.fail(&message, Exit::Usage));
    }
    let Ready {
        composition,
        diagnostics,
        sources,
        out: _,
    } = run.ready()?;
    let replan = run.replan(&composition)?;
    let lowered = session::lowered(&composition, &replan);
    let lowered = lowered.map_err(|beyond| run.refuse(diagnostics.clone(), beyond, &sources))?;
    let text = instance(lowered, &sources).to_json();
    run.report(&diagnostics, &sources, &[("instance", json!(file))]);
    if piped {
        say(&text);
        return Ok(());
    }
    let shown = file.display();
    output::document(file, &text)
        .map_err(|error| run.fail(&format!("cannot write `{shown}`: {error}"), Exit::Usage))?;
    if run.program.is_told() {
        say(&format!("{shown}: the instance is written\n"));
    }
    Ok(())
}
