//! What is wrong with a solution, in the ids of its instance, or in names.

use vn_problem::instance::Instance;
use vn_problem::{CandidateId, FailureId, Load, Violation};

use super::label;

/// What a candidate is called.
pub type Name<'a> = &'a dyn Fn(CandidateId) -> String;

/// What a candidate is called where nothing but its id is known.
pub fn number(id: CandidateId) -> String {
    format!("candidate {}", id.0)
}

/// One sentence, in which candidates stand by their names.
#[expect(
    clippy::too_many_lines,
    reason = "one arm for each kind, in their order"
)]
pub fn said(violation: &Violation, instance: &Instance, name: Name<'_>) -> String {
    let problem = &instance.problem;
    match violation {
        Violation::Malformed(fault) => format!("the instance is malformed: {fault:?}"),
        Violation::NotCanonical => {
            "a list is not ascending, names something twice, or names what the instance has not"
                .to_owned()
        }
        Violation::Crowded { component, device } => format!(
            "service {} has more than one instance on device {}",
            component.0, device.0
        ),
        Violation::ClientVariants {
            component,
            device,
            found,
        } => format!(
            "client {} has {found} open candidates on device {}, not 1",
            component.0, device.0
        ),
        Violation::HeadMissing { need, consumer } => format!(
            "need {} of {} has no row in `heads`",
            need.0,
            name(*consumer)
        ),
        Violation::HeadUnasked { need, consumer } => format!(
            "`heads` has need {} of {}, which is not open or has no such need",
            need.0,
            name(*consumer)
        ),
        Violation::HeadUnreachable {
            need,
            consumer,
            server,
        } => format!(
            "need {} of {} asks {}, which is not open or has no route",
            need.0,
            name(*consumer),
            name(*server)
        ),
        Violation::Unserved { need, consumer } => format!(
            "need {} of {} is not optional, and nobody is asked",
            need.0,
            name(*consumer)
        ),
        Violation::OverBudget {
            need,
            consumer,
            server,
            needed,
            available,
        } => format!(
            "need {} of {} asks {}, which takes {} µs of {} µs",
            need.0,
            name(*consumer),
            name(*server),
            needed.0,
            available.0
        ),
        Violation::Copies {
            need,
            consumer,
            needed,
            available,
        } => format!(
            "need {} of {} asks for {needed} servers at once, and {available} are in budget",
            need.0,
            name(*consumer)
        ),
        Violation::Resource {
            device,
            resource,
            needed,
            available,
        } => {
            let name = instance.resources.get(*resource).map_or("?", |name| name);
            format!(
                "device {} has {available} of resource {resource} ({name}), and {needed} are claimed",
                device.0
            )
        }
        Violation::Throughput {
            candidate,
            failure,
            needed: Load(needed),
            available: Load(available),
        } => format!(
            "{}{} can answer {available} of {needed} millionths of a request per second",
            during(*failure),
            name(*candidate)
        ),
        Violation::Connections {
            candidate,
            failure,
            needed,
            available,
        } => format!(
            "{}{needed} consumers hold on to {}, which bears {available}",
            during(*failure),
            name(*candidate)
        ),
        Violation::Traffic {
            channel,
            failure,
            needed,
            available,
        } => format!(
            "{}{needed} millionths of a byte per second go over channel {} ({}), which carries {available}",
            during(*failure),
            channel.0,
            label(instance, problem[*channel].cause)
        ),
        Violation::Duty { device } => format!(
            "the services on device {} are busy for longer than it allows, or one has no capacity",
            device.0
        ),
        Violation::Count { requirement, found } => format!(
            "requirement {} ({}): {found} instances",
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::Spread {
            requirement,
            domain,
            found,
            available,
        } => format!(
            "requirement {} ({}): domain {domain} holds {found}, and may hold {available}",
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::Truth { component } => format!(
            "the truth of component {} is not held by as many open candidates that may hold it as it asks for",
            component.0
        ),
        Violation::NoSource { component } => format!(
            "component {} has lazy instances and no eager one to take the bytes from",
            component.0
        ),
        Violation::NoneAlive {
            requirement,
            failure,
        } => format!(
            "{}no instance is left for requirement {} ({})",
            during(Some(*failure)),
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::LeftAlone {
            requirement,
            failure,
            need,
            consumer,
            found,
        } => {
            let found = found.map_or_else(
                || "nobody".to_owned(),
                |id| format!("only {}, too slow", name(id)),
            );
            format!(
                "{}need {} of {} finds {found}, against requirement {} ({})",
                during(Some(*failure)),
                need.0,
                name(*consumer),
                requirement.0,
                label(instance, problem[*requirement].cause)
            )
        }
        Violation::Uneven { requirement } => format!(
            "requirement {} ({}): the variants differ",
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::Implied { requirement, found } => format!(
            "requirement {} ({}): {}nothing of `any` is open",
            requirement.0,
            label(instance, problem[*requirement].cause),
            found.map_or_else(String::new, |id| format!("{} is open, and ", name(id)))
        ),
        Violation::Exclusive { requirement, found } => {
            let [one, other] = found.map(name);
            format!(
                "requirement {} ({}): {one} and {other} are both open",
                requirement.0,
                label(instance, problem[*requirement].cause)
            )
        }
        Violation::Linear {
            requirement,
            found,
            at_least,
        } => format!(
            "requirement {} ({}): the sum is {found}, at least {at_least} is wanted",
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::Arrivals {
            requirement,
            device,
            found,
            at_most,
        } => format!(
            "requirement {} ({}):{} {}",
            requirement.0,
            label(instance, problem[*requirement].cause),
            device.map_or_else(String::new, |id| format!(" device {} fetches", id.0)),
            found.map_or_else(
                || "from somebody whom it cannot reach".to_owned(),
                |found| format!("{found}, at most {at_most} is allowed")
            ),
        ),
        Violation::AtMost {
            requirement,
            found,
            at_most,
        } => format!(
            "requirement {} ({}): the measure comes to {}, at most {at_most} is allowed",
            requirement.0,
            label(instance, problem[*requirement].cause),
            found.map_or_else(|| "too much".to_owned(), |found| found.to_string()),
        ),
        Violation::Total {
            requirement,
            needed,
            available,
        } => format!(
            "requirement {} ({}): {needed} of {available}",
            requirement.0,
            label(instance, problem[*requirement].cause)
        ),
        Violation::Overflow => "the numbers are too large to compute with exactly".to_owned(),
    }
}

/// `in failure 2: `.
pub fn during(failure: Option<FailureId>) -> String {
    failure.map_or_else(String::new, |id| format!("in failure {}: ", id.0))
}
