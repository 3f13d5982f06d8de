//! What `vnc show` tells, as data: the text and the JSON document are made from it.

use serde::Serialize;
use vn_analysis::{Composition, Device, Provenance, Reason, Slot, SlotRole};
use vn_syntax::{Sources, Span};

use super::fold::{self, Group};

/// Version of the document.
const FORMAT: &str = "vnc.show/1";

/// A program before planning.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// Version of this document.
    pub format: &'static str,
    /// Name of the builder.
    pub builder: String,
    /// Its preference.
    pub preference: String,
    /// Parameters in declared order.
    pub parameters: Vec<Value>,
    /// Devices by declaration.
    pub devices: Vec<Machine>,
    /// Services and clients in declared order.
    pub components: Vec<Component>,
}

/// An effective value with its origin.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Value {
    /// `memory`.
    pub name: String,
    /// As the language writes it.
    #[allow(clippy::struct_field_names, reason = "the document's own word")]
    pub value: String,
    /// `plan.vn:12`.
    pub at: String,
    /// `node family_cloud`.
    pub through: Option<String>,
    /// `std/services/cache.vn:8`, the nearest first.
    pub overrides: Vec<String>,
}

/// Devices of one declaration.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// `till`, `store/till`.
    pub class: String,
    /// Ids, or what several share.
    pub ids: Vec<String>,
    /// How many.
    pub count: u64,
    /// Site.
    pub site: String,
    /// Role.
    pub role: String,
    /// Hardware profile.
    pub profile: String,
    /// What it has, in words.
    pub facts: String,
    /// Its fields.
    pub values: Vec<Value>,
    /// Where it is declared.
    pub at: String,
}

/// A service or client.
#[derive(Clone, Debug, Serialize)]
pub struct Component {
    /// `graph`.
    pub name: String,
    /// Nodes from the builder down.
    pub ancestors: Vec<String>,
    /// `service`, `client`.
    pub role: &'static str,
    /// `graph_db`.
    pub kind: Option<String>,
    /// The preference that holds for it.
    pub preference: String,
    /// Devices of a client.
    pub on: Vec<String>,
    /// What holds for all its variants.
    pub values: Vec<Value>,
    /// Variants, as declared.
    pub variants: Vec<Variant>,
    /// Where it is declared.
    pub at: String,
}

/// A variant with the devices that it meets.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Where it may run.
    pub runs_on: Vec<Group>,
    /// The same with its figures, devices with the same ones together.
    pub admissible: Vec<Admissible>,
    /// Where it may not.
    pub rejected: Vec<Rejected>,
}

/// Devices on which a variant may run.
#[derive(Clone, Debug, Serialize)]
pub struct Admissible {
    /// Which.
    pub devices: Vec<Group>,
    /// Place in the quality order, best 0.
    pub rank: u32,
    /// Whether what it claims is what is recommended.
    pub recommended: bool,
    /// Whether it may hold the truth.
    pub truth: bool,
    /// `eager`, `lazy`, `on_demand`.
    pub clone: &'static str,
    /// Effective values.
    pub values: Vec<Value>,
}

/// Devices on which a variant cannot run.
#[derive(Clone, Debug, Serialize)]
pub struct Rejected {
    /// Which.
    pub devices: Vec<Group>,
    /// Why not.
    pub reasons: Vec<Because>,
}

/// A reason with its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Because {
    /// In words.
    pub text: String,
    /// `plan.vn:12`.
    pub at: String,
}

/// What the user wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of it.
    Everything,
    /// A component, perhaps one variant of it, perhaps on one device.
    Component {
        /// Its name.
        name: String,
        /// Only here: a class.
        device: Option<String>,
        /// Only this.
        variant: Option<String>,
    },
    /// A node: all components inside.
    Node(String),
    /// A class of devices.
    Device(String),
    /// A parameter.
    Parameter(String),
}

