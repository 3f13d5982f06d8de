//! The fleet: sites and devices, profiles applied, counts expanded.

use std::collections::BTreeMap;
use std::net::IpAddr;

use num_traits::{One as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::analyse::Library;
use crate::catalogue::{Catalogue, not_imported};
use crate::clashes;
use crate::codes;
use crate::composition::{Device, DeviceIx, Metered, Numbers, Relation, Resources, SiteIx};
use crate::currency::Currency;
use crate::declared::{Body, Declaration, Expr, Fields, Member, Name, twice, unsupported};
use crate::eval::eval;
use crate::machine::{self, Machine};
use crate::policy::Policy;
use crate::quantity::{BigRational, whole};
use crate::scope::Scope;
use crate::spelling;
use crate::typed::{self, Typed};
use crate::types::Enums;
use crate::value::Value;

/// All devices, and what is common to those of one declaration.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// Site names with their declarations.
    pub sites: Vec<(String, Span)>,
    /// One per `device` statement.
    pub classes: Vec<Machine>,
    /// Every device, in declared order.
    pub devices: Vec<Device>,
    /// Class of every device.
    pub class_of: Vec<usize>,
    /// The currency of what devices cost.
    pub currency: Currency,
}

impl Fleet {
    /// All devices with their places in the list.
    pub fn iter(&self) -> impl Iterator<Item = (DeviceIx, &Device)> {
        (0..).map(DeviceIx).zip(&self.devices)
    }

    /// All places in the list.
    pub fn all(&self) -> Vec<DeviceIx> {
        self.iter().map(|(ix, _)| ix).collect()
    }

    /// How two devices stand to each other.
    pub fn relation(&self, from: DeviceIx, to: DeviceIx) -> Relation {
        let site = |ix| self.device(ix).map(|device| device.site_ix);
        if from == to {
            Relation::Same
        } else if site(from) == site(to) {
            Relation::Beside
        } else {
            Relation::Apart
        }
    }

    /// A device.
    pub fn device(&self, ix: DeviceIx) -> Option<&Device> {
        self.devices.get(ix.0 as usize)
    }

    /// Id of a device.
    pub fn id(&self, ix: DeviceIx) -> &str {
        self.device(ix).map_or("", |device| &device.id)
    }

    /// What a device has in common with its class.
    pub fn class(&self, ix: DeviceIx) -> Option<&Machine> {
        self.classes.get(*self.class_of.get(ix.0 as usize)?)
    }
}

/// What the fleet is read from.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Profiles and kinds.
    pub catalogue: &'a Catalogue,
    /// For "import it".
    pub library: &'a [Library<'a>],
    /// Reserves.
    pub policy: &'a Policy,
    /// Roles, architectures.
    pub enums: &'a Enums,
    /// Parameters.
    pub scope: &'a Scope<'a>,
}

/// Facts are kept for each pair of devices; larger fleets need them by class.
const MOST_DEVICES: usize = 512;

