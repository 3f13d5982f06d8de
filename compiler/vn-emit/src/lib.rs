//! Plan to artifacts, one file per target.
//!
//! INVARIANT: pure. The same plan and targets give the same paths and bytes; nothing is read from or
//! written to the machine. What a target cannot express comes back as a [`Loss`], never in silence.

mod artifacts;
mod classes;
mod client_sdk;
mod clone;
pub mod codes;
mod compose;
mod envoy;
mod error;
mod fleet;
mod haproxy;
mod loss;
mod manifest;
mod names;
mod plan_json;
mod read_back;
mod router;
mod runbook;
mod target;
mod text;
mod timing;

pub use artifacts::{Artifacts, File, emit};
pub use error::{EmitError, ErrorCode};
pub use loss::Loss;
pub use names::instance_slug;
pub use read_back::{Listener, ReadBackError, orders, read_back};
pub use target::Target;
pub use timing::Timing;
