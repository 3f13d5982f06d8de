//! A component with its kind: which variants it has, and what each of them says.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, Span};

use crate::catalogue::Catalogue;
use crate::codes;
use crate::declared::{
    Base, Body, Clause, Declaration, Expr, Fields, Member, Name, NeedClause, twice,
};
use crate::library::Library;
use crate::parameters::{self, Giver};
use crate::scope::Scope;
use crate::spelling;
use crate::strangers::stranger;
use crate::tree::Component;
use crate::typed;
use crate::types::Enums;
use crate::value::Value;
use crate::variants::{self, Listed};

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
    "init",
    "health",
    "stop",
    "data",
    "gpu",
    "licence",
    "status",
    "superseded_by",
    "source",
    "checked",
];

/// Fields that hold for a component as a whole.
pub const WHOLE: &[&str] = &[
    "replicas",
    "demand",
    "max_per_device",
    "deploy",
    "move_cost",
    "staleness",
];

/// Those of them that a kind can set.
const OF_KIND: &[&str] = &["max_per_device", "deploy", "move_cost", "staleness"];

/// A component before it meets devices.
#[derive(Clone, Debug)]
pub struct Blueprint<'a> {
    /// Name of the kind, if it has one.
    pub kind: Option<String>,
    /// Values of the kind's parameters.
    pub values: BTreeMap<String, Value>,
    /// Variants, best first.
    pub variants: Vec<Variant<'a>>,
    /// What the kind says of the component as a whole.
    pub whole: Fields,
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
    /// All that declares it: the kind, the component.
    pub lines: Vec<Span>,
    /// Whether the program declares it.
    pub own: bool,
    /// Its fields by origin.
    pub layers: Layers<'a>,
    /// Its fields.
    pub fields: Fields,
    /// Conditions of all layers.
    pub requires: Vec<&'a Expr>,
    /// `provides` of all layers.
    pub provides: Vec<&'a Expr>,
    /// `needs` of all layers, each with the layer that says it: a later one is nearer.
    pub needs: Vec<(usize, &'a NeedClause)>,
    /// Values of its parameters and of its kind's.
    pub values: BTreeMap<String, Value>,
    /// Where those that are no defaults were given.
    pub given: BTreeMap<String, Span>,
}

/// Where fields come from. What parents decide goes between the two.
#[derive(Clone, Debug, Default)]
pub struct Layers<'a> {
    /// The kind's, then the kind's variant's.
    pub weak: Vec<&'a Fields>,
    /// The component's, then its own variant's.
    pub strong: Vec<&'a Fields>,
}

impl Layers<'_> {
    /// The fields, with some in the middle.
    pub fn with(&self, middle: &Fields) -> Fields {
        let layers = self.weak.iter().copied().chain([middle]);
        let layers = layers.chain(self.strong.iter().copied());
        layers.fold(Fields::default(), Fields::overlaid)
    }
}

/// What blueprints are made from.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a, 's> {
    /// Kinds.
    pub catalogue: &'a Catalogue,
    /// For "import it".
    pub library: &'a [Arc<Library>],
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and context.
    pub scope: &'s Scope<'s>,
}

/// The kind behind a component.
pub fn kind_of<'a>(declared: &Declaration, catalogue: &'a Catalogue) -> Option<&'a Declaration> {
    let base = declared.base.as_ref()?;
    catalogue
        .kinds
        .get(&base.path.to_string())
        .map(AsRef::as_ref)
}

/// The blueprint of a component.
pub fn blueprint<'a>(
    component: &Component<'a>,
    ground: &Ground<'a, '_>,
    faults: &mut Vec<Diagnostic>,
) -> Blueprint<'a> {
    let declared = component.declared;
    let kind = kind_of(declared, ground.catalogue);
    faults.extend(no_kind(declared, ground));
    let base = declared.base.as_ref();
    let params = kind.map_or(&[][..], |kind| &kind.body.params);
    let args = base.map_or(&[][..], |base| &base.args);
    let callee = base.map_or_else(String::new, |base| base.path.to_string());
    let given = match kind {
        Some(_) => parameters::arguments(args, params, &callee, faults),
        None => BTreeMap::new(),
    };
    let by = Giver::Call(base.map(|base| &base.path));
    let values = parameters::values(params, (&given, by), ground.scope, ground.enums, faults);
    let given = parameters::places(&given);
    let keyword = declared.keyword;
    let known = own_fields(keyword);
    let place = (keyword.keyword(), ground.scope);
    typed::only_with(&declared.body.fields, &known, place, faults);
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
        variants,
        whole: kind.map_or_else(Fields::default, |kind| picked(&kind.body.fields, OF_KIND)),
    }
}

