//! From the document to the problem, row by row; whether the rows make sense is asked afterwards.

use super::fraction::Fraction;
use super::rows::{self, Document};
use super::{Instance, kinds, measures};
use crate::{
    Arrival, Arrivals, Candidate, CandidateId, Cause, Channel, ChannelId, CloneMode, Component,
    ComponentId, Custody, Cut, Device, DeviceId, Earlier, Failure, FailureId, Load, Metric,
    MicroMoney, Micros, MilliWatts, Need, NeedLoad, Objective, Problem, Refill, Requirement,
    RequirementKind, Role, Route, Term, TotalMetric, Way, WayId,
};

/// What a document says.
pub fn instance(document: Document) -> Instance {
    let Document {
        instance: _,
        resources,
        causes,
        devices,
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
    } = document;
    Instance {
        problem: Problem {
            devices: devices.into_iter().map(device).collect(),
            resources: resources.len(),
            components: components.into_iter().map(component).collect(),
            candidates: candidates.into_iter().map(candidate).collect(),
            needs: needs.into_iter().map(need).collect(),
            channels: channels.iter().map(channel).collect(),
            ways: ways.into_iter().map(way).collect(),
            failures: failures.into_iter().map(failure).collect(),
            refills: refills.iter().map(refill).collect(),
            requirements: requirements.into_iter().map(requirement).collect(),
            measures: measures.into_iter().map(measures::read).collect(),
            objective: self::objective(&objective),
            earlier: earlier.map(self::earlier),
        },
        resources,
        causes,
    }
}

fn earlier(row: rows::Earlier) -> Earlier {
    let rows::Earlier {
        kept,
        move_cost_millionths,
    } = row;
    Earlier {
        kept: kept.into_iter().map(CandidateId).collect(),
        move_cost: move_cost_millionths,
    }
}

fn device(row: rows::Device) -> Device {
    let rows::Device {
        capacity,
        max_duty_ppm,
        count,
        cause,
    } = row;
    Device {
        capacity,
        max_duty: max_duty_ppm,
        count,
        cause: Cause(cause),
    }
}

fn component(row: rows::Component) -> Component {
    let rows::Component {
        role,
        on,
        demand_ureqs,
        absent_quality,
        may_be_absent,
        holders,
        standby,
        passes_on,
        cause,
    } = row;
    Component {
        role: match role {
            kinds::Role::Service => Role::Service,
            kinds::Role::Client => Role::Client,
        },
        on: devices(on),
        demand: Load(demand_ureqs),
        absent_quality,
        may_be_absent,
        custody: Custody {
            holders,
            standby,
            passes_on,
        },
        cause: Cause(cause),
    }
}

fn candidate(row: rows::Candidate) -> Candidate {
    let rows::Candidate {
        component,
        device,
        copy,
        variant,
        claim,
        footprint_bytes,
        capacity_ureqs,
        connections,
        service_time_us,
        quality,
        power_mw,
        cost_micro_per_month,
        clone_bytes,
        clone,
        truth,
        standby,
    } = row;
    Candidate {
        component: ComponentId(component),
        device: DeviceId(device),
        copy,
        variant,
        claim,
        footprint: footprint_bytes,
        capacity: capacity_ureqs.map(Load),
        connections,
        service_time: Micros(service_time_us),
        quality,
        power: MilliWatts(power_mw),
        cost: MicroMoney(cost_micro_per_month),
        clone_bytes,
        clone: match clone {
            kinds::CloneMode::Eager => CloneMode::Eager,
            kinds::CloneMode::Lazy => CloneMode::Lazy,
        },
        truth,
        standby,
    }
}

fn need(row: rows::Need) -> Need {
    let rows::Need {
        consumer,
        variants,
        server,
        within_us,
        degraded_us,
        load,
        optional,
        write,
        copies,
        payload_bytes,
        tiers,
        routes,
        cause,
    } = row;
    Need {
        consumer: ComponentId(consumer),
        variants,
        server: ComponentId(server),
        within: within_us.map(Micros),
        degraded: degraded_us.map(Micros),
        load: match load {
            kinds::NeedLoad::Fanout(Fraction(factor)) => NeedLoad::Fanout(factor),
            kinds::NeedLoad::RateUreqs(rate) => NeedLoad::Rate(Load(rate)),
        },
        optional,
        write,
        copies,
        payload: payload_bytes,
        tiers,
        routes: routes.iter().map(route).collect(),
        cause: Cause(cause),
    }
}

fn route(row: &rows::Route) -> Route {
    let rows::Route {
        from,
        to,
        rtt_us,
        tier,
        fallback_tier,
        way,
    } = *row;
    Route {
        from: DeviceId(from),
        to: CandidateId(to),
        rtt: Micros(rtt_us),
        tier,
        fallback_tier,
        way: way.map(WayId),
    }
}

fn channel(row: &rows::Channel) -> Channel {
    let rows::Channel {
        capacity_ubytes_per_s,
        cause,
    } = *row;
    Channel {
        capacity: capacity_ubytes_per_s,
        cause: Cause(cause),
    }
}

