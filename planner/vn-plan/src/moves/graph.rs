//! Which steps must wait for which: as few as keep every other order as safe as the one written.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::tred::{dag_to_toposorted_adjacency_list, dag_transitive_reduction_closure};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::IntoNeighbors as _;

use super::replay::{Need, Running, Stage, set};
use super::{Action, Step};

/// Writes into each step what it must wait for.
///
/// First the plain reasons: a device that cannot hold everything at once takes its steps in turn; what
/// stops waits for what takes over, and for whom it serves; what starts waits for whom it asks. If that
/// is not enough for every order, or somebody is left unserved anyway, the steps are made one by one.
pub fn tie(stage: &Stage<'_>, steps: &mut [Step]) {
    let mut waits = reasons(stage, steps);
    if !is_safe(stage, steps, &waits) {
        waits = (0..steps.len()).map(|at| (0..at).collect()).collect();
    }
    for (step, waits) in steps.iter_mut().zip(reduced(&waits)) {
        step.after = waits.into_iter().map(|at| at + 1).collect();
    }
}

/// Per step the earlier ones that it waits for.
type Waits = Vec<BTreeSet<usize>>;

/// What each step waits for, as it is written; nothing that points forward or nowhere.
pub fn written(steps: &[Step]) -> Option<Waits> {
    let each = steps.iter().enumerate();
    each.map(|(at, step)| {
        let of = |number: &usize| number.checked_sub(1).filter(|before| *before < at);
        step.after.iter().map(of).collect()
    })
    .collect()
}

fn reasons(stage: &Stage<'_>, steps: &[Step]) -> Waits {
    let tight = tight(stage, steps);
    let asked = |step: &Step| -> BTreeSet<&str> {
        let at = stage.starts(key(step)).or_else(|| stage.stops(key(step)));
        let run = at.and_then(|at| stage.runs.get(at));
        run.into_iter()
            .flat_map(|run| &run.asks)
            .filter(|asks| !asks.deferred)
            .map(|asks| asks.service)
            .collect()
    };
    let place = |step: &Step| {
        let at = stage.starts(key(step)).or_else(|| stage.stops(key(step)));
        at.and_then(|at| stage.runs.get(at))
            .map(|run| (run.component, run.device))
    };
    let mut waits = Waits::new();
    for (at, step) in steps.iter().enumerate() {
        let mut mine = BTreeSet::new();
        let Some((component, device)) = place(step) else {
            waits.push(mine);
            continue;
        };
        for (before, other) in steps.iter().enumerate().take(at) {
            let Some((of, on)) = place(other) else {
                continue;
            };
            let shares = on == device && tight.contains(device);
            let takes_over = step.action != Action::Start && of == component;
            let serves = step.action != Action::Stop
                && other.action != Action::Stop
                && asked(step).contains(of);
            let is_served = step.action != Action::Start
                && other.action != Action::Start
                && asked(other).contains(component);
            if shares || takes_over || serves || is_served {
                mine.insert(before);
            }
        }
        waits.push(mine);
    }
    waits
}

fn key(step: &Step) -> (Action, &str) {
    (step.action, step.instance.as_str())
}

/// Devices that cannot hold all that is there and all that comes at once.
fn tight<'a>(stage: &Stage<'a>, steps: &[Step]) -> BTreeSet<&'a str> {
    let mut all = stage.first();
    let started: Vec<usize> = steps
        .iter()
        .filter_map(|step| stage.starts(key(step)))
        .collect();
    for at in &started {
        set(&mut all, Some(*at), true);
    }
    let lacking = started
        .into_iter()
        .filter(|at| stage.lack(&all, *at).is_some());
    lacking
        .filter_map(|at| stage.runs.get(at))
        .map(|run| run.device)
        .collect()
}

