//! `minimize`: weighted sums of metrics, level by level.

use num_traits::Zero as _;
use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{Metric, Objective};
use crate::declared::{Body, Clause, Expr};
use crate::dimensions;
use crate::linear::{self, Meaning, Sum, Vocabulary};
use crate::quantity::{BigRational, whole};
use crate::scope::Scope;
use crate::terms::{self, Terms};
use crate::wishes::one_name;

/// In `minimize` a bare metric is a plain number, and `total(…)` keeps its unit.
struct Words<'a> {
    terms: Terms<'a>,
    has_unit: bool,
}

impl Vocabulary<Metric> for Words<'_> {
    fn meaning(&mut self, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Meaning<Metric> {
        if let Some(path) = one_name(expr, "total") {
            self.has_unit = true;
            let total = self.terms.total(path, faults);
            return total.map_or(Meaning::Reported, Meaning::Sum);
        }
        let Some(name) = terms::named(expr) else {
            return Meaning::Known;
        };
        if let Some(metric) = terms::builtin(&name) {
            return Meaning::Sum(Sum::of(metric, whole(1), dimensions::pure()));
        }
        if self.terms.own.is_broken(&name) {
            return Meaning::Reported;
        }
        if self.terms.own.find(&name).is_none() {
            return Meaning::Known;
        }
        let message = format!("`{name}` is a metric of the program's own: it keeps its unit");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        let total = format!("total({name})");
        faults.push(
            fault
                .help(format!("write `{total}`"))
                .fix(expr.span, total.clone()),
        );
        Meaning::Reported
    }

    fn words(&self) -> Vec<String> {
        self.terms.words()
    }

    fn noun(&self) -> &'static str {
        "a metric"
    }
}

/// The objective of a program.
pub fn objective(
    program: &Body,
    scope: &Scope<'_>,
    terms: Terms<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Objective {
    let mut written = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Minimize(levels, span) => Some((levels, *span)),
        _ => None,
    });
    let Some((levels, span)) = written.next() else {
        return Objective::default();
    };
    for (_, second) in written {
        faults.push(crate::declared::twice("minimize", second, span));
    }
    let read = levels
        .iter()
        .map(|expr| level(expr, scope, terms, &mut *faults));
    let read: Vec<_> = read.filter(|level| !level.is_empty()).collect();
    Objective {
        levels: read,
        span: levels.first().map(|first| match levels.as_slice() {
            [_] => first.span,
            _ => span,
        }),
    }
}

fn level(
    expr: &Expr,
    scope: &Scope<'_>,
    terms: Terms<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<(BigRational, Metric)> {
    let mut words = Words {
        terms,
        has_unit: false,
    };
    let Some(sum) = linear::sum(expr, scope, &mut words, faults) else {
        return Vec::new();
    };
    let is_unknown = |fault: &Diagnostic| {
        let place = fault.labels.first().map(|label| label.span);
        fault.code == codes::UNKNOWN_UNIT && place.is_some_and(|place| expr.span.covers(place))
    };
    if faults.iter().any(is_unknown) {
        return Vec::new();
    }
    if !sum.dimension.is_pure() {
        let kind = dimensions::in_words(&sum.dimension);
        let message = format!("the objective must be a plain number; it is {kind}");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        let unit = dimensions::base_units(&sum.dimension);
        let unit = dimensions::example_unit(&sum.dimension).unwrap_or(&unit);
        faults.push(fault.help(if words.has_unit || sum.terms.is_empty() {
            format!("divide by a unit: `{expr} / 1 {unit}`")
        } else {
            "metrics are plain numbers here, of ms, of money per month and so on: they have no unit to divide by".to_owned()
        }));
    }
    if sum.terms.is_empty() {
        let message = format!("`{expr}` names no metric: every plan is as good as any other");
        let fault = Diagnostic::error(codes::NOT_LINEAR, expr.span, message);
        faults.push(fault.help(format!("name one of {}", terms.words().join(", "))));
    }
    let weighted = sum
        .terms
        .into_iter()
        .filter(|(_, weight)| !weight.is_zero());
    let weighted: Vec<_> = weighted.map(|(metric, weight)| (weight, metric)).collect();
    let negative = weighted.iter().find(|(weight, _)| *weight < whole(0));
    if let Some((_, metric)) = negative {
        let word = terms.name(*metric);
        let message = format!("the weight of `{word}` is negative: more of it would be better");
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    }
    weighted
}
