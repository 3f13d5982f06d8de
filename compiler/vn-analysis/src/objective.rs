//! `minimize` and `require`: weighted sums of metrics.

use std::collections::BTreeMap;

use num_traits::Zero as _;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Metric, Objective, Wish, WishKind};
use crate::currency::Currency;
use crate::declared::{Body, Clause, Expr, ExprKind, Operator, Require, unsupported};
use crate::dimensions;
use crate::eval::{chosen, eval};
use crate::operators;
use crate::quantity::{BigRational, Dimension, Quantity};
use crate::scope::Scope;
use crate::spelling;
use crate::units;
use crate::value::Value;
use crate::wishes::one_name;

const METRICS: [(&str, Metric); 6] = [
    ("latency", Metric::Latency),
    ("cost", Metric::Cost),
    ("power", Metric::Power),
    ("footprint", Metric::Footprint),
    ("quality_loss", Metric::QualityLoss),
    ("clone_bytes", Metric::CloneBytes),
];

const LATER: [&str; 3] = ["imbalance", "movement", "boot_time"];

/// A weighted sum of metrics and a constant, all of one dimension.
#[derive(Clone, Debug)]
struct Sum {
    terms: BTreeMap<Metric, BigRational>,
    constant: BigRational,
    dimension: Dimension,
}

impl Sum {
    fn of(metric: Metric, weight: BigRational, dimension: Dimension) -> Self {
        let terms = BTreeMap::from([(metric, weight)]);
        Self {
            terms,
            constant: BigRational::zero(),
            dimension,
        }
    }

    fn constant(quantity: Quantity) -> Self {
        let Quantity { value, dimension } = quantity;
        Self {
            terms: BTreeMap::new(),
            constant: value,
            dimension,
        }
    }

    fn as_constant(&self) -> Option<Quantity> {
        let quantity = || Quantity::new(self.constant.clone(), self.dimension.clone());
        self.terms.is_empty().then(quantity)
    }

    fn times(mut self, factor: &Quantity) -> Self {
        self.terms
            .values_mut()
            .for_each(|weight| *weight = &*weight * &factor.value);
        self.constant *= &factor.value;
        self.dimension = self.dimension.times(&factor.dimension);
        self
    }

    fn plus(mut self, other: &Self) -> Self {
        for (metric, weight) in &other.terms {
            *self.terms.entry(*metric).or_default() += weight;
        }
        self.constant += &other.constant;
        self
    }
}

/// What a sum is read with.
struct Reader<'a, 'b> {
    scope: &'a Scope<'a>,
    currency: &'a Currency,
    faults: &'b mut Vec<Diagnostic>,
}

/// The objective of a program.
pub fn objective(
    program: &Body,
    scope: &Scope<'_>,
    currency: &Currency,
    faults: &mut Vec<Diagnostic>,
) -> Objective {
    let mut written = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Minimize(expr) => Some(expr),
        _ => None,
    });
    let Some(expr) = written.next() else {
        return Objective::default();
    };
    for second in written {
        faults.push(crate::declared::twice("minimize", second.span, expr.span));
    }
    let mut reader = Reader {
        scope,
        currency,
        faults,
    };
    let Some(sum) = reader.sum(expr) else {
        return Objective::default();
    };
    if !sum.dimension.is_pure() {
        let words = dimensions::in_words(&sum.dimension);
        let message = format!("the objective must be a plain number; it is {words}");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        reader
            .faults
            .push(fault.help("divide by a unit: `total(cost) / 1 EUR/month`"));
    }
    let terms = sum
        .terms
        .into_iter()
        .filter(|(_, weight)| !weight.is_zero());
    let terms: Vec<_> = terms.map(|(metric, weight)| (weight, metric)).collect();
    if let Some((_, metric)) = terms
        .iter()
        .find(|(weight, _)| *weight < BigRational::zero())
    {
        let word = METRICS.iter().find(|(_, known)| known == metric);
        let word = word.map_or("a metric", |(word, _)| *word);
        let message = format!("the weight of `{word}` is negative: more of it would be better");
        reader
            .faults
            .push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    }
    Objective {
        levels: if terms.is_empty() {
            Vec::new()
        } else {
            vec![terms]
        },
        span: Some(expr.span),
    }
}

impl Reader<'_, '_> {
    fn sum(&mut self, expr: &Expr) -> Option<Sum> {
        match &expr.kind {
            ExprKind::Path(path) => self.name(path.single().unwrap_or_default(), expr),
            ExprKind::Call(..) => self.call(expr),
            ExprKind::Negate(inner) => {
                let minus = Quantity::pure(crate::quantity::whole(-1));
                Some(self.sum(inner)?.times(&minus))
            }
            ExprKind::Binary(operator, left, right) => {
                let (left, right) = (self.sum(left), self.sum(right));
                self.combined(*operator, left?, right?, expr)
            }
            ExprKind::Match(subject, arms) => {
                let arm = chosen(subject, arms, expr.span, self.scope, self.faults)?;
                let others = arms.iter().filter(|(_, other)| !std::ptr::eq(other, arm));
                let sum = self.sum(arm);
                others.for_each(|(_, other)| drop(self.sum(other)));
                sum
            }
            ExprKind::Quantity(..)
            | ExprKind::Text(_)
            | ExprKind::List(_)
            | ExprKind::Range(..)
            | ExprKind::Not(_)
            | ExprKind::Broken => self.value(expr),
        }
    }

