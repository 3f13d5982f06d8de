//! What is worth a look before anything is planned: nothing here is wrong, and nothing here is refused.

mod dominated;
mod idle;
mod licences;
mod prices;
mod storage;

pub use dominated::{Declared, dominated};
pub use idle::idle;
pub use licences::{Licences, exclude};
pub use prices::{Month, prices};
pub use storage::{availability, flash};
