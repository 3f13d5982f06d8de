//! `vnc test`.

use serde_json::{Value, json};

use super::run::Run;
use super::{Colours, say};
use crate::cli::Test;
use crate::exit::Exit;
use crate::expectation::{self, Verdict};
use crate::figure;
use crate::host::Host;
use crate::lower::beyond;

/// Runs a program's tests against its plan.
pub fn run(args: &Test, host: &dyn Host, colours: Colours) -> Exit {
    let run = Run {
        host,
        program: &args.program,
        search: Some(args.search),
        replanning: None,
        colours,
    };
    let done = match run.plan() {
        Ok(done) => done,
        Err(exit) => return exit,
    };
    let beyond = beyond::of_tests(&done.composition);
    if !beyond.is_empty() {
        run.report(&beyond, &done.sources, &[]);
        return Exit::Wrong;
    }
    let verdicts = expectation::run(&done.composition, &done.plan, &done.sources);
    let failed = verdicts.iter().filter(|verdict| !verdict.holds()).count();
    run.report(
        &done.diagnostics,
        &done.sources,
        &[("tests", document(&verdicts))],
    );
    if args.program.is_told() {
        say(&lines(&verdicts));
        say(&format!(
            "{}, {failed} failed\n",
            figure::count(verdicts.len(), "test")
        ));
    }
    if failed == 0 { Exit::Fine } else { Exit::Wrong }
}

fn lines(verdicts: &[Verdict]) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        let word = if verdict.holds() { "ok    " } else { "FAILED" };
        text.push_str(&format!("{word} {}\n", verdict.name));
        for finding in &verdict.broken {
            text.push_str(&format!("       {finding}\n"));
        }
    }
    text
}

fn document(verdicts: &[Verdict]) -> Value {
    let one = |verdict: &Verdict| json!({ "name": verdict.name, "holds": verdict.holds(), "broken": verdict.broken });
    Value::Array(verdicts.iter().map(one).collect())
}
