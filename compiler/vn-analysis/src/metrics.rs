//! `metric NAME = sum(device | instance, EXPR)`: measures of the program's own.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::Signed as _;
use vn_syntax::{Diagnostic, FileId};

use crate::codes;
use crate::composition::{Addend, Choice, Linear, Metric, Over, OwnMetric, Slot, Use};
use crate::declared::{self, Arg, ArgValue, Body, Expr, ExprKind, MetricItem};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::fleet::Fleet;
use crate::linear::{self, Meaning, Sum, Vocabulary};
use crate::modules::{Sort, Visible};
use crate::quantity::{BigRational, Quantity, whole};
use crate::scope::Scope;
use crate::terms;
use crate::usage::Words;
use crate::value::Value;

/// The metrics of a program, with what each measures.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    all: Vec<(OwnMetric, Dimension)>,
    /// Names of those that could not be read.
    broken: BTreeSet<String>,
    /// Names that the program has for metrics which are called otherwise here.
    renamed: BTreeMap<String, String>,
}

impl Metrics {
    /// The metric of a name.
    pub fn find(&self, name: &str) -> Option<Metric> {
        let name = self.renamed.get(name).map_or(name, String::as_str);
        let at = self.all.iter().position(|(own, _)| own.name == name)?;
        Some(Metric::Own(u32::try_from(at).ok()?))
    }

    /// Whether there is one of this name that could not be read, of which has been told.
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// The name of a row.
    pub fn name(&self, at: u32) -> &str {
        self.row(at).map_or("", |(own, _)| &own.name)
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.iter().map(|(own, _)| own.name.as_str())
    }

    /// What a row measures.
    pub fn dimension(&self, at: u32) -> Dimension {
        self.row(at)
            .map(|(_, dimension)| dimension.clone())
            .unwrap_or_default()
    }

    /// Whether a row counts an excess anywhere.
    pub fn has_excess(&self, at: u32) -> bool {
        let any = |addends: &[Addend]| addends.iter().any(|one| !one.excesses.is_empty());
        self.row(at).is_some_and(|(own, _)| match &own.over {
            Over::Devices(addends) => any(addends),
            Over::Instances(slots) => slots.iter().any(|addends| any(addends)),
        })
    }

    /// As the composition keeps them.
    pub fn rows(&self) -> Vec<OwnMetric> {
        self.all.iter().map(|(own, _)| own.clone()).collect()
    }

    fn row(&self, at: u32) -> Option<&(OwnMetric, Dimension)> {
        self.all.get(at as usize)
    }
}

/// What metrics are read against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Components.
    pub slots: &'a [Slot],
    /// Parameters.
    pub scope: &'a Scope<'a>,
    /// The program's currency.
    pub currency: &'a str,
    /// What names stand for.
    pub visible: &'a Visible,
    /// The file that asks for metrics.
    pub entry: FileId,
}

/// The names of metrics that a file has for itself.
fn renamed(visible: &Visible, file: FileId) -> BTreeMap<String, String> {
    let seen = visible.seen_by(file);
    let metrics = seen.filter(|(sort, _)| *sort == Sort::Measure);
    let pairs = metrics.filter_map(|(sort, name)| {
        let agreed = visible.renamed(file, sort, name)?;
        (agreed != name).then(|| (name.to_owned(), agreed.to_owned()))
    });
    pairs.collect()
}

