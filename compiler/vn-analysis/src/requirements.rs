//! Top-level `require`: bounds on weighted sums of what a plan measures.

use num_traits::{Signed as _, Zero as _};
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Comparison, DeviceIx, Measure, Metric, Wish, WishKind};
use crate::currency::Currency;
use crate::declared::{
    Arg, ArgValue, Body, Clause, Expr, ExprKind, Operator, Path, Require, Selector,
};
use crate::dimensions;
use crate::fleet::Fleet;
use crate::linear::{self, Meaning, Sum, Vocabulary};
use crate::metrics::Metrics;
use crate::proofs;
use crate::quantity::{BigRational, whole};
use crate::selector;
use crate::spelling;
use crate::terms::{self, Terms};
use crate::types::{self, Enums};

/// What requirements are read against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Components.
    pub proofs: proofs::Ground<'a>,
    /// Devices.
    pub fleet: &'a Fleet,
    /// Roles.
    pub enums: &'a Enums,
    /// The program's own metrics.
    pub own: &'a Metrics,
}

/// The requirements of a program, in declared order.
pub fn requirements(
    program: &Body,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let mut wishes = Vec::new();
    for clause in &program.clauses {
        if let Clause::Require(require) = clause {
            for condition in conjuncts(&require.condition) {
                wishes.extend(one(condition, require, ground, currency, faults));
            }
        }
    }
    wishes
}

/// `a and b` are two requirements.
fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    match &condition.kind {
        ExprKind::Binary(Operator::And, left, right) => {
            let mut all = conjuncts(left);
            all.extend(conjuncts(right));
            all
        }
        _ => vec![condition],
    }
}

/// A requirement, as it is being read.
struct Words<'a, 'b> {
    terms: Terms<'b>,
    ground: &'a Ground<'a>,
}

fn one(
    condition: &Expr,
    require: &Require,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    if condition.kind == ExprKind::Broken {
        return None;
    }
    let compared = match &condition.kind {
        ExprKind::Binary(operator, left, right) => operator
            .comparison()
            .map(|comparison| (comparison, left, right)),
        _ => None,
    };
    let Some((comparison, left, right)) = compared else {
        faults.push(no_comparison(condition));
        return None;
    };
    let sides = sides((left, right), ground, currency, faults);
    let [(left, first), (right, second)] = sides?;
    agree((left, &first), (right, &second), faults)?;
    let wish = Bound {
        sum: first.minus(second),
        comparison,
        span: condition.span,
    };
    let wish = wish.turned();
    if wish.sum.terms.is_empty() {
        let message = format!("`{condition}` speaks of nothing that a plan decides");
        let fault = Diagnostic::error(codes::NOT_LINEAR, condition.span, message);
        faults.push(fault.help("name `total(METRIC)`, `max(utilisation.memory)`, `count(SERVICE)`, `boot_time` or `clone_bytes(DEVICES)`"));
        return None;
    }
    if !wish.is_possible(ground, faults) || wish.is_below_nothing(right, faults) {
        return None;
    }
    let kind = wish.kind(require.message.clone());
    Some(Wish {
        kind,
        span: require.span,
    })
}

fn no_comparison(condition: &Expr) -> Diagnostic {
    let (message, help) = match &condition.kind {
        ExprKind::Binary(Operator::Or, left, right) => (
            "`or` cannot be required: a plan is held to all of its bounds".to_owned(),
            format!("keep `require {left}` or `require {right}`"),
        ),
        ExprKind::Not(_) => (
            "`not` cannot be required".to_owned(),
            "turn the comparison round: `<=` for `not … >`".to_owned(),
        ),
        _ => (
            format!("`{condition}` compares nothing"),
            "write `total(cost) <= 10 EUR/month`, say".to_owned(),
        ),
    };
    Diagnostic::error(codes::WRONG_TYPE, condition.span, message).help(help)
}

/// What only a test can ask, as the message for a bound on it.
fn of_a_test(measure: &str, expr: &Expr, args: &[Arg]) -> Diagnostic {
    let message = format!("`{measure}(…)` cannot be required of a plan");
    let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
    match args {
        [
            Arg {
                name: None,
                value: ArgValue::Route(from, to),
            },
        ] if measure == "rtt" => fault.help(format!(
            "write `within` in the `needs {to}` of `{from}`, or ask in a test: `expect {expr} <= …`"
        )),
        _ => fault.help(format!("ask in a test: `test \"…\" {{ expect {expr} … }}`")),
    }
}

