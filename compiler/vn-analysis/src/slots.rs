//! Components meet devices: what is admissible where, and why the rest is not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use vn_syntax::{Diagnostic, Span};

use crate::admission::{self, Failing};
use crate::blueprint::Variant;
use crate::clones::{self, Arrival, CloneRules};
use crate::composition::{
    Choice, CloneMode, DeviceIx, Provenance, Reason, Rejection, Slot, SlotRole, Software, TruthOn,
};
use crate::currency::Currency;
use crate::declared::{Fields, Placement};
use crate::dimensions;
use crate::draft::Draft;
use crate::eval::eval;
use crate::fleet::Fleet;
use crate::machine::Machine;
use crate::placement::Allowed;
use crate::provenance;
use crate::quantity::whole;
use crate::required;
use crate::rules::{self, Case, Verdict};
use crate::running;
use crate::scope::Scope;
use crate::selector;
use crate::sizing::{self, Ambition, Size};
use crate::software;
use crate::typed::Typed;
use crate::types::Enums;
use crate::uses::Uses;
use crate::value::Value;
use crate::variants;

/// What slots are made against.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// Devices.
    pub fleet: &'a Fleet,
    /// For every class the first that is like it.
    pub kinds: &'a [usize],
    /// Whether it is wanted which line set what.
    pub origins: bool,
    /// Whether to look also at devices that placements exclude.
    pub thorough: bool,
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
    /// How each variant fits each class of devices that it was tried on.
    fits: Fits,
}

/// By class and variant.
type Fits = BTreeMap<(usize, u32), Arc<Fit>>;

impl Made {
    /// How a variant fits a device.
    pub fn fit(&self, device: DeviceIx, variant: u32, ground: &Ground<'_>) -> Option<&Fit> {
        let class = *ground.fleet.class_of.get(device.0 as usize)?;
        known(&self.fits, class, variant, ground).map(AsRef::as_ref)
    }
}

/// A variant fits all that are alike in the same way, unless it asks which of them it is.
fn known<'f>(
    fits: &'f Fits,
    class: usize,
    variant: u32,
    ground: &Ground<'_>,
) -> Option<&'f Arc<Fit>> {
    let kind = *ground.kinds.get(class)?;
    let alike = fits.get(&(kind, variant)).filter(|fit| !fit.asks_who);
    alike.or_else(|| fits.get(&(class, variant)))
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
    let scope = Scope::around(ground.scope, &draft.blueprint.values);
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
        fetch: None,
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
        told: Vec::new(),
        currency,
        uses,
        faults,
    };
    let devices = on.unwrap_or_else(|| ground.fleet.all());
    let admits = |device: &DeviceIx| draft.allowed.admits(*device);
    let (open, closed): (Vec<_>, Vec<_>) = devices.into_iter().partition(admits);
    bench.try_all(&open, &mut slot);
    if ground.thorough {
        // What is wrong where it may not be does not matter.
        let (mut currency, mut uses, mut faults) =
            (bench.currency.clone(), Uses::default(), vec![]);
        let mut aside = Bench {
            currency: &mut currency,
            uses: &mut uses,
            faults: &mut faults,
            ..bench
        };
        aside.try_all(&closed, &mut slot);
        slot.rejected.sort_by_key(|one| (one.device, one.variant));
        let fits = aside.fits;
        return Made { slot, fits };
    }
    let fits = bench.fits;
    Made { slot, fits }
}

/// A variant on devices that are alike.
#[derive(Clone, Debug, Default)]
pub struct Fit {
    /// Conditions that fail.
    pub failing: Vec<Failing>,
    roles: Vec<String>,
    /// Whether what it is depends on the role, beside where it may run.
    by_role: bool,
    size: Size,
    connections: Option<u64>,
    software: Software,
    rank: u32,
    provides_truth: bool,
    reasons: Vec<Reason>,
    provenance: Arc<[Provenance]>,
    placed: Vec<Placed>,
    /// Which rules on clones have a condition that holds.
    holding: Vec<bool>,
    /// Whether it depends on which of the devices that are alike it is.
    asks_who: bool,
}

