//! Groups to single devices: what a planner of single devices gets.

use std::collections::BTreeMap;
use std::fmt;

use crate::composition::{Addend, Measure, Over, OwnMetric};
use crate::composition::{
    Choice, Composition, Device, DeviceIx, Event, Failure, Hop, Need, Numbers, Paths, Rejection,
    Relation, Route, Site, SiteIx, Slot, Test, Wish, WishKind,
};
use crate::copies;

/// More devices than whoever asked can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// How many there are.
    pub devices: u64,
    /// How many would have been fine.
    pub most: u64,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} devices, more than {}", self.devices, self.most)
    }
}

impl std::error::Error for TooMany {}

impl Composition {
    /// How many devices there are; of offers, how many there may be.
    pub fn device_count(&self) -> u64 {
        self.devices.iter().map(Device::count).sum()
    }

    /// The same with every row one device, in declared order: by site, its number, device, its
    /// number.
    ///
    /// # Errors
    /// When there are more than `most` devices.
    pub fn expanded(&self, most: u64) -> Result<Self, TooMany> {
        let devices = self.device_count();
        if devices > most {
            return Err(TooMany { devices, most });
        }
        Ok(self.set_out(Expansion::of(self, &Apart)))
    }

    /// The same with these rows.
    pub(crate) fn set_out(&self, expansion: Expansion) -> Self {
        let copies = copies::most(self);
        let slots = self.slots.iter().zip(copies);
        let (slots, places): (Vec<Slot>, Vec<Places>) = slots
            .map(|(slot, copies)| expansion.slot(slot, copies))
            .unzip();
        let need = |need: &Need| {
            let places = places.get(need.server.0 as usize);
            expansion.need(need, places.unwrap_or(&Places::new()))
        };
        Self {
            needs: self.needs.iter().map(need).collect(),
            slots,
            paths: expansion.paths(self),
            wishes: self
                .wishes
                .iter()
                .map(|wish| expansion.wish(wish))
                .collect(),
            metrics: self
                .metrics
                .iter()
                .map(|own| expansion.metric(own, &places))
                .collect(),
            tests: self.tests.iter().map(|test| expansion.test(test)).collect(),
            sites: expansion.sites,
            devices: expansion.devices,
            ..self.clone()
        }
    }
}

/// How the groups of a composition become rows.
pub(crate) trait Cut {
    /// The rows of a group of sites.
    fn sites(&self, site: &Site) -> Vec<Numbers>;
    /// The rows of a group of devices within one site.
    fn devices(&self, group: DeviceIx, device: &Device) -> Vec<Numbers>;
}

/// Every site and every device by itself.
struct Apart;

impl Cut for Apart {
    fn sites(&self, site: &Site) -> Vec<Numbers> {
        site.numbers.apart()
    }

    fn devices(&self, _: DeviceIx, device: &Device) -> Vec<Numbers> {
        device.numbers.apart()
    }
}

/// Where each copy of an option of a group ended up on one device.
type Places = BTreeMap<(u32, DeviceIx, u32), u32>;

/// Which device came from which group.
pub(crate) struct Expansion {
    sites: Vec<Site>,
    devices: Vec<Device>,
    /// Group of each device.
    group: Vec<DeviceIx>,
    /// Devices of each group.
    members: Vec<Vec<DeviceIx>>,
    /// Sites of each group of sites.
    sites_of: Vec<Vec<SiteIx>>,
}

impl Expansion {
    pub(crate) fn of(composition: &Composition, cut: &dyn Cut) -> Self {
        let (sites, sites_of) = sites(&composition.sites, cut);
        let mut singles = singles(composition, &sites_of, cut);
        singles.sort_by_key(|((site, at, numbers), _)| (*site, *at, numbers.first()));
        let mut expansion = Self {
            members: vec![Vec::new(); composition.devices.len()],
            devices: Vec::new(),
            group: Vec::new(),
            sites,
            sites_of,
        };
        for ((at, _, numbers), group) in singles {
            let (Some(row), Some(site)) = (
                composition.devices.get(group.0 as usize),
                expansion.sites.get(at.0 as usize),
            ) else {
                continue;
            };
            let ix = DeviceIx(id(expansion.devices.len()));
            let mut one = row.row(at, site, numbers);
            if let Some(offer) = &mut one.offer {
                offer.row = group.0;
            }
            expansion.devices.push(one);
            expansion.group.push(group);
            if let Some(members) = expansion.members.get_mut(group.0 as usize) {
                members.push(ix);
            }
        }
        expansion
    }

