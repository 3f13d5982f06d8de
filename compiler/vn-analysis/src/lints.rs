//! What is worth a look before anything is planned: nothing here is wrong, and nothing here is refused.

mod dominated;
mod idle;
mod storage;

pub use dominated::dominated;
pub use idle::idle;
pub use storage::{availability, flash};
