//! The view as lines that read well aloud.

use std::fmt::Write as _;

use super::fold::Group;
use super::view::{Admissible, Asked, Because, Component, Machine, Value, Variant, View};
use crate::figure;

/// The part that was asked for.
pub fn render(view: &View, asked: &Asked) -> String {
    let mut page = Page::default();
    match asked {
        Asked::Everything => page.everything(view),
        Asked::Component {
            name,
            device,
            variant,
        } => {
            let found = view.components.iter().find(|one| one.name == *name);
            if let Some(component) = found {
                page.component(component, true);
                page.details(component, device.as_deref(), variant.as_deref());
            }
        }
        Asked::Node(node) => {
            for component in view
                .components
                .iter()
                .filter(|one| one.ancestors.contains(node))
            {
                page.component(component, false);
                page.variants(component);
            }
        }
        Asked::Device(class) => page.device(view, class),
        Asked::Parameter(name) => {
            for value in view.parameters.iter().filter(|one| one.name == *name) {
                page.value(value);
            }
        }
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    depth: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        _ = writeln!(self.text, "{:width$}{line}", "", width = self.depth * 2);
    }

    fn inside(&mut self, write: impl FnOnce(&mut Self)) {
        self.depth += 1;
        write(self);
        self.depth -= 1;
    }

    fn everything(&mut self, view: &View) {
        self.line(&format!(
            "builder {}, preference {}",
            view.builder, view.preference
        ));
        if !view.parameters.is_empty() {
            self.line("\nparameters");
            self.inside(|page| view.parameters.iter().for_each(|value| page.value(value)));
        }
        let mut site = "";
        for machine in &view.devices {
            if machine.site != site {
                site = &machine.site;
                self.line(&format!("\nsite {site}"));
            }
            self.inside(|page| page.machine(machine));
        }
        let mut node: &[String] = &[];
        for component in &view.components {
            if component.ancestors != node {
                node = &component.ancestors;
                self.line(&format!("\nnode {}", node.join(".")));
            } else if component.ancestors.is_empty() {
                self.line("");
            }
            self.inside(|page| {
                page.component(component, false);
                page.variants(component);
            });
        }
    }

    fn machine(&mut self, machine: &Machine) {
        let count = match machine.count {
            1 => String::new(),
            count => format!(" * {count}"),
        };
        let profile = match machine.profile.as_str() {
            "" => String::new(),
            profile => format!(" : {profile}"),
        };
        self.line(&format!(
            "{}{count}{profile}, role {}, {} ({})",
            machine.class, machine.role, machine.facts, machine.at
        ));
    }

    fn component(&mut self, component: &Component, all: bool) {
        let kind = component.kind.as_ref();
        let kind = kind.map_or_else(String::new, |kind| format!(" : {kind}"));
        let on = match component.on.as_slice() {
            [] => String::new(),
            on => format!(" on {}", on.join(", ")),
        };
        self.line(&format!(
            "{} {}{kind}{on} ({})",
            component.role, component.name, component.at
        ));
        let own = component.values.iter().filter(|value| all || is_own(value));
        self.inside(|page| own.for_each(|value| page.value(value)));
    }

    /// Each variant in a line or two: where it may run, and why not elsewhere.
    fn variants(&mut self, component: &Component) {
        self.inside(|page| {
            for variant in &component.variants {
                page.line(&format!("variant {} {}", variant.name, places(variant)));
                page.rejections(variant, None, briefly);
            }
        });
    }

    fn rejections(
        &mut self,
        variant: &Variant,
        class: Option<&str>,
        told: fn(&[Because]) -> String,
    ) {
        let here = |group: &&Group| class.is_none_or(|class| group.class == class);
        self.inside(|page| {
            for rejected in &variant.rejected {
                let devices: Vec<&Group> = rejected.devices.iter().filter(here).collect();
                if !devices.is_empty() {
                    page.line(&format!(
                        "not on {}: {}",
                        named(&devices),
                        told(&rejected.reasons)
                    ));
                }
            }
        });
    }

    /// Every value with the line that set it.
    fn details(&mut self, component: &Component, device: Option<&str>, only: Option<&str>) {
        let here = |group: &&Group| device.is_none_or(|class| group.class == class);
        let wanted = component.variants.iter();
        for variant in wanted.filter(|one| only.is_none_or(|only| one.name == only)) {
            self.line("");
            self.line(&format!("variant {}", variant.name));
            self.inside(|page| page.shared(variant));
            for one in &variant.admissible {
                let devices: Vec<&Group> = one.devices.iter().filter(here).collect();
                if !devices.is_empty() {
                    self.inside(|page| page.admissible(one, &devices, variant));
                }
            }
            self.rejections(variant, device, because);
        }
    }

    /// What is the same on all devices.
    fn shared(&mut self, variant: &Variant) {
        if let [first, ..] = variant.admissible.as_slice() {
            let common = first
                .values
                .iter()
                .filter(|value| is_shared(value, variant));
            common.for_each(|value| self.value(value));
        }
    }

    fn admissible(&mut self, one: &Admissible, devices: &[&Group], variant: &Variant) {
        let mut words = vec![format!("rank {}", one.rank), format!("clone {}", one.clone)];
        if one.truth {
            words.push("may hold the truth".to_owned());
        }
        let size = if one.recommended {
            "recommended size"
        } else {
            "below the recommended size"
        };
        words.push(size.to_owned());
        self.line(&format!("on {}: {}", named(devices), words.join(", ")));
        let own = one.values.iter().filter(|value| !is_shared(value, variant));
        self.inside(|page| own.for_each(|value| page.value(value)));
    }

    fn value(&mut self, value: &Value) {
        let mut origin = vec![value.at.clone()];
        origin.extend(
            value
                .through
                .iter()
                .map(|through| format!("through {through}")),
        );
        if !value.overrides.is_empty() {
            origin.push(format!("overrides {}", value.overrides.join(" and ")));
        }
        self.line(&format!(
            "{} = {} ({})",
            value.name,
            value.value,
            origin.join(", ")
        ));
    }

    /// A class of devices, and what may run there.
    fn device(&mut self, view: &View, class: &str) {
        for machine in view.devices.iter().filter(|one| one.class == class) {
            self.machine(machine);
            self.inside(|page| machine.values.iter().for_each(|value| page.value(value)));
        }
        for component in &view.components {
            let rejected = |variant: &&Variant| {
                let mut all = variant.rejected.iter().flat_map(|one| &one.devices);
                all.any(|group| group.class == class)
            };
            let admitted = |variant: &&Variant| {
                let mut all = variant.admissible.iter().flat_map(|one| &one.devices);
                all.any(|group| group.class == class)
            };
            let runs: Vec<&str> = component
                .variants
                .iter()
                .filter(admitted)
                .map(|variant| variant.name.as_str())
                .collect();
            let out: Vec<&Variant> = component.variants.iter().filter(rejected).collect();
            if runs.is_empty() && out.is_empty() {
                continue;
            }
            self.line("");
            let may = if runs.is_empty() {
                "cannot run".to_owned()
            } else {
                format!("may run as {}", runs.join(", "))
            };
            self.line(&format!("{} {} {may}", component.role, component.name));
            for variant in out {
                let reasons = variant.rejected.iter();
                let here =
                    reasons.filter(|one| one.devices.iter().any(|group| group.class == class));
                for rejected in here {
                    self.inside(|page| {
                        page.line(&format!(
                            "not as {}: {}",
                            variant.name,
                            because(&rejected.reasons)
                        ));
                    });
                }
            }
        }
    }
}

/// Whether it says more than what every component of the builder inherits.
fn is_own(value: &Value) -> bool {
    let inherited = value.through.as_ref();
    !inherited.is_some_and(|through| through.starts_with("builder "))
}

fn is_shared(value: &Value, variant: &Variant) -> bool {
    variant
        .admissible
        .iter()
        .all(|one| one.values.contains(value))
}

fn places(variant: &Variant) -> String {
    if variant.runs_on.is_empty() {
        return "runs nowhere".to_owned();
    }
    let devices: Vec<&Group> = variant.runs_on.iter().collect();
    format!("may run on {}", named(&devices))
}

fn named(groups: &[&Group]) -> String {
    groups
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn because(reasons: &[Because]) -> String {
    let parts = reasons
        .iter()
        .map(|reason| format!("{} ({})", reason.text, reason.at));
    parts.collect::<Vec<_>>().join("; ")
}

/// The first reason; the others are told where the component is asked for.
fn briefly(reasons: &[Because]) -> String {
    let first = because(reasons.get(..1).unwrap_or_default());
    match reasons.len().saturating_sub(1) {
        0 => first,
        more => format!("{first}, and {}", figure::count(more, "further reason")),
    }
}
