//! What one `device` statement says, and the capabilities that conditions can ask for.

use std::net::IpAddr;

use num_traits::{One as _, Signed as _, Zero as _};
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Device, Numbers, Resources, Site, SiteIx};
use crate::currency::Currency;
use crate::declared::{ExprKind, Name, Path};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::fleet::Ground;
use crate::metered;
use crate::policy::Policy;
use crate::quantity::{BigRational, Quantity, whole};
use crate::roles::roles;
use crate::scope::{Capabilities, WHO};
use crate::software::{PROTOCOLS, no_protocol};
use crate::spelling;
use crate::typed::Typed;
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
    "net",
    "cost",
    "checked",
    "source",
    "forwards",
];

/// What every device must have.
pub const NEEDED: [&str; 4] = ["arch", "os", "cpu", "memory"];

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
    /// Watts between idle and full load.
    pub dynamic_power: BigRational,
    /// Whether video memory is taken from memory.
    pub shared_with_gpu: bool,
}

impl Machine {
    /// Whether whatever runs on one runs on the other in the same way, if it does not ask which of
    /// them it is.
    pub fn is_like(&self, other: &Self) -> bool {
        let (a, b) = (&self.device, &other.device);
        self.shared_with_gpu == other.shared_with_gpu
            && self.dynamic_power == other.dynamic_power
            && (&a.roles, &a.max_duty) == (&b.roles, &b.max_duty)
            && (&a.nominal, &a.claimable) == (&b.nominal, &b.claimable)
            && self.facts().eq(other.facts())
    }

    /// Whether what it has of something was reported wrong: then it has enough of it.
    pub fn doubts(&self, capability: &str) -> bool {
        self.capabilities.get(capability) == Some(&Value::Poison)
    }

    /// Whether that is so of a capability that the program declares.
    pub fn doubts_own(&self) -> bool {
        const MORE: [&str; 3] = ["cores", "disk.size", "disk.kind"];
        let mut wrong = self
            .capabilities
            .iter()
            .filter(|(_, value)| **value == Value::Poison);
        wrong.any(|(name, _)| {
            let name = name.as_str();
            ![DEVICE_FIELDS, PROFILE_FIELDS, &MORE]
                .iter()
                .any(|known| known.contains(&name))
        })
    }

    /// Marks what was reported wrong: all that rests on the fields that are named.
    pub fn doubt(&mut self, wrong: impl Fn(&str) -> bool) {
        for (name, value) in &mut self.capabilities {
            let field = match name.as_str() {
                "cores" => "cpu",
                "disk.size" | "disk.kind" => "disk",
                other => other,
            };
            let shared = name == "gpu.vram" && self.shared_with_gpu && wrong("memory");
            if !WHO.contains(&field) && (shared || wrong(field)) {
                *value = Value::Poison;
            }
        }
    }

    fn facts(&self) -> impl Iterator<Item = (&String, &Value)> {
        let all = self.capabilities.iter();
        all.filter(|(name, _)| !WHO.contains(&name.as_str()))
    }

    /// The same in one of the roles among which the planner picks.
    #[must_use]
    pub fn in_role(&self, role: &str) -> Self {
        let mut machine = self.clone();
        role.clone_into(&mut machine.device.role);
        let role = Value::Word(role.to_owned());
        machine.capabilities.insert("role".to_owned(), role);
        machine
    }
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
    let mut built_in = |field: &str, dimension| {
        let advice = "say what is built in";
        let amount = typed.above_zero(field, &dimension, advice, faults);
        amount.unwrap_or_default()
    };
    let cpu = built_in("cpu", dimensions::cores());
    let memory = built_in("memory", dimensions::bytes());
    let vram = typed.amount("gpu.vram", &dimensions::bytes(), faults);
    let vram = vram.unwrap_or_default();
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
        more: crate::capabilities::held(typed, &mut Vec::new()).amounts,
    }
}

