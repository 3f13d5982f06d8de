//! What cannot be emitted is refused, and what is lost is said.

#![allow(
    clippy::indexing_slicing,
    clippy::items_after_statements,
    clippy::similar_names,
    clippy::too_many_lines,
    reason = "a test"
)]
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use vn_emit::{EmitError, ErrorCode, Loss, Target, emit};
use vn_plan::{CloneMode, Health, Plan, Protocol, Run};
use vn_tests::fixtures::small;

fn refused(edit: impl FnOnce(&mut Plan)) -> Vec<EmitError> {
    let mut plan = small();
    edit(&mut plan);
    emit(&plan, Target::ALL).expect_err("it cannot be emitted")
}

fn losses(plan: &Plan, targets: &[Target]) -> Vec<Loss> {
    emit(plan, targets).expect("it can be emitted").losses
}

fn run(plan: &mut Plan, instance: usize) -> &mut Run {
    plan.instances[instance].run.as_mut().expect("it is run")
}

#[test]
fn ports_are_bound_to_an_address_and_never_to_all() {
    let errors = refused(|plan| plan.devices[2].bind = None);
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].to_string(),
        "VN0602 `vps` must bind the ports of `graph@vps`, but its address `vps.example.net` is no \
         IP literal and it has no `bind`"
    );
    for bind in ["0.0.0.0", "::", "eth0", "10.8.0.1:80"] {
        let errors = refused(|plan| plan.devices[2].bind = Some(bind.to_owned()));
        assert_eq!(errors[0].code, ErrorCode::NoBind, "{bind}");
    }
}

#[test]
fn hooks_are_run_or_said_to_be_lost() {
    let mut plan = small();
    run(&mut plan, 1).init = vec!["migrate".to_owned()];
    run(&mut plan, 1).stop = vec!["flush".to_owned()];
    let id = plan.instances[1].id.clone();
    let plan = vn_tests::fixtures::sealed(plan);
    let said = losses(&plan, &[Target::Compose]);
    let about = |word: &str| {
        let mut all = said.iter().filter(|loss| loss.message.contains(word));
        all.find(|loss| loss.message.contains(&id)).expect(word)
    };
    assert!(!about("`init`").guarantee, "it is run, and more often");
    assert!(about("`stop`").guarantee);
}

#[test]
fn what_prepares_has_a_name_of_its_own() {
    let errors = refused(|plan| {
        run(plan, 1).init = vec!["migrate".to_owned()];
        let device = plan.instances[1].device.clone();
        let mut other = plan.instances[1].clone();
        other.component = format!("{}_init", other.component);
        other.id = format!("{}@{device}", other.component);
        if let Some(run) = &mut other.run {
            run.init.clear();
            run.ports.clear();
        }
        plan.instances.push(other);
    });
    let named = |error: &EmitError| error.code == ErrorCode::Collision;
    assert!(errors.iter().any(named), "{errors:?}");
}

#[test]
fn identifiers_do_not_collide() {
    let errors = refused(|plan| plan.devices[1].id = "n_u_c".to_owned());
    assert_eq!(errors[0].code, ErrorCode::Reference);
    let errors = refused(|plan| {
        let mut twin = plan.devices[3].clone();
        twin.id = "Desk".to_owned();
        plan.devices.push(twin);
    });
    assert_eq!(
        errors[0].to_string(),
        "VN0603 the devices `desk` and `Desk` both become `desk`"
    );
}

#[test]
fn components_do_not_collide() {
    let errors = refused(|plan| {
        "k_v".clone_into(&mut plan.instances[0].component);
        "k-v".clone_into(&mut plan.instances[1].component);
    });
    assert_eq!(
        errors[0].to_string(),
        "VN0603 the components `k_v` and `k-v` both become `k-v`"
    );
    let errors = refused(|plan| {
        let mut router = plan.instances[0].clone();
        router.id = "vn_router@nuc".to_owned();
        router.component = "vn_router".to_owned();
        if let Some(run) = &mut router.run {
            run.ports.clear();
        }
        plan.instances.push(router);
    });
    assert_eq!(errors[0].code, ErrorCode::Collision);
    let errors = refused(|plan| {
        let environment = &mut run(plan, 2).environment;
        environment.insert("VN_KV_ADDRESS".to_owned(), "elsewhere".to_owned());
    });
    assert_eq!(errors[0].code, ErrorCode::Collision);
}

#[test]
fn one_port_is_published_once() {
    let errors = refused(|plan| run(plan, 2).ports[1].published = 6379);
    assert_eq!(
        errors[0].to_string(),
        "VN0604 `kv@nuc` and `graph@nuc` both publish port 6379"
    );
}

