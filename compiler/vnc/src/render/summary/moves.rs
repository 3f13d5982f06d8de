//! What to start, stop and change, one after another.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use vn_plan::{Action, Forced, Gap, Moves, Plan, Step, Wait, Waited};

use super::{blank, text};
use crate::figure;

/// How many moves there are, and the steps; nothing where it is not known what ran before.
pub fn lines(plan: &Plan, colour: bool) -> String {
    let Some(moves) = &plan.moves else {
        return String::new();
    };
    let mut lines = format!("moves      {}\n", head(moves));
    if moves.steps.is_empty() {
        return lines;
    }
    let mut table = blank(&[
        "step",
        "",
        "instance",
        "variant",
        "after",
        "leaves unserved",
    ]);
    for (step, number) in moves.steps.iter().zip(1..) {
        table.add_row(row(plan, step, number));
    }
    let _ = write!(lines, "\n{}\n", text(&table, colour));
    for (step, number) in moves.steps.iter().zip(1_usize..) {
        if let Some(forced) = &step.forced {
            let _ = writeln!(lines, "\n{}", why(step, number, forced));
        }
    }
    lines
}

fn head(moves: &Moves) -> String {
    let stops = moves
        .steps
        .iter()
        .filter(|step| step.action == Action::Stop);
    let many = usize::try_from(moves.count).unwrap_or(usize::MAX);
    let mut head = match moves.at_most {
        Some(most) => format!("{many} of {most} allowed"),
        None => many.to_string(),
    };
    let stops = stops.count();
    if stops > 0 {
        let _ = write!(head, ", and {}", figure::count(stops, "stop"));
    }
    let out: usize = moves.steps.iter().map(|step| step.unserved.len()).sum();
    if moves.steps.is_empty() {
        head.push_str(": everything runs as it did");
    } else if out == 0 {
        head.push_str("; nobody is left unserved on the way");
    } else {
        let _ = write!(
            head,
            "; {} left unserved for a while",
            figure::count(out, "need")
        );
    }
    head
}

fn row(plan: &Plan, step: &Step, number: usize) -> Vec<String> {
    let moves = plan.moves.as_ref();
    let now = plan.instances.iter().find(|one| one.id == step.instance);
    let was = moves.and_then(|moves| moves.before.gone.iter().find(|one| one.id == step.instance));
    let old = was
        .and_then(|one| one.variant.clone())
        .unwrap_or_else(|| "?".to_owned());
    let new = now.map(|one| one.variant.clone()).unwrap_or_default();
    let after: Vec<String> = step.after.iter().map(ToString::to_string).collect();
    vec![
        number.to_string(),
        verb(step.action).to_owned(),
        step.instance.clone(),
        match step.action {
            Action::Start => new,
            Action::Stop => old,
            Action::Change => format!("{old} → {new}"),
        },
        if after.is_empty() {
            "–".to_owned()
        } else {
            after.join(", ")
        },
        unserved(&step.unserved),
    ]
}

fn unserved(gaps: &[Gap]) -> String {
    let each: Vec<String> = gaps
        .iter()
        .map(|gap| format!("{} of {}", gap.consumer, gap.service))
        .collect();
    if each.is_empty() {
        "–".to_owned()
    } else {
        each.join(", ")
    }
}

/// Why a step could not wait for somebody who stands in.
fn why(step: &Step, number: usize, forced: &Forced) -> String {
    let what = format!("{} {}", verb(step.action), step.instance);
    let every = if forced.proven {
        "every order leaves somebody unserved"
    } else {
        "no order was found that leaves nobody unserved"
    };
    let waits: Vec<String> = forced.circle.iter().map(wait).collect();
    match (step.action, waits.as_slice()) {
        (Action::Change, []) => format!(
            "step {number}, {what}: the old variant must stop before the new one starts, and nobody \
             stands in"
        ),
        (_, []) => format!("step {number}, {what}: {every}"),
        (_, waits) => format!(
            "step {number}, {what}: {every}, because these wait for each other\n  {}{}",
            waits.join("\n  "),
            broken(&forced.circle)
        ),
    }
}

/// What would break a circle.
fn broken(circle: &[Wait]) -> String {
    let devices = circle.iter().filter_map(|wait| match &wait.until {
        Waited::Room { device, .. } => Some(device.as_str()),
        Waited::Server { .. } => None,
    });
    let devices: BTreeSet<&str> = devices.collect();
    let devices: Vec<&str> = devices.into_iter().collect();
    if devices.is_empty() {
        return String::new();
    }
    format!(
        "\n  that much more on {} would break the circle",
        devices.join(" or ")
    )
}

fn wait(wait: &Wait) -> String {
    let what = format!("{} {}", verb(wait.action), wait.instance);
    match &wait.until {
        Waited::Room {
            device,
            resource,
            lacking,
            instance,
        } => {
            let lacking = match resource.as_str() {
                "cpu" => format!("{} of cpu too little", figure::cores((*lacking).into())),
                "memory" | "disk" | "video memory" => {
                    format!(
                        "{} of {resource} too little",
                        figure::bytes((*lacking).into())
                    )
                }
                _ => format!("{resource} taken"),
            };
            format!("{what} waits until {instance} stops: {device} has {lacking} for both")
        }
        Waited::Server {
            consumer,
            service,
            instance,
        } => format!("{what} waits until {instance} runs: {consumer} would have no {service}"),
    }
}

const fn verb(action: Action) -> &'static str {
    match action {
        Action::Start => "start",
        Action::Stop => "stop",
        Action::Change => "change",
    }
}