/// Reads the metrics of a program.
pub fn metrics(program: &Body, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Metrics {
    let mut metrics = Metrics {
        renamed: renamed(ground.visible, ground.entry),
        ..Metrics::default()
    };
    for item in &program.metrics {
        let name = &item.name.value;
        let earlier = metrics.all.iter().find(|(own, _)| own.name == *name);
        if let Some((first, _)) = earlier {
            faults.push(declared::twice(name, item.name.span, first.span));
        } else if terms::builtin(name).is_some() {
            let message = format!("`{name}` is a metric of the language already");
            let span = item.name.span;
            faults.push(Diagnostic::error(codes::DECLARED_TWICE, span, message));
        } else {
            match one(item, ground, faults) {
                Some(own) => metrics.all.push(own),
                None => drop(metrics.broken.insert(name.clone())),
            }
        }
    }
    metrics
}

fn one(
    item: &MetricItem,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(OwnMetric, Dimension)> {
    let (over, body) = parts(&item.value, faults)?;
    let mut measured = None;
    let over = match over {
        Each::Device => Over::Devices(devices(body, ground, &mut measured, faults)),
        Each::Instance => Over::Instances(instances(body, ground, &mut measured, faults)),
    };
    let dimension = measured.unwrap_or_default();
    let own = OwnMetric {
        name: item.name.value.clone(),
        over,
        unit: if dimension.is_pure() {
            String::new()
        } else {
            dimensions::base_units(&dimension)
        },
        span: item.name.span,
    };
    Some((own, dimension))
}

/// What is summed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// `sum(device, …)`.
    Device,
    /// `sum(instance, …)`.
    Instance,
}

/// `sum(device, …)`; reports anything else.
pub fn parts<'e>(value: &'e Expr, faults: &mut Vec<Diagnostic>) -> Option<(Each, &'e Expr)> {
    if value.kind == ExprKind::Broken {
        return None;
    }
    let args = match &value.kind {
        ExprKind::Call(function, args) if function.single() == Some("sum") => args.as_slice(),
        _ => &[],
    };
    let plain = |arg: &'e Arg| match arg {
        Arg {
            name: None,
            value: ArgValue::Expr(expr),
        } => Some(expr),
        _ => None,
    };
    let pair = match args {
        [over, body] => plain(over).zip(plain(body)),
        _ => None,
    };
    let each = pair.and_then(|(over, body)| match terms::named(over)?.as_ref() {
        "device" => Some((Each::Device, body)),
        "instance" => Some((Each::Instance, body)),
        _ => None,
    });
    if each.is_none() {
        let message = "a metric is a sum over all devices or all instances";
        let fault = Diagnostic::error(codes::NOT_LINEAR, value.span, message);
        faults.push(fault.help("write `sum(device, …)` or `sum(instance, …)`"));
    }
    each
}

fn devices(
    body: &Expr,
    ground: &Ground<'_>,
    measured: &mut Option<Dimension>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Addend> {
    let mut known: BTreeMap<usize, Addend> = BTreeMap::new();
    let mut rows = Vec::new();
    for class in &ground.fleet.class_of {
        let addend = known.entry(*class).or_insert_with(|| {
            let machine = ground.fleet.classes.get(*class);
            let scope = Scope {
                device: machine.map(|machine| &machine.capabilities),
                ..Scope::inside(ground.scope, BTreeMap::new())
            };
            addend(body, Each::Device, &scope, measured, faults)
        });
        rows.push(addend.clone());
    }
    rows
}

fn instances(
    body: &Expr,
    ground: &Ground<'_>,
    measured: &mut Option<Dimension>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Vec<Addend>> {
    let mut of_option = |choice: &Choice| {
        let machine = ground.fleet.class(choice.device);
        let scope = Scope {
            device: machine.map(|machine| &machine.capabilities),
            ..Scope::inside(ground.scope, of_instance(choice, ground.currency))
        };
        addend(body, Each::Instance, &scope, measured, faults)
    };
    let slots = ground.slots.iter();
    slots
        .map(|slot| slot.options.iter().map(&mut of_option).collect())
        .collect()
}

/// What is known of an instance before the plan.
fn of_instance(choice: &Choice, currency: &str) -> BTreeMap<String, Value> {
    let money = Dimension::base(currency).per(&dimensions::time());
    let claims = &choice.claims;
    let mut values = BTreeMap::new();
    let mut put = |name: &str, value: &BigRational, dimension: Dimension| {
        let quantity = Value::Quantity(Quantity::new(value.clone(), dimension));
        values.insert(format!("instance.{name}"), quantity);
    };
    put("cpu", &claims.cpu, dimensions::cores());
    put("memory", &claims.memory, dimensions::bytes());
    put("disk", &claims.disk, dimensions::bytes());
    put("vram", &claims.vram, dimensions::bytes());
    put("dataset", &choice.dataset, dimensions::bytes());
    put("power", &choice.power, dimensions::power());
    put("service_time", &choice.service_time, dimensions::time());
    let monthly = &choice.cost_per_month / crate::units::month();
    put("cost", &monthly, money);
    for (name, amount) in &claims.more {
        put(name, amount, dimensions::pure());
    }
    values
}

/// A use, or an excess by its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Term {
    Use(Use),
    Excess(usize),
}

/// The words of a metric: uses, and `excess(a, b)`.
struct Excesses<'a> {
    uses: Words<'a>,
    scope: &'a Scope<'a>,
    found: Vec<Sum<Use>>,
}

