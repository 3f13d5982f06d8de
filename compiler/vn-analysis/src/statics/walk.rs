//! Every expression of a program, with what it must be.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use vn_syntax::Diagnostic;

use crate::catalogue::Catalogue;
use crate::currency::Currency;
use crate::declared::{ArgValue, Body, Clause, Declaration, Expr, Fields, Member, Param};
use crate::dimensions;
use crate::fleet::Fleet;
use crate::metrics::{Each, Metrics, parts};
use crate::required;
use crate::scope::Scope;
use crate::statics::infer::Env;
use crate::statics::names::Names;
use crate::statics::schema;
use crate::statics::shape::Shape;
use crate::terms::{METRICS, Terms};
use crate::types::{self, Enums, Type};

type Faults = Vec<Diagnostic>;

/// What a program is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Kinds.
    pub catalogue: &'a Catalogue,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters, capabilities, units.
    pub scope: &'a Scope<'a>,
    /// What devices have.
    pub fleet: &'a Fleet,
}

/// What is wrong with the types of a program and of the kinds it uses.
pub fn check(program: &Body, ground: &Ground<'_>) -> Faults {
    let mut found = Faults::new();
    let faults = &mut found;
    let classes = ground.fleet.classes.iter();
    let capabilities = classes.flat_map(|class| class.capabilities.keys().cloned());
    let capabilities: BTreeSet<String> = capabilities.collect();
    let walk = Walk {
        ground,
        capabilities: &capabilities,
    };
    let env = walk.top(program);
    for param in &program.params {
        walk.param(param, &env, faults);
    }
    for hardware in program.of(Member::Hardware) {
        Walk::fields(&hardware.body.fields, schema::of_machine, &env, faults);
    }
    for metric in &program.metrics {
        Walk::metric(&metric.value, &env, faults);
    }
    for kind in ground.catalogue.kinds.values() {
        walk.kind(kind, &env, faults);
    }
    for builder in program.of(Member::Builder) {
        walk.place(builder, &env, faults);
    }
    if program.of(Member::Builder).next().is_none() {
        Walk::wishes(program, &env, faults);
    }
    found
}

struct Walk<'a> {
    ground: &'a Ground<'a>,
    capabilities: &'a BTreeSet<String>,
}

