//! HiGHS, the stronger engine: a library that is found and loaded at run time, or linked in.

mod place;
mod raw;
#[cfg(test)]
mod tests;
mod trial;
mod unfit;

use std::{fmt, path::Path, time::Instant};

use raw::Presolve;

pub use place::{Fate, Finding, Looked, Place, Places, find};
pub use unfit::Unfit;

use crate::{
    engine::{Branched, Limits, Relaxed, Watch},
    program::Program,
};

/// A library that was found and fits. It stays loaded, so that this is only a reference.
#[derive(Clone, Copy)]
pub struct Highs(&'static Library);

/// What is known of a library.
struct Library {
    api: Box<dyn raw::Api>,
    version: String,
    hash: String,
    path: Option<std::path::PathBuf>,
}

impl PartialEq for Highs {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Highs {}

impl fmt::Debug for Highs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Highs({} at {:?})", self.name(), self.0.path)
    }
}

/// `kHighsModelStatusOptimal`.
const OPTIMAL: i64 = 7;
/// `kHighsModelStatusInfeasible`.
const INFEASIBLE: i64 = 8;
/// Where a limit of ours, or the caller, ended the run: bound, target, time, iterations, nodes, caller.
const LIMITED: [i64; 6] = [11, 12, 13, 14, 16, 17];

impl Highs {
    /// Takes what was opened, if it computes rightly.
    fn of(api: Box<dyn raw::Api>) -> Result<Self, Unfit> {
        let (version, hash) = api.names();
        let path = api.path();
        let library = Library {
            api,
            version,
            hash,
            path,
        };
        // It is never unloaded.
        let highs = Self(Box::leak(Box::new(library)));
        trial::of(highs).map(|()| highs)
    }

    /// `1.15.1`.
    pub fn version(self) -> &'static str {
        self.0.version.trim_start_matches('v')
    }

    /// The commit that it was built from.
    pub fn hash(self) -> &'static str {
        &self.0.hash
    }

    /// Where the library lies.
    pub fn path(self) -> Option<&'static Path> {
        self.0.path.as_deref()
    }

    /// `HiGHS 1.15.1 (04f2a76)`.
    pub fn name(self) -> String {
        match self.hash() {
            "" => format!("HiGHS {}", self.version()),
            hash => format!("HiGHS {} ({hash})", self.version()),
        }
    }

    /// Solves a program, beginning with some values of a plan if one is known. An engine that fails says nothing about plans.
    pub(crate) fn solve(
        self,
        program: &Program,
        start: &[(usize, f64)],
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Branched {
        if limits.time.is_some_and(|time| time.is_zero()) {
            return Branched::nothing(Relaxed::Unknown);
        }
        match self.run(program, start, limits, watch) {
            Ok(ran) => read(ran),
            Err(_) => Branched::nothing(Relaxed::Failed),
        }
    }

    /// Where there is said to be no plan, HiGHS is asked once more without presolve: that of 1.15.1
    /// rules out all plans of some programs that have one.
    fn run(
        self,
        program: &Program,
        start: &[(usize, f64)],
        limits: Limits,
        watch: &mut dyn Watch,
    ) -> Result<raw::Ran, raw::Fault> {
        let started = Instant::now();
        let api = &self.0.api;
        let first = api.run(program, start, Presolve::Choose, limits, watch)?;
        if first.status != INFEASIBLE {
            return Ok(first);
        }
        let time = limits
            .time
            .map(|time| time.saturating_sub(started.elapsed()));
        let limits = Limits { time, ..limits };
        api.run(program, start, Presolve::Off, limits, watch)
    }
}

fn read(ran: raw::Ran) -> Branched {
    let bound = match ran.status {
        // A program without whole columns has no bound of its own.
        OPTIMAL => ran.bound.or(ran.objective),
        INFEASIBLE => return Branched::nothing(Relaxed::Infeasible),
        limited if LIMITED.contains(&limited) => ran.bound,
        _ => return Branched::nothing(Relaxed::Failed),
    };
    Branched {
        values: ran.values,
        bound: bound.map_or(Relaxed::Unknown, Relaxed::Bound),
        nodes: ran.nodes,
    }
}
