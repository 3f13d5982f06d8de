//! `expect`: what must hold in a test.

use std::collections::BTreeSet;

use num_traits::Zero as _;
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Bound, Comparison, Expectation, SlotIx, SlotRole, Subject};
use crate::currency::Currency;
use crate::declared::{Arg, ArgValue, Expr, ExprKind, Operator, Path};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::eval;
use crate::proofs::{self, Ground};
use crate::quantity::{BigRational, Quantity, whole};
use crate::show;
use crate::spelling;
use crate::terms::{self, Terms};
use crate::types;
use crate::value::Value;

const FORMS: &str = "a test can ask `served(app)`, `served(app -> s)`, `rtt(app -> s)`, `count(s)`, `count(s.variant)`, `variant(s)`, `total(cost)`, `max(utilisation.memory)` and `boot_time`";

const NAMES: [&str; 7] = [
    "served",
    "rtt",
    "count",
    "variant",
    "total",
    "max",
    "boot_time",
];

const RESOURCES: [&str; 4] = ["cpu", "memory", "disk", "vram"];

/// Reads the expectations of a test.
pub struct Reader<'r, 'g> {
    /// What they speak of.
    pub ground: &'r Ground<'g>,
    /// The program's one currency.
    pub currency: &'r mut Currency,
    /// What is wrong.
    pub faults: &'r mut Vec<Diagnostic>,
}

/// A measure with the dimension of its bound; the bound is multiplied by the number.
struct Measure {
    subject: Subject,
    dimension: Dimension,
    scale: BigRational,
}

impl Measure {
    fn plain(subject: Subject, dimension: Dimension) -> Self {
        Self {
            subject,
            dimension,
            scale: whole(1),
        }
    }
}

impl Reader<'_, '_> {
    /// One per comparison; `and` joins several.
    pub fn expectations(&mut self, expr: &Expr) -> Vec<Expectation> {
        match &expr.kind {
            ExprKind::Binary(Operator::And, left, right) => {
                let mut all = self.expectations(left);
                all.extend(self.expectations(right));
                all
            }
            ExprKind::Binary(operator, left, right) => match operator.comparison() {
                Some(comparison) => {
                    let found = self.compared(comparison, left, right);
                    let span = expr.span;
                    let made = |(subject, comparison, bound)| Expectation {
                        subject,
                        comparison,
                        bound,
                        span,
                    };
                    found.map(made).into_iter().collect()
                }
                None => self.no_comparison(expr),
            },
            ExprKind::Broken => Vec::new(),
            _ => self.no_comparison(expr),
        }
    }

    fn no_comparison(&mut self, expr: &Expr) -> Vec<Expectation> {
        let message = format!("`expect` needs a comparison; `{expr}` is none");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        self.faults.push(
            fault.help(
                "write `expect served(app) == 100%`, say; `and` joins several, `or` does not",
            ),
        );
        Vec::new()
    }

    /// The measure may stand on either side.
    fn compared(
        &mut self,
        comparison: Comparison,
        left: &Expr,
        right: &Expr,
    ) -> Option<(Subject, Comparison, Bound)> {
        let (measured, comparison, other) = if is_measure(left) || !is_measure(right) {
            (left, comparison, right)
        } else {
            (right, comparison.mirrored(), left)
        };
        let measure = self.measure(measured)?;
        let bound = match &measure.subject {
            Subject::Variant(slot) => self.variant(*slot, comparison, measured, other)?,
            Subject::Served(_)
            | Subject::ServedBy(..)
            | Subject::Rtt(..)
            | Subject::Count(..)
            | Subject::Total(_)
            | Subject::Utilisation(_)
            | Subject::BootTime => self.amount((&measure, comparison), measured, other)?,
        };
        Some((measure.subject, comparison, bound))
    }

    fn amount(
        &mut self,
        (measure, comparison): (&Measure, Comparison),
        measured: &Expr,
        expr: &Expr,
    ) -> Option<Bound> {
        let quantity = match eval(expr, self.ground.scope, self.faults) {
            Value::Quantity(quantity) => quantity,
            Value::Poison => return None,
            Value::Word(word) => {
                let scope = self.ground.scope;
                self.faults
                    .push(crate::operators::unknown_name(&word, expr.span, scope));
                return None;
            }
            other => {
                let message = format!("`{measured}` is compared with {}", other.kind());
                self.faults
                    .push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
                return None;
            }
        };
        let Quantity { dimension, .. } = &quantity;
        let text = measured.to_string();
        if let Some(fault) = types::wrong_dimension(&quantity, &measure.dimension, &text, expr) {
            self.faults.push(fault);
            return None;
        }
        let asked = (measure, comparison);
        if measure.subject.is_share() && !self.is_share(asked, (&text, expr), &quantity) {
            return None;
        }
        if measure.dimension == dimensions::money_per_time() {
            self.currency.compare(dimension, expr.span, self.faults);
        }
        Some(Bound::Amount(quantity.value * &measure.scale))
    }