    fn name(&mut self, name: &str, expr: &Expr) -> Option<Sum> {
        if let Some((_, metric)) = METRICS.iter().find(|(known, _)| *known == name) {
            return Some(Sum::of(
                *metric,
                crate::quantity::whole(1),
                dimensions::pure(),
            ));
        }
        if LATER.contains(&name) {
            self.faults.push(unsupported(expr.span, name));
            return None;
        }
        self.value(expr)
    }

    /// `total(cost)` keeps its unit.
    fn call(&mut self, expr: &Expr) -> Option<Sum> {
        let Some(argument) = one_name(expr, "total") else {
            return self.value(expr);
        };
        let one = crate::quantity::whole(1);
        match argument.to_string().as_str() {
            "cost" => {
                let per_time = Dimension::base(self.currency.code()).per(&dimensions::time());
                Some(Sum::of(Metric::Cost, one / units::month(), per_time))
            }
            "power" => Some(Sum::of(Metric::Power, one, dimensions::power())),
            _ => {
                self.faults.push(unsupported(expr.span, &expr.to_string()));
                None
            }
        }
    }

    fn value(&mut self, expr: &Expr) -> Option<Sum> {
        let fault = match eval(expr, self.scope, self.faults) {
            Value::Quantity(quantity) => return Some(Sum::constant(quantity)),
            Value::Poison => return None,
            Value::Word(word) => {
                let metrics = METRICS.iter().map(|(name, _)| *name);
                let names = self.scope.names();
                let near = spelling::hint(&word, metrics.chain(names));
                let message = format!("no metric `{word}`{near}");
                Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message)
            }
            other => {
                let message = format!("`{expr}` is {}; a sum of metrics is needed", other.kind());
                Diagnostic::error(codes::WRONG_TYPE, expr.span, message)
            }
        };
        self.faults.push(fault);
        None
    }

    fn combined(&mut self, operator: Operator, left: Sum, right: Sum, expr: &Expr) -> Option<Sum> {
        let constants = (left.as_constant(), right.as_constant());
        match (operator, constants) {
            (Operator::Add | Operator::Subtract, _) if left.dimension != right.dimension => {
                let words = |sum: &Sum| dimensions::in_words(&sum.dimension);
                let message = format!("cannot add {} to {}", words(&right), words(&left));
                self.report(codes::MIXED_DIMENSIONS, expr.span, message)
            }
            (Operator::Add, _) => Some(left.plus(&right)),
            (Operator::Subtract, _) => {
                let minus = Quantity::pure(crate::quantity::whole(-1));
                Some(left.plus(&right.times(&minus)))
            }
            (Operator::Multiply, (Some(factor), _)) => Some(right.times(&factor)),
            (Operator::Multiply, (_, Some(factor))) => Some(left.times(&factor)),
            (Operator::Divide, (_, Some(divisor))) => {
                let one = Quantity::pure(crate::quantity::whole(1));
                match one.per(&divisor) {
                    Some(factor) => Some(left.times(&factor)),
                    None => self.report(
                        codes::OUT_OF_RANGE,
                        expr.span,
                        format!("`{expr}` divides by zero"),
                    ),
                }
            }
            _ => {
                let message = format!("`{expr}` is not a weighted sum of metrics");
                self.report(codes::NOT_LINEAR, expr.span, message)
            }
        }
    }

    fn report(&mut self, code: &'static str, span: Span, message: String) -> Option<Sum> {
        self.faults.push(Diagnostic::error(code, span, message));
        None
    }
}

/// The `require total(…) <= …` of a program.
pub fn totals(
    program: &Body,
    scope: &Scope<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Wish> {
    let clauses = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Require(require) => Some(require),
        _ => None,
    });
    clauses
        .filter_map(|require| total(require, scope, currency, faults))
        .collect()
}

fn total(
    require: &Require,
    scope: &Scope<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Option<Wish> {
    let (metric, bound) = match &require.condition.kind {
        ExprKind::Binary(Operator::LessEqual, left, right) => (one_name(left, "total"), right),
        ExprKind::Binary(Operator::GreaterEqual, left, right) => (one_name(right, "total"), left),
        ExprKind::Broken => return None,
        _ => (None, &Box::new(require.condition.clone())),
    };
    let named = metric.map(ToString::to_string);
    let (metric, dimension, scale) = match named.as_deref() {
        Some("cost") => (Metric::Cost, dimensions::money_per_time(), units::month()),
        Some("power") => (
            Metric::Power,
            dimensions::power(),
            crate::quantity::whole(1),
        ),
        _ => {
            faults.push(unsupported(
                require.span,
                &format!("require {}", require.condition),
            ));
            return None;
        }
    };
    let what = format!("total({})", named.unwrap_or_default());
    let quantity = match eval(bound, scope, faults) {
        Value::Quantity(quantity) => quantity,
        Value::Poison => return None,
        Value::Word(word) => {
            faults.push(operators::unknown_name(&word, bound.span, scope));
            return None;
        }
        other => {
            let message = format!("`{what}` needs a bound; `{bound}` is {}", other.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, bound.span, message));
            return None;
        }
    };
    if let Some(fault) = crate::types::wrong_dimension(&quantity, &dimension, &what, bound) {
        faults.push(fault);
        return None;
    }
    currency.compare(&quantity.dimension, bound.span, faults);
    let at_most = quantity.value * scale;
    let message = require.message.clone();
    Some(Wish {
        kind: WishKind::Total {
            metric,
            at_most,
            message,
        },
        span: require.span,
    })
}