    fn all(&self, groups: &[DeviceIx]) -> Vec<DeviceIx> {
        let mut devices: Vec<DeviceIx> = groups.iter().flat_map(|ix| self.of_group(*ix)).collect();
        devices.sort_unstable();
        devices
    }

    pub(crate) fn of_group(&self, group: DeviceIx) -> Vec<DeviceIx> {
        self.members
            .get(group.0 as usize)
            .cloned()
            .unwrap_or_default()
    }

    fn is_several(&self, row: DeviceIx) -> bool {
        let device = self.devices.get(row.0 as usize);
        device.is_some_and(|device| device.count() > 1)
    }

    fn relation(&self, from: DeviceIx, to: DeviceIx) -> Relation {
        let site = |ix: DeviceIx| self.devices.get(ix.0 as usize).map(|d| d.site_ix);
        if from == to {
            Relation::Same
        } else if site(from) == site(to) {
            Relation::Beside
        } else {
            Relation::Apart
        }
    }

    /// What lies on the way, where it is one of the rows.
    fn hop(&self, hop: Hop) -> Hop {
        let site = |group: SiteIx| match self.sites_of.get(group.0 as usize)?.as_slice() {
            [one] if self.is_one_site(*one) => Some(*one),
            _ => None,
        };
        let device = |group: DeviceIx| match self.members.get(group.0 as usize)?.as_slice() {
            [one] if !self.is_several(*one) => Some(*one),
            _ => None,
        };
        match hop {
            Hop::Line(at) => Hop::Line(at),
            Hop::Site(group) => Hop::Site(group.and_then(site)),
            Hop::Device(group) => Hop::Device(group.and_then(device)),
        }
    }

    fn is_one_site(&self, row: SiteIx) -> bool {
        let site = self.sites.get(row.0 as usize);
        site.is_some_and(|site| site.numbers.count() == 1)
    }

    fn paths(&self, composition: &Composition) -> Paths {
        let mut paths = composition.paths.without_rows(|hop| self.hop(hop));
        let devices = || (0..).map(DeviceIx).zip(&self.group);
        for (from, a) in devices() {
            for (to, b) in devices() {
                let relation = self.relation(from, to);
                paths.take_over(&composition.paths, (*a, *b), (from, to), relation);
                // One of several has others beside it and apart from it.
                if self.is_several(from) || self.is_several(to) {
                    for relation in [Relation::Beside, Relation::Apart] {
                        paths.take_over(&composition.paths, (*a, *b), (from, to), relation);
                    }
                }
            }
        }
        paths
    }

    fn slot(&self, slot: &Slot, copies: u32) -> (Slot, Places) {
        let mut options: Vec<(u32, Choice)> = Vec::new();
        for (at, choice) in (0..).zip(&slot.options) {
            for device in self.of_group(choice.device) {
                let choice = Choice {
                    device,
                    ..choice.clone()
                };
                let copies = (0..copies).filter_map(|number| copies::of(&choice, number));
                options.extend(copies.map(|choice| (at, choice)));
            }
        }
        options.sort_by_key(|(at, choice)| (choice.device, choice.copy, choice.variant, *at));
        let places = (0..).zip(&options);
        let places = places.map(|(new, (at, one))| ((*at, one.device, one.copy), new));
        let places = places.collect();
        let mut rejected: Vec<Rejection> = Vec::new();
        for rejection in &slot.rejected {
            for device in self.of_group(rejection.device) {
                rejected.push(Rejection {
                    device,
                    ..rejection.clone()
                });
            }
        }
        rejected.sort_by_key(|rejection| (rejection.device, rejection.variant));
        let mut slot = Slot {
            on: self.all(&slot.on),
            options: options.into_iter().map(|(_, choice)| choice).collect(),
            rejected,
            currently: slot
                .currently
                .iter()
                .flat_map(|(group, variant)| {
                    let all = self.of_group(*group).into_iter();
                    all.map(|device| (device, *variant))
                })
                .collect(),
            ..slot.clone()
        };
        for devices in [
            slot.truth.as_mut().map(|truth| &mut truth.devices),
            slot.standby.as_mut().map(|standby| &mut standby.devices),
            slot.quorum.as_mut().map(|quorum| &mut quorum.devices),
        ]
        .into_iter()
        .flatten()
        {
            *devices = self.all(devices);
        }
        if let Some(fetch) = &mut slot.fetch {
            fetch.set_out(|group| self.of_group(group));
        }
        (slot, places)
    }

