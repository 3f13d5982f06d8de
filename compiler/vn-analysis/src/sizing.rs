//! What an instance of a variant on a device claims, can do and costs.

use std::collections::BTreeMap;

use num_traits::Zero as _;
use vn_syntax::{Diagnostic, Span};

use crate::capabilities;
use crate::composition::{Reason, Resources};
use crate::currency::Currency;
use crate::dimension::Dimension;
use crate::dimensions;
use crate::exact;
use crate::machine::Machine;
use crate::quantity::{BigRational, Quantity};
use crate::scope::Scope;
use crate::show;
use crate::typed::Typed;
use crate::value::Value;

/// The figures of a variant on the devices of one class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// What an instance claims.
    pub claims: Resources,
    /// Whether that is what is recommended.
    pub meets_recommended: bool,
    /// Requests per second.
    pub capacity: Option<BigRational>,
    /// Seconds.
    pub service_time: BigRational,
    /// Watts.
    pub power: BigRational,
    /// Currency per month.
    pub cost_per_month: BigRational,
    /// Bytes of the data set.
    pub dataset: BigRational,
}

/// How much an instance shall claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambition {
    /// Its plain needs.
    Plain,
    /// What is recommended wherever the device could hold that much: `high_performance`.
    WherePossible,
    /// What is recommended, or nothing: `require recommended`.
    Recommended,
}

