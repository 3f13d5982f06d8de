//! Bytes arrive from somewhere that has them.

use std::collections::BTreeSet;

use crate::figure::{Unit, pair};
use crate::network::Network;
use crate::violation::{Findings, ViolationKind};
use crate::{CloneSource, CloneSpec, Instance};

pub fn check(network: &Network, found: &mut Findings) {
    for one in &network.plan.instances {
        if let Some(clone) = &one.clone {
            let mut check = Check {
                network,
                one,
                found,
            };
            check.origin(clone);
            check.sources(&clone.sources);
        }
    }
}

struct Check<'n, 'a, 'f> {
    network: &'n Network<'a>,
    one: &'n Instance,
    found: &'f mut Findings,
}

impl Check<'_, '_, '_> {
    fn say(&mut self, other: Option<&str>, what: &str) {
        let about: Vec<&str> = [self.one.id.as_str()].into_iter().chain(other).collect();
        let message = format!("`{}` {what}", self.one.id);
        self.found.add(ViolationKind::Clone, &about, message);
    }

    /// The truth, or the first eager instance where there is none, has its bytes; all others need
    /// somebody to take them from.
    fn origin(&mut self, clone: &CloneSpec) {
        let one = self.one;
        if one.truth && one.is_lazy() {
            self.say(None, "writes, but its bytes come with the first use only");
        }
        let mut instances = self.network.of(&one.component).iter();
        let eager = instances.find(|one| !one.is_lazy());
        // Of several, only one can be the first.
        let first = eager.is_some_and(|first| first.id == one.id) && self.network.times(one) == 1;
        if clone.sources.is_empty() && clone.bytes > 0 && !one.truth && !first {
            self.say(None, "has bytes to take, but nobody to take them from");
        }
    }

    fn sources(&mut self, sources: &[CloneSource]) {
        let mut seen = BTreeSet::new();
        for source in sources {
            let id = source.instance.as_str();
            if !seen.insert(id) {
                self.say(Some(id), &format!("names its source `{id}` twice"));
            }
            if let Some(from) = self.network.instances.get(id).copied() {
                self.source(source, from);
            }
        }
        for (nearer, farther) in sources.iter().zip(sources.iter().skip(1)) {
            if nearer.tier > farther.tier {
                let (a, b) = (&nearer.instance, &farther.instance);
                let what = format!("tries `{a}` before `{b}`, which `fetch` names first");
                self.say(Some(b), &what);
            } else if nearer.tier == farther.tier && nearer.rtt_us > farther.rtt_us {
                let (left, right) = pair(Unit::Micros, nearer.rtt_us, farther.rtt_us);
                let (a, b) = (&nearer.instance, &farther.instance);
                let what = format!("tries `{a}` ({left}) before the nearer `{b}` ({right})");
                self.say(Some(b), &what);
            }
        }
    }

    fn source(&mut self, source: &CloneSource, from: &Instance) {
        let id = from.id.as_str();
        let other = from.id != self.one.id || self.network.times(from) > 1;
        if from.component != self.one.component || !other {
            let what = format!("takes bytes from `{id}`, which is no other instance of it");
            self.say(Some(id), &what);
        }
        if from.is_lazy() {
            self.say(
                Some(id),
                &format!("takes bytes from `{id}`, which is lazy itself"),
            );
        }
        if let Some(transfer) = source.transfer_us.filter(|time| *time < source.rtt_us) {
            let (transfer, rtt) = pair(Unit::Micros, transfer, source.rtt_us);
            let what =
                format!("takes all from `{id}` in {transfer}, less than one round trip {rtt}");
            self.say(Some(id), &what);
        }
    }
}
