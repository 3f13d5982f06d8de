//! What an event does to everybody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::Standing;

/// Who answers whom, how much everybody is asked, and who is served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// One per need of every alive consumer instance, in the order of the plan's routes.
    pub asked: Vec<Asked>,
    /// Load of every alive instance after all loads have moved, in 10⁻⁶ req/s.
    pub loads: BTreeMap<String, u64>,
    /// Alive instances that are asked more than they can answer.
    pub overflows: Vec<Overflow>,
    /// Links that have to carry more than they can.
    pub floods: Vec<Flood>,
    /// Per client component: how many of its alive devices are served, through every service that
    /// theirs rely on.
    pub clients: BTreeMap<String, Share>,
    /// Alive instances per component; 0 for a component that is gone.
    pub alive: BTreeMap<String, u64>,
    /// Variants per component that answer somebody; where nobody asks, those that are alive.
    pub variants: BTreeMap<String, BTreeSet<String>>,
    /// Alive instances whose non-optional needs are all met in time, directly and through others.
    pub well: BTreeSet<String>,
    /// Instances on a circle of requests: their loads are lower bounds. Empty for a verified plan.
    pub circle: Vec<String>,
}

/// A need of an alive consumer instance and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Consumer instance id.
    pub consumer: String,
    /// Its component.
    pub component: String,
    /// Name of the needed service.
    pub service: String,
    /// Whether it may stay unserved.
    pub optional: bool,
    /// Who answers.
    pub answer: Answer,
    /// How many alike consumers this is said of.
    pub times: u64,
}

/// Who answers a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The first entry that is alive and ready.
    By {
        /// Instance id.
        instance: String,
        /// Position in the list, from 0.
        position: usize,
        /// Whole round trip.
        rtt_us: u64,
        /// Round trip plus service time.
        time_us: u64,
        /// Against the budgets.
        standing: Standing,
    },
    /// Nobody.
    Nobody(Unserved),
}

/// Why nobody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unserved {
    /// The list is empty (an optional need that the plan leaves unserved).
    NoEntry,
    /// Every entry stands on a lost device.
    AllLost,
    /// Entries are alive, but behind a cut.
    CutOff,
    /// Entries can be reached, but none of them takes writes.
    NobodyWrites,
    /// Entries are alive, but lazy, and nobody can fill them in time.
    NoneReady,
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoEntry => "its list is empty",
            Self::AllLost => "all entries are lost",
            Self::CutOff => "no entry that is alive can be reached",
            Self::NobodyWrites => "no entry that can be reached takes writes",
            Self::NoneReady => "what is alive is lazy and cannot be filled in time",
        })
    }
}

/// An instance that is asked too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overflow {
    /// Instance id.
    pub instance: String,
    /// Load in 10⁻⁶ req/s.
    pub load_ureqs: u64,
    /// What it can answer in 10⁻⁶ req/s.
    pub capacity_ureqs: u64,
}

/// A link that has to carry too much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Link id.
    pub link: String,
    /// What goes over it, in 10⁻⁶ bytes per second.
    pub traffic_ubytes_per_s: u64,
    /// What it carries.
    pub capacity_ubytes_per_s: u64,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many are served.
    pub served: u64,
    /// How many are alive.
    pub alive: u64,
}

impl Share {
    /// Whether nobody is left out; also true of nobody at all.
    pub const fn is_whole(self) -> bool {
        self.served == self.alive
    }

    /// In millionths, rounded down; a million when there is nobody to serve.
    pub fn ppm(self) -> u64 {
        let scaled = self.served.saturating_mul(1_000_000);
        scaled.checked_div(self.alive).unwrap_or(1_000_000)
    }

    pub(crate) fn count(&mut self, served: bool, times: u64) {
        self.alive += times;
        self.served += if served { times } else { 0 };
    }
}

/// Round trips from a client component to a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rtt {
    /// The longest; absent when nobody is answered.
    pub worst_us: Option<u64>,
    /// Client instances that nobody answers: for them no bound on a round trip holds.
    pub unanswered: u64,
}

impl Outcome {
    /// How many alive devices of a client have all non-optional needs met in time, through every
    /// service on the way. A client that is not in the plan has no devices.
    pub fn served(&self, client: &str) -> Share {
        self.clients.get(client).copied().unwrap_or_default()
    }

    /// How many alive instances of a component reach this service in time, its own needs being met.
    /// Counts optional needs too; instances whose variant does not have the need are left out.
    pub fn served_by(&self, component: &str, service: &str) -> Share {
        let mut share = Share::default();
        for asked in self.needs(component, service) {
            share.count(self.is_met(asked), asked.times);
        }
        share
    }

    /// The longest round trip from a component to whoever answers as this service.
    pub fn rtt(&self, component: &str, service: &str) -> Rtt {
        let mut rtt = Rtt::default();
        for asked in self.needs(component, service) {
            match asked.answer {
                Answer::By { rtt_us, .. } => rtt.worst_us = rtt.worst_us.max(Some(rtt_us)),
                Answer::Nobody(_) => rtt.unanswered += asked.times,
            }
        }
        rtt
    }

    /// Alive instances of a component.
    pub fn count(&self, component: &str) -> u64 {
        self.alive.get(component).copied().unwrap_or_default()
    }

    /// The variants of a component that serve.
    pub fn variants(&self, component: &str) -> BTreeSet<String> {
        self.variants.get(component).cloned().unwrap_or_default()
    }

    /// Whether a need is met in time by an instance that is well itself.
    pub fn is_met(&self, asked: &Asked) -> bool {
        match &asked.answer {
            Answer::By {
                instance, standing, ..
            } => standing.serves() && self.well.contains(instance),
            Answer::Nobody(_) => false,
        }
    }

    fn needs<'a>(
        &'a self,
        component: &'a str,
        service: &'a str,
    ) -> impl Iterator<Item = &'a Asked> {
        let all = self.asked.iter();
        all.filter(move |asked| asked.component == component && asked.service == service)
    }
}
