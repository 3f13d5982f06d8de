//! From the problem to its document. Every row is taken apart field by field, so that a new field does
//! not compile before it has been given a name in the file.

use super::fraction::Fraction;
use super::rows::{self, Document};
use super::{FORMAT, Instance, kinds, measures as tables};
use crate::{
    Arrival, Arrivals, Candidate, CandidateId, Cause, Channel, ChannelId, CloneMode, Component,
    ComponentId, Custody, Cut, Device, DeviceId, Earlier, Failure, FailureId, Load, Metric,
    MicroMoney, Micros, MilliWatts, Need, NeedLoad, Objective, Problem, Refill, Requirement,
    RequirementKind, Role, Route, Term, TotalMetric, Way, WayId,
};

/// The document of an instance.
pub fn document(instance: &Instance) -> Document {
    let Instance {
        problem,
        resources,
        causes,
    } = instance;
    let Problem {
        devices,
        resources: _,
        components,
        candidates,
        needs,
        channels,
        ways,
        failures,
        refills,
        requirements,
        measures,
        objective,
        earlier,
    } = problem;
    Document {
        instance: FORMAT,
        resources: resources.clone(),
        causes: causes.clone(),
        devices: devices.iter().map(device).collect(),
        components: components.iter().map(component).collect(),
        candidates: candidates.iter().map(candidate).collect(),
        needs: needs.iter().map(need).collect(),
        channels: channels.iter().map(channel).collect(),
        ways: ways.iter().map(way).collect(),
        failures: failures.iter().map(failure).collect(),
        refills: refills.iter().copied().map(refill).collect(),
        requirements: requirements.iter().map(requirement).collect(),
        measures: measures.iter().map(tables::write).collect(),
        objective: self::objective(objective),
        earlier: earlier.as_ref().map(self::earlier),
    }
}

fn earlier(row: &Earlier) -> rows::Earlier {
    let Earlier { kept, move_cost } = row;
    rows::Earlier {
        kept: kept.iter().map(|CandidateId(id)| *id).collect(),
        move_cost_millionths: move_cost.clone(),
    }
}

fn device(row: &Device) -> rows::Device {
    let Device {
        capacity,
        max_duty,
        count,
        cause: Cause(cause),
    } = row;
    rows::Device {
        capacity: capacity.clone(),
        max_duty_ppm: *max_duty,
        count: *count,
        cause: *cause,
    }
}

fn component(row: &Component) -> rows::Component {
    let Component {
        role,
        on,
        demand: Load(demand),
        absent_quality,
        may_be_absent,
        custody:
            Custody {
                holders,
                standby,
                passes_on,
            },
        cause: Cause(cause),
    } = row;
    rows::Component {
        role: match role {
            Role::Service => kinds::Role::Service,
            Role::Client => kinds::Role::Client,
        },
        on: devices(on),
        demand_ureqs: *demand,
        absent_quality: *absent_quality,
        may_be_absent: *may_be_absent,
        holders: *holders,
        standby: *standby,
        passes_on: *passes_on,
        cause: *cause,
    }
}

fn candidate(row: &Candidate) -> rows::Candidate {
    let Candidate {
        component: ComponentId(component),
        device: DeviceId(device),
        copy,
        variant,
        claim,
        footprint,
        capacity,
        connections,
        service_time: Micros(service_time),
        quality,
        power: MilliWatts(power),
        cost: MicroMoney(cost),
        clone_bytes,
        clone,
        truth,
        standby,
    } = row;
    rows::Candidate {
        component: *component,
        device: *device,
        copy: *copy,
        variant: *variant,
        claim: claim.clone(),
        footprint_bytes: *footprint,
        capacity_ureqs: capacity.map(|Load(load)| load),
        connections: *connections,
        service_time_us: *service_time,
        quality: *quality,
        power_mw: *power,
        cost_micro_per_month: *cost,
        clone_bytes: *clone_bytes,
        clone: match clone {
            CloneMode::Eager => kinds::CloneMode::Eager,
            CloneMode::Lazy => kinds::CloneMode::Lazy,
        },
        truth: *truth,
        standby: *standby,
    }
}

fn need(row: &Need) -> rows::Need {
    let Need {
        consumer: ComponentId(consumer),
        variants,
        server: ComponentId(server),
        within,
        degraded,
        load,
        optional,
        write,
        copies,
        payload,
        tiers,
        routes,
        cause: Cause(cause),
    } = row;
    rows::Need {
        consumer: *consumer,
        variants: variants.clone(),
        server: *server,
        within_us: within.map(|Micros(time)| time),
        degraded_us: degraded.map(|Micros(time)| time),
        load: match load {
            NeedLoad::Fanout(factor) => kinds::NeedLoad::Fanout(Fraction(*factor)),
            NeedLoad::Rate(Load(rate)) => kinds::NeedLoad::RateUreqs(*rate),
        },
        optional: *optional,
        write: *write,
        copies: *copies,
        payload_bytes: *payload,
        tiers: *tiers,
        routes: routes.iter().map(route).collect(),
        cause: *cause,
    }
}

fn route(row: &Route) -> rows::Route {
    let Route {
        from: DeviceId(from),
        to: CandidateId(to),
        rtt: Micros(rtt),
        tier,
        fallback_tier,
        way,
    } = row;
    rows::Route {
        from: *from,
        to: *to,
        rtt_us: *rtt,
        tier: *tier,
        fallback_tier: *fallback_tier,
        way: way.map(|WayId(id)| id),
    }
}

