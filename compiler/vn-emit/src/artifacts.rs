//! From a plan to an ordered list of files.

use vn_plan::Plan;

use crate::fleet::Fleet;
use crate::router::Router;
use crate::{
    EmitError, Loss, Target, classes, client_sdk, clone, compose, envoy, haproxy, loss, manifest,
    names, plan_json, router, runbook,
};

/// Files and what they lack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifacts {
    /// Sorted by path, `manifest.json` last: whoever writes them in this order has a complete set
    /// once the manifest is there.
    pub files: Vec<File>,
    /// Sorted.
    pub losses: Vec<Loss>,
}

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative, with `/`, made of `[A-Za-z0-9._-]` only; never `..`.
    pub path: String,
    /// Which target it belongs to; absent for what belongs to all.
    pub target: Option<Target>,
    /// Id of the device that it is for; absent for what is for all.
    pub device: Option<String>,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// What one target adds.
#[derive(Debug, Default)]
pub struct Emitted {
    pub files: Vec<File>,
    pub losses: Vec<Loss>,
    pub errors: Vec<EmitError>,
}

impl Emitted {
    pub fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        self.losses.extend(other.losses);
        self.errors.extend(other.errors);
    }

    pub fn file(&mut self, target: Target, device: &vn_plan::Device, name: &str, bytes: Vec<u8>) {
        self.files.push(File {
            path: format!("devices/{}/{name}", device.slug),
            target: Some(target),
            device: Some(device.id.clone()),
            bytes,
        });
    }
}

impl Artifacts {
    /// The bytes of a path.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        let file = self.files.iter().find(|file| file.path == path)?;
        Some(&file.bytes)
    }
}

/// All files of these targets, with `manifest.json` and, if anything is lost, `LOSS.md`.
///
/// # Errors
/// Everything that a target cannot carry at all. Losses are no errors here: whether a lost guarantee
/// stops the build is for the caller to decide.
pub fn emit(plan: &Plan, targets: &[Target]) -> Result<Artifacts, Vec<EmitError>> {
    let unfit = classes::unfit(plan, targets);
    if !unfit.is_empty() {
        return Err(unfit);
    }
    let fleet = Fleet::new(plan, targets)?;
    let collisions = names::check(plan);
    if !collisions.is_empty() {
        return Err(collisions);
    }
    let mut all = Emitted::default();
    let routers = router::routers(&fleet, &mut all);
    all.add(router::environments(&fleet, &routers));
    for target in &fleet.targets {
        all.add(one(*target, &fleet, &routers));
    }
    if !all.errors.is_empty() {
        return Err(all.errors);
    }
    all.files.extend(runbook::emit(&fleet, &routers));
    Ok(assembled(plan, all))
}

fn one(target: Target, fleet: &Fleet, routers: &[Router]) -> Emitted {
    match target {
        Target::ClientSdk => client_sdk::emit(fleet),
        Target::Compose => compose::emit(fleet, routers),
        Target::Envoy => envoy::emit(fleet, routers),
        Target::Haproxy => haproxy::emit(fleet, routers),
        Target::Json => {
            let mut emitted = plan_json::emit(fleet.plan);
            emitted.add(clone::emit(fleet));
            emitted.add(classes::emit(fleet.plan));
            emitted
        }
    }
}

fn assembled(plan: &Plan, emitted: Emitted) -> Artifacts {
    let Emitted {
        mut files,
        mut losses,
        ..
    } = emitted;
    losses.sort();
    losses.dedup();
    if let Some(bytes) = loss::page(&plan.program.sources, &losses) {
        files.push(File {
            path: "LOSS.md".to_owned(),
            target: None,
            device: None,
            bytes,
        });
    }
    files.sort_by(|left, right| left.path.cmp(&right.path));
    files.push(manifest::manifest(plan, &files));
    Artifacts { files, losses }
}