/// `pin on`, `forbid on` of a rule that holds here.
#[derive(Clone, Debug)]
struct Placed {
    is_pin: bool,
    devices: Vec<DeviceIx>,
    reason: Reason,
}

impl Fit {
    /// Whether an instance is the same by another fit, whatever keeps it from running.
    fn is_alike(&self, other: &Self) -> bool {
        let placed = |fit: &Self| -> Vec<(bool, Vec<DeviceIx>)> {
            let lines = fit.placed.iter();
            lines
                .map(|line| (line.is_pin, line.devices.clone()))
                .collect()
        };
        (&self.size, &self.software, &self.holding)
            == (&other.size, &other.software, &other.holding)
            && (self.connections, self.rank, self.provides_truth)
                == (other.connections, other.rank, other.provides_truth)
            && placed(self) == placed(other)
    }

    /// The placements of rules that keep a device out.
    fn bans(&self, device: DeviceIx) -> Vec<usize> {
        let placed = self.placed.iter().enumerate();
        let banned = placed.filter(|(_, line)| line.devices.contains(&device) != line.is_pin);
        banned.map(|(at, _)| at).collect()
    }
}

/// All that keeps a variant from a device.
struct Against<'b> {
    /// Lines of [`Allowed`].
    lines: Vec<usize>,
    /// How it fits.
    fit: Arc<Fit>,
    /// Placements of the rules that hold.
    banned: Vec<usize>,
    /// `clone never`.
    never: Option<Span>,
    /// The device's role.
    role: &'b str,
}

impl Against<'_> {
    fn is_any(&self) -> bool {
        let of_fit = !self.fit.reasons.is_empty() || !self.banned.is_empty();
        of_fit || !self.lines.is_empty() || self.never.is_some()
    }

    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.fit, &other.fit)
            && (&self.lines, &self.banned) == (&other.lines, &other.banned)
            && (self.never, self.role) == (other.never, other.role)
    }

    fn reasons(&self, allowed: &Allowed) -> Vec<Reason> {
        let mut reasons = allowed.reasons(&self.lines, self.role);
        reasons.extend(self.fit.reasons.iter().cloned());
        let banned = self.banned.iter().filter_map(|at| self.fit.placed.get(*at));
        reasons.extend(banned.map(|line| line.reason.clone()));
        let never = self.never.iter();
        reasons.extend(never.map(|span| Reason::about("`clone never` on `", "`", *span)));
        reasons
    }
}

struct Bench<'a, 'b> {
    draft: &'b Draft<'a>,
    ground: &'b Ground<'b>,
    clones: CloneRules<'b>,
    truth: Option<TruthOn>,
    fits: Fits,
    told: Vec<(Against<'b>, Arc<[Reason]>)>,
    currency: &'b mut Currency,
    uses: &'b mut Uses,
    faults: &'b mut Vec<Diagnostic>,
}

impl<'a, 'b> Bench<'a, 'b> {
    fn try_all(&mut self, devices: &[DeviceIx], slot: &mut Slot) {
        for device in devices {
            for (at, variant) in (0..).zip(&self.draft.blueprint.variants) {
                match self.try_out(*device, at, variant) {
                    Ok(choice) => slot.options.push(choice),
                    Err(reasons) => slot.rejected.push(Rejection {
                        device: *device,
                        variant: at,
                        reasons,
                    }),
                }
            }
        }
    }

