//! A component with its kind: which variants it has, and what each of them says.

use std::collections::BTreeMap;

use vn_syntax::{Diagnostic, Span};

use crate::analyse::Library;
use crate::catalogue::{Catalogue, not_imported};
use crate::codes;
use crate::declared::{
    Base, Body, Clause, Declaration, Expr, Fields, Member, Name, NeedClause, twice,
};
use crate::parameters;
use crate::scope::Scope;
use crate::spelling;
use crate::tree::Component;
use crate::typed;
use crate::types::Enums;
use crate::value::Value;

/// Fields that a kind, a service, a client or a variant can set.
pub const FIELDS: &[&str] = &[
    "provides",
    "dataset",
    "cpu",
    "memory",
    "disk",
    "vram",
    "recommended.cpu",
    "recommended.memory",
    "recommended.disk",
    "recommended.vram",
    "capacity",
    "connections",
    "service_time",
    "power",
    "cost",
    "image",
    "command",
    "environment.",
    "ports.",
    "port",
    "health",
    "data",
    "gpu",
    "licence",
    "status",
    "superseded_by",
    "source",
    "checked",
];

/// A component before it meets devices.
#[derive(Clone, Debug)]
pub struct Blueprint<'a> {
    /// Name of the kind, if it has one.
    pub kind: Option<String>,
    /// Values of the kind's parameters.
    pub values: BTreeMap<String, Value>,
    /// Where those that are no defaults were given.
    pub given: BTreeMap<String, Span>,
    /// Variants, best first.
    pub variants: Vec<Variant<'a>>,
}

/// A variant with all that holds for it.
#[derive(Clone, Debug)]
pub struct Variant<'a> {
    /// Its name.
    pub name: String,
    /// The kind's variant that it is or comes from, else its own name.
    pub software: String,
    /// Where the program or the kind declares it.
    pub span: Span,
    /// Whether the program declares it.
    pub own: bool,
    /// Its fields: the kind's, the kind's variant's, the service's, the own variant's.
    pub fields: Fields,
    /// Conditions of all of these.
    pub requires: Vec<&'a Expr>,
    /// `provides` of all of these.
    pub provides: Vec<&'a Expr>,
    /// `needs` of all of these, each with the layer that says it: a later one is nearer.
    pub needs: Vec<(usize, &'a NeedClause)>,
    /// Values of its own parameters.
    pub values: BTreeMap<String, Value>,
    /// Where those that are no defaults were given.
    pub given: BTreeMap<String, Span>,
}

/// What blueprints are made from.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Kinds.
    pub catalogue: &'a Catalogue,
    /// For "import it".
    pub library: &'a [Library<'a>],
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
}

/// The blueprint of a component.
pub fn blueprint<'a>(
    component: &Component<'a>,
    ground: &Ground<'a>,
    faults: &mut Vec<Diagnostic>,
) -> Blueprint<'a> {
    let declared = component.declared;
    let kind = kind(declared, ground, faults);
    let base = declared.base.as_ref();
    let params = kind.map_or(&[][..], |kind| &kind.body.params);
    let args = base.map_or(&[][..], |base| &base.args);
    let callee = base.map_or_else(String::new, |base| base.path.to_string());
    let given = match kind {
        Some(_) => parameters::arguments(args, params, &callee, faults),
        None => BTreeMap::new(),
    };
    let values = parameters::values(params, &given, ground.scope, ground.enums, faults);
    let given = parameters::places(&given);
    let place = declared.keyword.keyword();
    typed::only(
        &declared.body.fields,
        &own_fields(declared.keyword),
        place,
        faults,
    );
    let workshop = Workshop {
        declared,
        kind,
        ground,
        values: &values,
        given: &given,
    };
    let variants = workshop.variants(faults);
    Blueprint {
        kind: kind.map(|kind| kind.name.value.clone()),
        values,
        given,
        variants,
    }
}

/// Fields that a component can set itself.
pub fn own_fields(keyword: Member) -> Vec<&'static str> {
    let more: &[&str] = match keyword {
        Member::Service => &[
            "replicas",
            "max_per_device",
            "deploy",
            "move_cost",
            "staleness",
        ],
        Member::Client => &["demand"],
        _ => &[],
    };
    FIELDS.iter().chain(more).copied().collect()
}