    fn variant(
        &mut self,
        slot: SlotIx,
        comparison: Comparison,
        measured: &Expr,
        expr: &Expr,
    ) -> Option<Bound> {
        let variants = &self.ground.slots.get(slot.0 as usize)?.variants;
        let ExprKind::Path(path) = &expr.kind else {
            let message = format!("`{measured}` is compared with the name of a variant");
            let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
            self.faults
                .push(fault.help(format!("one of {}", variants.join(", "))));
            return None;
        };
        if !matches!(comparison, Comparison::Eq | Comparison::Ne) {
            let message = "variants are the same or not: write `==` or `!=`";
            self.faults
                .push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            return None;
        }
        let name = path.to_string();
        let at = variants.iter().position(|variant| *variant == name);
        if at.is_none() {
            let hint = spelling::hint(&name, variants.iter().map(String::as_str));
            let message = format!("no variant `{name}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
            self.faults
                .push(fault.help(format!("one of {}", variants.join(", "))));
        }
        Some(Bound::Variant(u32::try_from(at?).ok()?))
    }

    fn measure(&mut self, expr: &Expr) -> Option<Measure> {
        let (pure, time) = (dimensions::pure(), dimensions::time());
        let (name, args) = match &expr.kind {
            ExprKind::Broken => return None,
            ExprKind::Path(path) if path.single() == Some("boot_time") => {
                return Some(Measure::plain(Subject::BootTime, time));
            }
            ExprKind::Call(path, args) => (path.to_string(), args.as_slice()),
            ExprKind::Path(path) => return self.unknown(expr, &path.to_string()),
            _ => return self.unknown(expr, &expr.to_string()),
        };
        match (name.as_str(), argument(args)) {
            ("served", Some(Argument::Route(a, s))) => {
                let (a, s) = self.ends(a, s)?;
                Some(Measure::plain(Subject::ServedBy(a, s), pure))
            }
            ("served", Some(Argument::Name(path))) => {
                let client = self.slot(path, Some(SlotRole::Client))?;
                Some(Measure::plain(Subject::Served(client), pure))
            }
            ("rtt", Some(Argument::Route(a, s))) => {
                let (a, s) = self.ends(a, s)?;
                Some(Measure::plain(Subject::Rtt(a, s), time))
            }
            ("count", Some(Argument::Name(path))) => {
                let (slot, variant) = proofs::counted(path, self.ground, self.faults)?;
                Some(Measure::plain(Subject::Count(slot, variant), pure))
            }
            ("variant", Some(Argument::Name(path))) => {
                let slot = self.slot(path, None)?;
                Some(Measure::plain(Subject::Variant(slot), pure))
            }
            ("total", Some(Argument::Name(path))) => self.total(path),
            ("max", Some(Argument::Name(path))) if path.head() == "utilisation" => {
                self.utilisation(path)
            }
            _ => self.unknown(expr, &name),
        }
    }

    fn unknown(&mut self, expr: &Expr, word: &str) -> Option<Measure> {
        let known = NAMES.contains(&word);
        let near = spelling::nearest(word, NAMES.into_iter().filter(|_| !known));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = if known {
            format!("`{expr}` is no measure")
        } else {
            format!("no measure `{word}`{hint}")
        };
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message).help(FORMS);
        let written = expr.to_string();
        let right = near.zip(written.strip_prefix(word));
        self.faults.push(match right {
            Some((near, rest)) => fault.guess(expr.span, format!("{near}{rest}")),
            None => fault,
        });
        None
    }

