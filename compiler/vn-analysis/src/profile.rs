//! Hardware profiles: what a machine has before its own statement says otherwise.

use std::sync::Arc;

use vn_syntax::Diagnostic;

use crate::catalogue::Catalogue;
use crate::codes;
use crate::declared::{Base, Declaration, Field, Fields, Member};
use crate::fleet::Ground;
use crate::library::Library;
use crate::machine;
use crate::strangers::stranger;
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
        let based_on_nothing = next.is_some_and(|path| ground.catalogue.hardware(path).is_none());
        if based_on_nothing || layers.len() > ground.catalogue.hardware.len() {
            return None; // It was reported where the profile is declared.
        }
    }
    if layers.is_empty() {
        let place = (name.as_str(), base.path.span);
        faults.push(stranger(
            Member::Hardware,
            place,
            ground.catalogue,
            ground.library,
        ));
        return None;
    }
    let merged = layers
        .into_iter()
        .rev()
        .fold(Fields::default(), Fields::overlaid);
    Some(merged)
}

/// Reports profiles that are based on what there is not, or on themselves.
pub fn bases(catalogue: &Catalogue, library: &[Arc<Library>], faults: &mut Vec<Diagnostic>) {
    for profile in catalogue.hardware.values() {
        let Some(base) = &profile.base else {
            continue;
        };
        if catalogue.hardware(&base.path).is_none() {
            let name = base.path.to_string();
            let place = (name.as_str(), base.path.span);
            faults.push(stranger(Member::Hardware, place, catalogue, library));
        } else {
            faults.extend(circle(profile, catalogue));
        }
    }
}

/// The message for a profile that leads back to itself; one for all profiles of a circle.
fn circle(profile: &Declaration, catalogue: &Catalogue) -> Option<Diagnostic> {
    let base_of = |profile: &&Declaration| catalogue.hardware(&profile.base.as_ref()?.path);
    let others = std::iter::successors(base_of(&profile), base_of).take(catalogue.hardware.len());
    let others: Vec<&Declaration> = others
        .take_while(|other| other.span != profile.span)
        .collect();
    let closes = others
        .last()
        .map_or(Some(profile), |last| base_of(&profile).and(base_of(last)));
    let is_circle = closes.is_some_and(|closes| closes.span == profile.span);
    let is_first = others.iter().all(|other| profile.span < other.span);
    if !is_circle || !is_first {
        return None;
    }
    let base = profile.base.as_ref()?;
    let message = format!("`{}` is based on itself", profile.name.value);
    let fault = Diagnostic::error(codes::SELF_REFERENCE, base.path.span, message);
    let through = others.iter().filter_map(|other| other.base.as_ref());
    Some(through.fold(fault, |fault, base| {
        fault.label(base.path.span, "and this leads back")
    }))
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