fn kind<'a>(
    declared: &Declaration,
    ground: &Ground<'a>,
    faults: &mut Vec<Diagnostic>,
) -> Option<&'a Declaration> {
    let Base { path, .. } = declared.base.as_ref()?;
    let name = path.to_string();
    let found = ground.catalogue.kind(path);
    if found.is_none() {
        let import = not_imported(&name, ground.library);
        let known = ground.catalogue.kinds.keys().map(String::as_str);
        let member = ground.catalogue.visible.nearest(path.span.file, &name);
        let hint = match (&import, &member) {
            (Some(_), _) => String::new(),
            (None, Some(member)) => format!("; did you mean `{member}`?"),
            (None, None) => spelling::hint(&name, known),
        };
        let message = format!("no kind `{name}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, path.span, message);
        faults.push(match import {
            Some(import) => fault.help(import),
            None => fault,
        });
    }
    found
}

/// All that the variants of one component are made from.
struct Workshop<'a, 'b> {
    declared: &'a Declaration,
    kind: Option<&'a Declaration>,
    ground: &'b Ground<'a>,
    values: &'b BTreeMap<String, Value>,
    given: &'b BTreeMap<String, Span>,
}

impl<'a> Workshop<'a, '_> {
    fn variants(&self, faults: &mut Vec<Diagnostic>) -> Vec<Variant<'a>> {
        let own: Vec<&'a Declaration> = self.declared.body.of(Member::Variant).collect();
        let declares = own.iter().any(|own| !self.is_patch(own));
        let listed: Vec<(&'a Declaration, Option<&'a Declaration>)> = if declares {
            own.iter().map(|own| (*own, Some(*own))).collect()
        } else {
            let patch = |of: &Declaration| {
                own.iter()
                    .copied()
                    .find(|own| own.name.value == of.name.value)
            };
            self.of_kind().map(|of| (of, patch(of))).collect()
        };
        check_names(&own, faults);
        let mut variants: Vec<Variant<'a>> = listed
            .into_iter()
            .map(|(declared, own)| self.variant(declared, own, faults))
            .collect();
        if variants.is_empty() && (self.declared.keyword == Member::Client || self.kind.is_none()) {
            variants.push(self.plain());
        }
        self.restricted(variants, faults)
    }

    fn of_kind(&self) -> impl Iterator<Item = &'a Declaration> {
        self.kind
            .into_iter()
            .flat_map(|kind| kind.body.of(Member::Variant))
    }

    fn named(&self, name: &str) -> Option<&'a Declaration> {
        self.of_kind().find(|variant| variant.name.value == name)
    }

    /// `variant valkey { … }` changes the kind's own.
    fn is_patch(&self, own: &Declaration) -> bool {
        own.base.is_none() && self.named(&own.name.value).is_some()
    }

    fn variant(
        &self,
        declared: &'a Declaration,
        own: Option<&'a Declaration>,
        faults: &mut Vec<Diagnostic>,
    ) -> Variant<'a> {
        let name = own.unwrap_or(declared).name.clone();
        let base = self.base(declared, own, &name, faults);
        let layers = [
            self.kind.map(|kind| &kind.body),
            base.map(|base| &base.body),
            Some(&self.declared.body),
            own.map(|own| &own.body),
        ];
        let layers: Vec<&'a Body> = layers.into_iter().flatten().collect();
        let software = base.map_or_else(|| name.value.clone(), |base| base.name.value.clone());
        let (values, given) = self.values_of(base, own, faults);
        Variant {
            software,
            values,
            given,
            own: own.is_some_and(|own| !self.is_patch(own)),
            ..assembled(name, &layers)
        }
    }

    /// The kind's variant behind a variant: the one of its name, or the one behind its colon.
    fn base(
        &self,
        declared: &'a Declaration,
        own: Option<&'a Declaration>,
        name: &Name,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<&'a Declaration> {
        let Some(own) = own else {
            return Some(declared);
        };
        let Some(Base { path, .. }) = &own.base else {
            return self.named(&name.value);
        };
        let found = self.named(&path.to_string());
        if found.is_none() && (self.kind.is_some() || self.declared.base.is_none()) {
            let known = self.of_kind().map(|variant| variant.name.value.as_str());
            let kind = self
                .kind
                .map_or("the component", |kind| kind.name.value.as_str());
            let hint = spelling::hint(&path.to_string(), known);
            let message = format!("`{kind}` has no variant `{path}`{hint}");
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message));
        }
        found
    }

    fn values_of(
        &self,
        base: Option<&'a Declaration>,
        own: Option<&'a Declaration>,
        faults: &mut Vec<Diagnostic>,
    ) -> (BTreeMap<String, Value>, BTreeMap<String, Span>) {
        let outer = Scope {
            given: self.given.clone(),
            ..Scope::inside(self.ground.scope, self.values.clone())
        };
        let params = base.map_or(&[][..], |base| &base.body.params);
        let call = own.and_then(|own| own.base.as_ref());
        let given = match (base, call) {
            (Some(_), Some(call)) => {
                parameters::arguments(&call.args, params, &call.path.to_string(), faults)
            }
            _ => BTreeMap::new(),
        };
        let mut values = parameters::values(params, &given, &outer, self.ground.enums, faults);
        let own = own.map_or(&[][..], |own| &own.body.params);
        values.extend(parameters::values(
            own,
            &BTreeMap::new(),
            &outer,
            self.ground.enums,
            faults,
        ));
        (values, parameters::places(&given))
    }

    /// The only variant of a component that declares none.
    fn plain(&self) -> Variant<'a> {
        let name = Name {
            value: "default".to_owned(),
            span: self.declared.name.span,
        };
        let layers = [self.kind.map(|kind| &kind.body), Some(&self.declared.body)];
        assembled(name, &layers.into_iter().flatten().collect::<Vec<_>>())
    }

    /// `variants [light]`.
    fn restricted(
        &self,
        variants: Vec<Variant<'a>>,
        faults: &mut Vec<Diagnostic>,
    ) -> Vec<Variant<'a>> {
        let mut lists = self
            .declared
            .body
            .clauses
            .iter()
            .filter_map(|clause| match clause {
                Clause::Variants(names) => Some(names),
                _ => None,
            });
        let Some(names) = lists.next_back() else {
            return variants;
        };
        let mut chosen = Vec::new();
        for name in names {
            match variants.iter().find(|variant| variant.name == name.value) {
                Some(variant) => chosen.push(variant.clone()),
                None => faults.push(no_variant(name, &variants)),
            }
        }
        chosen
    }
}