    fn need(&self, need: &Need, places: &Places) -> Need {
        let mut routes = Vec::new();
        for route in &need.routes {
            // The option of a group has a place for each of its devices.
            let first = (route.to, DeviceIx(0), 0);
            let last = (route.to, DeviceIx(u32::MAX), u32::MAX);
            for (&(_, device, _), &to) in places.range(first..=last) {
                for from in self.of_group(route.from) {
                    if self.relation(from, device) == route.relation {
                        routes.push(Route { from, to, ..*route });
                    }
                }
            }
        }
        routes.sort_by_key(|route| (route.from, route.to));
        Need {
            routes,
            ..need.clone()
        }
    }

    fn wish(&self, wish: &Wish) -> Wish {
        let mut wish = wish.clone();
        match &mut wish.kind {
            WishKind::Placement { devices, .. } | WishKind::OnEvery { devices, .. } => {
                *devices = self.all(devices);
            }
            WishKind::Survive { failure, .. } => match failure {
                Failure::Any { .. } => {}
                Failure::Lost(devices) => *devices = self.all(devices),
                Failure::Partition(a, b) => {
                    *a = self.all(a);
                    *b = self.all(b);
                }
            },
            WishKind::Bound { terms, .. } => {
                for (_, measure) in terms {
                    if let Measure::ClonedFrom(devices) = measure {
                        *devices = self.all(devices);
                    }
                }
            }
            WishKind::Count { .. }
            | WishKind::Spread { .. }
            | WishKind::Colocate { .. }
            | WishKind::Separate { .. }
            | WishKind::OneOf { .. }
            | WishKind::Ratio { .. }
            | WishKind::Total { .. } => {}
        }
        wish
    }

    fn metric(&self, own: &OwnMetric, places: &[Places]) -> OwnMetric {
        let over = match &own.over {
            Over::Devices(groups) => {
                let of = |group: &DeviceIx| groups.get(group.0 as usize).cloned();
                let of = |group| of(group).unwrap_or_default();
                Over::Devices(self.group.iter().map(of).collect())
            }
            Over::Instances(slots) => {
                let slots = slots.iter().zip(places);
                Over::Instances(slots.map(|(old, places)| moved(old, places)).collect())
            }
        };
        OwnMetric {
            over,
            ..own.clone()
        }
    }

    fn test(&self, test: &Test) -> Test {
        Test {
            given: test
                .given
                .iter()
                .flat_map(|event| self.event(event))
                .collect(),
            ..test.clone()
        }
    }

    fn event(&self, event: &Event) -> Vec<Event> {
        vec![match event {
            Event::Lost(devices) => Event::Lost(self.all(devices)),
            Event::LostSome {
                devices,
                count,
                in_each,
            } => Event::LostSome {
                devices: self.all(devices),
                count: *count,
                in_each: in_each.clone(),
            },
            Event::Partition(a, b) => Event::Partition(self.all(a), self.all(b)),
            Event::Demand(slot, factor) => Event::Demand(*slot, factor.clone()),
            Event::Join {
                profile,
                count,
                site,
            } => {
                let sites = self.sites_of.get(site.0 as usize).into_iter().flatten();
                let join = |site: &SiteIx| Event::Join {
                    profile: profile.clone(),
                    count: *count,
                    site: *site,
                };
                return sites.map(join).collect();
            }
        }]
    }
}

/// What the options of a group add, where each of them ended up.
fn moved(old: &[Addend], places: &Places) -> Vec<Addend> {
    let entry = |((at, ..), to): (&(u32, DeviceIx, u32), &u32)| {
        let addend = old.get(*at as usize).cloned();
        (*to, addend.unwrap_or_default())
    };
    let moved: BTreeMap<u32, Addend> = places.iter().map(entry).collect();
    moved.into_values().collect()
}

