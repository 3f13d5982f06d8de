//! The disk that writes take which cannot be passed on.

use num_rational::BigRational;
use num_traits::{One as _, Zero as _};
use vn_analysis::{
    Choice, Composition, Device, DeviceIx, Need, Slot, SlotIx, SlotRole, Wish, WishKind,
};

use super::failures::{Case, cases};
use super::{custody, round};

/// Bytes of disk that an instance keeps free for writes that it may have to buffer: of everybody who can
/// hand them to it, for as long as the longest failure lasts in which it may not reach the truth.
pub fn room(composition: &Composition, slot: SlotIx, choice: &Choice) -> u64 {
    let Some(row) = composition.slots.get(slot.0 as usize) else {
        return 0;
    };
    let mut most = 0;
    for wish in &composition.wishes {
        let Wish {
            kind:
                WishKind::Survive {
                    slot: of,
                    failure,
                    lasting: Some(lasting),
                    ..
                },
            ..
        } = wish
        else {
            continue;
        };
        if *of != slot || !custody::buffers(row, lasting) {
            continue;
        }
        for case in cases(composition, failure) {
            if case.takes(choice.device) || !may_be_alone(row, choice, &case) {
                continue;
            }
            let seconds = u128::from(round::up(lasting));
            let after = After {
                composition,
                case: &case,
            };
            let bytes = after.per_second(slot, choice).saturating_mul(seconds);
            most = most.max(bytes.div_ceil(1_000_000));
        }
    }
    u64::try_from(most).unwrap_or(u64::MAX)
}

/// Whether somebody who may hold the truth, or take it over, is out of reach.
fn may_be_alone(slot: &Slot, choice: &Choice, case: &Case) -> bool {
    let mut all = slot.options.iter();
    all.any(|other| (other.truth || other.standby) && case.parts(choice.device, other.device))
}

/// Who may ask whom after a failure, and how much.
#[derive(Clone, Copy)]
struct After<'a> {
    composition: &'a Composition,
    case: &'a Case,
}

impl<'a> After<'a> {
    /// What those who reach an instance write to it, each of its machines for itself, in 10⁻⁶ bytes per
    /// second.
    fn per_second(self, slot: SlotIx, choice: &Choice) -> u128 {
        let mut sum = 0_u128;
        let writes = self.composition.needs.iter();
        for need in writes.filter(|need| need.write && need.server == slot) {
            let Some(payload) = &need.payload else {
                continue;
            };
            let from = self.reaching(need, |to| std::ptr::eq(to, choice));
            let load = if self.asks_by_itself(need.consumer) {
                let each = u128::from(self.load(need));
                let times = from.iter().map(|from| self.times(*from, choice.device));
                each.saturating_mul(times.sum())
            } else {
                let all = self.passed_on(need, &from);
                let all = all / BigRational::from_integer(self.count(choice.device).into());
                u128::from(round::up(&all))
            };
            sum = sum.saturating_add(load.saturating_mul(round::up(payload).into()));
        }
        sum
    }

    /// The devices that live on from which a need may ask some of the options of its server.
    fn reaching(self, need: &Need, fits: impl Fn(&'a Choice) -> bool) -> Vec<DeviceIx> {
        let server = self.slot(need.server);
        let to = |at: u32| server?.options.get(at as usize);
        let reaches = need.routes.iter().filter(|route| {
            let open = to(route.to).filter(|to| fits(to));
            let open = open.filter(|to| !self.case.parts(route.from, to.device));
            open.is_some() && !self.case.takes(route.from)
        });
        let mut from: Vec<DeviceIx> = reaches.map(|route| route.from).collect();
        from.sort_unstable();
        from.dedup();
        from
    }

    /// The most that a need of a service asks if only what it has on these devices does, all machines
    /// together, in 10⁻⁶ requests per second. Each instance may round its share up.
    fn passed_on(self, need: &Need, on: &[DeviceIx]) -> BigRational {
        let most = self.slot(need.consumer).map_or(1, |row| row.max_per_device);
        let machines: u64 = on.iter().map(|device| self.count(*device)).sum();
        let instances = whole(machines.saturating_mul(most));
        if let Some(rate) = &need.rate {
            return whole(round::load(rate).0) * instances;
        }
        let asked = self.asked(need.consumer, on) * &need.fanout;
        let shared = on.iter().any(|device| self.count(*device) > 1);
        let rounded = match (shared, need.fanout.is_integer()) {
            (false, true) => BigRational::zero(),
            (false, false) => instances,
            (true, _) => instances * (&need.fanout + BigRational::one()),
        };
        asked + rounded
    }

    /// The most that is asked of what a service has on these devices.
    fn asked(self, slot: SlotIx, on: &[DeviceIx]) -> BigRational {
        let mut sum = BigRational::zero();
        let needs = self.composition.needs.iter();
        for need in needs.filter(|need| need.server == slot) {
            // Writes end up with whoever holds the truth, wherever they come in.
            let bearers = self.slot(slot).map_or(0, |row| self.bearers(row));
            let stored = need.write && bearers > 0;
            let from = self.reaching(need, |to| stored || on.contains(&to.device));
            let load = if self.asks_by_itself(need.consumer) {
                let machines: u64 = from.iter().map(|device| self.count(*device)).sum();
                whole(self.load(need)) * whole(machines)
            } else {
                self.passed_on(need, &from)
            };
            sum += if stored {
                load * whole(bearers.saturating_add(1))
            } else {
                load
            };
        }
        sum
    }

    /// How many may store a write, whoever has taken it.
    fn bearers(self, row: &Slot) -> u64 {
        if custody::span(row).is_none() {
            return 0;
        }
        let standing_by = row.options.iter().filter(|choice| choice.standby);
        let standing_by = standing_by.map(|choice| self.count(choice.device));
        custody::custody(row).holders.max(standing_by.sum())
    }

    fn slot(self, slot: SlotIx) -> Option<&'a Slot> {
        self.composition.slots.get(slot.0 as usize)
    }

    fn asks_by_itself(self, slot: SlotIx) -> bool {
        let row = self.slot(slot);
        row.is_some_and(|row| row.role == SlotRole::Client)
    }

    fn count(self, device: DeviceIx) -> u64 {
        let row = self.composition.devices.get(device.0 as usize);
        row.map_or(1, Device::count)
    }

    /// How many of the one machine ask one of the other.
    fn times(self, from: DeviceIx, to: DeviceIx) -> u128 {
        u128::from((self.count(from) / self.count(to)).max(1))
    }

    /// What one client device asks through a need as the planner counts it, in 10⁻⁶ requests per second.
    fn load(self, need: &Need) -> u64 {
        if let Some(rate) = &need.rate {
            return round::load(rate).0;
        }
        let demand = self.slot(need.consumer);
        let demand = demand.map_or(0, |slot| round::load(&slot.demand).0);
        round::up(&(whole(demand) * &need.fanout))
    }
}

fn whole(number: u64) -> BigRational {
    BigRational::from_integer(number.into())
}
