//! §5: what must still hold while the devices of a failure are gone.

use vn_problem::{
    CandidateId, ComponentId, Failure, Head, NeedId, Problem, RequirementKind, Solution,
};

use super::lists::{Budget, Entry};
use super::placement::{instances, is_absent};
use super::{clones, connections, lists, load, traffic};

/// Whether every survive requirement holds in each of its failures.
pub fn holds(problem: &Problem, solution: &Solution) -> bool {
    (0..).zip(&problem.failures).all(|(id, failure)| {
        let mut surviving = surviving(problem, id);
        surviving.retain(|one| !is_absent(problem, &solution.open, *one));
        surviving.is_empty() || serves_on(problem, solution, failure, &surviving)
    })
}

/// The components that have a survive requirement naming this failure.
fn surviving(problem: &Problem, failure: u32) -> Vec<ComponentId> {
    let kinds = problem
        .requirements
        .iter()
        .map(|requirement| &requirement.kind);
    let named = kinds.filter_map(|kind| match kind {
        RequirementKind::Survive {
            component,
            failures,
        } => failures
            .iter()
            .any(|id| id.0 == failure)
            .then_some(*component),
        _ => None,
    });
    named.collect()
}

/// One failure alone.
fn serves_on(
    problem: &Problem,
    solution: &Solution,
    failure: &Failure,
    surviving: &[ComponentId],
) -> bool {
    let after = After {
        problem,
        solution,
        failure,
    };
    let moved = after.moved();
    let heads: Vec<Head> = moved.iter().map(Moved::head).collect();
    let held = after.held(&moved);
    traffic::fits(problem, &heads)
        && surviving.iter().all(|&component| {
            let alive =
                || instances(problem, &solution.open, component).filter(|&c| after.alive(c));
            alive().next().is_some()
                && moved.iter().all(|moved| moved.finds(problem, component))
                && alive().all(|c| load::is_bearable(problem, &heads, c))
                && alive().all(|c| connections::bears(problem, &held, c))
        })
}

/// A plan while some devices are gone.
struct After<'a> {
    problem: &'a Problem,
    solution: &'a Solution,
    failure: &'a Failure,
}

impl After<'_> {
    fn alive(&self, instance: CandidateId) -> bool {
        let device = self.problem.candidates[instance.index()].device;
        !self.failure.down.contains(&device)
    }

    /// Whether an instance is alive and no cut lies between it and whoever asks.
    fn reaches(&self, from: CandidateId, to: CandidateId) -> bool {
        let device = |id: CandidateId| self.problem.candidates[id.index()].device;
        let (a, b) = (device(from), device(to));
        let between = |one: &[_], other: &[_]| one.contains(&a) && other.contains(&b);
        let mut cuts = self.failure.cut.iter();
        self.alive(to)
            && !cuts.any(|cut| between(&cut.one, &cut.other) || between(&cut.other, &cut.one))
    }

    /// Whom each need of each alive consumer instance now asks.
    fn moved(&self) -> Vec<Moved> {
        let heads = self
            .solution
            .heads
            .iter()
            .filter(|head| self.alive(head.consumer));
        let moved = |head: &Head| Moved {
            need: head.need,
            consumer: head.consumer,
            found: self.first_left(*head),
        };
        heads.map(moved).collect()
    }

    /// Consumers and whom they hold on to: what is left of the first entries, and whoever answers.
    fn held(&self, moved: &[Moved]) -> Vec<(CandidateId, CandidateId)> {
        let heads = self.solution.heads.iter();
        let left = heads
            .filter(|head| self.alive(head.consumer))
            .flat_map(|head| {
                let first = connections::first(self.problem, self.solution, *head);
                first.into_iter().map(|to| (head.consumer, to))
            });
        let found = moved
            .iter()
            .filter_map(|one| Some((one.consumer, one.found?.server)));
        left.filter(|(from, to)| self.reaches(*from, *to))
            .chain(found)
            .collect()
    }

    /// Walks the list from the front, over the lost and over the lazy that are not ready.
    fn first_left(&self, head: Head) -> Option<Entry> {
        let mut list = lists::of(self.problem, self.solution, head).into_iter();
        list.find(|entry| {
            self.reaches(head.consumer, entry.server) && self.ready(head, entry.server)
        })
    }

    /// Eager; or lazy, and its bytes came with the first use or can be taken from somewhere alive.
    fn ready(&self, head: Head, server: CandidateId) -> bool {
        clones::is_eager(self.problem, self.solution, server)
            || head.server == Some(server)
            || self.can_be_refilled(server)
    }

    fn can_be_refilled(&self, server: CandidateId) -> bool {
        self.problem.refills.iter().any(|refill| {
            refill.to == server
                && self.solution.open.contains(&refill.from)
                && self.reaches(server, refill.from)
                && clones::is_eager(self.problem, self.solution, refill.from)
        })
    }
}

/// A need of an alive consumer instance, and the entry that now bears its load.
struct Moved {
    need: NeedId,
    consumer: CandidateId,
    found: Option<Entry>,
}

impl Moved {
    fn head(&self) -> Head {
        let server = self.found.map(|entry| entry.server);
        Head {
            need: self.need,
            consumer: self.consumer,
            server,
        }
    }

    /// Whether this need, if it is one of `component` and not optional, is met within budget.
    fn finds(&self, problem: &Problem, component: ComponentId) -> bool {
        let need = &problem.needs[self.need.index()];
        need.server != component
            || need.optional
            || self
                .found
                .is_some_and(|entry| entry.budget <= Budget::Degraded)
    }
}
