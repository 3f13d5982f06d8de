//! Rows that stand for several alike devices: everything that is added up counts each of them.

use std::collections::{BTreeMap, BTreeSet};

use vn_analysis::{
    Choice, CloneMode, Composition, Device, DeviceIx, Domain, Measure, Relation, Slot, SlotIx,
    WishKind,
};
use vn_problem::{CandidateId, Load, MicroMoney, MilliWatts, NeedId, Problem, RequirementKind};
use vn_solve::{Classes, Elsewhere, Place};

use super::Lowered;
use super::bonds::{Options, may_be_absent};
use super::requirements::{domains, parts as spread_over};
use super::round;

/// Whether some row stands for several devices.
pub fn any(composition: &Composition) -> bool {
    composition.devices.iter().any(|device| device.count() > 1)
}

/// Whether a wish binds every device by itself.
pub fn binds_each(wish: &WishKind) -> bool {
    let share = |(_, measure): &(_, Measure)| matches!(measure, Measure::Utilisation(_));
    let shares = wish.terms().is_some_and(|terms| terms.iter().all(share));
    shares || matches!(wish, WishKind::OnEvery { .. })
}

/// What the rows stand for, and what single devices could do that they cannot.
pub fn classes(composition: &Composition, lowered: &Lowered) -> Classes {
    let place = |device: &Device| Place {
        site: device.site_ix.0,
        sites: device.sites.count(),
    };
    let truth = lowered.alone.iter().zip(&lowered.problem.candidates);
    let mut truth = truth.map(|(alone, together)| {
        (alone.truth, alone.standby) != (together.truth, together.standby)
    });
    Classes {
        places: composition.devices.iter().map(place).collect(),
        each: lowered.each.clone(),
        elsewhere: elsewhere(composition, lowered),
        restricted: truth.any(|lost| lost) || fills_across(composition),
    }
}

/// The connections that the rows leave out.
fn elsewhere(composition: &Composition, lowered: &Lowered) -> Vec<Elsewhere> {
    let one = |far: &vn_analysis::Elsewhere| {
        let need = lowered.problem.needs.get(far.need)?;
        let slot = composition.slots.get(need.server.index())?;
        let below = u64::from(!far.meets_recommended && slot.preference.is_generous());
        Some(Elsewhere {
            need: NeedId(super::id(far.need)),
            from: super::device(far.from),
            rtt: round::duration(&far.rtt),
            service_time: round::duration(&far.service_time),
            quality: u64::from(far.rank) + below,
            tier: far.tier,
            fallback_tier: far.fallback_tier,
        })
    };
    composition.elsewhere.iter().filter_map(one).collect()
}

/// Whether one of several alike sites could fill another's lazy copies.
fn fills_across(composition: &Composition) -> bool {
    let rows = || {
        let rows = (0..).map(DeviceIx).zip(&composition.devices);
        rows.filter(|(_, device)| device.sites.count() > 1)
    };
    let meet = |from: DeviceIx, to: DeviceIx| {
        let path = composition.paths.get(from, to, Relation::Apart);
        path.is_some_and(|path| path.bandwidth.is_some())
    };
    let lazy = |slot: &Slot| slot.options.iter().any(|one| one.clone != CloneMode::Eager);
    composition.detect.is_some()
        && composition.slots.iter().any(lazy)
        && rows().any(|(from, _)| rows().any(|(to, _)| meet(from, to)))
}

/// What the instances of a candidate are together.
///
/// Nobody of several alike devices holds the truth, as then all of them would.
pub fn add_up(problem: &mut Problem) {
    let devices = &problem.devices;
    for row in &mut problem.candidates {
        let times = devices
            .get(row.device.index())
            .map_or(1, |device| device.count);
        if times == 1 {
            continue;
        }
        row.footprint = row.footprint.saturating_mul(times);
        row.capacity = row.capacity.map(|one| Load(one.0.saturating_mul(times)));
        row.power = MilliWatts(row.power.0.saturating_mul(times));
        row.cost = MicroMoney(row.cost.0.saturating_mul(times));
        row.clone_bytes = row.clone_bytes.saturating_mul(times);
        (row.truth, row.standby) = (false, false);
    }
}

/// A need has as many tiers as it would have with the connections that are left out.
pub fn count_tiers(problem: &mut Problem, composition: &Composition) {
    for far in &composition.elsewhere {
        if let Some(need) = problem.needs.get_mut(far.need) {
            need.tiers = need.tiers.max(far.tier.saturating_add(1));
        }
    }
}

