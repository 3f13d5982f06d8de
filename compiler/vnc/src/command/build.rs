//! `vnc build`.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::run::{Done, Run};
use super::{Colours, say};
use crate::cli::Build;
use crate::emission::emission;
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::output::{self, Files, Refusal, Written};
use crate::render::summary;

/// Plans a program and writes its files.
pub fn run(args: &Build, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: Some(args.search),
        replanning: Some(&args.replanning),
        colours,
    };
    finish(args, &run).unwrap_or_else(|exit| exit)
}

fn finish(args: &Build, run: &Run<'_>) -> Result<Exit, Exit> {
    let done = run.plan()?;
    let files = files(args, run, &done)?;
    let folder = args
        .out
        .clone()
        .or_else(|| done.out.clone())
        .unwrap_or_else(|| beside(&run.entry()));
    if args.check {
        check(run, &done, &folder, &files)
    } else {
        write(args, run, &done, &folder, &files)
    }
}

/// `out` beside the program.
fn beside(program: &Path) -> PathBuf {
    program
        .parent()
        .unwrap_or_else(|| Path::new(""))
        .join("out")
}

/// Everything that belongs into the folder.
fn files(args: &Build, run: &Run<'_>, done: &Done) -> Result<Files, Exit> {
    let artifacts = emission(&done.plan, &done.composition, args.allow_lossy).map_err(|found| {
        run.report(&found, &done.sources, &[]);
        Exit::Wrong
    })?;
    let mut files: Files = artifacts
        .files
        .into_iter()
        .map(|f| (f.path, f.bytes))
        .collect();
    files.insert(
        output::CERTIFICATE.to_owned(),
        done.certificate.to_json().into_bytes(),
    );
    Ok(files)
}

/// Compares and writes nothing.
fn check(run: &Run<'_>, done: &Done, folder: &Path, files: &Files) -> Result<Exit, Exit> {
    let stale = output::stale(folder, files).map_err(|refusal| refuse(run, &refusal))?;
    let interrupted = output::interrupted(folder);
    let rest = [("stale", json!(stale)), ("interrupted", json!(interrupted))];
    run.report(&done.diagnostics, &done.sources, &rest);
    if run.program.is_told() {
        let shown = folder.display();
        if interrupted {
            say(&format!(
                "{shown}: the last build was interrupted; build again to complete it\n"
            ));
        }
        for path in &stale {
            say(&format!("stale: {}\n", folder.join(path).display()));
        }
        if stale.is_empty() && !interrupted {
            say(&format!("{shown}: up to date\n"));
        }
    }
    Ok(if stale.is_empty() && !interrupted {
        Exit::Fine
    } else {
        Exit::Stale
    })
}

fn write(
    args: &Build,
    run: &Run<'_>,
    done: &Done,
    folder: &Path,
    files: &Files,
) -> Result<Exit, Exit> {
    let written =
        output::write(folder, files, args.force).map_err(|refusal| refuse(run, &refusal))?;
    let rest = [
        ("plan", json!(done.plan)),
        ("certificate", json!(done.certificate)),
        ("out", json!(folder)),
        ("written", json!(written.written)),
        ("pruned", json!(written.pruned)),
    ];
    run.report(&done.diagnostics, &done.sources, &rest);
    if run.program.is_told() {
        say(&summary::render(
            &done.plan,
            Some(&done.certificate),
            run.colours.stdout,
        ));
        say(&format!("\n{}\n", told(&written, folder)));
    }
    Ok(Exit::Fine)
}

/// `examples/home-lab/out: 12 files written, 3 unchanged, 1 removed`.
fn told(done: &Written, folder: &Path) -> String {
    let mut parts = vec![format!(
        "{} written",
        figure::count(done.written.len(), "file")
    )];
    if done.unchanged > 0 {
        parts.push(format!("{} unchanged", done.unchanged));
    }
    if !done.pruned.is_empty() {
        parts.push(format!("{} removed", done.pruned.len()));
    }
    format!("{}: {}", folder.display(), parts.join(", "))
}

fn refuse(run: &Run<'_>, refusal: &Refusal) -> Exit {
    match refusal {
        Refusal::Edited(paths) => run.fail(
            &format!(
                "these files are not as the last build left them, or no build of ours wrote them; nothing was written\n  {}\n\
                 move your changes into the program, or pass `--force` to overwrite them",
                paths.join("\n  ")
            ),
            Exit::Wrong,
        ),
        Refusal::Outside(path) => run.fail(
            &format!("`{path}` would be written outside the output folder; nothing was written"),
            Exit::Wrong,
        ),
        Refusal::Io(path, error) => {
            run.fail(&format!("`{}`: {error}", path.display()), Exit::Usage)
        }
    }
}
