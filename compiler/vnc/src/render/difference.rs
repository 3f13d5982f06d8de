//! What one plan says otherwise than another, in words.

use std::fmt::Write as _;

use vn_plan::{Asks, Difference, Figure, Placed, Plan};

use super::summary;
use crate::figure;

/// All of it; one line where there is nothing.
pub fn render(found: &Difference, new: &Plan, colour: bool) -> String {
    if found.is_none() {
        return "the plans say the same\n".to_owned();
    }
    let mut text = String::new();
    fleet(&mut text, found);
    placements(&mut text, found, colour);
    routes(&mut text, found, colour);
    let currency = &new.program.currency;
    for total in &found.totals {
        line(&mut text, "total", &of_total(total, currency));
    }
    for parameter in &found.parameters {
        let none = || "nothing".to_owned();
        let from = parameter.from.clone().unwrap_or_else(none);
        let to = parameter.to.clone().unwrap_or_else(none);
        line(
            &mut text,
            "set",
            &format!("{} {from} → {to}", parameter.name),
        );
    }
    for (word, all) in [
        ("kept now", &found.new_requirements),
        ("kept no longer", &found.lost_requirements),
    ] {
        for one in all {
            line(&mut text, word, one);
        }
    }
    text.push_str(&summary::moves(new, colour));
    text
}

/// `total      memory 4 GiB → 5 GiB`.
fn line(text: &mut String, word: &str, rest: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{word:<14} {rest}");
}

fn fleet(text: &mut String, found: &Difference) {
    for (word, ids) in [
        ("new device", &found.new_devices),
        ("lost device", &found.lost_devices),
    ] {
        if !ids.is_empty() {
            line(text, word, &ids.join(", "));
        }
    }
}

fn placements(text: &mut String, found: &Difference, colour: bool) {
    let mut table = summary::blank(&["", "component", "device", "variant"]);
    let one = |word: &str, placed: &Placed| {
        let (component, device) = (placed.component.clone(), placed.device.clone());
        vec![word.to_owned(), component, device, placed.variant.clone()]
    };
    for moved in &found.moved {
        let (from, to) = (&moved.from, &moved.to);
        table.add_row(vec![
            "moved".to_owned(),
            to.component.clone(),
            turned(&from.device, &to.device),
            turned(&from.variant, &to.variant),
        ]);
    }
    for placed in &found.started {
        table.add_row(one("started", placed));
    }
    for placed in &found.stopped {
        table.add_row(one("stopped", placed));
    }
    for changed in &found.changed {
        let (component, device) = changed.instance.split_once('@').unwrap_or_default();
        table.add_row(vec![
            "changed".to_owned(),
            component.to_owned(),
            device.to_owned(),
            turned(&changed.from, &changed.to),
        ]);
    }
    if table.row_count() > 0 {
        let _ = writeln!(text, "{}\n", summary::text(&table, colour));
    }
}

fn turned(from: &str, to: &str) -> String {
    if from == to {
        to.to_owned()
    } else {
        format!("{from} → {to}")
    }
}

fn routes(text: &mut String, found: &Difference, colour: bool) {
    let mut table = summary::blank(&["consumer", "needs", "asked", "asks"]);
    let list = |ids: &[String]| {
        let at = |id: &String| {
            let (_, device) = id.split_once('@').unwrap_or(("", id));
            device.to_owned()
        };
        let devices: Vec<String> = ids.iter().map(at).collect();
        if devices.is_empty() {
            "nobody".to_owned()
        } else {
            devices.join(", ")
        }
    };
    for Asks {
        consumer,
        service,
        from,
        to,
    } in &found.routes
    {
        table.add_row(vec![
            consumer.clone(),
            service.clone(),
            list(from),
            list(to),
        ]);
    }
    if table.row_count() > 0 {
        let _ = writeln!(text, "{}\n", summary::text(&table, colour));
    }
}

fn of_total(total: &Figure<u64>, currency: &str) -> String {
    let (from, to) = (total.from.unwrap_or(0), total.to.unwrap_or(0));
    let (name, shown): (&str, Box<dyn Fn(u64) -> String>) = match total.name.as_str() {
        "cost_micro_per_month" => ("cost", Box::new(|it| figure::money(it.into(), currency))),
        "traffic_cost_micro_per_month" => (
            "cost of traffic",
            Box::new(|it| figure::money(it.into(), currency)),
        ),
        "power_mw" => ("power", Box::new(|it| figure::power(it.into()))),
        "memory_bytes" => ("memory", Box::new(|it| figure::bytes(it.into()))),
        "clone_bytes" => ("bytes cloned", Box::new(|it| figure::bytes(it.into()))),
        _ => ("service instances", Box::new(|it| it.to_string())),
    };
    let sign = if to < from { '-' } else { '+' };
    format!(
        "{name} {} → {} ({sign}{})",
        shown(from),
        shown(to),
        shown(from.abs_diff(to))
    )
}