    fn utilisation(&mut self, path: &Path) -> Option<Measure> {
        let dotted = path.dotted();
        let resource = dotted.strip_prefix("utilisation.").unwrap_or_default();
        if !RESOURCES.contains(&resource) {
            let hint = spelling::hint(resource, RESOURCES);
            let message = format!("no resource `{resource}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
            self.faults
                .push(fault.help(format!("one of {}", RESOURCES.join(", "))));
            return None;
        }
        let subject = Subject::Utilisation(resource.to_owned());
        Some(Measure::plain(subject, dimensions::pure()))
    }

    /// A total keeps its unit; the bound is in the metric's.
    fn total(&mut self, path: &Path) -> Option<Measure> {
        let terms = Terms {
            currency: self.currency,
            own: self.ground.own,
        };
        let name = path.to_string();
        let own = || self.ground.own.find(&name);
        let Some(metric) = terms::builtin(&name).or_else(own) else {
            terms.total(path, self.faults);
            return None;
        };
        let (step, dimension) = terms.step(metric);
        Some(Measure {
            subject: Subject::Total(metric),
            dimension: dimensions::without_currency(&dimension),
            scale: whole(1) / step,
        })
    }

    fn slot(&mut self, path: &Path, role: Option<SlotRole>) -> Option<SlotIx> {
        proofs::slot(path, role, self.ground, self.faults)
    }

    /// Both ends of a route; reports one that nobody takes.
    fn ends(&mut self, from: &Path, to: &Path) -> Option<(SlotIx, SlotIx)> {
        let ends = (self.slot(from, None), self.slot(to, None));
        let (consumer, server) = (ends.0?, ends.1?);
        let is_needed = |consumer, server| {
            let mut needs = self.ground.needs.into_iter().flatten();
            needs.any(|need| (need.consumer, need.server) == (consumer, server))
        };
        if self.ground.needs.is_none() || is_needed(consumer, server) {
            return Some((consumer, server));
        }
        let span = from.span.to(to.span);
        let message = format!("`{from}` does not need `{to}`");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
        let fault = if is_needed(server, consumer) {
            let turned = format!("{to} -> {from}");
            let fault = fault.help(format!("`{to}` needs `{from}`: write `{turned}`"));
            fault.guess(span, turned)
        } else {
            self.label_of(consumer, fault)
        };
        self.faults.push(fault);
        None
    }

    /// With what a component does need.
    fn label_of(&self, consumer: SlotIx, fault: Diagnostic) -> Diagnostic {
        let name = |slot: SlotIx| {
            Some(format!(
                "`{}`",
                self.ground.slots.get(slot.0 as usize)?.name
            ))
        };
        let needs = self.ground.needs.into_iter().flatten();
        let needs = needs.filter(|need| need.consumer == consumer);
        let needed: BTreeSet<String> = needs.filter_map(|need| name(need.server)).collect();
        let needed: Vec<String> = needed.into_iter().collect();
        match (name(consumer), needed.as_slice()) {
            (Some(consumer), []) => fault.help(format!("{consumer} needs nothing")),
            (Some(consumer), needed) => {
                let needed = spelling::folded(needed, 4);
                fault.help(format!("{consumer} needs {needed}"))
            }
            (None, _) => fault,
        }
    }

    /// Reports a share that is none, and one that nothing can be beyond.
    fn is_share(
        &mut self,
        (measure, comparison): (&Measure, Comparison),
        (text, expr): (&str, &Expr),
        bound: &Quantity,
    ) -> bool {
        let bare = matches!(&expr.kind, ExprKind::Quantity(_, written) if !written.ends_with('%'));
        if bare && !bound.value.is_zero() {
            let percent = if bound.value > whole(1) {
                format!("{expr}%")
            } else {
                show::percent(&bound.value)
            };
            let message = format!("`{text}` is a share; `{expr}` has no `%`");
            let fault = Diagnostic::error(codes::NO_UNIT, expr.span, message);
            let fault = fault.help(format!("write `{percent}`, say"));
            self.faults.push(fault.guess(expr.span, percent));
            return false;
        }
        if matches!(measure.subject, Subject::Utilisation(_)) {
            return true;
        }
        let above =
            bound.value > whole(1) || bound.value == whole(1) && comparison == Comparison::Gt;
        let below = bound.value < whole(0) || bound.value.is_zero() && comparison == Comparison::Lt;
        if above || below {
            let end = if above {
                "more than 100%"
            } else {
                "less than 0%"
            };
            let message = format!("`{text}` is never {end}");
            self.faults
                .push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
        }
        !(above || below)
    }
}

/// The one argument of a measure.
enum Argument<'e> {
    Name(&'e Path),
    Route(&'e Path, &'e Path),
}

fn argument(args: &[Arg]) -> Option<Argument<'_>> {
    let [Arg { name: None, value }] = args else {
        return None;
    };
    match value {
        ArgValue::Route(from, to) => Some(Argument::Route(from, to)),
        ArgValue::Expr(value) => match &value.kind {
            ExprKind::Path(path) => Some(Argument::Name(path)),
            _ => None,
        },
    }
}

fn is_measure(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(path, _) | ExprKind::Path(path) => {
            path.single().is_some_and(|name| NAMES.contains(&name))
        }
        _ => false,
    }
}
