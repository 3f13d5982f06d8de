//! What each device fetches, when, and from whom.

use serde::Serialize;
use vn_plan::{CloneMode, CloneSpec, Device, Instance};

use crate::Target;
use crate::artifacts::Emitted;
use crate::fleet::Fleet;
use crate::manifest::json;

#[derive(Serialize)]
struct Clones<'a> {
    format: &'static str,
    sources: &'a str,
    device: &'a str,
    /// Fetched at boot, before the instances start.
    eager: Vec<Item<'a>>,
    /// Fetched when the trigger fires.
    lazy: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    instance: &'a str,
    component: &'a str,
    variant: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<&'static str>,
    /// First to last; empty: it has its bytes, others take them from it.
    from: Vec<Source<'a>>,
}

#[derive(Serialize)]
struct Source<'a> {
    instance: &'a str,
    address: &'a str,
    rtt_us: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_us: Option<u64>,
}

pub fn emit(fleet: &Fleet) -> Emitted {
    let mut emitted = Emitted::default();
    for device in &fleet.plan.devices {
        let clones = of(fleet, device);
        if !clones.eager.is_empty() || !clones.lazy.is_empty() {
            emitted.file(Target::Json, device, "clone.json", json(&clones));
        }
    }
    emitted
}

fn of<'a>(fleet: &Fleet<'a>, device: &'a Device) -> Clones<'a> {
    let mut clones = Clones {
        format: "vnc.clone/1",
        sources: &fleet.plan.program.sources,
        device: &device.id,
        eager: Vec::new(),
        lazy: Vec::new(),
    };
    for instance in fleet.on(device) {
        let Some(clone) = &instance.clone else {
            continue;
        };
        let (list, trigger) = match clone.mode {
            CloneMode::Eager => (&mut clones.eager, None),
            CloneMode::Lazy => (&mut clones.lazy, Some("first_use")),
        };
        list.push(item(fleet, instance, clone, trigger));
    }
    clones
}

fn item<'a>(
    fleet: &Fleet<'a>,
    instance: &'a Instance,
    clone: &'a CloneSpec,
    trigger: Option<&'static str>,
) -> Item<'a> {
    let source = |source: &'a vn_plan::CloneSource| {
        let at = fleet.device_of(fleet.instance(&source.instance)?)?;
        Some(Source {
            instance: &source.instance,
            address: &at.address,
            rtt_us: source.rtt_us,
            transfer_us: source.transfer_us,
        })
    };
    Item {
        instance: &instance.id,
        component: &instance.component,
        variant: &instance.variant,
        image: instance.run.as_ref().and_then(|run| run.image.as_deref()),
        bytes: clone.bytes,
        trigger,
        from: clone.sources.iter().filter_map(source).collect(),
    }
}
