//! A plan on one screen: devices, routes, what it costs, what it is worth, what is proven.

mod devices;
mod moves;
mod routes;
pub mod worth;

use comfy_table::{Cell, Table, presets};
use vn_plan::{Certificate, Device, Instance, Plan, Role};

use crate::figure;

/// The moves and their steps, where it is known what ran before.
pub fn moves(plan: &Plan, colour: bool) -> String {
    moves::lines(plan, colour)
}

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
    let times = |instance: &Instance| {
        let mut devices = plan.devices.iter();
        let device = devices.find(|device| device.id == instance.device);
        device.map_or(1, Device::count)
    };
    let count = |role: Role| {
        let all = plan.instances.iter().filter(|one| one.role == role);
        figure::whole(all.map(times).sum())
    };
    let there = || plan.devices.iter().filter(|one| !one.is_left_out());
    let devices = figure::whole(there().map(Device::count).sum());
    let rows = if devices == there().count() {
        String::new()
    } else {
        format!(" in {}", figure::count(there().count(), "row"))
    };
    let (services, clients) = (count(Role::Service), count(Role::Client));
    let preference = plan.program.parameters.get("preference");
    let preference = preference.map(|p| format!(" ({p})")).unwrap_or_default();
    format!(
        "{}{preference}: {}{rows}, {}, {}",
        plan.program.name,
        figure::count(devices, "device"),
        figure::count(services, "service instance"),
        figure::count(clients, "client"),
    )
}

/// A table without lines.
pub fn blank(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header.iter().map(Cell::new));
    table
}

/// The table as text without blanks at the ends of lines, its header bold where that is welcome.
pub fn text(table: &Table, colour: bool) -> String {
    let mut lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    if let Some(header) = lines.first_mut().filter(|_| colour) {
        *header = format!("\u{1b}[1m{header}\u{1b}[0m");
    }
    lines.join("\n")
}
