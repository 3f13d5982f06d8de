//! §§2–5 as one question: which rule does a solution break first, if any?

use vn_problem::{Problem, Solution};

use super::{clones, connections, lists, load, placement, shape, survival, traffic};

/// The rules, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// It decides something else than what is to be decided.
    Shape,
    /// Several instances on a device, or a client without one.
    OnePerDevice,
    /// Claims exceed a device.
    Device,
    /// Too few or too many instances.
    Count,
    /// Too many instances in one domain.
    Spread,
    /// Two variants in one class of a client.
    Uniform,
    /// A total is too large.
    Total,
    /// What runs brings along, excludes or outweighs something else.
    Bond,
    /// Lazy instances without an eager one.
    Clones,
    /// Too much is fetched at boot.
    Arrivals,
    /// A head is too far away.
    Budget,
    /// A consumer has fewer servers than it needs at once.
    Copies,
    /// An instance is asked more than it can answer.
    Capacity,
    /// More consumers hold on to an instance than it bears.
    Connections,
    /// More goes over a channel than it carries.
    Traffic,
    /// Traffic costs too much.
    Money,
    /// A device works too much.
    Duty,
    /// A service does not serve on.
    Survive,
}

/// The first broken rule; `None` means that the solution is a plan.
pub fn broken(problem: &Problem, solution: &Solution) -> Option<Rule> {
    let open = &solution.open;
    let rules: [(Rule, &dyn Fn() -> bool); 18] = [
        (Rule::Shape, &|| shape::holds(problem, solution)),
        (Rule::OnePerDevice, &|| {
            placement::one_per_device(problem, open)
        }),
        (Rule::Device, &|| placement::devices_suffice(problem, open)),
        (Rule::Count, &|| placement::counts_hold(problem, open)),
        (Rule::Spread, &|| placement::spreads_hold(problem, open)),
        (Rule::Uniform, &|| {
            placement::classes_are_uniform(problem, open)
        }),
        (Rule::Total, &|| placement::totals_hold(problem, open)),
        (Rule::Bond, &|| placement::bonds_hold(problem, open)),
        (Rule::Clones, &|| clones::hold(problem, solution)),
        (Rule::Arrivals, &|| {
            clones::arrive_in_time(problem, solution)
        }),
        (Rule::Budget, &|| {
            lists::heads_are_in_budget(problem, solution)
        }),
        (Rule::Copies, &|| lists::copies_are_there(problem, solution)),
        (Rule::Capacity, &|| {
            open.iter()
                .all(|c| load::is_bearable(problem, &solution.heads, *c))
        }),
        (Rule::Connections, &|| connections::hold(problem, solution)),
        (Rule::Traffic, &|| traffic::fits(problem, &solution.heads)),
        (Rule::Money, &|| traffic::is_affordable(problem, solution)),
        (Rule::Duty, &|| {
            load::duties_hold(problem, &solution.heads, open)
        }),
        (Rule::Survive, &|| survival::holds(problem, solution)),
    ];
    rules
        .iter()
        .find(|(_, holds)| !holds())
        .map(|(rule, _)| *rule)
}