type Side<'e> = (&'e Expr, Sum<Measure>);

fn sides<'e>(
    (left, right): (&'e Expr, &'e Expr),
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Option<[Side<'e>; 2]> {
    let scope = ground.proofs.scope;
    // What it costs is counted in the currency of the bound where nothing else has one.
    for side in [left, right] {
        if let crate::value::Value::Quantity(bound) =
            crate::eval::eval(side, scope, &mut Vec::new())
        {
            currency.compare(&bound.dimension, side.span, faults);
        }
    }
    let mut words = Words {
        terms: Terms {
            currency,
            own: ground.own,
        },
        ground,
    };
    let first = linear::sum(left, scope, &mut words, faults);
    let second = linear::sum(right, scope, &mut words, faults);
    Some([(left, first?), (right, second?)])
}

/// Reports two sides that cannot be compared.
fn agree(
    (left, first): (&Expr, &Sum<Measure>),
    (right, second): (&Expr, &Sum<Measure>),
    faults: &mut Vec<Diagnostic>,
) -> Option<()> {
    if first.dimension == second.dimension {
        let shares = [(left, first, right), (right, second, left)];
        let mut shares = shares.into_iter().filter(|(_, sum, _)| is_share(sum));
        let lacking =
            shares.find_map(|(what, _, bound)| types::no_percent(bound, &what.to_string()));
        let agrees = lacking.is_none().then_some(());
        faults.extend(lacking);
        return agrees;
    }
    let money = |sum: &Sum<Measure>| dimensions::without_currency(&sum.dimension);
    if money(first) == money(second) {
        // Two currencies: told where the second one was met.
        return None;
    }
    let (bound, sum, needed) = match (first.terms.is_empty(), second.terms.is_empty()) {
        (true, _) => (left, first, second),
        _ => (right, second, first),
    };
    let what = if std::ptr::eq(bound, left) {
        right
    } else {
        left
    };
    let quantity = crate::Quantity::new(sum.constant.clone(), sum.dimension.clone());
    let needed = dimensions::without_currency(&needed.dimension);
    faults.extend(types::wrong_dimension(
        &quantity,
        &needed,
        &what.to_string(),
        bound,
    ));
    None
}

/// Whether it is a part of something, 0%..100%.
fn is_share(sum: &Sum<Measure>) -> bool {
    let mut measures = sum.terms.keys();
    let is_one = matches!(measures.next(), Some(Measure::Utilisation(_)));
    is_one && measures.next().is_none()
}

/// Σ weight × measure + constant, compared with nothing.
struct Bound {
    sum: Sum<Measure>,
    comparison: Comparison,
    span: Span,
}

impl Bound {
    /// With the first weight positive, so that `10 W >= total(power)` is `total(power) <= 10 W`.
    fn turned(mut self) -> Self {
        self.sum.terms.retain(|_, weight| !weight.is_zero());
        let weights = || self.sum.terms.values();
        let first = weights().next().is_some_and(BigRational::is_negative);
        if !first {
            return self;
        }
        let minus = crate::Quantity::pure(whole(-1));
        Self {
            sum: self.sum.times(&minus),
            comparison: match self.comparison {
                Comparison::Lt => Comparison::Gt,
                Comparison::Le => Comparison::Ge,
                Comparison::Gt => Comparison::Lt,
                Comparison::Ge => Comparison::Le,
                same @ (Comparison::Eq | Comparison::Ne) => same,
            },
            span: self.span,
        }
    }