/// What `graph`, `nuc`, `graph@nuc:memgraph` or `budget` means; the known names where it means
/// nothing.
pub fn ask(path: Option<&str>, view: &View) -> Result<Asked, Vec<String>> {
    let Some(path) = path else {
        return Ok(Asked::Everything);
    };
    let (name, rest) = path.split_once('@').unwrap_or((path, ""));
    let (device, variant) = match rest.split_once(':') {
        Some((device, variant)) => (device, Some(variant)),
        None => (rest, None),
    };
    let (name, variant) = match name.split_once(':') {
        Some((name, only)) => (name, Some(only)),
        None => (name, variant),
    };
    let class = |word: &str| {
        let mut all = view.devices.iter();
        let it = |m: &&Machine| m.class == word || m.ids.iter().any(|id| id == word);
        all.find(it).map(|machine| machine.class.clone())
    };
    let mut components = view.components.iter();
    if let Some(found) = components.find(|one| one.name == name || one.path() == name) {
        let device = match device {
            "" => None,
            word => Some(class(word).ok_or_else(|| view.classes())?),
        };
        let known = |word: &str| found.variants.iter().any(|variant| variant.name == word);
        if variant.is_some_and(|word| !known(word)) {
            return Err(found.variants.iter().map(|one| one.name.clone()).collect());
        }
        return Ok(Asked::Component {
            name: found.name.clone(),
            device,
            variant: variant.map(str::to_owned),
        });
    }
    let nodes = view.components.iter().flat_map(|one| &one.ancestors);
    if rest.is_empty() && nodes.clone().any(|node| node == name) {
        return Ok(Asked::Node(name.to_owned()));
    }
    if let Some(class) = class(path) {
        return Ok(Asked::Device(class));
    }
    if view.parameters.iter().any(|one| one.name == path) {
        return Ok(Asked::Parameter(path.to_owned()));
    }
    let parameters = view.parameters.iter().map(|one| one.name.clone());
    let components = view.components.iter().map(|one| one.name.clone());
    let mut known: Vec<String> = components.chain(view.classes()).chain(parameters).collect();
    known.extend(nodes.cloned());
    known.dedup();
    Err(known)
}

impl View {
    fn classes(&self) -> Vec<String> {
        self.devices.iter().map(|one| one.class.clone()).collect()
    }
}

impl Component {
    /// `family_cloud.graph`.
    pub fn path(&self) -> String {
        let last = self.name.rsplit('.').next().unwrap_or(&self.name);
        let ancestors = self.ancestors.iter().map(String::as_str);
        ancestors.chain([last]).collect::<Vec<_>>().join(".")
    }
}

/// Everything that there is to tell.
pub fn view(composition: &Composition, sources: &Sources) -> View {
    let maker = Maker {
        composition,
        sources,
    };
    View {
        format: FORMAT,
        builder: composition.name.clone(),
        preference: composition.preference.word().to_owned(),
        parameters: maker.values(&composition.origins),
        devices: maker.machines(),
        components: composition
            .slots
            .iter()
            .map(|slot| maker.component(slot))
            .collect(),
    }
}

struct Maker<'m> {
    composition: &'m Composition,
    sources: &'m Sources,
}