fn channel(row: &Channel) -> rows::Channel {
    let Channel {
        capacity,
        cause: Cause(cause),
    } = row;
    rows::Channel {
        capacity_ubytes_per_s: *capacity,
        cause: *cause,
    }
}

fn way(row: &Way) -> rows::Way {
    let Way { channels, price } = row;
    rows::Way {
        channels: channels.iter().map(|ChannelId(id)| *id).collect(),
        price_pico_per_month: *price,
    }
}

fn failure(row: &Failure) -> rows::Failure {
    let Failure {
        down,
        cut,
        kept,
        cause: Cause(cause),
    } = row;
    rows::Failure {
        down: devices(down),
        cut: cut.iter().map(self::cut).collect(),
        kept: kept.iter().map(|ComponentId(id)| *id).collect(),
        cause: *cause,
    }
}

fn cut(row: &Cut) -> rows::Cut {
    let Cut { one, other } = row;
    rows::Cut {
        one: devices(one),
        other: devices(other),
    }
}

fn refill(row: Refill) -> rows::Refill {
    let Refill {
        to: CandidateId(to),
        from: CandidateId(from),
    } = row;
    rows::Refill { to, from }
}

fn requirement(row: &Requirement) -> rows::Requirement {
    let Requirement {
        kind,
        cause: Cause(cause),
    } = row;
    rows::Requirement {
        kind: self::kind(kind),
        cause: *cause,
    }
}

fn candidates(ids: &[CandidateId]) -> Vec<u32> {
    ids.iter().map(|CandidateId(id)| *id).collect()
}

fn kind(kind: &RequirementKind) -> kinds::Kind {
    match kind {
        RequirementKind::Count {
            component: ComponentId(component),
            min,
            max,
        } => kinds::Kind::Count {
            component: *component,
            min: *min,
            max: *max,
        },
        RequirementKind::Spread {
            component: ComponentId(component),
            domain,
            m,
        } => kinds::Kind::Spread {
            component: *component,
            domain: domain.clone(),
            m: *m,
        },
        RequirementKind::Truth {
            component: ComponentId(component),
        } => kinds::Kind::Truth {
            component: *component,
        },
        RequirementKind::Survive {
            component: ComponentId(component),
            failures,
        } => kinds::Kind::Survive {
            component: *component,
            failures: failures.iter().map(|FailureId(id)| *id).collect(),
        },
        RequirementKind::Uniform {
            component: ComponentId(component),
            devices,
        } => kinds::Kind::Uniform {
            component: *component,
            devices: self::devices(devices),
        },
        RequirementKind::Implies { when, any } => kinds::Kind::Implies {
            when: when.as_deref().map(candidates),
            any: candidates(any),
        },
        RequirementKind::Exclusive { sets } => kinds::Kind::Exclusive {
            sets: sets.iter().map(|set| candidates(set)).collect(),
        },
        RequirementKind::Linear {
            terms,
            at_least,
            unless_none,
        } => kinds::Kind::Linear {
            terms: tables::weighted(terms),
            at_least: *at_least,
            unless_none: unless_none.as_deref().map(candidates),
        },
        RequirementKind::Arrivals(Arrivals {
            pairs,
            each_device,
            at_most,
        }) => kinds::Kind::Arrivals {
            pairs: pairs.iter().map(arrival).collect(),
            each_device: *each_device,
            at_most: *at_most,
        },
        RequirementKind::AtMost { measure, amount } => kinds::Kind::AtMost {
            measure: *measure,
            amount: *amount,
        },
        RequirementKind::Total {
            metric,
            at_most,
            fixed,
        } => kinds::Kind::Total {
            metric: match metric {
                TotalMetric::Cost => kinds::TotalMetric::Cost,
                TotalMetric::Power => kinds::TotalMetric::Power,
            },
            at_most: *at_most,
            fixed: *fixed,
        },
    }
}

fn objective(row: &Objective) -> rows::Objective {
    let Objective {
        terms,
        more,
        fixed_cost: MicroMoney(fixed_cost),
        then,
    } = row;
    rows::Objective {
        terms: terms.iter().map(term).collect(),
        more: more
            .iter()
            .map(|sum| sum.iter().map(term).collect())
            .collect(),
        fixed_cost_micro_per_month: *fixed_cost,
        then: then.map(metric),
    }
}

fn term(row: &Term) -> rows::Term {
    let Term { metric, weight } = row;
    rows::Term {
        metric: self::metric(*metric),
        weight: Fraction(*weight),
    }
}

fn metric(metric: Metric) -> kinds::Metric {
    match metric {
        Metric::Latency => kinds::Metric::Latency,
        Metric::Cost => kinds::Metric::Cost,
        Metric::Power => kinds::Metric::Power,
        Metric::Footprint => kinds::Metric::Footprint,
        Metric::QualityLoss => kinds::Metric::QualityLoss,
        Metric::CloneBytes => kinds::Metric::CloneBytes,
        Metric::Movement => kinds::Metric::Movement,
        Metric::Own(at) => kinds::Metric::Own(at),
    }
}

fn devices(ids: &[DeviceId]) -> Vec<u32> {
    ids.iter().map(|DeviceId(id)| *id).collect()
}

fn arrival(row: &Arrival) -> kinds::Arrival {
    let Arrival {
        to: CandidateId(to),
        from: CandidateId(from),
        amount,
    } = row;
    kinds::Arrival {
        to: *to,
        from: *from,
        amount: *amount,
    }
}
