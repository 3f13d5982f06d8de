//! The types of what the language itself knows of devices, links and components.

use crate::dimension::Dimension;
use crate::dimensions;
use crate::statics::shape::Shape;
use crate::types::Type;

fn quantity(dimension: Dimension) -> Type {
    Type::Quantity(dimension, (None, None))
}

fn word(name: &str) -> Shape {
    Shape::Enum(name.to_owned(), Vec::new())
}

/// What `device.NAME` and `peer.NAME` are.
pub fn of_device(name: &str) -> Option<Shape> {
    Some(match name {
        "arch" => word("Arch"),
        "os" => word("Os"),
        "role" => word("Role"),
        "disk.kind" => word("DiskKind"),
        "gpu.kind" => word("GpuKind"),
        "site" | "class" | "region" | "name" => Shape::Label,
        "cpu" => Shape::Quantity(dimensions::cores()),
        "cores" | "perf" | "availability" | "usable" => Shape::pure(),
        "memory" | "disk" | "disk.size" | "gpu.vram" => Shape::Quantity(dimensions::bytes()),
        "memory.shared_with_gpu" | "battery" | "forwards" => Shape::Bool,
        "power.idle" | "power.max" => Shape::Quantity(dimensions::power()),
        "uplink" => Shape::Quantity(dimensions::rate()),
        "speaks" => Shape::List(Box::new(Shape::Label)),
        _ => return None,
    })
}

/// The names of `of_device`.
pub const DEVICE: [&str; 22] = [
    "arch",
    "os",
    "role",
    "disk.kind",
    "site",
    "class",
    "region",
    "name",
    "gpu.kind",
    "cpu",
    "cores",
    "perf",
    "availability",
    "usable",
    "memory",
    "disk",
    "disk.size",
    "gpu.vram",
    "memory.shared_with_gpu",
    "battery",
    "power.idle",
    "power.max",
];

/// What `link.NAME` is.
pub fn of_link(name: &str) -> Option<Shape> {
    Some(match name {
        "rtt" => Shape::Quantity(dimensions::time()),
        "bandwidth" => Shape::Quantity(dimensions::rate()),
        "loss" | "availability" => Shape::pure(),
        "private" => Shape::Bool,
        _ => return None,
    })
}

/// What a field of a component, a kind or a variant must be; none where only its reader knows.
pub fn of_component(name: &str) -> Option<Type> {
    Some(match name {
        "dataset" | "memory" | "disk" | "vram" => quantity(dimensions::bytes()),
        "recommended.memory" | "recommended.disk" | "recommended.vram" | "payload" => {
            quantity(dimensions::bytes())
        }
        "cpu" | "recommended.cpu" => quantity(dimensions::cores()),
        "capacity" | "demand" | "rate" => quantity(dimensions::throughput()),
        "service_time" | "staleness" => quantity(dimensions::time()),
        "power" => quantity(dimensions::power()),
        "cost" => quantity(dimensions::money_per_time()),
        "fanout" | "port" | "move_cost" | "connections" => quantity(dimensions::pure()),
        "image" | "data" | "licence" | "source" | "checked" => Type::Text,
        "gpu" => Type::Bool,
        _ => return None,
    })
}

/// What a field of a device or of a hardware profile must be.
pub fn of_machine(name: &str) -> Option<Type> {
    Some(match name {
        "memory" | "gpu.vram" => quantity(dimensions::bytes()),
        "cpu" => quantity(dimensions::cores()),
        "perf" | "usable" | "availability" => quantity(dimensions::pure()),
        "uplink" => quantity(dimensions::rate()),
        "power.idle" | "power.max" => quantity(dimensions::power()),
        "battery" => quantity(dimensions::energy()),
        "cost" => quantity(dimensions::money_per_time()),
        "memory.shared_with_gpu" | "forwards" => Type::Bool,
        _ => return None,
    })
}
