//! Who answers whom once a device is lost, as the plan's simulation has it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use vn_plan::{Answer, Asked, Device, Event, Outcome, Role, Route, Standing, simulate};

use super::code;
use crate::fleet::Fleet;
use crate::router::Router;
use crate::{Target, Timing, text};

/// Beyond so many devices a page is of no use, and to simulate each loss takes long.
const MOST: usize = 64;

pub fn write(page: &mut String, fleet: &Fleet, routers: &[Router]) {
    page.push_str("\n## When a device is lost\n");
    let serving = |device: &&Device| fleet.on(device).any(|one| one.role == Role::Service);
    let devices: Vec<&Device> = fleet.plan.devices.iter().filter(serving).collect();
    if devices.len() > MOST {
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "\n{} devices serve others; `given lost(x)` in a `test` shows what the loss of one does.",
            devices.len()
        );
        return;
    }
    let sound = simulate(fleet.plan, &Event::none());
    for device in devices {
        let lost = simulate(fleet.plan, &Event::lost([device.id.as_str()]));
        let _ = write!(page, "\n### {}\n\n", code(&device.id));
        let before = answers(&sound);
        let changed = lost
            .asked
            .iter()
            .enumerate()
            .filter(|(_, asked)| before.get(&key(asked)).copied() != Some(&asked.answer));
        let mut is_quiet = true;
        for (_, asked) in changed {
            is_quiet = false;
            let _ = writeln!(page, "* {}", said(asked, fleet, routers));
        }
        for one in &lost.overflows {
            is_quiet = false;
            let _ = writeln!(
                page,
                "* {} is asked more than it can answer",
                code(&one.instance)
            );
        }
        for one in &lost.floods {
            is_quiet = false;
            let _ = writeln!(
                page,
                "* the link {} carries less than is sent over it",
                code(&one.link)
            );
        }
        if is_quiet {
            page.push_str("Everybody else is answered by whom they are answered now.\n");
        }
    }
}

type Key<'a> = (&'a str, &'a str);

fn key(asked: &Asked) -> Key<'_> {
    (&asked.consumer, &asked.service)
}

fn answers(outcome: &Outcome) -> BTreeMap<Key<'_>, &Answer> {
    let all = outcome.asked.iter();
    all.map(|asked| (key(asked), &asked.answer)).collect()
}

fn said(asked: &Asked, fleet: &Fleet, routers: &[Router]) -> String {
    let (consumer, service) = (code(&asked.consumer), code(&asked.service));
    match &asked.answer {
        Answer::By {
            instance,
            rtt_us,
            standing,
            ..
        } => {
            let late = match standing {
                Standing::Within => "",
                Standing::Degraded => ", degraded",
                Standing::Over => ", over its budget",
            };
            let rtt = text::millis(*rtt_us);
            let soon = soon(asked, fleet, routers);
            format!(
                "{consumer} -> {service}: {} answers, rtt {rtt}{late}{soon}",
                code(instance)
            )
        }
        Answer::Nobody(why) => {
            let optional = if asked.optional {
                ", which it can do without"
            } else {
                ""
            };
            format!("{consumer} -> {service}: nobody answers ({why}){optional}")
        }
    }
}

/// How soon whoever follows the list has turned to the next one.
fn soon(asked: &Asked, fleet: &Fleet, routers: &[Router]) -> String {
    let mine = |route: &Route| route.consumer == asked.consumer && route.service == asked.service;
    let mut lists = routers.iter().flat_map(|router| &router.listeners);
    let Some(list) = lists.find(|list| mine(list.route)) else {
        return "; the app follows the list itself".to_owned();
    };
    let detect_us = fleet.plan.program.detect_us;
    let timing = match fleet.proxies().next() {
        Some(Target::Envoy) => Timing::envoy(list.longest_rtt_us, detect_us),
        _ => Timing::haproxy(list.longest_rtt_us, detect_us),
    };
    format!(
        "; within {} ms where its machine refuses connections, {} ms where no packet reaches it",
        timing.killed_ms, timing.cut_ms
    )
}
