//! The metrics by name, with the units that `total(…)` gives them back.

use std::borrow::Cow;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::Metric;
use crate::currency::Currency;
use crate::declared::{Expr, Path};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::linear::Sum;
use crate::metrics::Metrics;
use crate::quantity::{BigRational, ratio, whole};
use crate::spelling;
use crate::units;

/// The metrics of the language.
pub const METRICS: [(&str, Metric); 8] = [
    ("latency", Metric::Latency),
    ("cost", Metric::Cost),
    ("power", Metric::Power),
    ("footprint", Metric::Footprint),
    ("quality_loss", Metric::QualityLoss),
    ("imbalance", Metric::Imbalance),
    ("clone_bytes", Metric::CloneBytes),
    ("movement", Metric::Movement),
];

/// What sums of metrics are read against.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// The program's currency.
    pub currency: &'a Currency,
    /// Its own metrics.
    pub own: &'a Metrics,
}

/// A metric of the language.
pub fn builtin(name: &str) -> Option<Metric> {
    let found = METRICS.iter().find(|(known, _)| *known == name);
    found.map(|(_, metric)| *metric)
}

impl Terms<'_> {
    /// The name of a metric.
    pub fn name(&self, metric: Metric) -> &str {
        match metric {
            Metric::Own(at) => self.own.name(at),
            Metric::Latency
            | Metric::Cost
            | Metric::Power
            | Metric::Footprint
            | Metric::QualityLoss
            | Metric::Imbalance
            | Metric::CloneBytes
            | Metric::Movement => METRICS
                .iter()
                .find(|(_, known)| *known == metric)
                .map_or("", |(name, _)| name),
        }
    }

    /// What one step of a metric is in base units.
    pub fn step(&self, metric: Metric) -> (BigRational, Dimension) {
        let gib = || whole(1 << 30);
        match metric {
            Metric::Latency => (ratio(1, 1000), dimensions::time()),
            Metric::Cost => {
                let money = Dimension::base(self.currency.code());
                (whole(1) / units::month(), money.per(&dimensions::time()))
            }
            Metric::Power => (whole(1), dimensions::power()),
            Metric::Footprint | Metric::CloneBytes => (gib(), dimensions::bytes()),
            Metric::QualityLoss | Metric::Movement => (whole(1), dimensions::pure()),
            Metric::Imbalance => (ratio(1, 100), dimensions::pure()),
            Metric::Own(at) => (whole(1), self.own.dimension(at)),
        }
    }

    /// A metric with its unit.
    pub fn with_unit(&self, metric: Metric) -> Sum<Metric> {
        let (step, dimension) = self.step(metric);
        Sum::of(metric, step, dimension)
    }

    /// `total(NAME)`; reports a name that no metric has.
    pub fn total(&self, path: &Path, faults: &mut Vec<Diagnostic>) -> Option<Sum<Metric>> {
        let name = path.to_string();
        let own = || self.own.find(&name);
        if let Some(metric) = builtin(&name).or_else(own) {
            return Some(self.with_unit(metric));
        }
        if self.own.is_broken(&name) {
            return None;
        }
        let words = self.words();
        let near = spelling::nearest(&name, words.iter().map(String::as_str));
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("no metric `{name}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
        faults.push(match near {
            Some(near) => fault.guess(path.span, near),
            None => fault.help(format!("one of {}", words.join(", "))),
        });
        None
    }

    /// The names of all metrics.
    pub fn words(&self) -> Vec<String> {
        let own = self.own.names().map(str::to_owned);
        let language = METRICS.iter().map(|(name, _)| (*name).to_owned());
        language.chain(own).collect()
    }
}

/// The name that an expression is: `co2`, `cat.co2`.
pub fn named(expr: &Expr) -> Option<Cow<'_, str>> {
    match &expr.kind {
        crate::declared::ExprKind::Path(path) => {
            let is_name = path.segments.iter().all(|segment| segment.index.is_none());
            is_name.then(|| path.dotted())
        }
        _ => None,
    }
}
