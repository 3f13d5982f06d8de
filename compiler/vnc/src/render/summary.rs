//! A plan on one screen: devices, routes, what it costs, what it is worth, what is proven.

mod devices;
mod moves;
mod routes;
pub mod worth;

use comfy_table::{Cell, Table, presets};
use vn_plan::{Certificate, Plan, Role};

use crate::figure;

/// The whole summary.
pub fn render(plan: &Plan, certificate: Option<&Certificate>, colour: bool) -> String {
    let mut text = format!(
        "{}\n\n{}\n\n{}\n",
        title(plan),
        devices::table(plan, colour),
        { routes::table(plan, colour) }
    );
    text.push('\n');
    text.push_str(&worth::lines(plan, certificate));
    text.push_str(&moves::lines(plan, colour));
    text
}

fn title(plan: &Plan) -> String {
    let services = plan
        .instances
        .iter()
        .filter(|i| i.role == Role::Service)
        .count();
    let clients = plan.instances.len() - services;
    let preference = plan.program.parameters.get("preference");
    let preference = preference.map(|p| format!(" ({p})")).unwrap_or_default();
    format!(
        "{}{preference}: {}, {}, {}",
        plan.program.name,
        figure::count(plan.devices.len(), "device"),
        figure::count(services, "service instance"),
        figure::count(clients, "client"),
    )
}

/// A table without lines.
pub(super) fn blank(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().map(Cell::new));
    table
}

/// The table as text without blanks at the ends of lines, its header bold where that is welcome.
pub(super) fn text(table: &Table, colour: bool) -> String {
    let mut lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    if let Some(header) = lines.first_mut().filter(|_| colour) {
        *header = format!("\u{1b}[1m{header}\u{1b}[0m");
    }
    lines.join("\n")
}
