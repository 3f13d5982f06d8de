//! What requests and answers weigh on the links between: channels, ways over them, prices.
//!
//! A payload goes one way: the answer brings it to whoever reads, the request takes it to the truth.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::Zero as _;
use vn_analysis::{Composition, DeviceIx, Hop, Metric, Need, Path, SiteIx, Wish};
use vn_problem::{Channel, ChannelId, Problem, Way, WayId};
use vn_syntax::Span;

use super::{Causes, classes, id, round};

/// Seconds of a month: 730 hours.
const MONTH: u64 = 730 * 3_600;

/// What carries traffic in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Carrier {
    /// From all devices of a site to all of another.
    Sites(SiteIx, SiteIx),
    /// From a device to another.
    Devices(DeviceIx, DeviceIx),
    /// All that a device sends.
    From(DeviceIx),
    /// All that it receives.
    To(DeviceIx),
}

/// A carrier with what it carries, in bytes per second, and the line that says so.
type Limited<'c> = (Carrier, &'c BigRational, Span);

/// Which of several alike ones passes messages on is not known.
struct Unknown;

/// The channels and ways of a problem, as they grow.
struct Network<'c> {
    composition: &'c Composition,
    channels: Vec<Channel>,
    names: Vec<String>,
    of: BTreeMap<Carrier, ChannelId>,
    ways: Vec<Way>,
    known: BTreeMap<(Vec<ChannelId>, u64), WayId>,
}

/// Adds channels and ways to a problem; says what each channel is called.
pub(super) fn add(
    composition: &Composition,
    problem: &mut Problem,
    causes: &mut Causes,
) -> Vec<String> {
    let mut network = Network {
        composition,
        channels: Vec::new(),
        names: Vec::new(),
        of: BTreeMap::new(),
        ways: Vec::new(),
        known: BTreeMap::new(),
    };
    // What each of several alike sites sends is not added up by link.
    let by_classes = classes::any(composition);
    // INVARIANT: needs are lowered one by one, in their order.
    for (row, need) in problem.needs.iter_mut().zip(&composition.needs) {
        row.payload = need.payload.as_ref().map_or(0, round::up);
        if by_classes {
            continue;
        }
        for route in &mut row.routes {
            let Some(server) = problem.candidates.get(route.to.index()) else {
                continue;
            };
            let ends = (DeviceIx(route.from.0), DeviceIx(server.device.0));
            route.way = network.way(need, ends, row.payload, causes);
        }
    }
    problem.channels = network.channels;
    problem.ways = network.ways;
    network.names
}

impl Network<'_> {
    fn way(
        &mut self,
        need: &Need,
        (from, to): (DeviceIx, DeviceIx),
        payload: u64,
        causes: &mut Causes,
    ) -> Option<WayId> {
        let path = super::routes::path(self.composition, from, to)?;
        let price = price(path, payload);
        let carriers = if payload == 0 {
            Vec::new()
        } else {
            // INVARIANT: `beyond` has refused what is not known.
            carriers(self.composition, path, need.write, (from, to)).unwrap_or_default()
        };
        let channels: BTreeSet<ChannelId> = carriers
            .into_iter()
            .map(|limited| self.channel(limited, causes))
            .collect();
        if channels.is_empty() && price == 0 {
            return None;
        }
        let channels: Vec<ChannelId> = channels.into_iter().collect();
        let next = WayId(id(self.ways.len()));
        let way = *self.known.entry((channels.clone(), price)).or_insert(next);
        if way == next {
            self.ways.push(Way { channels, price });
        }
        Some(way)
    }

    fn channel(
        &mut self,
        (carrier, capacity, span): Limited<'_>,
        causes: &mut Causes,
    ) -> ChannelId {
        if let Some(known) = self.of.get(&carrier) {
            return *known;
        }
        let next = ChannelId(id(self.channels.len()));
        self.of.insert(carrier, next);
        self.channels.push(Channel {
            capacity: round::down_by(capacity, 1_000_000),
            cause: causes.of(span),
        });
        self.names.push(name(self.composition, carrier));
        next
    }
}

/// `home > cloud`; `*` for anybody.
fn name(composition: &Composition, carrier: Carrier) -> String {
    let site = |ix: SiteIx| {
        let one = |device: &&vn_analysis::Device| device.site_ix == ix;
        let device = composition.devices.iter().find(one);
        device.map_or_else(String::new, |device| device.site.clone())
    };
    let device = |ix: DeviceIx| {
        let device = composition.devices.get(ix.0 as usize);
        device.map_or_else(String::new, |device| device.id.clone())
    };
    match carrier {
        Carrier::Sites(a, b) => format!("{} > {}", site(a), site(b)),
        Carrier::Devices(a, b) => format!("{} > {}", device(a), device(b)),
        Carrier::From(a) => format!("{} > *", device(a)),
        Carrier::To(b) => format!("* > {}", device(b)),
    }
}

/// For each 10⁻⁶ req/s, in 10⁻¹² of the currency per month.
fn price(path: &Path, payload: u64) -> u64 {
    let bytes = BigRational::from_integer(payload.into());
    let each = bytes * &path.cost_per_byte + &path.cost_per_request;
    if each.is_zero() {
        return 0;
    }
    round::up_by(&each, MONTH.saturating_mul(1_000_000))
}