fn check_names(own: &[&Declaration], faults: &mut Vec<Diagnostic>) {
    for (at, variant) in own.iter().enumerate() {
        let name = &variant.name;
        let mut earlier = own.iter().take(at);
        if let Some(first) = earlier.find(|first| first.name.value == name.value) {
            faults.push(twice(&name.value, name.span, first.name.span));
        }
        typed::only(&variant.body.fields, FIELDS, "variant", faults);
    }
}

/// The message for a variant that a component does not have.
pub fn no_variant(name: &Name, variants: &[Variant<'_>]) -> Diagnostic {
    let known = variants.iter().map(|variant| variant.name.as_str());
    let hint = spelling::hint(&name.value, known);
    let message = format!("no variant `{}`{hint}", name.value);
    Diagnostic::error(codes::UNKNOWN_NAME, name.span, message)
}

fn assembled<'a>(name: Name, layers: &[&'a Body]) -> Variant<'a> {
    let fields = layers
        .iter()
        .fold(Fields::default(), |all, body| all.overlaid(&body.fields));
    let requires = layers
        .iter()
        .flat_map(|body| &body.clauses)
        .filter_map(|clause| match clause {
            Clause::Requires(condition) => Some(condition),
            _ => None,
        });
    let provides = layers.iter().filter_map(|body| body.fields.get("provides"));
    let needs = (0..)
        .zip(layers)
        .flat_map(|(at, body)| needs(body).map(move |need| (at, need)));
    Variant {
        software: name.value.clone(),
        name: name.value,
        span: name.span,
        own: false,
        fields,
        requires: requires.collect(),
        provides: provides.map(|field| &field.value).collect(),
        needs: needs.collect(),
        values: BTreeMap::new(),
        given: BTreeMap::new(),
    }
}

/// The `needs` clauses of a body.
pub fn needs(body: &Body) -> impl Iterator<Item = &NeedClause> {
    body.clauses.iter().filter_map(|clause| match clause {
        Clause::Needs(need) => Some(need.as_ref()),
        _ => None,
    })
}

/// Reports what a library's kind says that is not understood.
pub fn check_kinds(catalogue: &Catalogue, faults: &mut Vec<Diagnostic>) {
    for kind in catalogue.kinds.values() {
        typed::only(&kind.body.fields, FIELDS, "kind", faults);
        for variant in kind.body.of(Member::Variant) {
            typed::only(&variant.body.fields, FIELDS, "variant", faults);
        }
    }
}
