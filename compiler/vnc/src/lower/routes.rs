//! Needs with everybody who can be asked, and refills of lazy copies.

use num_rational::BigRational;
use vn_analysis::{Composition, DeviceIx, Slot, SlotIx};
use vn_problem::{Candidate, CandidateId, CloneMode, Micros, Need, NeedLoad, Refill, Route};

use super::{Causes, candidate, component, device, fetch, id, round};

/// The `needs` edges.
pub(super) fn needs(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    causes: &mut Causes,
) -> Vec<Need> {
    let one = |need: &vn_analysis::Need| {
        let mut routes: Vec<Route> = need
            .routes
            .iter()
            .filter_map(|r| route(composition, choices, need, r))
            .collect();
        routes.sort_unstable_by_key(|route| (route.from, route.to));
        let last = routes.iter().map(|r| r.tier).max().unwrap_or(0);
        let named = u32::try_from(need.tiers.len()).unwrap_or(u32::MAX);
        Need {
            consumer: component(need.consumer),
            variants: need.variants.clone(),
            server: component(need.server),
            within: need.within.as_ref().map(round::budget),
            degraded: need.degraded.as_ref().map(round::budget),
            load: match &need.rate {
                Some(rate) => NeedLoad::Rate(round::load(rate)),
                None => NeedLoad::Fanout(round::factor(&need.fanout)),
            },
            optional: need.optional,
            write: need.write,
            copies: need.copies,
            payload: 0,
            tiers: named.max(last + 1),
            routes,
            cause: causes.of(need.span),
        }
    };
    composition.needs.iter().map(one).collect()
}

fn route(
    composition: &Composition,
    choices: &[(SlotIx, usize)],
    need: &vn_analysis::Need,
    route: &vn_analysis::Route,
) -> Option<Route> {
    let option = route.to as usize;
    let server = composition
        .slots
        .get(need.server.0 as usize)?
        .options
        .get(option)?;
    Some(Route {
        from: device(route.from),
        to: candidate(choices, need.server, option)?,
        rtt: rtt(composition, route.from, server.device)?,
        tier: route.tier,
        fallback_tier: route.fallback_tier,
        way: None,
    })
}

/// Whole round trip between two devices, if they can exchange messages.
pub fn rtt(composition: &Composition, from: DeviceIx, to: DeviceIx) -> Option<Micros> {
    path(composition, from, to).map(|path| round::duration(&path.rtt))
}

/// The facts of the path between two devices.
pub fn path(composition: &Composition, from: DeviceIx, to: DeviceIx) -> Option<&vn_analysis::Path> {
    composition
        .paths
        .get(from, to, composition.relation(from, to))
}

/// Size / bandwidth + rtt, in seconds, and nothing on one device; `None` where no bandwidth is stated.
pub fn transfer(
    composition: &Composition,
    bytes: &BigRational,
    from: DeviceIx,
    to: DeviceIx,
) -> Option<BigRational> {
    if from == to {
        return Some(BigRational::default());
    }
    let path = path(composition, from, to)?;
    let bandwidth = path
        .bandwidth
        .as_ref()
        .filter(|b| **b > BigRational::default())?;
    Some(bytes / bandwidth + &path.rtt)
}

/// Which lazy candidates can be filled from whom within the detection time.
pub fn refills(
    composition: &Composition,
    candidates: &[Candidate],
    choices: &[(SlotIx, usize)],
) -> Vec<Refill> {
    let Some(detect) = &composition.detect else {
        return Vec::new();
    };
    let mut refills = Vec::new();
    for (at, to) in candidates
        .iter()
        .enumerate()
        .filter(|(_, c)| c.clone == CloneMode::Lazy)
    {
        let Some((slot, bytes)) = dataset(composition, choices.get(at)) else {
            continue;
        };
        for (other, from) in candidates.iter().enumerate() {
            let elsewhere = from.component == to.component && from.device != to.device;
            let (source, target) = (DeviceIx(from.device.0), DeviceIx(to.device.0));
            let fits = |time: BigRational| time <= *detect;
            let named = || fetch::tier(composition, slot, source, target).is_some();
            if elsewhere
                && named()
                && transfer(composition, bytes, source, target).is_some_and(fits)
            {
                refills.push(Refill {
                    to: CandidateId(id(at)),
                    from: CandidateId(id(other)),
                });
            }
        }
    }
    refills
}

fn dataset<'c>(
    composition: &'c Composition,
    choice: Option<&(SlotIx, usize)>,
) -> Option<(&'c Slot, &'c BigRational)> {
    let (slot, option) = choice?;
    let slot = composition.slots.get(slot.0 as usize)?;
    let choice = slot.options.get(*option)?;
    Some((slot, &choice.dataset))
}
