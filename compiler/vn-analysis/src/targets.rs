//! `emit`: every target of the language, and the options that each has.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::EmitTarget;
use crate::declared::{self, Arg, ArgValue, Body, Clause, Expr};
use crate::eval::eval;
use crate::scope::Scope;
use crate::spelling;
use crate::value::Value;

/// What an option can be set to.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// One of these words.
    Word(&'static [&'static str]),
    /// The name of a site.
    Site,
    /// Any text.
    Text,
}

type Options = &'static [(&'static str, Kind)];

/// The exact plan, or constraints among which the engine decides.
const MODE: (&str, Kind) = ("mode", Kind::Word(&["pin", "policy"]));

/// A target of the language.
#[derive(Clone, Copy, Debug)]
pub struct TargetRow {
    /// The word in `emit …`.
    pub name: &'static str,
    /// What is written.
    pub what: &'static str,
    options: Options,
}

impl TargetRow {
    /// Its options with what each can be set to.
    pub fn options(&self) -> Vec<(&'static str, String)> {
        let values = |kind: &Kind| match kind {
            Kind::Word(words) => words
                .iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", "),
            Kind::Site => "the name of a site".to_owned(),
            Kind::Text => "any text".to_owned(),
        };
        let options = self.options.iter();
        options.map(|(name, kind)| (*name, values(kind))).collect()
    }
}

const fn plain(name: &'static str, what: &'static str) -> TargetRow {
    with(name, what, &[])
}

const fn with(name: &'static str, what: &'static str, options: Options) -> TargetRow {
    TargetRow {
        name,
        what,
        options,
    }
}

/// Every target with its options, in the order of their names.
pub const TARGETS: [TargetRow; 23] = [
    plain("ansible", "an inventory and a playbook"),
    plain("caddy", "routes for Caddy"),
    plain(
        "client_sdk",
        "the lists of servers, for clients that choose themselves",
    ),
    plain("compose", "a Docker Compose project for each device"),
    plain("consul", "services and checks for Consul"),
    with(
        "dns",
        "a zone with the names of devices and services",
        &[("zone", Kind::Text)],
    ),
    plain("envoy", "routes for Envoy"),
    plain(
        "haproxy",
        "a HAProxy configuration for each device that hosts a consumer",
    ),
    plain("html", "the plan as a page"),
    plain("json", "the plan, its schema, and what each device clones"),
    with(
        "kubernetes",
        "manifests for Kubernetes",
        &[
            ("flavor", Kind::Word(&["k3s", "k8s"])),
            ("split", Kind::Site),
            ("namespace", Kind::Text),
            MODE,
        ],
    ),
    plain("mermaid", "the plan as a diagram"),
    plain("mosquitto", "bridges for Mosquitto"),
    plain("nats", "leaf nodes for NATS"),
    plain("nftables", "rules that let through what the plan needs"),
    plain("nginx", "routes for nginx"),
    with("nomad", "jobs for Nomad", &[MODE]),
    plain("prometheus", "what to scrape, and alerts"),
    plain("quadlet", "units for Podman"),
    plain("redis", "replicas for Redis"),
    plain("systemd", "units for systemd"),
    plain("terraform", "the machines to buy"),
    plain("traefik", "routes for Traefik"),
];

/// Reads the targets of a program.
pub fn targets(
    program: &Body,
    sites: &[&str],
    scope: &Scope<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<EmitTarget> {
    let mut targets: Vec<EmitTarget> = Vec::new();
    let named = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Emit(named) => Some(named),
        _ => None,
    });
    for target in named.flatten() {
        let (word, span) = (target.name.value.as_str(), target.name.span);
        let Some(row) = TARGETS.iter().find(|row| row.name == word) else {
            faults.push(unknown(target));
            continue;
        };
        if let Some(first) = targets.iter().find(|target| target.name == word) {
            faults.push(declared::twice(word, span, first.span));
            continue;
        }
        let reader = Reader {
            target: word,
            known: row.options,
            sites,
            scope,
        };
        targets.push(EmitTarget {
            name: word.to_owned(),
            options: reader.options(&target.args, faults),
            span,
        });
    }
    targets
}