/// Reads all sites.
pub fn fleet(program: &Body, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Fleet {
    let mut fleet = Fleet::default();
    let mut names: BTreeMap<String, Span> = BTreeMap::new();
    for site in program.of(Member::Site) {
        claim(&mut names, &site.name.value, site.name.span, faults);
        if let Some(count) = &site.count {
            faults.push(unsupported(
                count.span,
                &format!("site {} * …", site.name.value),
            ));
        }
        fleet.sites.push((site.name.value.clone(), site.name.span));
        for device in site.body.of(Member::Device) {
            claim(&mut names, &device.name.value, device.name.span, faults);
            add(device, &site.name.value, ground, &mut fleet, faults);
        }
    }
    clashes::devices(&fleet.devices, faults);
    fleet
}

fn claim(names: &mut BTreeMap<String, Span>, name: &str, span: Span, faults: &mut Vec<Diagnostic>) {
    if let Some(first) = names.get(name) {
        faults.push(twice(name, span, *first));
        return;
    }
    names.insert(name.to_owned(), span);
}

fn add(
    declared: &Declaration,
    site: &str,
    ground: &Ground<'_>,
    fleet: &mut Fleet,
    faults: &mut Vec<Diagnostic>,
) {
    let profile = profile(declared, ground, faults);
    let complete = declared.base.is_none() || profile.is_some();
    typed::only(
        &declared.body.fields,
        machine::DEVICE_FIELDS,
        "device",
        faults,
    );
    if let Some(forwards) = declared.body.fields.get("forwards") {
        faults.push(unsupported(forwards.span, "forwards"));
    }
    let fields = overlaid(profile.unwrap_or_default(), &declared.body.fields, faults);
    let typed = Typed {
        fields: &fields,
        scope: ground.scope,
    };
    let complete = Some(&declared.name).filter(|_| complete);
    let place = (declared, site, complete);
    let mut device = device(place, &typed, ground, &mut fleet.currency, faults);
    let row = u32::try_from(fleet.sites.len().saturating_sub(1));
    device.site_ix = SiteIx(row.unwrap_or(u32::MAX));
    let class = fleet.classes.len();
    fleet.classes.push(machine::machine(
        &typed,
        device.clone(),
        ground.enums,
        faults,
    ));
    let count = count(declared.count.as_ref(), ground.scope, faults);
    for number in 1..=count.unwrap_or(1) {
        if fleet.devices.len() >= MOST_DEVICES {
            let what = format!("more than {MOST_DEVICES} devices");
            faults.push(unsupported(declared.name.span, &what));
            break;
        }
        fleet.devices.push(numbered(&device, count.map(|_| number)));
        fleet.class_of.push(class);
    }
}

/// `phones[2]` of `phones`; its default address has a name that resolvers accept.
fn numbered(device: &Device, number: Option<u64>) -> Device {
    let mut device = device.clone();
    let host = match number {
        Some(number) => {
            device.id = format!("{}[{number}]", device.id);
            let number = u32::try_from(number).unwrap_or(u32::MAX);
            device.numbers = Numbers::Some(vec![(number, number)]);
            format!("{}-{number}", device.class)
        }
        None => device.class.clone(),
    };
    if device.address.is_empty() {
        device.address = format!("{host}.{}.internal", device.site).replace('_', "-");
    }
    device
}

fn count(written: Option<&Expr>, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Option<u64> {
    const MOST: u64 = 100_000;
    let written = written?;
    match eval(written, scope, faults) {
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => {
            let count = u64::try_from(q.value.to_integer())
                .ok()
                .filter(|n| *n <= MOST);
            if count.is_none() {
                let message = format!("a count of {written} is outside 0..{MOST}");
                faults.push(Diagnostic::error(
                    codes::OUT_OF_RANGE,
                    written.span,
                    message,
                ));
            }
            count
        }
        Value::Poison => None,
        other => {
            let message = format!(
                "a count needs a whole number; `{written}` is {}",
                other.kind()
            );
            faults.push(Diagnostic::error(codes::WRONG_TYPE, written.span, message));
            None
        }
    }
}

fn profile(
    declared: &Declaration,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Fields> {
    let base = declared.base.as_ref()?;
    let name = base.path.to_string();
    let mut layers = Vec::new();
    let mut next = Some(name.clone());
    while let Some(profile) = next
        .take()
        .and_then(|name| ground.catalogue.hardware.get(&name))
    {
        typed::only(
            &profile.body.fields,
            machine::PROFILE_FIELDS,
            "hardware profile",
            faults,
        );
        next = profile.base.as_ref().map(|base| base.path.to_string());
        layers.push(&profile.body.fields);
        if layers.len() > ground.catalogue.hardware.len() {
            let message = format!("`{name}` is based on itself");
            faults.push(Diagnostic::error(
                codes::SELF_REFERENCE,
                profile.name.span,
                message,
            ));
            break;
        }
    }
    if layers.is_empty() {
        faults.push(no_hardware(&name, base.path.span, ground));
        return None;
    }
    let merged = layers
        .into_iter()
        .rev()
        .fold(Fields::default(), Fields::overlaid);
    Some(merged)
}

fn no_hardware(name: &str, span: Span, ground: &Ground<'_>) -> Diagnostic {
    let known = ground.catalogue.hardware.keys().map(String::as_str);
    let import = not_imported(name, ground.library);
    let hint = match import {
        Some(_) => String::new(),
        None => spelling::hint(name, known),
    };
    let fault = Diagnostic::error(
        codes::UNKNOWN_NAME,
        span,
        format!("no hardware `{name}`{hint}"),
    );
    match import {
        Some(import) => fault.help(import),
        None => fault,
    }
}

/// A capability that was not measured keeps the floor that the profile states.
fn overlaid(profile: Fields, own: &Fields, faults: &mut Vec<Diagnostic>) -> Fields {
    let mut result = profile;
    for field in &own.0 {
        if field.value.to_string() != "unknown" {
            result.set(field.clone());
            continue;
        }
        let message = match result.get(&field.name) {
            Some(floor) => format!("`{}` is unknown; `{}` is assumed", field.name, floor.value),
            None => format!("`{}` is unknown, and no profile states a floor", field.name),
        };
        faults.push(Diagnostic::warning(
            codes::MISSING_VALUE,
            field.span,
            message,
        ));
    }
    result
}

fn device(
    (declared, site, complete): (&Declaration, &str, Option<&Name>),
    typed: &Typed<'_>,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Device {
    let name = &declared.name;
    let words = |kind: &str| ground.enums.get(kind).cloned().unwrap_or_default();
    let address = typed.text("address", faults).unwrap_or_default();
    let nominal = machine::nominal(typed, complete, faults);
    let battery = typed.field("battery").is_some();
    let own = |address: &String| address.parse::<IpAddr>().is_ok();
    Device {
        id: name.value.clone(),
        class: name.value.clone(),
        site: site.to_owned(),
        role: typed
            .word("role", &words("Role"), faults)
            .unwrap_or_else(|| "local".to_owned()),
        profile: declared
            .base
            .as_ref()
            .map_or_else(String::new, |base| base.path.to_string()),
        arch: machine::required(typed, "arch", &words("Arch"), complete, faults),
        os: machine::required(typed, "os", &words("Os"), complete, faults),
        bind: bind(typed, faults).or_else(|| Some(address.clone()).filter(own)),
        address,
        name: name.value.clone(),
        site_ix: SiteIx::default(),
        numbers: Numbers::Plain,
        sites: Numbers::Plain,
        roles: Vec::new(),
        offer: None,
        labels: BTreeMap::new(),
        region: None,
        uplink: None,
        forwards: false,
        idle_power: BigRational::zero(),
        metered: Metered::default(),
        claimable: claimable(&nominal, typed, ground.policy, faults),
        nominal,
        battery,
        max_duty: ground.policy.max_duty.clone().filter(|_| battery),
        availability: typed
            .share("availability", faults)
            .unwrap_or_else(BigRational::one),
        cost_per_month: typed
            .per_month("cost", currency, faults)
            .unwrap_or_default(),
        span: name.span,
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
