//! Two tiny problems with known answers, which a library must solve before it is used.

use super::{Highs, Unfit};
use crate::{
    engine::{Limits, Relaxed, Watch},
    program::{Bounds, Column, Program},
};

struct Patient;

impl Watch for Patient {
    fn plan(&mut self, _: &[f64]) {}

    fn bound(&mut self, _: f64) {}

    fn goes_on(&mut self) -> bool {
        true
    }
}

/// What fits of three things worth 5, 4 and 3.
fn sack() -> Program {
    let thing = |worth: f64| Column {
        price: -worth,
        bounds: Bounds::up_to(1.0),
        whole: true,
    };
    let mut sack = Program::new([5.0, 4.0, 3.0].map(thing).to_vec());
    sack.row(Bounds::at_most(5.0), [(0, 2.0), (1, 3.0), (2, 1.0)]);
    sack
}

/// Fails with what is wrong.
pub fn of(highs: Highs) -> Result<(), Unfit> {
    let limits = Limits {
        nodes: 100,
        ..Limits::default()
    };
    let near = |value: f64, known: f64| (value - known).abs() < 1e-6;
    let mut sack = sack();
    let solved = highs.solve(&sack, &[], limits, &mut Patient);
    let said = format!("{:?}, {:?}", solved.bound, solved.values);
    let bound = matches!(solved.bound, Relaxed::Bound(bound) if near(bound, -9.0));
    let values = solved.values.unwrap_or_default();
    let known = [1.0, 1.0, 0.0];
    let same = values.len() == known.len() && values.iter().zip(known).all(|(&a, b)| near(a, b));
    if !bound || !same {
        return Err(Unfit::Wrong(said));
    }
    // Relaxed, a third of the least worthy by weight is left behind.
    let relaxed = highs.solve(&sack.relaxed(), &[], limits, &mut Patient);
    if !matches!(relaxed.bound, Relaxed::Bound(bound) if near(bound, -32.0 / 3.0)) {
        return Err(Unfit::Wrong(format!("{:?}", relaxed.bound)));
    }
    sack.row(Bounds::equal(1.0), [(0, 2.0)]);
    match highs.solve(&sack, &[], limits, &mut Patient).bound {
        Relaxed::Infeasible => Ok(()),
        other => Err(Unfit::Wrong(format!("{other:?}"))),
    }
}
