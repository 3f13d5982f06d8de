//! Links as declared: between which devices, and how good.

use std::collections::BTreeSet;

use num_traits::{One as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{DeviceIx, Relation, SiteIx};
use crate::currency::Currency;
use crate::declared::{Body, Declaration, Member, Path};
use crate::dimensions;
use crate::fleet::Fleet;
use crate::quantity::{BigRational, ratio, whole};
use crate::scope::Scope;
use crate::selector::{self, Precision};
use crate::sites::SiteGroup;
use crate::traffic;
use crate::typed::{self, Typed};

/// Fields of a link.
pub const FIELDS: &[&str] = &[
    "rtt",
    "bandwidth",
    "private",
    "availability",
    "loss",
    "cost",
];

/// Advice for a value that need not be given.
const UNKNOWN: &str = "leave it out where it is not known";

/// One `link` statement.
#[derive(Clone, Debug)]
pub struct Link {
    /// Between what.
    pub ends: Ends,
    /// Whether it speaks of some sites or devices by number.
    pub indexed: bool,
    /// Whole round trip in seconds.
    pub rtt: BigRational,
    /// Share of packets lost.
    pub loss: BigRational,
    /// Currency per byte, and per request.
    pub cost: (BigRational, BigRational),
    /// Bytes per second.
    pub bandwidth: Option<BigRational>,
    /// Nobody else can listen.
    pub private: bool,
    /// Share of the time that it works.
    pub availability: BigRational,
    /// The statement.
    pub span: Span,
}

/// What a link connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Any two devices of one of these sites.
    Within(BTreeSet<SiteIx>),
    /// Any device of one of these sites and any of another of those.
    Sites(Precision, BTreeSet<SiteIx>, BTreeSet<SiteIx>),
    /// The devices of two sets.
    Devices(Pairs),
}

/// Pairs of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pairs {
    /// How precisely they are named.
    pub precision: Precision,
    /// One of these …
    pub a: BTreeSet<DeviceIx>,
    /// … and one of those.
    pub b: BTreeSet<DeviceIx>,
    /// Two of one site.
    pub near: bool,
    /// Two of different sites.
    pub far: bool,
}

impl Ends {
    /// Whether both connect the same, in whatever order they say it.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sites(here, a, b), Self::Sites(there, first, second)) => {
                here == there && ((a, b) == (first, second) || (a, b) == (second, first))
            }
            (Self::Devices(x), Self::Devices(y)) => {
                let (x, y) = ((&x.a, &x.b, x.near, x.far), (&y.a, &y.b, y.near, y.far));
                x == y || (x.0, x.1, x.2, x.3) == (y.1, y.0, y.2, y.3)
            }
            (Self::Within(a), Self::Within(b)) => a == b,
            (Self::Within(_) | Self::Sites(..) | Self::Devices(_), _) => false,
        }
    }
}

impl Link {
    /// How specifically it speaks of two devices that stand so to each other, if it does.
    pub fn applies(
        &self,
        fleet: &Fleet,
        (from, to): (DeviceIx, DeviceIx),
        relation: Relation,
    ) -> Option<(u8, bool)> {
        let site = |ix| fleet.device(ix).map(|device| device.site_ix);
        let (x, y) = (site(from)?, site(to)?);
        let rank = match (&self.ends, relation) {
            (Ends::Within(of), Relation::Beside) => of.contains(&x).then_some(1),
            (Ends::Sites(precision, a, b), Relation::Apart) => {
                joins(a, b, &x, &y).then_some(u8::from(*precision > Precision::Region))
            }
            (Ends::Devices(pairs), relation @ (Relation::Beside | Relation::Apart)) => {
                let meant = match relation {
                    Relation::Beside => pairs.near,
                    Relation::Same | Relation::Apart => pairs.far,
                };
                let rank = if pairs.precision == Precision::Device {
                    3
                } else {
                    2
                };
                (meant && joins(&pairs.a, &pairs.b, &from, &to)).then_some(rank)
            }
            (_, Relation::Same)
            | (Ends::Within(_), Relation::Apart)
            | (Ends::Sites(..), Relation::Beside) => None,
        };
        rank.map(|rank| (rank, self.indexed))
    }
}

fn joins<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>, x: &T, y: &T) -> bool {
    (a.contains(x) && b.contains(y)) || (a.contains(y) && b.contains(x))
}

/// What links are read against.
struct Reader<'a, 'f> {
    fleet: &'a Fleet,
    scope: &'a Scope<'a>,
    currency: &'f mut Currency,
    faults: &'f mut Vec<Diagnostic>,
}

