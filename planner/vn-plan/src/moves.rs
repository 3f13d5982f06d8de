//! How a plan comes about from what ran before: what is started, stopped and changed, in which order.

mod before;
mod circle;
pub mod graph;
mod order;
pub mod replay;

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Plan, Resources, Role, Socket};

/// What ran before, and the steps from there to the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moves {
    /// Where this starts from.
    pub before: Before,
    /// How many instances are started or changed: the moves.
    pub count: u64,
    /// How many were allowed at most (`--max-moves`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u64>,
    /// What to do, one after another.
    pub steps: Vec<Step>,
}

/// What ran before, on devices that are still there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Before {
    /// Digest of the earlier plan; absent: the program says what ran (`currently on`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Ids of the services of this plan that ran before as they do now.
    pub kept: Vec<String>,
    /// What ran and does not run on like that.
    pub gone: Vec<Former>,
    /// Whom instances could ask in time.
    pub routes: Vec<FormerRoute>,
}

/// An instance that runs no longer, or in another variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Former {
    /// Its id (`graph@nuc`).
    pub id: String,
    /// Its component.
    pub component: String,
    /// Id of its device.
    pub device: String,
    /// Its variant; absent where the program names the device only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// What it claims.
    pub claims: Resources,
    /// What it listens on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sockets: Vec<Socket>,
}

/// Whom an instance could ask in time before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormerRoute {
    /// Id of the consumer instance.
    pub consumer: String,
    /// Name of the needed service.
    pub service: String,
    /// Could stay unserved.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Ids of instances of before, in order.
    pub entries: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// What a step does.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Starts an instance of the plan where none of its service ran.
    Start,
    /// Stops an instance of before.
    Stop,
    /// Puts an instance of the plan into the place of another variant: the old one stops first.
    Change,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What.
    pub action: Action,
    /// Id of the instance.
    pub instance: String,
    /// What a move of it costs, in millionths; 0 for a stop.
    pub cost_millionths: u64,
    /// Numbers (from 1) of the steps that must be done before this one. Steps that none of these
    /// chains order may be made at the same time.
    pub after: Vec<usize>,
    /// Needs that are met before this step and not after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unserved: Vec<Gap>,
    /// Why it is made although it leaves needs unserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forced: Option<Forced>,
}

/// A need that is not met for a while.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// Id of the consumer instance.
    pub consumer: String,
    /// Name of the service.
    pub service: String,
}

/// Why a step leaves needs unserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forced {
    /// Whether every order of the remaining steps leaves something unserved; else none that does not
    /// was found among the orders that were tried.
    pub proven: bool,
    /// Who waits for whom in a circle; empty where a variant changes in its place and nobody stands in.
    pub circle: Vec<Wait>,
}

/// A step that cannot be made before another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// What the step would do.
    pub action: Action,
    /// With which instance.
    pub instance: String,
    /// What it waits for.
    pub until: Waited,
}

/// What a step waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Waited {
    /// Room that another step makes.
    Room {
        /// The device.
        device: String,
        /// `cpu`, `memory`, `disk`, `video memory` or `port 443`.
        resource: String,
        /// By how much too little is free, in the unit of [`Resources`]; 0 for a port.
        lacking: u64,
        /// Id of the instance that goes.
        instance: String,
    },
    /// Somebody who serves in its place.
    Server {
        /// Id of the consumer instance that has nobody else.
        consumer: String,
        /// The service.
        service: String,
        /// Id of the instance that comes.
        instance: String,
    },
}

/// The steps from before to a plan, so ordered that no capacity is exceeded and, wherever that is
/// possible, nobody is left unserved. `cost` says what a move of a component costs, in millionths.
pub fn arrange(
    plan: &Plan,
    before: Before,
    at_most: Option<u64>,
    cost: &dyn Fn(&str) -> u64,
) -> Moves {
    let mut moves = Moves {
        count: 0,
        at_most,
        steps: Vec::new(),
        before,
    };
    let wanted = wanted(plan, &moves.before);
    moves.count = count(&wanted);
    let stage = replay::Stage::new(plan, &moves.before);
    let mut steps = order::order(&stage, &wanted);
    graph::tie(&stage, &mut steps);
    for step in &mut steps {
        let component = plan.instances.iter().find(|one| one.id == step.instance);
        let comes = component.filter(|_| step.action != Action::Stop);
        step.cost_millionths = comes.map_or(0, |one| cost(&one.component));
    }
    moves.steps = steps;
    moves
}

/// All that must be done, in declared order: starts and changes, then stops.
pub fn wanted(plan: &Plan, before: &Before) -> Vec<(Action, String)> {
    let kept: BTreeSet<&str> = before.kept.iter().map(String::as_str).collect();
    let gone: BTreeSet<&str> = before.gone.iter().map(|one| one.id.as_str()).collect();
    let services = plan
        .instances
        .iter()
        .filter(|one| one.role == Role::Service);
    let ids: Vec<&str> = services.map(|one| one.id.as_str()).collect();
    let comes = ids.iter().filter(|id| !kept.contains(*id));
    let come = comes.map(|id| {
        let action = if gone.contains(id) {
            Action::Change
        } else {
            Action::Start
        };
        (action, (*id).to_owned())
    });
    let here: BTreeSet<&str> = ids.iter().copied().collect();
    let goes = before
        .gone
        .iter()
        .filter(|one| !here.contains(one.id.as_str()));
    let go = goes.map(|one| (Action::Stop, one.id.clone()));
    come.chain(go).collect()
}

/// How many of these steps are moves.
pub fn count(wanted: &[(Action, String)]) -> u64 {
    let moves = wanted.iter().filter(|(action, _)| *action != Action::Stop);
    moves.count() as u64
}
