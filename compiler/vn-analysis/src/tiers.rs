//! `prefer a then b` and `heal.order`: how far down the list a server stands.

use std::collections::BTreeSet;

use vn_syntax::Diagnostic;

use crate::composition::{Device, DeviceIx, Relation};
use crate::declared::{Expr, ExprKind, Selector, no_name};
use crate::fleet::Fleet;
use crate::selector;
use crate::types::Enums;

/// Tiers in order; whatever is in none comes last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tiers {
    tiers: Vec<(String, Tier)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Tier {
    SameDevice,
    SameSite,
    /// Whatever is in no other tier.
    Nearest,
    Devices(BTreeSet<DeviceIx>),
}

impl Tiers {
    /// Reads `prefer …`.
    pub fn of(
        selectors: &[Selector],
        fleet: &Fleet,
        enums: &Enums,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let tier = |selector: &Selector| {
            Some((selector.to_string(), tier(selector, fleet, enums, faults)?))
        };
        Self {
            tiers: selectors.iter().filter_map(tier).collect(),
        }
    }

    /// Reads `heal.order`.
    pub fn of_list(
        list: Option<&Expr>,
        fleet: &Fleet,
        enums: &Enums,
        faults: &mut Vec<Diagnostic>,
    ) -> Self {
        let Some(list) = list else {
            return Self::default();
        };
        let items = match &list.kind {
            ExprKind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(list),
        };
        let mut selectors = Vec::new();
        for item in items {
            match &item.kind {
                ExprKind::Path(path) => selectors.push(Selector {
                    word: None,
                    targets: vec![path.clone()],
                    span: item.span,
                }),
                _ => faults.push(no_name(item.span, &item.to_string())),
            }
        }
        Self::of(&selectors, fleet, enums, faults)
    }

    /// Names of the tiers.
    pub fn names(&self) -> Vec<String> {
        self.tiers.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tiers.is_empty()
    }

    /// Adds others behind these.
    pub fn extend(&mut self, others: Self) {
        self.tiers.extend(others.tiers);
    }

    /// Names the rows that groups of devices have become.
    pub fn set_out(&mut self, rows: impl Fn(DeviceIx) -> Vec<DeviceIx>) {
        for (_, tier) in &mut self.tiers {
            if let Tier::Devices(devices) = tier {
                *devices = devices.iter().flat_map(|group| rows(*group)).collect();
            }
        }
    }

    /// The tier of a server's device that stands so to the consumer's.
    pub fn tier(&self, to: DeviceIx, relation: Relation) -> u32 {
        let first = self.all(to, relation).first().copied();
        u32::try_from(first.unwrap_or(self.tiers.len())).unwrap_or(u32::MAX)
    }

    /// The positions of all tiers that a device is in which stands so to the asking one.
    pub fn all(&self, to: DeviceIx, relation: Relation) -> Vec<usize> {
        let fits = |tier: &Tier| match tier {
            Tier::SameDevice => relation == Relation::Same,
            Tier::SameSite => relation != Relation::Apart,
            Tier::Nearest => false,
            Tier::Devices(devices) => devices.contains(&to),
        };
        let among = |fits: &dyn Fn(&Tier) -> bool| {
            let numbered = self.tiers.iter().enumerate();
            let those = numbered.filter(|(_, (_, tier))| fits(tier));
            those.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        let named = among(&fits);
        if named.is_empty() {
            return among(&|tier| matches!(tier, Tier::Nearest));
        }
        named
    }
}

fn tier(
    selector: &Selector,
    fleet: &Fleet,
    enums: &Enums,
    faults: &mut Vec<Diagnostic>,
) -> Option<Tier> {
    let name = selector.to_string();
    match name.as_str() {
        "same_device" => return Some(Tier::SameDevice),
        "same_site" => return Some(Tier::SameSite),
        "nearest" => return Some(Tier::Nearest),
        _ => {}
    }
    let is_role = enums.get("Role").is_some_and(|roles| roles.contains(&name));
    let taken = selector
        .targets
        .first()
        .is_some_and(|t| selector::named(t, fleet).is_some());
    if selector.word.is_none() && is_role && !taken {
        let may = |device: &Device| device.role == name || device.roles.contains(&name);
        let devices = selector::where_device(fleet, may);
        return Some(Tier::Devices(devices.into_iter().collect()));
    }
    let before = faults.len();
    let devices = selector::devices(selector, fleet, enums, faults);
    let failed = selector::failed(before, faults);
    (!failed).then(|| Tier::Devices(devices.into_iter().collect()))
}
