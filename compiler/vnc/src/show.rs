//! A program as it stands before planning: what is where, what may run where, and which line says so.

mod ask;
mod fold;
mod said;
mod text;
mod view;

pub use ask::ask;
pub use text::render;
pub use view::view;