/// `port = 80` where there are no ports: it says at which number the first of them is published.
pub fn moves_nothing(declared: &Declaration, variants: &[Variant<'_>]) -> Option<Diagnostic> {
    let field = declared.body.fields.get("port")?;
    let has_ports = |variant: &Variant<'_>| variant.fields.within("ports").next().is_some();
    if variants.iter().any(has_ports) {
        return None;
    }
    let name = &declared.name.value;
    let message = format!("`{name}` has no ports, of which `port` could move the first");
    let number = field.value.to_string();
    let number = number.trim_matches('"');
    let port = match number {
        "80" | "443" | "3000" | "8000" | "8080" | "8443" => format!("http = http({number})"),
        _ => format!("main = tcp({number})"),
    };
    let right = format!("ports {{ {port} }}");
    let whole = field.span.to(field.value.span);
    let fault = Diagnostic::error(codes::MISSING_VALUE, whole, message);
    Some(fault.help(format!("write `{right}`")).guess(whole, right))
}

/// The fields that hold for a component as a whole.
pub fn whole(fields: &Fields) -> Fields {
    picked(fields, WHOLE)
}

/// The fields with these names.
fn picked(fields: &Fields, names: &[&str]) -> Fields {
    let all = fields.0.iter();
    let picked = all.filter(|field| names.contains(&field.name.as_str()));
    Fields(picked.cloned().collect())
}

/// Fields that a component can set itself.
pub fn own_fields(keyword: Member) -> Vec<&'static str> {
    let more: Vec<&str> = match keyword {
        Member::Service => std::iter::once("replicas")
            .chain(OF_KIND.iter().copied())
            .collect(),
        Member::Client => vec!["demand"],
        _ => Vec::new(),
    };
    FIELDS.iter().copied().chain(more).collect()
}

fn no_kind(declared: &Declaration, ground: &Ground<'_, '_>) -> Option<Diagnostic> {
    let Base { path, .. } = declared.base.as_ref()?;
    let name = path.to_string();
    if ground.catalogue.kind(path).is_some() {
        return None;
    }
    let place = (name.as_str(), path.span);
    Some(stranger(
        Member::Kind,
        place,
        ground.catalogue,
        ground.library,
    ))
}

/// All that the variants of one component are made from.
struct Workshop<'a, 'b> {
    declared: &'a Declaration,
    kind: Option<&'a Declaration>,
    ground: &'b Ground<'a, 'b>,
    values: &'b BTreeMap<String, Value>,
    given: &'b BTreeMap<String, Span>,
}

impl<'a> Workshop<'a, '_> {
    fn variants(&self, faults: &mut Vec<Diagnostic>) -> Vec<Variant<'a>> {
        let own: Vec<&Declaration> = self.declared.body.of(Member::Variant).collect();
        check_names(&own, self.ground.scope, faults);
        self.check_restriction(faults);
        let listed = variants::listed(self.declared, self.kind);
        let mut variants: Vec<Variant<'a>> = listed
            .iter()
            .map(|listed| self.variant(listed, faults))
            .collect();
        let restricted = variants::restriction(self.declared).is_some();
        let mut of_kind = self
            .kind
            .into_iter()
            .flat_map(|kind| kind.body.of(Member::Variant));
        let may_be_plain = self.declared.keyword == Member::Client || of_kind.next().is_none();
        if variants.is_empty() && !restricted && may_be_plain {
            variants.push(self.plain());
        }
        variants
    }

    fn check_restriction(&self, faults: &mut Vec<Diagnostic>) {
        let known = variants::names(self.declared, self.kind);
        for name in variants::restriction(self.declared).unwrap_or_default() {
            if !known.contains(&name.value.as_str()) {
                faults.push(no_variant(name, known.iter().copied()));
            }
        }
    }

    fn variant(&self, listed: &Listed<'a>, faults: &mut Vec<Diagnostic>) -> Variant<'a> {
        let Listed { own, base, .. } = *listed;
        let name = listed.declared.name.clone();
        faults.extend(self.no_base(listed));
        let weak = [self.kind, base];
        let strong = [Some(self.declared), own];
        let software = base.map_or_else(|| name.value.clone(), |base| base.name.value.clone());
        let (values, given) = self.values_of(base, own, faults);
        Variant {
            software,
            values,
            given,
            own: own.is_some() && !listed.is_of_kind(),
            lines: [base, own]
                .into_iter()
                .flatten()
                .map(|of| of.span)
                .collect(),
            ..assembled(name, weak, strong)
        }
    }

    /// What stands behind the colon of a variant must be one of the kind's.
    fn no_base(&self, listed: &Listed<'_>) -> Option<Diagnostic> {
        let Base { path, .. } = listed.own?.base.as_ref()?;
        let is_known = listed.base.is_some();
        let is_reported = self.kind.is_none() && self.declared.base.is_some();
        if is_known || is_reported {
            return None;
        }
        let all = self
            .kind
            .into_iter()
            .flat_map(|kind| kind.body.of(Member::Variant));
        let kind = self.kind.map_or("the component", |kind| &kind.name.value);
        let hint = spelling::hint(&path.to_string(), all.map(|one| one.name.value.as_str()));
        let message = format!("`{kind}` has no variant `{path}`{hint}");
        Some(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message))
    }

    fn values_of(
        &self,
        base: Option<&'a Declaration>,
        own: Option<&'a Declaration>,
        faults: &mut Vec<Diagnostic>,
    ) -> (BTreeMap<String, Value>, BTreeMap<String, Span>) {
        let outer = Scope {
            given: Cow::Borrowed(self.given),
            ..Scope::around(self.ground.scope, self.values)
        };
        let params = base.map_or(&[][..], |base| &base.body.params);
        let call = own.and_then(|own| own.base.as_ref());
        let given = match (base, call) {
            (Some(_), Some(call)) => {
                parameters::arguments(&call.args, params, &call.path.to_string(), faults)
            }
            _ => BTreeMap::new(),
        };
        let enums = self.ground.enums;
        let by = Giver::Call(call.map(|call| &call.path));
        let mut values = parameters::values(params, (&given, by), &outer, enums, faults);
        let own = own.map_or(&[][..], |own| &own.body.params);
        let nothing = BTreeMap::new();
        let own = parameters::values(own, (&nothing, Giver::Call(None)), &outer, enums, faults);
        values.extend(own);
        let mut places = self.given.clone();
        places.retain(|name, _| !values.contains_key(name));
        places.extend(parameters::places(&given));
        let mut all = self.values.clone();
        all.append(&mut values);
        (all, places)
    }

    /// The only variant of a component that declares none.
    fn plain(&self) -> Variant<'a> {
        let name = Name {
            value: "default".to_owned(),
            span: self.declared.name.span,
        };
        Variant {
            values: self.values.clone(),
            given: self.given.clone(),
            ..assembled(name, [self.kind, None], [Some(self.declared), None])
        }
    }
}

