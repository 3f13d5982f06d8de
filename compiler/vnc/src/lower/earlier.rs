//! What runs before the plan does: as an earlier plan says, else as the program says.

use std::rc::Rc;

use vn_analysis::{Composition, SlotIx};
use vn_plan::{Plan, Role};
use vn_problem::{CandidateId, Earlier, Problem, RequirementKind};

use super::{candidate, round};

/// From what a program is planned anew.
#[derive(Clone, Debug, Default)]
pub struct Replan {
    /// `--from`: the plan that runs today.
    pub earlier: Option<Rc<Plan>>,
    /// `--max-moves`.
    pub max_moves: Option<u64>,
}

/// The earlier placement; nothing where neither a plan nor the program speaks of it.
///
/// What an earlier plan says and the program no longer has (a component, a device, a variant) is not
/// among the candidates and thus left out. Of a service without `currently on`, in a program where
/// another one has it, nothing is known: none of its instances is a move.
pub fn earlier(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    from: Option<&Plan>,
) -> Option<Earlier> {
    let says = |row: &vn_analysis::Slot| !row.currently.is_empty();
    if from.is_none() && !composition.slots.iter().any(says) {
        return None;
    }
    let mut kept: Vec<CandidateId> = Vec::new();
    for (at, slot) in (0..).map(SlotIx).zip(&composition.slots) {
        for (option, choice) in slot.options.iter().enumerate() {
            let runs = if let Some(plan) = from {
                ran(composition, plan, (slot, choice))
            } else {
                let said = |(device, variant): &(_, Option<u32>)| {
                    (*device, 0) == (choice.device, choice.copy)
                        && variant.is_none_or(|one| one == choice.variant)
                };
                slot.currently.is_empty() || slot.currently.iter().any(said)
            };
            kept.extend(candidate(choices, at, option).filter(|_| runs));
        }
    }
    let costs = composition.slots.iter();
    Some(Earlier {
        kept,
        move_cost: costs
            .map(|slot| round::up_by(&slot.move_cost, 1_000_000))
            .collect(),
    })
}

/// To buy a machine, or to give a device another role, moves nothing by itself: whatever stands behind
/// the program's own candidates is none of the moves.
pub fn settle(problem: &mut Problem, own: usize) {
    let behind = problem.candidate_ids().skip(own).collect::<Vec<_>>();
    if let Some(earlier) = &mut problem.earlier {
        earlier.kept.extend(behind);
        earlier.move_cost.resize(problem.components.len(), 0);
    }
}

/// Whether an instance of the earlier plan is what this option of a slot would run.
fn ran(
    composition: &Composition,
    plan: &Plan,
    (slot, choice): (&vn_analysis::Slot, &vn_analysis::Choice),
) -> bool {
    let device = composition.devices.get(choice.device.0 as usize);
    let variant = slot.variants.get(choice.variant as usize);
    plan.instances.iter().any(|one| {
        one.role == Role::Service
            && one.component == slot.name
            && Some(&one.device) == device.map(|device| &device.id)
            && Some(&one.variant) == variant
            && one.copy == u64::from(choice.copy) + 1
    })
}

/// At most so many moves.
pub fn at_most(problem: &Problem, most: u64) -> RequirementKind {
    let moves = problem.candidate_ids().filter(|id| problem.is_move(*id));
    RequirementKind::Linear {
        terms: moves.map(|id| (id, -1)).collect(),
        at_least: -i64::try_from(most).unwrap_or(i64::MAX),
        unless_none: None,
    }
}
