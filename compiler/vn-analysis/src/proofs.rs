//! `test` blocks and `emit`.

use std::collections::BTreeMap;

use vn_syntax::Diagnostic;

use crate::codes;
use crate::composition::{
    Comparison, EmitTarget, Event, Expectation, Slot, SlotIx, SlotRole, Subject, Test,
};
use crate::declared::{
    self, Arg, ArgValue, Body, Clause, Declaration, Expr, ExprKind, Member, Operator, Path,
    unsupported,
};
use crate::dimensions;
use crate::eval::eval;
use crate::fleet::Fleet;
use crate::quantity::Dimension;
use crate::scope::Scope;
use crate::spelling;
use crate::survival;
use crate::types;
use crate::value::Value;
use crate::wishes;

/// What tests speak of.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Components.
    pub slots: &'a [Slot],
    /// Names of components that are not selected.
    pub unselected: &'a [String],
    /// Parameters.
    pub scope: &'a Scope<'a>,
}

/// Reads the tests of a program.
pub fn tests(program: &Body, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Test> {
    program
        .of(Member::Test)
        .map(|declared| test(declared, ground, faults))
        .collect()
}

fn test(declared: &Declaration, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Test {
    let mut test = Test {
        name: declared.name.value.clone(),
        replan: false,
        given: Vec::new(),
        expect: Vec::new(),
        span: declared.name.span,
    };
    for clause in &declared.body.clauses {
        match clause {
            Clause::Given(events) => {
                test.given
                    .extend(events.iter().filter_map(|e| event(e, ground, faults)));
            }
            Clause::Expect(expr) => test.expect.extend(expectation(expr, ground, faults)),
            _ => {}
        }
    }
    test
}

fn event(expr: &Expr, ground: &Ground<'_>, faults: &mut Vec<Diagnostic>) -> Option<Event> {
    if expr.kind == ExprKind::Broken {
        return None;
    }
    let Some(paths) = declared::lost(expr) else {
        faults.push(unsupported(expr.span, &format!("given {expr}")));
        return None;
    };
    Some(Event::Lost(survival::lost(&paths, ground.fleet, faults)))
}

fn expectation(
    expr: &Expr,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Expectation> {
    let compared = match &expr.kind {
        ExprKind::Binary(operator, left, right) => {
            comparison(*operator).map(|comparison| (comparison, left, right))
        }
        ExprKind::Broken => return None,
        _ => None,
    };
    let Some((comparison, left, right)) = compared else {
        faults.push(unsupported(expr.span, &format!("expect {expr}")));
        return None;
    };
    let (subject, dimension) = subject(left, ground, faults)?;
    let quantity = match eval(right, ground.scope, faults) {
        Value::Quantity(quantity) => quantity,
        Value::Poison => return None,
        other => {
            let message = format!("`{left}` is compared with {}", other.kind());
            faults.push(Diagnostic::error(codes::WRONG_TYPE, right.span, message));
            return None;
        }
    };
    if let Some(fault) = types::wrong_dimension(&quantity, &dimension, &left.to_string(), right) {
        faults.push(fault);
        return None;
    }
    Some(Expectation {
        subject,
        comparison,
        bound: quantity.value,
        span: expr.span,
    })
}

/// The comparison that an operator is.
pub fn comparison(operator: Operator) -> Option<Comparison> {
    match operator {
        Operator::Equal => Some(Comparison::Eq),
        Operator::NotEqual => Some(Comparison::Ne),
        Operator::Less => Some(Comparison::Lt),
        Operator::LessEqual => Some(Comparison::Le),
        Operator::Greater => Some(Comparison::Gt),
        Operator::GreaterEqual => Some(Comparison::Ge),
        Operator::Or
        | Operator::And
        | Operator::In
        | Operator::NotIn
        | Operator::Has
        | Operator::Add
        | Operator::Subtract
        | Operator::Multiply
        | Operator::Divide => None,
    }
}

fn subject(
    expr: &Expr,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(Subject, Dimension)> {
    let ExprKind::Call(function, args) = &expr.kind else {
        faults.push(unsupported(expr.span, &format!("expect {expr} …")));
        return None;
    };
    let (pure, time) = (dimensions::pure(), dimensions::time());
    match (function.single(), args.as_slice()) {
        (
            Some("served"),
            [
                Arg {
                    name: None,
                    value: ArgValue::Route(a, s),
                },
            ],
        ) => {
            let (a, s) = ends(a, s, ground, faults)?;
            Some((Subject::ServedBy(a, s), pure))
        }
        (
            Some("rtt"),
            [
                Arg {
                    name: None,
                    value: ArgValue::Route(a, s),
                },
            ],
        ) => {
            let (a, s) = ends(a, s, ground, faults)?;
            Some((Subject::Rtt(a, s), time))
        }
        (Some("served"), _) => match wishes::one_name(expr, "served") {
            Some(path) => {
                let client = slot(path, Some(SlotRole::Client), ground, faults)?;
                Some((Subject::Served(client), pure))
            }
            None => refuse(expr, faults),
        },
        (Some("count"), _) => match wishes::one_name(expr, "count") {
            Some(path) => {
                let (slot, variant) = counted(path, ground, faults)?;
                Some((Subject::Count(slot, variant), pure))
            }
            None => refuse(expr, faults),
        },
        _ => refuse(expr, faults),
    }
}

fn refuse(expr: &Expr, faults: &mut Vec<Diagnostic>) -> Option<(Subject, Dimension)> {
    faults.push(unsupported(expr.span, &format!("expect {expr} …")));
    None
}

fn ends(
    from: &Path,
    to: &Path,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(SlotIx, SlotIx)> {
    let (from, to) = (
        slot(from, None, ground, faults),
        slot(to, None, ground, faults),
    );
    Some((from?, to?))
}

/// `brain`, or `brain.small`.
pub fn counted(
    path: &Path,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<(SlotIx, Option<u32>)> {
    let dotted = path.to_string();
    if let Some((component, variant)) = dotted.rsplit_once('.')
        && let Some((ix, slot)) = find(component, ground)
    {
        let at = slot.variants.iter().position(|name| name == variant);
        if at.is_none() {
            let hint = spelling::hint(variant, slot.variants.iter().map(String::as_str));
            let message = format!("`{component}` has no variant `{variant}`{hint}");
            faults.push(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message));
        }
        return Some((ix, Some(u32::try_from(at?).ok()?)));
    }
    Some((slot(path, None, ground, faults)?, None))
}

fn find<'a>(name: &str, ground: &Ground<'a>) -> Option<(SlotIx, &'a Slot)> {
    let suffix = format!(".{name}");
    let path = |slot: &Slot| format!(".{}.{}", slot.ancestors.join("."), last(&slot.name));
    let all = || (0..).map(SlotIx).zip(ground.slots);
    all().find(|(_, slot)| slot.name == name).or_else(|| {
        let mut fitting = all().filter(|(_, slot)| path(slot).ends_with(&suffix));
        fitting.next().filter(|_| fitting.next().is_none())
    })
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn slot(
    path: &Path,
    role: Option<SlotRole>,
    ground: &Ground<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<SlotIx> {
    let name = path.to_string();
    let message = match find(&name, ground) {
        Some((ix, slot)) if role.is_none_or(|role| role == slot.role) => return Some(ix),
        Some(_) => format!("`{name}` is a service; `served` speaks of clients"),
        None if ground.unselected.contains(&name) => {
            let message = format!("`{name}` is not selected, so that this is not tested");
            faults.push(Diagnostic::note(codes::LEFT_OUT, path.span, message));
            return None;
        }
        None => {
            let known = ground.slots.iter().map(|slot| slot.name.as_str());
            format!("no component `{name}`{}", spelling::hint(&name, known))
        }
    };
    faults.push(Diagnostic::error(codes::UNKNOWN_NAME, path.span, message));
    None
}

/// Targets that the language knows and this compiler does not write yet.
const LATER: [&str; 13] = [
    "kubernetes",
    "systemd",
    "quadlet",
    "envoy",
    "nginx",
    "dns",
    "prometheus",
    "consul",
    "terraform",
    "ansible",
    "nomad",
    "mermaid",
    "html",
];

const TARGETS: [&str; 3] = ["compose", "haproxy", "json"];

/// Reads the targets of a program.
pub fn targets(program: &Body, faults: &mut Vec<Diagnostic>) -> Vec<EmitTarget> {
    let mut targets: Vec<EmitTarget> = Vec::new();
    let names = program.clauses.iter().filter_map(|clause| match clause {
        Clause::Emit(names) => Some(names),
        _ => None,
    });
    for name in names.flatten() {
        let word = name.value.as_str();
        if LATER.contains(&word) {
            faults.push(unsupported(name.span, &format!("emit {word}")));
        } else if !TARGETS.contains(&word) {
            let hint = spelling::hint(word, TARGETS);
            let message = format!("no target `{word}`{hint}");
            let fault = Diagnostic::error(codes::UNKNOWN_NAME, name.span, message);
            faults.push(fault.help(format!("one of {}", TARGETS.join(", "))));
        } else if let Some(first) = targets.iter().find(|target| target.name == word) {
            faults.push(declared::twice(word, name.span, first.span));
        } else {
            targets.push(EmitTarget {
                name: word.to_owned(),
                options: BTreeMap::new(),
                span: name.span,
            });
        }
    }
    targets
}
