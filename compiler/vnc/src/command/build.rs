//! `vnc build`.

use std::path::{Path, PathBuf};

use serde_json::json;
use vn_emit::{EmitError, Loss, Target, emit};
use vn_syntax::Diagnostic;

use super::run::{Done, Run};
use super::{Colours, say};
use crate::cli::Build;
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::output::{self, Files, Refusal, Written};
use crate::render::summary;

/// A target cannot express a guarantee of the plan.
const LOST: &str = Loss::CODE;

/// Plans a program and writes its files.
pub fn run(args: &Build, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: Some(args.search),
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
        .unwrap_or_else(|| beside(&args.program.file));
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
    let named = done.composition.emit.iter();
    let mut targets: Vec<Target> = named
        .filter_map(|target| target.name.parse().ok())
        .collect();
    if targets.is_empty() {
        // The plan itself is what nobody builds without.
        targets.push(Target::Json);
    }
    let artifacts = emit(&done.plan, &targets).map_err(|errors| {
        let found = errors
            .iter()
            .map(|error| refused(done, error))
            .collect::<Vec<_>>();
        run.report(&found, &done.sources, &[]);
        Exit::Wrong
    })?;
    let lost: Vec<Diagnostic> = artifacts
        .losses
        .iter()
        .filter(|l| l.guarantee)
        .filter_map(|l| loss(done, l))
        .collect();
    if !lost.is_empty() && !args.allow_lossy {
        run.report(&lost, &done.sources, &[]);
        return Err(Exit::Wrong);
    }
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

/// Where a target is named in the program.
fn refused(done: &Done, error: &EmitError) -> Diagnostic {
    let named = done.composition.emit.iter();
    let target = error.target.map(Target::name);
    let span = named
        .clone()
        .find(|t| Some(t.name.as_str()) == target)
        .or(named.clone().next());
    let device = done
        .composition
        .devices
        .iter()
        .find(|d| error.about.contains(&d.id));
    let at = span
        .map(|target| target.span)
        .or(device.map(|device| device.span));
    let start = vn_syntax::Span {
        file: vn_syntax::FileId(0),
        start: 0,
        end: 0,
    };
    let found = Diagnostic::error(
        error.code.code(),
        at.unwrap_or(start),
        error.message.clone(),
    );
    match device {
        Some(device) => found.label(device.span, format!("`{}` is declared here", device.id)),
        None => found,
    }
}

fn loss(done: &Done, loss: &Loss) -> Option<Diagnostic> {
    let target = done
        .composition
        .emit
        .iter()
        .find(|t| t.name == loss.target.name())?;
    let message = format!(
        "target `{}` on `{}`: {}",
        loss.target, loss.device, loss.message
    );
    let found = Diagnostic::error(LOST, target.span, message);
    Some(found.help("pass `--allow-lossy` to write the files all the same; LOSS.md will list it"))
}

/// Compares and writes nothing.
fn check(run: &Run<'_>, done: &Done, folder: &Path, files: &Files) -> Result<Exit, Exit> {
    let stale = output::stale(folder, files).map_err(|refusal| refuse(run, &refusal))?;
    let interrupted = output::interrupted(folder);
    let rest = [("stale", json!(stale)), ("interrupted", json!(interrupted))];
    run.report(&done.diagnostics, &done.sources, &rest);
    if !run.program.json {
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
    if !run.program.json {
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
