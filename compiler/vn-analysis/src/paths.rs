//! Links to paths: what lies between each two devices.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::{One as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{self, DeviceIx, Line, Path, Paths, Relation, SiteIx, Stand};
use crate::declared::unsupported;
use crate::exact;
use crate::fleet::Fleet;
use crate::links::{Ends, Link};
use crate::quantity::{BigRational, ratio, whole};
use crate::spots::Spots;
use crate::ways::{Hop, Ways};

/// What lies between is kept for each two places.
const MOST_SPOTS: usize = 1024;

/// What lies between each two devices.
pub fn paths(fleet: &Fleet, links: &[Link], faults: &mut Vec<Diagnostic>) -> Paths {
    let map = Map::of(fleet, links);
    let ways = Ways::of(&map);
    let mut known: BTreeMap<(Vec<Hop>, Option<BigRational>), u32> = BTreeMap::new();
    let mut assumed: BTreeSet<&str> = BTreeSet::new();
    let spots = Spots::of(fleet, links);
    let mut paths = Paths::over(links.iter().map(line).collect());
    let surplus = spots.members.get(MOST_SPOTS).and_then(|of| of.first());
    if let Some(device) = surplus.and_then(|ix| fleet.device(*ix)) {
        let what = format!("more than {MOST_SPOTS} places in the network");
        let help = "devices of one site with the same links and uplink share a place";
        faults.push(unsupported(device.span, &what).help(help));
        return paths;
    }
    for (from, to) in spots.pairs(fleet) {
        for relation in fleet.relations(from, to) {
            let Some(hops) = ways.between(from, to, relation) else {
                continue;
            };
            if hops.contains(&Hop::Assumed) && relation == Relation::Beside {
                assumed.extend(map.site(from));
            }
            let uplink = map.uplink(from, to, relation, &hops);
            let place = known
                .entry((hops, uplink))
                .or_insert_with_key(|(hops, uplink)| {
                    paths.place(along(links, hops, uplink.as_ref()))
                });
            let at = |ix: DeviceIx| spots.of.get(ix.0 as usize).copied();
            if let Some(ends) = at(from).zip(at(to)) {
                paths.put(ends, relation, *place);
            }
        }
    }
    paths.stand(fleet.iter().zip(spots.of).map(|((_, device), spot)| Stand {
        spot,
        is_one: device.numbers.count() == 1,
    }));
    let without = fleet
        .declared
        .iter()
        .filter(|(site, _)| assumed.contains(site.as_str()));
    faults.extend(without.map(|(site, span)| assumption(site, *span)));
    paths
}

fn assumption(site: &str, span: Span) -> Diagnostic {
    let message =
        format!("`{site}` has no link: a round trip of 1 ms between its devices is assumed");
    let fault = Diagnostic::note(codes::ASSUMED_LINK, span, message);
    fault.help(format!(
        "write `link {{ rtt = …; bandwidth = … }}` in `site {site} {{ … }}`"
    ))
}

fn along(links: &[Link], hops: &[Hop], uplink: Option<&BigRational>) -> Path {
    let mut path = Path {
        rtt: BigRational::zero(),
        loss: BigRational::zero(),
        cost_per_byte: BigRational::zero(),
        cost_per_request: BigRational::zero(),
        bandwidth: uplink.cloned(),
        private: true,
        availability: BigRational::one(),
        links: Vec::new(),
        hops: hops.iter().filter_map(|hop| public(*hop)).collect(),
    };
    let mut kept: BigRational = whole(1);
    for hop in hops {
        path.rtt = exact::sum(&path.rtt, &hop.rtt(links));
        let Some(link) = hop.link(links) else {
            continue;
        };
        kept = exact::product(&kept, &exact::difference(&whole(1), &link.loss));
        path.cost_per_byte = exact::sum(&path.cost_per_byte, &link.cost.0);
        path.cost_per_request = exact::sum(&path.cost_per_request, &link.cost.1);
        path.bandwidth = path
            .bandwidth
            .into_iter()
            .chain(link.bandwidth.clone())
            .min();
        path.private &= link.private;
        path.availability = exact::product(&path.availability, &link.availability);
        path.links.push(link.span);
    }
    path.loss = whole(1) - kept;
    path
}

