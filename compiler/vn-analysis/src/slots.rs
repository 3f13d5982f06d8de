//! Components meet devices: what is admissible where, and why the rest is not.

use std::collections::BTreeMap;

use vn_syntax::Diagnostic;

use crate::admission::{self, Failing};
use crate::blueprint::{Blueprint, Variant};
use crate::clones::{self, Arrival, CloneRules};
use crate::composition::{
    Choice, CloneMode, DeviceIx, Preference, Provenance, Reason, Rejection, Slot, SlotRole,
    Software, TruthOn,
};
use crate::currency::Currency;
use crate::dimensions;
use crate::eval::eval;
use crate::fleet::Fleet;
use crate::machine::Machine;
use crate::placement::Allowed;
use crate::quantity::whole;
use crate::rules;
use crate::running;
use crate::scope::Scope;
use crate::selector;
use crate::sizing::{self, Size};
use crate::software;
use crate::tree::Component;
use crate::typed::Typed;
use crate::types::Enums;
use crate::value::Value;

/// A component with all that is known before the fleet is looked at.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The component.
    pub component: &'a Component<'a>,
    /// Its variants.
    pub blueprint: Blueprint<'a>,
    /// Where it may be.
    pub allowed: Allowed,
}

/// What slots are made against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and context.
    pub scope: &'a Scope<'a>,
    /// The effective preference.
    pub preference: Preference,
}

/// A slot with what only the messages need.
#[derive(Clone, Debug)]
pub struct Made {
    /// The slot.
    pub slot: Slot,
    /// Conditions that failed, by variant and device.
    pub failing: BTreeMap<(u32, DeviceIx), Vec<Failing>>,
}

/// Makes the slot of a component.
pub fn slot(
    draft: &Draft<'_>,
    ground: &Ground<'_>,
    currency: &mut Currency,
    faults: &mut Vec<Diagnostic>,
) -> Made {
    let (component, body) = (draft.component, &draft.component.declared.body);
    let on = component.declared.on.as_ref();
    let on = on.map(|on| selector::devices(on, ground.fleet, ground.enums, faults));
    let scope = Scope::inside(ground.scope, draft.blueprint.values.clone());
    let typed = Typed {
        fields: &body.fields,
        scope: &scope,
    };
    let mut slot = Slot {
        name: component.name.clone(),
        ancestors: component.ancestors.clone(),
        role: if component.is_client() {
            SlotRole::Client
        } else {
            SlotRole::Service
        },
        kind: draft.blueprint.kind.clone(),
        on: on.clone().unwrap_or_default(),
        demand: typed
            .amount("demand", &dimensions::throughput(), faults)
            .unwrap_or_default(),
        variants: draft
            .blueprint
            .variants
            .iter()
            .map(|v| v.name.clone())
            .collect(),
        options: Vec::new(),
        rejected: Vec::new(),
        truth: crate::placement::truth(body, ground.fleet, ground.enums, faults),
        standby: None,
        quorum: None,
        buffer: None,
        relay: false,
        staleness: None,
        max_per_device: 1,
        if_needed: false,
        currently: Vec::new(),
        move_cost: whole(1),
        fetch: Vec::new(),
        span: component.span(),
    };
    let clones = CloneRules::of(body, ground.fleet, ground.enums, faults);
    let mut bench = Bench {
        draft,
        ground,
        clones,
        truth: slot.truth.clone(),
        fits: BTreeMap::new(),
        currency,
        faults,
    };
    let mut failing = BTreeMap::new();
    for device in on.unwrap_or_else(|| ground.fleet.all()) {
        for (at, variant) in (0..).zip(&draft.blueprint.variants) {
            match bench.try_out(device, at, variant) {
                Ok(choice) => slot.options.push(choice),
                Err((reasons, why)) => {
                    failing.insert((at, device), why);
                    slot.rejected.push(Rejection {
                        device,
                        variant: at,
                        reasons,
                    });
                }
            }
        }
    }
    Made { slot, failing }
}

