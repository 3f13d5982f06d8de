//! `vnc verify`.

use std::path::Path;

use serde_json::json;

use super::{complain, failure, say};
use crate::cli::{MessageFormat, Verify};
use crate::exit::Exit;
use crate::figure;
use crate::host::Host;

/// Checks a plan from itself alone.
pub fn run(args: &Verify, host: &dyn Host) -> Exit {
    let shown = args.plan.display();
    let text = match host.read(Path::new(&args.plan)) {
        Ok(text) => text,
        Err(error) => {
            let format = if args.json {
                MessageFormat::Json
            } else {
                MessageFormat::Human
            };
            failure(format, &format!("cannot read `{shown}`: {error}"));
            return Exit::Usage;
        }
    };
    let findings: Vec<String> = match vn_plan::from_json(&text) {
        Err(error) => vec![error.to_string()],
        Ok(plan) => match vn_plan::verify(&plan) {
            Ok(verified) => return accept(args, verified.failures_replayed),
            Err(violations) => violations.iter().map(ToString::to_string).collect(),
        },
    };
    if args.json {
        say(&format!(
            "{:#}\n",
            json!({ "holds": false, "violations": findings })
        ));
    } else {
        for finding in &findings {
            complain(&format!("error: {finding}\n"));
        }
        complain(&format!("{shown}: the plan does not hold\n"));
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
        say(&format!(
            "{}: the plan holds; {} replayed from its routes\n",
            args.plan.display(),
            figure::count(usize::try_from(failures).unwrap_or(usize::MAX), "failure")
        ));
    }
    Exit::Fine
}
