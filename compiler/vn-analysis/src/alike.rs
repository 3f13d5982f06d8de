//! Groups to classes: what a planner gets that counts alike sites and devices instead of listing them.
//!
//! Alike sites become one row, which stands for all of them. Within a site every device is a row of
//! its own, unless nobody else can ask what runs on it: such devices have no influence on each other
//! either, and one row stands for all of them too.

use std::collections::BTreeSet;

use crate::composition::{
    Choice, CloneMode, Composition, Device, DeviceIx, Elsewhere, Numbers, Relation, Route, Site,
    Slot,
};
use crate::expand::{Cut, Expansion};

impl Composition {
    /// The same with one row for each class of alike sites, in declared order; devices that others
    /// can ask are rows of their own.
    ///
    /// What stands in one site of a template answers nobody outside of it:
    /// `Composition::elsewhere` says who could have asked.
    #[must_use]
    pub fn by_classes(&self) -> Self {
        let near = self.within_sites();
        let cut = Classes {
            asked: near.asked(),
        };
        let expansion = Expansion::of(self, &cut);
        let elsewhere = self.elsewhere(&expansion);
        Self {
            elsewhere,
            ..near.set_out(expansion)
        }
    }

    /// The same without the routes into one of several sites of a name.
    fn within_sites(&self) -> Self {
        let mut near = self.clone();
        for need in &mut near.needs {
            let server = self.slots.get(need.server.0 as usize);
            let options = server.map_or(&[][..], |slot| &slot.options);
            need.routes.retain(|route| !self.is_far(options, route));
        }
        near
    }

    /// Whether a route leads into another site of several that have one name.
    fn is_far(&self, options: &[Choice], route: &Route) -> bool {
        let to = options.get(route.to as usize);
        let device = to.and_then(|choice| self.devices.get(choice.device.0 as usize));
        let site = device.and_then(|device| self.sites.get(device.site_ix.0 as usize));
        let several = site.is_some_and(|site| {
            let same = self.sites.iter().filter(|other| other.name == site.name);
            same.map(|other| other.numbers.count()).sum::<u64>() > 1
        });
        route.relation == Relation::Apart && several
    }

    fn elsewhere(&self, expansion: &Expansion) -> Vec<Elsewhere> {
        let mut found = Vec::new();
        for (at, need) in self.needs.iter().enumerate() {
            let server = self.slots.get(need.server.0 as usize);
            let options = server.map_or(&[][..], |slot| &slot.options);
            for route in need
                .routes
                .iter()
                .filter(|route| self.is_far(options, route))
            {
                let choice = options.get(route.to as usize);
                let path = choice
                    .and_then(|choice| self.paths.get(route.from, choice.device, Relation::Apart));
                let (Some(choice), Some(path)) = (choice, path) else {
                    continue;
                };
                let from = expansion.of_group(route.from).into_iter();
                found.extend(from.map(|from| Elsewhere {
                    need: at,
                    from,
                    service_time: choice.service_time.clone(),
                    rank: choice.rank,
                    meets_recommended: choice.meets_recommended,
                    rtt: path.rtt.clone(),
                    tier: route.tier,
                    fallback_tier: route.fallback_tier,
                }));
            }
        }
        found
    }

    /// Groups of which one device may answer, fill or write for another.
    fn asked(&self) -> BTreeSet<DeviceIx> {
        let mut asked = BTreeSet::new();
        for need in &self.needs {
            let Some(server) = self.slots.get(need.server.0 as usize) else {
                continue;
            };
            let others = need.routes.iter().filter(|r| r.relation != Relation::Same);
            let choices = others.filter_map(|route| server.options.get(route.to as usize));
            asked.extend(choices.map(|choice| choice.device));
        }
        for slot in &self.slots {
            let options = slot.options.iter();
            let shared = options.filter(|choice| self.fills(slot, choice));
            asked.extend(shared.map(|choice| choice.device));
        }
        asked
    }

    /// Whether others may take their bytes, or their truth, from an instance.
    fn fills(&self, slot: &Slot, choice: &Choice) -> bool {
        let is_eager = choice.clone == CloneMode::Eager;
        let mut lazy = slot
            .options
            .iter()
            .filter(|one| one.clone != CloneMode::Eager);
        let source = self.detect.is_some() && is_eager && lazy.next().is_some();
        source || choice.standby || choice.truth
    }
}

struct Classes {
    asked: BTreeSet<DeviceIx>,
}

impl Cut for Classes {
    fn sites(&self, site: &Site) -> Vec<Numbers> {
        if site.numbers.count() == 0 {
            return Vec::new();
        }
        vec![site.numbers.clone()]
    }

    fn devices(&self, group: DeviceIx, device: &Device) -> Vec<Numbers> {
        if self.asked.contains(&group) || device.offer.is_some() {
            return device.numbers.apart();
        }
        vec![device.numbers.clone()]
    }
}