fn check_names(own: &[&Declaration], scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) {
    for (at, variant) in own.iter().enumerate() {
        let name = &variant.name;
        let mut earlier = own.iter().take(at);
        if let Some(first) = earlier.find(|first| first.name.value == name.value) {
            faults.push(twice(&name.value, name.span, first.name.span));
        }
        typed::only_with(&variant.body.fields, FIELDS, ("variant", scope), faults);
    }
}

/// The message for a variant that a component does not have.
pub fn no_variant<'n>(name: &Name, known: impl Iterator<Item = &'n str>) -> Diagnostic {
    spelling::unknown(("no variant", ""), (&name.value, name.span), known)
}

fn assembled<'a>(
    name: Name,
    weak: [Option<&'a Declaration>; 2],
    strong: [Option<&'a Declaration>; 2],
) -> Variant<'a> {
    let bodies = || weak.iter().chain(&strong).flatten().map(|of| &of.body);
    let requires = bodies()
        .flat_map(|body| &body.clauses)
        .filter_map(|clause| match clause {
            Clause::Requires(condition) => Some(condition),
            _ => None,
        });
    let provides = bodies().filter_map(|body| body.fields.get("provides"));
    let layered = bodies().enumerate();
    let needs = layered.flat_map(|(at, body)| needs(body).map(move |need| (at, need)));
    let fields = |of: [Option<&'a Declaration>; 2]| {
        let bodies = of.into_iter().flatten();
        bodies.map(|declared| &declared.body.fields).collect()
    };
    let layers = Layers {
        weak: fields(weak),
        strong: fields(strong),
    };
    Variant {
        software: name.value.clone(),
        name: name.value,
        span: name.span,
        lines: Vec::new(),
        own: false,
        fields: layers.with(&Fields::default()),
        layers,
        requires: requires.collect(),
        provides: provides.map(|field| &*field.value).collect(),
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

/// Reports what a kind says that is not understood.
pub fn check_kinds(catalogue: &Catalogue, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) {
    let known: Vec<&str> = FIELDS.iter().chain(OF_KIND).copied().collect();
    for kind in catalogue.kinds.values() {
        typed::only_with(&kind.body.fields, &known, ("kind", scope), faults);
        let all: Vec<&Declaration> = kind.body.of(Member::Variant).collect();
        check_names(&all, scope, faults);
    }
}

/// What went wrong inside a kind of another file is the component's matter: its call is named
/// first, the line of the kind beside it.
pub fn anchored(component: &Declaration, since: usize, faults: &mut [Diagnostic]) {
    let home = component.name.span.file;
    let place = component.base.as_ref().map_or(component.name.span, call);
    for fault in faults.iter_mut().skip(since) {
        let Some(first) = fault.labels.first_mut() else {
            continue;
        };
        if first.span.file == home {
            continue;
        }
        let text = std::mem::take(&mut first.text);
        let inner = first.span;
        first.span = place;
        let name = &component.name.value;
        let said = if text.is_empty() {
            "the line of the kind".to_owned()
        } else {
            text
        };
        fault.labels.insert(
            1,
            vn_syntax::Label {
                span: inner,
                text: said,
            },
        );
        fault.edits.retain(|edit| edit.span.file == home);
        fault.message = format!("in `{name}`: {}", fault.message);
    }
}

/// From the kind's name to its last argument.
fn call(base: &Base) -> Span {
    let last = base.args.last().map(|arg| match &arg.value {
        crate::declared::ArgValue::Expr(value) => value.span,
        crate::declared::ArgValue::Route(_, to) => to.span,
    });
    last.map_or(base.path.span, |last| base.path.span.to(last))
}
