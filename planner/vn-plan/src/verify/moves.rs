//! The steps lead from what ran before to the plan, and safely.

use std::collections::{BTreeMap, BTreeSet};

use crate::figure::{Unit, one};
use crate::moves::replay::Stage;
use crate::moves::{Action, Moves, Step, count, graph, wanted};
use crate::violation::{Findings, ViolationKind};
use crate::{Plan, Role};

/// Replays every step.
pub fn check(plan: &Plan, found: &mut Findings) {
    let Some(moves) = &plan.moves else { return };
    if !references(plan, moves, found) {
        return;
    }
    complete(plan, moves, found);
    let stage = Stage::new(plan, &moves.before);
    replay(&stage, moves, found);
    let safe =
        graph::written(&moves.steps).map(|waits| graph::is_safe(&stage, &moves.steps, &waits));
    match safe {
        Some(true) => {}
        Some(false) => {
            let message =
                "steps that may be made at the same time get in each other's way".to_owned();
            found.add(ViolationKind::Moves, &[], message);
        }
        None => {
            let message = "a step waits for itself or for a later one".to_owned();
            found.add(ViolationKind::Moves, &[], message);
        }
    }
}

/// Ids that are kept are services of the plan; what is gone stands on devices of the plan, once.
fn references(plan: &Plan, moves: &Moves, found: &mut Findings) -> bool {
    let before = found.0.len();
    let services = plan
        .instances
        .iter()
        .filter(|one| one.role == Role::Service);
    let services: BTreeMap<&str, &str> = services
        .map(|one| (one.id.as_str(), one.variant.as_str()))
        .collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for id in &moves.before.kept {
        if !services.contains_key(id.as_str()) || !seen.insert(id) {
            let message =
                format!("`{id}` is kept, but it is no service of the plan, or is kept twice");
            found.add(ViolationKind::Moves, &[id], message);
        }
    }
    for former in &moves.before.gone {
        let id = former.id.as_str();
        let there = plan.devices.iter().any(|device| device.id == former.device);
        if !there || !seen.insert(id) {
            let message = format!(
                "`{id}` is gone, but it is kept too, gone twice, or on no device of the plan"
            );
            found.add(ViolationKind::Moves, &[id], message);
        }
        let same = services
            .get(id)
            .is_some_and(|now| Some(*now) == former.variant.as_deref());
        if same {
            let message = format!("`{id}` is gone, but it runs on in the same variant");
            found.add(ViolationKind::Moves, &[id], message);
        }
    }
    found.0.len() == before
}

/// Every step is needed, none is missing, and they are counted right.
fn complete(plan: &Plan, moves: &Moves, found: &mut Findings) {
    let wanted = wanted(plan, &moves.before);
    let mut rest: BTreeSet<(Action, &str)> =
        wanted.iter().map(|(a, id)| (*a, id.as_str())).collect();
    for step in &moves.steps {
        if !rest.remove(&(step.action, step.instance.as_str())) {
            let message = format!(
                "{} is not needed, or made twice",
                said(step.action, &step.instance)
            );
            found.add(ViolationKind::Moves, &[&step.instance], message);
        }
    }
    for (action, id) in rest {
        let message = format!("{} is missing", said(action, id));
        found.add(ViolationKind::Moves, &[id], message);
    }
    let many = count(&wanted);
    if moves.count != many {
        let message = format!("{} moves are counted, there are {many}", moves.count);
        found.add(ViolationKind::Moves, &[], message);
    }
    if let Some(most) = moves.at_most.filter(|most| many > *most) {
        let message = format!("there are {many} moves, {most} are allowed");
        found.add(ViolationKind::Moves, &[], message);
    }
    for step in moves
        .steps
        .iter()
        .filter(|step| step.action == Action::Stop)
    {
        if step.cost_millionths > 0 {
            let message = format!(
                "{} costs something: a stop is no move",
                said(step.action, &step.instance)
            );
            found.add(ViolationKind::Moves, &[&step.instance], message);
        }
    }
}

fn replay(stage: &Stage<'_>, moves: &Moves, found: &mut Findings) {
    let at_last = stage.met(&stage.last());
    let mut running = stage.first();
    for (step, number) in moves.steps.iter().zip(1..) {
        let key = (step.action, step.instance.as_str());
        let gaps = stage.gaps(&running, key, &at_last);
        let gaps: BTreeSet<_> = gaps
            .into_iter()
            .filter_map(|need| stage.gap(need))
            .collect();
        unserved(step, number, &gaps, found);
        running = stage.after(&running, key);
        let lack = stage.starts(key).and_then(|at| stage.lack(&running, at));
        if let Some(lack) = lack {
            let by = match lack.resource.as_str() {
                "cpu" => format!(": {} too little", one(Unit::MilliCores, lack.by)),
                "memory" | "disk" | "video memory" => {
                    format!(": {} too little", one(Unit::Bytes, lack.by))
                }
                _ => " is taken".to_owned(),
            };
            let (what, resource) = (said(key.0, key.1), &lack.resource);
            let message = format!("step {number}, {what}: {resource}{by}");
            found.add(ViolationKind::Moves, &[key.1], message);
        }
    }
    if running != stage.last() {
        let message = "the steps do not end at the plan".to_owned();
        found.add(ViolationKind::Moves, &[], message);
    }
}

/// A step says exactly whom it leaves unserved.
fn unserved(step: &Step, number: usize, is: &BTreeSet<crate::Gap>, found: &mut Findings) {
    let says: BTreeSet<crate::Gap> = step.unserved.iter().cloned().collect();
    let what = said(step.action, &step.instance);
    for gap in is.difference(&says) {
        let message = format!(
            "step {number}, {what}, leaves `{}` without `{}`",
            gap.consumer, gap.service
        );
        found.add(
            ViolationKind::Moves,
            &[&step.instance, &gap.consumer],
            message,
        );
    }
    for gap in says.difference(is) {
        let message = format!(
            "step {number}, {what}: `{}` is said to be without `{}`, but is not",
            gap.consumer, gap.service
        );
        found.add(
            ViolationKind::Moves,
            &[&step.instance, &gap.consumer],
            message,
        );
    }
    if step.forced.is_some() && step.unserved.is_empty() {
        let message = format!("step {number}, {what}, is forced, but leaves nobody unserved");
        found.add(ViolationKind::Moves, &[&step.instance], message);
    }
}

/// ``start `db@nuc` ``.
fn said(action: Action, id: &str) -> String {
    let verb = match action {
        Action::Start => "start",
        Action::Stop => "stop",
        Action::Change => "change",
    };
    format!("{verb} `{id}`")
}
