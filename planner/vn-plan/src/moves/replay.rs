//! What is served and how full devices are while steps are made.

use std::collections::{BTreeMap, BTreeSet};

use super::{Action, Before, Gap};
use crate::network::Network;
use crate::verify::capacity::amounts;
use crate::{Plan, Port, Resources, Role, Socket};

/// A state: which runs of [`Stage::runs`] are on.
pub type Running = Vec<bool>;

/// Everything that runs before, afterwards or in between, with whom it asks.
pub struct Stage<'a> {
    /// The plan's instances in their order, then what is gone.
    pub runs: Vec<Run<'a>>,
    rooms: BTreeMap<&'a str, &'a Resources>,
    /// Position of an instance of the plan.
    now: BTreeMap<&'a str, usize>,
    /// Position of what is gone.
    gone: BTreeMap<&'a str, usize>,
    kept: BTreeSet<&'a str>,
}

/// An instance of before or of the plan.
pub struct Run<'a> {
    pub id: &'a str,
    pub component: &'a str,
    pub device: &'a str,
    pub claims: &'a Resources,
    pub sockets: Vec<Socket>,
    pub role: Role,
    pub asks: Vec<Asks<'a>>,
}

/// A need and all that can meet it in time, by the lists of before and of the plan.
pub struct Asks<'a> {
    pub service: &'a str,
    pub optional: bool,
    /// It need not be met where its consumer starts.
    pub deferred: bool,
    pub entries: BTreeSet<usize>,
}

/// A need of a run: their positions.
pub type Need = (usize, usize);

/// Too little room for a step.
pub struct Lack {
    /// `cpu`, …, or `port 443`.
    pub resource: String,
    /// By how much; 0 for a port.
    pub by: u64,
    /// Runs that hold what is lacking.
    pub holders: Vec<usize>,
}

impl<'a> Stage<'a> {
    /// INVARIANT: what does not resolve is left out; `verify` reports it.
    pub fn new(plan: &'a Plan, before: &'a Before) -> Self {
        let now = plan.instances.iter().map(|one| Run {
            id: &one.id,
            component: &one.component,
            device: &one.device,
            claims: &one.claims,
            sockets: one
                .run
                .iter()
                .flat_map(|run| &run.ports)
                .map(Port::socket)
                .collect(),
            role: one.role,
            asks: Vec::new(),
        });
        let gone = before.gone.iter().map(|one| Run {
            id: &one.id,
            component: &one.component,
            device: &one.device,
            claims: &one.claims,
            sockets: one.sockets.clone(),
            role: Role::Service,
            asks: Vec::new(),
        });
        let many = plan.instances.len();
        let mut stage = Self {
            runs: now.chain(gone).collect(),
            rooms: plan
                .devices
                .iter()
                .map(|one| (one.id.as_str(), &one.capacity))
                .collect(),
            now: plan
                .instances
                .iter()
                .map(|one| one.id.as_str())
                .zip(0..)
                .collect(),
            gone: before
                .gone
                .iter()
                .map(|one| one.id.as_str())
                .zip(many..)
                .collect(),
            kept: before.kept.iter().map(String::as_str).collect(),
        };
        stage.add_lists(plan);
        stage.add_former(before);
        stage
    }

    fn add_lists(&mut self, plan: &'a Plan) {
        for list in Network::new(plan).lists {
            let in_time = list.hops.iter().filter(|hop| hop.standing.serves());
            let ids = in_time.map(|hop| hop.instance.id.as_str());
            let entries = ids.filter_map(|id| self.now.get(id).copied()).collect();
            let asks = Asks {
                service: &list.route.service,
                optional: list.route.optional,
                deferred: list.route.deferred,
                entries,
            };
            let at = self.now.get(list.consumer.id.as_str());
            if let Some(run) = at.and_then(|at| self.runs.get_mut(*at)) {
                run.asks.push(asks);
            }
        }
    }

    fn add_former(&mut self, before: &'a Before) {
        for route in &before.routes {
            let known = route.entries.iter().filter_map(|id| self.former(id));
            let entries: BTreeSet<usize> = known.collect();
            let Some(at) = self.former(&route.consumer) else {
                continue;
            };
            let Some(run) = self.runs.get_mut(at) else {
                continue;
            };
            let same = run
                .asks
                .iter_mut()
                .find(|asks| asks.service == route.service);
            match same {
                Some(asks) => asks.entries.extend(entries),
                // What the plan does not need any more binds only what is about to go.
                None if self.now.contains_key(run.id) && !self.gone.contains_key(run.id) => {}
                None => run.asks.push(Asks {
                    service: &route.service,
                    optional: route.optional,
                    deferred: false,
                    entries,
                }),
            }
        }
    }

    /// What bore this id before.
    fn former(&self, id: &str) -> Option<usize> {
        let gone = self.gone.get(id).copied();
        gone.or_else(|| self.now.get(id).copied().filter(|&at| self.ran(at)))
    }

    /// Whether an instance of the plan ran before: clients are always there.
    fn ran(&self, at: usize) -> bool {
        let run = self.runs.get(at);
        run.is_some_and(|run| run.role == Role::Client || self.kept.contains(run.id))
    }

    /// Before the first step.
    pub fn first(&self) -> Running {
        let gone: BTreeSet<usize> = self.gone.values().copied().collect();
        let on = |at: &usize| gone.contains(at) || self.ran(*at);
        (0..self.runs.len()).map(|at| on(&at)).collect()
    }

    /// After the last.
    pub fn last(&self) -> Running {
        let plan: BTreeSet<usize> = self.now.values().copied().collect();
        (0..self.runs.len()).map(|at| plan.contains(&at)).collect()
    }

