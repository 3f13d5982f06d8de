//! Plans of problems that are too large to be searched as a whole: laid out component by component, then
//! improved instance by instance, with a bound that looks at each component apart.
//!
//! Nothing here is proven but the bound. What comes out is a plan once `verify` has accepted it.

mod build;
mod evaluate;
mod floor;
mod ground;
mod improve;
mod plan;
mod protect;
mod star;
mod survive;

use vn_problem::{Rational, Solution, Verified, verify};

use crate::{level::Level, meter::Meter, outcome::Limit};

pub use ground::Ground;
pub use plan::Layout;

/// A verified plan, and what no plan is below.
#[derive(Debug)]
pub struct LaidOut {
    /// The plan.
    pub solution: Solution,
    /// What the judge says.
    pub verified: Box<Verified>,
    /// Why it was not improved further: nothing nearby is better, which counts as the node limit.
    pub limit: Limit,
}

/// Lays a plan out and improves it; `None` if none was found that the judge accepts.
pub fn lay_out(ground: &Ground<'_>, meter: &mut Meter<'_>) -> Option<LaidOut> {
    let mut layout = build::build(ground, meter)?;
    let level = layout.weigh(ground)?;
    let first = layout.solution(ground);
    let mut best = improve::Weighed { layout, level };
    let limit = improve::improve(ground, &mut best, meter).err();
    let limit = limit.unwrap_or(Limit::Nodes);
    let solutions = [best.layout.solution(ground), first];
    solutions.into_iter().find_map(|solution| {
        let verified = verify(ground.problem, &solution).ok()?;
        Some(LaidOut {
            solution,
            verified: Box::new(verified),
            limit,
        })
    })
}

/// A lower bound of the objective in the user's units, without its constant part.
pub fn bound(ground: &Ground<'_>) -> Option<Rational> {
    let objective = floor::floor(ground);
    ground.weights.objective(Level {
        objective,
        ..Level::ZERO
    })
}