/// `nvme(1 TB)`: kind and size.
fn disk(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<(String, BigRational)> {
    let (value, expr) = typed.value("disk", faults)?;
    if matches!(&value, Value::Made(_, args) if args.contains(&Value::Poison)) {
        return None;
    }
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

/// Where a machine is declared.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its name.
    pub name: &'a Name,
    /// The class's name: `phones`, `store/till`.
    pub class: &'a str,
    /// Where it stands.
    pub site: &'a Site,
    /// Its profile, if it has one.
    pub profile: Option<&'a Path>,
    /// Whether the profile could be read.
    pub complete: bool,
}

/// Everything about a statement that its devices share.
pub fn machine(
    source: &Source<'_>,
    typed: &Typed<'_>,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Machine {
    let device = device(source, typed, ground, currency, faults);
    let shared_with_gpu = typed
        .truth("memory.shared_with_gpu", faults)
        .unwrap_or(false);
    let max = typed
        .amount("power.max", &dimensions::power(), faults)
        .unwrap_or_default();
    let reaches = ["both".to_owned(), "outbound".to_owned()];
    let outbound = typed.word("reach", &reaches, faults).as_deref() == Some("outbound");
    typed.amount("battery", &dimensions::energy(), faults);
    let idle = &device.idle_power;
    faults.extend(upside_down(typed, idle, &max));
    let dynamic_power = if max > *idle {
        &max - idle
    } else {
        BigRational::zero()
    };
    let mut capabilities = capabilities(typed, &device, shared_with_gpu, ground, faults);
    let watts = Quantity::new(max, dimensions::power());
    capabilities.insert("power.max".to_owned(), Value::Quantity(watts));
    let speaks =
        speaks(typed, faults).unwrap_or_else(|| ["tcp", "http", "ws"].map(str::to_owned).to_vec());
    let words = speaks.iter().cloned().map(Value::Word).collect();
    capabilities.insert("speaks".to_owned(), Value::List(words));
    Machine {
        reach: typed.span("reach", device.span),
        dynamic_power,
        device,
        capabilities,
        speaks,
        outbound,
        shared_with_gpu,
    }
}

/// The protocols that it speaks; reports those that no port can have.
fn speaks(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<Vec<String>> {
    let words = typed.texts("speaks", faults)?;
    let value = &typed.field("speaks")?.value;
    for (at, word) in words.iter().enumerate() {
        if PROTOCOLS.contains(&word.as_str()) {
            continue;
        }
        let span = match &value.kind {
            ExprKind::List(items) => items.get(at).map_or(value.span, |item| item.span),
            _ => value.span,
        };
        faults.push(no_protocol(word, span));
    }
    Some(words)
}

/// A machine draws at least as much under load as it does idle.
fn upside_down(typed: &Typed<'_>, idle: &BigRational, max: &BigRational) -> Option<Diagnostic> {
    let (low, high) = (typed.field("power.idle")?, typed.field("power.max")?);
    if idle <= max {
        return None;
    }
    let message = format!(
        "`power.idle` {} is more than `power.max` {}",
        low.value, high.value
    );
    let fault = Diagnostic::error(codes::OUT_OF_RANGE, low.value.span, message);
    Some(fault.label(high.value.span, "the most that it draws"))
}

/// A device of the statement, before it has a number.
fn device(
    source: &Source<'_>,
    typed: &Typed<'_>,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Device {
    let complete = Some(source.name).filter(|_| source.complete);
    let words = |kind: &str| ground.enums.get(kind).cloned().unwrap_or_default();
    let address = address(typed, faults).unwrap_or_default();
    let nominal = nominal(typed, complete, faults);
    let battery = typed.field("battery").is_some();
    let own = |address: &String| address.parse::<IpAddr>().is_ok();
    let (role, roles) = roles(typed, &words("Role"), faults);
    let held = crate::capabilities::held(typed, faults);
    let (cost_per_month, metered) = metered::cost(typed, currency, faults);
    Device {
        id: source.class.to_owned(),
        class: source.class.to_owned(),
        name: source.name.value.clone(),
        site: source.site.name.clone(),
        site_ix: SiteIx::default(),
        numbers: Numbers::Plain,
        sites: Numbers::Plain,
        role,
        roles,
        offer: None,
        labels: held.labels,
        region: source.site.region.clone(),
        uplink: uplink(typed, faults),
        forwards: typed.truth("forwards", faults).unwrap_or(false),
        idle_power: typed
            .amount("power.idle", &dimensions::power(), faults)
            .unwrap_or_default(),
        metered,
        profile: source.profile.map_or_else(String::new, ToString::to_string),
        arch: required(typed, "arch", &words("Arch"), complete, faults),
        os: required(typed, "os", &words("Os"), complete, faults),
        bind: bind(typed, faults).or_else(|| Some(address.clone()).filter(own)),
        address,
        claimable: claimable(&nominal, typed, ground.policy, faults),
        nominal,
        battery,
        max_duty: ground.policy.max_duty.clone().filter(|_| battery),
        availability: availability(typed, faults),
        cost_per_month,
        provenance: Vec::new(),
        span: source.name.span,
    }
}

fn uplink(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<BigRational> {
    let net = net(typed, faults);
    let Some(rate) = typed.amount("uplink", &dimensions::rate(), faults) else {
        return net;
    };
    if rate.is_zero() {
        let span = typed.field("uplink")?.value.span;
        let message = "an `uplink` of nothing carries nothing";
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, span, message);
        faults.push(fault.help("leave it out where it is not known"));
        return None;
    }
    Some(net.map_or_else(|| rate.clone(), |net| rate.clone().min(net)))
}

/// `net = fast`, where nobody has measured: 100 Mbps, or 5 Mbps if it is slow.
fn net(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<BigRational> {
    let words = ["fast".to_owned(), "slow".to_owned()];
    let word = typed.word("net", &words, faults)?;
    let megabits = if word == "fast" { 100 } else { 5 };
    Some(whole(megabits * 1_000_000 / 8))
}

fn availability(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> BigRational {
    let Some(share) = typed.share("availability", faults) else {
        return BigRational::one();
    };
    if let Some(field) = typed.field("availability").filter(|_| share.is_zero()) {
        let message = "a device of no `availability` is never there";
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, field.value.span, message);
        faults.push(fault.help("leave the device out, or write what share of the time it is on"));
    }
    share
}

/// An IP address, or a name that resolvers accept.
fn address(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    const LONGEST: usize = 253;
    let address = typed.text("address", faults)?;
    let fits = |part: &str| {
        let letters = part.chars();
        let mut letters = letters.map(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        !part.is_empty() && letters.all(|fits| fits)
    };
    let name = address.strip_suffix('.').unwrap_or(&address);
    // A name whose last label is a number is taken for an address of IPv4 (the URL standard, "ends
    // in a number").
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_name =
        name.len() <= LONGEST && !name.starts_with('-') && !is_number && name.split('.').all(fits);
    let field = typed.field("address")?;
    if let Ok(number) = address.parse::<IpAddr>() {
        if let Some(what) = nowhere(number) {
            let message = format!("{address} is {what}: no other device can reach it");
            let fault = Diagnostic::error(codes::OUT_OF_RANGE, field.value.span, message);
            faults.push(fault.help("write the address by which the others reach the device"));
        }
        return Some(address);
    }
    if is_name {
        return Some(address);
    }
    let message = format!("`address` needs an IP address or a name; {address:?} is neither");
    let fault = Diagnostic::error(codes::WRONG_TYPE, field.value.span, message);
    faults.push(fault.help("a name has letters, digits, `-` and `.`: `nuc.example.net`"));
    None
}

/// What an address is by which one machine is not reached from another.
fn nowhere(address: IpAddr) -> Option<&'static str> {
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    if address.is_loopback() {
        Some("the device itself")
    } else if address.is_unspecified() {
        Some("every address and none")
    } else if address.is_multicast() || is_broadcast {
        Some("an address of many devices")
    } else {
        None
    }
}

fn bind(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let bind = typed.text("bind", faults)?;
    if bind.parse::<IpAddr>().is_ok() {
        return Some(bind);
    }
    let field = typed.field("bind")?;
    let message = format!("`bind` needs an IP address; `{bind}` is a name");
    faults.push(Diagnostic::error(
        codes::WRONG_TYPE,
        field.value.span,
        message,
    ));
    None
}

fn claimable(
    nominal: &Resources,
    typed: &Typed<'_>,
    policy: &Policy,
    faults: &mut Vec<Diagnostic>,
) -> Resources {
    let usable = typed.share("usable", faults).unwrap_or_else(|| whole(1));
    let [cpu, memory, disk, vram] = policy.left();
    let claim = |amount: &BigRational, share: BigRational| {
        if amount.is_zero() {
            BigRational::zero()
        } else {
            amount * share
        }
    };
    Resources {
        cpu: claim(&nominal.cpu, cpu),
        memory: claim(&nominal.memory, memory.min(usable)),
        disk: claim(&nominal.disk, disk),
        vram: claim(&nominal.vram, vram),
        more: nominal.more.clone(),
    }
}

/// What `device.…` means.
fn capabilities(
    typed: &Typed<'_>,
    device: &Device,
    shared_with_gpu: bool,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Capabilities {
    let mut capabilities = Capabilities::new();
    let mut put = |name: &str, value| capabilities.insert(name.to_owned(), value);
    let quantity = |value: &BigRational, dimension: Dimension| {
        Value::Quantity(Quantity::new(value.clone(), dimension))
    };
    let word = |word: &str| Value::Word(word.to_owned());
    let disk = disk(typed, &mut Vec::new());
    let kinds = ground.enums.get("DiskKind").cloned().unwrap_or_default();
    if let (Some((kind, _)), Some(field)) = (&disk, typed.field("disk")) {
        check_kind(kind, &kinds, field.value.span, faults);
    }
    put("arch", word(&device.arch));
    put("os", word(&device.os));
    put("role", word(&device.role));
    put("site", word(&device.site));
    put("class", word(&device.name));
    put(
        "region",
        device.region.as_deref().map_or(Value::Absent, word),
    );
    put("cpu", quantity(&device.nominal.cpu, dimensions::cores()));
    put("cores", quantity(&device.nominal.cpu, dimensions::pure()));
    let perf = typed
        .amount("perf", &dimensions::pure(), faults)
        .unwrap_or_else(BigRational::one);
    put("perf", quantity(&perf, dimensions::pure()));
    let nominal = &device.nominal;
    put("memory", quantity(&nominal.memory, dimensions::bytes()));
    put("memory.shared_with_gpu", Value::Bool(shared_with_gpu));
    put("disk", quantity(&nominal.disk, dimensions::bytes()));
    put("disk.size", quantity(&nominal.disk, dimensions::bytes()));
    put(
        "disk.kind",
        disk.map_or(Value::Absent, |(kind, _)| Value::Word(kind)),
    );
    let kinds = ground.enums.get("GpuKind").cloned().unwrap_or_default();
    let gpu = typed.word("gpu.kind", &kinds, faults);
    put("gpu.kind", gpu.map_or(Value::Absent, Value::Word));
    put("gpu.vram", vram(typed, device, shared_with_gpu));
    put("battery", Value::Bool(device.battery));
    put("forwards", Value::Bool(device.forwards));
    put(
        "availability",
        quantity(&device.availability, dimensions::pure()),
    );
    put(
        "power.idle",
        quantity(&device.idle_power, dimensions::power()),
    );
    let rate = |rate: &BigRational| quantity(rate, dimensions::rate());
    put("uplink", device.uplink.as_ref().map_or(Value::Absent, rate));
    capabilities.extend(crate::capabilities::held(typed, &mut Vec::new()).values);
    capabilities
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
        let hint = spelling::hint(kind, kinds.iter().map(String::as_str));
        let message = format!("no kind of disk is called `{kind}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
        faults.push(fault.help(format!("one of {}", kinds.join(", "))));
    }
}
