//! `RUNBOOK.md`: what to start in which order, and what happens when a device is lost.

mod losses;
mod order;

use std::fmt::Write as _;

use vn_plan::{Device, Instance, Role};

use crate::artifacts::File;
use crate::fleet::{Fleet, image, is_linux};
use crate::names::key_of;
use crate::router::{Router, SERVICE};
use crate::{Target, text};

/// The page; none where only the plan is written and nothing is run.
pub fn emit(fleet: &Fleet, routers: &[Router]) -> Option<File> {
    if fleet.targets.iter().all(|target| *target == Target::Json) {
        return None;
    }
    let program = &fleet.plan.program;
    let mut page = format!(
        "<!-- {} -->\n\n# {}\n",
        text::made_by(&program.sources).replace("--", "- -"),
        text::one_line(&program.name)
    );
    placed(&mut page, fleet);
    started(&mut page, fleet, routers);
    losses::write(&mut page, fleet, routers);
    Some(File {
        path: "RUNBOOK.md".to_owned(),
        target: None,
        device: None,
        bytes: page.into_bytes(),
    })
}

/// Somebody's words as code, in a table too.
fn code(words: &str) -> String {
    let clean = text::one_line(words).replace('`', "'").replace('|', "\\|");
    format!("`{clean}`")
}

fn services<'a>(fleet: &Fleet<'a>) -> impl Iterator<Item = &'a Instance> {
    let all = fleet.plan.instances.iter();
    all.filter(|one| one.role == Role::Service)
}

fn placed(page: &mut String, fleet: &Fleet) {
    page.push_str("\n## What runs where\n\n");
    page.push_str("| Instance | Variant | Address | Memory |\n|---|---|---|---:|\n");
    for one in services(fleet) {
        let host = fleet.device_of(one).map_or("", |at| at.address.as_str());
        let ports = one.run.iter().flat_map(|run| &run.ports);
        let address: Vec<String> = ports
            .filter(|_| !host.is_empty())
            .map(|port| code(&asked_at(host, port.published)))
            .collect();
        let address = address.join(", ");
        let memory = mebibytes(one.claims.memory_bytes);
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "| {} | {} | {address} | {memory} |",
            code(&one.id),
            code(&one.variant)
        );
    }
}

fn asked_at(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// Rounded up: a limit must not look smaller than it is.
fn mebibytes(bytes: u64) -> String {
    if bytes == 0 {
        return String::new();
    }
    format!("{} MiB", bytes.div_ceil(1 << 20))
}

/// Whoever is needed comes first, so that nothing starts in vain.
fn started(page: &mut String, fleet: &Fleet, routers: &[Router]) {
    page.push_str("\n## Start\n\nEach step once the one before it is up.\n");
    if fleet.has(Target::Compose) {
        page.push_str(
            "On a device, `docker compose up -d` in its folder starts all that is not lazy.\n",
        );
    }
    let mut waiting: Vec<&Router> = routers.iter().collect();
    let steps = order::steps(fleet);
    for (step, components) in steps.iter().enumerate() {
        let names: Vec<String> = components.iter().map(|name| code(name)).collect();
        let _ = write!(page, "\n{}. {}\n", step + 1, names.join(", "));
        for device in &fleet.plan.devices {
            let here = fleet.on(device).filter(|one| one.role == Role::Service);
            let here: Vec<&Instance> = here
                .filter(|one| components.contains(&one.component.as_str()))
                .collect();
            let router = waiting.iter().position(|one| one.device.id == device.id);
            let router = router.filter(|_| !here.is_empty());
            let router = router.map(|at| waiting.remove(at));
            for line in commands(fleet, device, &here, router) {
                let _ = writeln!(page, "   * {}: {line}", code(&device.id));
            }
        }
    }
    if !waiting.is_empty() {
        let _ = write!(page, "\n{}. what clients ask through\n", steps.len() + 1);
    }
    for router in waiting {
        for line in commands(fleet, router.device, &[], Some(router)) {
            let _ = writeln!(page, "   * {}: {line}", code(&router.device.id));
        }
    }
}

fn commands(
    fleet: &Fleet,
    device: &Device,
    here: &[&Instance],
    router: Option<&Router>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let (run, other): (Vec<&Instance>, Vec<&Instance>) = here
        .iter()
        .partition(|one| fleet.has(Target::Compose) && is_linux(device) && image(one).is_some());
    let compose = |profile: &str, keys: &[String]| {
        let folder = format!("devices/{}", device.slug);
        let keys = keys.join(" ");
        format!("`docker compose {profile}up -d {keys}` in `{folder}`")
    };
    let keys = |lazy: bool| {
        let all = run.iter().filter(|one| one.is_lazy() == lazy);
        all.map(|one| key_of(one)).collect::<Vec<_>>()
    };
    let mut eager = keys(false);
    if fleet.has(Target::Compose) && router.is_some() {
        eager.insert(0, SERVICE.to_owned());
    }
    if !eager.is_empty() {
        lines.push(compose("", &eager));
    }
    if !keys(true).is_empty() {
        let command = compose("--profile lazy ", &keys(true));
        lines.push(format!("once it is wanted, {command}"));
    }
    if let (false, Some(router), Some(proxy)) =
        (fleet.has(Target::Compose), router, fleet.proxies().next())
    {
        let folder = format!("devices/{}", router.device.slug);
        lines.push(format!("{proxy}, with its file in `{folder}`"));
    }
    lines.extend(other.iter().map(|one| alone(one)));
    lines
}

/// What no file of ours starts.
fn alone(one: &Instance) -> String {
    let key = code(&key_of(one));
    if one.run.is_none() {
        format!("{key} starts with whoever needs it")
    } else {
        format!("{key}, which no file here starts")
    }
}
