//! Envoy follows each list by the priorities of one cluster: one server each, 0 first.
//!
//! With one server in each priority and no panic threshold, all load goes to the lowest priority
//! that has a healthy server, which is exactly a walk down the list
//! (<https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority>).

mod config;

use crate::artifacts::Emitted;
use crate::error::{EmitError, ErrorCode};
use crate::fleet::Fleet;
use crate::router::Router;
use crate::{Target, Timing, text};

pub fn emit(fleet: &Fleet, routers: &[Router]) -> Emitted {
    let mut emitted = Emitted::default();
    let program = &fleet.plan.program;
    for router in routers {
        match body(router, program.detect_us) {
            Ok(body) => {
                let text = format!("# {}\n{body}", text::made_by(&program.sources));
                let bytes = text.into_bytes();
                emitted.file(Target::Envoy, router.device, "envoy.yaml", bytes);
            }
            Err(message) => {
                let about = [router.device.id.as_str()];
                let error = EmitError::new(ErrorCode::Text, Target::Envoy, &about, message);
                emitted.errors.push(error);
            }
        }
        let late = router.late(Target::Envoy, program.detect_us, Timing::envoy);
        emitted.losses.extend(late);
    }
    emitted
}

/// The whole configuration of one device but its first line, which changes with every source.
pub fn body(router: &Router, detect_us: u64) -> Result<String, String> {
    use std::fmt::Write as _;
    let mut out = String::new();
    for listener in &router.listeners {
        let timing = Timing::envoy(listener.longest_rtt_us, detect_us);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "#\n# {}: {}", listener.name, listener.comment(timing));
        for (position, server) in listener.servers.iter().enumerate() {
            let _ = writeln!(out, "#   {}", server.comment(position));
        }
    }
    let bootstrap = config::bootstrap(router, detect_us);
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let yaml = serde_saphyr::to_string_with_options(&bootstrap, options);
    let yaml = yaml.map_err(|error| format!("not expressible in YAML: {error}"))?;
    let _ = write!(out, "\n{yaml}");
    Ok(out)
}