impl<'a> Walk<'a> {
    fn top(&self, program: &Body) -> Env<'a> {
        let mut names = Names::default();
        names.extend(self.params(&program.params));
        Env {
            enums: self.ground.enums,
            scope: self.ground.scope,
            capabilities: self.capabilities,
            names: Rc::new(names),
            device: false,
            link: false,
            used: false,
            instance: false,
            metrics: None,
        }
    }

    fn params(&self, params: &[Param]) -> Vec<(String, Shape)> {
        let shape = |param: &Param| {
            let kind = self.kind_of(param);
            (param.name.value.clone(), Shape::of(&kind))
        };
        params.iter().map(shape).collect()
    }

    /// What is wrong with a type is told where it is read.
    fn kind_of(&self, param: &Param) -> Type {
        let Ground { enums, scope, .. } = self.ground;
        types::resolve(&param.kind, enums, scope, &mut Vec::new())
    }

    fn param(&self, param: &Param, env: &Env<'a>, faults: &mut Faults) {
        if let Some(default) = &param.default {
            env.expect(default, &self.kind_of(param), &param.name.value, faults);
        }
    }

    fn fields(
        fields: &Fields,
        schema: fn(&str) -> Option<Type>,
        env: &Env<'a>,
        faults: &mut Faults,
    ) {
        let metered = Env {
            used: true,
            ..env.clone()
        };
        for field in &fields.0 {
            let env = if field.name == "cost" { &metered } else { env };
            let own = env
                .scope
                .capabilities()
                .and_then(|own| own.get(&field.name));
            let kind = schema(&field.name).or_else(|| own.map(|own| own.kind.clone()));
            match kind {
                Some(kind) => env.expect(&field.value, &kind, &field.name, faults),
                None => {
                    env.infer(&field.value, faults);
                }
            }
        }
    }

    fn metric(value: &Expr, env: &Env<'a>, faults: &mut Faults) -> Shape {
        // Its form is told where it is read.
        let Some((each, body)) = parts(value, &mut Vec::new()) else {
            return Shape::Unknown;
        };
        let env = Env {
            device: true,
            used: each == Each::Device,
            instance: each == Each::Instance,
            ..env.clone()
        };
        env.infer(body, faults)
    }

    fn kind(&self, kind: &Declaration, env: &Env<'a>, faults: &mut Faults) {
        let inner = Self::inside(&kind.body, env)
            .with(|names| names.extend(self.params(&kind.body.params)));
        for param in &kind.body.params {
            self.param(param, &inner, faults);
        }
        Self::body(&kind.body, &inner, faults);
        for variant in kind.body.of(Member::Variant) {
            self.variant(variant, None, &inner, faults);
        }
    }

    /// Where the fields of a body can be named.
    fn inside(body: &Body, env: &Env<'a>) -> Env<'a> {
        let fields = body.fields.0.iter();
        let inner = env.with(|names| names.extend(fields.map(|field| named(&field.name))));
        Env {
            device: true,
            ..inner
        }
    }

    fn variant(
        &self,
        variant: &Declaration,
        base: Option<&Declaration>,
        env: &Env<'a>,
        faults: &mut Faults,
    ) {
        let bodies = [base.map(|base| &base.body), Some(&variant.body)];
        let inner = Self::inside(&variant.body, env).with(|names| {
            for body in bodies.into_iter().flatten() {
                names.extend(self.params(&body.params));
                let fields = body.fields.0.iter();
                for (name, shape) in fields.map(|field| named(&field.name)) {
                    names.insert_new(name, shape);
                }
            }
        });
        for param in &variant.body.params {
            self.param(param, &inner, faults);
        }
        Self::body(&variant.body, &inner, faults);
    }

    /// Builder or node, with all that is inside.
    fn place(&self, place: &Declaration, env: &Env<'a>, faults: &mut Faults) {
        let preference = Shape::Enum("Preference".to_owned(), Vec::new());
        let outer = Env {
            device: true,
            ..env.with(|names| names.insert_new("preference".to_owned(), preference))
        };
        let env = Self::flow_down(place, &outer);
        Self::clauses(&place.body, &env, faults);
        for inner in &place.body.inner {
            match inner.keyword {
                Member::Node => self.place(inner, &env, faults),
                Member::Service | Member::Client => self.service(inner, &env, faults),
                _ => {}
            }
        }
    }

    /// The keys of a context, which may have any name; what is wrong with their values is told where
    /// they are read.
    fn flow_down(place: &Declaration, env: &Env<'a>) -> Env<'a> {
        let keys = place.body.context.0.iter();
        let keys = keys.map(|field| (&field.name, &*field.value));
        let base = place.base.iter().filter(|_| place.keyword == Member::Node);
        let args = base.flat_map(|base| &base.args).filter_map(|arg| {
            let name = &arg.name.as_ref()?.value;
            match &arg.value {
                ArgValue::Expr(value) => Some((name, value)),
                ArgValue::Route(..) => None,
            }
        });
        let own = keys.chain(args).filter(|(name, _)| *name != "preference");
        let shape = |value: &Expr| match env.infer(value, &mut Vec::new()) {
            // A word of the user's own stands for itself.
            Shape::Word(_) => Shape::Unknown,
            shape => shape,
        };
        env.with(|names| names.extend(own.map(|(name, value)| (name.clone(), shape(value)))))
    }

    fn service(&self, service: &Declaration, env: &Env<'a>, faults: &mut Faults) {
        let env = Self::flow_down(service, env);
        let base = service.base.as_ref().map(|base| base.path.to_string());
        let kind = base.and_then(|base| self.ground.catalogue.kinds.get(&base));
        let inner = Self::inside(&service.body, &env).with(|names| {
            if let Some(kind) = kind {
                names.extend(self.params(&kind.body.params));
                for (name, shape) in kind.body.fields.0.iter().map(|field| named(&field.name)) {
                    names.insert_new(name, shape);
                }
            }
        });
        Self::body(&service.body, &inner, faults);
        let named = |name: &str| {
            let mut variants = kind?.body.of(Member::Variant);
            variants.find(|variant| variant.name.value == name)
        };
        for variant in service.body.of(Member::Variant) {
            let base = variant.base.as_ref().map(|base| base.path.to_string());
            let base = named(base.as_ref().unwrap_or(&variant.name.value));
            self.variant(variant, base, &inner, faults);
        }
    }

    fn body(body: &Body, env: &Env<'a>, faults: &mut Faults) {
        Self::fields(&body.fields, schema::of_component, env, faults);
        Self::clauses(body, env, faults);
    }

    fn clauses(body: &Body, env: &Env<'a>, faults: &mut Faults) {
        for clause in &body.clauses {
            match clause {
                Clause::Requires(condition) => {
                    let before = faults.len();
                    env.truth(condition, faults);
                    required::advise(condition, faults.get_mut(before..).unwrap_or_default());
                }
                Clause::Clone(clone) => {
                    if let Some(when) = &clone.when {
                        env.truth(when, faults);
                    }
                }
                Clause::Decide(rules) => {
                    for rule in rules {
                        env.truth(&rule.when, faults);
                    }
                }
                Clause::Needs(need) => {
                    let time = Type::Quantity(dimensions::time(), (None, None));
                    if let Some(within) = &need.within {
                        env.expect(within, &time, "within", faults);
                    }
                    if let Some(degraded) = &need.degraded {
                        env.expect(degraded, &time, "degraded", faults);
                    }
                    Self::fields(&need.body.fields, schema::of_component, env, faults);
                }
                // The others hold names, or are read in full wherever they stand.
                _ => {}
            }
        }
    }

    /// The metrics with their units.
    fn metrics(program: &Body, env: &Env<'a>) -> BTreeMap<String, Shape> {
        let own = program.metrics.iter().map(|item| {
            let shape = Self::metric(&item.value, env, &mut Vec::new());
            (item.name.value.clone(), shape)
        });
        let none = Metrics::default();
        let terms = Terms {
            currency: &Currency::default(),
            own: &none,
        };
        let language = METRICS.iter().map(|(name, metric)| {
            let (_, dimension) = terms.step(*metric);
            let erased = dimensions::without_currency(&dimension);
            ((*name).to_owned(), Shape::Quantity(erased))
        });
        language.chain(own).collect()
    }

    /// `minimize` and `require` where nothing is composed.
    fn wishes(program: &Body, env: &Env<'a>, faults: &mut Faults) {
        let metrics = Self::metrics(program, env);
        let env = Env {
            metrics: Some(metrics.clone()),
            ..env.clone()
        };
        let pure = METRICS
            .iter()
            .map(|(name, _)| ((*name).to_owned(), Shape::pure()));
        let plain = env.with(|names| names.extend(pure));
        let boot_time = Shape::Quantity(dimensions::time());
        let env = env.with(|names| {
            names.extend(metrics);
            names.insert("boot_time".to_owned(), boot_time);
        });
        for clause in &program.clauses {
            match clause {
                Clause::Minimize(levels, _) => {
                    for level in levels {
                        plain.infer(level, faults);
                    }
                }
                Clause::Require(require) => env.truth(&require.condition, faults),
                _ => {}
            }
        }
    }
}

fn named(field: &str) -> (String, Shape) {
    let kind = schema::of_component(field);
    let shape = kind.map_or(Shape::Unknown, |kind| Shape::of(&kind));
    (field.to_owned(), shape)
}
