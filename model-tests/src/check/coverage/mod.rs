//! Coverage of the domain: which commands met which thread status, and what came of it.

mod arrows;
mod cell;
pub mod rules;
mod table;

pub use arrows::{Arrow, Arrows};
pub use cell::{Outcome, Status};
pub use table::Coverage;
pub(crate) use table::Table;
