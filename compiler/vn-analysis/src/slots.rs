//! Components meet devices: what is admissible where, and why the rest is not.

use std::collections::BTreeMap;

use vn_syntax::Diagnostic;

use crate::admission::{self, Failing};
use crate::blueprint::{Blueprint, Variant};
use crate::clones::{self, Arrival, CloneRules};
use crate::composition::{
    Choice, CloneMode, DeviceIx, Provenance, Reason, Rejection, Slot, SlotRole, Software, TruthOn,
};
use crate::context::Context;
use crate::currency::Currency;
use crate::declared::{Body, Fields, Placement};
use crate::dimensions;
use crate::eval::eval;
use crate::fleet::Fleet;
use crate::machine::Machine;
use crate::placement::Allowed;
use crate::provenance;
use crate::quantity::whole;
use crate::rules::{self, Case, Statement, Verdict};
use crate::running;
use crate::scope::Scope;
use crate::selector;
use crate::sizing::{self, Ambition, Size};
use crate::software;
use crate::tree::Component;
use crate::typed::Typed;
use crate::types::Enums;
use crate::uses::Uses;
use crate::value::Value;
use crate::whole::Whole;

/// A component with all that is known before the fleet is looked at.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// The component.
    pub component: &'a Component<'a>,
    /// Its variants.
    pub blueprint: Blueprint<'a>,
    /// What holds for it as a whole.
    pub whole: Whole<'a>,
    /// What flows down to it.
    pub context: Context,
    /// The rules of its parents and its own, the strongest last.
    pub statements: Vec<Statement<'a>>,
    /// Where it may be.
    pub allowed: Allowed,
}

impl Draft<'_> {
    /// Its body with the fields that hold in the end.
    pub fn body(&self) -> Body {
        let mut body = self.component.declared.body.clone();
        body.fields = body.fields.overlaid(&self.whole.fields);
        body
    }

    /// The names that its lines can use.
    pub fn scope<'s>(&self, program: &'s Scope<'s>) -> Scope<'s> {
        Scope::inside(program, self.context.values.clone())
    }
}

