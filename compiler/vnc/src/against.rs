//! A plan against its program: its decisions are taken back into the program's own planning problem, judged
//! there, and raised again; what the plan then says otherwise is not what the program says.

use std::collections::BTreeMap;

use serde_json::Value;
use vn_analysis::Composition;
use vn_plan::{Plan, Route};
use vn_problem::{CandidateId, Head, Solution, verify};
use vn_syntax::Sources;

use crate::instance::instance;
use crate::lower::Lowered;
use crate::lower::copies::instance_id;
use crate::lower::earlier::Replan;
use crate::lower::offers::machines;
use crate::lower::picks::picks;
use crate::raise::{Raise, raise};
use crate::render::solution::violation;

/// Of so many findings each is told.
const TOLD: usize = 20;

/// What a plan says otherwise than its program would; empty if nothing.
pub fn against(
    plan: &Plan,
    composition: &Composition,
    lowered: &Lowered,
    sources: &Sources,
) -> Vec<String> {
    let names = Names::of(composition, lowered);
    let mut found = Vec::new();
    let solution = names.solution(plan, &mut found);
    if found.is_empty() {
        match verify(&lowered.problem, &solution) {
            Err(violations) => {
                let whole = instance(lowered.clone(), sources);
                let name = |id| names.name(id);
                let said = violations
                    .iter()
                    .map(|one| violation::said(one, &whole, &name));
                found.extend(said);
            }
            Ok(verified) => {
                let mut ours = raise(Raise {
                    composition,
                    lowered,
                    solution: &solution,
                    verified: &verified,
                    sources,
                    replan: &Replan::default(),
                });
                // What ran before is no part of the program; `vn_plan::verify` has replayed the moves.
                let mut theirs = plan.clone();
                for one in [&mut ours, &mut theirs] {
                    one.moves = None;
                    one.digest.clear();
                    one.program.sources.clear();
                    one.objective.levels.retain(|level| level.name != "moves");
                }
                if let (Ok(theirs), Ok(ours)) =
                    (serde_json::to_value(&theirs), serde_json::to_value(&ours))
                {
                    compare("", &theirs, &ours, &mut found);
                }
            }
        }
    }
    if found.len() > TOLD {
        let more = found.len() - TOLD;
        found.truncate(TOLD);
        found.push(format!("and {more} more"));
    }
    found
}

/// The planner's ids by the names that plans use.
struct Names<'a> {
    lowered: &'a Lowered,
    /// What each of the program's candidates is called.
    instances: Vec<Named>,
    /// Machines that may be bought, and devices in roles.
    behind: BTreeMap<CandidateId, Behind>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    id: String,
    component: String,
    device: String,
    copy: u64,
    variant: String,
}

#[derive(Clone, Debug)]
enum Behind {
    Bought(String),
    Role(String, String),
}

impl<'a> Names<'a> {
    fn of(composition: &Composition, lowered: &'a Lowered) -> Self {
        let device = |at: u32| {
            let device = composition.devices.get(at as usize);
            device.map_or_else(String::new, |device| device.id.clone())
        };
        let named = |(slot, option): &(vn_analysis::SlotIx, usize)| {
            let slot = composition.slots.get(slot.0 as usize)?;
            let choice = slot.options.get(*option)?;
            let device = device(choice.device.0);
            Some(Named {
                id: instance_id(slot, &device, choice.copy),
                component: slot.name.clone(),
                device,
                copy: u64::from(choice.copy) + 1,
                variant: slot.variants.get(choice.variant as usize)?.clone(),
            })
        };
        let mut behind = BTreeMap::new();
        for machine in machines(composition, &lowered.choices) {
            let bought = Behind::Bought(device(machine.device.0));
            behind.insert(machine.candidate, bought);
        }
        for pick in picks(composition, &lowered.choices) {
            let role = Behind::Role(device(pick.device.0), pick.role.to_owned());
            behind.insert(pick.candidate, role);
        }
        Self {
            lowered,
            instances: lowered.choices.iter().filter_map(named).collect(),
            behind,
        }
    }

