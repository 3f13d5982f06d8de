//! What one `device` statement says, and the capabilities that conditions can ask for.

use std::collections::BTreeMap;

use num_traits::{One as _, Signed as _, Zero as _};
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Device, Resources};
use crate::declared::Name;
use crate::dimensions;
use crate::quantity::{BigRational, Dimension, Quantity};
use crate::scope::Capabilities;
use crate::typed::Typed;
use crate::types::Enums;
use crate::value::Value;

/// Fields of a hardware profile.
pub const PROFILE_FIELDS: &[&str] = &[
    "arch",
    "os",
    "cpu",
    "perf",
    "memory",
    "memory.shared_with_gpu",
    "usable",
    "disk",
    "uplink",
    "power.idle",
    "power.max",
    "gpu.kind",
    "gpu.vram",
    "battery",
    "speaks",
    "reach",
    "availability",
    "source",
    "checked",
    "status",
    "superseded_by",
];

/// Fields of a device.
pub const DEVICE_FIELDS: &[&str] = &[
    "arch",
    "os",
    "cpu",
    "perf",
    "memory",
    "memory.shared_with_gpu",
    "usable",
    "disk",
    "uplink",
    "power.idle",
    "power.max",
    "gpu.kind",
    "gpu.vram",
    "battery",
    "speaks",
    "availability",
    "role",
    "address",
    "bind",
    "reach",
    "cost",
    "forwards",
];

/// What the devices of one statement have in common.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The device before its number and default address.
    pub device: Device,
    /// What `device.…` means in a condition.
    pub capabilities: Capabilities,
    /// Protocols that a program on it can open.
    pub speaks: Vec<String>,
    /// Whether it opens connections only.
    pub outbound: bool,
    /// Where that is said.
    pub reach: vn_syntax::Span,
    /// Bytes per second in and out.
    pub uplink: Option<BigRational>,
    /// Watts between idle and full load.
    pub dynamic_power: BigRational,
    /// Whether video memory is taken from memory.
    pub shared_with_gpu: bool,
}

/// A word that every device must have; `complete` is none where the profile could not be read.
pub fn required(
    typed: &Typed<'_>,
    field: &str,
    allowed: &[String],
    complete: Option<&Name>,
    faults: &mut Vec<Diagnostic>,
) -> String {
    faults.extend(missing(typed, field, complete));
    typed.word(field, allowed, faults).unwrap_or_default()
}

fn missing(typed: &Typed<'_>, field: &str, complete: Option<&Name>) -> Option<Diagnostic> {
    let name = complete.filter(|_| typed.field(field).is_none())?;
    let message = format!("`{}` does not say its `{field}`", name.value);
    let fault = Diagnostic::error(codes::MISSING_VALUE, name.span, message);
    Some(fault.help(format!(
        "write `{field} = …`, or name a hardware profile that has it"
    )))
}

/// What was built in.
pub fn nominal(
    typed: &Typed<'_>,
    complete: Option<&Name>,
    faults: &mut Vec<Diagnostic>,
) -> Resources {
    for field in ["cpu", "memory"] {
        faults.extend(missing(typed, field, complete));
    }
    let mut amount = |field: &str, dimension| typed.amount(field, &dimension, faults);
    let cpu = amount("cpu", dimensions::cores()).unwrap_or_default();
    let memory = amount("memory", dimensions::bytes()).unwrap_or_default();
    let vram = amount("gpu.vram", dimensions::bytes()).unwrap_or_default();
    let shared = typed
        .truth("memory.shared_with_gpu", &mut Vec::new())
        .unwrap_or(false);
    let vram = if shared { BigRational::zero() } else { vram };
    let disk = disk(typed, faults).map_or_else(BigRational::zero, |(_, size)| size);
    Resources {
        cpu,
        memory,
        disk,
        vram,
        more: BTreeMap::new(),
    }
}

