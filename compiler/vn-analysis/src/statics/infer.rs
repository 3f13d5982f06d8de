//! Expressions to shapes.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use vn_syntax::{Diagnostic, FileId, Span};

use crate::codes;
use crate::declared::{Arg, ArgValue, Expr, ExprKind, Operator, Path};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval;
use crate::operators;
use crate::quantity::Quantity;
use crate::scope::{Capabilities, Scope};
use crate::statics::names::Names;
use crate::statics::schema;
use crate::statics::shape::{Shape, agree};
use crate::types::{self, Enums, Type};
use crate::usage;
use crate::value::Value;

type Faults = Vec<Diagnostic>;

/// What names can stand for in an expression.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one family of names can be used here"
)]
pub struct Env<'a> {
    /// Enums.
    pub enums: &'a Enums,
    /// Values that are known already, capabilities, units.
    pub scope: &'a Scope<'a>,
    /// What else devices are known to have.
    pub capabilities: &'a BTreeSet<String>,
    /// Parameters, context, and fields that others may name.
    pub names: Rc<Names>,
    /// Whether a device is in sight.
    pub device: bool,
    /// Whether a link and its other end are in sight.
    pub link: bool,
    /// Whether what is used is known.
    pub used: bool,
    /// Whether the words of `sum(instance, …)` are known.
    pub instance: bool,
    /// Whether metrics are known: their names.
    pub metrics: Option<BTreeMap<String, Shape>>,
}

