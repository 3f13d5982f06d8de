//! `vnc check`.

use std::io::IsTerminal as _;
use std::path::Path;

use serde_json::{Value, json};
use similar::TextDiff;
use vn_syntax::Diagnostic;

use super::run::Run;
use super::{Colours, say};
use crate::cli::Check;
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::mending::{Done, Mended, mend};
use crate::output::{Refusal, rewrite};
use crate::render::escape::escape;
use crate::session::Checked;

/// Checks a program without planning it.
pub fn run(args: &Check, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: None,
        replanning: None,
        colours,
    };
    let ended = if args.fix || args.diff {
        mended(args, &run)
    } else {
        run.check().map(|checked| {
            let exit = finish(args, &run, &checked, &[]);
            // The process ends here: to give the memory back piece by piece is of no use.
            std::mem::forget(checked);
            exit
        })
    };
    ended.unwrap_or_else(|exit| exit)
}

fn finish(args: &Check, run: &Run<'_>, checked: &Checked, rest: &[(&str, Value)]) -> Exit {
    run.report(&checked.diagnostics, &checked.sources, rest);
    if checked.diagnostics.iter().any(Diagnostic::is_error) {
        return Exit::Wrong;
    }
    if args.program.is_told() {
        say(&format!("{}: fine\n", shown(&run.entry())));
    }
    Exit::Fine
}

fn mended(args: &Check, run: &Run<'_>) -> Result<Exit, Exit> {
    let mended = mend(run.host, &run.request(), args.unsafe_fixes);
    let mut mended = mended.map_err(|error| run.unreadable(&error))?;
    if args.diff {
        return Ok(show(args, run, &mended));
    }
    for (path, (was, text)) in &mended.files {
        rewrite(path, was, text).map_err(|refusal| refuse(run, &refusal))?;
    }
    if args.program.is_told() {
        say(&told(&mended.done));
    }
    mended.checked = run.judged(mended.checked);
    let rest = [(
        "fixed",
        json!(mended.done.iter().map(document).collect::<Vec<_>>()),
    )];
    Ok(finish(args, run, &mended.checked, &rest))
}

/// What would change; the files stay as they are.
fn show(args: &Check, run: &Run<'_>, mended: &Mended) -> Exit {
    let diff: String = mended.files.iter().map(diff).collect();
    let fixed: Vec<Value> = mended.done.iter().map(document).collect();
    if args.program.format().is_document() {
        let rest = [("fixed", json!(fixed)), ("diff", json!(diff))];
        run.report(&mended.checked.diagnostics, &mended.checked.sources, &rest);
    } else {
        // A file may hold what a terminal must not see; a patch must hold it as it is.
        let shown = if std::io::stdout().is_terminal() {
            escape(&diff)
        } else {
            diff.into()
        };
        say(&shown);
        // What no edit mends, apart from the patch.
        run.report(&mended.checked.diagnostics, &mended.checked.sources, &[]);
    }
    let is_wrong = mended.checked.diagnostics.iter().any(Diagnostic::is_error);
    match (mended.files.is_empty(), is_wrong) {
        (false, _) => Exit::Stale,
        (true, true) => Exit::Wrong,
        (true, false) => Exit::Fine,
    }
}

fn diff((path, (was, text)): (&std::path::PathBuf, &(String, String))) -> String {
    let name = path.to_string_lossy();
    let diff = TextDiff::from_lines(was, text);
    let mut diff = diff.unified_diff();
    diff.header(&name, &name).to_string()
}

/// `fixed 2 faults`, and which.
fn told(done: &[Done]) -> String {
    let mut text = format!("fixed {}\n", figure::count(done.len(), "fault"));
    for one in done {
        let (file, message) = (escape(&one.file), escape(&one.message));
        text.push_str(&format!("  {file}:{} {} {message}\n", one.line, one.code));
    }
    text
}

fn document(done: &Done) -> Value {
    json!({ "code": done.code, "message": done.message, "file": done.file, "line": done.line })
}

fn refuse(run: &Run<'_>, refusal: &Refusal) -> Exit {
    match refusal {
        Refusal::Edited(paths) => {
            let message = format!(
                "{} has changed meanwhile; it was left as it is",
                paths.join(", ")
            );
            run.fail(&message, Exit::Wrong)
        }
        Refusal::Outside(path) => run.fail(&format!("`{path}` is no source"), Exit::Wrong),
        Refusal::Io(path, error) => {
            run.fail(&format!("`{}`: {error}", path.display()), Exit::Usage)
        }
    }
}

fn shown(path: &Path) -> String {
    escape(&path.to_string_lossy()).into_owned()
}
