//! The machines, where they stand and what lies between them.

use std::collections::{BTreeMap, HashMap};

use num_rational::BigRational;
use vn_syntax::Span;

use super::Provenance;

/// A row of [`Composition::devices`](super::Composition::devices): a group of devices that nothing tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceIx(pub u32);

/// A row of [`Composition::sites`](super::Composition::sites): a group of sites that nothing tells apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteIx(pub u32);

/// Amounts of the four resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Cores.
    pub cpu: BigRational,
    /// Bytes.
    pub memory: BigRational,
    /// Bytes.
    pub disk: BigRational,
    /// Bytes of video memory; zero where it is shared with `memory`.
    pub vram: BigRational,
    /// Consumable capabilities of the program: licences, cameras.
    pub more: BTreeMap<String, BigRational>,
}

/// Which of several: `* 6` makes the numbers 1 to 6, an override takes some of them out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// No count is written: there is one, and it has no number.
    #[default]
    Plain,
    /// Ascending ranges, first and last, from 1.
    Some(Vec<(u32, u32)>),
}

impl Numbers {
    /// How many.
    pub fn count(&self) -> u64 {
        match self {
            Self::Plain => 1,
            Self::Some(ranges) => ranges.iter().map(|(a, b)| u64::from(b - a) + 1).sum(),
        }
    }

    /// Each number; `None` for the one without.
    pub fn each(&self) -> Vec<Option<u32>> {
        match self {
            Self::Plain => vec![None],
            Self::Some(ranges) => ranges.iter().flat_map(|(a, b)| *a..=*b).map(Some).collect(),
        }
    }
}

/// A site, or several that nothing tells apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Declared name: `store`.
    pub name: String,
    /// Which of them: `store[17]`.
    pub numbers: Numbers,
    /// The region it lies in.
    pub region: Option<String>,
    /// The declaration.
    pub span: Span,
}

/// One machine, or several that nothing tells apart: equal facts, and no line names some without
/// the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Stable id of one (`nuc`, `phones[2]`, `store[17]/till[3]`); of several what they share
    /// (`phones`, `store/till`, `store[17]/till`).
    pub id: String,
    /// Declared name of its class: `phones`, `store/till`.
    pub class: String,
    /// Declared name: `till`.
    pub name: String,
    /// Site id of one (`home`, `store[17]`), of several the site's name (`store`).
    pub site: String,
    /// The same as a row.
    pub site_ix: SiteIx,
    /// Which of its class within one site.
    pub numbers: Numbers,
    /// Which of its site's template.
    pub sites: Numbers,
    /// `backbone`, `super`, `local`, `edge`; the first allowed one where the planner picks.
    pub role: String,
    /// `role = auto`: the roles among which the planner picks; else empty.
    pub roles: Vec<String>,
    /// May be bought or rented: how many there may be in one site.
    pub offer: Option<Offer>,
    /// Failure domains and other labels: `rack` → `r1`.
    pub labels: BTreeMap<String, String>,
    /// The region it lies in.
    pub region: Option<String>,
    /// Bytes per second, the sum of all its links per direction.
    pub uplink: Option<BigRational>,
    /// Whether it passes on what others send.
    pub forwards: bool,
    /// Watts at rest.
    pub idle_power: BigRational,
    /// What each unit in use costs on top.
    pub metered: Metered,
    /// Hardware profile.
    pub profile: String,
    /// Architecture.
    pub arch: String,
    /// Operating system.
    pub os: String,
    /// IP literal or name.
    pub address: String,
    /// IP literal to bind, if one is known.
    pub bind: Option<String>,
    /// As built.
    pub nominal: Resources,
    /// What instances may claim: nominal × min(usable, 1 − reserve).
    pub claimable: Resources,
    /// Whether it runs on a battery.
    pub battery: bool,
    /// Upper bound on Σ load / capacity from `battery.max_duty`; only on batteries.
    pub max_duty: Option<BigRational>,
    /// Share of the time that it is on, 0..1.
    pub availability: BigRational,
    /// Currency per month (730 h).
    pub cost_per_month: BigRational,
    /// Which line set each of its fields: the profile's, its own, an override's.
    pub provenance: Vec<Provenance>,
    /// The declaration.
    pub span: Span,
}

impl Device {
    /// How many machines the row stands for; of an offer the most that may be bought.
    pub fn count(&self) -> u64 {
        self.numbers.count() * self.sites.count()
    }
}

/// Machines that may be bought or rented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// At least so many in each site.
    pub min: u64,
    /// At most.
    pub max: u64,
    /// Of single devices: what all of one row of the fleet share, which nothing tells apart.
    pub row: u32,
}

/// Currency per month and unit in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metered {
    /// Per core.
    pub cpu: BigRational,
    /// Per byte.
    pub memory: BigRational,
    /// Per byte.
    pub disk: BigRational,
}

/// How two devices of two rows stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// One and the same.
    Same,
    /// Two devices of one site.
    Beside,
    /// Devices of two sites.
    #[default]
    Apart,
}

