//! All solutions of a tiny problem.
//!
//! Nothing is left out but what breaks a rule whatever else is decided: a second instance on a
//! device, a set of instances that breaks a rule of its own, a head over its budget.

use vn_problem::{
    CandidateId, ComponentId, DeviceId, Head, Micros, NeedId, Problem, Role, Solution,
};

use super::{Best, Levels, broken, clones, declared_order, lists, load, placement, shape};

/// The best plan, or `None` when no solution keeps all rules.
pub fn best(problem: &Problem) -> Option<Best> {
    let mut best = None;
    for_each_choice(&open_choices(problem), &mut |choice| {
        let open = sorted(choice.iter().copied().flatten().collect());
        if placement_holds(problem, &open) {
            with_open(problem, &open, &mut best);
        }
    });
    best
}

/// How many solutions [`best`] looks at: whoever relaxes a problem asks this first.
pub fn effort(problem: &Problem) -> u128 {
    let mut effort = 0;
    for_each_choice(&open_choices(problem), &mut |choice| {
        let open = sorted(choice.iter().copied().flatten().collect());
        if placement_holds(problem, &open) {
            let asking = shape::consumers(problem, &open);
            let servers = asking
                .iter()
                .map(|&(n, c)| server_choices(problem, &open, n, c));
            let components = shape::with_truth(problem, &open).into_iter();
            let truths = components.map(|s| truth_choices(problem, &open, s).len());
            let sizes = servers.map(|servers| servers.len()).chain(truths);
            effort += sizes.map(|size| size as u128).product::<u128>();
        }
    });
    effort
}

fn sorted(mut open: Vec<CandidateId>) -> Vec<CandidateId> {
    open.sort_unstable();
    open
}

/// Per copy of a service and device: nothing or one candidate; per client and device: one candidate.
fn open_choices(problem: &Problem) -> Vec<Vec<Option<CandidateId>>> {
    let mut choices = Vec::new();
    for (component, row) in (0..).map(ComponentId).zip(&problem.components) {
        for (device, _) in (0..).map(DeviceId).zip(&problem.devices) {
            let here = (0..).map(CandidateId).zip(&problem.candidates);
            let here = here.filter(|(_, c)| c.component == component && c.device == device);
            let last = here.clone().map(|(_, c)| c.copy).max().unwrap_or(0);
            for copy in 0..=last {
                let here = here.clone().filter(|(_, c)| c.copy == copy);
                let here = here.map(|(id, _)| Some(id));
                match row.role {
                    Role::Service => choices.push(here.chain([None]).collect()),
                    Role::Client if row.on.contains(&device) => choices.push(here.collect()),
                    Role::Client => {}
                }
            }
        }
    }
    choices
}

fn placement_holds(problem: &Problem, open: &[CandidateId]) -> bool {
    placement::one_per_device(problem, open)
        && placement::devices_suffice(problem, open)
        && placement::counts_hold(problem, open)
        && placement::spreads_hold(problem, open)
        && placement::classes_are_uniform(problem, open)
        && placement::totals_hold(problem, open)
        && placement::bonds_hold(problem, open)
}

fn with_open(problem: &Problem, open: &[CandidateId], best: &mut Option<Best>) {
    let asking = shape::consumers(problem, open);
    let servers = asking
        .iter()
        .map(|&(n, consumer)| server_choices(problem, open, n, consumer));
    let servers: Vec<_> = servers.collect();
    let components = shape::with_truth(problem, open);
    let truths: Vec<_> = components
        .iter()
        .map(|&s| truth_choices(problem, open, s))
        .collect();
    for_each_choice(&truths, &mut |holders| {
        let truth = components
            .iter()
            .copied()
            .zip(holders.iter().copied())
            .collect();
        let mut solution = Solution {
            open: open.to_vec(),
            heads: Vec::new(),
            truth,
        };
        if !clones::hold(problem, &solution) {
            return;
        }
        for_each_choice(&servers, &mut |servers| {
            solution.heads = heads(&asking, servers);
            keep_better(problem, &solution, best);
        });
    });
}

/// Open candidates with a route in budget, and nothing when the need is optional.
fn server_choices(
    problem: &Problem,
    open: &[CandidateId],
    need: NeedId,
    consumer: CandidateId,
) -> Vec<Option<CandidateId>> {
    let row = &problem.needs[need.index()];
    let in_budget = open.iter().copied().filter(|&server| {
        let time =
            shape::route(problem, need, consumer, server).map(|route| lists::time(problem, route));
        time.is_some_and(|time| time <= row.within.unwrap_or(Micros(u64::MAX)))
    });
    let unserved = row.optional.then_some(None);
    in_budget.map(Some).chain(unserved).collect()
}

fn truth_choices(
    problem: &Problem,
    open: &[CandidateId],
    component: ComponentId,
) -> Vec<CandidateId> {
    let holders = open.iter().copied();
    holders
        .filter(|&c| shape::may_hold_truth(problem, component, c))
        .collect()
}

fn heads(asking: &[(NeedId, CandidateId)], servers: &[Option<CandidateId>]) -> Vec<Head> {
    let pairs = asking.iter().zip(servers);
    pairs
        .map(|(&(need, consumer), &server)| Head {
            need,
            consumer,
            server,
        })
        .collect()
}

/// Asks the cheap questions first; [`broken`] asks them all once more.
fn keep_better(problem: &Problem, solution: &Solution, best: &mut Option<Best>) {
    let bearable = |c: &CandidateId| load::is_bearable(problem, &solution.heads, *c);
    if !solution.open.iter().all(bearable) {
        return;
    }
    let levels = Levels::of(problem, solution);
    let better = best.as_ref().is_none_or(|best| {
        let order = levels.cmp(&best.levels);
        order
            .then_with(|| declared_order(solution, &best.solution))
            .is_lt()
    });
    if better && broken(problem, solution).is_none() {
        *best = Some(Best {
            solution: solution.clone(),
            levels,
        });
    }
}

/// Calls `each` with one value of every choice, in all combinations.
fn for_each_choice<T: Copy>(choices: &[Vec<T>], each: &mut dyn FnMut(&[T])) {
    let mut chosen = Vec::with_capacity(choices.len());
    descend(choices, &mut chosen, each);
}

fn descend<T: Copy>(choices: &[Vec<T>], chosen: &mut Vec<T>, each: &mut dyn FnMut(&[T])) {
    let Some(values) = choices.get(chosen.len()) else {
        return each(chosen);
    };
    for &value in values {
        chosen.push(value);
        descend(choices, chosen, each);
        chosen.pop();
    }
}
