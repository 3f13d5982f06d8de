//! `match`: its labels against the values of its subject, its arms against each other.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span, Spanned};

use crate::codes;
use crate::declared::{self, Expr};
use crate::spelling;
use crate::statics::infer::Env;
use crate::statics::shape::{Shape, agree};
use crate::types::{self, Type};

type Faults = Vec<Diagnostic>;

impl Env<'_> {
    /// The shape of a `match`, each arm checked against what is needed.
    pub(super) fn matched(
        &self,
        expr: &Expr,
        subject: &Expr,
        arms: &[(Spanned<String>, Expr)],
        needed: Option<(&Type, &str)>,
        faults: &mut Faults,
    ) -> Shape {
        let found = self.infer(subject, faults);
        self.labels(expr, (&found, subject), arms, faults);
        let mut first: Option<(Shape, &Expr)> = None;
        for (_, arm) in arms {
            if let Some((kind, what)) = needed {
                self.expect(arm, kind, what, faults);
                continue;
            }
            let shape = self.infer(arm, faults);
            match &first {
                None | Some((Shape::Unknown, _)) => first = Some((shape, arm)),
                Some((known, earlier)) => {
                    Self::alike((known, earlier), (&shape, arm), faults);
                }
            }
        }
        match needed {
            Some((kind, _)) => Shape::of(kind),
            None => first.map_or(Shape::Unknown, |(shape, _)| shape),
        }
    }

    /// Reports two arms that come to different things.
    fn alike(
        (known, earlier): (&Shape, &Expr),
        (shape, arm): (&Shape, &Expr),
        faults: &mut Faults,
    ) {
        let same = match (known, shape) {
            (Shape::Unknown, _) | (_, Shape::Unknown) => true,
            (Shape::Quantity(a), Shape::Quantity(b)) => agree(a, b),
            (a, b) if a.is_wordy() && b.is_wordy() => true,
            (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
        };
        if !same {
            let message = "the arms of a `match` come to different things";
            let fault = Diagnostic::error(codes::MIXED_DIMENSIONS, arm.span, message);
            faults.push(fault.here(shape.words()).label(earlier.span, known.words()));
        }
    }

    fn labels(
        &self,
        expr: &Expr,
        (found, subject): (&Shape, &Expr),
        arms: &[(Spanned<String>, Expr)],
        faults: &mut Faults,
    ) {
        let (name, values) = match found {
            Shape::Enum(name, _) => (name.as_str(), self.values(found)),
            Shape::Bool => ("Bool", vec!["true".to_owned(), "false".to_owned()]),
            Shape::Text | Shape::Label | Shape::Unknown => ("", Vec::new()),
            Shape::Word(word) => {
                faults.push(self.no_name(word, subject.span));
                return;
            }
            Shape::Quantity(_) | Shape::List(_) | Shape::Range(_) | Shape::Made(_) => {
                let message = format!(
                    "`{subject}` is {}; only words can be matched",
                    found.words()
                );
                faults.push(Diagnostic::error(codes::WRONG_TYPE, subject.span, message));
                return;
            }
        };
        let mut left: BTreeSet<&str> = values.iter().map(String::as_str).collect();
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut all: Option<Span> = None;
        for (label, _) in arms {
            let word = label.value.as_str();
            let closed = !values.is_empty();
            if let Some(first) = seen.get(word) {
                faults.push(declared::twice(word, label.span, *first));
            } else if let Some(first) = all {
                faults.push(unreached(
                    label,
                    "every value has an arm above",
                    Some(first),
                ));
            } else if word == "_" {
                if closed && left.is_empty() {
                    faults.push(unreached(label, "every value has an arm of its own", None));
                }
                all = Some(label.span);
            } else if closed && !left.remove(word) {
                faults.push(types::no_value(word, name, &values, label.span));
                if types::is_rest(word) {
                    all = Some(label.span);
                }
                // It stands for the one that it was meant to be.
                spelling::nearest(word, values.iter().map(String::as_str))
                    .map(|near| left.remove(near));
            }
            seen.insert(word, label.span);
        }
        if all.is_none() && !left.is_empty() {
            let missing: Vec<String> = left.iter().map(|value| format!("`{value}`")).collect();
            let message = format!("no arm for {}", spelling::folded(&missing, 4));
            let fault = Diagnostic::error(codes::MISSING_ARM, expr.span, message);
            faults.push(fault.help(format!(
                "add {}, or `_ => …` for all others",
                left.iter().map(|value| format!("`{value} => …`")).collect::<Vec<_>>().join(", ")
            )));
        }
    }
}

fn unreached(label: &Spanned<String>, why: &str, first: Option<Span>) -> Diagnostic {
    let message = format!("the arm `{}` is never reached: {why}", label.value);
    let fault = Diagnostic::warning(codes::UNREACHED_ARM, label.span, message);
    match first {
        Some(first) => fault.label(first, "this arm takes all that is left"),
        None => fault,
    }
}
