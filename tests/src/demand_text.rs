//! What a composition demands, as text: one line for each wish, need and unusual slot.

#![allow(dead_code, reason = "each test that includes this uses a part of it")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use num_rational::BigRational;
use vn_analysis::{
    CloneMode, Composition, DeviceIx, Domain, Failure, Need, Relation, Slot, SlotIx, Wish, WishKind,
};

/// Everything that is demanded.
pub fn text(composition: &Composition) -> String {
    let on = Shown(composition);
    let mut text = String::new();
    for slot in &composition.slots {
        let said = on.slot(slot);
        if !said.is_empty() {
            _ = writeln!(text, "slot {}: {}", slot.name, said.join("; "));
        }
    }
    for need in &composition.needs {
        _ = writeln!(text, "need {}", on.need(need));
    }
    for wish in &composition.wishes {
        _ = writeln!(text, "wish {}", on.wish(wish));
    }
    text
}

struct Shown<'a>(&'a Composition);

fn number(value: &BigRational) -> String {
    value.to_string()
}

fn domain(domain: &Domain) -> &str {
    match domain {
        Domain::Device => "device",
        Domain::Site => "site",
        Domain::Region => "region",
        Domain::Label(label) => label,
    }
}

impl Shown<'_> {
    fn name(&self, ix: SlotIx) -> &str {
        &self.0.slots[ix.0 as usize].name
    }

    fn names(&self, slots: &[SlotIx]) -> String {
        let names: Vec<&str> = slots.iter().map(|ix| self.name(*ix)).collect();
        names.join(", ")
    }

    fn devices(&self, devices: &[DeviceIx]) -> String {
        let ids = devices
            .iter()
            .map(|ix| self.0.devices[ix.0 as usize].id.as_str());
        ids.collect::<Vec<_>>().join(", ")
    }

    fn slot(&self, slot: &Slot) -> Vec<String> {
        let mut said = Vec::new();
        let mut say = |what: &str, value: String| said.push(format!("{what} {value}"));
        if let Some(truth) = &slot.truth {
            say("truth", self.devices(&truth.devices));
        }
        if let Some(standby) = &slot.standby {
            say("standby", self.devices(&standby.devices));
        }
        if let Some(quorum) = &slot.quorum {
            say(
                "quorum",
                format!("{} of {}", quorum.voters, self.devices(&quorum.devices)),
            );
        }
        if let Some((seconds, _)) = &slot.buffer {
            say("buffer", number(seconds));
        }
        if slot.relay {
            say("relay", String::new());
        }
        if let Some(staleness) = &slot.staleness {
            say("staleness", number(staleness));
        }
        if slot.max_per_device != 1 {
            say("max_per_device", slot.max_per_device.to_string());
        }
        if slot.if_needed {
            say("if_needed", String::new());
        }
        for (device, variant) in &slot.currently {
            let variant = variant.map_or("?", |at| slot.variants[at as usize].as_str());
            say(
                "currently",
                format!("{} as {variant}", self.devices(&[*device])),
            );
        }
        if number(&slot.move_cost) != "1" {
            say("move_cost", number(&slot.move_cost));
        }
        for (tier, within) in slot.fetch.iter().flat_map(vn_analysis::Fetch::tiers) {
            let within = within.map_or_else(|| "-".to_owned(), number);
            say("fetch", format!("{tier} within {within}"));
        }
        for choice in &slot.options {
            let id = self.devices(&[choice.device]);
            let variant = &slot.variants[choice.variant as usize];
            if choice.clone != CloneMode::Eager {
                say("clone", format!("{:?} {variant} on {id}", choice.clone));
            }
            if let Some(most) = choice.connections {
                say("connections", format!("{most} of {variant} on {id}"));
            }
        }
        said.iter().map(|said| said.trim_end().to_owned()).collect()
    }

    fn need(&self, need: &Need) -> String {
        let consumer = &self.0.slots[need.consumer.0 as usize];
        let server = &self.0.slots[need.server.0 as usize];
        let mut text = format!("{} -> {}", consumer.name, server.name);
        if let Some(only) = &need.variants {
            let names: Vec<&str> = only
                .iter()
                .map(|at| consumer.variants[*at as usize].as_str())
                .collect();
            _ = write!(text, " (only {})", names.join(", "));
        }
        let mut say = |what: &str, value: Option<String>| {
            if let Some(value) = value {
                _ = write!(text, " {what}={value}");
            }
        };
        say("within", need.within.as_ref().map(number));
        say("degraded", need.degraded.as_ref().map(number));
        say(
            "fanout",
            Some(number(&need.fanout)).filter(|one| one != "1"),
        );
        say("rate", need.rate.as_ref().map(number));
        say("payload", need.payload.as_ref().map(number));
        say("copies", (need.copies > 1).then(|| need.copies.to_string()));
        say(
            "at_least",
            need.at_least.map(|at| server.variants[at as usize].clone()),
        );
        let flags = [
            (need.write, "write"),
            (need.balanced, "balanced"),
            (need.deferred, "deferred"),
            (need.optional, "optional"),
        ];
        for (_, flag) in flags.into_iter().filter(|(set, _)| *set) {
            _ = write!(text, " {flag}");
        }
        for (to, from) in self.routes(need, server) {
            _ = write!(text, "\n  {} -> {to}", from.join(", "));
        }
        text
    }

    /// Whom the devices of a consumer can ask, those that can ask the same together.
    fn routes(&self, need: &Need, server: &Slot) -> BTreeMap<String, Vec<String>> {
        let mut of_device: BTreeMap<DeviceIx, Vec<String>> = BTreeMap::new();
        for route in &need.routes {
            let to = &server.options[route.to as usize];
            let id = self.devices(&[to.device]);
            let variant = &server.variants[to.variant as usize];
            let target = match (route.relation, route.tier) {
                (Relation::Same, tier) => format!("itself as {variant} ({tier})"),
                (Relation::Beside | Relation::Apart, tier) => format!("{id} as {variant} ({tier})"),
            };
            of_device.entry(route.from).or_default().push(target);
        }
        let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (from, targets) in of_device {
            let from = self.devices(&[from]);
            alike.entry(targets.join(", ")).or_default().push(from);
        }
        alike
    }

    fn counted(&self, (slot, variant): (SlotIx, Option<u32>)) -> String {
        let of = &self.0.slots[slot.0 as usize];
        match variant {
            Some(at) => format!("{}.{}", of.name, of.variants[at as usize]),
            None => of.name.clone(),
        }
    }

    fn failure(&self, failure: &Failure) -> String {
        match failure {
            Failure::Any { count, of, per } => {
                let per = per
                    .as_ref()
                    .map_or_else(String::new, |site| format!(" per {site}"));
                format!("any {count} {}{per}", domain(of))
            }
            Failure::Lost(lost) => format!("lost [{}]", self.devices(lost)),
            Failure::Partition(a, b) => {
                format!("partition [{}] | [{}]", self.devices(a), self.devices(b))
            }
        }
    }

    fn wish(&self, wish: &Wish) -> String {
        match &wish.kind {
            WishKind::Count { slot, min, max } => {
                let max = max.map_or_else(String::new, |max| max.to_string());
                format!("{} count {min}..{max}", self.name(*slot))
            }
            WishKind::Spread {
                slot,
                across,
                at_least,
            } => {
                let at_least = at_least.map_or_else(String::new, |k| format!(" at least {k}"));
                format!(
                    "{} spread across {}{at_least}",
                    self.name(*slot),
                    domain(across)
                )
            }
            WishKind::Placement { slot, devices } => {
                format!("{} placed on {}", self.name(*slot), self.devices(devices))
            }
            WishKind::Survive {
                slot,
                inherited_from,
                failure,
                lasting,
            } => {
                let lasting = lasting
                    .as_ref()
                    .map_or_else(String::new, |t| format!(" for {t}"));
                let from = inherited_from
                    .map_or_else(String::new, |ix| format!(" (from {})", self.name(ix)));
                format!(
                    "{} survive {}{lasting}{from}",
                    self.name(*slot),
                    self.failure(failure)
                )
            }
            WishKind::Colocate {
                whenever,
                then,
                across,
            } => {
                format!(
                    "colocate [{}] with [{}] across {}",
                    self.names(whenever),
                    self.names(then),
                    domain(across)
                )
            }
            WishKind::Separate { slots, across } => {
                format!("separate [{}] across {}", self.names(slots), domain(across))
            }
            WishKind::OneOf { slots } => format!("one of [{}]", self.names(slots)),
            WishKind::OnEvery {
                slot,
                devices,
                in_use,
                except_beside,
            } => format!(
                "{} on every [{}]{}{}",
                self.name(*slot),
                self.devices(devices),
                if *in_use { " in use" } else { "" },
                if except_beside.is_empty() {
                    String::new()
                } else {
                    format!(" except beside [{}]", self.names(except_beside))
                }
            ),
            WishKind::Ratio {
                per,
                of,
                at_least,
                then,
            } => {
                format!(
                    "per {per} of {} at least {at_least} of {}",
                    self.counted(*of),
                    self.counted(*then)
                )
            }
            WishKind::Bound {
                terms,
                comparison,
                bound,
                ..
            } => format!("{terms:?} {comparison:?} {bound}"),
            WishKind::Total { message, .. } => format!("total … else {message:?}"),
        }
    }
}
