//! What stands together, apart or in numbers: the plan is held to it from its own bytes.
#![allow(
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "what is not there fails the test"
)]

use std::collections::BTreeMap;

use vn_plan::{
    Comparison, Counted, Measure, Plan, Requirement, RequirementKind, Resource, ViolationKind,
    Weighed, verify,
};
use vn_tests::fixtures::{sealed, small};

/// What is wrong with a sound plan that is asked for this as well.
fn wrong_with(kind: RequirementKind, edit: impl FnOnce(&mut Plan)) -> Vec<String> {
    let mut plan = small();
    plan.requirements.push(Requirement {
        text: "asked".to_owned(),
        kind,
    });
    edit(&mut plan);
    let found = verify(&sealed(plan)).err().unwrap_or_default();
    let kinds = [
        ViolationKind::Company,
        ViolationKind::Total,
        ViolationKind::Count,
    ];
    let asked = found.into_iter().filter(|one| kinds.contains(&one.kind));
    asked.map(|one| one.message).collect()
}

fn asked(kind: RequirementKind) -> Vec<String> {
    wrong_with(kind, |_| ())
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn devices() -> BTreeMap<String, String> {
    let plan = small();
    let ids = plan.devices.into_iter().map(|device| device.id);
    ids.map(|id| (id.clone(), id)).collect()
}

fn everywhere() -> BTreeMap<String, String> {
    devices()
        .into_keys()
        .map(|id| (id, "here".to_owned()))
        .collect()
}

fn of(component: &str) -> Counted {
    Counted {
        component: component.to_owned(),
        variant: None,
    }
}

fn hosts(component: &str) -> Vec<String> {
    let plan = small();
    let of = plan
        .instances
        .into_iter()
        .filter(|one| one.component == component);
    of.map(|one| one.device).collect()
}

#[test]
fn together() {
    let colocate = |domains| RequirementKind::Colocate {
        whenever: names(&["graph"]),
        then: names(&["kv"]),
        domains,
    };
    assert!(asked(colocate(everywhere())).is_empty());
    let alone: Vec<String> = hosts("graph")
        .into_iter()
        .filter(|device| !hosts("kv").contains(device))
        .collect();
    let found = asked(colocate(devices()));
    assert_eq!(found.len(), alone.len(), "{found:?}");
    let found = asked(RequirementKind::Colocate {
        whenever: names(&["graph"]),
        then: names(&["nobody"]),
        domains: everywhere(),
    });
    assert_eq!(found, ["`asked`: `graph` is on `here` without `nobody`"]);
}

#[test]
fn apart() {
    let separate = |domains| RequirementKind::Separate {
        components: names(&["graph", "kv"]),
        domains,
    };
    let found = asked(separate(everywhere()));
    assert_eq!(found, ["`asked`: `kv` and `graph` are both on `here`"]);
    let both = hosts("graph")
        .iter()
        .filter(|one| hosts("kv").contains(one))
        .count();
    assert_eq!(asked(separate(devices())).len(), both);
}

#[test]
fn alternatives() {
    let one_of = |components: &[&str]| RequirementKind::OneOf {
        components: names(components),
    };
    assert!(asked(one_of(&["kv", "nobody"])).is_empty());
    assert_eq!(
        asked(one_of(&["kv", "graph"])),
        ["`asked`: 2 of them have instances, one must"]
    );
    assert_eq!(
        asked(one_of(&["nobody", "neither"])),
        ["`asked`: 0 of them have instances, one must"]
    );
    // A number binds what is there, and not what may be absent and is.
    let count = |or_none| RequirementKind::Count {
        component: "nobody".to_owned(),
        min: 2,
        max: None,
        or_none,
    };
    assert!(asked(count(true)).is_empty());
    assert_eq!(asked(count(false)).len(), 1);
}

#[test]
fn on_every_device() {
    let on = |devices: &[String], in_use, except: &[&str]| RequirementKind::OnEvery {
        component: "kv".to_owned(),
        devices: devices.to_vec(),
        in_use,
        except_beside: names(except),
    };
    let hosts = hosts("kv");
    assert!(asked(on(&hosts, false, &[])).is_empty());
    let all: Vec<String> = devices().into_keys().collect();
    let missing = all.len() - hosts.len();
    assert!(missing > 0);
    assert_eq!(asked(on(&all, false, &[])).len(), missing);
    let found = asked(on(&hosts[..1], false, &["kv"]));
    assert_eq!(found.len(), 1);
    assert!(
        found[0].ends_with("is beside what it must not stand beside"),
        "{found:?}"
    );
    // Where nothing else runs, nothing is asked.
    let idle: Vec<String> = all
        .iter()
        .filter(|id| {
            small()
                .instances
                .iter()
                .all(|one| one.device != **id || one.role == vn_plan::Role::Client)
        })
        .cloned()
        .collect();
    assert!(asked(on(&idle, true, &[])).is_empty());
}

#[test]
fn numbers_of_each_other() {
    let ratio = |per, at_least| RequirementKind::Ratio {
        per,
        of: of("kv"),
        at_least,
        then: of("graph"),
    };
    let (kv, graph) = (hosts("kv").len() as u64, hosts("graph").len() as u64);
    assert!(asked(ratio(kv, graph)).is_empty());
    assert_eq!(
        asked(ratio(kv, graph + 1)),
        [format!(
            "`asked`: there are {kv} of `kv` and {graph} of `graph`"
        )]
    );
    let void = |or_none| {
        let kind = RequirementKind::Ratio {
            per: 1,
            of: of("kv"),
            at_least: 1,
            then: of("nobody"),
        };
        wrong_with(kind, |plan| {
            plan.requirements.push(Requirement {
                text: "may be absent".to_owned(),
                kind: RequirementKind::Count {
                    component: "nobody".to_owned(),
                    min: 0,
                    max: None,
                    or_none,
                },
            });
        })
    };
    assert!(void(true).is_empty());
    assert_eq!(void(false).len(), 1);
}

#[test]
fn sums() {
    let bound = |measure: Measure, comparison, bound: String| RequirementKind::Bound {
        terms: vec![Weighed {
            weight: "1/2".to_owned(),
            measure,
        }],
        comparison,
        bound,
    };
    let plan = small();
    let halves = [
        (Measure::Count(of("kv")), hosts("kv").len() as u64, 2),
        (Measure::Cost, plan.totals.cost_micro_per_month, 2_000_000),
        (Measure::Power, plan.totals.power_mw, 2_000),
        (Measure::Footprint, plan.totals.memory_bytes, 2_u64 << 30),
    ];
    for (measure, num, den) in halves {
        assert!(num > 0, "{measure:?}");
        for (comparison, holds_at, holds_below) in [
            (Comparison::Eq, true, false),
            (Comparison::Le, true, false),
            (Comparison::Lt, false, false),
            (Comparison::Ge, true, true),
            (Comparison::Gt, false, true),
        ] {
            let at = bound(measure.clone(), comparison, format!("{num}/{den}"));
            assert_eq!(asked(at).is_empty(), holds_at, "{measure:?} {comparison:?}");
            let below = bound(measure.clone(), comparison, format!("{}/{den}", num - 1));
            assert_eq!(
                asked(below).is_empty(),
                holds_below,
                "{measure:?} {comparison:?}"
            );
        }
    }
    for resource in [Resource::Cpu, Resource::Memory, Resource::Disk] {
        let most = |most: &str| {
            bound(
                Measure::Utilisation(resource.clone()),
                Comparison::Le,
                most.to_owned(),
            )
        };
        assert!(asked(most("1/2")).is_empty(), "{resource:?}");
        assert!(!asked(most("1/1000000000")).is_empty(), "{resource:?}");
    }
    let broken = bound(Measure::Cost, Comparison::Le, "a lot".to_owned());
    let mut plan = small();
    plan.requirements.push(Requirement {
        text: "asked".to_owned(),
        kind: broken,
    });
    let found = verify(&sealed(plan)).expect_err("that is no fraction");
    assert!(found.iter().any(|one| one.kind == ViolationKind::Shape));
}
