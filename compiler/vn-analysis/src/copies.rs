//! Several instances of a service on one device: `max_per_device`.

use crate::composition::{Choice, Composition, Port, SlotIx, WishKind};

/// More than so many instances of a service on one device are not set out.
pub const MOST_COPIES: u64 = 16;

/// How many instances of each component a device may hold, none that the component could never have.
pub fn most(composition: &Composition) -> Vec<u32> {
    let slots = (0..).map(SlotIx).zip(&composition.slots);
    let copies = slots.map(|(at, slot)| {
        let counts = composition.wishes.iter().filter_map(|wish| {
            if let WishKind::Count { slot, max, .. } = wish.kind {
                max.filter(|_| slot == at)
            } else {
                None
            }
        });
        let most = counts.chain([slot.max_per_device, MOST_COPIES]).min();
        u32::try_from(most.unwrap_or(1)).unwrap_or(1).max(1)
    });
    copies.collect()
}

/// The same choice as the instance of this number, from 0, on its device; nothing where its ports are no
/// ports any more.
///
/// Each further one publishes the next ports that are free of those before it. Only the first holds a truth,
/// or takes one over: voters stand on distinct devices.
pub fn of(choice: &Choice, number: u32) -> Option<Choice> {
    let mut one = choice.clone();
    one.copy = number;
    if number > 0 {
        one.truth = false;
        one.standby = false;
        one.software.ports = published(&choice.software.ports, number)?;
    }
    Some(one)
}

fn published(ports: &[Port], number: u32) -> Option<Vec<Port>> {
    let all = || ports.iter().map(|port| u32::from(port.published));
    let span = all().max().zip(all().min());
    let span = span.map_or(0, |(last, first)| last - first + 1);
    let shift = span.checked_mul(number)?;
    let moved = |port: &Port| {
        let published = u32::from(port.published).checked_add(shift)?;
        Some(Port {
            published: u16::try_from(published).ok()?,
            ..port.clone()
        })
    };
    ports.iter().map(moved).collect()
}