/// Reads every link of a program.
pub fn links(
    program: &Body,
    sites: &[SiteGroup<'_>],
    fleet: &Fleet,
    scope: &Scope<'_>,
    (currency, faults): (&mut Currency, &mut Vec<Diagnostic>),
) -> Vec<Link> {
    let mut reader = Reader {
        fleet,
        scope,
        currency,
        faults,
    };
    let mut links = Vec::new();
    for site in crate::sites::declared(program) {
        let name = &site.site.name.value;
        let rows = rows(sites, |group| group.site.name.value == *name);
        for declared in site.site.body.of(Member::Link) {
            links.extend(reader.link(declared, Some((name, &rows, false))));
        }
    }
    for over in program.of(Member::Override) {
        for declared in over.body.of(Member::Link) {
            let has =
                |group: &SiteGroup<'_>| group.links.iter().any(|link| link.span == declared.span);
            let rows = rows(sites, has);
            let of = sites.iter().find(|group| has(group));
            let name = of.map_or("", |group| group.site.name.value.as_str());
            links.extend(reader.link(declared, Some((name, &rows, true))));
        }
    }
    for region in program.of(Member::Region) {
        for declared in region.body.of(Member::Link) {
            links.extend(reader.link(declared, None));
        }
    }
    for declared in program.of(Member::Link) {
        links.extend(reader.link(declared, None));
    }
    for (at, link) in links.iter().enumerate() {
        let mut earlier = links.iter().take(at);
        let same = |first: &&Link| first.ends.same(&link.ends) && first.indexed == link.indexed;
        if let Some(first) = earlier.find(same) {
            reader.faults.push(linked_twice(link, first));
        }
    }
    links
}

fn rows(sites: &[SiteGroup<'_>], holds: impl Fn(&SiteGroup<'_>) -> bool) -> BTreeSet<SiteIx> {
    let rows = (0..).map(SiteIx).zip(sites);
    rows.filter(|(_, group)| holds(group))
        .map(|(ix, _)| ix)
        .collect()
}

fn linked_twice(link: &Link, first: &Link) -> Diagnostic {
    let message = "this link is declared twice";
    Diagnostic::error(codes::DECLARED_TWICE, link.span, message)
        .here("again here")
        .label(first.span, "first here")
        .help("keep one of them")
}

/// The site that a link stands in: its name, its groups, and whether they are some of all.
type Inside<'a> = (&'a str, &'a BTreeSet<SiteIx>, bool);

impl Reader<'_, '_> {
    fn link(&mut self, declared: &Declaration, site: Option<Inside<'_>>) -> Option<Link> {
        let fields = &declared.body.fields;
        typed::only(fields, FIELDS, "link", self.faults);
        let ends = self.ends(declared, site);
        let typed = Typed {
            fields,
            scope: self.scope,
        };
        let rtt = typed.amount("rtt", &dimensions::time(), self.faults);
        let nothing = "a link of no `rtt` is none: devices are apart";
        // Between sites there is no link without.
        let help = if site.is_some() {
            UNKNOWN
        } else {
            "write the round trip that was measured: `rtt = 20 ms`"
        };
        let rtt = self.some((&typed, "rtt"), rtt, (nothing, help));
        if fields.get("rtt").is_none() && site.is_none() {
            let message = "a link between sites does not say its `rtt`";
            let fault = Diagnostic::error(codes::MISSING_VALUE, declared.span, message);
            self.faults.push(fault);
        }
        let bandwidth = typed.amount("bandwidth", &dimensions::rate(), self.faults);
        let nothing = "a link of no `bandwidth` carries nothing";
        let bandwidth = self.some((&typed, "bandwidth"), bandwidth, (nothing, UNKNOWN));
        let availability = typed.share("availability", self.faults);
        let nothing = "a link of no `availability` carries nothing";
        let availability = self.some((&typed, "availability"), availability, (nothing, UNKNOWN));
        let loss = typed.share("loss", self.faults).map(|loss| whole(1) - loss);
        let nothing = "a link that loses all carries nothing";
        let kept = self.some((&typed, "loss"), loss, (nothing, UNKNOWN));
        let cost = traffic::cost(&typed, self.currency, self.faults);
        let (ends, indexed) = ends?;
        Some(Link {
            rtt: rtt.unwrap_or_else(|| ratio(1, 1000)),
            bandwidth,
            loss: kept.map_or_else(BigRational::zero, |kept| whole(1) - kept),
            cost,
            private: typed
                .truth("private", self.faults)
                .unwrap_or(site.is_some()),
            availability: availability.unwrap_or_else(BigRational::one),
            ends,
            indexed,
            span: declared.span,
        })
    }

    /// The value, unless it is zero, which is reported.
    fn some(
        &mut self,
        (typed, name): (&Typed<'_>, &str),
        value: Option<BigRational>,
        (message, help): (&str, &str),
    ) -> Option<BigRational> {
        let value = value?;
        if !value.is_zero() {
            return Some(value);
        }
        let span = typed.field(name)?.value.span;
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, span, message);
        self.faults.push(fault.help(help));
        None
    }

    fn ends(&mut self, declared: &Declaration, site: Option<Inside<'_>>) -> Option<(Ends, bool)> {
        let Some((from, to)) = &declared.ends else {
            let Some((_, rows, indexed)) = site else {
                let message = "a link outside a site joins nothing";
                let fault = Diagnostic::error(codes::MISPLACED, declared.span, message);
                self.faults.push(fault.help("write `link a <-> b { … }`"));
                return None;
            };
            return Some((Ends::Within(rows.clone()), indexed));
        };
        let (a, b) = (self.end(from, site), self.end(to, site));
        let ((precise, a), (other, b)) = (a?, b?);
        let indexed = is_indexed(from) || is_indexed(to) || site.is_some_and(|(.., some)| some);
        let (x, y) = (self.sites_of(&a), self.sites_of(&b));
        let whole_sites = precise.max(other) <= Precision::Site;
        let ends = if whole_sites && site.is_none() {
            Ends::Sites(precise.min(other), x, y)
        } else {
            Ends::Devices(Pairs {
                precision: precise.min(other),
                near: x.intersection(&y).next().is_some(),
                far: x != y && site.is_none(),
                a: a.into_iter().collect(),
                b: b.into_iter().collect(),
            })
        };
        if self.is_one(&ends) {
            let message = format!("`{to}` is linked with itself");
            let fault = Diagnostic::error(codes::DECLARED_TWICE, to.span, message);
            let fault = fault.here("again here").label(from.span, "first here");
            self.faults
                .push(fault.help("a link inside a site is `link { … }` in the site"));
            return None;
        }
        Some((ends, indexed))
    }

    /// Whether there is nothing to connect; the devices of one class may have links of their own.
    fn is_one(&self, ends: &Ends) -> bool {
        let sites = |of: &BTreeSet<SiteIx>| -> u64 {
            let rows = of
                .iter()
                .filter_map(|ix| self.fleet.sites.get(ix.0 as usize));
            rows.map(|row| row.numbers.count()).sum()
        };
        match ends {
            Ends::Within(_) => false,
            Ends::Sites(_, a, b) => a == b && sites(a) == 1,
            Ends::Devices(pairs) => {
                let each = |ix: &DeviceIx| self.fleet.device(*ix).map(|d| d.numbers.count());
                let only = pairs.a.iter().filter_map(each).sum::<u64>() == 1;
                pairs.a == pairs.b && only && !pairs.far
            }
        }
    }

    fn sites_of(&self, devices: &[DeviceIx]) -> BTreeSet<SiteIx> {
        let rows = devices.iter().filter_map(|ix| self.fleet.device(*ix));
        rows.map(|device| device.site_ix).collect()
    }

    fn end(&mut self, path: &Path, site: Option<Inside<'_>>) -> Option<(Precision, Vec<DeviceIx>)> {
        let Some((precision, mut found)) = selector::named(path, self.fleet) else {
            self.faults.push(*selector::no_device(path, self.fleet));
            return None;
        };
        if let Some(fault) = selector::no_number(path, self.fleet) {
            self.faults.push(fault);
            return None;
        }
        let Some((name, rows, _)) = site else {
            return Some((precision, found));
        };
        let fleet = self.fleet;
        let before = found.len();
        found.retain(|ix| fleet.device(*ix).is_some_and(|d| rows.contains(&d.site_ix)));
        if found.is_empty() && before > 0 {
            let message = format!("`{path}` is not in `{name}`");
            let fault = Diagnostic::error(codes::MISPLACED, path.span, message);
            self.faults
                .push(fault.help("write the link between sites outside of them"));
            return None;
        }
        Some((precision, found))
    }
}

fn is_indexed(path: &Path) -> bool {
    path.segments.iter().any(|segment| segment.index.is_some())
}
