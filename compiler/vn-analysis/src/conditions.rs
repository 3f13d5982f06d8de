//! `where link.… / peer.…`: which of the possible servers a need accepts.

use std::collections::{BTreeMap, BTreeSet};

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Choice, DeviceIx, Path, Relation};
use crate::connection::Network;
use crate::declared::{ArgValue, Expr, ExprKind, Operator};
use crate::dimension::Dimension;
use crate::dimensions;
use crate::eval::holds;
use crate::provision::Provision;
use crate::quantity::{BigRational, Quantity};
use crate::scope::Scope;
use crate::spelling;
use crate::value::Value;

/// What a link has.
const LINK: [&str; 5] = ["rtt", "bandwidth", "loss", "availability", "private"];

/// A condition with what its names mean.
#[derive(Clone, Copy, Debug)]
pub struct Condition<'a> {
    /// As written; none accepts everybody.
    pub written: Option<&'a Expr>,
    /// Devices and paths.
    pub network: Network<'a>,
    /// What the variants of the server provide.
    pub provision: &'a Provision,
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
}

impl Condition<'_> {
    /// Whether a consumer on a device accepts an instance.
    pub fn accepts(
        &self,
        from: DeviceIx,
        to: &Choice,
        relation: Relation,
        faults: &mut Vec<Diagnostic>,
    ) -> bool {
        let Some(written) = self.written else {
            return true;
        };
        let mut values = BTreeMap::new();
        if let Some(path) = self.network.paths.get(from, to.device, relation) {
            link(path, relation, &mut values);
        }
        self.peer(to, &mut values);
        let scope = Scope::inside(self.scope, values);
        holds(written, &scope, faults)
    }

    fn peer(&self, to: &Choice, values: &mut BTreeMap<String, Value>) {
        let class = self.network.fleet.class(to.device);
        for (name, value) in class.into_iter().flat_map(|class| &class.capabilities) {
            values.insert(format!("peer.{name}"), value.clone());
        }
        let provided = self.provision.words(to.variant);
        let provided = provided.map(|word| Value::Word(word.to_owned())).collect();
        values.insert("peer.provides".to_owned(), Value::List(provided));
    }

    /// Reports names that neither a link nor a device has; whether there was any.
    pub fn check(&self, faults: &mut Vec<Diagnostic>) -> bool {
        let Some(written) = self.written else {
            return true;
        };
        let before = faults.len();
        let mut asked = Vec::new();
        names(written, &mut asked);
        let mut of_peer: BTreeSet<&str> = BTreeSet::from(["provides"]);
        let classes = self.network.fleet.classes.first();
        of_peer.extend(
            classes
                .iter()
                .flat_map(|class| class.capabilities.keys().map(String::as_str)),
        );
        for path in asked {
            let dotted = path.dotted();
            let (known, of): (Vec<&str>, _) = match path.head() {
                "link" => (LINK.to_vec(), "a link"),
                "peer" => (of_peer.iter().copied().collect(), "a peer"),
                _ => continue,
            };
            let name = dotted.split_once('.').map_or("", |(_, name)| name);
            if known.contains(&name) {
                faults.extend(self.picked(path.head(), name, path.span));
                continue;
            }
            let near = spelling::nearest(name, known.iter().copied());
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let message = format!("`{dotted}`: {of} has no `{name}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_CAPABILITY, path.span, message);
            faults.push(fault.help(format!("{of} has {}", known.join(", "))));
        }
        faults.len() == before
    }

    /// Who may be asked is known before the planner picks a role.
    fn picked(&self, head: &str, name: &str, span: Span) -> Option<Diagnostic> {
        let devices = &self.network.fleet.devices;
        let device = devices.iter().find(|device| !device.roles.is_empty())?;
        let message = "`peer.role` cannot be asked where the planner picks the role of a device";
        let asks = (head, name) == ("peer", "role");
        asks.then(|| {
            Diagnostic::error(codes::UNSUPPORTED, span, message)
                .label(device.span, "its role is the planner's to pick")
                .help("ask for what the variant provides: `peer.provides has …`")
        })
    }

    /// Words that `peer.provides has …` asks for.
    pub fn provided(&self) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(written) = self.written {
            asked_words(written, &mut words);
        }
        words
    }
}

fn link(path: &Path, relation: Relation, values: &mut BTreeMap<String, Value>) {
    let mut put = |name: &str, value| values.insert(format!("link.{name}"), value);
    let quantity = |value: &BigRational, dimension: Dimension| {
        Value::Quantity(Quantity::new(value.clone(), dimension))
    };
    // Nothing lies between a device and itself: no bandwidth is too little there.
    let endless = (relation == Relation::Same).then(|| BigRational::from_integer(u64::MAX.into()));
    let bandwidth = path.bandwidth.clone().or(endless);
    put("rtt", quantity(&path.rtt, dimensions::time()));
    put("loss", quantity(&path.loss, dimensions::pure()));
    put(
        "availability",
        quantity(&path.availability, dimensions::pure()),
    );
    put("private", Value::Bool(path.private));
    put(
        "bandwidth",
        bandwidth.map_or(Value::Absent, |rate| quantity(&rate, dimensions::rate())),
    );
}

fn asked_words(expr: &Expr, words: &mut Vec<String>) {
    match &expr.kind {
        ExprKind::Binary(Operator::And, left, right) => {
            asked_words(left, words);
            asked_words(right, words);
        }
        ExprKind::Binary(Operator::Has, left, right) => match (&left.kind, &right.kind) {
            (ExprKind::Path(list), ExprKind::Path(word)) if list.dotted() == "peer.provides" => {
                words.push(word.to_string());
            }
            _ => {}
        },
        _ => {}
    }
}

/// Every name in an expression.
fn names<'e>(expr: &'e Expr, found: &mut Vec<&'e crate::declared::Path>) {
    match &expr.kind {
        ExprKind::Path(path) => found.push(path),
        ExprKind::Quantity(..) | ExprKind::Text(_) | ExprKind::Broken => {}
        ExprKind::List(items) => items.iter().for_each(|item| names(item, found)),
        ExprKind::Range(low, high) => {
            names(low, found);
            if let Some(high) = high {
                names(high, found);
            }
        }
        ExprKind::Call(_, args) => {
            for arg in args {
                if let ArgValue::Expr(value) = &arg.value {
                    names(value, found);
                }
            }
        }
        ExprKind::Not(inner) | ExprKind::Negate(inner) => names(inner, found),
        ExprKind::Binary(_, left, right) => {
            names(left, found);
            names(right, found);
        }
        ExprKind::Match(subject, arms) => {
            names(subject, found);
            for (_, arm) in arms {
                names(arm, found);
            }
        }
    }
}
