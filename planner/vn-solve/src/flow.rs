//! Heads for everything that is open: exact, by depth-first search with the cheapest first.

use vn_problem::{CandidateId, Head, NeedId, Rational, Role, Solution, WayId};

use crate::{
    connections::{self, Connections},
    found::{Cutoff, Found},
    level::Level,
    meter::Meter,
    model::Asked,
    outcome::Limit,
    quality::{self, Ranges},
    site::{Item, Site},
    table::Table,
    traffic::{self, Traffic},
};

/// The best heads that a cutoff admits.
///
/// `ranges` bounds the quality loss of heads, from below for the bound and from above for all.
pub fn route(
    site: &Site<'_>,
    ranges: &Ranges,
    cutoff: Cutoff,
    meter: &mut Meter<'_>,
) -> Result<Option<Found>, Limit> {
    let Some((offers, start)) = offers(site, ranges) else {
        return Ok(None);
    };
    let candidates = site.model.problem.candidates.len();
    let loads = Table::filled(candidates, 0);
    let mut flow = Flow {
        site,
        offers,
        coupled: site.is_coupled(),
        start,
        floors: ranges.least(),
        cutoff,
        normal: loads.clone(),
        moved: vec![loads; site.scenarios.len()],
        held: Connections::of(site.scenarios.len()),
        traffic: Traffic::of(site),
        picks: Vec::new(),
        best: None,
        meter,
    };
    flow.own_demand();
    let end = flow.descend(start).map(|()| None);
    flow.meter.forgive::<Found>(end)?;
    Ok(flow.best)
}

/// A possible head and what a unit of load costs through it, all the way down.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    /// The head, or nobody.
    pub server: Option<CandidateId>,
    /// The price.
    pub price: Level,
}

/// The offers of each item, cheapest first, and a lower bound of everything.
pub fn offers(site: &Site<'_>, ranges: &Ranges) -> Option<(Vec<Vec<Offer>>, Level)> {
    let problem = site.model.problem;
    let mut unit = Table::filled(problem.candidates.len(), Level::ZERO);
    let mut all = Vec::with_capacity(site.items.len());
    let mut bound = site.standing + site.model.weights.quality * ranges.least();
    for item in site.items.iter().rev() {
        let most = ranges.most(problem[item.need].server);
        let served = item
            .choices
            .iter()
            .filter(|choice| problem[choice.server].quality <= most);
        let quality = |id: CandidateId| problem[id].quality;
        let mut offers: Vec<Offer> = served
            .map(|choice| {
                let also = site.also(item.need, choice.server, None);
                let own = choice.level + unit[choice.server];
                Offer {
                    server: Some(choice.server),
                    price: also.iter().fold(own, |sum, &id| sum + unit[id]),
                }
            })
            .chain(item.unserved.map(|price| Offer {
                server: None,
                price,
            }))
            .collect();
        offers.sort_by_key(|offer| {
            (
                offer.price,
                offer.server.is_none(),
                offer.server.map(quality),
                offer.server,
            )
        });
        let best = offers.first()?.price;
        match item.asked {
            Asked::Fixed(load) => bound += best * load.0,
            Asked::Share { num, den, .. } => unit[item.consumer] += best.share(num, den),
        }
        all.push(offers);
    }
    all.reverse();
    Some((all, bound))
}

/// A load that was put on a server, and on the way to it.
#[derive(Clone, Copy, Debug)]
struct Added {
    scenario: Option<usize>,
    server: CandidateId,
    load: u64,
    over: Option<(NeedId, WayId)>,
}

struct Flow<'s, 'm, 'c> {
    site: &'s Site<'s>,
    offers: Vec<Vec<Offer>>,
    coupled: bool,
    start: Level,
    floors: u64,
    cutoff: Cutoff,
    normal: Table<CandidateId, u64>,
    moved: Vec<Table<CandidateId, u64>>,
    held: Connections,
    traffic: Traffic,
    picks: Vec<Option<CandidateId>>,
    best: Option<Found>,
    meter: &'m mut Meter<'c>,
}