/// The rows of all sites, and where those of each group are.
fn sites(groups: &[Site], cut: &dyn Cut) -> (Vec<Site>, Vec<Vec<SiteIx>>) {
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    let mut rows = Vec::new();
    for (group, row) in groups.iter().enumerate() {
        let next = order.len();
        let at = *order.entry(&row.name).or_insert(next);
        let parts = cut.sites(row).into_iter();
        rows.extend(parts.map(|numbers| (at, numbers, group)));
    }
    rows.sort_by_key(|(at, numbers, group)| (*at, numbers.first(), *group));
    let mut sites = Vec::new();
    let mut of_group = vec![Vec::new(); groups.len()];
    for (_, numbers, group) in rows {
        let (Some(row), Some(of_group)) = (groups.get(group), of_group.get_mut(group)) else {
            continue;
        };
        of_group.push(SiteIx(id(sites.len())));
        sites.push(Site {
            numbers,
            ..row.clone()
        });
    }
    (sites, of_group)
}

/// The place of a row in the declared order: its site, its statement, its numbers.
type Place = (SiteIx, usize, Numbers);

fn singles(
    composition: &Composition,
    sites_of: &[Vec<SiteIx>],
    cut: &dyn Cut,
) -> Vec<(Place, DeviceIx)> {
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    let mut singles = Vec::new();
    for (ix, row) in (0..).map(DeviceIx).zip(&composition.devices) {
        let next = order.len();
        let at = *order.entry(&row.class).or_insert(next);
        for site in sites_of.get(row.site_ix.0 as usize).into_iter().flatten() {
            let parts = cut.devices(ix, row).into_iter();
            singles.extend(parts.map(|numbers| ((*site, at, numbers), ix)));
        }
    }
    singles
}

impl Device {
    /// Some of the group, in some of its sites.
    fn row(&self, site_ix: SiteIx, site: &Site, numbers: Numbers) -> Self {
        let own = numbers.label_all(&self.name);
        let within = site.numbers.label_all(&site.name);
        let mut row = Self {
            id: match site.numbers {
                Numbers::Plain => own,
                Numbers::Some(_) => format!("{within}/{own}"),
            },
            site: within,
            site_ix,
            sites: site.numbers.clone(),
            numbers,
            ..self.clone()
        };
        if row.address.is_empty() {
            row.address = if row.count() > 1 {
                row.address_pattern(&site.name)
            } else {
                row.default_address()
            };
        }
        row
    }

    /// The id of the first of the devices that a row stands for.
    pub fn first_id(&self) -> String {
        let first = |numbers: &Numbers| match numbers.first() {
            None => Numbers::Plain,
            Some(first) => Numbers::Some(vec![(first, first)]),
        };
        let own = first(&self.numbers).label(&self.name);
        match (&self.sites, self.site.split_once('[')) {
            (Numbers::Some(_), Some((site, _))) => {
                format!("{}/{own}", first(&self.sites).label(site))
            }
            (Numbers::Some(_) | Numbers::Plain, _) => own,
        }
    }

    /// The default addresses of several, with the numbers left open:
    /// `till-{device}.store-{site}.internal`.
    fn address_pattern(&self, site: &str) -> String {
        let part = |name: &str, numbers: &Numbers, open: &str| match numbers {
            Numbers::Plain => name.replace('_', "-"),
            Numbers::Some(_) => match numbers.only() {
                Some(number) => format!("{}-{number}", name.replace('_', "-")),
                None => format!("{}-{{{open}}}", name.replace('_', "-")),
            },
        };
        let host = part(&self.name, &self.numbers, "device");
        let within = part(site, &self.sites, "site");
        format!("{host}.{within}.internal")
    }

    /// A name that resolvers accept: `till-3.store-17.internal`.
    pub(crate) fn default_address(&self) -> String {
        let host = self.numbers.label(&self.name);
        let address = format!("{host}.{}.internal", self.site);
        address.replace(['_', '['], "-").replace(']', "")
    }
}

fn id(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
