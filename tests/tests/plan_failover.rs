//! The simulator walks the emitted lists, and nothing but them.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]

use vn_plan::{Answer, CloneMode, Event, Plan, RouteLoad, Share, Standing, Unserved, simulate};
use vn_tests::fixtures::small;

fn lost(plan: &Plan, devices: &[&str]) -> vn_plan::Outcome {
    simulate(plan, &Event::lost(devices.iter().copied()))
}

fn answer(outcome: &vn_plan::Outcome, consumer: &str, service: &str) -> Answer {
    let mut asked = outcome.asked.iter();
    let asked = asked.find(|one| one.consumer == consumer && one.service == service);
    asked.expect("it has this need").answer.clone()
}

fn by(answer: &Answer) -> &str {
    match answer {
        Answer::By { instance, .. } => instance,
        Answer::Nobody(_) => "nobody",
    }
}

const ALL: Share = Share {
    served: 1,
    alive: 1,
};

#[test]
fn calm_is_the_plan() {
    let plan = small();
    let outcome = simulate(&plan, &Event::none());
    for one in &plan.instances {
        assert_eq!(outcome.loads[&one.id], one.load_ureqs, "{}", one.id);
    }
    for (asked, route) in outcome.asked.iter().zip(&plan.routes) {
        assert_eq!(by(&asked.answer), route.entries[0].instance);
    }
    assert_eq!(outcome.served("app"), ALL);
    assert_eq!(outcome.served_by("app", "kv"), ALL);
    assert_eq!(outcome.rtt("app", "graph").worst_us, Some(1000));
    assert_eq!(outcome.count("kv"), 2);
    assert!(outcome.overflows.is_empty());
}

#[test]
fn loads_move_to_the_next_entry() {
    let outcome = lost(&small(), &["pi[1]"]);
    assert_eq!(outcome.loads["kv@nuc"], 3_500_000);
    let outcome = lost(&small(), &["nuc"]);
    // The graph is gone, so only what the app itself asks of `kv` is left.
    assert_eq!(outcome.loads["kv@pi[1]"], 500_000);
    assert_eq!(outcome.count("kv"), 1);
    assert!(!outcome.loads.contains_key("kv@nuc"));
}

#[test]
fn a_lazy_fallback_needs_a_living_source_in_time() {
    let plan = small();
    let gone = lost(&plan, &["nuc"]);
    assert_eq!(
        answer(&gone, "app@desk", "graph"),
        Answer::Nobody(Unserved::NoneReady)
    );
    assert_eq!(
        gone.served("app"),
        Share {
            served: 0,
            alive: 1
        }
    );
    assert_eq!(gone.rtt("app", "graph").unanswered, 1);

    let mut eager = plan.clone();
    if let Some(clone) = &mut eager.instances[3].clone {
        clone.mode = CloneMode::Eager;
    }
    let gone = lost(&eager, &["nuc"]);
    assert_eq!(by(&answer(&gone, "app@desk", "graph")), "graph@vps");
    assert_eq!(gone.served("app"), ALL);
    assert!(gone.variants("graph").contains("light"));
}

