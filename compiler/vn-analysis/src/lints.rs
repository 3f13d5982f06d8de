//! What is worth a look before anything is planned: nothing here is wrong, and nothing here is refused.

mod dominated;
mod idle;
mod licences;
mod prices;
mod storage;

use vn_syntax::Diagnostic;

use crate::codes;

pub use dominated::{Declared, dominated};
pub use idle::idle;
pub use licences::{Licences, exclude};
pub use prices::{Month, prices};
pub use storage::{availability, flash};

/// What is not said of a program with errors: what does not fit may be what is wrong.
pub fn silence(is_broken: bool, faults: &mut Vec<Diagnostic>) {
    const LATER: [&str; 4] = [
        codes::NEVER_BETTER,
        codes::IDLE_DEVICE,
        codes::RARELY_ON,
        codes::SD_CARD,
    ];
    // What did not parse may be what they speak of.
    const PARTIAL: [&str; 2] = [codes::FITS_NONE, codes::OVERRULED];
    if is_broken {
        faults.retain(|fault| !PARTIAL.contains(&fault.code) || fault.is_error());
    }
    if is_broken || faults.iter().any(Diagnostic::is_error) {
        faults.retain(|fault| !LATER.contains(&fault.code));
    }
}
