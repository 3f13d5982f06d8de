//! The fleet: groups of devices that nothing tells apart.

use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Span, SyntaxTree};

use crate::catalogue::Catalogue;
use crate::composition::{Device, DeviceIx, Numbers, Relation, Site};
use crate::currency::Currency;
use crate::doubt::Doubts;
use crate::library::Library;
use crate::machine::Machine;
use crate::mentions::Mentions;
use crate::policy::Policy;
use crate::scope::Scope;
use crate::types::Enums;

/// All devices by groups, and what is common to those of one statement.
#[derive(Clone, Debug, Default)]
pub struct Fleet {
    /// Names of `site` statements with their places.
    pub declared: Vec<(String, Span)>,
    /// Names of regions with their places.
    pub regions: Vec<(String, Option<Span>)>,
    /// Groups of sites, in declared order.
    pub sites: Vec<Site>,
    /// Groups of devices, in declared order.
    pub devices: Vec<Device>,
    /// Machine of every group.
    pub class_of: Vec<usize>,
    /// One per `device` statement and what overrides it.
    pub classes: Vec<Machine>,
    /// Names of devices with their sites, counts of zero included.
    pub names: BTreeMap<String, Named>,
    /// The currency of what devices cost.
    pub currency: Currency,
    /// What the program names by number.
    pub mentions: Mentions,
}

/// What a device's name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The site's name.
    pub site: String,
    /// How many there are in one site.
    pub numbers: Numbers,
    /// The statement.
    pub span: Span,
}

impl Fleet {
    /// All groups with their places in the list.
    pub fn iter(&self) -> impl Iterator<Item = (DeviceIx, &Device)> {
        (0..).map(DeviceIx).zip(&self.devices)
    }

    /// All places in the list.
    pub fn all(&self) -> Vec<DeviceIx> {
        self.iter().map(|(ix, _)| ix).collect()
    }

    /// The ways in which a device of one group and a device of another can stand to each other.
    pub fn relations(&self, from: DeviceIx, to: DeviceIx) -> Vec<Relation> {
        let (Some(a), Some(b)) = (self.device(from), self.device(to)) else {
            return Vec::new();
        };
        let near = a.site_ix == b.site_ix;
        let possible = [
            (from == to, Relation::Same),
            (
                near && (from != to || a.numbers.count() > 1),
                Relation::Beside,
            ),
            (!near || a.sites.count() > 1, Relation::Apart),
        ];
        let held = possible.into_iter().filter(|(holds, _)| *holds);
        held.map(|(_, relation)| relation).collect()
    }

    /// A group.
    pub fn device(&self, ix: DeviceIx) -> Option<&Device> {
        self.devices.get(ix.0 as usize)
    }

    /// Id of a group.
    pub fn id(&self, ix: DeviceIx) -> &str {
        self.device(ix).map_or("", |device| &device.id)
    }

    /// How many devices some groups have.
    pub fn count<'d>(&self, devices: impl IntoIterator<Item = &'d DeviceIx>) -> u64 {
        let counts = devices.into_iter().filter_map(|ix| self.device(*ix));
        counts.map(Device::count).sum()
    }

    /// What the devices of a group have in common.
    pub fn class(&self, ix: DeviceIx) -> Option<&Machine> {
        self.classes.get(*self.class_of.get(ix.0 as usize)?)
    }

    /// Whether what the devices of a group have of something was reported wrong.
    pub fn doubts(&self, ix: DeviceIx, capability: &str) -> bool {
        let class = self.class(ix);
        class.is_some_and(|class| class.doubts(capability))
    }

    /// Whether a device has something wrong of what the program itself declares: a label, say, so that
    /// nobody knows what fails together with it.
    pub fn is_doubtful(&self) -> bool {
        self.classes.iter().any(Machine::doubts_own)
    }

    /// For every class the first that no condition tells from it, unless it asks which it is.
    pub fn kinds(&self) -> Vec<usize> {
        let mut firsts: Vec<(usize, &Machine)> = Vec::new();
        let mut kind = |(at, class)| {
            if let Some((first, _)) = firsts.iter().find(|(_, first)| first.is_like(class)) {
                return *first;
            }
            firsts.push((at, class));
            at
        };
        self.classes.iter().enumerate().map(&mut kind).collect()
    }

    /// The group of sites that a group of devices is in.
    pub fn site(&self, device: &Device) -> Option<&Site> {
        self.sites.get(device.site_ix.0 as usize)
    }

    /// Whether a site has this name.
    pub fn is_site(&self, name: &str) -> bool {
        self.declared.iter().any(|(site, _)| site == name)
    }
}

/// What the fleet is read from.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// What did not parse.
    pub doubts: &'a Doubts,
    /// Profiles and kinds.
    pub catalogue: &'a Catalogue,
    /// For "import it".
    pub library: &'a [Arc<Library>],
    /// Reserves.
    pub policy: &'a Policy,
    /// Roles, architectures.
    pub enums: &'a Enums,
    /// Parameters.
    pub scope: &'a Scope<'a>,
    /// Texts that may name devices.
    pub texts: &'a [&'a SyntaxTree],
}

/// Devices that a path may name, for "did you mean".
pub fn known_names(fleet: &Fleet) -> Vec<&str> {
    let devices = fleet.names.keys().map(String::as_str);
    let sites = fleet.declared.iter().map(|(name, _)| name.as_str());
    devices.chain(sites).collect()
}
