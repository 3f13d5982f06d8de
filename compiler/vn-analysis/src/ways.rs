//! Which links lead from one device to another: the direct one, else the cheapest sum over sites
//! and over devices that forward.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Zero as _;

use crate::composition::{DeviceIx, Relation, SiteIx};
use crate::exact;
use crate::links::{Ends, Link};
use crate::paths::{Map, assumed_rtt};
use crate::quantity::BigRational;

/// A step of a way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hop {
    /// Over a link, by its place in the list.
    Link(usize),
    /// Inside a site that says nothing of its links.
    Assumed,
    /// Passed on by a device.
    Through(DeviceIx),
    /// Passed on by a site.
    Via(SiteIx),
}

impl Hop {
    /// The link it goes over.
    pub fn link(self, links: &[Link]) -> Option<&Link> {
        match self {
            Self::Link(at) => links.get(at),
            Self::Assumed | Self::Through(_) | Self::Via(_) => None,
        }
    }

    /// Its part of the round trip.
    pub fn rtt(self, links: &[Link]) -> BigRational {
        match self {
            Self::Link(_) => self
                .link(links)
                .map(|link| link.rtt.clone())
                .unwrap_or_default(),
            Self::Assumed => assumed_rtt(),
            Self::Through(_) | Self::Via(_) => BigRational::zero(),
        }
    }
}

/// A way: its round trip and its hops; the cheaper first, then the shorter, then as declared.
type Way = (BigRational, usize, Vec<Hop>);

fn extended((rtt, length, hops): &Way, more: &[Hop], links: &[Link]) -> Way {
    let rtt = more
        .iter()
        .fold(rtt.clone(), |sum, hop| exact::sum(&sum, &hop.rtt(links)));
    let hops: Vec<Hop> = hops.iter().chain(more).copied().collect();
    let sites = more.iter().filter(|hop| matches!(hop, Hop::Via(_)));
    (rtt, length + more.len() - sites.count(), hops)
}

/// Answers questions about ways.
#[derive(Debug)]
pub struct Ways<'a> {
    map: &'a Map<'a>,
    /// The cheapest way over one site link or more, from one site to another.
    between_sites: BTreeMap<(SiteIx, SiteIx), Way>,
    /// The cheapest ways to forwarding devices, by the device they start from.
    to_forwarders: BTreeMap<DeviceIx, BTreeMap<(DeviceIx, bool), Way>>,
}

impl<'a> Ways<'a> {
    /// Finds the ways between sites and to devices that forward.
    pub fn of(map: &'a Map<'a>) -> Self {
        let mut ways = Self {
            map,
            between_sites: between_sites(map),
            to_forwarders: BTreeMap::new(),
        };
        let forwarders: Vec<DeviceIx> = map
            .fleet
            .iter()
            .filter(|(_, device)| device.forwards)
            .map(|(ix, _)| ix)
            .collect();
        if !forwarders.is_empty() {
            for (from, _) in map.fleet.iter() {
                let found = ways.forwarded(from, &forwarders);
                ways.to_forwarders.insert(from, found);
            }
        }
        ways
    }

