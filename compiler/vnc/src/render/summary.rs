//! A plan on one screen: devices, routes, what it costs, what it is worth, what is proven.

mod devices;
mod routes;
mod worth;

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, Table};
use vn_plan::{Certificate, Plan, Role};

/// The whole summary.
pub fn render(plan: &Plan, certificate: Option<&Certificate>, colour: bool) -> String {
    let mut text = format!("{}\n\n{}\n\n{}\n", title(plan), devices::table(plan, colour), {
        routes::table(plan, colour)
    });
    text.push('\n');
    text.push_str(&worth::lines(plan, certificate));
    text
}

fn title(plan: &Plan) -> String {
    let services = plan.instances.iter().filter(|i| i.role == Role::Service).count();
    let clients = plan.instances.len() - services;
    let preference = plan.program.parameters.get("preference");
    let preference = preference.map(|p| format!(" ({p})")).unwrap_or_default();
    format!(
        "{}{preference}: {} devices, {services} service instances, {clients} clients",
        plan.program.name,
        plan.devices.len(),
    )
}

/// A table without lines; the header bold where colours are welcome.
fn blank(header: &[&str], colour: bool) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    let cell = |name: &&str| {
        let cell = Cell::new(name);
        if colour { cell.add_attribute(Attribute::Bold) } else { cell }
    };
    table.set_header(header.iter().map(cell));
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// The table as text without blanks at the ends of lines.
fn text(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
