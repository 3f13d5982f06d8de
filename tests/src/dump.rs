//! A problem and a solution in few lines, for the report of a disagreement.

use std::fmt::{self, Display, Formatter};

use vn_problem::{
    Candidate, CloneMode, Component, DeviceId, Need, NeedLoad, Problem, RequirementKind, Role,
    Route, Solution,
};

/// Prints a problem, one row a line.
pub struct Dump<'a>(pub &'a Problem);

impl Display for Dump<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let problem = self.0;
        for (id, device) in problem.devices.iter().enumerate() {
            let (capacity, duty) = (&device.capacity, device.max_duty);
            writeln!(
                f,
                "device {id}: capacity {capacity:?}{}",
                given(" duty", duty)
            )?;
        }
        for (id, component) in problem.components.iter().enumerate() {
            component_row(f, id, component)?;
        }
        for (id, candidate) in problem.candidates.iter().enumerate() {
            candidate_row(f, id, candidate)?;
        }
        for (id, need) in problem.needs.iter().enumerate() {
            need_row(f, id, need)?;
        }
        for (id, channel) in problem.channels.iter().enumerate() {
            writeln!(f, "channel {id}: carries {}", channel.capacity)?;
        }
        for (id, way) in problem.ways.iter().enumerate() {
            let over: Vec<u32> = way.channels.iter().map(|channel| channel.0).collect();
            writeln!(f, "way {id}: over {over:?} price {}", way.price)?;
        }
        for (id, failure) in problem.failures.iter().enumerate() {
            writeln!(f, "failure {id}: down {:?}", devices(&failure.down))?;
            for cut in &failure.cut {
                writeln!(
                    f,
                    "  cut {:?} | {:?}",
                    devices(&cut.one),
                    devices(&cut.other)
                )?;
            }
        }
        for refill in &problem.refills {
            writeln!(f, "refill {} from {}", refill.to.0, refill.from.0)?;
        }
        for requirement in &problem.requirements {
            requirement_row(f, &requirement.kind)?;
        }
        for (id, measure) in problem.measures.iter().enumerate() {
            writeln!(f, "measure {id}: {measure:?}")?;
        }
        let objective = &problem.objective;
        for (level, terms) in objective.sums().enumerate() {
            for term in terms {
                let (metric, weight) = (term.metric, term.weight);
                writeln!(
                    f,
                    "minimise {level}: {}/{} {metric:?}",
                    weight.num, weight.den
                )?;
            }
        }
        let (fixed, then) = (objective.fixed_cost.0, objective.then);
        writeln!(f, "fixed cost {fixed}, then {then:?}")?;
        match &problem.earlier {
            Some(earlier) => {
                let kept: Vec<_> = earlier.kept.iter().map(|id| id.0).collect();
                writeln!(f, "earlier {kept:?}, a move costs {:?}", earlier.move_cost)
            }
            None => Ok(()),
        }
    }
}

/// Prints a solution in three lines.
pub struct DumpSolution<'a>(pub &'a Solution);

impl Display for DumpSolution<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let solution = self.0;
        let open: Vec<_> = solution.open.iter().map(|c| c.0).collect();
        let truth: Vec<_> = solution.truth.iter().map(|(s, c)| (s.0, c.0)).collect();
        write!(f, "  open {open:?}\n  heads")?;
        for head in &solution.heads {
            let server = head
                .server
                .map_or_else(|| "-".to_owned(), |server| server.0.to_string());
            write!(f, " {}:{}>{server}", head.need.0, head.consumer.0)?;
        }
        write!(f, "\n  truth {truth:?}")
    }
}

fn given<T: Display>(word: &str, value: Option<T>) -> String {
    value.map_or_else(String::new, |value| format!("{word} {value}"))
}

fn devices(devices: &[DeviceId]) -> Vec<u32> {
    devices.iter().map(|device| device.0).collect()
}

fn component_row(f: &mut Formatter<'_>, id: usize, component: &Component) -> fmt::Result {
    match component.role {
        Role::Service => writeln!(
            f,
            "service {id}: absent {} {}",
            component.absent_quality, component.may_be_absent
        ),
        Role::Client => {
            let (on, demand) = (devices(&component.on), component.demand.0);
            writeln!(f, "client {id}: on {on:?} demand {demand}")
        }
    }
}

