//! How a variant is run: image, ports, health.

use vn_syntax::{Diagnostic, Span};

use crate::codes;
use crate::composition::{Health, Port, Software};
use crate::declared::{Expr, ExprKind, Field};
use crate::eval::eval;
use crate::spelling;
use crate::typed::Typed;
use crate::types;
use crate::value::Value;

/// What a port can be, and a device can speak.
pub const PROTOCOLS: [&str; 4] = ["tcp", "http", "ws", "udp"];

/// How software is kept: worked on, mended only, or left alone.
const STATUSES: [&str; 3] = ["active", "maintenance", "archived"];

/// Reads what a variant says of its software.
pub fn software(typed: &Typed<'_>, variant: &str, faults: &mut Vec<Diagnostic>) -> Software {
    let mut environment = std::collections::BTreeMap::new();
    for (name, field) in typed.fields.within("environment") {
        let value = eval(&field.value, typed.scope, faults);
        let text = value.word().map_or_else(|| value.show(), str::to_owned);
        environment.insert(name.to_owned(), text);
    }
    faults.extend(no_status(typed));
    for name in ["status", "superseded_by", "source", "checked"] {
        typed.value(name, faults);
    }
    Software {
        name: variant.to_owned(),
        image: typed.text("image", faults),
        command: typed.texts("command", faults).unwrap_or_default(),
        environment,
        ports: ports(typed, faults),
        health: health(typed, faults),
        init: hook("init", typed, faults),
        stop: hook("stop", typed, faults),
        data: typed.text("data", faults),
        gpu: typed.truth("gpu", faults).unwrap_or(false),
        licence: typed.text("licence", faults),
    }
}

/// `status = archvied`.
fn no_status(typed: &Typed<'_>) -> Option<Diagnostic> {
    let status = typed.fields.get("status")?;
    let ExprKind::Path(path) = &status.value.kind else {
        return None;
    };
    let word = path.to_string();
    let known = STATUSES.map(str::to_owned);
    let is_word = typed.scope.find(&word, status.value.span.file).is_none();
    (is_word && !known.contains(&word))
        .then(|| types::no_value(&word, "status", &known, status.value.span))
}

/// Ports in declared order; `port = 443` publishes the first one there.
fn ports(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    for (name, field) in typed.fields.within("ports") {
        ports.extend(port(name, field, typed, faults));
    }
    if let Some((value, expr)) = typed.value("port", faults)
        && let Some(number) = number(&value, expr, faults)
        && let Some(first) = ports.first_mut()
    {
        first.published = number;
    }
    faults.extend(published_twice(&ports, typed));
    ports
}

/// Two ports that a device would have to publish at one number.
fn published_twice(ports: &[Port], typed: &Typed<'_>) -> Option<Diagnostic> {
    let socket = |port: &Port| (port.protocol == "udp", port.published);
    let same = |at: usize, port: &Port| {
        let mut earlier = ports.iter().take(at);
        earlier.position(|other| socket(other) == socket(port))
    };
    let (first, second) = ports
        .iter()
        .enumerate()
        .find_map(|(at, port)| Some((same(at, port)?, port)))?;
    let name = |port: &Port| format!("ports.{}", port.name);
    let (at, own) = (first, ports.get(first)?);
    let moved = typed.field("port").filter(|_| at == 0);
    let first = moved.or_else(|| typed.field(&name(own)))?;
    let other = typed.field(&name(second))?;
    let number = second.published;
    let message = format!(
        "`{}` and `{}` are both published at port {number}",
        own.name, second.name
    );
    let fault = Diagnostic::error(codes::DECLARED_TWICE, first.span, message);
    let fault = fault
        .here(format!("`{}` is published here", own.name))
        .label(other.span, format!("`{}` is published here", second.name));
    Some(fault.help("give each port a number of its own"))
}

/// The message for a protocol that there is not.
pub fn no_protocol(word: &str, span: Span) -> Diagnostic {
    let hint = spelling::hint(word, PROTOCOLS);
    let message = format!("no protocol `{word}`{hint}");
    let fault = Diagnostic::error(codes::UNKNOWN_NAME, span, message);
    fault.help(format!("one of {}", PROTOCOLS.join(", ")))
}

fn port(
    name: &str,
    field: &Field,
    typed: &Typed<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Port> {
    let value = eval(&field.value, typed.scope, faults);
    let (protocol, argument) = match &value {
        Value::Made(protocol, args) => (protocol.clone(), args.first()?),
        Value::Poison => return None,
        other => {
            let message = format!(
                "a port needs a protocol; `{}` is {}",
                field.value,
                other.kind()
            );
            let fault = Diagnostic::error(codes::WRONG_TYPE, field.value.span, message);
            faults.push(fault.help(format!("write `{name} = tcp({})`, say", field.value)));
            return None;
        }
    };
    if !PROTOCOLS.contains(&protocol.as_str()) {
        faults.push(no_protocol(&protocol, field.value.span));
        return None;
    }
    let container = number(argument, &field.value, faults)?;
    Some(Port {
        name: name.to_owned(),
        protocol,
        container,
        published: container,
    })
}

fn number(value: &Value, expr: &Expr, faults: &mut Vec<Diagnostic>) -> Option<u16> {
    let number = match value {
        Value::Quantity(q) if q.dimension.is_pure() && q.value.is_integer() => {
            u16::try_from(q.value.to_integer())
                .ok()
                .filter(|port| *port > 0)
        }
        _ => None,
    };
    if number.is_none() && *value != Value::Poison {
        let message = format!("port {} is outside 1..65535", value.show());
        faults.push(Diagnostic::error(codes::OUT_OF_RANGE, expr.span, message));
    }
    number
}

/// `init = command("migrate", "--up")`, or the same as a list.
fn hook(name: &str, typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    let Some((value, expr)) = typed.value(name, faults) else {
        return Vec::new();
    };
    let parts = match &value {
        Value::Made(made, args) if made == "command" => args.as_slice(),
        other => other.items(),
    };
    let words: Option<Vec<String>> = parts.iter().map(text).collect();
    words.filter(|words| !words.is_empty()).unwrap_or_else(|| {
        let message = format!("`{name}` needs a command; `{expr}` is none");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        faults.push(fault.help(format!("write `{name} = command(\"…\", \"…\")`")));
        Vec::new()
    })
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn health(typed: &Typed<'_>, faults: &mut Vec<Diagnostic>) -> Option<Health> {
    let (value, expr) = typed.value("health", faults)?;
    let words = |args: &[Value]| -> Option<Vec<String>> {
        args.iter()
            .map(|arg| arg.word().map(str::to_owned))
            .collect()
    };
    if let Value::Made(_, args) = &value
        && args.contains(&Value::Poison)
    {
        return None;
    }
    let health = match &value {
        Value::Word(word) if word == "tcp" => Some(Health::Tcp),
        Value::Made(name, args) if name == "http" => words(args)
            .and_then(|args| args.into_iter().next())
            .map(Health::Http),
        Value::Made(name, args) if name == "command" => words(args).map(Health::Command),
        _ => None,
    };
    if health.is_none() {
        let message = format!("`health` needs a check; `{expr}` is none");
        let fault = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        faults.push(fault.help("write `command(\"…\")`, `http(\"/path\")` or `tcp`"));
    }
    health
}
