//! The plan holds itself to account: one edit by hand per rule, each found out by its name.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use vn_plan::{
    CloneMode, Custody, Cut, Entry, Health, Partition, Plan, RequirementKind, Role, RouteLoad,
    Standing, TotalMetric, ViolationKind, verify,
};
use vn_tests::fixtures::{sealed, small};

/// The kinds found after an edit whose author also renewed the digest.
fn kinds(edit: impl FnOnce(&mut Plan)) -> Vec<ViolationKind> {
    let mut plan = small();
    edit(&mut plan);
    let violations = verify(&sealed(plan)).expect_err("the edit breaks something");
    let mut kinds: Vec<ViolationKind> = violations.iter().map(|one| one.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

/// The first sentence of a kind.
fn sentence(kind: ViolationKind, edit: impl FnOnce(&mut Plan)) -> String {
    let mut plan = small();
    edit(&mut plan);
    let violations = verify(&sealed(plan)).expect_err("the edit breaks something");
    let found = violations.into_iter().find(|one| one.kind == kind);
    found.expect("the kind is among them").message
}

#[test]
fn a_sound_plan_is_verified() {
    let verified = verify(&small()).expect("it holds");
    assert_eq!(verified.failures_replayed, 4);
    let slack = verified.smallest_slack.expect("something is limited");
    assert_eq!((slack.of.as_str(), slack.ppm), ("nuc cpu", 411_764));
}

#[test]
fn format_and_digest() {
    assert_eq!(
        kinds(|plan| plan.format = "vnc.plan/2".to_owned()),
        [ViolationKind::Format]
    );
    let mut plan = small();
    plan.program.name = "other".to_owned();
    let violations = verify(&plan).expect_err("the digest is old");
    assert_eq!(violations[0].kind, ViolationKind::Digest);
}

#[test]
fn ids_and_references() {
    assert_eq!(
        kinds(|plan| plan.devices[1].id = "nuc".to_owned())[0],
        ViolationKind::Id
    );
    assert_eq!(
        kinds(|plan| plan.devices[1].slug = "nuc".to_owned()),
        [ViolationKind::Slug]
    );
    assert_eq!(
        kinds(|plan| plan.devices[1].slug = "pi[1]".to_owned()),
        [ViolationKind::Slug]
    );
    let lost = |plan: &mut Plan| plan.routes[0].entries[1].instance = "kv@moon".to_owned();
    assert_eq!(kinds(lost), [ViolationKind::Reference]);
}

#[test]
fn capacity_of_devices() {
    let edit = |plan: &mut Plan| plan.instances[2].claims.memory_bytes = 15_247_000_000;
    assert_eq!(
        sentence(ViolationKind::Capacity, edit),
        "`nuc` memory: instances claim 14.7 GiB, 12.8 GiB are available"
    );
    let own = |plan: &mut Plan| {
        let licences = |of: &mut vn_plan::Resources, amount| {
            of.own_thousandths.insert("licences".to_owned(), amount);
        };
        licences(&mut plan.devices[0].nominal, 1_500);
        licences(&mut plan.devices[0].capacity, 1_500);
        licences(&mut plan.instances[2].claims, 2_000);
    };
    assert_eq!(
        sentence(ViolationKind::Capacity, own),
        "`nuc` licences: instances claim 2, 1.5 are available"
    );
    let roomy = |plan: &mut Plan| plan.devices[0].capacity.memory_bytes *= 2;
    assert_eq!(kinds(roomy), [ViolationKind::Nominal]);
}

#[test]
fn capacity_of_instances() {
    let edit = |plan: &mut Plan| plan.instances[2].capacity_ureqs = Some(1_500_000);
    assert_eq!(
        sentence(ViolationKind::Throughput, edit),
        "`graph@nuc` is asked 2 req/s, it can answer 1.5 req/s"
    );
    let battery = |plan: &mut Plan| plan.devices[0].max_duty_ppm = Some(10_000);
    assert_eq!(
        sentence(ViolationKind::Duty, battery),
        "`nuc` works 2.2% of the time, it may 1%"
    );
}

#[test]
fn consumers_of_instances() {
    let few = |plan: &mut Plan| plan.instances[0].connections = Some(1);
    let first = sentence(ViolationKind::Connections, few);
    assert!(
        first.ends_with("consumers hold on to `kv@nuc`, it bears 1"),
        "{first}"
    );
}

#[test]
fn loads_follow_from_the_lists() {
    assert_eq!(
        kinds(|plan| plan.instances[0].load_ureqs += 1),
        [ViolationKind::Load]
    );
    let edit = |plan: &mut Plan| plan.routes[0].load = RouteLoad::Fanout { num: 2, den: 1 };
    assert!(kinds(edit).contains(&ViolationKind::Load));
    let nothing = |plan: &mut Plan| plan.routes[0].load = RouteLoad::Fanout { num: 2, den: 0 };
    assert!(kinds(nothing).contains(&ViolationKind::Shape));
}

#[test]
fn budgets_of_first_entries() {
    let swap = |plan: &mut Plan| {
        plan.routes[2].within_us = Some(20_000);
        plan.routes[2].entries.swap(0, 1);
    };
    assert_eq!(
        sentence(ViolationKind::Budget, swap),
        "`app@desk` -> `graph`: `graph@vps`, asked first, answers in 36 ms, the budget is 20 ms"
    );
    let standing = |plan: &mut Plan| plan.routes[2].entries[1].standing = Standing::Degraded;
    assert_eq!(kinds(standing), [ViolationKind::Standing]);
    let tier = |plan: &mut Plan| plan.routes[2].entries[1].tier = 1;
    assert_eq!(kinds(tier), [ViolationKind::Tier]);
}

#[test]
fn several_at_once_are_all_in_time() {
    let three = |plan: &mut Plan| plan.routes[2].copies = 3;
    assert_eq!(
        sentence(ViolationKind::Copies, three),
        "`app@desk` -> `graph`: 2 instances are within the budget, 3 are needed"
    );
    let far = |plan: &mut Plan| {
        plan.routes[2].copies = 2;
        plan.routes[2].within_us = Some(20_000);
        plan.routes[2].entries[1].standing = Standing::Over;
    };
    assert_eq!(kinds(far), [ViolationKind::Copies]);
}

#[test]
fn nobody_is_forgotten() {
    let drop = |plan: &mut Plan| drop(plan.routes[2].entries.pop());
    assert_eq!(
        sentence(ViolationKind::Incomplete, drop),
        "`app@desk` -> `graph`: `graph@vps` is neither listed nor named unreachable"
    );
    let twice = |plan: &mut Plan| {
        let entry = plan.routes[2].entries[1].clone();
        plan.routes[2].entries.push(entry);
    };
    assert_eq!(kinds(twice), [ViolationKind::Incomplete]);
    let empty = |plan: &mut Plan| plan.routes[2].entries.clear();
    assert!(kinds(empty).contains(&ViolationKind::Unserved));
}

#[test]
fn fallbacks_are_in_order() {
    let mut plan = small();
    third_kv(&mut plan);
    plan.routes[2].entries.truncate(2);
    let list = &mut plan.routes[3].entries;
    list.swap(1, 2);
    let violations = verify(&sealed(plan)).expect_err("out of order");
    let order = violations
        .iter()
        .find(|one| one.kind == ViolationKind::Order);
    assert_eq!(
        order.expect("found").message,
        "`app@desk` -> `kv`: the fallbacks are `kv@vps`, `kv@pi[1]`; in order they are `kv@pi[1]`, \
         `kv@vps`"
    );
}

/// A third `kv`, far away, last on every list.
fn third_kv(plan: &mut Plan) {
    let mut third = plan.instances[1].clone();
    "kv@vps".clone_into(&mut third.id);
    "vps".clone_into(&mut third.device);
    if let Some(clone) = &mut third.clone {
        clone.sources[0].rtt_us = 24_000;
    }
    plan.instances.insert(2, third);
    for (route, rtt_us) in [(0, 24_000), (1, 0), (3, 24_000)] {
        plan.routes[route].entries.push(Entry {
            instance: "kv@vps".to_owned(),
            rtt_us,
            tier: 0,
            fallback_tier: 1,
            standing: Standing::Within,
            over: Vec::new(),
            price_pico_per_month: 0,
        });
    }
    plan.routes[3].entries[2].standing = Standing::Over;
    plan.routes[0].entries[2].standing = Standing::Over;
}

#[test]
fn round_trips_agree() {
    let nearer = |plan: &mut Plan| plan.routes[3].entries[0].rtt_us = 900;
    assert_eq!(
        sentence(ViolationKind::Rtt, nearer),
        "`nuc` is 0.9 ms away from `desk`, elsewhere it is 1 ms"
    );
    let local = |plan: &mut Plan| plan.routes[0].entries[0].rtt_us = 1;
    assert!(kinds(local).contains(&ViolationKind::Rtt));
}

#[test]
fn one_variant_has_one_set_of_needs() {
    let mut plan = small();
    let mut second = plan.instances[4].clone();
    second.id = "app@nuc".to_owned();
    second.device = "nuc".to_owned();
    plan.instances.push(second);
    let violations = verify(&sealed(plan)).expect_err("it needs nothing");
    assert!(
        violations
            .iter()
            .any(|one| one.kind == ViolationKind::Needs)
    );
}

#[test]
fn counts_spread_and_placement() {
    let more = |plan: &mut Plan| {
        if let RequirementKind::Count { min, max, .. } = &mut plan.requirements[0].kind {
            (*min, *max) = (3, None);
        }
    };
    assert_eq!(
        sentence(ViolationKind::Count, more),
        "`replicas = 2`: `kv` has 2 instances, at least 3 are wanted"
    );
    let together = |plan: &mut Plan| {
        if let RequirementKind::Spread { domains, .. } = &mut plan.requirements[2].kind {
            for domain in domains.values_mut() {
                "home".clone_into(domain);
            }
        }
    };
    assert_eq!(
        sentence(ViolationKind::Spread, together),
        "`spread across device`: `home` holds 2 of 2 instances of `kv`, at most 1 are wanted"
    );
    let pinned = |plan: &mut Plan| {
        if let RequirementKind::Placement { devices, .. } = &mut plan.requirements[3].kind {
            devices.remove(1);
        }
    };
    assert_eq!(
        sentence(ViolationKind::Placement, pinned),
        "`pin on role [super, backbone]`: `graph@vps` must not stand on `vps`"
    );
}

#[test]
fn exactly_one_writes() {
    let nobody = |plan: &mut Plan| plan.instances[2].truth = false;
    assert!(kinds(nobody).contains(&ViolationKind::Truth));
    let both = |plan: &mut Plan| plan.instances[3].truth = true;
    assert!(kinds(both).contains(&ViolationKind::Truth));
}

#[test]
fn voters_and_standbys_are_there() {
    fn truth(plan: &mut Plan, edit: impl FnOnce(&mut u64, &mut Vec<String>)) {
        for requirement in &mut plan.requirements {
            if let RequirementKind::Truth {
                holders, standby, ..
            } = &mut requirement.kind
            {
                return edit(holders, standby);
            }
        }
    }
    let voters = |plan: &mut Plan| truth(plan, |holders, _| *holders = 3);
    let said = sentence(ViolationKind::Truth, voters);
    assert!(
        said.ends_with("1 instances of `graph` vote, 3 are wanted"),
        "{said}"
    );
    let standby = |plan: &mut Plan| {
        truth(plan, |_, standby| standby.push("vps".to_owned()));
        plan.instances[2].custody = Some(Custody::Truth);
        plan.instances[3].custody = Some(Custody::Clone);
    };
    let said = sentence(ViolationKind::Truth, standby);
    assert!(said.ends_with("no instance of `graph` stands by"), "{said}");
    let part = |plan: &mut Plan| plan.instances[2].custody = Some(Custody::Voter);
    assert!(kinds(part).contains(&ViolationKind::Truth));
    let nobody = |plan: &mut Plan| plan.routes[0].write = true;
    let said = sentence(ViolationKind::Truth, nobody);
    assert!(
        said.ends_with("asked first, neither writes nor passes writes on"),
        "{said}"
    );
    let room = |plan: &mut Plan| plan.instances[2].buffer_bytes = u64::MAX;
    assert!(kinds(room).contains(&ViolationKind::Shape));
}

#[test]
fn survival_is_replayed() {
    let demand = |plan: &mut Plan| {
        if let RequirementKind::Survive { failures, .. } = &mut plan.requirements[6].kind {
            failures.push(vec!["nuc".to_owned()]);
        }
    };
    assert_eq!(
        sentence(ViolationKind::Survive, demand),
        "with `nuc` lost, `app@desk` finds no `graph`: what is alive is lazy and cannot be filled \
         in time"
    );
    let cut_off = |plan: &mut Plan| {
        let ids = plan.devices.iter().map(|one| one.id.clone());
        let (one, other) = ids.partition(|id| id == "vps");
        if let RequirementKind::Survive { partitions, .. } = &mut plan.requirements[5].kind {
            let cut = vec![Cut { one, other }];
            partitions.push(Partition { cut });
        }
    };
    let said = sentence(ViolationKind::Survive, cut_off);
    assert!(said.starts_with("when `vps` cannot reach `nuc`"), "{said}");
    assert!(
        said.ends_with("finds no `kv`: no entry that is alive can be reached"),
        "{said}"
    );
    let slow = |plan: &mut Plan| plan.instances[1].service_time_us = 30_000;
    assert!(kinds(slow).contains(&ViolationKind::Survive));
    let weak = |plan: &mut Plan| {
        plan.instances[1].capacity_ureqs = Some(400_000);
    };
    assert_eq!(
        sentence(ViolationKind::Survive, weak),
        "with `nuc` lost, `kv@pi[1]` is asked 0.5 req/s (before: 0 req/s), it can answer 0.4 req/s"
    );
    let alone = |plan: &mut Plan| {
        if let RequirementKind::Survive { failures, .. } = &mut plan.requirements[5].kind {
            failures.remove(2);
        }
    };
    assert_eq!(kinds(alone), [ViolationKind::Inherited]);
}

#[test]
fn classes_run_one_variant() {
    let edit = |plan: &mut Plan| {
        if let RequirementKind::Uniform { devices, .. } = &mut plan.requirements[7].kind {
            devices.push("nuc".to_owned());
        }
    };
    assert_eq!(kinds(edit), [ViolationKind::Uniform]);
}

#[test]
fn totals_are_sums_and_bounded() {
    let wrong = |plan: &mut Plan| plan.totals.power_mw -= 1;
    assert_eq!(kinds(wrong), [ViolationKind::Totals]);
    let tight = |plan: &mut Plan| {
        plan.requirements[8].kind = RequirementKind::Total {
            metric: TotalMetric::Cost,
            at_most: 3_980_000,
        };
    };
    assert_eq!(
        sentence(ViolationKind::Total, tight),
        "`total(cost) <= budget`: the cost is 3.99 EUR/month, at most 3.98 EUR/month is wanted"
    );
}

#[test]
fn bytes_come_from_somewhere() {
    let orphan = |plan: &mut Plan| {
        if let Some(clone) = &mut plan.instances[3].clone {
            clone.sources.clear();
        }
    };
    assert_eq!(kinds(orphan), [ViolationKind::Clone]);
    let lazy_truth = |plan: &mut Plan| {
        if let Some(clone) = &mut plan.instances[2].clone {
            clone.mode = CloneMode::Lazy;
        }
    };
    assert!(kinds(lazy_truth).contains(&ViolationKind::Clone));
    let stranger = |plan: &mut Plan| {
        if let Some(clone) = &mut plan.instances[3].clone {
            "kv@nuc".clone_into(&mut clone.sources[0].instance);
        }
    };
    assert_eq!(kinds(stranger), [ViolationKind::Clone]);
}

#[test]
fn the_objective_is_recomputed() {
    let term = |plan: &mut Plan| "12".clone_into(&mut plan.objective.terms[0].value);
    assert_eq!(
        sentence(ViolationKind::Objective, term),
        "term `power`: the plan says 12, it is 13"
    );
    for level in 0..3 {
        let edit = |plan: &mut Plan| "1/3".clone_into(&mut plan.objective.levels[level].value);
        assert_eq!(kinds(edit), [ViolationKind::Objective]);
    }
    let nonsense = |plan: &mut Plan| "1/0".clone_into(&mut plan.objective.levels[0].value);
    assert_eq!(kinds(nonsense), [ViolationKind::Objective]);
}

#[test]
fn fields_agree() {
    let cloned = |plan: &mut Plan| plan.instances[4].clone = plan.instances[0].clone.clone();
    assert!(kinds(cloned).contains(&ViolationKind::Shape));
    let mixed = |plan: &mut Plan| plan.instances[3].role = Role::Client;
    assert!(kinds(mixed).contains(&ViolationKind::Shape));
    let twice = |plan: &mut Plan| plan.instances[1].device = "nuc".to_owned();
    assert!(kinds(twice).contains(&ViolationKind::Twice));
}

#[test]
fn circles_are_refused_and_end() {
    let circle = |plan: &mut Plan| {
        let mut back = plan.routes[0].clone();
        back.consumer = "kv@nuc".to_owned();
        back.service = "graph".to_owned();
        back.entries = plan.routes[2].entries.clone();
        back.entries[0].rtt_us = 0;
        plan.routes.push(back);
    };
    assert!(kinds(circle).contains(&ViolationKind::Circle));
}

#[test]
fn what_is_no_decision_changes_nothing() {
    let mut plan = small();
    if let Some(run) = &mut plan.instances[0].run {
        run.health = Some(Health::Tcp);
    }
    assert!(verify(&sealed(plan)).is_ok());
}

#[test]
fn kinds_have_distinct_names_in_snake_case() {
    let mut names: Vec<&str> = ViolationKind::ALL.iter().map(|kind| kind.name()).collect();
    let snake = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    assert!(names.iter().all(snake));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ViolationKind::ALL.len());
}
