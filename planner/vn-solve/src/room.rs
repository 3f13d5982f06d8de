//! Room on the stack: a search goes down one level for each decision.

use std::{panic::resume_unwind, thread};

use vn_problem::Problem;

use crate::table::Table;

/// Bytes that a level takes at most; half a kilobyte was measured.
const LEVEL: usize = 8 << 10;

/// What everything else takes.
const BASE: usize = 2 << 20;

/// More address space is never asked for.
const MOST: usize = 4 << 30;

/// Works on a stack with room for every decision of a problem. Its memory is taken page by page as a search
/// goes down, so a large one costs nothing while it is not needed.
pub fn with_room<T: Send>(problem: &Problem, mut work: impl FnMut() -> T + Send) -> T {
    let size = levels(problem).saturating_mul(LEVEL).saturating_add(BASE);
    let room = thread::Builder::new().stack_size(size.min(MOST));
    let done = thread::scope(|scope| {
        let thread = room.spawn_scoped(scope, &mut work).ok()?;
        Some(thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    });
    // Without a thread to be had, here is the place.
    done.unwrap_or_else(work)
}

/// Decisions of the deepest search: who is open, and whom everybody asks.
fn levels(problem: &Problem) -> usize {
    let mut rows = Table::filled(problem.components.len(), 0_usize);
    for candidate in &problem.candidates {
        rows[candidate.component] += 1;
    }
    let asking = problem.needs.iter().map(|need| rows[need.consumer]);
    asking.fold(problem.candidates.len(), usize::saturating_add)
}
