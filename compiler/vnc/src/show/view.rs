//! What `vnc show` tells, as data: the text and the JSON document are made from it.

use serde::Serialize;
use vn_analysis::{Composition, Device, Provenance, Reason, Slot, SlotRole};
use vn_syntax::Sources;

use super::ask::Rows;
use super::fold::{self, Group};
use super::said::{Said, Texts};

/// Version of the document.
const FORMAT: &str = "vnc.show/1";

/// Where a value stands that nobody has written.
const DEFAULT: &str = "the default";

/// A program before planning.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    /// Version of this document.
    pub format: &'static str,
    /// Name of the builder.
    pub builder: String,
    /// Its preference.
    pub preference: String,
    /// What is said outside of everything: links, the policy, what is minimised and required.
    pub says: Vec<Said>,
    /// What is said in the builder, its nodes and the sites.
    pub places: Vec<Place>,
    /// Parameters in declared order.
    pub parameters: Vec<Value>,
    /// Devices by declaration.
    pub devices: Vec<Machine>,
    /// Services and clients in declared order.
    pub components: Vec<Component>,
}

/// The builder, a node or a site, with what is said in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// `builder`, `node`, `site`.
    pub kind: &'static str,
    /// Names of nodes from the builder down, the name of a site; empty for the builder.
    pub path: Vec<String>,
    /// Its statements.
    pub says: Vec<Said>,
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

/// Devices of one declaration and with equal facts.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// `till`, `store/till`.
    pub class: String,
    /// Ids (`nuc[1]`, `nuc[3..5]`); what they share (`nuc`), where they are all.
    pub ids: Vec<String>,
    /// How many.
    pub count: u64,
    /// Site.
    pub site: String,
    /// Which of several sites of that name (`store[17]`); its name, where it is all of them.
    pub sites: Vec<String>,
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
    /// Its rows.
    #[serde(skip)]
    pub rows: Rows,
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
    /// What its own lines and those of its kind say beside values.
    pub says: Vec<Said>,
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
    /// What its lines say beside values.
    pub says: Vec<Said>,
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
        texts: Texts::of(sources),
    };
    View {
        format: FORMAT,
        builder: composition.name.clone(),
        preference: composition.preference.word().to_owned(),
        says: maker.texts.of_program(),
        places: maker.places(),
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
    texts: Texts<'m>,
}

impl Maker<'_> {
    fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        let mut add = |kind, path, says| {
            let place = Place { kind, path, says };
            if !place.says.is_empty() && !places.contains(&place) {
                places.push(place);
            }
        };
        for slot in &self.composition.slots {
            for (path, says) in self.texts.around(slot.span) {
                let kind = if path.is_empty() { "builder" } else { "node" };
                add(kind, path, says);
            }
        }
        for site in &self.composition.sites {
            let says = self.texts.of_declaration(site.span);
            add("site", vec![site.name.clone()], says);
        }
        places
    }

    fn values(&self, lines: &[Provenance]) -> Vec<Value> {
        lines.iter().map(|line| self.value(line)).collect()
    }

    fn value(&self, line: &Provenance) -> Value {
        Value {
            name: line.what.clone(),
            value: line.value(),
            at: self.texts.at(line.span),
            through: line.through.clone(),
            overrides: line
                .overrode
                .iter()
                .map(|span| self.texts.at(*span))
                .collect(),
        }
    }

    fn machines(&self) -> Vec<Machine> {
        let mut machines: Vec<Machine> = Vec::new();
        for (row, device) in (0..).zip(&self.composition.devices) {
            let machine = self.machine(row, device);
            match machines.iter_mut().find(|known| are_alike(known, &machine)) {
                Some(known) => {
                    known.count += machine.count;
                    known.ids.extend(machine.ids);
                    known.rows.extend(machine.rows);
                    known.values.retain(|value| value.at != DEFAULT);
                }
                None => machines.push(machine),
            }
        }
        for machine in &mut machines {
            let of_class = |device: &&Device| device.class == machine.class;
            let all = self.composition.devices.iter().filter(of_class).count();
            if all == machine.rows.len() && all > 1 {
                machine.ids = vec![machine.class.clone()];
            }
        }
        machines
    }

    fn machine(&self, row: u32, device: &Device) -> Machine {
        Machine {
            class: device.class.clone(),
            ids: fold::names(self.composition, device),
            count: device.count(),
            site: device.site.clone(),
            sites: fold::site_names(self.composition, device),
            role: device.role.clone(),
            profile: device.profile.clone(),
            facts: fold::facts(device),
            values: self.fields(device),
            at: self.texts.at(device.span),
            rows: Rows::from([row]),
        }
    }

    /// What is said of a device, and the address that it has where none is said.
    fn fields(&self, device: &Device) -> Vec<Value> {
        let mut values = self.values(&device.provenance);
        let has_own = values.iter().any(|value| value.name == "address");
        if !has_own && !device.address.is_empty() {
            values.push(Value {
                name: "address".to_owned(),
                value: format!("{:?}", device.address),
                at: DEFAULT.to_owned(),
                through: None,
                overrides: Vec::new(),
            });
        }
        values
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
            says: self.texts.of_component(slot.span, slot.kind.as_deref()),
            variants: variants
                .map(|(at, name)| self.variant(slot, at, name))
                .collect(),
            at: self.texts.at(slot.span),
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
            says: self.texts.of_variant(slot.span, slot.kind.as_deref(), name),
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
            at: self.texts.at(reason.span),
        }
    }
}

/// Whether only their numbers tell them apart.
fn are_alike(a: &Machine, b: &Machine) -> bool {
    let facts = |one: &Machine| (one.class.clone(), one.sites.clone(), one.at.clone());
    let kinds = |one: &Machine| (one.role.clone(), one.profile.clone(), one.facts.clone());
    let set = |one: &Machine| {
        let mut values = one.values.clone();
        values.retain(|value| value.at != DEFAULT);
        values
    };
    facts(a) == facts(b) && kinds(a) == kinds(b) && set(a) == set(b)
}

fn alike(a: &Admissible, b: &Admissible) -> bool {
    let key = |one: &Admissible| (one.rank, one.recommended, one.truth, one.clone);
    key(a) == key(b) && a.values == b.values
}
