//! `policy`: reserves, healing, batteries.

use std::sync::Arc;

use num_traits::Zero as _;
use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Body, Declaration, Expr, Fields, Member, twice};
use crate::dimensions;
use crate::lints::Licences;
use crate::quantity::{BigRational, whole};
use crate::scope::Scope;
use crate::tree::{Level, Tree};
use crate::typed::{self, Typed};

/// What the policy says.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// Shares kept free: cpu, memory, disk, vram.
    pub reserve: [BigRational; 4],
    /// `heal.detect`, in seconds.
    pub detect: Option<BigRational>,
    /// `heal.order`, unread.
    pub order: Option<Arc<Expr>>,
    /// `battery.max_duty`.
    pub max_duty: Option<BigRational>,
    /// `licence.allow` and `licence.deny`.
    pub licences: Licences,
    /// How services are found: `static`, `consul`, `libp2p`.
    pub directory: String,
}

const RESERVES: [&str; 4] = [
    "reserve.cpu",
    "reserve.memory",
    "reserve.disk",
    "reserve.vram",
];

/// How services can be found.
const DIRECTORIES: [&str; 3] = ["static", "consul", "libp2p"];

fn listed(
    name: &str,
    typed: &Typed<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Vec<String>, Span)> {
    let names = typed.texts(name, faults)?;
    Some((names, typed.field(name)?.value.span))
}

/// Fields of a policy.
pub fn fields() -> Vec<&'static str> {
    let mut known = RESERVES.to_vec();
    known.extend(["heal.detect", "heal.order", "battery.max_duty"]);
    known.extend(["licence.allow", "licence.deny", "directory"]);
    known
}

/// Reads the policies of a program.
pub fn policy(program: &Body, scope: &Scope<'_>, faults: &mut Vec<Diagnostic>) -> Policy {
    let fields = merged(program.of(Member::Policy), faults);
    typed::only(&fields, &self::fields(), "policy", faults);
    let typed = Typed {
        fields: &fields,
        scope,
    };
    let mut reserve = RESERVES.map(|_| BigRational::zero());
    for (share, name) in reserve.iter_mut().zip(RESERVES) {
        *share = typed.share(name, faults).unwrap_or_default();
    }
    Policy {
        reserve,
        detect: typed.amount("heal.detect", &dimensions::time(), faults),
        order: fields.get("heal.order").map(|field| field.value.clone()),
        max_duty: typed.share("battery.max_duty", faults),
        licences: Licences {
            allow: listed("licence.allow", &typed, faults),
            deny: listed("licence.deny", &typed, faults),
        },
        directory: typed
            .word("directory", &DIRECTORIES.map(str::to_owned), faults)
            .unwrap_or_else(|| "static".to_owned()),
    }
}

/// `heal.order` for a component: the nearest policy's.
pub fn healing<'p>(levels: &[Level<'p>], policy: &'p Policy) -> Option<&'p Expr> {
    let nearest = levels.iter().rev().find_map(|level| {
        let mut policies = level.declared.body.of(Member::Policy);
        policies.find_map(|policy| policy.body.fields.get("heal.order"))
    });
    nearest
        .map(|field| &*field.value)
        .or(policy.order.as_deref())
}

/// Reports what policies inside the tree cannot say: devices belong to no node.
pub fn check_nested(tree: &Tree<'_>, faults: &mut Vec<Diagnostic>) {
    let nodes = tree.nodes.iter().filter_map(|node| node.levels.last());
    let levels = nodes.map(|level| level.declared);
    for declared in std::iter::once(tree.builder).chain(levels) {
        let fields = merged(declared.body.of(Member::Policy), faults);
        typed::only(&fields, &self::fields(), "policy", faults);
        let known = self::fields();
        let fields = fields.0.iter().filter(|field| field.name != "heal.order");
        for field in fields.filter(|field| known.contains(&field.name.as_str())) {
            let message = format!(
                "`{}` holds for devices, which several nodes share; it is set for the whole fleet",
                field.name
            );
            let fault = Diagnostic::error(codes::PER_FLEET, field.span, message);
            faults.push(fault.help("move it into a `policy` at the top of the file"));
        }
    }
}

impl Policy {
    /// The share that the reserve leaves: cpu, memory, disk, vram.
    pub fn left(&self) -> [BigRational; 4] {
        self.reserve.clone().map(|share| whole(1) - share)
    }
}

/// `policy battery { … }`: what looks like a part is the policy's name.
fn part(policy: &Declaration) -> Option<Diagnostic> {
    let name = &policy.name;
    let inside = |field: &str| {
        let part = field.strip_prefix(name.value.as_str());
        part.is_some_and(|rest| rest.starts_with('.'))
    };
    if !fields().into_iter().any(inside) {
        return None;
    }
    let message = format!("`{}` is a part of a policy and not its name", name.value);
    let fault = Diagnostic::error(codes::UNKNOWN_ITEM, name.span, message);
    let end = Span {
        start: policy.span.end,
        ..policy.span
    };
    let fault = fault.help(format!("write `policy {{ {} {{ … }} }}`", name.value));
    Some(
        fault
            .guess(name.span, format!("{{ {}", name.value))
            .guess(end, " }"),
    )
}

fn merged<'a>(
    policies: impl Iterator<Item = &'a Declaration>,
    faults: &mut Vec<Diagnostic>,
) -> Fields {
    let mut fields = Fields::default();
    let mut all = Vec::new();
    for policy in policies {
        match part(policy) {
            Some(fault) => faults.push(fault),
            None => all.extend(&policy.body.fields.0),
        }
    }
    for field in all {
        if let Some(first) = fields.get(&field.name) {
            faults.push(twice(&field.name, field.span, first.span));
        }
        fields.set(field.clone());
    }
    fields
}
