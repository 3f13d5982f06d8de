//! Links as declared: between which devices, and how good.

use std::collections::BTreeSet;

use num_traits::{One as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::DeviceIx;
use crate::declared::{Body, Declaration, Member, Path, unsupported};
use crate::dimensions;
use crate::fleet::Fleet;
use crate::quantity::{BigRational, ratio};
use crate::scope::Scope;
use crate::selector::{self, Precision};
use crate::typed::{self, Typed};

/// One `link` statement.
#[derive(Clone, Debug)]
pub struct Link {
    /// Between what.
    pub ends: Ends,
    /// Whole round trip in seconds.
    pub rtt: BigRational,
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
#[derive(Clone, Debug)]
pub enum Ends {
    /// Any two devices of a site.
    Within(String),
    /// Any two devices of two sites.
    Sites(String, String),
    /// The devices of two sets.
    Devices(Precision, BTreeSet<DeviceIx>, BTreeSet<DeviceIx>),
}

impl Ends {
    /// Whether both connect the same, in whatever order they say it.
    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Within(a), Self::Within(b)) => a == b,
            (Self::Sites(a, b), Self::Sites(c, d)) => (a, b) == (c, d) || (a, b) == (d, c),
            (Self::Devices(_, a, b), Self::Devices(_, c, d)) => {
                (a, b) == (c, d) || (a, b) == (d, c)
            }
            _ => false,
        }
    }

    /// Whether there is nothing to connect; the devices of one class may have links of their own.
    fn is_one(&self) -> bool {
        match self {
            Self::Within(_) => false,
            Self::Sites(a, b) => a == b,
            Self::Devices(_, a, b) => a == b && a.len() == 1,
        }
    }
}

impl Link {
    /// How specifically it speaks of two devices, if it does.
    pub fn applies(&self, fleet: &Fleet, from: DeviceIx, to: DeviceIx) -> Option<u8> {
        let site = |ix| fleet.device(ix).map_or("", |device| device.site.as_str());
        match &self.ends {
            Ends::Within(of) => (site(from) == of && site(to) == of).then_some(0),
            Ends::Sites(a, b) => {
                let pair = (site(from), site(to));
                (pair == (a, b) || pair == (b, a)).then_some(0)
            }
            Ends::Devices(precision, a, b) => {
                let joins = (a.contains(&from) && b.contains(&to))
                    || (a.contains(&to) && b.contains(&from));
                joins.then_some(if *precision == Precision::Device {
                    2
                } else {
                    1
                })
            }
        }
    }
}

/// Reads every link of a program.
pub fn links(
    program: &Body,
    fleet: &Fleet,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Link> {
    let mut links = Vec::new();
    for site in program.of(Member::Site) {
        for declared in site.body.of(Member::Link) {
            links.extend(link(declared, Some(&site.name.value), fleet, scope, faults));
        }
    }
    for declared in program.of(Member::Link) {
        links.extend(link(declared, None, fleet, scope, faults));
    }
    for (at, link) in links.iter().enumerate() {
        let mut earlier = links.iter().take(at);
        if let Some(first) = earlier.find(|first| first.ends.same(&link.ends)) {
            faults.push(linked_twice(link, first));
        }
    }
    links
}

fn linked_twice(link: &Link, first: &Link) -> Diagnostic {
    let message = "this link is declared twice";
    Diagnostic::error(codes::DECLARED_TWICE, link.span, message)
        .here("again here")
        .label(first.span, "first here")
        .help("keep one of them")
}

fn link(
    declared: &Declaration,
    site: Option<&str>,
    fleet: &Fleet,
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Link> {
    const FIELDS: &[&str] = &[
        "rtt",
        "bandwidth",
        "private",
        "availability",
        "loss",
        "cost",
        "insecure",
    ];
    let fields = &declared.body.fields;
    typed::only(fields, FIELDS, "link", faults);
    for name in ["loss", "cost", "insecure"] {
        if let Some(field) = fields.get(name) {
            faults.push(unsupported(field.span, &format!("{name} of a link")));
        }
    }
    let ends = ends(declared, site, fleet, faults);
    let typed = Typed { fields, scope };
    let rtt = typed.amount("rtt", &dimensions::time(), faults);
    if rtt.is_none() && fields.get("rtt").is_none() && site.is_none() {
        let message = "a link between sites does not say its `rtt`";
        faults.push(Diagnostic::error(
            codes::MISSING_VALUE,
            declared.span,
            message,
        ));
    }
    Some(Link {
        rtt: rtt.unwrap_or_else(|| ratio(1, 1000)),
        bandwidth: bandwidth(&typed, faults),
        private: typed.truth("private", faults).unwrap_or(site.is_some()),
        availability: typed
            .share("availability", faults)
            .unwrap_or_else(BigRational::one),
        ends: ends?,
        span: declared.span,
    })
}

fn bandwidth(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<BigRational> {
    let rate = typed.amount("bandwidth", &dimensions::rate(), faults)?;
    if !rate.is_zero() {
        return Some(rate);
    }
    let span = typed.field("bandwidth")?.value.span;
    let message = "a link of no `bandwidth` carries nothing";
    let fault = Diagnostic::error(codes::OUT_OF_RANGE, span, message);
    faults.push(fault.help("leave it out where it is not known"));
    None
}

fn ends(
    declared: &Declaration,
    site: Option<&str>,
    fleet: &Fleet,
    faults: &mut Vec<Diagnostic>,
) -> Option<Ends> {
    let Some((from, to)) = &declared.ends else {
        if site.is_none() {
            let message = "a link outside a site joins nothing";
            let fault = Diagnostic::error(codes::MISPLACED, declared.span, message);
            faults.push(fault.help("write `link a <-> b { … }`"));
        }
        return site.map(|site| Ends::Within(site.to_owned()));
    };
    let (a, b) = (end(from, fleet, faults), end(to, fleet, faults));
    let ((precise, a), (other, b)) = (a?, b?);
    let ends = if (precise, other) == (Precision::Site, Precision::Site) {
        Ends::Sites(from.to_string(), to.to_string())
    } else {
        Ends::Devices(
            precise.min(other),
            a.into_iter().collect(),
            b.into_iter().collect(),
        )
    };
    if ends.is_one() {
        let message = format!("`{to}` is linked with itself");
        let fault = Diagnostic::error(codes::DECLARED_TWICE, to.span, message);
        let fault = fault.here("again here").label(from.span, "first here");
        faults.push(fault.help("a link inside a site is `link { … }` in the site"));
        return None;
    }
    Some(ends)
}

fn end(
    path: &Path,
    fleet: &Fleet,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Precision, Vec<DeviceIx>)> {
    let found = selector::named(path, fleet);
    if found.is_none() {
        faults.push(*selector::no_device(path, fleet));
    }
    found
}
