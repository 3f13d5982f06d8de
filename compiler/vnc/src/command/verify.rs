//! `vnc verify`.

use std::path::Path;

use serde_json::json;
use vn_plan::Plan;

use super::run::{Ready, Run};
use super::{Colours, complain, failure, say};
use crate::against::against;
use crate::cli::{MessageFormat, Messages, Program, Verify};
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;
use crate::lower::earlier::Replan;
use crate::session;

/// Checks a plan from itself alone, and against its program where that is named.
pub fn run(args: &Verify, host: &dyn Host, colours: Colours) -> Exit {
    let shown = args.plan.display();
    let text = match host.read(Path::new(&args.plan)) {
        Ok(text) => text,
        Err(error) => {
            failure(format(args), &format!("cannot read `{shown}`: {error}"));
            return Exit::Usage;
        }
    };
    let checked = vn_plan::from_json(&text).map_err(|error| vec![error.to_string()]);
    let checked = checked.and_then(|plan| match vn_plan::verify(&plan) {
        Ok(verified) => Ok((plan, verified.failures_replayed)),
        Err(violations) => Err(violations.iter().map(ToString::to_string).collect()),
    });
    let (plan, failures) = match checked {
        Ok(checked) => checked,
        Err(findings) => return refuse(args, &findings, "does not hold"),
    };
    match compared(args, &plan, host, colours) {
        Err(exit) => exit,
        Ok(findings) if findings.is_empty() => accept(args, failures),
        Ok(findings) => refuse(args, &findings, "is not one of its program"),
    }
}

fn format(args: &Verify) -> MessageFormat {
    if args.json {
        MessageFormat::Json
    } else {
        MessageFormat::Human
    }
}

/// What the plan says otherwise than the program.
fn compared(
    args: &Verify,
    plan: &Plan,
    host: &dyn Host,
    colours: Colours,
) -> Result<Vec<String>, Exit> {
    let Some(program) = &args.against else {
        return Ok(Vec::new());
    };
    let program = Program {
        file: Some(program.clone()),
        set: args.set.clone(),
        select: args.select.clone(),
        allow_outside: args.allow_outside,
        json: args.json,
        // The program has been checked before; its warnings are not asked for.
        messages: Messages {
            quiet: true,
            ..Messages::default()
        },
    };
    let run = Run {
        host,
        program: &program,
        search: None,
        replanning: None,
        colours,
    };
    let by_classes = plan.devices.iter().any(|device| device.alike.is_some());
    let Ready {
        composition,
        diagnostics,
        sources,
        out: _,
    } = run.ready_as(by_classes)?;
    let lowered = session::lowered(&composition, &Replan::default());
    let lowered = lowered.map_err(|beyond| run.refuse(diagnostics, beyond, &sources))?;
    Ok(against(plan, &composition, &lowered, &sources))
}

fn refuse(args: &Verify, findings: &[String], what: &str) -> Exit {
    if args.json {
        say(&format!(
            "{:#}\n",
            json!({ "holds": false, "violations": findings })
        ));
    } else {
        for finding in findings {
            complain(&format!("error: {finding}\n"));
        }
        complain(&format!("{}: the plan {what}\n", args.plan.display()));
    }
    Exit::Wrong
}

fn accept(args: &Verify, failures: u64) -> Exit {
    if args.json {
        say(&format!(
            "{:#}\n",
            json!({ "holds": true, "failures_replayed": failures })
        ));
    } else {
        let of = args.against.as_deref().map_or_else(String::new, |program| {
            format!(", and says what `{}` says", program.display())
        });
        say(&format!(
            "{}: the plan holds{of}; {} replayed from its routes\n",
            args.plan.display(),
            figure::count(usize::try_from(failures).unwrap_or(usize::MAX), "failure")
        ));
    }
    Exit::Fine
}