#[test]
fn a_lazy_entry_that_is_asked_first_has_its_bytes() {
    let mut plan = small();
    plan.routes[2].entries.swap(0, 1);
    let outcome = lost(&plan, &["nuc"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "graph@vps");
}

#[test]
fn a_source_that_is_too_slow_is_none() {
    // A second eager graph on the pi, which nobody lists, can fill the lazy one.
    let mut plan = small();
    let mut spare = plan.instances[2].clone();
    spare.id = "graph@pi[1]".to_owned();
    spare.device = "pi[1]".to_owned();
    spare.truth = false;
    plan.instances.push(spare);
    let source = vn_plan::CloneSource {
        instance: "graph@pi[1]".to_owned(),
        rtt_us: 24_000,
        transfer_us: Some(10_000_000),
        tier: 0,
    };
    if let Some(clone) = &mut plan.instances[3].clone {
        clone.sources.push(source);
    }
    let outcome = lost(&plan, &["nuc"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "graph@vps");
    plan.program.detect_us = 9_999_999;
    let outcome = lost(&plan, &["nuc"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "nobody");
    let outcome = lost(&plan, &["nuc", "pi[1]"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "nobody");
}

#[test]
fn over_the_budget_answers_but_does_not_serve() {
    let mut plan = small();
    if let Some(clone) = &mut plan.instances[3].clone {
        clone.mode = CloneMode::Eager;
    }
    plan.routes[2].within_us = Some(30_000);
    let outcome = lost(&plan, &["nuc"]);
    let Answer::By {
        standing, time_us, ..
    } = answer(&outcome, "app@desk", "graph")
    else {
        panic!("somebody answers");
    };
    assert_eq!((standing, time_us), (Standing::Over, 36_000));
    assert_eq!(outcome.served("app").served, 0);
    assert_eq!(outcome.loads["graph@vps"], 2_000_000);
    plan.routes[2].degraded_us = Some(36_000);
    assert_eq!(lost(&plan, &["nuc"]).served("app"), ALL);
}

#[test]
fn who_relies_on_somebody_unserved_is_unserved() {
    // Without any `kv` the graph is up, but what it needs is not.
    let mut plan = small();
    plan.instances[1].device = "vps".to_owned();
    plan.routes[0].entries.truncate(1);
    plan.routes[0].entries[0].instance = "kv@pi[1]".to_owned();
    let outcome = lost(&plan, &["vps"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "graph@nuc");
    assert_eq!(outcome.served("app").served, 0);
    assert_eq!(outcome.served_by("app", "graph").served, 0);
}

#[test]
fn an_optional_need_never_fails_its_consumer() {
    let mut plan = small();
    plan.routes[3].entries.clear();
    let outcome = simulate(&plan, &Event::none());
    assert_eq!(
        answer(&outcome, "app@desk", "kv"),
        Answer::Nobody(Unserved::NoEntry)
    );
    assert_eq!(outcome.served("app"), ALL);
    assert_eq!(outcome.served_by("app", "kv").served, 0);
}

#[test]
fn lost_clients_are_not_counted() {
    let outcome = lost(&small(), &["desk"]);
    assert_eq!(
        outcome.served("app"),
        Share {
            served: 0,
            alive: 0
        }
    );
    assert!(outcome.served("app").is_whole());
    assert_eq!(outcome.served("app").ppm(), 1_000_000);
    assert_eq!(outcome.loads["kv@nuc"], 0);
}

#[test]
fn what_overflows_is_named() {
    let mut plan = small();
    plan.instances[1].capacity_ureqs = Some(400_000);
    let outcome = lost(&plan, &["nuc"]);
    let over = &outcome.overflows[0];
    assert_eq!(
        (over.instance.as_str(), over.load_ureqs, over.capacity_ureqs),
        ("kv@pi[1]", 500_000, 400_000)
    );
}

#[test]
fn fanout_rounds_up_and_never_wraps() {
    let mut plan = small();
    plan.routes[0].load = RouteLoad::Fanout {
        num: 1,
        den: 3_000_000,
    };
    assert_eq!(simulate(&plan, &Event::none()).loads["kv@nuc"], 500_001);
    plan.routes[0].load = RouteLoad::Fanout {
        num: u64::MAX,
        den: 1,
    };
    assert_eq!(simulate(&plan, &Event::none()).loads["kv@nuc"], u64::MAX);
}

#[test]
fn circles_end() {
    let mut plan = small();
    let mut back = plan.routes[2].clone();
    back.consumer = "kv@nuc".to_owned();
    plan.routes.push(back);
    let outcome = simulate(&plan, &Event::none());
    assert_eq!(outcome.circle, ["graph@nuc", "kv@nuc"]);
    assert_eq!(outcome.served("app"), ALL);
}

#[test]
fn unknown_ids_do_no_harm() {
    let mut plan = small();
    plan.routes[2].entries[0].instance = "graph@moon".to_owned();
    plan.routes[3].consumer = "nobody".to_owned();
    let outcome = lost(&plan, &["moon"]);
    assert_eq!(by(&answer(&outcome, "app@desk", "graph")), "graph@vps");
}