    /// The decisions of a plan, in the planner's ids.
    fn solution(&self, plan: &Plan, found: &mut Vec<String>) -> Solution {
        let mut ids: BTreeMap<&str, CandidateId> = BTreeMap::new();
        for one in &plan.instances {
            let is = |named: &&Named| {
                (&named.component, &named.device, named.copy, &named.variant)
                    == (&one.component, &one.device, one.copy, &one.variant)
            };
            let at = self.instances.iter().position(|named| is(&named));
            match at.and_then(|at| u32::try_from(at).ok()) {
                Some(at) => {
                    ids.insert(&one.id, CandidateId(at));
                }
                None => found.push(format!(
                    "`{}`: the program has no variant `{}` of `{}` that may run on `{}`",
                    one.id, one.variant, one.component, one.device
                )),
            }
        }
        let mut open: Vec<CandidateId> = ids.values().copied().collect();
        for (candidate, behind) in &self.behind {
            let mut devices = plan.devices.iter();
            let stands = devices.any(|device| match behind {
                Behind::Bought(id) => {
                    device.id == *id && device.offer.is_some_and(|offer| offer.bought)
                }
                Behind::Role(id, role) => (&device.id, &device.role) == (id, role),
            });
            open.extend(stands.then_some(*candidate));
        }
        open.sort_unstable();
        let truths = plan.instances.iter().filter(|one| one.truth);
        let truths = truths.filter_map(|one| ids.get(one.id.as_str()).copied());
        let component = |id: CandidateId| self.lowered.problem.candidates.get(id.index());
        let truth = truths.filter_map(|id| Some((component(id)?.component, id)));
        let mut truth: Vec<_> = truth.collect();
        truth.sort_unstable();
        Solution {
            heads: self.heads(plan, &ids, &open),
            open,
            truth,
        }
    }

    /// Whom each need asks first, by the lists of the plan, which stand in the same order.
    fn heads(
        &self,
        plan: &Plan,
        ids: &BTreeMap<&str, CandidateId>,
        open: &[CandidateId],
    ) -> Vec<Head> {
        let problem = &self.lowered.problem;
        let mut lists: BTreeMap<(&str, &str), Vec<&Route>> = BTreeMap::new();
        for route in plan.routes.iter().rev() {
            let key = (route.consumer.as_str(), route.service.as_str());
            lists.entry(key).or_default().push(route);
        }
        let service = |component| {
            let mut all = problem.candidates_of(component);
            let (id, _) = all.next()?;
            Some(self.instances.get(id.index())?.component.as_str())
        };
        let mut heads = Vec::new();
        for (need, row) in problem.need_ids().zip(&problem.needs) {
            for &consumer in open {
                let Some(candidate) = problem.candidates.get(consumer.index()) else {
                    continue;
                };
                if candidate.component != row.consumer || !row.applies(candidate.variant) {
                    continue;
                }
                let named = self.instances.get(consumer.index());
                let key = named.zip(service(row.server));
                let key = key.map(|(named, service)| (named.id.as_str(), service));
                let list = key.and_then(|key| lists.get_mut(&key)?.pop());
                let first = list.and_then(|route| route.entries.first());
                let server = first.and_then(|entry| ids.get(entry.instance.as_str()).copied());
                heads.push(Head {
                    need,
                    consumer,
                    server,
                });
            }
        }
        heads
    }

    fn name(&self, id: CandidateId) -> String {
        let named = self.instances.get(id.index());
        named.map_or_else(|| violation::number(id), |named| format!("`{}`", named.id))
    }
}

/// Where two documents differ, and how.
fn compare(path: &str, theirs: &Value, ours: &Value, found: &mut Vec<String>) {
    match (theirs, ours) {
        (Value::Object(a), Value::Object(b)) => {
            let keys: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for key in keys {
                let path = format!("{path}.{key}");
                let (theirs, ours) = (a.get(key), b.get(key));
                compare(
                    path.trim_start_matches('.'),
                    theirs.unwrap_or(&Value::Null),
                    ours.unwrap_or(&Value::Null),
                    found,
                );
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (at, (theirs, ours)) in a.iter().zip(b).enumerate() {
                // What has a name is told by it.
                let id = ours.get("id").and_then(Value::as_str);
                let at = id.map_or_else(|| at.to_string(), str::to_owned);
                compare(&format!("{path}[{at}]"), theirs, ours, found);
            }
        }
        (theirs, ours) if theirs != ours => {
            found.push(format!(
                "`{path}`: the plan says {}, the program {}",
                short(theirs),
                short(ours)
            ));
        }
        _ => {}
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Array(all) => format!("a list of {}", all.len()),
        Value::Object(_) => "something".to_owned(),
        plain => plain.to_string(),
    }
}
