//! Whom everybody asks: equal lists of one device class share a row.

use vn_plan::{Entry, Plan, Route, Standing};
use vn_problem::Micros;

use super::{blank, text};
use crate::figure;

/// One row per distinct list.
pub fn table(plan: &Plan, colour: bool) -> String {
    let header = [
        "consumer", "needs", "first", "second", "then", "backbone", "budget",
    ];
    let mut table = blank(&header);
    for (consumers, route) in grouped(&plan.routes) {
        table.add_row(row(plan, &consumers, route));
    }
    text(&table, colour)
}

/// Consecutive members of a class (`app@phones[1]`, `app@phones[2]`) with the same list.
fn grouped(routes: &[Route]) -> Vec<(Vec<&str>, &Route)> {
    let mut groups: Vec<(Vec<&str>, &Route)> = Vec::new();
    for route in routes {
        let same = |(members, first): &&mut (Vec<&str>, &Route)| {
            let class = members.first().map(|member| class(member));
            class == Some(class_of(route)) && alike(first, route)
        };
        match groups.iter_mut().find(same) {
            Some((members, _)) => members.push(&route.consumer),
            None => groups.push((vec![&route.consumer], route)),
        }
    }
    groups
}

fn class_of(route: &Route) -> &str {
    class(&route.consumer)
}

/// The id without a trailing `[n]`.
fn class(id: &str) -> &str {
    id.rsplit_once('[')
        .filter(|(_, rest)| rest.ends_with(']'))
        .map_or(id, |(class, _)| class)
}

fn alike(a: &Route, b: &Route) -> bool {
    a.service == b.service && a.entries == b.entries && a.within_us == b.within_us
}

/// The whole list in its order, and beside it whoever in it stands on the backbone.
fn row(plan: &Plan, consumers: &[&str], route: &Route) -> Vec<String> {
    let list = |entries: &[&Entry]| match entries {
        [] => "–".to_owned(),
        some => some.iter().map(|e| entry(e)).collect::<Vec<_>>().join(", "),
    };
    let all: Vec<&Entry> = route.entries.iter().collect();
    let (first, rest) = all.split_at(all.len().min(1));
    let (second, then) = rest.split_at(rest.len().min(1));
    let backbone: Vec<&Entry> = all
        .iter()
        .copied()
        .filter(|e| on_backbone(plan, e))
        .collect();
    let unserved = first.is_empty() && route.optional;
    vec![
        name(consumers),
        route.service.clone(),
        if unserved {
            "– (optional)".to_owned()
        } else {
            list(first)
        },
        list(second),
        list(then),
        list(&backbone),
        route
            .within_us
            .map_or_else(|| "–".to_owned(), |us| figure::time(Micros(us))),
    ]
}

/// `app@phones[1..3]`.
fn name(consumers: &[&str]) -> String {
    match consumers {
        [one] => (*one).to_owned(),
        [first, .., last] => {
            let number = |id: &str| {
                id.rsplit_once('[')
                    .map(|(_, n)| n.trim_end_matches(']').to_owned())
            };
            match (number(first), number(last)) {
                (Some(from), Some(to)) => format!("{}[{from}..{to}]", class(first)),
                _ => consumers.join(", "),
            }
        }
        [] => String::new(),
    }
}

fn on_backbone(plan: &Plan, entry: &Entry) -> bool {
    let device = plan
        .instances
        .iter()
        .find(|i| i.id == entry.instance)
        .map(|i| &i.device);
    plan.devices
        .iter()
        .any(|d| Some(&d.id) == device && d.role == "backbone")
}

/// `nuc 1 ms`; what is over its budget says so.
fn entry(entry: &Entry) -> String {
    let device = entry
        .instance
        .split_once('@')
        .map_or(entry.instance.as_str(), |(_, d)| d);
    let rtt = figure::time(Micros(entry.rtt_us));
    match entry.standing {
        Standing::Within => format!("{device} {rtt}"),
        Standing::Degraded => format!("{device} {rtt} (degraded)"),
        Standing::Over => format!("{device} {rtt} (over budget)"),
    }
}