impl Flow<'_, '_, '_> {
    fn own_demand(&mut self) {
        let problem = self.site.model.problem;
        for &id in &self.site.open {
            let row = &problem[problem[id].component];
            if row.role == Role::Client {
                // INVARIANT: what is asked of its servers fits, and that is no less.
                let demand = problem.demand_on(problem[id].component, problem[id].device);
                let demand = demand.unwrap_or_default().0;
                self.normal[id] = demand;
                for loads in &mut self.moved {
                    loads[id] = demand;
                }
            }
        }
    }

    /// Whether nothing better can be found any more.
    fn is_done(&self) -> bool {
        self.best
            .as_ref()
            .is_some_and(|best| best.level == self.start)
    }

    fn descend(&mut self, bound: Level) -> Result<(), Limit> {
        let site = self.site;
        let Some(item) = site.items.get(self.picks.len()) else {
            self.keep(bound);
            return Ok(());
        };
        self.meter.node()?;
        if !self.has_room(item) {
            return Ok(());
        }
        let offers = self
            .offers
            .get(self.picks.len())
            .cloned()
            .unwrap_or_default();
        let Some(cheapest) = offers.first().map(|offer| offer.price) else {
            return Ok(());
        };
        let Some(load) = asked(item, self.normal[item.consumer]) else {
            return Ok(());
        };
        let counted = match item.asked {
            Asked::Fixed(load) => cheapest * load.0,
            Asked::Share { num, den, .. } => cheapest.share(num, den) * self.normal[item.consumer],
        };
        let twin = self.picks.last().copied().filter(|_| item.twin);
        for offer in offers {
            if twin.is_some_and(|twin| place(offer.server) < place(twin)) {
                continue;
            }
            let next = bound - counted + offer.price * load;
            if !self.cutoff.admits(next) {
                // Dearer offers follow, unless the load is zero and all cost the same.
                break;
            }
            if let Some(undo) = self.assign(item, offer.server, load) {
                if let Some(held) = self.hold(item, offer.server) {
                    self.picks.push(offer.server);
                    self.descend(next)?;
                    self.picks.pop();
                    self.let_go(item, &held);
                }
                self.undo(&undo);
            }
            if self.is_done() {
                break;
            }
        }
        Ok(())
    }

    /// Whether the open servers can answer what is known to come, now and in each scenario.
    fn has_room(&self, item: &Item) -> bool {
        if !self.coupled {
            return true;
        }
        let problem = self.site.model.problem;
        let server = problem[item.need].server;
        let coming = self
            .site
            .items
            .iter()
            .skip(self.picks.len())
            .filter(|one| problem[one.need].server == server && one.unserved.is_none());
        let coming: Vec<(&Item, u64)> = coming
            .filter_map(|one| match one.asked {
                Asked::Fixed(load) => Some((one, load.0)),
                Asked::Share { .. } => None,
            })
            .collect();
        let lost = |at: Option<usize>, id: CandidateId| {
            let scenario = at.and_then(|at| self.site.scenarios.get(at));
            scenario.is_some_and(|one| problem[one.failure].takes(problem[id].device))
        };
        let watched = (0..self.site.scenarios.len()).filter(|&at| {
            self.site
                .scenarios
                .get(at)
                .is_some_and(|one| one.cone.contains(&server))
        });
        std::iter::once(None).chain(watched.map(Some)).all(|at| {
            let Some(loads) = at.map_or(Some(&self.normal), |at| self.moved.get(at)) else {
                return true;
            };
            // A need that is optional has its head pinned here, but nobody has to stand in for that one.
            let falls = |one: &Item| at.is_some() && problem[one.need].optional;
            let coming = coming.iter().filter(|(one, _)| !lost(at, one.consumer));
            let coming = coming.filter(|(one, _)| !falls(one));
            let needed: u128 = coming.map(|one| u128::from(one.1)).sum();
            let servers = self.site.open.iter().copied();
            let room: Option<u128> = servers
                .filter(|&id| problem[id].component == server && !lost(at, id))
                .map(|id| {
                    Some(u128::from(
                        problem[id].capacity?.0.saturating_sub(loads[id]),
                    ))
                })
                .sum();
            room.is_none_or(|room| needed <= room)
        })
    }

    fn keep(&mut self, bound: Level) {
        let weight = self.site.model.weights.quality;
        let loss = quality::loss(self.site, &self.picks);
        let level = bound - weight * self.floors + weight * loss;
        if !self.cutoff.admits(level) {
            return;
        }
        let site = self.site;
        let mut heads: Vec<Head> = site
            .items
            .iter()
            .zip(&self.picks)
            .map(|(item, &server)| Head {
                need: item.need,
                consumer: item.consumer,
                server,
            })
            .collect();
        heads.sort_unstable();
        let truth = site
            .truths
            .iter()
            .flat_map(|(&component, ids)| ids.iter().map(move |&id| (component, id)))
            .collect();
        let solution = Solution {
            open: site.open.clone(),
            heads,
            truth,
        };
        self.cutoff = Cutoff::Below(level);
        self.best = Some(Found { level, solution });
    }

    /// Holds on to a server, and in each scenario to whoever is left or stands in.
    ///
    /// What is held is returned; nothing is where somebody bears no more.
    fn hold(
        &mut self,
        item: &Item,
        server: Option<CandidateId>,
    ) -> Option<Vec<(Option<usize>, CandidateId)>> {
        let (site, mut held) = (self.site, Vec::new());
        let problem = site.model.problem;
        let Some(asked) = server.filter(|_| site.model.is_limited(problem[item.need].server))
        else {
            return Some(held);
        };
        let first = connections::held(site.model, item, asked);
        let mut wanted: Vec<(Option<usize>, CandidateId)> =
            first.iter().map(|&id| (None, id)).collect();
        for (at, (scenario, next)) in site.scenarios.iter().zip(&item.next).enumerate() {
            let event = &problem[scenario.failure];
            if event.takes(problem[item.consumer].device) {
                continue;
            }
            let from = problem[item.consumer].device;
            let lost = |id: &CandidateId| event.parts(from, problem[*id].device);
            let mut left: Vec<CandidateId> = first.iter().copied().filter(|id| !lost(id)).collect();
            let gone = lost(&asked) || !site.accepts(item.need, asked, scenario.failure);
            left.extend(next.filter(|id| gone && !left.contains(id)));
            wanted.extend(left.into_iter().map(|id| (Some(at), id)));
        }
        for (at, id) in wanted {
            let Some(most) = problem[id].connections else {
                continue;
            };
            let counts = at.is_none_or(|at| {
                let scenario = site.scenarios.get(at);
                scenario.is_some_and(|one| one.cone.contains(&problem[id].component))
            });
            held.push((at, id));
            if self.held.add(at, id, item.consumer) > most && counts {
                self.let_go(item, &held);
                return None;
            }
        }
        Some(held)
    }

    fn let_go(&mut self, item: &Item, held: &[(Option<usize>, CandidateId)]) {
        for &(at, id) in held {
            self.held.remove(at, id, item.consumer);
        }
    }

    /// Puts a load on its server, and in each scenario on whoever stands in.
    ///
    /// What was added is returned; nothing is left behind where something overflows.
    fn assign(
        &mut self,
        item: &Item,
        server: Option<CandidateId>,
        load: u64,
    ) -> Option<Vec<Added>> {
        let mut added = Vec::new();
        let Some(server) = server else {
            return Some(added);
        };
        let site = self.site;
        let problem = site.model.problem;
        let over = |item: &Item, to: CandidateId| traffic::over(problem, item, to);
        // Whoever else holds the truth bears a write too; what it is told goes over no link of the way.
        let fits = self.add(&mut added, None, (server, load), over(item, server))
            && site
                .also(item.need, server, None)
                .into_iter()
                .all(|id| self.add(&mut added, None, (id, load), None));
        if !fits {
            self.undo(&added);
            return None;
        }
        let problem = site.model.problem;
        for (at, (scenario, next)) in site.scenarios.iter().zip(&item.next).enumerate() {
            let event = &problem[scenario.failure];
            if event.takes(problem[item.consumer].device) {
                continue;
            }
            let lost = event.parts(problem[item.consumer].device, problem[server].device)
                || !site.accepts(item.need, server, scenario.failure);
            let entry = if lost { *next } else { Some(server) };
            let Some(entry) = entry else { continue };
            let own = self.moved.get(at).map_or(0, |loads| loads[item.consumer]);
            let fits = asked(item, own).is_some_and(|load| {
                let also = site.also(item.need, entry, Some(scenario.failure));
                self.add(&mut added, Some(at), (entry, load), over(item, entry))
                    && also
                        .into_iter()
                        .all(|id| self.add(&mut added, Some(at), (id, load), None))
            });
            if !fits {
                self.undo(&added);
                return None;
            }
        }
        Some(added)
    }

    fn add(
        &mut self,
        added: &mut Vec<Added>,
        scenario: Option<usize>,
        (server, load): (CandidateId, u64),
        over: Option<(NeedId, WayId)>,
    ) -> bool {
        let problem = self.site.model.problem;
        let row = &problem[server];
        let Some(loads) = self.loads(scenario) else {
            return false;
        };
        let Some(sum) = loads[server].checked_add(load) else {
            return false;
        };
        loads[server] = sum;
        let carried = over.is_none_or(|over| self.traffic.add(problem, scenario, over, load));
        added.push(Added {
            scenario,
            server,
            load,
            over: over.filter(|_| carried),
        });
        let counts = scenario.is_none_or(|at| {
            self.site
                .scenarios
                .get(at)
                .is_some_and(|one| one.cone.contains(&row.component))
        });
        let fits = row.capacity.is_none_or(|most| sum <= most.0);
        carried
            && (fits || !counts)
            && (scenario.is_some() || !self.coupled || self.duty_holds(server))
    }

    fn undo(&mut self, added: &[Added]) {
        for one in added {
            if let Some(loads) = self.loads(one.scenario) {
                loads[one.server] -= one.load;
            }
            if let Some(over) = one.over {
                let problem = self.site.model.problem;
                self.traffic.remove(problem, one.scenario, over, one.load);
            }
        }
    }

    fn loads(&mut self, scenario: Option<usize>) -> Option<&mut Table<CandidateId, u64>> {
        match scenario {
            None => Some(&mut self.normal),
            Some(at) => self.moved.get_mut(at),
        }
    }

    /// Loads only grow on the way down, so a duty once exceeded stays exceeded.
    fn duty_holds(&self, server: CandidateId) -> bool {
        let problem = self.site.model.problem;
        let device = problem[server].device;
        let Some(most) = problem[device].max_duty else {
            return true;
        };
        let here = self.site.open.iter().filter(|&&id| {
            problem[id].device == device && problem[problem[id].component].role == Role::Service
        });
        let mut sum = Rational::ZERO;
        for &id in here.filter(|&&id| self.normal[id] > 0) {
            let capacity = problem[id].capacity.unwrap_or_default();
            let busy = Rational::new(self.normal[id].into(), capacity.0.into());
            let Some(next) = busy.and_then(|busy| sum.checked_add(busy)) else {
                return false;
            };
            sum = next;
        }
        Rational::new(most.into(), 1_000_000).is_some_and(|most| sum <= most)
    }
}

/// Where a head comes in declared order, nobody last.
fn place(server: Option<CandidateId>) -> (bool, Option<CandidateId>) {
    (server.is_none(), server)
}

/// The load of an item whose consumer is asked so much; `None` if it does not fit.
fn asked(item: &Item, consumer: u64) -> Option<u64> {
    match item.asked {
        Asked::Fixed(load) => Some(load.0),
        Asked::Share { num, den, times } => {
            let each = u128::from(consumer.div_ceil(times.max(1)));
            let each = each.checked_mul(num.into())?.div_ceil(den.into());
            u64::try_from(each.checked_mul(times.into())?).ok()
        }
    }
}