    /// Reports what no linear plan can hold: a maximum bounded from below.
    fn is_possible(&self, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> bool {
        let upwards = |weight: &BigRational| match self.comparison {
            Comparison::Lt | Comparison::Le => weight.is_negative(),
            Comparison::Gt | Comparison::Ge => weight.is_positive(),
            Comparison::Eq | Comparison::Ne => true,
        };
        let only_below = |measure: &Measure| match measure {
            Measure::Utilisation(_) | Measure::Total(Metric::Imbalance) => {
                Some("the highest utilisation")
            }
            Measure::BootTime => Some("the longest start"),
            Measure::Total(Metric::Own(at)) if ground.own.has_excess(*at) => Some("an excess"),
            Measure::Total(_) | Measure::Count(..) | Measure::ClonedFrom(_) => None,
        };
        let mut wrong = self.sum.terms.iter().filter(|(_, weight)| upwards(weight));
        let Some(reason) = wrong.find_map(|(measure, _)| only_below(measure)) else {
            return true;
        };
        let message = format!("{reason} can only be bounded from above");
        let fault = Diagnostic::error(codes::NOT_LINEAR, self.span, message);
        faults.push(fault.help("write it with `<=`"));
        false
    }

    /// Reports that something is to be less than nothing, which no plan can offer.
    fn is_below_nothing(&self, bound: &Expr, faults: &mut Vec<Diagnostic>) -> bool {
        let is_below = match self.comparison {
            Comparison::Le | Comparison::Eq => self.sum.constant.is_positive(),
            Comparison::Lt => !self.sum.constant.is_negative(),
            Comparison::Ge | Comparison::Gt | Comparison::Ne => false,
        };
        let counts = |(measure, weight): (&Measure, &BigRational)| {
            let own = matches!(measure, Measure::Total(Metric::Own(_)));
            weight.is_positive() && !own
        };
        if !is_below || !self.sum.terms.iter().all(counts) {
            return false;
        }
        let message = "no plan has less than nothing of it".to_owned();
        let fault = Diagnostic::error(codes::OUT_OF_RANGE, bound.span, message);
        faults.push(fault.label(self.span, "required here"));
        true
    }

    fn kind(self, message: Option<String>) -> WishKind {
        let bound = -self.sum.constant;
        let mut terms: Vec<_> = self
            .sum
            .terms
            .into_iter()
            .map(|(measure, weight)| (weight, measure))
            .collect();
        if let ([(weight, Measure::Total(metric))], Comparison::Le) =
            (terms.as_slice(), self.comparison)
        {
            WishKind::Total {
                metric: *metric,
                at_most: bound / weight,
                message,
            }
        } else {
            terms.sort_by(|(_, a), (_, b)| a.cmp(b));
            WishKind::Bound {
                terms,
                comparison: self.comparison,
                bound,
                message,
            }
        }
    }
}

impl Vocabulary<Measure> for Words<'_, '_> {
    fn meaning(&mut self, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<Measure> {
        let read = match &expr.kind {
            ExprKind::Call(function, args) => match function.single() {
                Some("total") => self.total(expr, args, faults),
                Some("max") if speaks_of_utilisation(args) => self.utilisation(args, faults),
                Some("count") => self.count(expr, args, faults),
                Some("clone_bytes") => self.cloned(args, faults),
                Some(measure @ ("rtt" | "served" | "variant")) => {
                    faults.push(of_a_test(measure, expr, args));
                    None
                }
                _ => return Meaning::Known,
            },
            _ => match terms::named(expr).as_deref() {
                Some("boot_time") => Some(Sum::of(Measure::BootTime, whole(1), dimensions::time())),
                Some(name) => match terms::builtin(name).or_else(|| self.ground.own.find(name)) {
                    Some(metric) => Some(measured(self.terms.with_unit(metric))),
                    None if self.ground.own.is_broken(name) => None,
                    None if name.contains('.') => return Self::path(expr, faults),
                    None => return Meaning::Known,
                },
                None => return Self::path(expr, faults),
            },
        };
        read.map_or(Meaning::Reported, Meaning::Sum)
    }

    fn words(&self) -> Vec<String> {
        let mut words = self.terms.words();
        words.push("boot_time".to_owned());
        words
    }

    fn noun(&self) -> &'static str {
        "a measure"
    }
}

fn measured(sum: Sum<Metric>) -> Sum<Measure> {
    let terms = sum.terms.into_iter();
    Sum {
        terms: terms
            .map(|(metric, weight)| (Measure::Total(metric), weight))
            .collect(),
        constant: sum.constant,
        dimension: sum.dimension,
    }
}

fn argument(args: &[Arg]) -> Option<&Path> {
    match args {
        [
            Arg {
                name: None,
                value:
                    ArgValue::Expr(Expr {
                        kind: ExprKind::Path(path),
                        ..
                    }),
            },
        ] => Some(path),
        _ => None,
    }
}

fn speaks_of_utilisation(args: &[Arg]) -> bool {
    argument(args).is_some_and(|path| path.head() == "utilisation")
}

impl Words<'_, '_> {
    fn total(
        &self,
        expr: &Expr,
        args: &[Arg],
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Sum<Measure>> {
        let Some(path) = argument(args) else {
            faults.push(no_argument(expr, "the name of a metric: `total(cost)`"));
            return None;
        };
        Some(measured(self.terms.total(path, faults)?))
    }

    fn utilisation(&self, args: &[Arg], faults: &mut Vec<Diagnostic>) -> Option<Sum<Measure>> {
        let path = argument(args)?;
        let dotted = path.dotted();
        let name = dotted.strip_prefix("utilisation.").unwrap_or_default();
        let known = self.resources();
        if known.contains(&name) {
            let measure = Measure::Utilisation(name.to_owned());
            return Some(Sum::of(measure, whole(1), dimensions::pure()));
        }
        let near = match name {
            "ram" | "mem" => Some("memory"),
            "cores" | "cpus" => Some("cpu"),
            "storage" | "ssd" => Some("disk"),
            "gpu" => Some("vram"),
            _ => spelling::nearest(name, known.iter().copied()),
        };
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("no resource `{name}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
        let fault = fault.help(format!("one of {}", known.join(", ")));
        faults.push(match near {
            Some(near) => fault.guess(path.span, format!("utilisation.{near}")),
            None => fault,
        });
        None
    }

    fn resources(&self) -> Vec<&str> {
        let own = self
            .ground
            .proofs
            .scope
            .capabilities()
            .into_iter()
            .flatten();
        let own = own.filter(|(_, own)| own.consumable);
        let own = own.map(|(name, _)| name.as_str());
        ["cpu", "memory", "disk", "vram"]
            .into_iter()
            .chain(own)
            .collect()
    }

    fn count(
        &self,
        expr: &Expr,
        args: &[Arg],
        faults: &mut Vec<Diagnostic>,
    ) -> Option<Sum<Measure>> {
        let Some(path) = argument(args) else {
            let needed = "the name of a service, or of one of its variants: `count(kv)`";
            faults.push(no_argument(expr, needed));
            return None;
        };
        let (slot, variant) = proofs::counted(path, &self.ground.proofs, faults)?;
        let measure = Measure::Count(slot, variant);
        Some(Sum::of(measure, whole(1), dimensions::pure()))
    }

    /// `clone_bytes(backbone)`: of a role, a site, a class or a device.
    fn cloned(&self, args: &[Arg], faults: &mut Vec<Diagnostic>) -> Option<Sum<Measure>> {
        let paths = args.iter().map(|arg| argument(std::slice::from_ref(arg)));
        let Some(paths) = paths
            .collect::<Option<Vec<_>>>()
            .filter(|all| !all.is_empty())
        else {
            let span = args.first().map(|arg| match &arg.value {
                ArgValue::Expr(expr) => expr.span,
                ArgValue::Route(from, _) => from.span,
            });
            let message = "`clone_bytes(…)` needs a role, a site or devices";
            faults.extend(span.map(|at| Diagnostic::error(codes::WRONG_TYPE, at, message)));
            return None;
        };
        let before = faults.len();
        let found = paths
            .iter()
            .flat_map(|path| self.devices(path, &mut *faults));
        let devices: std::collections::BTreeSet<DeviceIx> = found.collect();
        let measure = Measure::ClonedFrom(devices.into_iter().collect());
        (faults.len() == before).then(|| Sum::of(measure, whole(1), dimensions::bytes()))
    }

    fn devices(&self, path: &Path, faults: &mut Vec<Diagnostic>) -> Vec<DeviceIx> {
        let Ground { fleet, enums, .. } = self.ground;
        let is_role = || {
            let roles = enums.get("Role")?;
            let name = path.single()?;
            roles.iter().find(|role| *role == name)
        };
        let role = is_role().filter(|_| selector::named(path, fleet).is_none());
        let selector = Selector {
            word: role.map(|_| "role".to_owned()),
            targets: vec![path.clone()],
            span: path.span,
        };
        selector::devices(&selector, fleet, enums, faults)
    }

    /// A dotted name: `utilisation.memory` without `max`.
    fn path(expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<Measure> {
        let ExprKind::Path(path) = &expr.kind else {
            return Meaning::Known;
        };
        if path.head() != "utilisation" {
            return Meaning::Known;
        }
        let message = format!("`{path}` differs from device to device");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        let fixed = format!("max({path})");
        faults.push(fault.help(format!("write `{fixed}`")).fix(expr.span, fixed));
        Meaning::Reported
    }
}

fn no_argument(expr: &Expr, needed: &str) -> Diagnostic {
    let message = format!("`{expr}` needs {needed}");
    Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
}