impl Vocabulary<Term> for Excesses<'_> {
    fn meaning(&mut self, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<Term> {
        if let ExprKind::Call(function, args) = &expr.kind
            && function.single() == Some("excess")
        {
            let excess = excess(expr, args, self.scope, &mut self.uses, faults);
            return excess.map_or(Meaning::Reported, |excess| {
                let dimension = excess.dimension.clone();
                self.found.push(excess);
                Meaning::Sum(Sum::of(
                    Term::Excess(self.found.len() - 1),
                    whole(1),
                    dimension,
                ))
            });
        }
        match self.uses.meaning(expr, faults) {
            Meaning::Sum(sum) => Meaning::Sum(Sum {
                terms: sum
                    .terms
                    .into_iter()
                    .map(|(of, w)| (Term::Use(of), w))
                    .collect(),
                constant: sum.constant,
                dimension: sum.dimension,
            }),
            Meaning::Known => Meaning::Known,
            Meaning::Reported => Meaning::Reported,
        }
    }

    fn words(&self) -> Vec<String> {
        self.uses.words()
    }

    fn noun(&self) -> &'static str {
        self.uses.noun()
    }
}

/// `excess(a, b)`: how much more a is than b, or nothing.
fn excess(
    expr: &Expr,
    args: &[Arg],
    scope: &Scope<'_>,
    words: &mut Words<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Sum<Use>> {
    let values: Vec<&Expr> = args
        .iter()
        .filter_map(|arg| match (&arg.name, &arg.value) {
            (None, ArgValue::Expr(value)) => Some(value),
            _ => None,
        })
        .collect();
    let [left, right] = values.as_slice() else {
        let message =
            format!("`{expr}` needs two amounts: what is used, and up to what it is free");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        faults.push(fault.help("write `excess(used.memory, 4 GiB)`, say"));
        return None;
    };
    let first = linear::sum(left, scope, words, faults);
    let second = linear::sum(right, scope, words, faults);
    let (first, second) = (first?, second?);
    if first.dimension != second.dimension {
        faults.push(linear::mixed_arguments(
            (left, &first.dimension),
            (right, &second.dimension),
        ));
        return None;
    }
    Some(first.minus(second))
}

fn addend(
    body: &Expr,
    each: Each,
    scope: &Scope<'_>,
    measured: &mut Option<Dimension>,
    faults: &mut Vec<Diagnostic>,
) -> Addend {
    let mut words = Excesses {
        uses: Words { each, scope },
        scope,
        found: Vec::new(),
    };
    let Some(sum) = linear::sum(body, scope, &mut words, faults) else {
        return Addend::default();
    };
    if let Some(known) = measured.as_ref().filter(|known| **known != sum.dimension) {
        let (a, b) = (
            dimensions::in_words(known),
            dimensions::in_words(&sum.dimension),
        );
        let message = format!("`{body}` is {a} of one and {b} of another");
        faults.push(Diagnostic::error(
            codes::MIXED_DIMENSIONS,
            body.span,
            message,
        ));
        return Addend::default();
    }
    measured.get_or_insert(sum.dimension.clone());
    let mut addend = Addend::default();
    addend.linear.constant = sum.constant;
    for (term, weight) in sum.terms {
        match term {
            Term::Use(of) => {
                addend.linear.terms.insert(of, weight);
            }
            Term::Excess(at) => {
                if weight.is_negative() {
                    let message = "an excess can only be added: what is subtracted has no bound";
                    faults.push(Diagnostic::error(codes::NOT_LINEAR, body.span, message));
                }
                let over = words.found.get(at).map(|sum| Linear {
                    terms: sum.terms.clone(),
                    constant: sum.constant.clone(),
                });
                addend.excesses.extend(over.map(|over| (weight, over)));
            }
        }
    }
    addend
}