/// What slots are made against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// Enums.
    pub enums: &'a Enums,
    /// Parameters and what flows down to the component.
    pub scope: &'a Scope<'a>,
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
    uses: &mut Uses,
    faults: &mut Vec<Diagnostic>,
) -> Made {
    let (component, body) = (draft.component, &draft.component.declared.body);
    let on = component.declared.on.as_ref();
    let on = on.map(|on| selector::expected(on, ground.fleet, ground.enums, faults));
    let scope = Scope::inside(ground.scope, draft.blueprint.values.clone());
    let typed = Typed {
        fields: &draft.whole.fields,
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
        preference: draft.context.preference,
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
        provenance: draft
            .context
            .provenance
            .iter()
            .chain(&draft.whole.lines)
            .cloned()
            .collect(),
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
        uses,
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
    placed: Vec<Placed>,
}

/// `pin on`, `forbid on` of a rule that holds here.
#[derive(Clone, Debug)]
struct Placed {
    is_pin: bool,
    devices: Vec<DeviceIx>,
    reason: Reason,
}

struct Bench<'a, 'b> {
    draft: &'b Draft<'a>,
    ground: &'b Ground<'b>,
    clones: CloneRules<'b>,
    truth: Option<TruthOn>,
    fits: BTreeMap<(usize, u32), Fit>,
    currency: &'b mut Currency,
    uses: &'b mut Uses,
    faults: &'b mut Vec<Diagnostic>,
}

type Refusal = (Vec<Reason>, Vec<Failing>);

impl<'a> Bench<'a, '_> {
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
        let banned = fit.placed.iter();
        let banned = banned.filter(|line| line.devices.contains(&device) != line.is_pin);
        reasons.extend(banned.map(|line| line.reason.clone()));
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
            value: clone.word().to_owned(),
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
        let scope = scope(self.draft, variant, &variant.fields, machine, self.ground);
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
        let plain = scope(self.draft, variant, &variant.fields, machine, self.ground);
        let id = machine.device.id.as_str();
        let verdict = self.verdict(at, &plain);
        let fields = match verdict.set.as_slice() {
            [] => variant.fields.clone(),
            _ => variant.layers.with(&verdict.fields()),
        };
        let scope = scope(self.draft, variant, &fields, machine, self.ground);
        let typed = Typed {
            fields: &fields,
            scope: &scope,
        };
        let faults = &mut *self.faults;
        let conditions = variant.requires.iter();
        let failing: Vec<Failing> = conditions
            .flat_map(|condition| admission::failing(condition, id, &scope, faults))
            .collect();
        let whole = &self.draft.whole;
        let recommended = verdict.recommended.as_ref().or(whole.recommended.as_ref());
        let ambition = match recommended {
            Some(_) => Ambition::Recommended,
            None if self.draft.context.preference.is_generous() => Ambition::WherePossible,
            None => Ambition::Plain,
        };
        let size = sizing::size(&typed, machine, ambition, self.currency, faults);
        let software = software::software(&typed, &variant.software, faults);
        let mut reasons: Vec<Reason> = failing.iter().map(|part| part.reason.clone()).collect();
        let too_small = sizing::too_small(&size, &typed, machine, variant.span);
        let unmet = recommended.filter(|_| !too_small.is_empty());
        reasons.extend(too_small);
        reasons.extend(unmet.map(|(span, text)| Reason {
            text: text.clone(),
            span: *span,
        }));
        reasons.extend(verdict.reasons.iter().cloned());
        reasons.extend(self.unbounded(&size, machine, variant));
        let placed = self.placed(&verdict);
        let faults = &mut *self.faults;
        let provides = |expr| eval(expr, &scope, faults).items().contains(&word("truth"));
        Fit {
            roles: Vec::new(),
            provides_truth: variant.provides.iter().copied().any(provides),
            rank: verdict.rank,
            connections: running::whole(&typed, "connections", self.faults),
            provenance: provenance::of_option(variant, &verdict, &fields, &scope),
            size,
            software,
            reasons,
            failing,
            placed,
        }
    }

    fn verdict(&mut self, at: u32, scope: &Scope<'_>) -> Verdict<'a> {
        let case = Case {
            statements: &self.draft.statements,
            variants: &self.draft.blueprint.variants,
            at: at as usize,
            preference: self.draft.context.preference,
        };
        rules::verdict(&case, scope, self.uses, self.faults)
    }

    fn placed(&mut self, verdict: &Verdict<'_>) -> Vec<Placed> {
        let (fleet, enums) = (self.ground.fleet, self.ground.enums);
        let one = |(is_pin, placement, text): &(bool, &Placement, String)| Placed {
            is_pin: *is_pin,
            devices: selector::devices(&placement.on, fleet, enums, self.faults),
            reason: Reason {
                text: text.clone(),
                span: placement.span,
            },
        };
        verdict.placements.iter().map(one).collect()
    }

    /// A duty is load over capacity: without a capacity nobody can say how long a battery lasts.
    fn unbounded(&self, size: &Size, machine: &Machine, variant: &Variant<'_>) -> Option<Reason> {
        let is_limited = size.capacity.is_none() && machine.device.max_duty.is_some();
        let id = &machine.device.id;
        let text = format!(
            "`{id}` runs on a battery, and `{}` has no capacity",
            variant.name
        );
        (is_limited && !self.draft.component.is_client()).then_some(Reason {
            text,
            span: variant.span,
        })
    }
}

fn word(word: &str) -> Value {
    Value::Word(word.to_owned())
}

/// What the fields of a variant can name on a device.
fn scope<'s>(
    draft: &'s Draft<'_>,
    variant: &'s Variant<'_>,
    fields: &'s Fields,
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
        fields: Some(fields),
        device: Some(&machine.capabilities),
        ..Scope::inside(ground.scope, values)
    }
}