/// What a path goes over, as far as that is limited; the payload of a request goes forth, that of an
/// answer back.
fn carriers<'c>(
    composition: &'c Composition,
    path: &Path,
    forth: bool,
    (from, to): (DeviceIx, DeviceIx),
) -> Result<Vec<Limited<'c>>, Unknown> {
    let mut found = Vec::new();
    let mut at = from;
    let mut segment: Vec<Hop> = Vec::new();
    for hop in path.hops.iter().copied().chain([Hop::Device(Some(to))]) {
        let Hop::Device(next) = hop else {
            segment.push(hop);
            continue;
        };
        let Some(next) = next else {
            return unless_limited(composition, path, found);
        };
        found.extend(links(composition, &segment, (at, next))?);
        segment.clear();
        if at != next {
            let row = |ix: DeviceIx| composition.devices.get(ix.0 as usize);
            let limited = |ix, carrier| Some((carrier, row(ix)?.uplink.as_ref()?, row(ix)?.span));
            found.extend(limited(at, Carrier::From(at)));
            found.extend(limited(next, Carrier::To(next)));
        }
        at = next;
    }
    if !forth {
        for (carrier, ..) in &mut found {
            *carrier = carrier.reversed();
        }
    }
    Ok(found)
}

/// Who passes messages on matters only where something is limited.
fn unless_limited<'c>(
    composition: &Composition,
    path: &Path,
    found: Vec<Limited<'c>>,
) -> Result<Vec<Limited<'c>>, Unknown> {
    let uplinks = composition.devices.iter().any(|one| one.uplink.is_some());
    if uplinks || path.bandwidth.is_some() {
        return Err(Unknown);
    }
    Ok(found)
}

impl Carrier {
    const fn reversed(self) -> Self {
        match self {
            Self::Sites(a, b) => Self::Sites(b, a),
            Self::Devices(a, b) => Self::Devices(b, a),
            Self::From(a) => Self::To(a),
            Self::To(a) => Self::From(a),
        }
    }
}

/// The limited links between two devices that nobody else than sites passes messages on between.
fn links<'c>(
    composition: &'c Composition,
    segment: &[Hop],
    (from, to): (DeviceIx, DeviceIx),
) -> Result<Vec<Limited<'c>>, Unknown> {
    let site = |ix: DeviceIx| {
        let row = composition.devices.get(ix.0 as usize);
        row.map(|row| row.site_ix)
    };
    let mut found = Vec::new();
    let mut at = site(from);
    for (nth, hop) in segment.iter().enumerate() {
        let line = match hop {
            Hop::Line(line) => composition.paths.line(*line),
            Hop::Site(_) | Hop::Device(_) => continue,
        };
        let Some(line) = line else { continue };
        let next = match segment.get(nth + 1) {
            Some(Hop::Site(next)) => *next,
            Some(Hop::Line(_) | Hop::Device(_)) | None => site(to),
        };
        if let Some(bandwidth) = &line.bandwidth {
            let carrier = if line.between_sites {
                let (a, b) = at.zip(next).ok_or(Unknown)?;
                Carrier::Sites(a, b)
            } else {
                Carrier::Devices(from, to)
            };
            found.push((carrier, bandwidth, line.span));
        }
        at = next;
    }
    Ok(found)
}

/// Every connection that a need may take: its path, from whom to whom.
fn connections(
    composition: &Composition,
) -> impl Iterator<Item = (&Need, &Path, (DeviceIx, DeviceIx))> {
    composition.needs.iter().flat_map(move |need| {
        let slot = composition.slots.get(need.server.0 as usize);
        need.routes.iter().filter_map(move |route| {
            let to = slot?.options.get(route.to as usize)?.device;
            let path = composition.paths.get(route.from, to, route.relation)?;
            Some((need, path, (route.from, to)))
        })
    })
}

/// The needs whose payload weighs on no link, because alike sites are planned as one.
pub fn unweighed(composition: &Composition) -> Vec<Span> {
    if !classes::any(composition) {
        return Vec::new();
    }
    let limited = connections(composition)
        .filter(|(need, path, _)| need.payload.is_some() && path.bandwidth.is_some());
    let spans: BTreeSet<Span> = limited.map(|(need, ..)| need.span).collect();
    spans.into_iter().collect()
}

/// What of it cannot be planned yet.
pub fn beyond(composition: &Composition) -> Vec<(Span, String)> {
    let by_classes = classes::any(composition);
    let mut found = Vec::new();
    for (need, path, ends) in connections(composition) {
        let pays = !price(path, need.payload.as_ref().map_or(0, round::up)).is_zero();
        let weighs = need.payload.is_some();
        let what = if by_classes && pays {
            "traffic that costs money, beside alike sites,"
        } else if weighs && !by_classes && carriers(composition, path, need.write, ends).is_err() {
            "`payload` over one of several alike sites or devices that pass messages on"
        } else {
            continue;
        };
        found.push((need.span, what.to_owned()));
    }
    found.extend(sums(composition));
    found
}

/// A sum with the cost in it knows nothing of traffic.
fn sums(composition: &Composition) -> Vec<(Span, String)> {
    let pays = |path: &Path| !path.cost_per_byte.is_zero() || !path.cost_per_request.is_zero();
    if !connections(composition).any(|(_, path, _)| pays(path)) {
        return Vec::new();
    }
    let speaks_of_cost = |wish: &&Wish| {
        let terms = wish.kind.terms().unwrap_or_default();
        terms
            .iter()
            .any(|(_, one)| one.metric() == Some(Metric::Cost))
    };
    let what = "the cost in a sum, beside links that cost money,";
    let speaking = composition.wishes.iter().filter(speaks_of_cost);
    speaking.map(|wish| (wish.span, what.to_owned())).collect()
}
