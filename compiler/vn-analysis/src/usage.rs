//! What a plan uses: `used.memory` of a device, `instance.load` of an instance.

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::Use;
use crate::declared::{Expr, ExprKind, Path};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::linear::{Meaning, Sum, Vocabulary};
use crate::metrics::Each;
use crate::quantity::{Quantity, whole};
use crate::scope::Scope;
use crate::spelling;
use crate::value::Value;

/// What is used of every device.
/// What is used, under which name, in which dimension.
type Named = (&'static str, Use, fn() -> Dimension);

const USES: [Named; 6] = [
    ("cpu", Use::Cpu, dimensions::cores),
    ("memory", Use::Memory, dimensions::bytes),
    ("disk", Use::Disk, dimensions::bytes),
    ("vram", Use::Vram, dimensions::bytes),
    ("power", Use::Power, dimensions::power),
    ("load", Use::Load, dimensions::throughput),
];

/// What is known of an instance.
pub const OF_INSTANCES: [&str; 8] = [
    "cpu",
    "memory",
    "disk",
    "vram",
    "dataset",
    "power",
    "service_time",
    "cost",
];

/// What a use measures, by its name behind `used.`.
pub fn dimension(name: &str) -> Option<Dimension> {
    let found = USES.iter().find(|(known, ..)| *known == name);
    found.map(|(_, _, dimension)| dimension())
}

/// The names behind `used.`, the program's own among them.
pub fn names<'a>(scope: &'a Scope<'_>) -> Vec<&'a str> {
    let own = scope.capabilities().into_iter().flatten();
    let own = own.filter(|(_, own)| own.consumable);
    let own = own.map(|(name, _)| name.as_str());
    let language = USES.iter().map(|(name, ..)| *name);
    language.chain(own).collect()
}

/// The words that speak of uses.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Of devices or of instances.
    pub each: Each,
    /// What is known.
    pub scope: &'a Scope<'a>,
}

impl Words<'_> {
    fn used(&self, name: &str, path: &Path, faults: &mut Vec<Diagnostic>) -> Meaning<Use> {
        if let Some((_, found, dimension)) = USES.iter().find(|(known, ..)| *known == name) {
            return Meaning::Sum(Sum::of(found.clone(), whole(1), dimension()));
        }
        let known = names(self.scope);
        if known.contains(&name) {
            let own = Use::Own(name.to_owned());
            return Meaning::Sum(Sum::of(own, whole(1), dimensions::pure()));
        }
        faults.push(unknown(path, name, "used", &known));
        Meaning::Reported
    }

    fn of_instance(&self, name: &str, path: &Path, faults: &mut Vec<Diagnostic>) -> Meaning<Use> {
        if name == "load" {
            return Meaning::Sum(Sum::of(Use::Load, whole(1), dimensions::throughput()));
        }
        let own = names(self.scope);
        if OF_INSTANCES.contains(&name) {
            return Meaning::Known;
        }
        if own.contains(&name) {
            // An instance that claims none of it.
            let claimed = self.scope.find(&path.dotted(), path.span.file).is_some();
            let none = Quantity::zero(dimensions::pure());
            return if claimed {
                Meaning::Known
            } else {
                Meaning::Sum(Sum::constant(none))
            };
        }
        let known: Vec<&str> = OF_INSTANCES.into_iter().chain(["load"]).collect();
        faults.push(unknown(path, name, "instance", &known));
        Meaning::Reported
    }
}

/// The message for `used.memori`.
pub fn unknown(path: &Path, name: &str, head: &str, known: &[&str]) -> Diagnostic {
    let near = spelling::nearest(name, known.iter().copied());
    let hint = near.map_or_else(String::new, |near| {
        format!("; did you mean `{head}.{near}`?")
    });
    let message = format!("`{path}`: no such amount{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message);
    match near {
        Some(near) => fault.guess(path.span, format!("{head}.{near}")),
        None => fault.help(format!("`{head}` has {}", known.join(", "))),
    }
}

impl Vocabulary<Use> for Words<'_> {
    fn meaning(&mut self, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<Use> {
        let ExprKind::Path(path) = &expr.kind else {
            return Meaning::Known;
        };
        let dotted = path.dotted();
        let (head, name) = dotted.split_once('.').unwrap_or_default();
        match (head, self.each) {
            ("used", Each::Device) => self.used(name, path, faults),
            ("instance", Each::Instance) => self.of_instance(name, path, faults),
            ("device", _) => self.of_device(name),
            _ => Meaning::Known,
        }
    }

    fn words(&self) -> Vec<String> {
        let head = match self.each {
            Each::Device => "used",
            Each::Instance => "instance",
        };
        let names = match self.each {
            Each::Device => names(self.scope),
            Each::Instance => OF_INSTANCES.to_vec(),
        };
        names.iter().map(|name| format!("{head}.{name}")).collect()
    }

    fn noun(&self) -> &'static str {
        "an amount"
    }
}

impl Words<'_> {
    /// A device that does not say how much it has adds nothing.
    fn of_device(&self, name: &str) -> Meaning<Use> {
        use crate::types::Type;
        let absent = self
            .scope
            .device()
            .is_some_and(|device| device.get(name) == Some(&Value::Absent));
        let declared = self.scope.capabilities().and_then(|own| own.get(name));
        let dimension = match declared.map(|own| &own.kind) {
            Some(Type::Quantity(dimension, _)) => dimension.clone(),
            Some(Type::Count(_) | Type::Percent(_)) => dimensions::pure(),
            _ => return Meaning::Known,
        };
        if absent {
            Meaning::Sum(Sum::constant(Quantity::zero(dimension)))
        } else {
            Meaning::Known
        }
    }
}