fn candidate_row(f: &mut Formatter<'_>, id: usize, row: &Candidate) -> fmt::Result {
    let (component, device, variant) = (row.component.0, row.device.0, row.variant);
    let capacity = given(" capacity", row.capacity.map(|load| load.0));
    let connections = given(" connections", row.connections);
    let lazy = match row.clone {
        CloneMode::Eager => "",
        CloneMode::Lazy => " lazy",
    };
    let truth = match (row.truth, row.standby) {
        (true, true) => " truth standby",
        (true, false) => " truth",
        (false, true) => " standby",
        (false, false) => "",
    };
    write!(
        f,
        "candidate {id}: {component} on {device} copy {} variant {variant} claim {:?}",
        row.copy, row.claim
    )?;
    write!(
        f,
        "{capacity}{connections} time {} quality {}",
        row.service_time.0, row.quality
    )?;
    write!(
        f,
        " power {} cost {} footprint {}",
        row.power.0, row.cost.0, row.footprint
    )?;
    writeln!(f, " bytes {}{lazy}{truth}", row.clone_bytes)
}

fn need_row(f: &mut Formatter<'_>, id: usize, need: &Need) -> fmt::Result {
    write!(f, "need {id}: {} of {}", need.consumer.0, need.server.0)?;
    if let Some(variants) = &need.variants {
        write!(f, " by variants {variants:?}")?;
    }
    write!(f, "{}", given(" within", need.within.map(|time| time.0)))?;
    write!(
        f,
        "{}",
        given(" degraded", need.degraded.map(|time| time.0))
    )?;
    match need.load {
        NeedLoad::Fanout(factor) => write!(f, " fanout {}/{}", factor.num, factor.den)?,
        NeedLoad::Rate(rate) => write!(f, " rate {}", rate.0)?,
    }
    let optional = if need.optional { " optional" } else { "" };
    let (copies, payload, tiers) = (need.copies, need.payload, need.tiers);
    writeln!(
        f,
        "{optional} copies {copies} payload {payload} tiers {tiers}"
    )?;
    for Route {
        from,
        to,
        rtt,
        tier,
        fallback_tier,
        way,
    } in &need.routes
    {
        let tiers = format!("tier {tier} fallback {fallback_tier}");
        let way = given(" way", way.map(|way| way.0));
        writeln!(
            f,
            "    from {} to {} rtt {} {tiers}{way}",
            from.0, to.0, rtt.0
        )?;
    }
    Ok(())
}

fn requirement_row(f: &mut Formatter<'_>, kind: &RequirementKind) -> fmt::Result {
    match kind {
        RequirementKind::Count {
            component,
            min,
            max,
        } => {
            writeln!(
                f,
                "require count of {} in {min}..{}",
                component.0,
                given("=", *max)
            )
        }
        RequirementKind::Spread {
            component,
            domain,
            m,
        } => {
            writeln!(f, "require spread of {} over {domain:?} m {m}", component.0)
        }
        RequirementKind::Truth { component } => writeln!(f, "require truth of {}", component.0),
        RequirementKind::Survive {
            component,
            failures,
        } => {
            let failures: Vec<_> = failures.iter().map(|failure| failure.0).collect();
            writeln!(f, "require survive of {} in {failures:?}", component.0)
        }
        RequirementKind::Uniform {
            component,
            devices: class,
        } => {
            writeln!(f, "require uniform {} on {:?}", component.0, devices(class))
        }
        RequirementKind::Implies { when, any } => {
            writeln!(f, "require {when:?} implies {any:?}")
        }
        RequirementKind::Exclusive { sets } => writeln!(f, "require at most one of {sets:?}"),
        RequirementKind::Linear {
            terms,
            at_least,
            unless_none,
        } => {
            writeln!(
                f,
                "require sum of {terms:?} at least {at_least} unless none of {unless_none:?}"
            )
        }
        RequirementKind::Arrivals(row) => {
            writeln!(f, "require arrivals {row:?}")
        }
        RequirementKind::AtMost { measure, amount } => {
            writeln!(f, "require measure {measure} at most {amount}")
        }
        RequirementKind::Total {
            metric,
            at_most,
            fixed,
        } => {
            writeln!(
                f,
                "require total {metric:?} at most {at_most} with {fixed} fixed"
            )
        }
    }
}
