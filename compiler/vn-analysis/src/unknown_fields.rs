//! Fields that nothing here has: what was probably meant.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::declared::{Expr, ExprKind, Field};
use crate::dimension::Dimension;
use crate::spelling;
use crate::statics::schema;
use crate::types::Type;

/// What other tools call it, and what it is called here; the first of these that a place has.
const SYNONYMS: &[(&[&str], &[&str])] = &[
    (&["ram", "mem", "memory_limit", "mem_limit"], &["memory"]),
    (&["cores", "cpus", "vcpu", "vcpus"], &["cpu"]),
    (&["price", "costs", "monthly_cost", "rent"], &["cost"]),
    (&["latency", "delay", "ping", "round_trip"], &["rtt"]),
    (
        &["speed", "throughput", "rate"],
        &["bandwidth", "demand", "capacity"],
    ),
    (&["available", "uptime"], &["availability"]),
    (&["storage", "hdd", "ssd", "volume_size"], &["disk"]),
    (&["cmd", "entrypoint", "args"], &["command"]),
    (&["license"], &["licence"]),
    (&["count", "instances", "copies", "replica"], &["replicas"]),
    (&["ip", "hostname", "host", "addr"], &["address"]),
    (&["volume", "volumes", "mount", "mounts"], &["data"]),
    (&["architecture", "platform"], &["arch"]),
    (&["operating_system", "system"], &["os"]),
    (&["healthcheck", "health_check", "probe"], &["health"]),
    (&["requests", "rps", "qps", "load"], &["demand", "capacity"]),
    (&["watts", "consumption"], &["power", "power.max"]),
    (&["vram"], &["gpu.vram"]),
    (&["expose", "listen"], &["port"]),
];

/// Fields whose values are words, texts or lists.
const WORDS: [&str; 14] = [
    "arch",
    "os",
    "role",
    "gpu.kind",
    "speaks",
    "reach",
    "status",
    "superseded_by",
    "provides",
    "health",
    "stop",
    "init",
    "command",
    "deploy",
];

/// Statements that are taken for fields.
const STATEMENTS: [&str; 20] = [
    "select",
    "needs",
    "survive",
    "spread",
    "pin",
    "forbid",
    "prefer",
    "requires",
    "require",
    "minimize",
    "truth",
    "quorum",
    "clone",
    "fetch",
    "buffer",
    "emit",
    "variants",
    "currently",
    "expect",
    "given",
];

/// Reports a field that a place has not; `known` are those that it has.
pub fn unknown(field: &Field, known: &[&str], place: &str) -> Diagnostic {
    let error = |hint: &str| {
        let message = format!("unknown field `{}` of a {place}{hint}", field.name);
        Diagnostic::error(codes::UNKNOWN_ITEM, field.span, message)
    };
    let is_machine = matches!(place, "device" | "hardware profile");
    if let Some(help) = elsewhere(field, place) {
        return error("").help(help);
    }
    let native = synonym(&field.name, known);
    let whole = field.span.to(field.value.span);
    let written = field.value.to_string();
    if let Some(fault) = statement(&field.name, &written, whole).filter(|_| native.is_none()) {
        return fault;
    }
    let Some(near) = native.or_else(|| nearest(field, known)) else {
        let fault = error("").help(format!("a {place} has {}", known.join(", ")));
        // What devices have is open: whoever writes `seats = 2` may want to declare it.
        return match own_type(&field.value).filter(|_| is_machine && !field.name.contains('.')) {
            Some(kind) => fault.fact(format!(
                "for one of your own write `capability {} : {kind}` at the top of the file",
                field.name
            )),
            None => fault,
        };
    };
    let fault = error(&format!("; did you mean `{near}`?"));
    if field.name.contains('.') || near.ends_with('.') {
        fault.help(format!("a {place} has {}", known.join(", ")))
    } else {
        fault.guess(field.span, near)
    }
}

/// A statement that is written as a field: `select = [kv]`.
pub fn statement(name: &str, value: &str, whole: Span) -> Option<Diagnostic> {
    if !STATEMENTS.contains(&name) {
        return None;
    }
    let message = format!("`{name}` is a statement and no field: it has no `=`");
    let between = match name {
        "truth" | "pin" | "forbid" | "currently" => "on ",
        "spread" => "across ",
        _ => "",
    };
    let listed = value
        .strip_prefix('[')
        .and_then(|value| value.strip_suffix(']'));
    let right = match listed.filter(|_| name == "needs") {
        Some(names) => format!("needs {}", names.replace(", ", "; needs ")),
        None => format!("{name} {between}{value}"),
    };
    let fault = Diagnostic::error(codes::UNKNOWN_ITEM, whole, message);
    Some(fault.help(format!("write `{right}`")).guess(whole, right))
}

/// What a place calls what other tools call so.
fn synonym<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let synonyms = SYNONYMS.iter().filter(|(words, _)| words.contains(&name));
    let mut natives = synonyms.flat_map(|(_, natives)| *natives);
    natives
        .find_map(|native| known.iter().find(|known| *known == native))
        .copied()
}

fn nearest<'k>(field: &Field, known: &[&'k str]) -> Option<&'k str> {
    let candidates = known.iter().copied();
    spelling::nearest(
        &field.name,
        candidates.filter(|name| fits(&field.value, name)),
    )
}

/// What is said by a statement, and not by a field.
fn elsewhere(field: &Field, place: &str) -> Option<String> {
    let is_machine = matches!(place, "device" | "hardware profile");
    let value = &field.value;
    Some(match field.name.as_str() {
        "depends_on" | "depends" if !is_machine => match &value.kind {
            ExprKind::List(items) => {
                let needs = items.iter().map(|item| format!("`needs {item}`"));
                format!("write {}", needs.collect::<Vec<_>>().join(" and "))
            }
            _ => format!("write `needs {value}`"),
        },
        "env" | "environment" if !is_machine => {
            "write `environment { NAME = \"value\" }`".to_owned()
        }
        "ports" if !is_machine => {
            "ports have names and protocols: write `ports { http = http(80) }`".to_owned()
        }
        "power" if is_machine => {
            format!("write `power {{ idle = …; max = {value} }}`")
        }
        "cost" | "price" if place == "hardware profile" => {
            "what a machine costs is said by its device or offer".to_owned()
        }
        "gpu" if is_machine => "write `gpu { kind = cuda; vram = 8 GiB }`".to_owned(),
        _ => return None,
    })
}

/// Whether a value that is written out could be a field's; one of the program's own may be anything.
fn fits(value: &Expr, name: &str) -> bool {
    let wanted = schema::of_machine(name).or_else(|| schema::of_component(name));
    match (&value.kind, wanted) {
        (ExprKind::Quantity(given, _), Some(Type::Quantity(wanted, _))) => {
            name == "cost" || given.dimension == wanted
        }
        (ExprKind::Quantity(..), Some(_)) => false,
        (ExprKind::Quantity(..), None) => !WORDS.contains(&name),
        (ExprKind::Text(_), Some(wanted)) => wanted == Type::Text,
        _ => true,
    }
}

/// The type that a capability would need for a value.
fn own_type(value: &Expr) -> Option<&'static str> {
    match &value.kind {
        ExprKind::Quantity(given, _) if given.dimension == Dimension::default() => {
            Some("Count consumable")
        }
        ExprKind::Text(_) => Some("Label"),
        ExprKind::Path(path) if matches!(path.to_string().as_str(), "true" | "false") => {
            Some("Bool")
        }
        _ => None,
    }
}