    fn try_out(
        &mut self,
        device: DeviceIx,
        at: u32,
        variant: &Variant<'_>,
    ) -> Result<Choice, Arc<[Reason]>> {
        let fit = self.found(device, at, variant).unwrap_or_default();
        let may_write = self
            .truth
            .as_ref()
            .is_some_and(|truth| truth.devices.contains(&device));
        let truth = may_write && fit.provides_truth;
        let arrival = self.clones.on(device, &fit.holding);
        let arrival = self.of_truth(arrival, device, truth);
        let against = Against {
            lines: self.draft.allowed.against(device),
            fit: Arc::clone(&fit),
            banned: fit.bans(device),
            never: match arrival {
                Arrival::Never(span) => Some(span),
                Arrival::Clone(..) => None,
            },
            role: self.ground.fleet.device(device).map_or("", |at| &at.role),
        };
        let (false, Arrival::Clone(clone, rule)) = (against.is_any(), arrival) else {
            return Err(self.told(against));
        };
        let arrives = rule.map(|span| Provenance {
            is_share: false,
            what: "clone".to_owned(),
            span,
            through: None,
            value: word(clone.word()),
            overrode: Vec::new(),
        });
        Ok(Choice {
            device,
            copy: 0,
            variant: at,
            claims: fit.size.claims.clone(),
            capacity: fit.size.capacity.clone(),
            connections: fit.connections,
            roles: fit.roles.clone(),
            by_role: fit.by_role,
            service_time: fit.size.service_time.clone(),
            rank: fit.rank,
            meets_recommended: fit.size.meets_recommended,
            power: fit.size.power.clone(),
            cost_per_month: fit.size.cost_per_month.clone(),
            dataset: fit.size.dataset.clone(),
            clone,
            truth,
            standby: false,
            software: fit.software.clone(),
            provenance: match arrives {
                None => Arc::clone(&fit.provenance),
                Some(line) => fit.provenance.iter().cloned().chain([line]).collect(),
            },
        })
    }

    /// The reasons against a variant, as they were told of the last device if they are the same.
    fn told(&mut self, against: Against<'b>) -> Arc<[Reason]> {
        let known = self.told.iter().find(|(known, _)| known.is_same(&against));
        if let Some((_, told)) = known {
            return Arc::clone(told);
        }
        let told: Arc<[Reason]> = against.reasons(&self.draft.allowed).into();
        self.told.push((against, Arc::clone(&told)));
        told
    }