/// What a wish that counts instances comes to where some candidate stands for several; `None` of any
/// other wish.
pub fn counted(wish: &WishKind, options: Options<'_>) -> Option<Vec<RequirementKind>> {
    let several = |slot: SlotIx| {
        options
            .of(slot)
            .any(|(_, choice)| options.times(choice) > 1)
    };
    match wish {
        WishKind::Count { slot, min, max } if several(*slot) => {
            Some(count(*slot, *min, *max, options))
        }
        WishKind::Spread {
            slot,
            across,
            at_least,
        } if several(*slot) => {
            let parts = spread_over(options.composition, *slot, across, *at_least);
            Some(spread(*slot, across, parts, options))
        }
        WishKind::Count { .. }
        | WishKind::Spread { .. }
        | WishKind::Placement { .. }
        | WishKind::Survive { .. }
        | WishKind::Colocate { .. }
        | WishKind::Separate { .. }
        | WishKind::OneOf { .. }
        | WishKind::OnEvery { .. }
        | WishKind::Ratio { .. }
        | WishKind::Bound { .. }
        | WishKind::Total { .. } => None,
    }
}

/// `min..max`: at least one row, and as many instances.
fn count(slot: SlotIx, min: u64, max: Option<u64>, options: Options<'_>) -> Vec<RequirementKind> {
    let mut found = vec![RequirementKind::Count {
        component: super::component(slot),
        min: min.min(1),
        max: max.filter(|most| *most == 0),
    }];
    let terms: Vec<(CandidateId, i64)> = weights(slot, options, whole);
    if min > 1 {
        let void = may_be_absent(options.composition, slot);
        found.push(RequirementKind::Linear {
            terms: terms.clone(),
            at_least: signed(min),
            unless_none: void.then(|| options.all(slot)),
        });
    }
    found.extend(max.map(|most| RequirementKind::Linear {
        terms: terms.into_iter().map(|(id, by)| (id, -by)).collect(),
        at_least: -signed(most),
        unless_none: None,
    }));
    found
}

/// Of `n` instances no domain holds more than `⌈n / m⌉`: `m · held ≤ n + m − 1` for each.
fn spread(slot: SlotIx, across: &Domain, m: u64, options: Options<'_>) -> Vec<RequirementKind> {
    let names = domains(options.composition, across);
    let name = |choice: &Choice| names.get(choice.device.0 as usize).cloned();
    let held: BTreeSet<Option<String>> = options.of(slot).map(|(_, one)| name(one)).collect();
    let m = signed(m.max(1));
    let row = |domain: Option<String>| {
        let mut terms: BTreeMap<CandidateId, i64> = BTreeMap::new();
        for (id, choice) in options.of(slot) {
            let device = options.composition.devices.get(choice.device.0 as usize);
            let here = name(choice) == domain;
            let own = device.filter(|_| here).map_or(0, |one| within(one, across));
            let all = device.map_or(1, whole);
            terms.insert(id, all.saturating_sub(m.saturating_mul(own)));
        }
        terms.retain(|_, weight| *weight != 0);
        RequirementKind::Linear {
            terms: terms.into_iter().collect(),
            at_least: 1 - m,
            unless_none: None,
        }
    };
    held.into_iter().map(row).collect()
}

fn weights(
    slot: SlotIx,
    options: Options<'_>,
    of: impl Fn(&Device) -> i64,
) -> Vec<(CandidateId, i64)> {
    let devices = &options.composition.devices;
    let weight = |choice: &Choice| devices.get(choice.device.0 as usize).map_or(1, &of);
    let rows = options.of(slot);
    rows.map(|(id, choice)| (id, weight(choice))).collect()
}

fn whole(device: &Device) -> i64 {
    signed(device.count())
}

/// How many of a row's devices stand in one domain.
fn within(device: &Device, across: &Domain) -> i64 {
    signed(match across {
        Domain::Device => 1,
        Domain::Site => device.numbers.count(),
        Domain::Region | Domain::Label(_) => device.count(),
    })
}

/// How many domains have an admissible device, where rows stand for several.
pub fn parts(composition: &Composition, options: &[Choice], across: &Domain) -> Option<u64> {
    if !any(composition) {
        return None;
    }
    let rows = options.iter().map(|choice| choice.device);
    let rows: BTreeSet<_> = rows.collect();
    let devices = rows
        .iter()
        .filter_map(|row| composition.devices.get(row.0 as usize));
    match across {
        Domain::Device => Some(devices.map(Device::count).sum()),
        Domain::Site => {
            let sites: BTreeMap<_, u64> = devices
                .map(|device| (device.site_ix, device.sites.count()))
                .collect();
            Some(sites.into_values().sum())
        }
        Domain::Region | Domain::Label(_) => None,
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