/// A variant on the devices of one class.
#[derive(Clone, Debug)]
struct Fit {
    roles: Vec<String>,
    size: Size,
    connections: Option<u64>,
    software: Software,
    rank: u32,
    provides_truth: bool,
    reasons: Vec<Reason>,
    failing: Vec<Failing>,
    provenance: Vec<Provenance>,
}

struct Bench<'a, 'b> {
    draft: &'b Draft<'a>,
    ground: &'b Ground<'b>,
    clones: CloneRules<'b>,
    truth: Option<TruthOn>,
    fits: BTreeMap<(usize, u32), Fit>,
    currency: &'b mut Currency,
    faults: &'b mut Vec<Diagnostic>,
}

type Refusal = (Vec<Reason>, Vec<Failing>);

impl Bench<'_, '_> {
    fn try_out(
        &mut self,
        device: DeviceIx,
        at: u32,
        variant: &Variant<'_>,
    ) -> Result<Choice, Refusal> {
        let nothing = || (Vec::new(), Vec::new());
        let class = *self
            .ground
            .fleet
            .class_of
            .get(device.0 as usize)
            .ok_or_else(nothing)?;
        let machine = self.ground.fleet.classes.get(class).ok_or_else(nothing)?;
        if !self.fits.contains_key(&(class, at)) {
            let fit = self.fit_in_roles(machine, at, variant);
            self.fits.insert((class, at), fit);
        }
        let fit = self.fits.get(&(class, at)).cloned().ok_or_else(nothing)?;
        let may_write = self
            .truth
            .as_ref()
            .is_some_and(|truth| truth.devices.contains(&device));
        let truth = may_write && fit.provides_truth;
        let arrival = self.arrival(device, machine, variant);
        let mut reasons = self.draft.allowed.reasons(device, self.ground.fleet);
        reasons.extend(fit.reasons.iter().cloned());
        let (clone, rule) = match self.of_truth(arrival, device, truth) {
            Arrival::Clone(mode, rule) => (mode, rule),
            Arrival::Never(span) => {
                let text = format!("`clone never` on `{}`", self.ground.fleet.id(device));
                reasons.push(Reason { text, span });
                (CloneMode::Eager, None)
            }
        };
        if !reasons.is_empty() {
            return Err((reasons, fit.failing));
        }
        let mut provenance = fit.provenance;
        provenance.extend(rule.map(|span| Provenance {
            what: "clone".to_owned(),
            span,
            through: None,
            value: String::new(),
            overrode: Vec::new(),
        }));
        Ok(Choice {
            device,
            variant: at,
            claims: fit.size.claims,
            capacity: fit.size.capacity,
            connections: fit.connections,
            roles: fit.roles,
            service_time: fit.size.service_time,
            rank: fit.rank,
            meets_recommended: fit.size.meets_recommended,
            power: fit.size.power,
            cost_per_month: fit.size.cost_per_month,
            dataset: fit.size.dataset,
            clone,
            truth,
            software: fit.software,
            provenance,
        })
    }

    /// Where the truth is for sure it arrives eagerly, whatever a rule says.
    fn of_truth(&mut self, arrival: Arrival, device: DeviceIx, may: bool) -> Arrival {
        let alone = self
            .ground
            .fleet
            .device(device)
            .is_some_and(|d| d.count() == 1);
        let at = self
            .truth
            .as_ref()
            .filter(|truth| may && truth.devices == [device] && alone);
        let (Arrival::Never(rule)
        | Arrival::Clone(CloneMode::Lazy | CloneMode::OnDemand, Some(rule))) = arrival
        else {
            return arrival;
        };
        let Some(truth) = at else {
            return arrival;
        };
        let (service, id) = (&self.draft.component.name, self.ground.fleet.id(device));
        self.faults
            .push(clones::of_truth(service, id, (rule, truth.span)));
        Arrival::Clone(CloneMode::Eager, None)
    }

    fn arrival(&mut self, device: DeviceIx, machine: &Machine, variant: &Variant<'_>) -> Arrival {
        if self.clones.is_empty() {
            return Arrival::Clone(CloneMode::Eager, None);
        }
        let scope = scope(self.draft, variant, machine, self.ground);
        self.clones.on(device, &scope, self.faults)
    }