fn line(link: &Link) -> Line {
    Line {
        bandwidth: link.bandwidth.clone(),
        between_sites: match link.ends {
            Ends::Sites(..) => true,
            Ends::Within(_) | Ends::Devices(_) => false,
        },
        private: link.private,
        span: link.span,
    }
}

fn public(hop: Hop) -> Option<composition::Hop> {
    match hop {
        Hop::Link(at) => u32::try_from(at).ok().map(composition::Hop::Line),
        Hop::Via(site) => Some(composition::Hop::Site(Some(site))),
        Hop::Through(device) => Some(composition::Hop::Device(Some(device))),
        Hop::Assumed => None,
    }
}

/// The round trip inside a site that says nothing of it.
pub fn assumed_rtt() -> BigRational {
    ratio(1, 1000)
}

/// The fleet with its links, sorted for questions about two devices.
#[derive(Debug)]
pub struct Map<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Links.
    pub links: &'a [Link],
    /// Per device, links that name it or its class.
    touching: BTreeMap<DeviceIx, BTreeSet<usize>>,
    /// Per site, the others that speak of it.
    broad: BTreeMap<SiteIx, BTreeSet<usize>>,
}

impl<'a> Map<'a> {
    fn of(fleet: &'a Fleet, links: &'a [Link]) -> Self {
        let mut touching: BTreeMap<DeviceIx, BTreeSet<usize>> = BTreeMap::new();
        let mut broad: BTreeMap<SiteIx, BTreeSet<usize>> = BTreeMap::new();
        let mut speaks = |at: usize, sites: &BTreeSet<SiteIx>| {
            for site in sites {
                broad.entry(*site).or_default().insert(at);
            }
        };
        for (at, link) in links.iter().enumerate() {
            match &link.ends {
                Ends::Within(sites) => speaks(at, sites),
                Ends::Sites(_, a, b) => {
                    speaks(at, a);
                    speaks(at, b);
                }
                Ends::Devices(pairs) => {
                    for device in pairs.a.union(&pairs.b) {
                        touching.entry(*device).or_default().insert(at);
                    }
                }
            }
        }
        Self {
            fleet,
            links,
            touching,
            broad,
        }
    }

    /// The link that speaks most specifically of two devices.
    pub fn direct(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<usize> {
        let own = self.touching.get(&from).into_iter().flatten();
        let site = self.fleet.device(from).map(|device| device.site_ix);
        let broad = site.and_then(|site| self.broad.get(&site));
        let all = own.chain(broad.into_iter().flatten());
        let fitting = all.filter_map(|at| {
            let link = self.links.get(*at)?;
            let rank = link.applies(self.fleet, (from, to), relation)?;
            Some((rank, *at))
        });
        fitting.max().map(|(_, at)| at)
    }

    fn site(&self, ix: DeviceIx) -> Option<&'a str> {
        let site = self.fleet.site(self.fleet.device(ix)?)?;
        Some(&site.name)
    }

    /// The least uplink of whoever sends on the way.
    fn uplink(
        &self,
        from: DeviceIx,
        to: DeviceIx,
        relation: Relation,
        hops: &[Hop],
    ) -> Option<BigRational> {
        let through = hops.iter().filter_map(|hop| match hop {
            Hop::Through(device) => Some(*device),
            Hop::Link(_) | Hop::Assumed | Hop::Via(_) => None,
        });
        let all = [from, to].into_iter().chain(through);
        let uplink = |ix| self.fleet.device(ix)?.uplink.clone();
        (relation != Relation::Same).then(|| all.filter_map(uplink).min())?
    }
}