/// What lies between each two devices, each different path kept once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    known: Vec<Path>,
    places: HashMap<Path, u32>,
    /// Between two spots of the network.
    rows: HashMap<(u32, u32, Relation), u32>,
    /// Where devices stand; each at a spot of its own where this says nothing.
    stands: Vec<Stand>,
    lines: Vec<Line>,
}

/// Where the devices of a row stand in the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stand {
    /// All devices of a spot reach the others in the same way.
    pub spot: u32,
    /// Whether the row has one device at each site, with none of its own beside it.
    pub is_one: bool,
}

/// A `link` of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Bytes per second and direction; unknown where it does not say.
    pub bandwidth: Option<BigRational>,
    /// Whether all devices of two sites share it; else each two devices have their own.
    pub between_sites: bool,
    /// Whether nobody else can listen.
    pub private: bool,
    /// The statement.
    pub span: Span,
}

/// A step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hop {
    /// Over a link: see [`Paths::line`].
    Line(u32),
    /// Passed on by a site; `None` for one of several that nothing tells apart.
    Site(Option<SiteIx>),
    /// Passed on by a device; `None` for one of several that nothing tells apart.
    Device(Option<DeviceIx>),
}

impl Paths {
    /// Adds a path.
    pub fn set(&mut self, from: DeviceIx, to: DeviceIx, relation: Relation, path: Path) {
        let at = self.place(path);
        self.rows.insert((from.0, to.0, relation), at);
    }

    /// Where a path is kept.
    pub(crate) fn place(&mut self, path: Path) -> u32 {
        let next = u32::try_from(self.known.len()).unwrap_or(u32::MAX);
        *self.places.entry(path).or_insert_with_key(|path| {
            self.known.push(path.clone());
            next
        })
    }

    /// Gives two spots the path of a place.
    pub(crate) fn put(&mut self, (from, to): (u32, u32), relation: Relation, at: u32) {
        self.rows.insert((from, to, relation), at);
    }

    /// Says where devices stand, in their order.
    pub(crate) fn stand(&mut self, stands: impl Iterator<Item = Stand>) {
        self.stands = stands.collect();
    }

    fn spot(&self, device: DeviceIx) -> u32 {
        let stand = self.stands.get(device.0 as usize);
        stand.map_or(device.0, |stand| stand.spot)
    }

    /// Where the path of two rows is kept.
    fn row(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<u32> {
        let is_one = |ix: DeviceIx| self.stands.get(ix.0 as usize).is_some_and(|one| one.is_one);
        let holds = match relation {
            Relation::Same => from == to,
            Relation::Beside => from != to || !is_one(from),
            Relation::Apart => true,
        };
        let ends = (self.spot(from), self.spot(to), relation);
        self.rows.get(&ends).copied().filter(|_| holds)
    }

    /// Paths over these links, so far none.
    pub(crate) fn over(lines: Vec<Line>) -> Self {
        Self {
            lines,
            ..Self::default()
        }
    }

    /// The link that a [`Hop`] goes over.
    pub fn line(&self, at: u32) -> Option<&Line> {
        self.lines.get(at as usize)
    }

    /// The same paths between nobody, with what lies on the way by its new name.
    pub(crate) fn without_rows(&self, renamed: impl Fn(Hop) -> Hop) -> Self {
        let mut known = self.known.clone();
        for path in &mut known {
            for hop in &mut path.hops {
                *hop = renamed(*hop);
            }
        }
        let places = known.iter().cloned().zip(0..);
        Self {
            places: places.collect(),
            rows: HashMap::new(),
            stands: Vec::new(),
            known,
            lines: self.lines.clone(),
        }
    }

    /// Gives two rows the path that two others have in `of`, whose paths these are.
    pub(crate) fn take_over(
        &mut self,
        of: &Self,
        (a, b): (DeviceIx, DeviceIx),
        (from, to): (DeviceIx, DeviceIx),
        relation: Relation,
    ) {
        if let Some(at) = of.row(a, b, relation) {
            self.rows.insert((from.0, to.0, relation), at);
        }
    }

    /// The path between a device of one row and a device of another, if messages can pass.
    pub fn get(&self, from: DeviceIx, to: DeviceIx, relation: Relation) -> Option<&Path> {
        self.known.get(self.row(from, to, relation)? as usize)
    }
}

/// Between two devices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// Whole round trip in seconds.
    pub rtt: BigRational,
    /// Share of packets lost, 0..1.
    pub loss: BigRational,
    /// Currency per byte.
    pub cost_per_byte: BigRational,
    /// Currency per request.
    pub cost_per_request: BigRational,
    /// Bytes per second; unknown where no link states it; absent between a device and itself.
    pub bandwidth: Option<BigRational>,
    /// Every link of it is private.
    pub private: bool,
    /// Share of the time that it works, 0..1.
    pub availability: BigRational,
    /// The links it goes over, in order; empty on one device.
    pub links: Vec<Span>,
    /// The same, with who passes messages on; a link that nobody wrote is left out.
    pub hops: Vec<Hop>,
}
