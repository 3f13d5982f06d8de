//! `vnc diff`.

use std::io;
use std::path::Path;

use serde_json::json;
use vn_plan::{Before, Difference, Plan, arrange};

use super::{Colours, failure, say};
use crate::cli::{Diff, MessageFormat};
use crate::exit::Exit;
use crate::host::Host;
use crate::render::difference;

/// Says what one plan says otherwise than another, and in which order to get there.
pub fn run(args: &Diff, host: &dyn Host, colours: Colours) -> Exit {
    let both = read(&args.old, host).and_then(|old| Ok((old, read(&args.new, host)?)));
    let (old, new) = match both {
        Ok(both) => both,
        Err((message, exit)) => {
            let format = if args.json {
                MessageFormat::Json
            } else {
                MessageFormat::Human
            };
            failure(format, &message);
            return exit;
        }
    };
    let found = Difference::between(&old, &new);
    let new = moved(&old, new);
    if args.json {
        let steps = new.moves.as_ref().map(|moves| &moves.steps);
        let document = json!({ "same": found.is_none(), "changes": found, "steps": steps });
        say(&format!("{document:#}\n"));
    } else {
        say(&difference::render(&found, &new, colours.stdout));
    }
    if found.is_none() {
        Exit::Fine
    } else {
        Exit::Stale
    }
}

/// A plan, or the one in a folder of files that were built.
fn read(path: &Path, host: &dyn Host) -> Result<Plan, (String, Exit)> {
    let inside = path.join("plan.json");
    let text = host.read(path).or_else(|error| {
        let text = host.read(&inside);
        text.map_err(|_| error)
    });
    let shown = path.display();
    let text = text.map_err(|error| {
        let message = if error.kind() == io::ErrorKind::IsADirectory {
            format!("there is no `plan.json` in `{shown}`")
        } else {
            format!("cannot read `{shown}`: {error}")
        };
        (message, Exit::Usage)
    })?;
    vn_plan::from_json(&text).map_err(|error| {
        let message = if path.extension().is_some_and(|end| end == "vn") {
            format!("`{shown}` is a program and no plan: name the folder that it was built into")
        } else {
            format!("`{shown}` is no plan: {error}")
        };
        (message, Exit::Wrong)
    })
}

/// The new plan with the steps from the old one, whatever it was planned from.
fn moved(old: &Plan, new: Plan) -> Plan {
    let known = new.moves.as_ref().map(|moves| moves.before.plan.as_ref());
    if known == Some(Some(&old.digest)) {
        return new;
    }
    let before = Before::of_plan(old, &new, Before::kept(old, &new));
    let moves = arrange(&new, before, None, &|_| 0);
    Plan {
        moves: Some(moves),
        ..new
    }
}
