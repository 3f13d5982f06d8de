//! Which bytes are fetched at boot, and from whom.

use std::collections::BTreeMap;

use crate::{CandidateId, CloneMode, ComponentId, DeviceId, Problem, RequirementKind, Role};

/// From whom a candidate may fetch its bytes at boot, and what that adds to a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Who fetches.
    pub to: CandidateId,
    /// Another candidate of the same component.
    pub from: CandidateId,
    /// What it adds where the others of its component start from that one.
    pub amount: u64,
}

/// A sum over all that is fetched at boot, or over what each device fetches, and its bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// What each adds, by whom it may come to fetch from; ascending.
    pub pairs: Vec<Arrival>,
    /// Whether the bound is for each device by itself; then nobody may have to fetch from whom it cannot.
    pub each_device: bool,
    /// The bound.
    pub at_most: u64,
}

/// More is fetched than may be, or by somebody who can fetch from nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// Where, if each device is bound by itself.
    pub device: Option<DeviceId>,
    /// How much; absent where somebody cannot fetch from whom it has to.
    pub found: Option<u128>,
}

impl Arrivals {
    /// What breaks the bound, if anything; `open` is sorted, and `holds` says who holds a truth.
    ///
    /// # Errors
    ///
    /// The first device that breaks it.
    pub fn check(
        &self,
        problem: &Problem,
        open: &[CandidateId],
        holds: impl Fn(CandidateId) -> bool,
    ) -> Result<(), TooMuch> {
        let mut sums: BTreeMap<Option<DeviceId>, u128> = BTreeMap::new();
        for (to, from) in fetching(problem, open, &holds) {
            let device = self.each_device.then_some(problem[to].device);
            match self.amount(to, from) {
                Some(amount) => *sums.entry(device).or_default() += u128::from(amount),
                None if self.each_device => {
                    return Err(TooMuch {
                        device,
                        found: None,
                    });
                }
                None => {}
            }
        }
        let most = u128::from(self.at_most);
        let over = sums.into_iter().find(|(_, sum)| *sum > most);
        over.map_or(Ok(()), |(device, sum)| {
            Err(TooMuch {
                device,
                found: Some(sum),
            })
        })
    }

    fn amount(&self, to: CandidateId, from: CandidateId) -> Option<u64> {
        let pairs = &self.pairs;
        let at = pairs.binary_search_by_key(&(to, from), |one| (one.to, one.from));
        at.ok().and_then(|at| pairs.get(at)).map(|one| one.amount)
    }

    /// Whether it speaks of a component.
    pub fn speaks_of(&self, problem: &Problem, component: ComponentId) -> bool {
        let of = |one: &Arrival| problem[one.to].component == component;
        self.pairs.iter().any(of)
    }
}

impl Problem {
    /// What is bounded of that which is fetched at boot.
    pub fn arrivals(&self) -> impl Iterator<Item = &Arrivals> {
        let rows = self.requirements.iter();
        rows.filter_map(|row| {
            if let RequirementKind::Arrivals(row) = &row.kind {
                Some(row)
            } else {
                None
            }
        })
    }
}

/// Who fetches bytes at boot, and from whom: eager instances of services that have any, from the one of each
/// that all start from: the first that holds its truth, else the first that is eager.
fn fetching(
    problem: &Problem,
    open: &[CandidateId],
    holds: &impl Fn(CandidateId) -> bool,
) -> Vec<(CandidateId, CandidateId)> {
    let eager = |id: CandidateId| holds(id) || problem[id].clone == CloneMode::Eager;
    let mut origins: BTreeMap<ComponentId, CandidateId> = BTreeMap::new();
    for &id in open.iter().filter(|&&id| eager(id)) {
        let origin = origins.entry(problem[id].component).or_insert(id);
        if holds(id) && !holds(*origin) {
            *origin = id;
        }
    }
    let fetches = |&id: &CandidateId| {
        let row = &problem[id];
        let origin = *origins.get(&row.component)?;
        let service = problem[row.component].role == Role::Service;
        let fetches = service && row.clone_bytes > 0 && eager(id) && origin != id;
        fetches.then_some((id, origin))
    };
    open.iter().filter_map(fetches).collect()
}
