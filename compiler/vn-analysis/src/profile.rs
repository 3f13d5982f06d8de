//! Hardware profiles: what a machine has before its own statement says otherwise.

use vn_syntax::{Diagnostic, Span};

use crate::catalogue::not_imported;
use crate::codes;
use crate::declared::{Base, Field, Fields};
use crate::fleet::Ground;
use crate::machine;
use crate::spelling;
use crate::typed;

/// The fields of a profile and of those that it is based on; none where there is no profile.
pub fn profile(
    base: Option<&Base>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Fields> {
    let base = base?;
    let name = base.path.to_string();
    let mut layers = Vec::new();
    let mut next = Some(&base.path);
    while let Some(profile) = next.take().and_then(|path| ground.catalogue.hardware(path)) {
        typed::only_with(
            &profile.body.fields,
            machine::PROFILE_FIELDS,
            ("hardware profile", ground.scope),
            faults,
        );
        next = profile.base.as_ref().map(|base| &base.path);
        layers.push(&profile.body.fields);
        if layers.len() > ground.catalogue.hardware.len() {
            let message = format!("`{name}` is based on itself");
            faults.push(Diagnostic::error(
                codes::SELF_REFERENCE,
                profile.name.span,
                message,
            ));
            break;
        }
    }
    if layers.is_empty() {
        faults.push(no_hardware(&name, base.path.span, ground));
        return None;
    }
    let merged = layers
        .into_iter()
        .rev()
        .fold(Fields::default(), Fields::overlaid);
    Some(merged)
}

fn no_hardware(name: &str, span: Span, ground: &Ground<'_>) -> Diagnostic {
    let known = ground.catalogue.hardware.keys().map(String::as_str);
    let import = not_imported(name, ground.library);
    let member = ground.catalogue.visible.nearest(span.file, name);
    let hint = match (&import, &member) {
        (Some(_), _) => String::new(),
        (None, Some(member)) => format!("; did you mean `{member}`?"),
        (None, None) => spelling::hint(name, known),
    };
    let fault = Diagnostic::error(
        codes::UNKNOWN_NAME,
        span,
        format!("no hardware `{name}`{hint}"),
    );
    match import {
        Some(import) => fault.help(import),
        None => fault,
    }
}

/// A capability that was not measured keeps the floor that the profile states.
pub fn overlaid(profile: Fields, own: &Fields, faults: &mut Vec<Diagnostic>) -> Fields {
    let mut result = profile;
    for field in &own.0 {
        if field.value.to_string() == "unknown" {
            faults.push(not_measured(field, result.get(&field.name)));
        } else {
            result.set(field.clone());
        }
    }
    result
}

fn not_measured(field: &Field, floor: Option<&Field>) -> Diagnostic {
    let name = &field.name;
    let Some(floor) = floor else {
        let message = format!("`{name}` is unknown, and no profile states a floor");
        if matches!(name.as_str(), "cpu" | "memory" | "arch" | "os") {
            let fault = Diagnostic::error(codes::MISSING_VALUE, field.span, message);
            return fault.help(format!(
                "write the least that it has, or name a hardware profile that says its `{name}`"
            ));
        }
        return Diagnostic::warning(codes::MISSING_VALUE, field.span, message);
    };
    let message = format!("`{name}` is unknown; `{}` is assumed", floor.value);
    let fault = Diagnostic::warning(codes::MISSING_VALUE, field.span, message);
    fault.label(floor.span, "the profile states this floor")
}