    /// The hops from one device to another that stands so to it.
    pub fn between(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<Vec<Hop>> {
        match relation {
            Relation::Same => return Some(Vec::new()),
            Relation::Beside => return Some(vec![self.beside(from, to)]),
            Relation::Apart => {}
        }
        if let Some(at) = self.map.direct(from, to, relation) {
            return Some(vec![Hop::Link(at)]);
        }
        let over_sites = self.over_sites(from, to);
        let forwarded = self.to_forwarders.get(&from).into_iter().flatten();
        let passed_on =
            forwarded.flat_map(|((last, home), way)| self.last_leg(*last, *home, way, from, to));
        match (over_sites, passed_on.min()) {
            (Some(over_sites), Some(passed_on)) if passed_on < *over_sites => Some(passed_on.2),
            (None, Some(passed_on)) => Some(passed_on.2),
            (over_sites, _) => over_sites.map(|(_, _, hops)| hops.clone()),
        }
    }

    fn beside(&self, from: DeviceIx, to: DeviceIx) -> Hop {
        let direct = self.map.direct(from, to, Relation::Beside);
        direct.map_or(Hop::Assumed, Hop::Link)
    }

    fn over_sites(&self, from: DeviceIx, to: DeviceIx) -> Option<&Way> {
        let site = |ix| self.map.fleet.device(ix).map(|device| device.site_ix);
        self.between_sites.get(&(site(from)?, site(to)?))
    }

    /// One step without any forwarding device between.
    fn step(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<Vec<Hop>> {
        if relation == Relation::Beside {
            return Some(vec![self.beside(from, to)]);
        }
        let direct = self.map.direct(from, to, relation);
        let direct = direct.map(|at| vec![Hop::Link(at)]);
        direct.or_else(|| self.over_sites(from, to).map(|(_, _, hops)| hops.clone()))
    }

    /// From the last device that forwards to the end, which is in another site than the start.
    fn last_leg(
        &self,
        last: DeviceIx,
        home: bool,
        way: &Way,
        from: DeviceIx,
        to: DeviceIx,
    ) -> Vec<Way> {
        let relations = self.map.fleet.relations(last, to).into_iter();
        // Whoever is still in the start's site is not in the end's.
        let possible = relations.filter(|relation| match relation {
            Relation::Same => false,
            Relation::Beside => !home,
            Relation::Apart => true,
        });
        let leg = possible.filter_map(|relation| {
            let step = self.step(last, to, relation)?;
            let way = extended(way, &[Hop::Through(last)], self.map.links);
            Some(extended(&way, &step, self.map.links))
        });
        if last == from {
            Vec::new()
        } else {
            leg.collect()
        }
    }

    /// The cheapest ways from a device to those that forward, each in the start's own site or not.
    fn forwarded(
        &self,
        from: DeviceIx,
        forwarders: &[DeviceIx],
    ) -> BTreeMap<(DeviceIx, bool), Way> {
        let mut done: BTreeMap<(DeviceIx, bool), Way> = BTreeMap::new();
        let mut open: BTreeSet<(Way, (DeviceIx, bool))> = BTreeSet::new();
        let start: Way = (BigRational::zero(), 0, Vec::new());
        open.extend(self.onward((from, true), &start, &[], forwarders));
        while let Some((way, state)) = open.pop_first() {
            if done.contains_key(&state) {
                continue;
            }
            open.extend(self.onward(state, &way, &[Hop::Through(state.0)], forwarders));
            done.insert(state, way);
        }
        done
    }

    fn onward(
        &self,
        (at, home): (DeviceIx, bool),
        way: &Way,
        through: &[Hop],
        forwarders: &[DeviceIx],
    ) -> Vec<(Way, (DeviceIx, bool))> {
        let mut found = Vec::new();
        for next in forwarders {
            for relation in self.map.fleet.relations(at, *next) {
                if relation == Relation::Same {
                    continue;
                }
                let Some(step) = self.step(at, *next, relation) else {
                    continue;
                };
                let way = extended(way, through, self.map.links);
                let way = extended(&way, &step, self.map.links);
                let stays = home && relation == Relation::Beside;
                found.push((way, (*next, stays)));
            }
        }
        found
    }
}

/// The cheapest sums over site links: from each group of sites to each, itself included where it
/// has several.
fn between_sites(map: &Map<'_>) -> BTreeMap<(SiteIx, SiteIx), Way> {
    let neighbours = neighbours(map);
    let mut ways = BTreeMap::new();
    for (from, _) in (0..).map(SiteIx).zip(&map.fleet.sites) {
        let start: Way = (BigRational::zero(), 0, Vec::new());
        let mut open: BTreeSet<(Way, SiteIx)> = BTreeSet::new();
        let mut done: BTreeSet<SiteIx> = BTreeSet::new();
        let step = |at: SiteIx, way: &Way, open: &mut BTreeSet<(Way, SiteIx)>| {
            for (next, link) in neighbours.get(&at).into_iter().flatten() {
                let via = (way.1 > 0).then_some(Hop::Via(at));
                let hops: Vec<Hop> = via.into_iter().chain([Hop::Link(*link)]).collect();
                open.insert((extended(way, &hops, map.links), *next));
            }
        };
        step(from, &start, &mut open);
        while let Some((way, at)) = open.pop_first() {
            if done.insert(at) {
                step(at, &way, &mut open);
                ways.insert((from, at), way);
            }
        }
    }
    ways
}

/// Which sites each site has a link to, and the link that speaks most specifically of the two.
fn neighbours(map: &Map<'_>) -> BTreeMap<SiteIx, BTreeMap<SiteIx, usize>> {
    let mut best: BTreeMap<(SiteIx, SiteIx), (u8, bool, usize)> = BTreeMap::new();
    for (at, link) in map.links.iter().enumerate() {
        let Ends::Sites(precision, a, b) = &link.ends else {
            continue;
        };
        let rank = u8::from(*precision > crate::selector::Precision::Region);
        let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (*x, *y)));
        for (x, y) in pairs.filter(|(x, y)| x != y || several(map, *x)) {
            for pair in [(x, y), (y, x)] {
                let row = best.entry(pair).or_insert((rank, link.indexed, at));
                *row = (*row).max((rank, link.indexed, at));
            }
        }
    }
    let mut neighbours: BTreeMap<SiteIx, BTreeMap<SiteIx, usize>> = BTreeMap::new();
    for ((from, to), (_, _, link)) in best {
        neighbours.entry(from).or_default().insert(to, link);
    }
    neighbours
}

fn several(map: &Map<'_>, ix: SiteIx) -> bool {
    let row = map.fleet.sites.get(ix.0 as usize);
    row.is_some_and(|row| row.numbers.count() > 1)
}
