//! Roles that the planner picks: one more component whose variants are the roles, with one instance on
//! each device that may take several. What runs there in some roles only brings one of them along.

use std::collections::BTreeMap;

use vn_analysis::{Choice, Composition, DeviceIx, SlotIx};
use vn_problem::{Candidate, CandidateId, Component, ComponentId, Requirement, RequirementKind};
use vn_syntax::Span;

use super::{Causes, device, id, offers};

/// A device in one of the roles among which the planner picks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pick<'a> {
    /// Which device.
    pub device: DeviceIx,
    /// In which role.
    pub role: &'a str,
    /// Its place among the device's roles.
    place: usize,
    /// Open where the device takes the role.
    pub candidate: CandidateId,
}

/// The devices whose role matters to something that may run on them, in each of their roles; `choices`
/// are the candidates of the program.
pub fn picks<'a>(composition: &'a Composition, choices: &[(SlotIx, usize)]) -> Vec<Pick<'a>> {
    let machines = offers::machines(composition, choices).len();
    let bound = bound(composition, choices);
    let rows = bound.keys().filter_map(|device| {
        let row = composition.devices.get(device.0 as usize)?;
        Some((*device, row))
    });
    let each = rows.flat_map(|(device, row)| {
        let roles = row.roles.iter().enumerate();
        roles.map(move |(place, role)| (device, place, role))
    });
    let numbered = each.enumerate();
    numbered
        .map(|(number, (device, place, role))| Pick {
            device,
            role,
            place,
            candidate: CandidateId(id(choices.len() + machines + number)),
        })
        .collect()
}

/// What may run on a device in some of its roles only.
fn bound<'a>(
    composition: &'a Composition,
    choices: &[(SlotIx, usize)],
) -> BTreeMap<DeviceIx, Vec<(CandidateId, &'a Choice)>> {
    let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, (slot, option)) in choices.iter().enumerate() {
        let slot = composition.slots.get(slot.0 as usize);
        let choice = slot.and_then(|slot| slot.options.get(*option));
        if let Some(choice) = choice.filter(|choice| !choice.roles.is_empty()) {
            let here = found.entry(choice.device).or_default();
            here.push((CandidateId(id(at)), choice));
        }
    }
    found
}

/// The component that stands for all picks, and its candidates; nothing where nothing is to be picked.
pub(super) fn rows(
    composition: &Composition,
    picks: &[Pick<'_>],
    component: ComponentId,
    causes: &mut Causes,
) -> (Option<Component>, Vec<Candidate>) {
    let Some(line) = picks
        .first()
        .and_then(|pick| line(composition, pick.device))
    else {
        return (None, Vec::new());
    };
    let candidate =
        |pick: &Pick<'_>| Candidate::silent(component, device(pick.device), id(pick.place));
    let row = Component::service(causes.of(line));
    (Some(row), picks.iter().map(candidate).collect())
}

/// Each such device takes one of its roles, and what runs on it runs in that role.
pub(super) fn requirements(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    causes: &mut Causes,
) -> Vec<Requirement> {
    let picks = picks(composition, choices);
    let mut found = Vec::new();
    for (at, on) in bound(composition, choices) {
        let here = || picks.iter().filter(|pick| pick.device == at);
        let mut say = |when, any: Vec<CandidateId>| {
            found.extend(line(composition, at).map(|line| Requirement {
                kind: RequirementKind::Implies { when, any },
                cause: causes.of(line),
            }));
        };
        say(None, here().map(|pick| pick.candidate).collect());
        // Everything that runs in the same roles is said at once.
        let mut alike: BTreeMap<Vec<CandidateId>, Vec<CandidateId>> = BTreeMap::new();
        for (candidate, choice) in on {
            let fits = here().filter(|pick| choice.roles.iter().any(|role| role == pick.role));
            let fits = fits.map(|pick| pick.candidate).collect();
            alike.entry(fits).or_default().push(candidate);
        }
        for (fits, candidates) in alike {
            say(Some(candidates), fits);
        }
    }
    found
}

/// The line of the device.
fn line(composition: &Composition, device: DeviceIx) -> Option<Span> {
    let row = composition.devices.get(device.0 as usize)?;
    Some(row.span)
}