impl Env<'_> {
    /// The same with more names.
    #[must_use]
    pub fn with(&self, add: impl FnOnce(&mut Names)) -> Self {
        let mut names = Names::inside(Rc::clone(&self.names));
        add(&mut names);
        Self {
            names: Rc::new(names),
            ..self.clone()
        }
    }

    /// The shape of an expression; reports what makes no sense in it.
    pub fn infer(&self, expr: &Expr, faults: &mut Faults) -> Shape {
        match &expr.kind {
            ExprKind::Quantity(quantity, _) => self.literal(quantity),
            ExprKind::Text(text) => {
                self.insertions(text, expr.span, faults);
                Shape::Text
            }
            ExprKind::Path(path) => self.path(path, faults),
            ExprKind::List(items) => self.list(items, faults),
            ExprKind::Range(low, high) => {
                let ends = std::iter::once(low).chain(high);
                let shapes: Vec<_> = ends.map(|end| self.infer(end, &mut *faults)).collect();
                Shape::Range(Box::new(
                    shapes.into_iter().next().unwrap_or(Shape::Unknown),
                ))
            }
            ExprKind::Call(path, args) => self.call(expr, path, args, faults),
            ExprKind::Not(inner) => {
                self.truth(inner, faults);
                Shape::Bool
            }
            ExprKind::Negate(inner) => self
                .number(inner, faults)
                .map_or(Shape::Unknown, Shape::Quantity),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, faults),
            ExprKind::Match(subject, arms) => self.matched(expr, subject, arms, None, faults),
            ExprKind::Broken => Shape::Unknown,
        }
    }

    /// Whether an expression can be a value of a type; reports it otherwise.
    pub fn expect(&self, expr: &Expr, kind: &Type, what: &str, faults: &mut Faults) {
        match (&expr.kind, kind) {
            (ExprKind::Match(subject, arms), _) => {
                self.matched(expr, subject, arms, Some((kind, what)), faults);
            }
            (ExprKind::List(items), Type::List(inner) | Type::Set(inner)) => {
                for item in items {
                    self.expect(item, inner, what, faults);
                }
            }
            (_, Type::Set(inner)) => self.expect(expr, inner, what, faults),
            _ => {
                let found = self.infer(expr, faults);
                faults.extend(self.unfit(&found, kind, what, expr));
            }
        }
    }

    fn unfit(&self, found: &Shape, kind: &Type, what: &str, expr: &Expr) -> Option<Diagnostic> {
        let needed = Shape::of(kind);
        match (found, &needed) {
            (Shape::Unknown, _)
            | (_, Shape::Unknown)
            | (Shape::Text | Shape::Word(_) | Shape::Label, Shape::Label)
            | (Shape::Text, Shape::Text)
            | (Shape::Bool, Shape::Bool)
            | (Shape::List(_), Shape::List(_)) => None,
            (Shape::Quantity(found), Shape::Quantity(needed)) if agree(found, needed) => None,
            (Shape::Quantity(found), Shape::Quantity(needed)) => {
                let value = self.known(expr).filter(|known| known.dimension == *found);
                let value = value.unwrap_or_else(|| Quantity::zero(found.clone()));
                types::wrong_dimension(&value, needed, what, expr)
            }
            (Shape::Word(word), Shape::Enum(..)) => self.no_value(&needed, word, expr),
            (Shape::Enum(one, _), Shape::Enum(other, _)) if one == other => None,
            (Shape::Word(word), Shape::Text) if self.known(expr).is_none() => {
                let fault = self.no_name(word, expr.span);
                Some(operators::no_text(word, fault))
            }
            (Shape::Word(word), _) => Some(self.no_name(word, expr.span)),
            _ => Some(types::wrong_kind(&found.words(), kind, what, expr)),
        }
    }

    /// The values of an enum.
    pub(super) fn values(&self, shape: &Shape) -> Vec<String> {
        match shape {
            Shape::Enum(name, words) if words.is_empty() => {
                self.enums.get(name).cloned().unwrap_or_default()
            }
            Shape::Enum(_, words) => words.clone(),
            _ => Vec::new(),
        }
    }

    fn literal(&self, quantity: &Quantity) -> Shape {
        let measures = self.scope.measures();
        match measures.map(|measures| measures.in_base_units(quantity)) {
            Some(None) => Shape::Unknown,
            Some(Some(known)) => Shape::Quantity(known.dimension),
            None => Shape::Quantity(quantity.dimension.clone()),
        }
    }

    /// The value of an expression that needs no device.
    pub(super) fn known(&self, expr: &Expr) -> Option<Quantity> {
        match eval::eval(expr, self.scope, &mut Vec::new()) {
            Value::Quantity(quantity) => Some(quantity),
            Value::Text(_)
            | Value::Bool(_)
            | Value::Word(_)
            | Value::List(_)
            | Value::Made(..)
            | Value::Absent
            | Value::Poison => None,
        }
    }

    fn list(&self, items: &[Expr], faults: &mut Faults) -> Shape {
        let shapes: Vec<Shape> = items
            .iter()
            .map(|item| self.infer(item, &mut *faults))
            .collect();
        Shape::List(Box::new(
            shapes.into_iter().next().unwrap_or(Shape::Unknown),
        ))
    }

    fn path(&self, path: &Path, faults: &mut Faults) -> Shape {
        if path.segments.iter().any(|segment| segment.index.is_some()) {
            // Its own message is that of the value.
            return Shape::Unknown;
        }
        let dotted = path.dotted();
        if let Some(shape) = self.name(&dotted, path.span.file) {
            return shape;
        }
        match dotted.split_once('.') {
            None => match dotted.as_ref() {
                "true" | "false" => Shape::Bool,
                _ => Shape::Word(dotted.into_owned()),
            },
            Some(("device", name)) => self.capability(path, name, self.device, faults),
            Some(("peer", name)) => self.capability(path, name, self.link, faults),
            Some(("link", name)) if self.link => schema::of_link(name).unwrap_or_else(|| {
                let message = format!("`{path}`: no such fact about a link");
                let fault = Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message);
                faults.push(fault.help("a link has rtt, bandwidth, loss, availability, private"));
                Shape::Unknown
            }),
            Some(("used", name)) => self.used(path, name, faults),
            Some(("instance", name)) if self.instance => self.of_instance(path, name, faults),
            Some(_) => Shape::Word(dotted.into_owned()),
        }
    }

    /// What a name stands for in a file: files may call one thing differently.
    fn name(&self, dotted: &str, file: FileId) -> Option<Shape> {
        let agreed = self.scope.agreed(dotted, file);
        let found = agreed.and_then(|name| self.names.get(name));
        found.or_else(|| self.names.get(dotted)).cloned()
    }

    fn capability(&self, path: &Path, name: &str, in_sight: bool, faults: &mut Faults) -> Shape {
        if !in_sight {
            faults.push(eval::no_device(path));
            return Shape::Unknown;
        }
        if let Some(shape) = schema::of_device(name) {
            return shape;
        }
        let own = self.scope.capabilities().and_then(|own| own.get(name));
        if let Some(own) = own {
            return Shape::of(&own.kind);
        }
        if !self.capabilities.contains(name) {
            let own = self.scope.capabilities().into_iter().flatten();
            let language = schema::DEVICE.iter().map(|name| (*name).to_owned());
            let names = language.chain(own.map(|(name, _)| name.clone()));
            let known: Capabilities = names.map(|name| (name, Value::Absent)).collect();
            faults.push(eval::no_capability(path, name, &known));
        }
        Shape::Unknown
    }

    fn used(&self, path: &Path, name: &str, faults: &mut Faults) -> Shape {
        if !self.used {
            faults.push(eval::no_use(path));
            return Shape::Unknown;
        }
        if let Some(dimension) = usage::dimension(name) {
            return Shape::Quantity(dimension);
        }
        let known = usage::names(self.scope);
        if known.contains(&name) {
            return Shape::pure();
        }
        faults.push(usage::unknown(path, name, "used", &known));
        Shape::Unknown
    }

    fn of_instance(&self, path: &Path, name: &str, faults: &mut Faults) -> Shape {
        let own = usage::names(self.scope);
        let known = usage::OF_INSTANCES;
        match name {
            "load" => Shape::Quantity(dimensions::throughput()),
            _ if known.contains(&name) => {
                schema::of_component(name).map_or(Shape::Unknown, |kind| Shape::of(&kind))
            }
            _ if own.contains(&name) => Shape::pure(),
            _ => {
                faults.push(usage::unknown(path, name, "instance", &known));
                Shape::Unknown
            }
        }
    }

    /// `${name}` in a text.
    fn insertions(&self, text: &str, span: Span, faults: &mut Faults) {
        let mut parts = text.split("${");
        parts.next();
        for part in parts {
            let Some((name, _)) = part.split_once('}') else {
                return;
            };
            let name = name.trim();
            if self.name(name, span.file).is_none() {
                // The name is only a part of the text: no edit of all of it.
                let mut fault = self.no_name(name, span);
                fault.edits.clear();
                faults.push(fault);
            }
        }
    }

    /// The message for a name that nothing has.
    pub(super) fn no_name(&self, word: &str, span: Span) -> Diagnostic {
        let metrics = self.metrics.iter().flat_map(BTreeMap::keys);
        let names = self.names.all().chain(metrics.map(String::as_str));
        operators::no_name(word, span, names)
    }

    fn call(&self, expr: &Expr, path: &Path, args: &[Arg], faults: &mut Faults) -> Shape {
        let name = path.single().unwrap_or_default();
        if let Some(metrics) = &self.metrics
            && let Some(shape) = measured(name, args, metrics)
        {
            return shape;
        }
        let values: Vec<&Expr> = args
            .iter()
            .filter_map(|arg| match &arg.value {
                ArgValue::Expr(value) => Some(value),
                ArgValue::Route(..) => None,
            })
            .collect();
        match (name, values.as_slice()) {
            ("min" | "max", [left, right]) => self.sum(Operator::Add, left, right, faults),
            ("excess", [left, right]) if self.used || self.instance => {
                self.sum(Operator::Subtract, left, right, faults)
            }
            _ => {
                for value in values {
                    self.infer(value, faults);
                }
                Shape::Made(expr.to_string())
            }
        }
    }

    /// Reports what is neither true nor false.
    pub fn truth(&self, expr: &Expr, faults: &mut Faults) {
        match self.infer(expr, faults) {
            Shape::Bool | Shape::Unknown => {}
            Shape::Word(word) => faults.push(self.no_name(&word, expr.span)),
            other => {
                let message = format!("`{expr}` must be true or false; it is {}", other.words());
                faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            }
        }
    }

    /// The dimension of a number; reports anything else.
    pub(super) fn number(&self, expr: &Expr, faults: &mut Faults) -> Option<Dimension> {
        let shape = self.infer(expr, faults);
        self.as_number(&shape, expr, faults)
    }

    fn as_number(&self, shape: &Shape, expr: &Expr, faults: &mut Faults) -> Option<Dimension> {
        match shape {
            Shape::Quantity(dimension) => return Some(dimension.clone()),
            Shape::Unknown => {}
            Shape::Word(word) => faults.push(self.no_name(word, expr.span)),
            other => {
                let message = format!("`{expr}` must be a number; it is {}", other.words());
                faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            }
        }
        None
    }
}

/// `total(cost)` and the like.
fn measured(name: &str, args: &[Arg], metrics: &BTreeMap<String, Shape>) -> Option<Shape> {
    let argument = match args {
        [
            Arg {
                name: None,
                value: ArgValue::Expr(expr),
            },
        ] => match &expr.kind {
            ExprKind::Path(path) => Some(path),
            _ => None,
        },
        _ => None,
    };
    match (name, argument) {
        ("total", Some(path)) => {
            let known = metrics.get(path.dotted().as_ref());
            Some(known.cloned().unwrap_or(Shape::Unknown))
        }
        ("max", Some(path)) if path.head() == "utilisation" => Some(Shape::pure()),
        ("count", Some(_)) => Some(Shape::pure()),
        ("clone_bytes", _) => Some(Shape::Quantity(dimensions::bytes())),
        _ => None,
    }
}
