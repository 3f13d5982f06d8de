//! What the plan costs and draws, what it is worth, and what is proven about it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use num_rational::BigRational;
use num_traits::ToPrimitive as _;
use vn_plan::{Certificate, Link, Plan, RequirementKind, Status, Term, TotalMetric};

use crate::figure;

/// A few lines.
pub fn lines(plan: &Plan, certificate: Option<&Certificate>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "costs      {}", cost(plan));
    if let Some(line) = traffic(plan) {
        let _ = writeln!(text, "traffic    {line}");
    }
    for line in bought(plan) {
        let _ = writeln!(text, "buys       {line}");
    }
    let _ = writeln!(
        text,
        "draws      {} for what was placed",
        figure::power(plan.totals.power_mw.into())
    );
    let _ = writeln!(
        text,
        "claims     {} of memory",
        figure::bytes(plan.totals.memory_bytes.into())
    );
    let _ = writeln!(
        text,
        "objective  {}",
        objective(plan, 1, &plan.objective.terms)
    );
    for (terms, level) in plan.objective.more.iter().zip(2..) {
        let _ = writeln!(text, "then       {}", objective(plan, level, terms));
    }
    let _ = writeln!(text, "survives   {}", survives(plan));
    if let Some(certificate) = certificate {
        let _ = writeln!(text, "proof      {}", proof(plan, certificate));
    }
    text
}

/// `2 of 20 hetzner_cx23 at 3.99 EUR/month each: rented[1], rented[2]`, an offer a line.
fn bought(plan: &Plan) -> Vec<String> {
    let mut offers: BTreeMap<(&str, &str, u64), (usize, Vec<&str>)> = BTreeMap::new();
    for device in &plan.devices {
        let Some(offer) = device.offer else {
            continue;
        };
        let key = (
            device.site.as_str(),
            device.profile.as_str(),
            device.cost_micro_per_month,
        );
        let (all, ids) = offers.entry(key).or_default();
        *all += 1;
        if offer.bought {
            ids.push(&device.id);
        }
    }
    let line = |((_, profile, price), (all, ids)): (_, (usize, Vec<&str>))| {
        let each = figure::money(u128::from(price), &plan.program.currency);
        let which = match ids.as_slice() {
            [] => String::new(),
            some => format!(": {}", some.join(", ")),
        };
        format!("{} of {all} {profile} at {each} each{which}", ids.len())
    };
    offers.into_iter().map(line).collect()
}

/// `0.42 EUR/month of it; fullest: home > cloud with 12 Mbps of 40 Mbps`.
fn traffic(plan: &Plan) -> Option<String> {
    let spent = plan.totals.traffic_cost_micro_per_month;
    let spent = (spent > 0).then(|| {
        let money = figure::money(spent.into(), &plan.program.currency);
        format!("{money} of it")
    });
    let share = |link: &&Link| {
        let most = link.capacity_ubytes_per_s.max(1);
        BigRational::new(link.traffic_ubytes_per_s.into(), most.into())
    };
    let used = plan
        .links
        .iter()
        .filter(|link| link.traffic_ubytes_per_s > 0);
    // The first of equals, as `max_by` takes the last.
    let fullest = used.rev().max_by(|a, b| share(a).cmp(&share(b)));
    let fullest = fullest.map(|link| {
        let (used, most) = (link.traffic_ubytes_per_s, link.capacity_ubytes_per_s);
        let (used, most) = (figure::rate(used.into()), figure::rate(most.into()));
        format!("fullest: {} with {used} of {most}", link.id)
    });
    let parts: Vec<String> = spent.into_iter().chain(fullest).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn cost(plan: &Plan) -> String {
    let money = |micro: u64| figure::money(micro.into(), &plan.program.currency);
    let spent = money(plan.totals.cost_micro_per_month);
    let bound = plan
        .requirements
        .iter()
        .find_map(|requirement| match requirement.kind {
            RequirementKind::Total {
                metric: TotalMetric::Cost,
                at_most,
            } => Some(at_most),
            _ => None,
        });
    match bound {
        Some(at_most) => format!("{spent} of {} allowed", money(at_most)),
        None => spent,
    }
}

/// `12.3 = 3 × power 2.1 + 2 × cost 3.99 + …`.
fn objective(plan: &Plan, level: usize, terms: &[Term]) -> String {
    let total = plan
        .objective
        .levels
        .get(level)
        .map_or_else(String::new, |l| short(&l.value));
    let terms: Vec<String> = terms
        .iter()
        .map(|term| match term.weight.as_str() {
            "1" => format!("{} {}", term.metric, short(&term.value)),
            weight => format!("{} × {} {}", short(weight), term.metric, short(&term.value)),
        })
        .collect();
    if terms.is_empty() {
        total
    } else {
        format!("{total} = {}", terms.join(" + "))
    }
}

/// An exact fraction with at most three decimals.
pub fn short(fraction: &str) -> String {
    let value = fraction
        .parse::<BigRational>()
        .ok()
        .and_then(|value| value.to_f64());
    let Some(value) = value else {
        return fraction.to_owned();
    };
    let text = format!("{value:.3}");
    match text.trim_end_matches('0').trim_end_matches('.') {
        "0" if value > 0.0 => "0.001".to_owned(),
        text => text.to_owned(),
    }
}

fn survives(plan: &Plan) -> String {
    let mut words: Vec<String> = Vec::new();
    for requirement in &plan.requirements {
        if let RequirementKind::Survive {
            component,
            inherited_from: None,
            failures,
            partitions,
            ..
        } = &requirement.kind
        {
            let text = requirement.text.trim_start_matches("survive ");
            words.push(format!(
                "{component}: {text} ({})",
                figure::count(failures.len() + partitions.len(), "case")
            ));
        }
    }
    if words.is_empty() {
        "nothing was asked".to_owned()
    } else {
        words.join("; ")
    }
}

fn proof(plan: &Plan, certificate: &Certificate) -> String {
    let by_classes = plan.devices.iter().any(|device| device.count() > 1);
    let found = match (certificate.status, certificate.tie_break_proven) {
        (Status::Optimal, true) => "proven optimal, first among its equals".to_owned(),
        (Status::Optimal, false) => "proven optimal; equals may exist".to_owned(),
        (Status::Closed, _) => {
            "within rounding of the engine's bound; not proven in integers".to_owned()
        }
        (Status::Feasible, _) => match &certificate.gap {
            Some(gap) if by_classes => format!(
                "alike sites are planned alike; the optimum is at most {} better",
                short(gap)
            ),
            None if by_classes => "alike sites are planned alike; not proven optimal".to_owned(),
            Some(gap) => format!(
                "the node or time limit ended the search; the optimum is at most {} better",
                short(gap)
            ),
            None => "not proven optimal".to_owned(),
        },
    };
    format!(
        "{found}; {} nodes, {} ms, {}; {} replayed",
        certificate.nodes,
        certificate.time_ms,
        certificate.engine_version,
        figure::count(
            usize::try_from(certificate.failures_replayed).unwrap_or(usize::MAX),
            "failure"
        )
    )
}