/// Reads the figures.
pub fn size(
    typed: &Typed<'_>,
    machine: &Machine,
    ambition: Ambition,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Size {
    let plain = claims(typed, PLAIN, machine, None, faults);
    let recommended = claims(typed, RECOMMENDED, machine, Some(&plain), faults);
    let fits = || exceeded(&recommended, &machine.device.claimable).is_none();
    let generous = match ambition {
        Ambition::Plain => false,
        Ambition::WherePossible => fits(),
        Ambition::Recommended => true,
    };
    let claims = if generous { recommended.clone() } else { plain };
    let power = typed.amount("power", &dimensions::power(), faults);
    Size {
        meets_recommended: exceeded(&recommended, &claims).is_none(),
        capacity: typed.above_zero(
            "capacity",
            &dimensions::throughput(),
            "leave it out where it is not known",
            faults,
        ),
        service_time: amount(typed, "service_time", &dimensions::time(), faults),
        power: power.unwrap_or_else(|| share_of_power(&claims, machine)),
        cost_per_month: cost(typed, &claims, currency, faults),
        dataset: amount(typed, "dataset", &dimensions::bytes(), faults),
        claims,
    }
}

/// What an instance uses is what it claims.
fn cost(
    typed: &Typed<'_>,
    claims: &Resources,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> BigRational {
    if typed.field("cost").is_none() {
        return BigRational::zero();
    }
    let used = |name: &str, value: &BigRational, dimension| {
        let quantity = Quantity::new(value.clone(), dimension);
        (format!("used.{name}"), Value::Quantity(quantity))
    };
    let values = BTreeMap::from([
        used("cpu", &claims.cpu, dimensions::cores()),
        used("memory", &claims.memory, dimensions::bytes()),
        used("disk", &claims.disk, dimensions::bytes()),
        used("vram", &claims.vram, dimensions::bytes()),
    ]);
    let typed = Typed {
        fields: typed.fields,
        scope: &Scope {
            fields: Some(typed.fields),
            ..Scope::inside(typed.scope, values)
        },
    };
    typed
        .per_month("cost", currency, faults)
        .unwrap_or_default()
}

fn amount(
    typed: &Typed<'_>,
    name: &str,
    dimension: &Dimension,
    faults: &mut Vec<Diagnostic>,
) -> BigRational {
    typed.amount(name, dimension, faults).unwrap_or_default()
}

/// The fields of cpu, memory, disk and video memory.
type Names = [&'static str; 4];

const PLAIN: Names = ["cpu", "memory", "disk", "vram"];
const RECOMMENDED: Names = [
    "recommended.cpu",
    "recommended.memory",
    "recommended.disk",
    "recommended.vram",
];

/// Four claims; those that are not written are as in `otherwise`. Video memory that is shared with
/// memory counts as memory.
fn claims(
    typed: &Typed<'_>,
    [cpu, memory, disk, vram]: Names,
    machine: &Machine,
    otherwise: Option<&Resources>,
    faults: &mut Vec<Diagnostic>,
) -> Resources {
    let mut read = |name: &str, dimension: &Dimension| typed.amount(name, dimension, faults);
    let vram = read(vram, &dimensions::bytes());
    let memory = read(memory, &dimensions::bytes());
    let shared = if machine.shared_with_gpu {
        vram.clone().unwrap_or_default()
    } else {
        BigRational::zero()
    };
    let fallback =
        |of: fn(&Resources) -> &BigRational| otherwise.map(of).cloned().unwrap_or_default();
    let own_vram = if machine.shared_with_gpu { None } else { vram };
    Resources {
        cpu: read(cpu, &dimensions::cores()).unwrap_or_else(|| fallback(|r| &r.cpu)),
        disk: read(disk, &dimensions::bytes()).unwrap_or_else(|| fallback(|r| &r.disk)),
        memory: memory.map_or_else(
            || fallback(|r| &r.memory),
            |memory| exact::sum(&memory, &shared),
        ),
        vram: own_vram.unwrap_or_else(|| fallback(|r| &r.vram)),
        more: match otherwise {
            None => capabilities::claims(typed, faults),
            Some(plain) => plain.more.clone(),
        },
    }
}

/// The share of the device's cpu that is claimed, of the power between idle and full load.
fn share_of_power(claims: &Resources, machine: &Machine) -> BigRational {
    let cores = &machine.device.nominal.cpu;
    if cores.is_zero() {
        return BigRational::zero();
    }
    let share = exact::quotient(&claims.cpu, cores);
    exact::product(&share, &machine.dynamic_power)
}

/// The first resource of which more is needed than there is: its name, the need, what there is.
fn exceeded<'a>(
    needed: &'a Resources,
    available: &'a Resources,
) -> Option<(&'static str, &'a BigRational, &'a BigRational)> {
    table(needed, available)
        .into_iter()
        .find(|(_, needed, available)| exact::order(needed, available).is_gt())
}

fn table<'a>(
    needed: &'a Resources,
    available: &'a Resources,
) -> [(&'static str, &'a BigRational, &'a BigRational); 4] {
    [
        ("cpu", &needed.cpu, &available.cpu),
        ("memory", &needed.memory, &available.memory),
        ("disk", &needed.disk, &available.disk),
        ("vram", &needed.vram, &available.vram),
    ]
}

/// Why an instance does not fit on a device even if it is alone there.
pub fn too_small(
    size: &Size,
    typed: &Typed<'_>,
    machine: &Machine,
    otherwise: Span,
) -> Vec<Reason> {
    let device = &machine.device;
    let row = |(name, needed, available): (&str, &BigRational, &BigRational)| {
        let amount = |value: &BigRational| match name {
            "cpu" => format!("{} cores", show::number(value)),
            _ => show::bytes(value),
        };
        let nominal = match name {
            "cpu" => &device.nominal.cpu,
            "memory" => &device.nominal.memory,
            "disk" => &device.nominal.disk,
            _ => &device.nominal.vram,
        };
        let of = if nominal == available {
            String::new()
        } else {
            format!(" of {}", amount(nominal))
        };
        let before = format!("needs {name} {}, `", amount(needed));
        let after = format!("` lets instances claim {}{of}", amount(available));
        Reason::about(before, after, typed.span(name, otherwise))
    };
    let doubted = |name: &str| machine.doubts(if name == "vram" { "gpu.vram" } else { name });
    let rows = table(&size.claims, &device.claimable).into_iter();
    rows.filter(|(name, needed, available)| {
        exact::order(needed, available).is_gt() && !doubted(name)
    })
    .map(row)
    .chain(too_few(size, typed, machine, otherwise))
    .collect()
}

/// The same for the capabilities that instances use up.
fn too_few(size: &Size, typed: &Typed<'_>, machine: &Machine, otherwise: Span) -> Vec<Reason> {
    let device = &machine.device;
    let row = |(name, needed): (&String, &BigRational)| {
        let available = device.claimable.more.get(name).cloned().unwrap_or_default();
        let short = || {
            let before = format!("needs {name} {}, `", show::number(needed));
            let after = format!("` has {}", show::number(&available));
            Reason::about(before, after, typed.span(name, otherwise))
        };
        (*needed > available && !machine.doubts(name)).then(short)
    };
    size.claims.more.iter().filter_map(row).collect()
}
