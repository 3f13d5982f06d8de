//! A safe order of steps: depth first over what is done; where there is none, the step that leaves the
//! fewest needs unserved is forced.

use std::collections::BTreeSet;

use super::replay::{Need, Running, Stage};
use super::{Action, Forced, Step, circle};

/// So many states are looked at before a step is forced.
const MOST_STATES: usize = 4_000;

/// An order of what is wanted. Every device has room at any time.
pub fn order(stage: &Stage<'_>, wanted: &[(Action, String)]) -> Vec<Step> {
    // Stops first: whatever is no longer needed makes room.
    let mut rest: Vec<(Action, &str)> = Vec::new();
    let known = wanted.iter().map(|(action, id)| (*action, id.as_str()));
    let (going, coming): (Vec<_>, Vec<_>) = known.partition(|one| one.0 == Action::Stop);
    rest.extend(going);
    rest.extend(coming);
    let at_last = stage.met(&stage.last());
    let mut running = stage.first();
    let mut steps = Vec::new();
    loop {
        let mut search = Search {
            stage,
            wanted: &rest,
            at_last: &at_last,
            seen: BTreeSet::new(),
            deepest: Vec::new(),
        };
        let mut path = Vec::new();
        let found = search.explore(&running, &mut path);
        let (exhausted, deepest) = (search.seen.len() < MOST_STATES, search.deepest);
        for step in if found { path } else { deepest } {
            running = take(stage, step, &mut rest, &running);
            steps.push(plain(step));
        }
        if rest.is_empty() {
            return steps;
        }
        let Some((step, gaps)) = least(stage, &rest, &running, &at_last) else {
            return steps;
        };
        let forced = Forced {
            proven: exhausted,
            circle: circle::circle(stage, &rest, &running, &at_last),
        };
        running = take(stage, step, &mut rest, &running);
        steps.push(Step {
            unserved: gaps
                .into_iter()
                .filter_map(|need| stage.gap(need))
                .collect(),
            forced: Some(forced),
            ..plain(step)
        });
    }
}

fn plain((action, id): (Action, &str)) -> Step {
    Step {
        action,
        instance: id.to_owned(),
        cost_millionths: 0,
        after: Vec::new(),
        unserved: Vec::new(),
        forced: None,
    }
}

fn take<'s>(
    stage: &Stage<'_>,
    step: (Action, &'s str),
    rest: &mut Vec<(Action, &'s str)>,
    running: &Running,
) -> Running {
    rest.retain(|one| *one != step);
    stage.after(running, step)
}

/// What can be made at once, whatever it leaves unserved: the least of that; stops and changes first.
fn least<'s>(
    stage: &Stage<'_>,
    rest: &[(Action, &'s str)],
    running: &Running,
    at_last: &BTreeSet<Need>,
) -> Option<((Action, &'s str), BTreeSet<Need>)> {
    let fits = |step: &&(Action, &str)| has_room(stage, running, **step);
    let each = rest.iter().filter(fits);
    each.map(|step| (*step, stage.gaps(running, *step, at_last)))
        .min_by_key(|(_, gaps)| gaps.len())
}

/// Whether the device has room for what a step starts.
pub fn has_room(stage: &Stage<'_>, running: &Running, step: (Action, &str)) -> bool {
    let next = stage.after(running, step);
    stage
        .starts(step)
        .is_none_or(|at| stage.lack(&next, at).is_none())
}

struct Search<'s, 'a, 'w> {
    stage: &'s Stage<'a>,
    wanted: &'s [(Action, &'w str)],
    at_last: &'s BTreeSet<Need>,
    /// States that lead nowhere, or are being looked at.
    seen: BTreeSet<Running>,
    /// The longest way that was found.
    deepest: Vec<(Action, &'w str)>,
}

impl<'w> Search<'_, '_, 'w> {
    /// Whether everything can be done from here; `path` then says how.
    fn explore(&mut self, running: &Running, path: &mut Vec<(Action, &'w str)>) -> bool {
        if path.len() > self.deepest.len() {
            self.deepest.clone_from(path);
        }
        if path.len() == self.wanted.len() {
            return true;
        }
        if self.seen.len() >= MOST_STATES || !self.seen.insert(running.clone()) {
            return false;
        }
        for step in self.wanted.iter().copied() {
            if path.contains(&step) || !has_room(self.stage, running, step) {
                continue;
            }
            if !self.stage.gaps(running, step, self.at_last).is_empty() {
                continue;
            }
            path.push(step);
            let next = self.stage.after(running, step);
            if self.explore(&next, path) {
                return true;
            }
            path.pop();
        }
        false
    }
}
