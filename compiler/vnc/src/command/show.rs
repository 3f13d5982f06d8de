//! `vnc show`.

use std::path::PathBuf;

use serde_json::json;
use vn_analysis::nearest;
use vn_syntax::Diagnostic;

use super::run::Run;
use super::{Colours, say};
use crate::cli::{Program, Show};
use crate::exit::Exit;
use crate::host::Host;
use crate::show;

/// Shows a program with its effective values and where they come from, without planning it.
pub fn run(args: &Show, host: &dyn Host, colours: Colours) -> Exit {
    let (program, path) = understood(args, host);
    let run = Run {
        host,
        program: &program,
        search: None,
        replanning: None,
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
    let asked = match show::ask(path.as_deref(), &view, composition) {
        Ok(asked) => asked,
        Err(known) => {
            let path = path.as_deref().unwrap_or_default();
            return run.fail(&nothing(path, &known), Exit::Usage);
        }
    };
    run.report(
        &checked.diagnostics,
        &checked.sources,
        &[("show", json!(view))],
    );
    if program.is_told() {
        say(&show::render(&view, &asked));
    }
    Exit::Fine
}

/// The program and what is to be shown of it: of a single word, what it is.
fn understood(args: &Show, host: &dyn Host) -> (Program, Option<String>) {
    let mut program = args.program.clone();
    let mut path = args.path.clone();
    let is_program =
        |file: &PathBuf| file.extension().is_some_and(|e| e == "vn") || host.read(file).is_ok();
    if path.is_none() && !program.file.as_ref().is_none_or(is_program) {
        let word = program.file.take();
        path = word.map(|word| word.to_string_lossy().into_owned());
    }
    (program, path)
}

/// `kv@nuc` for `kv@nucc`, `kv@nuc:big` for `kv@nuc:bgi`.
fn of_an_end(path: &str, known: &[String]) -> Option<String> {
    let (start, end) = path.split_at_checked(path.rfind(['@', ':'])? + 1)?;
    let near = nearest(end, known.iter().map(String::as_str))?;
    Some(format!("{start}{near}"))
}

fn nothing(path: &str, known: &[String]) -> String {
    let near = nearest(path, known.iter().map(String::as_str));
    let near = near.map(str::to_owned).or_else(|| of_an_end(path, known));
    let question = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let all = known.join(", ");
    let whole = path.split(['.', '[', '@', ':']).next().unwrap_or_default();
    if whole != path && known.iter().any(|name| name == whole) {
        return format!(
            "`{whole}` is there, but nothing is called `{path}`: \
             `vnc show … {whole}` shows all of it"
        );
    }
    if question.is_empty() {
        format!("nothing is called `{path}`; there is {all}")
    } else {
        format!("nothing is called `{path}`{question} There is {all}")
    }
}