/// What else targets are called.
const ALIASES: [(&str, &str); 8] = [
    ("k8s", "kubernetes"),
    ("kube", "kubernetes"),
    ("docker", "compose"),
    ("docker_compose", "compose"),
    ("podman", "quadlet"),
    ("tf", "terraform"),
    ("coredns", "dns"),
    ("mqtt", "mosquitto"),
];

fn unknown(target: &declared::Target) -> Diagnostic {
    let word = &target.name.value;
    let names = || TARGETS.iter().map(|row| row.name);
    let alias = ALIASES.iter().find(|(alias, _)| alias == word);
    let near = alias
        .map(|(_, name)| *name)
        .or_else(|| spelling::nearest(word, names()));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let message = format!("no target `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, target.name.span, message);
    match near {
        Some(near) => fault.guess(target.name.span, near),
        None => fault.help(format!("one of {}", names().collect::<Vec<_>>().join(", "))),
    }
}

struct Reader<'r> {
    target: &'r str,
    known: Options,
    sites: &'r [&'r str],
    scope: &'r Scope<'r>,
}

impl Reader<'_> {
    fn options(&self, args: &[Arg], faults: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
        let mut options = BTreeMap::new();
        let mut first = BTreeMap::new();
        for arg in args {
            let (Some(name), ArgValue::Expr(value)) = (&arg.name, &arg.value) else {
                faults.push(self.nameless(arg));
                continue;
            };
            let Some((_, kind)) = self.known.iter().find(|(known, _)| *known == name.value) else {
                faults.push(self.no_option(name));
                continue;
            };
            if let Some(first) = first.insert(name.value.clone(), name.span) {
                faults.push(declared::twice(&name.value, name.span, first));
            }
            if let Some(text) = self.value(&name.value, *kind, value, faults) {
                options.insert(name.value.clone(), text);
            }
        }
        options
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.known.iter().map(|(name, _)| *name).collect();
        if names.is_empty() {
            return format!("`{}` has no options", self.target);
        }
        format!("`{}` has {}", self.target, names.join(", "))
    }

    fn nameless(&self, arg: &Arg) -> Diagnostic {
        let span = match &arg.value {
            ArgValue::Expr(value) => value.span,
            ArgValue::Route(from, to) => from.span.to(to.span),
        };
        let message = "an option of a target needs a name";
        let fault = Diagnostic::error(codes::WRONG_TYPE, span, message);
        fault.help(self.names())
    }

    fn no_option(&self, name: &declared::Name) -> Diagnostic {
        let known = self.known.iter().map(|(name, _)| *name);
        let near = spelling::nearest(&name.value, known);
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let message = format!("`{}` has no option `{}`{hint}", self.target, name.value);
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
        match near {
            Some(near) => fault.guess(name.span, near),
            None => fault.help(self.names()),
        }
    }

    fn value(
        &self,
        name: &str,
        kind: Kind,
        expr: &Expr,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<String> {
        let value = eval(expr, self.scope, faults);
        if value == Value::Poison {
            return None;
        }
        let Some(word) = value.word() else {
            let message = format!("`{name}` needs text; `{expr}` is {}", value.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, expr.span, message));
            return None;
        };
        let (allowed, what): (&[&str], &str) = match kind {
            Kind::Text => return Some(word.to_owned()),
            Kind::Word(words) => (words, name),
            Kind::Site => (self.sites, "site"),
        };
        if allowed.contains(&word) {
            return Some(word.to_owned());
        }
        let hint = spelling::hint(word, allowed.iter().copied());
        let message = format!("no {what} `{word}`{hint}");
        let fault = Diagnostic::error(codes::UNKNOWN_NAME, expr.span, message);
        let known: BTreeSet<&str> = allowed.iter().copied().collect();
        let known: Vec<&str> = known.into_iter().collect();
        faults.push(fault.help(format!("one of {}", known.join(", "))));
        None
    }
}