/// `nvme(1 TB)`: kind and size.
fn disk(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<(String, BigRational)> {
    let (value, expr) = typed.value("disk", faults)?;
    if let Value::Made(kind, args) = value
        && let [Value::Quantity(size)] = args.as_slice()
        && size.dimension == dimensions::bytes()
    {
        if size.value.is_negative() {
            let message = format!("the size of a disk must not be negative; `{expr}` is");
            faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
            return None;
        }
        return Some((kind, size.value.clone()));
    }
    faults.push(not_a_disk(expr));
    None
}

fn not_a_disk(expr: &crate::declared::Expr) -> Diagnostic {
    let message = format!("`disk` needs a kind with a size; `{expr}` is none");
    Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
        .help("write `disk = nvme(512 GB)`, say")
}

/// Everything about a statement that its devices share.
pub fn machine(
    typed: &Typed<'_>,
    device: Device,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Machine {
    let silent = &mut Vec::new();
    let shared_with_gpu = typed
        .truth("memory.shared_with_gpu", faults)
        .unwrap_or(false);
    let power = |name, faults: &mut Vec<Diagnostic>| {
        typed
            .amount(name, &dimensions::power(), faults)
            .unwrap_or_default()
    };
    let (idle, max) = (power("power.idle", faults), power("power.max", faults));
    let perf = typed
        .amount("perf", &dimensions::pure(), faults)
        .unwrap_or_else(BigRational::one);
    let reaches = ["both".to_owned(), "outbound".to_owned()];
    let outbound = typed.word("reach", &reaches, faults).as_deref() == Some("outbound");
    typed.amount("battery", &dimensions::energy(), faults);
    let mut capabilities = Capabilities::new();
    let mut put = |name: &str, value| capabilities.insert(name.to_owned(), value);
    let quantity = |value: &BigRational, dimension: Dimension| {
        Value::Quantity(Quantity::new(value.clone(), dimension))
    };
    let disk = disk(typed, silent);
    let kinds = enums.get("DiskKind").cloned().unwrap_or_default();
    if let (Some((kind, _)), Some(field)) = (&disk, typed.field("disk")) {
        check_kind(kind, &kinds, field.value.span, faults);
    }
    put("arch", Value::Word(device.arch.clone()));
    put("os", Value::Word(device.os.clone()));
    put("role", Value::Word(device.role.clone()));
    put("site", Value::Word(device.site.clone()));
    put("cpu", quantity(&device.nominal.cpu, dimensions::cores()));
    put("cores", quantity(&device.nominal.cpu, dimensions::pure()));
    put("perf", quantity(&perf, dimensions::pure()));
    put(
        "memory",
        quantity(&device.nominal.memory, dimensions::bytes()),
    );
    put("memory.shared_with_gpu", Value::Bool(shared_with_gpu));
    put("disk", quantity(&device.nominal.disk, dimensions::bytes()));
    put(
        "disk.size",
        quantity(&device.nominal.disk, dimensions::bytes()),
    );
    put(
        "disk.kind",
        disk.map_or(Value::Absent, |(kind, _)| Value::Word(kind)),
    );
    put(
        "gpu.kind",
        typed
            .text("gpu.kind", faults)
            .map_or(Value::Absent, Value::Word),
    );
    put("gpu.vram", vram(typed, &device, shared_with_gpu));
    put("battery", Value::Bool(device.battery));
    put(
        "availability",
        quantity(&device.availability, dimensions::pure()),
    );
    put("power.idle", quantity(&idle, dimensions::power()));
    put("power.max", quantity(&max, dimensions::power()));
    let uplink = typed.amount("uplink", &dimensions::rate(), faults);
    put(
        "uplink",
        uplink
            .as_ref()
            .map_or(Value::Absent, |rate| quantity(rate, dimensions::rate())),
    );
    let speaks = typed
        .texts("speaks", faults)
        .unwrap_or_else(|| ["tcp", "http", "ws"].map(str::to_owned).to_vec());
    let words = speaks.iter().cloned().map(Value::Word).collect();
    put("speaks", Value::List(words));
    Machine {
        reach: typed.span("reach", device.span),
        dynamic_power: if max > idle {
            max - idle
        } else {
            BigRational::zero()
        },
        device,
        capabilities,
        speaks,
        outbound,
        uplink,
        shared_with_gpu,
    }
}

fn vram(typed: &Typed<'_>, device: &Device, shared: bool) -> Value {
    let bytes = |value| Value::Quantity(Quantity::new(value, dimensions::bytes()));
    match typed.amount("gpu.vram", &dimensions::bytes(), &mut Vec::new()) {
        Some(vram) => bytes(vram),
        None if shared => bytes(device.nominal.memory.clone()),
        None => Value::Absent,
    }
}

fn check_kind(kind: &str, kinds: &[String], span: vn_syntax::Span, faults: &mut Vec<Diagnostic>) {
    if !kinds.iter().any(|known| known == kind) {
        let hint = crate::spelling::hint(kind, kinds.iter().map(String::as_str));
        let message = format!("no kind of disk is called `{kind}`{hint}");
        faults.push(Diagnostic::error(codes::UNKNOWN_NAME, span, message));
    }
}