    /// How the variant fits the device.
    fn found(&mut self, device: DeviceIx, at: u32, variant: &Variant<'_>) -> Option<Arc<Fit>> {
        let fleet = self.ground.fleet;
        let class = *fleet.class_of.get(device.0 as usize)?;
        if let Some(fit) = known(&self.fits, class, at, self.ground) {
            return Some(Arc::clone(fit));
        }
        let fit = Arc::new(self.fit_in_roles(fleet.classes.get(class)?, at, variant));
        self.fits.insert((class, at), Arc::clone(&fit));
        Some(fit)
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

    /// Where the planner picks the role, each that is left is tried; the best of those that fit
    /// speaks for the others.
    fn fit_in_roles(&mut self, machine: &Machine, at: u32, variant: &Variant<'_>) -> Fit {
        let all = &machine.device.roles;
        if all.is_empty() {
            return self.fit(machine, at, variant);
        }
        let mut found: Option<Fit> = None;
        let mut roles = Vec::new();
        let mut by_role = false;
        for role in self.draft.allowed.roles(all) {
            let fit = self.fit(&machine.in_role(&role), at, variant);
            match &found {
                _ if !fit.reasons.is_empty() => {
                    found.get_or_insert(fit);
                    continue;
                }
                Some(first) if first.reasons.is_empty() => by_role |= !first.is_alike(&fit),
                Some(_) | None => found = Some(fit),
            }
            roles.push(role);
        }
        let mut fit = found.unwrap_or_else(|| self.fit(machine, at, variant));
        fit.by_role = by_role;
        if roles.len() < all.len() {
            fit.roles = roles;
        }
        fit
    }

    fn fit(&mut self, machine: &Machine, at: u32, variant: &Variant<'_>) -> Fit {
        let plain = scope(variant, &variant.fields, machine, self.ground);
        let verdict = self.verdict(at, &plain);
        let fields = match verdict.set.as_slice() {
            [] => Cow::Borrowed(&variant.fields),
            _ => Cow::Owned(variant.layers.with(&verdict.fields())),
        };
        let scope = scope(variant, &fields, machine, self.ground);
        let typed = Typed {
            fields: &fields,
            scope: &scope,
        };
        let faults = &mut *self.faults;
        let conditions = variant.requires.iter();
        let failing: Vec<Failing> = conditions
            .flat_map(|condition| {
                let before = faults.len();
                let failing = admission::failing(condition, &scope, faults);
                required::advise(condition, faults.get_mut(before..).unwrap_or_default());
                failing
            })
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
        reasons.extend(unmet.map(|(span, text)| Reason::new(text.as_str(), *span)));
        reasons.extend(verdict.reasons.iter().cloned());
        reasons.extend(self.unbounded(&size, machine, variant));
        let placed = self.placed(&verdict);
        let faults = &mut *self.faults;
        let is_truth = |expr| eval(expr, &scope, faults).items().contains(&word("truth"));
        let provides_truth = variant.provides.iter().copied().any(is_truth);
        let holding = self.clones.holding(&plain, self.faults);
        let provenance = if self.ground.origins && reasons.is_empty() {
            provenance::of_option(variant, &verdict, &fields, &scope)
        } else {
            Vec::new()
        };
        let connections = running::whole(&typed, "connections", self.faults);
        Fit {
            roles: Vec::new(),
            by_role: false,
            provides_truth,
            rank: verdict.rank,
            connections,
            provenance: provenance.into(),
            size,
            software,
            reasons,
            failing,
            placed,
            holding,
            asks_who: plain.asks_who() || scope.asks_who(),
        }
    }

    fn verdict(&mut self, at: u32, scope: &Scope<'_>) -> Verdict<'a> {
        let case = Case {
            statements: &self.draft.statements,
            variants: &self.draft.blueprint.variants,
            at: at as usize,
            preference: self.draft.context.preference,
            listed: self.listed(),
        };
        rules::verdict(&case, scope, self.uses, self.faults)
    }

    /// Where the component itself orders its variants, and how many levels are above it.
    fn listed(&self) -> Option<(Span, usize)> {
        let component = self.draft.component;
        let names = variants::restriction(component.declared)?;
        let (first, last) = (names.first()?, names.last()?);
        let above = component.levels.len().saturating_sub(1);
        Some((first.span.to(last.span), above))
    }

    fn placed(&mut self, verdict: &Verdict<'_>) -> Vec<Placed> {
        let (fleet, enums) = (self.ground.fleet, self.ground.enums);
        let one = |(is_pin, placement, text): &(bool, &Placement, String)| Placed {
            is_pin: *is_pin,
            devices: selector::devices(&placement.on, fleet, enums, self.faults),
            reason: Reason::new(text.as_str(), placement.span),
        };
        verdict.placements.iter().map(one).collect()
    }

    /// A duty is load over capacity: without a capacity nobody can say how long a battery lasts.
    fn unbounded(&self, size: &Size, machine: &Machine, variant: &Variant<'_>) -> Option<Reason> {
        let is_limited = size.capacity.is_none() && machine.device.max_duty.is_some();
        let reason = || {
            let after = format!(
                "` runs on a battery, and `{}` has no capacity",
                variant.name
            );
            Reason::about("`", after, variant.span)
        };
        (is_limited && !self.draft.component.is_client()).then(reason)
    }
}

fn word(word: &str) -> Value {
    Value::Word(word.to_owned())
}

/// What the fields of a variant can name on a device.
fn scope<'s>(
    variant: &'s Variant<'_>,
    fields: &'s Fields,
    machine: &'s Machine,
    ground: &'s Ground<'_>,
) -> Scope<'s> {
    Scope {
        values: Cow::Borrowed(&variant.values),
        given: Cow::Borrowed(&variant.given),
        fields: Some(fields),
        device: Some(&machine.capabilities),
        outer: Some(ground.scope),
        ..Scope::default()
    }
}