/// Whether every order that keeps what waits for what is safe: each step is looked at with all that may
/// have been stopped by then stopped, and all that need not have been started not started.
pub fn is_safe(stage: &Stage<'_>, steps: &[Step], waits: &Waits) -> bool {
    if steps.iter().any(|step| !step.unserved.is_empty()) {
        // Every step waits for the one before it: there is one order only.
        let chained = waits.iter().enumerate().skip(1);
        return chained
            .into_iter()
            .all(|(at, waits)| waits.contains(&(at - 1)));
    }
    let before = closed(waits);
    let tight = tight(stage, steps);
    let at_first = stage.met(&stage.first());
    let at_last = stage.met(&stage.last());
    let device = |step: &Step| {
        let at = stage.starts(key(step)).or_else(|| stage.stops(key(step)));
        at.and_then(|at| stage.runs.get(at)).map(|run| run.device)
    };
    steps.iter().enumerate().all(|(at, step)| {
        let Some(mine) = before.get(at) else {
            return false;
        };
        let in_turn = steps.iter().enumerate().take(at).all(|(other, one)| {
            mine.contains(&other)
                || device(one) != device(step)
                || device(one).is_none_or(|device| !tight.contains(device))
        });
        let late = |other: usize| before.get(other).is_some_and(|all| all.contains(&at));
        let mut worst = stage.first();
        let mut sure = stage.first();
        for (other, one) in steps.iter().enumerate() {
            let done = other == at || mine.contains(&other);
            if done {
                set(&mut sure, stage.stops(key(one)), false);
                set(&mut sure, stage.starts(key(one)), true);
            }
            if done || !late(other) {
                set(&mut worst, stage.stops(key(one)), false);
            }
            set(&mut worst, stage.starts(key(one)).filter(|_| done), true);
        }
        in_turn && keeps(stage, (&worst, &sure), (&at_first, &at_last))
    })
}

/// Whether all that was met, or must have been met by now, is met in the worst case.
fn keeps(
    stage: &Stage<'_>,
    (worst, sure): (&Running, &Running),
    (at_first, at_last): (&BTreeSet<Need>, &BTreeSet<Need>),
) -> bool {
    let met = stage.met(worst);
    let by_now = stage.met(sure);
    let ought = at_first
        .union(&by_now)
        .filter(|(at, _)| super::replay::is_on(worst, *at));
    let counts = |need: &&Need| {
        let asks = stage.asks(**need);
        asks.is_some_and(|asks| !asks.optional || at_last.contains(*need))
    };
    ought.filter(counts).all(|need| met.contains(need))
}

/// All that must have been done before each step.
fn closed(waits: &Waits) -> Waits {
    let mut all: Waits = Vec::new();
    for mine in waits {
        let further = mine.iter().filter_map(|at| all.get(*at)).flatten().copied();
        let further: BTreeSet<usize> = further.collect();
        all.push(mine.union(&further).copied().collect());
    }
    all
}

/// The same order with nothing said twice.
fn reduced(waits: &Waits) -> Waits {
    let mut graph: DiGraph<usize, (), u32> = DiGraph::new();
    let nodes: Vec<NodeIndex> = (0..waits.len()).map(|at| graph.add_node(at)).collect();
    for (mine, &node) in waits.iter().zip(&nodes) {
        for before in mine.iter().filter_map(|at| nodes.get(*at)) {
            graph.add_edge(*before, node, ());
        }
    }
    // INVARIANT: steps only wait for earlier ones, so that their order is a topological one.
    let (list, _) = dag_to_toposorted_adjacency_list::<_, u32>(&graph, &nodes);
    let (reduction, _) = dag_transitive_reduction_closure(&list);
    let mut least: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for before in 0..waits.len() {
        for after in reduction.neighbors(u32::try_from(before).unwrap_or(u32::MAX)) {
            least.entry(after as usize).or_default().insert(before);
        }
    }
    (0..waits.len())
        .map(|at| least.remove(&at).unwrap_or_default())
        .collect()
}