#[test]
fn texts_that_no_quoting_carries() {
    let zero = refused(|plan| run(plan, 0).command.push("a\0b".to_owned()));
    assert_eq!(zero[0].code, ErrorCode::Text);
    for key in ["", "A=B", "A B", "$A"] {
        let errors = refused(|plan| {
            run(plan, 0)
                .environment
                .insert(key.to_owned(), String::new());
        });
        assert_eq!(errors[0].code, ErrorCode::Text, "{key}");
    }
    for address in ["a b", "x\nserver evil 6.6.6.6:66", "${HOME}", "", "-x"] {
        let errors = refused(|plan| address.clone_into(&mut plan.devices[2].address));
        assert_eq!(errors[0].code, ErrorCode::Text, "{address}");
    }
    for path in ["no-slash", "/a b", "/a\n", "/${X}", "/a'b", "/a#b"] {
        let errors = refused(|plan| {
            run(plan, 3).health = Some(Health::Http(path.to_owned()));
            run(plan, 2).health = Some(Health::Http(path.to_owned()));
        });
        assert_eq!(errors[0].code, ErrorCode::Text, "{path}");
    }
}

#[test]
fn references_lead_somewhere() {
    let errors = refused(|plan| plan.routes[0].entries[0].instance = "kv@moon".to_owned());
    assert_eq!(
        errors[0].to_string(),
        "VN0606 the plan names `kv@moon`, which does not exist"
    );
}

#[test]
fn a_sound_plan_loses_no_guarantee() {
    let lost: Vec<Loss> = losses(&small(), Target::ALL);
    let lazy = |loss: &Loss| loss.message.contains("`graph@vps` starts with");
    assert!(
        lost.iter().filter(|loss| loss.guarantee).all(lazy),
        "{lost:#?}"
    );
}

#[test]
fn a_lazy_copy_that_nobody_relies_on_is_a_note() {
    let mut plan = small();
    plan.requirements.remove(6);
    assert!(
        losses(&plan, Target::ALL)
            .iter()
            .all(|loss| !loss.guarantee)
    );
    let mut eager = small();
    if let Some(clone) = &mut eager.instances[3].clone {
        clone.mode = CloneMode::Eager;
    }
    let lost = losses(&eager, &[Target::Compose, Target::Haproxy]);
    assert!(lost.iter().all(|loss| !loss.message.contains("lazy")));
}

#[test]
fn a_phone_follows_its_list_itself() {
    let mut plan = small();
    plan.devices[3].os = "android".to_owned();
    let carried = losses(&plan, Target::ALL);
    let of_phone = |loss: &&Loss| loss.device == "desk";
    assert!(carried.iter().filter(of_phone).all(|loss| !loss.guarantee));
    let lost = losses(&plan, &[Target::Compose, Target::Haproxy]);
    assert_eq!(
        lost.iter()
            .filter(of_phone)
            .filter(|loss| loss.guarantee)
            .count(),
        2
    );
    plan.devices[1].os = "android".to_owned();
    let lost = losses(&plan, Target::ALL);
    assert!(
        lost.iter()
            .any(|loss| loss.guarantee && loss.message.contains("no containers"))
    );
}

#[test]
fn without_the_proxy_nobody_follows_the_lists() {
    let lost = losses(&small(), &[Target::Compose]);
    let follow = |loss: &&Loss| loss.message.contains("nobody follows its list");
    assert_eq!(
        lost.iter()
            .filter(follow)
            .filter(|loss| loss.guarantee)
            .count(),
        2
    );
    let carried = losses(&small(), &[Target::Compose, Target::Json]);
    assert_eq!(
        carried
            .iter()
            .filter(follow)
            .filter(|loss| loss.guarantee)
            .count(),
        0
    );
}

#[test]
fn udp_and_missing_ports_are_said() {
    let mut plan = small();
    run(&mut plan, 0).ports[0].protocol = Protocol::Udp;
    let lost = losses(&plan, Target::ALL);
    assert!(
        lost.iter()
            .any(|loss| loss.guarantee && loss.message.contains("UDP"))
    );
    let mut plan = small();
    run(&mut plan, 1).ports.clear();
    let lost = losses(&plan, Target::ALL);
    assert!(
        lost.iter()
            .any(|loss| loss.guarantee && loss.message.contains("`kv@pi[1]` is left out"))
    );
}

#[test]
fn a_detection_time_that_cannot_be_kept_is_lost() {
    let mut plan = small();
    plan.program.detect_us = 100_000;
    let lost = losses(&plan, Target::ALL);
    assert!(
        lost.iter()
            .any(|loss| loss.guarantee && loss.message.contains("`heal.detect`"))
    );
}

#[test]
fn ports_of_other_names_stand_in_but_are_named() {
    let mut plan = small();
    "resp".clone_into(&mut run(&mut plan, 3).ports[0].name);
    let lost = losses(&plan, Target::ALL);
    let said = |loss: &&Loss| {
        loss.message
            .contains("at its port `resp` in place of `bolt`")
    };
    assert!(!lost.iter().find(said).expect("it is said").guarantee);
}
