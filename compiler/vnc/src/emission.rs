//! The files of a plan, or why a target refuses it: at the lines that name the target.

use vn_analysis::Composition;
use vn_emit::{Artifacts, EmitError, Loss, Target, codes, emit};
use vn_plan::Plan;
use vn_syntax::{Diagnostic, FileId, Span};

use crate::lower::beyond;

/// The files of all targets that the program names.
///
/// # Errors
/// Targets that are not written yet; what a target cannot carry at all; what it cannot guarantee, unless losses are allowed.
pub fn emission(
    plan: &Plan,
    composition: &Composition,
    allow_lossy: bool,
) -> Result<Artifacts, Vec<Diagnostic>> {
    let unbuilt = beyond::of_targets(composition);
    if !unbuilt.is_empty() {
        return Err(unbuilt);
    }
    let artifacts = emit(plan, &targets(composition)).map_err(|errors| {
        let found = errors.iter().map(|error| refused(composition, error));
        found.collect::<Vec<_>>()
    })?;
    let guarantees = artifacts.losses.iter().filter(|loss| loss.guarantee);
    let lost: Vec<Diagnostic> = guarantees.filter_map(|l| lost(composition, l)).collect();
    if lost.is_empty() || allow_lossy {
        Ok(artifacts)
    } else {
        Err(lost)
    }
}

/// The plan itself where no target is named: nobody builds without.
fn targets(composition: &Composition) -> Vec<Target> {
    let named = composition.emit.iter();
    let targets: Vec<Target> = named.filter_map(|t| t.name.parse().ok()).collect();
    if targets.is_empty() {
        vec![Target::Json]
    } else {
        targets
    }
}

fn refused(composition: &Composition, error: &EmitError) -> Diagnostic {
    let wanted = error.target.map(Target::name);
    let mut named = composition.emit.iter();
    let target = named
        .find(|target| Some(target.name.as_str()) == wanted)
        .or(composition.emit.first());
    let device = composition
        .devices
        .iter()
        .find(|device| error.about.contains(&device.id));
    let start = Span {
        file: FileId(0),
        start: 0,
        end: 0,
    };
    let at = target.map(|target| target.span);
    let at = at.or(device.map(|device| device.span)).unwrap_or(start);
    let found = Diagnostic::error(error.code.code(), at, error.message.clone());
    let found = match help(error.code.code()) {
        Some(help) => found.help(help),
        None => found,
    };
    match device {
        Some(device) => found.label(device.span, format!("`{}` is declared here", device.id)),
        None => found,
    }
}

/// What to write where it is the device's own line that lacks something.
fn help(code: &str) -> Option<&'static str> {
    match code {
        codes::NO_BIND => Some(
            "write the address at which the device listens: `bind = \"192.168.1.2\"`, or that as its `address`",
        ),
        codes::PORT_TWICE => Some("move one of them: `port = …` in its service"),
        _ => None,
    }
}

fn lost(composition: &Composition, loss: &Loss) -> Option<Diagnostic> {
    let named = composition.emit.iter();
    let target = named.into_iter().find(|t| t.name == loss.target.name())?;
    let message = format!(
        "target `{}` cannot express what the plan promises on `{}`: {}",
        loss.target, loss.device, loss.message
    );
    let found = Diagnostic::error(codes::LOST, target.span, message);
    Some(found.help("pass `--allow-lossy` to write the files all the same; LOSS.md will list it"))
}
