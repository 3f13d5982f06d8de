//! Variants without port and image live inside whoever uses them: a client's app, or a service that
//! lives inside one itself. A container cannot hold them.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Choice, DeviceIx, Reason, Rejection, Slot, SlotRole};

/// Whether a variant lives inside its consumer.
pub fn is_embedded(choice: &Choice) -> bool {
    choice.software.ports.is_empty() && choice.software.image.is_none()
}

/// Whether a component can hold an embedded variant on a device: all that runs of it there would
/// have to be able to.
pub fn holds(consumer: &Slot, device: DeviceIx) -> bool {
    let mut here = consumer
        .options
        .iter()
        .filter(|choice| choice.device == device)
        .peekable();
    match consumer.role {
        SlotRole::Client => consumer.on.contains(&device),
        SlotRole::Service => here.peek().is_some() && here.all(is_embedded),
    }
}

/// Takes out embedded options of needed services where nobody could hold them; `edges` are pairs of
/// consumer and server among the slots.
pub fn settle(slots: &mut [Slot], edges: &[(usize, usize)], faults: &mut Vec<Diagnostic>) {
    // Taking one out may leave another without its holder.
    while edges
        .iter()
        .any(|&(_, server)| settle_one(slots, server, edges))
    {}
    for &(_, server) in edges {
        if let Some(slot) = slots.get(server)
            && slot.options.is_empty()
            && slot
                .rejected
                .iter()
                .any(|r| r.reasons.iter().any(|why| why.span == slot.span))
        {
            let name = &slot.name;
            let message = format!(
                "`{name}` has no variant with a port, and nothing that needs it can hold it"
            );
            let fault = Diagnostic::error(codes::NOWHERE, slot.span, message);
            faults.push(
                fault.help("give it a port, `ports { http = http(8080) }` say, or let it run where it is needed"),
            );
        }
    }
}

fn settle_one(slots: &mut [Slot], server: usize, edges: &[(usize, usize)]) -> bool {
    let consumers: Vec<usize> = edges
        .iter()
        .filter(|edge| edge.1 == server)
        .map(|edge| edge.0)
        .collect();
    let held = |choice: &Choice, slots: &[Slot]| {
        !is_embedded(choice)
            || consumers
                .iter()
                .filter_map(|at| slots.get(*at))
                .any(|c| holds(c, choice.device))
    };
    let Some(slot) = slots.get(server) else {
        return false;
    };
    if slot.options.iter().all(|choice| held(choice, slots)) {
        return false;
    }
    let options = slot.options.iter().cloned();
    let (kept, gone): (Vec<Choice>, Vec<Choice>) = options.partition(|choice| held(choice, slots));
    let rejections: Vec<Rejection> = gone.iter().map(|c| rejection(slot, c)).collect();
    if let Some(slot) = slots.get_mut(server) {
        slot.options = kept;
        slot.rejected.extend(rejections);
        slot.rejected
            .sort_by_key(|rejection| (rejection.device, rejection.variant));
    }
    true
}

fn rejection(slot: &Slot, choice: &Choice) -> Rejection {
    let after = format!("` that needs `{}` can hold it", slot.name);
    Rejection {
        device: choice.device,
        variant: choice.variant,
        reasons: [Reason::about(
            "it has no port, and nothing on `",
            after,
            slot.span,
        )]
        .into(),
    }
}
