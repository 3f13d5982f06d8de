//! Where consumers find the lists that a proxy follows for them.

use std::fmt::Write as _;

use super::{Listener, Router};
use crate::artifacts::Emitted;
use crate::fleet::{Fleet, image};
use crate::names::{key_of, variable};
use crate::text;

/// A file for each consumer that is no container of ours; the same whichever proxy follows the lists.
pub fn environments(fleet: &Fleet, routers: &[Router]) -> Emitted {
    let mut emitted = Emitted::default();
    let Some(target) = fleet.proxies().next() else {
        return emitted;
    };
    for router in routers {
        for (component, text) in files(&fleet.plan.program.sources, router) {
            let name = format!("{component}.env");
            emitted.file(target, router.device, &name, text.into_bytes());
        }
    }
    emitted
}

fn files(sources: &str, router: &Router) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for listener in &router.listeners {
        if router.contained && image(listener.consumer).is_some() {
            continue;
        }
        let name = key_of(listener.consumer);
        if files.last().is_none_or(|(last, _)| *last != name) {
            files.push((name, format!("# {}\n", text::made_by(sources))));
        }
        if let Some((_, text)) = files.last_mut() {
            for (key, value) in variables(router, listener) {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{key}={value}");
            }
        }
    }
    files
}

/// `VN_GRAPH_BOLT_ADDRESS`, and `VN_GRAPH_ADDRESS` for a service's first port; `VN_GRAPH_2_ADDRESS`
/// for the second need of one service.
pub fn variables(router: &Router, listener: &Listener) -> Vec<(String, String)> {
    let host = router.host(listener.consumer);
    let address = format!("{host}:{}", listener.port);
    let service = match listener.nth {
        1 => variable(&listener.route.service),
        nth => format!("{}_{nth}", variable(&listener.route.service)),
    };
    let port = vn_plan::slug(listener.port_name)
        .to_ascii_uppercase()
        .replace('-', "_");
    let mut variables = vec![(format!("{service}_{port}_ADDRESS"), address.clone())];
    if listener.first {
        variables.push((format!("{service}_ADDRESS"), address));
    }
    variables
}