fn way(row: rows::Way) -> Way {
    let rows::Way {
        channels,
        price_pico_per_month,
    } = row;
    Way {
        channels: channels.into_iter().map(ChannelId).collect(),
        price: price_pico_per_month,
    }
}

fn failure(row: rows::Failure) -> Failure {
    let rows::Failure {
        down,
        cut,
        kept,
        cause,
    } = row;
    Failure {
        down: devices(down),
        cut: cut.into_iter().map(self::cut).collect(),
        kept: kept.into_iter().map(ComponentId).collect(),
        cause: Cause(cause),
    }
}

fn cut(row: rows::Cut) -> Cut {
    let rows::Cut { one, other } = row;
    Cut {
        one: devices(one),
        other: devices(other),
    }
}

fn refill(row: &rows::Refill) -> Refill {
    let rows::Refill { to, from } = *row;
    Refill {
        to: CandidateId(to),
        from: CandidateId(from),
    }
}

fn requirement(row: rows::Requirement) -> Requirement {
    let rows::Requirement { kind, cause } = row;
    Requirement {
        kind: self::kind(kind),
        cause: Cause(cause),
    }
}

fn candidates(ids: Vec<u32>) -> Vec<CandidateId> {
    ids.into_iter().map(CandidateId).collect()
}

fn kind(kind: kinds::Kind) -> RequirementKind {
    match kind {
        kinds::Kind::Count {
            component,
            min,
            max,
        } => RequirementKind::Count {
            component: ComponentId(component),
            min,
            max,
        },
        kinds::Kind::Spread {
            component,
            domain,
            m,
        } => RequirementKind::Spread {
            component: ComponentId(component),
            domain,
            m,
        },
        kinds::Kind::Truth { component } => RequirementKind::Truth {
            component: ComponentId(component),
        },
        kinds::Kind::Survive {
            component,
            failures,
        } => RequirementKind::Survive {
            component: ComponentId(component),
            failures: failures.into_iter().map(FailureId).collect(),
        },
        kinds::Kind::Uniform { component, devices } => RequirementKind::Uniform {
            component: ComponentId(component),
            devices: self::devices(devices),
        },
        kinds::Kind::Implies { when, any } => RequirementKind::Implies {
            when: when.map(candidates),
            any: candidates(any),
        },
        kinds::Kind::Exclusive { sets } => RequirementKind::Exclusive {
            sets: sets.into_iter().map(candidates).collect(),
        },
        kinds::Kind::Linear {
            terms,
            at_least,
            unless_none,
        } => RequirementKind::Linear {
            terms: measures::weights(&terms),
            at_least,
            unless_none: unless_none.map(candidates),
        },
        kinds::Kind::Arrivals {
            pairs,
            each_device,
            at_most,
        } => RequirementKind::Arrivals(Arrivals {
            pairs: pairs.into_iter().map(arrival).collect(),
            each_device,
            at_most,
        }),
        kinds::Kind::AtMost { measure, amount } => RequirementKind::AtMost { measure, amount },
        kinds::Kind::Total {
            metric,
            at_most,
            fixed,
        } => RequirementKind::Total {
            metric: match metric {
                kinds::TotalMetric::Cost => TotalMetric::Cost,
                kinds::TotalMetric::Power => TotalMetric::Power,
            },
            at_most,
            fixed,
        },
    }
}

fn objective(row: &rows::Objective) -> Objective {
    let rows::Objective {
        terms,
        more,
        fixed_cost_micro_per_month,
        then,
    } = row;
    Objective {
        terms: terms.iter().map(term).collect(),
        more: more
            .iter()
            .map(|sum| sum.iter().map(term).collect())
            .collect(),
        fixed_cost: MicroMoney(*fixed_cost_micro_per_month),
        then: then.map(metric),
    }
}

fn term(row: &rows::Term) -> Term {
    let rows::Term { metric, weight } = row;
    let Fraction(weight) = *weight;
    Term {
        metric: self::metric(*metric),
        weight,
    }
}

fn metric(metric: kinds::Metric) -> Metric {
    match metric {
        kinds::Metric::Latency => Metric::Latency,
        kinds::Metric::Cost => Metric::Cost,
        kinds::Metric::Power => Metric::Power,
        kinds::Metric::Footprint => Metric::Footprint,
        kinds::Metric::QualityLoss => Metric::QualityLoss,
        kinds::Metric::CloneBytes => Metric::CloneBytes,
        kinds::Metric::Movement => Metric::Movement,
        kinds::Metric::Own(at) => Metric::Own(at),
    }
}

fn devices(ids: Vec<u32>) -> Vec<DeviceId> {
    ids.into_iter().map(DeviceId).collect()
}

fn arrival(row: kinds::Arrival) -> Arrival {
    let kinds::Arrival { to, from, amount } = row;
    Arrival {
        to: CandidateId(to),
        from: CandidateId(from),
        amount,
    }
}