impl Maker<'_> {
    fn at(&self, span: Span) -> String {
        self.sources
            .get(span.file)
            .map_or_else(String::new, |source| {
                if source.name.starts_with("--") {
                    return source.name.clone();
                }
                format!("{}:{}", source.name, source.line_column(span.start).0)
            })
    }

    fn values(&self, lines: &[Provenance]) -> Vec<Value> {
        lines.iter().map(|line| self.value(line)).collect()
    }

    fn value(&self, line: &Provenance) -> Value {
        Value {
            name: line.what.clone(),
            value: line.value(),
            at: self.at(line.span),
            through: line.through.clone(),
            overrides: line.overrode.iter().map(|span| self.at(*span)).collect(),
        }
    }

    fn machines(&self) -> Vec<Machine> {
        let mut machines: Vec<Machine> = Vec::new();
        for device in &self.composition.devices {
            let known = machines.iter_mut().find(|one| {
                one.class == device.class
                    && one.site == device.site
                    && one.at == self.at(device.span)
            });
            match known {
                Some(known) => {
                    known.count += device.count();
                    known.ids.push(device.id.clone());
                }
                None => machines.push(self.machine(device)),
            }
        }
        machines
    }

    fn machine(&self, device: &Device) -> Machine {
        Machine {
            class: device.class.clone(),
            ids: vec![device.id.clone()],
            count: device.count(),
            site: device.site.clone(),
            role: device.role.clone(),
            profile: device.profile.clone(),
            facts: fold::facts(device),
            values: self.values(&device.provenance),
            at: self.at(device.span),
        }
    }

    fn component(&self, slot: &Slot) -> Component {
        let variants = (0..).zip(&slot.variants);
        Component {
            name: slot.name.clone(),
            ancestors: slot.ancestors.clone(),
            role: match slot.role {
                SlotRole::Service => "service",
                SlotRole::Client => "client",
            },
            kind: slot.kind.clone(),
            preference: slot.preference.word().to_owned(),
            on: fold::groups(self.composition, &slot.on)
                .iter()
                .map(Group::to_string)
                .collect(),
            values: self.values(&slot.provenance),
            variants: variants
                .map(|(at, name)| self.variant(slot, at, name))
                .collect(),
            at: self.at(slot.span),
        }
    }

    fn variant(&self, slot: &Slot, at: u32, name: &str) -> Variant {
        let mut admissible: Vec<(Vec<_>, Admissible)> = Vec::new();
        for choice in slot.options.iter().filter(|choice| choice.variant == at) {
            let one = Admissible {
                devices: Vec::new(),
                rank: choice.rank,
                recommended: choice.meets_recommended,
                truth: choice.truth,
                clone: choice.clone.word(),
                values: self.values(&choice.provenance),
            };
            match admissible.iter_mut().find(|(_, other)| alike(other, &one)) {
                Some((devices, _)) => devices.push(choice.device),
                None => admissible.push((vec![choice.device], one)),
            }
        }
        let grouped = |(devices, one): (Vec<_>, Admissible)| Admissible {
            devices: fold::groups(self.composition, &devices),
            ..one
        };
        let all: Vec<_> = slot
            .options
            .iter()
            .filter(|choice| choice.variant == at)
            .collect();
        let all: Vec<_> = all.iter().map(|choice| choice.device).collect();
        Variant {
            name: name.to_owned(),
            runs_on: fold::groups(self.composition, &all),
            admissible: admissible.into_iter().map(grouped).collect(),
            rejected: self.rejected(slot, at),
        }
    }

    fn rejected(&self, slot: &Slot, at: u32) -> Vec<Rejected> {
        let mut rejected: Vec<(Vec<_>, Vec<Because>)> = Vec::new();
        for rejection in slot
            .rejected
            .iter()
            .filter(|rejection| rejection.variant == at)
        {
            let device = self.composition.devices.get(rejection.device.0 as usize);
            let reasons: Vec<Because> = rejection
                .reasons
                .iter()
                .map(|reason| self.because(reason, device))
                .collect();
            match rejected.iter_mut().find(|(_, other)| *other == reasons) {
                Some((devices, _)) => devices.push(rejection.device),
                None => rejected.push((vec![rejection.device], reasons)),
            }
        }
        let grouped = |(devices, reasons): (Vec<_>, Vec<Because>)| Rejected {
            devices: fold::groups(self.composition, &devices),
            reasons,
        };
        rejected.into_iter().map(grouped).collect()
    }

    /// What is true of several devices in the same words is told once, without their names.
    fn because(&self, reason: &Reason, device: Option<&Device>) -> Because {
        let text = device.map_or_else(
            || reason.text(""),
            |device| fold::unnamed(&reason.text(&device.id), device),
        );
        Because {
            text,
            at: self.at(reason.span),
        }
    }
}

fn alike(a: &Admissible, b: &Admissible) -> bool {
    let key = |one: &Admissible| (one.rank, one.recommended, one.truth, one.clone);
    key(a) == key(b) && a.values == b.values
}
