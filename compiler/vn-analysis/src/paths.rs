//! Links to paths: what lies between each two devices.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Path, Paths, Relation};
use crate::fleet::Fleet;
use crate::links::{Ends, Link};
use crate::quantity::{BigRational, ratio};

/// What lies between each two devices.
pub fn paths(fleet: &Fleet, links: &[Link], faults: &mut Vec<Diagnostic>) -> Paths {
    let sites = Sites::of(links);
    let mut known: BTreeMap<(usize, usize), Option<Path>> = BTreeMap::new();
    let mut assumed: BTreeSet<&str> = BTreeSet::new();
    let mut paths = Paths::default();
    let singled_out = links.iter().any(Link::singles_out);
    for (from, row) in fleet.iter() {
        for (to, column) in fleet.iter() {
            if from == to {
                paths.set(from, to, Relation::Same, nowhere());
                continue;
            }
            let class = |ix: DeviceIx| fleet.class_of.get(ix.0 as usize).copied();
            let key = class(from).zip(class(to)).filter(|_| !singled_out);
            let path = match key.and_then(|key| known.get(&key)) {
                Some(path) => path.clone(),
                None => path(fleet, links, &sites, from, to),
            };
            if row.site == column.site && path.as_ref().is_some_and(|path| path.links.is_empty()) {
                assumed.insert(&row.site);
            }
            if let Some(key) = key {
                known.entry(key).or_insert_with(|| path.clone());
            }
            if let Some(path) = path {
                paths.set(from, to, fleet.relation(from, to), path);
            }
        }
    }
    let without = fleet
        .sites
        .iter()
        .filter(|(site, _)| assumed.contains(site.as_str()));
    faults.extend(without.map(|(site, span)| assumption(site, *span)));
    paths
}

fn assumption(site: &str, span: Span) -> Diagnostic {
    let message =
        format!("`{site}` has no link: a round trip of 1 ms between its devices is assumed");
    let fault = Diagnostic::note(codes::ASSUMED_LINK, span, message);
    fault.help("write `link { rtt = …; bandwidth = … }` in the site")
}

impl Link {
    /// Whether it speaks of some devices of a class and not of others.
    fn singles_out(&self) -> bool {
        use crate::selector::Precision;
        matches!(&self.ends, Ends::Devices(_, a, b) if a.len() == 1 || b.len() == 1)
            || matches!(&self.ends, Ends::Devices(Precision::Device, ..))
    }
}

/// From a device to itself.
fn nowhere() -> Path {
    Path {
        rtt: BigRational::zero(),
        loss: BigRational::zero(),
        cost_per_byte: BigRational::zero(),
        cost_per_request: BigRational::zero(),
        bandwidth: None,
        private: true,
        availability: BigRational::one(),
        links: Vec::new(),
    }
}

fn path<'a>(
    fleet: &'a Fleet,
    links: &[Link],
    sites: &Sites<'a>,
    from: DeviceIx,
    to: DeviceIx,
) -> Option<Path> {
    let (a, b) = (fleet.device(from)?, fleet.device(to)?);
    let direct = links
        .iter()
        .enumerate()
        .filter_map(|(at, link)| Some((link.applies(fleet, from, to)?, at, link)))
        .max_by_key(|(precision, at, _)| (*precision, *at));
    let route = match direct {
        Some((_, _, link)) => vec![link],
        None if a.site == b.site => Vec::new(),
        None => sites.cheapest(&a.site, &b.site)?,
    };
    Some(along(fleet, &route, from, to))
}

fn along(fleet: &Fleet, route: &[&Link], from: DeviceIx, to: DeviceIx) -> Path {
    let uplink = |ix| fleet.class(ix).and_then(|class| class.uplink.clone());
    let limits = route.iter().filter_map(|link| link.bandwidth.clone());
    let rtt = route.iter().map(|link| &link.rtt).sum();
    Path {
        rtt: if route.is_empty() {
            ratio(1, 1000)
        } else {
            rtt
        },
        loss: BigRational::zero(),
        cost_per_byte: BigRational::zero(),
        cost_per_request: BigRational::zero(),
        bandwidth: limits.chain(uplink(from)).chain(uplink(to)).min(),
        private: route.iter().all(|link| link.private),
        availability: route.iter().map(|link| &link.availability).product(),
        links: route.iter().map(|link| link.span).collect(),
    }
}

/// The direct links between sites.
struct Sites<'a> {
    links: Vec<(&'a str, &'a str, &'a Link)>,
}

/// A way from a site to another: its whole round trip and its links in order.
type Way<'a> = (BigRational, Vec<&'a Link>);

impl<'a> Sites<'a> {
    fn of(links: &'a [Link]) -> Self {
        let joined = links.iter().filter_map(|link| match &link.ends {
            Ends::Sites(a, b) => Some((a.as_str(), b.as_str(), link)),
            Ends::Within(_) | Ends::Devices(..) => None,
        });
        Self {
            links: joined.collect(),
        }
    }

    /// The links with the smallest sum of round trips: ways are improved until none gets shorter.
    fn cheapest(&self, from: &'a str, to: &str) -> Option<Vec<&'a Link>> {
        let mut ways: BTreeMap<&str, Way<'a>> =
            BTreeMap::from([(from, (BigRational::zero(), Vec::new()))]);
        while self.improve(&mut ways) {}
        ways.remove(to).map(|(_, links)| links)
    }

    fn improve(&self, ways: &mut BTreeMap<&'a str, Way<'a>>) -> bool {
        let mut improved = false;
        let both = self
            .links
            .iter()
            .flat_map(|(a, b, link)| [(*a, *b, *link), (*b, *a, *link)]);
        for (near, far, link) in both {
            let Some((so_far, route)) = ways.get(near) else {
                continue;
            };
            let rtt = so_far + &link.rtt;
            if ways.get(far).is_none_or(|(known, _)| rtt < *known) {
                let route = route.iter().copied().chain([link]).collect();
                ways.insert(far, (rtt, route));
                improved = true;
            }
        }
        improved
    }
}