    /// What a step starts.
    pub fn starts(&self, (action, id): (Action, &str)) -> Option<usize> {
        match action {
            Action::Start | Action::Change => self.now.get(id).copied(),
            Action::Stop => None,
        }
    }

    /// What a step stops.
    pub fn stops(&self, (action, id): (Action, &str)) -> Option<usize> {
        match action {
            Action::Stop | Action::Change => self.gone.get(id).copied(),
            Action::Start => None,
        }
    }

    /// The state after a step.
    pub fn after(&self, running: &Running, step: (Action, &str)) -> Running {
        let mut next = self.between(running, step);
        set(&mut next, self.starts(step), true);
        next
    }

    /// The state when the old instance is gone and the new one is not there yet.
    fn between(&self, running: &Running, step: (Action, &str)) -> Running {
        let mut next = running.clone();
        set(&mut next, self.stops(step), false);
        next
    }

    /// What is lacking on the device of a run that has just been started, the first resource first.
    pub fn lack(&self, running: &Running, started: usize) -> Option<Lack> {
        let new = self.runs.get(started)?;
        let here: Vec<(usize, &Run<'_>)> = self
            .runs
            .iter()
            .enumerate()
            .filter(|(at, run)| run.device == new.device && is_on(running, *at))
            .collect();
        for socket in &new.sockets {
            let other = here
                .iter()
                .find(|(at, run)| *at != started && run.sockets.contains(socket));
            if let Some((holder, _)) = other {
                return Some(Lack {
                    resource: format!("port {socket}"),
                    by: 0,
                    holders: vec![*holder],
                });
            }
        }
        for (name, _, most, wanted) in amounts(self.rooms.get(new.device)?, new.claims) {
            let claim = |run: &Run<'_>| {
                let rows = amounts(run.claims, new.claims);
                let row = rows.iter().find(|(other, ..)| *other == name);
                row.map_or(0, |(_, _, claimed, _)| *claimed)
            };
            let used: u128 = here.iter().map(|(_, run)| u128::from(claim(run))).sum();
            if wanted > 0 && used > u128::from(most) {
                let others = here
                    .iter()
                    .filter(|(at, run)| *at != started && claim(run) > 0);
                return Some(Lack {
                    resource: name.to_owned(),
                    by: u64::try_from(used - u128::from(most)).unwrap_or(u64::MAX),
                    holders: others.map(|(at, _)| *at).collect(),
                });
            }
        }
        None
    }

    /// Needs of what runs that somebody meets who is well himself: an instance is well if all its own
    /// needs that are not optional are met.
    pub fn met(&self, running: &Running) -> BTreeSet<Need> {
        let mut well = running.clone();
        let meets =
            |well: &Running, asks: &Asks<'_>| asks.entries.iter().any(|at| is_on(well, *at));
        // INVARIANT: every round but the last makes somebody ill, so that this ends.
        loop {
            let ill = |at: &usize| {
                let asks = self.runs.get(*at).into_iter().flat_map(|run| &run.asks);
                is_on(&well, *at)
                    && asks
                        .into_iter()
                        .any(|one| !one.optional && !meets(&well, one))
            };
            let fallen: Vec<usize> = (0..self.runs.len()).filter(ill).collect();
            if fallen.is_empty() {
                break;
            }
            for at in fallen {
                set(&mut well, Some(at), false);
            }
        }
        let mut met = BTreeSet::new();
        for (at, run) in self
            .runs
            .iter()
            .enumerate()
            .filter(|(at, _)| is_on(running, *at))
        {
            let needs = run.asks.iter().enumerate();
            let those = needs.filter(|(_, asks)| meets(&well, asks));
            met.extend(those.map(|(nth, _)| (at, nth)));
        }
        met
    }

    /// Needs that are met before a step and not during it or after it, and needs of what it starts that
    /// nobody meets. Optional needs count where the plan meets them.
    pub fn gaps(
        &self,
        running: &Running,
        step: (Action, &str),
        at_last: &BTreeSet<Need>,
    ) -> BTreeSet<Need> {
        let counts = |need: &Need| {
            let asks = self.asks(*need);
            asks.is_some_and(|asks| !asks.optional || at_last.contains(need))
        };
        let before = self.met(running);
        let between = self.between(running, step);
        let (during, after) = (self.met(&between), self.met(&self.after(running, step)));
        let stays = |need: &&Need| is_on(&between, need.0);
        let met = before.iter().filter(stays).copied();
        let lost = met.filter(|need| !during.contains(need) || !after.contains(need));
        let started = self.starts(step);
        let asks = started
            .and_then(|at| self.runs.get(at))
            .map_or(0, |run| run.asks.len());
        let own = started
            .into_iter()
            .flat_map(|at| (0..asks).map(move |nth| (at, nth)));
        let orders = |asks: &Asks<'_>| !asks.optional && !asks.deferred;
        let own = own.filter(|need| self.asks(*need).is_some_and(orders));
        let own = own.filter(|need| !after.contains(need));
        lost.filter(counts).chain(own).collect()
    }

    /// The need at a position.
    pub fn asks(&self, (at, nth): Need) -> Option<&Asks<'a>> {
        self.runs.get(at)?.asks.get(nth)
    }

    /// A need by its names.
    pub fn gap(&self, need: Need) -> Option<Gap> {
        Some(Gap {
            consumer: self.runs.get(need.0)?.id.to_owned(),
            service: self.asks(need)?.service.to_owned(),
        })
    }
}

/// Whether a run is on.
pub fn is_on(running: &Running, at: usize) -> bool {
    running.get(at).copied().unwrap_or(false)
}

/// Switches a run on or off.
pub fn set(running: &mut Running, at: Option<usize>, on: bool) {
    if let Some(one) = at.and_then(|at| running.get_mut(at)) {
        *one = on;
    }
}
