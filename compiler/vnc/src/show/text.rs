//! The view as lines that read well aloud.

use std::fmt::Write as _;

use super::ask::{Asked, Rows};
use super::fold::Group;
use super::said::Said;
use super::view::{Admissible, Because, Component, Machine, Place, Rejected, Value, Variant, View};
use crate::figure;

/// The part that was asked for.
pub fn render(view: &View, asked: &Asked) -> String {
    let mut page = Page::default();
    match asked {
        Asked::Everything => page.everything(view),
        Asked::Component { name, on, variant } => {
            let found = view.components.iter().find(|one| one.name == *name);
            if let Some(component) = found {
                page.component(component, true);
                page.around(view, component);
                page.details(component, on.as_ref(), variant.as_deref());
            }
        }
        Asked::Node(node) => page.node(view, node),
        Asked::Devices(rows) => page.devices(view, rows),
        Asked::Site(rows) => page.site(view, rows),
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
        self.inside(|page| page.place(view, "builder", &[]));
        if !view.says.is_empty() {
            self.line("\neverywhere");
            self.inside(|page| page.said(&view.says));
        }
        if !view.parameters.is_empty() {
            self.line("\nparameters");
            self.inside(|page| view.parameters.iter().for_each(|value| page.value(value)));
        }
        self.fleet(view, |_| true);
        let mut node: &[String] = &[];
        for component in &view.components {
            if component.ancestors != node {
                node = &component.ancestors;
                self.heading(view, node);
            } else if node.is_empty() {
                self.line("");
            }
            self.inside(|page| {
                page.component(component, false);
                page.variants(component);
            });
        }
    }

    /// A node, or the builder again behind one of its nodes.
    fn heading(&mut self, view: &View, node: &[String]) {
        if node.is_empty() {
            self.line(&format!("\nbuilder {}", view.builder));
            return;
        }
        self.line(&format!("\nnode {}", node.join(".")));
        self.inside(|page| page.place(view, "node", node));
    }

    /// Devices by their sites, with what is said of those.
    fn fleet(&mut self, view: &View, wanted: impl Fn(&Machine) -> bool) {
        let mut sites: &[String] = &[];
        for machine in view.devices.iter().filter(|machine| wanted(machine)) {
            if machine.sites != sites {
                sites = &machine.sites;
                let gap = if self.text.is_empty() { "" } else { "\n" };
                self.line(&format!("{gap}site {}", sites.join(", ")));
                let name = machine.site.split('[').next().unwrap_or_default();
                self.inside(|page| page.place(view, "site", &[name.to_owned()]));
            }
            self.inside(|page| page.machine(machine));
        }
    }

    /// What stands in the builder, a node or a site.
    fn place(&mut self, view: &View, kind: &str, path: &[String]) {
        let of = |place: &&Place| place.kind == kind && place.path == path;
        for place in view.places.iter().filter(of) {
            self.said(&place.says);
        }
    }

    fn said(&mut self, says: &[Said]) {
        for said in says {
            let through = said
                .through
                .iter()
                .map(|whose| format!(", through {whose}"));
            let through: String = through.collect();
            self.line(&format!("{} ({}{through})", said.text, said.at));
        }
    }

    /// What the builder and the nodes around a component say of all inside.
    fn around(&mut self, view: &View, component: &Component) {
        let holds =
            |place: &&Place| place.kind != "site" && component.ancestors.starts_with(&place.path);
        for place in view.places.iter().filter(holds).rev() {
            let whose = match place.path.last() {
                Some(node) => format!("node {node}"),
                None => format!("builder {}", view.builder),
            };
            // Whom the builder selects is no word about the component.
            let told = place
                .says
                .iter()
                .filter(|said| !said.text.starts_with("select "));
            let inherited = told.map(|said| Said {
                through: Some(whose.clone()),
                ..said.clone()
            });
            let inherited: Vec<Said> = inherited.collect();
            self.inside(|page| page.said(&inherited));
        }
    }

    fn node(&mut self, view: &View, node: &[String]) {
        self.place(view, "node", node);
        let inside = |one: &&Component| one.ancestors.starts_with(node);
        for component in view.components.iter().filter(inside) {
            self.component(component, false);
            self.variants(component);
        }
    }

    fn machine(&mut self, machine: &Machine) {
        let profile = match machine.profile.as_str() {
            "" => String::new(),
            profile => format!(" : {profile}"),
        };
        self.line(&format!(
            "{}{profile}, role {}, {} ({})",
            called(machine),
            machine.role,
            machine.facts,
            machine.at
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
        self.inside(|page| {
            own.for_each(|value| page.value(value));
            page.said(&component.says);
        });
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

    fn rejections(&mut self, variant: &Variant, on: Option<&Rows>, told: fn(&[Because]) -> String) {
        let here = |group: &&Group| on.is_none_or(|rows| is_on(group, rows));
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
    fn details(&mut self, component: &Component, on: Option<&Rows>, only: Option<&str>) {
        let here = |group: &&Group| on.is_none_or(|rows| is_on(group, rows));
        let wanted = component.variants.iter();
        for variant in wanted.filter(|one| only.is_none_or(|only| one.name == only)) {
            self.line("");
            self.line(&format!("variant {}", variant.name));
            self.inside(|page| {
                page.said(&variant.says);
                page.shared(variant);
            });
            for one in &variant.admissible {
                let devices: Vec<&Group> = one.devices.iter().filter(here).collect();
                if !devices.is_empty() {
                    self.inside(|page| page.admissible(one, &devices, variant));
                }
            }
            self.rejections(variant, on, because);
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

    /// Devices, and what may run there.
    fn devices(&mut self, view: &View, rows: &Rows) {
        for machine in view.devices.iter().filter(|one| meet(&one.rows, rows)) {
            self.machine(machine);
            self.inside(|page| machine.values.iter().for_each(|value| page.value(value)));
        }
        for component in &view.components {
            let runs: Vec<&str> = admitted(component, rows)
                .map(|variant| variant.name.as_str())
                .collect();
            let refused = |variant: &&Variant| {
                let mut all = variant.rejected.iter().flat_map(|one| &one.devices);
                all.any(|group| is_on(group, rows))
            };
            let out: Vec<&Variant> = component.variants.iter().filter(refused).collect();
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
            self.inside(|page| out.iter().for_each(|variant| page.refusals(variant, rows)));
        }
    }

    fn refusals(&mut self, variant: &Variant, rows: &Rows) {
        let here = |one: &&Rejected| one.devices.iter().any(|group| is_on(group, rows));
        for rejected in variant.rejected.iter().filter(here) {
            let reasons = because(&rejected.reasons);
            let groups = rejected.devices.iter().filter(|group| is_on(group, rows));
            let groups: Vec<&Group> = groups.collect();
            let on = match rows.len() {
                1 => String::new(),
                _ => format!(" on {}", named(&groups)),
            };
            self.line(&format!("not as {}{on}: {reasons}", variant.name));
        }
    }

    /// A site with its devices, and what may run on which.
    fn site(&mut self, view: &View, rows: &Rows) {
        self.fleet(view, |machine| meet(&machine.rows, rows));
        for component in &view.components {
            let variants: Vec<&Variant> = admitted(component, rows).collect();
            if variants.is_empty() {
                continue;
            }
            self.line(&format!("\n{} {}", component.role, component.name));
            for variant in variants {
                let groups = variant.runs_on.iter().filter(|group| is_on(group, rows));
                let groups: Vec<&Group> = groups.collect();
                let line = format!("variant {} may run on {}", variant.name, named(&groups));
                self.inside(|page| page.line(&line));
            }
        }
    }
}

/// The variants of a component that may run on one of some devices.
fn admitted<'c>(component: &'c Component, rows: &Rows) -> impl Iterator<Item = &'c Variant> {
    let may = |variant: &&Variant| variant.runs_on.iter().any(|group| is_on(group, rows));
    component.variants.iter().filter(may)
}

fn is_on(group: &Group, rows: &Rows) -> bool {
    meet(&group.rows, rows)
}

fn meet(a: &Rows, b: &Rows) -> bool {
    !a.is_disjoint(b)
}

/// `phones * 3`; by number where others of the class differ.
fn called(machine: &Machine) -> String {
    if machine.ids.iter().any(|id| id.ends_with(']')) {
        return machine.ids.join(", ");
    }
    match machine.count {
        1 => machine.class.clone(),
        count => format!("{} * {count}", machine.class),
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
