//! Plans by classes: one folder for each row, with an index of the devices that it stands for.

use vn_plan::{Device, Plan};

use crate::artifacts::Emitted;
use crate::error::ErrorCode;
use crate::{EmitError, Target};

/// Targets that write addresses and ports, which every device has for itself.
pub fn unfit(plan: &Plan, targets: &[Target]) -> Vec<EmitError> {
    let Some(row) = plan.devices.iter().find(|device| device.count() > 1) else {
        return Vec::new();
    };
    let one = |target: &Target| match target {
        Target::Json => None,
        Target::ClientSdk | Target::Compose | Target::Envoy | Target::Haproxy => {
            Some(EmitError::new(
                ErrorCode::Classes,
                *target,
                &[&row.id],
                format!(
                    "target `{target}` is written for every device by itself, and `{}` stands for {}",
                    row.id,
                    row.count()
                ),
            ))
        }
    };
    targets.iter().filter_map(one).collect()
}

/// `devices.txt` beside what belongs to a row: the ids of its devices, one a line.
pub fn emit(plan: &Plan) -> Emitted {
    let mut emitted = Emitted::default();
    for device in plan.devices.iter().filter(|device| device.count() > 1) {
        emitted.file(Target::Json, device, "devices.txt", index(device));
    }
    emitted
}

fn index(device: &Device) -> Vec<u8> {
    let ids = device.alike.iter().flat_map(vn_plan::Alike::ids);
    let lines: String = ids.map(|id| id + "\n").collect();
    lines.into_bytes()
}
