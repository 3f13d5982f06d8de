//! Loads walk along whoever answers.

use std::collections::{BTreeMap, VecDeque};

use crate::{Instance, Role, RouteLoad};

/// What one answered need adds, and to whom.
pub struct Edge<'a> {
    pub from: &'a Instance,
    pub to: &'a Instance,
    pub load: RouteLoad,
    /// How many such consumers ask one server.
    pub times: u64,
}

/// Load per instance, in 10⁻⁶ req/s.
pub struct Loads<'a> {
    pub by_instance: BTreeMap<&'a str, u64>,
    /// Instances on a circle, or behind one: their loads are lower bounds.
    pub circle: Vec<&'a str>,
}

impl RouteLoad {
    /// Whether it follows from the load of the consumer.
    pub const fn passes_on(self) -> bool {
        match self {
            Self::Fanout { .. } => true,
            Self::RateUreqs(_) => false,
        }
    }

    /// What a consumer with this load, in 10⁻⁶ req/s, puts on whoever answers.
    pub fn of(self, consumer_ureqs: u64) -> u64 {
        match self {
            Self::RateUreqs(rate) => rate,
            Self::Fanout { num, den } => {
                let product = u128::from(consumer_ureqs) * u128::from(num);
                // A factor over nothing is refused by `verify`; here it only must not panic.
                let load = product.checked_add(u128::from(den).saturating_sub(1));
                load.and_then(|up| up.checked_div(u128::from(den)))
                    .and_then(|up| u64::try_from(up).ok())
                    .unwrap_or(u64::MAX)
            }
        }
    }
}

impl Instance {
    fn own_ureqs(&self) -> u64 {
        match self.role {
            Role::Client => self.demand_ureqs,
            Role::Service => 0,
        }
    }
}

/// The loads of these instances when these edges carry all requests.
///
/// An instance is done when all that pass their load on to it are; what is left then stands on a circle.
/// What has a rate of its own waits for nobody.
pub fn loads<'a>(alive: &[&'a Instance], edges: &[Edge<'a>]) -> Loads<'a> {
    let mut by_instance: BTreeMap<&str, u64> = BTreeMap::new();
    let mut waiting: BTreeMap<&str, usize> = BTreeMap::new();
    let mut outgoing: BTreeMap<&str, Vec<&Edge<'a>>> = BTreeMap::new();
    for one in alive {
        by_instance.insert(&one.id, one.own_ureqs());
        waiting.insert(&one.id, 0);
    }
    let (passing, fixed): (Vec<_>, Vec<_>) = edges.iter().partition(|edge| edge.load.passes_on());
    for edge in fixed {
        let load = edge.load.of(0).saturating_mul(edge.times);
        let sum = by_instance.entry(&edge.to.id).or_default();
        *sum = sum.saturating_add(load);
    }
    for edge in passing {
        *waiting.entry(&edge.to.id).or_default() += 1;
        outgoing.entry(&edge.from.id).or_default().push(edge);
    }
    let free = waiting.iter().filter(|(_, asked)| **asked == 0);
    let mut ready: VecDeque<&str> = free.map(|(id, _)| *id).collect();
    while let Some(id) = ready.pop_front() {
        waiting.remove(id);
        let load = by_instance.get(id).copied().unwrap_or_default();
        for edge in outgoing.get(id).into_iter().flatten() {
            let sum = by_instance.entry(&edge.to.id).or_default();
            *sum = sum.saturating_add(edge.load.of(load).saturating_mul(edge.times));
            let Some(asked) = waiting.get_mut(edge.to.id.as_str()) else {
                continue;
            };
            *asked -= 1;
            if *asked == 0 {
                ready.push_back(&edge.to.id);
            }
        }
    }
    Loads {
        by_instance,
        circle: waiting.into_keys().collect(),
    }
}
