//! A program as it stands before planning: what is where, what may run where, and which line says so.

mod fold;
mod text;
mod view;

pub use text::render;
pub use view::{ask, view};