    /// Where the planner picks the role, each that is left is tried; the best of those that fit
    /// speaks for the others.
    fn fit_in_roles(&mut self, machine: &Machine, at: u32, variant: &Variant<'_>) -> Fit {
        let all = &machine.device.roles;
        if all.is_empty() {
            return self.fit(machine, at, variant);
        }
        let mut found: Option<Fit> = None;
        let mut roles = Vec::new();
        for role in self.draft.allowed.roles(all) {
            let fit = self.fit(&machine.in_role(&role), at, variant);
            match &found {
                _ if !fit.reasons.is_empty() => {
                    found.get_or_insert(fit);
                    continue;
                }
                Some(first) if first.reasons.is_empty() => {}
                Some(_) | None => found = Some(fit),
            }
            roles.push(role);
        }
        let mut fit = found.unwrap_or_else(|| self.fit(machine, at, variant));
        if roles.len() < all.len() {
            fit.roles = roles;
        }
        fit
    }

    fn fit(&mut self, machine: &Machine, at: u32, variant: &Variant<'_>) -> Fit {
        let scope = scope(self.draft, variant, machine, self.ground);
        let typed = Typed {
            fields: &variant.fields,
            scope: &scope,
        };
        let id = machine.device.id.as_str();
        let faults = &mut *self.faults;
        let conditions = variant.requires.iter();
        let failing: Vec<Failing> = conditions
            .flat_map(|condition| admission::failing(condition, id, &scope, faults))
            .collect();
        let size = sizing::size(
            &typed,
            machine,
            self.ground.preference,
            self.currency,
            faults,
        );
        let software = software::software(&typed, &variant.software, faults);
        let rules = &self.draft.component.rules;
        let verdict = rules::verdict(rules, &self.draft.blueprint.variants, &scope, faults);
        let mut reasons: Vec<Reason> = failing.iter().map(|part| part.reason.clone()).collect();
        reasons.extend(sizing::too_small(&size, &typed, machine, variant.span));
        let forbidden = verdict
            .forbidden
            .iter()
            .filter(|(other, _)| *other == at as usize);
        reasons.extend(forbidden.map(|(_, reason)| reason.clone()));
        if size.capacity.is_none()
            && machine.device.max_duty.is_some()
            && !self.draft.component.is_client()
        {
            let text = format!(
                "`{id}` runs on a battery, and `{}` has no capacity",
                variant.name
            );
            reasons.push(Reason {
                text,
                span: variant.span,
            });
        }
        let provides = |expr| eval(expr, &scope, faults).items().contains(&word("truth"));
        Fit {
            roles: Vec::new(),
            provides_truth: variant.provides.iter().copied().any(provides),
            rank: verdict.rank(at as usize),
            provenance: provenance(self.draft, variant, verdict.provenance),
            connections: running::whole(&typed, "connections", faults),
            size,
            software,
            reasons,
            failing,
        }
    }
}

fn word(word: &str) -> Value {
    Value::Word(word.to_owned())
}

/// What the fields of a variant can name on a device.
fn scope<'s>(
    draft: &'s Draft<'_>,
    variant: &'s Variant<'_>,
    machine: &'s Machine,
    ground: &'s Ground<'_>,
) -> Scope<'s> {
    let mut values = draft.blueprint.values.clone();
    values.extend(variant.values.clone());
    let mut given = draft.blueprint.given.clone();
    given.retain(|name, _| !variant.values.contains_key(name));
    given.extend(variant.given.clone());
    Scope {
        given,
        fields: Some(&variant.fields),
        device: Some(&machine.capabilities),
        ..Scope::inside(ground.scope, values)
    }
}

/// The fields that the program sets, not the kind.
fn provenance(draft: &Draft<'_>, variant: &Variant<'_>, rules: Vec<Provenance>) -> Vec<Provenance> {
    let file = draft.component.span().file;
    let own = variant
        .fields
        .0
        .iter()
        .filter(|field| field.span.file == file);
    let set = own.map(|field| Provenance {
        what: field.name.clone(),
        span: field.span,
        through: None,
        value: field.value.to_string(),
        overrode: Vec::new(),
    });
    set.chain(rules).collect()
}
